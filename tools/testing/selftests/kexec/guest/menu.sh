# SPDX-License-Identifier: GPL-2.0-only
#
# Starts the next kernel as what the boot loader has for it: nothing is named but "the
# default".  $LOADER is which one that is, $INIT the program that the reboot goes through.

# A program that does what an init system does in the end.
init_program() {
	printf '#!/bin/sh\n[ "$*" = "%s" ] && exec kexec -e\n' "$2" >"/bin/$1"
	chmod +x "/bin/$1"
}

dropin() {
	printf 'title %s\nlinux /%s\ninitrd /initrd\noptions %s\n' "$1" "$2" "$(cat /boot/cmdline)" \
		>"/boot/loader/entries/$1.conf"
}

menu_systemd() {
	mkdir -p /boot/loader/entries
	dropin wanted-1 kernel
	dropin wanted-2 missing
	dropin zz kernel
	echo 'default wanted-*' >/boot/loader/loader.conf
}

menu_grub() {
	mkdir -p /boot/grub
	printf '# GRUB Environment Block\nsaved_entry=more>wanted\n####' >/boot/grub/grubenv
	cat >/boot/grub/grub.cfg <<-END
		if [ -s \$prefix/grubenv ]; then load_env; fi
		set default="\${saved_entry}"
		menuentry 'First' { linux /boot/missing }
		submenu 'More' --id more {
			menuentry 'Wanted' --id wanted {
				linux /boot/kernel $(cat /boot/cmdline)
				initrd /boot/initrd
			}
		}
	END
}

head -c 1 /dev/random >/dev/null
plan 5
facts
"menu_$LOADER"
init_program shutdown '-r now'
init_program systemctl kexec
[ "$INIT" != systemctl ] || mkdir -p /run/systemd/system
equal "the default is marked" "$(kexec --list | sed -n 's/ *\* .*//p')" "$DEFAULT"
check "a dry run" kexec --reboot --dry-run
equal "loads nothing" "$(loaded)" 0
check "load" kexec --entry="$DEFAULT" -l
check "unload" kexec -u
kexec --reboot >/run/check 2>&1
say "not ok - reboot through $INIT # it came back: $(tail -n 3 /run/check | tr '\n' ' ')"
finish
