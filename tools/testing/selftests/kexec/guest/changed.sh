# SPDX-License-Identifier: GPL-2.0-only
#
# Loads what $ARGUMENTS and $LINE say, $ROUNDS times, and calls for it each time, while
# the runner flips a bit of it.  The call must fail and this kernel go on.  Loaded once
# more, the image is entered.

SLOT=/sys/kernel/kexec/normal

# load_image WORD: the runner reads on the console where it lies.  Modules and command line
# have the word, so that those of one load can be told from all that was there before.
load_image() {
	echo "${1:+module$1 }a module" >/run/module
	gzip </run/module >/run/module.gz
	check "load" eval "$TOOL $HOW -l /boot/kernel $ARGUMENTS --command-line='$LINE${1:+ kx.word=$1}'"
	echo "loaded, $1: $(cat $SLOT/bounced) $(tr '\n' ';' <$SLOT/segments)" >/dev/kmsg
}

refusals() {
	dmesg | sed -n 's/.*kexec: normal image not started: //p'
}

plan $((6 * ROUNDS + 1))
facts
round=0
while [ $round -lt $ROUNDS ]; do
	round=$((round + 1))
	load_image "$(tr -d - </proc/sys/kernel/random/uuid)"
	$TOOL -e >/run/said 2>&1
	equal "the call fails, $round" $? 255
	check "it says why, $round" grep -q "has changed in memory, so it is not started" /run/said
	equal "nothing is loaded, $round" "$(loaded)$(cat $SLOT/format $SLOT/check)" 0
	fact error.$round "$(cat $SLOT/error)"
	equal "one line of the log for each, $round" "$(refusals | wc -l)" $round
	equal "with the reason, $round" "$(refusals | tail -n 1)" "$(cat $SLOT/error)"
done
load_image
$TOOL $JUMP >/run/said 2>&1
say "not ok - jump into the loaded image # it came back: $(tail -n 3 /run/said | tr '\n' ' ')"
