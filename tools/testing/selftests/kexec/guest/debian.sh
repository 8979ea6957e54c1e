#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Run by kexec-test.service on a Debian system that has come up, once each boot.
# $CASE, from /settings, is what to do; $BOOT counts the kernels it was done by.

STATE=/var/lib/kexec-test
export PATH=/usr/sbin:/usr/bin:/sbin:/bin

. /opt/kexec-test/tap.sh
. /opt/kexec-test/settings

# Everything has started, and nothing of it has failed.
settled() {
	systemctl is-system-running --wait >/dev/null 2>&1
	systemctl --failed --no-legend --plain
	[ -z "$(systemctl --failed --no-legend)" ]
}

facts() {
	fact release "$(uname -r)"
	fact cmdline "$(cat /proc/cmdline)"
	fact boot_id "$(cat /proc/sys/kernel/random/boot_id)"
	fact handover "$(cat /sys/kernel/kexec/handover/total_us 2>/dev/null)"
	fact recovered "$(dmesg | grep -c 'EXT4-fs (vda): recovery complete')"
	fact uptime "$(cut -d ' ' -f 1 /proc/uptime)"
	fact stopped "$(tr '\n' ' ' <$STATE/stopped 2>/dev/null)"
	rm -f $STATE/stopped
}

# Packages: ours in the place of Debian's, everything else content with that.
packages() {
	plan 6
	equal "dpkg has no complaint" "$(dpkg --audit)" ""
	equal "kexec is our package's" "$(dpkg -S /sbin/kexec)" "kexec: /sbin/kexec"
	equal "kexec-tools is gone" "$(dpkg-query -W -f '${db:Status-Status}' kexec-tools)" config-files
	equal "kdump-tools is as it was" "$(dpkg --verify kdump-tools)" ""
	equal "kexec is of this kernel" "$(kexec --version)" "kexec $(uname -r)"
	check "no unit failed" settled
}

loaded_by_units() {
	plan 6
	equal "kexec-load.service" "$(systemctl is-active kexec-load)" active
	equal "a kernel is loaded" "$(loaded)" 1
	equal "kdump-load.service" "$(systemctl is-active kdump-load)" active
	equal "a kernel for panics is loaded" "$(crash_loaded)" 1
	check "kdump-load.service is stopped" systemctl stop kdump-load
	equal "no kernel for panics is loaded" "$(crash_loaded)" 0
}

# The runner judges the order from what the services wrote when they were stopped.
came_by_kexec() {
	plan 2
	check "kexec --report" kexec --report
	check "no unit failed" settled
}

# go COMMAND...: systemd does the rest; this service is stopped with all others.
go() {
	sync
	"$@" >/run/check 2>&1 || say "not ok - $* # failed: $(tail -n 3 /run/check | tr '\n' ' ')"
	exit
}

# The only entry of a boot loader that there is.
boot_entry() {
	mkdir -p /boot/loader/entries
	cat >/boot/loader/entries/debian.conf <<-END
		title   Debian
		version $(uname -r)
		linux   /boot/vmlinuz-$(uname -r)
		initrd  /boot/initrd.img-$(uname -r)
		options $(cat /proc/cmdline) kx.by=entry
	END
}

orderly() {
	case $BOOT in
	1)
		packages
		loaded_by_units
		go systemctl kexec
		;;
	2)
		came_by_kexec
		plan 1
		equal "settings are shell" "$(parameter kx.by)" unit
		# What bare kexec does: load, then ask for a shutdown.
		go kexec --initrd=/boot/initrd.img-"$(uname -r)" --reuse-cmdline --append="kx.by=shutdown" \
			/boot/vmlinuz-"$(uname -r)"
		;;
	3)
		came_by_kexec
		boot_entry
		# The unit has loaded something already.
		go kexec --reboot --replace
		;;
	4)
		came_by_kexec
		plan 1
		equal "the entry was booted" "$(parameter kx.by)" entry
		# Nothing may be loaded before the system goes down.
		sed -i 's/^LOAD_KEXEC=.*/LOAD_KEXEC=shutdown/' /etc/default/kexec
		systemctl restart kexec-load
		kexec -u
		plan 1
		equal "nothing is loaded yet" "$(loaded)" 0
		go systemctl start --no-block --job-mode=replace-irreversibly kexec.target
		;;
	*)
		came_by_kexec
		plan 2
		equal "nothing is loaded" "$(loaded)" 0
		check "a kernel is loaded" kexec -l --reuse-cmdline \
			--initrd=/boot/initrd.img-"$(uname -r)" /boot/vmlinuz-"$(uname -r)"
		# That would be a boot too many.
		touch /no-kexec-reboot
		go systemctl kexec
		;;
	esac
}

dump() {
	case $BOOT in
	1)
		packages
		plan 5
		equal "kdump-tools.service" "$(systemctl is-active kdump-tools)" active
		check "kdump-config show" sh -c 'kdump-config show >/run/show'
		check "it shows that all is ready" grep "current state: *ready to kdump" /run/show
		check "kdump-config test" kdump-config test
		check "kdump-config status" sh -c 'kdump-config status | grep ": ready to kdump"'
		fact command "$(cat /var/crash/kexec_cmd)"
		sync
		crash
		;;
	*)
		plan 3
		equal "dumps" "$(ls /var/crash/*/dump.* | wc -l)" 1
		check "log of the dead kernel" grep "sysrq: Trigger a crash" /var/crash/*/dmesg.*
		equal "kdump-tools.service" "$(systemctl is-active kdump-tools)" active
		fact dump "$(ls /var/crash/*/dump.*)"
		go systemctl poweroff
		;;
	esac
}

mkdir -p $STATE
BOOT=$(($(cat $STATE/boots 2>/dev/null || echo 0) + 1))
echo $BOOT >$STATE/boots
say "# stage"
facts
$CASE
