# SPDX-License-Identifier: GPL-2.0-only
#
# Runs the installed kselftest directory and passes on what it says: a check for
# each program, and as facts whether it ran and what it skipped.

KSELFTEST=/opt/kselftest
export KEXEC_KERNEL=${KEXEC_KERNEL:-/boot/kernel}
# It is a guest, which may jump; the stock kernel does not come back from that here.
[ ! -d /sys/kernel/kexec/normal ] || export KEXEC_JUMP=1

# skips FILE: what a program skipped, and why.
skips() {
	sed -n 's/^# ok [0-9]* \(.*\) # SKIP \(.*\)/\1: \2;/p; s/^# 1\.\.0 # SKIP //p' "$1" |
		tr '\n' ' '
}

# run_program PROGRAM
run_program() {
	said=/run/kselftest-$1
	# The log is /dev/stdout, opened again and again: no file may be behind it.
	$KSELFTEST/run_kselftest.sh -t "kexec:$1" 2>&1 | cat >"$said"
	line=$(grep -E '^(not )?ok [0-9]+ selftests: kexec: ' "$said")
	sed 's/^/# /' "$said" >$TAP
	case $line in
	*'# SKIP'*) fact "$1" skipped ;;
	*) fact "$1" ran ;;
	esac
	fact "skips.$1" "$(skips "$said")"
	case $line in
	'ok '*) say "ok - $1" ;;
	*) say "not ok - $1 # ${line:-it said nothing}" ;;
	esac
}

slots() {
	echo "$(loaded) $(crash_loaded)"
}

# ends NAME STATUS PROGRAM: its own exit status, without the runner around it.
ends() {
	(cd $KSELFTEST/kexec && "./$3") >/run/ended 2>&1
	equal "$1" "$?" "$2"
	equal "$1: what is loaded" "$(slots)" "$loaded"
}

# A program that changes the slot, where somebody has loaded something.
with_something_loaded() {
	reload="$KSELFTEST/kexec/kexec_selftest hold $KEXEC_KERNEL"
	plan 11
	check "load" $reload
	loaded=$(slots)
	ends "an image that is loaded is left alone" 4 kexec_allowed
	ends "also by the tool's test" 4 kexec_tool.sh
	ends "what is refused harms no image" 0 kexec_refused
	export KEXEC_RELOAD="$reload"
	ends "an image is loaded again" 0 kexec_allowed
	export KEXEC_RELOAD=false
	(cd $KSELFTEST/kexec && ./kexec_allowed) >/run/ended 2>&1
	equal "an image that is lost is a failure" "$?" 1
	equal "which says so" "$(tail -n 1 /run/ended)" "Bail out! the normal slot is not as it was"
}

kselftest() {
	programs=$(sed -n 's/^kexec://p' $KSELFTEST/kselftest-list.txt)
	before=$(slots)
	plan $(($(echo "$programs" | wc -l) + 1))
	for program in $programs; do
		run_program "$program"
	done
	equal "nothing is loaded that was not" "$(slots)" "$before"
	[ ! -d /sys/kernel/kexec/normal ] || with_something_loaded
}
