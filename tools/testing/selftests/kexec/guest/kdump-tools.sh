# SPDX-License-Identifier: GPL-2.0-only
#
# Arms the crash kernel as the distribution's kdump-tools does: kdump-config builds
# these very command lines, with $HOW "-s" under Secure Boot and "" elsewhere.

kdump_load() {
	line=$(sed -re 's/(^| )(crashkernel|hugepages|hugepagesz|abm)=[^ ]*//g;s/"/\\\\"/' \
		/proc/cmdline)
	command="$TOOL -p $HOW --command-line=\"$line $(cat /boot/cmdline)\""
	eval "$command --initrd=/boot/initrd /boot/kernel"
}

plan 5
facts
check "load" kdump_load
equal "the crash image counts as loaded" "$(crash_loaded)" 1
check "unload" $TOOL $HOW -p -u
equal "no crash image counts as loaded" "$(crash_loaded)" 0
check "load again" kdump_load
taskset -c "$CPU" /culprit
say "not ok - crash # this kernel goes on"
finish
