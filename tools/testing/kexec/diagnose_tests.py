# SPDX-License-Identifier: GPL-2.0-only
"""What is said when an image is not loaded: cause, evidence and next step, to the letter."""

import errno
import gzip
import json
import os
import re
import shutil
import struct

from raw_images import bzimage, dtb, elf, elf32, pe
from raw_tests import GOOD

# What the files of the running system say where nothing is wrong with it.
ROOT_STATUS = "Name:\tkexec\nUid:\t0\t0\t0\t0\nCapEff:\t000001ffffffffff\nCapBnd:\t000001ffffffffff\n"
SOUND = {
    "proc/self/status": ROOT_STATUS,
    "proc/self/uid_map": "         0          0 4294967295\n",
    "proc/sys/kernel/kexec_load_disabled": "0\n",
    "proc/sys/kernel/kexec_load_limit_reboot": "-1\n",
    "proc/sys/kernel/kexec_load_limit_panic": "-1\n",
    "proc/meminfo": "MemTotal:        2048000 kB\nMemFree:  10 kB\nMemAvailable:     102400 kB\n",
    "sys/kernel/security/lockdown": "[none] integrity confidentiality\n",
}
GROUP_SHORT = """\
kexec: the control group of this process has not enough memory to read the files
  /sys/fs/cgroup{}/memory.max: 64.0 MiB, 60.0 MiB are left
  bz and 1 files beside it: 60.0 MiB
Load it with -s, for which it needs none, or from elsewhere.
"""


def limited(own, at, cached=46, swap=0):
    """The process is in the control group @own, and that of @at has 60 MiB left, of 64 MiB.

    That is with @cached MiB of page cache; and as many MiB of @swap may be had besides.
    """
    group = f"sys/fs/cgroup{at}/memory."
    return {"proc/self/cgroup": f"1:name=systemd:/x\n0::{own}\n",
            "proc/meminfo": f"MemTotal: 2048000 kB\nMemAvailable: 1024000 kB\nSwapFree: {swap << 10} kB\n",
            group + "max": f"{64 << 20}\n", group + "current": f"{50 << 20}\n",
            group + "stat": f"anon 7\ninactive_file {6 << 20}\nactive_file {cached - 6 << 20}\n",
            group + "swap.max": "max\n", group + "swap.current": "0\n"}


LOCKED = {"sys/kernel/security/lockdown": "none [integrity] confidentiality\n"}
NOBODY = {"proc/self/status": "Uid:\t1000\t1000\t1000\t1000\nCapEff:\t0000000000000000\n"
                              "CapBnd:\t000001ffffffffff\n"}
BOUND = {
    "proc/self/status": "Uid:\t0\t0\t0\t0\nCapEff:\t00000000a80425fb\nCapBnd:\t00000000a80425fb\n"}
BOUND_SEEN = """\
  /proc/self/status: user 0, CapEff 00000000a80425fb, CAP_SYS_BOOT is missing
  /proc/self/status: CapBnd 00000000a80425fb, so nobody here can have it
"""
FILTERED = {"proc/self/status": ROOT_STATUS + "NoNewPrivs:\t1\nSeccomp:\t2\nSeccomp_filters:\t1\n"}
FILTER_SEEN = """\
a filter of system calls most likely keeps this process from it
  /proc/self/status: Seccomp 2, which is a filter
"""
IMA_RULE = {"sys/kernel/security/ima/policy":
            "dont_appraise fsmagic=0x9fa0\nmeasure func=KEXEC_CMDLINE\n"
            "appraise func=KEXEC_KERNEL_CHECK appraise_type=imasig\n"}
SELINUX = {"sys/fs/selinux/enforce": "1"}
# What owns the crash memory is the hypervisor, so the domain's kernel has none.
DOM0 = {"sys/hypervisor/type": "xen\n", "sys/hypervisor/guest_type": "PV\n",
        "sys/hypervisor/properties/features": "00000b01\n", "sys/kernel/kexec_crash_size": "0\n"}
DOM0_SEEN = """\
kexec: this is a Xen domain, and only the hypervisor can start another kernel
  /sys/hypervisor/type: xen
  /sys/hypervisor/guest_type: PV
Use a kexec program that talks to the hypervisor, or boot without Xen.
"""
NO_KEXEC = dict.fromkeys(("sys/kernel/kexec_loaded", "sys/kernel/kexec_crash_loaded",
                          "sys/kernel/kexec_crash_size"))
NO_KEXEC_SEEN = """\
 running kernel is built without kexec
  /sys/kernel/kexec_loaded: is missing
Boot a kernel with CONFIG_KEXEC_FILE or CONFIG_KEXEC.
"""
NO_SLOT = {"sys/kernel/kexec_crash_loaded": None, "sys/kernel/kexec_crash_size": None}
NO_SLOT_SEEN = """\
  /sys/kernel/kexec_loaded: is there, but not {}: the running kernel is built without CONFIG_CRASH_DUMP
Boot a kernel with CONFIG_CRASH_DUMP.
"""
# A kernel that gives reasons, and loads all formats.
REPORTS = {"sys/kernel/kexec/normal/format": ""}
USED_UP = {"proc/sys/kernel/kexec_load_limit_reboot": "0\n"}
SECURE = {"sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c": b"\6\0\0\0\1"}
ANOTHER = "Name a kernel: a bzImage, a unified kernel image, a vmlinux, an ELF or multiboot program.\n"
DAMAGED = "The file is damaged: install or copy it again.\n"


def signed(image):
    """A PE file that has a certificate table, whatever is in that."""
    image, at = bytearray(image), struct.unpack_from("<I", image, 0x3c)[0] + 24
    struct.pack_into("<I", image, at + 108, 16)
    struct.pack_into("<2I", image, at + 112 + 4 * 8, len(image), 8)
    return bytes(image) + b"PKCS#7.."


def wide_pe(*sections):
    """A PE file with room for all data directories."""
    image = bytearray(pe(*sections))
    # The section table moves behind them.
    start = 0x40 + 24
    table = image[start + 112:start + 112 + 40 * len(sections)]
    image[start + 112:start + 240 + len(table)] = bytes(128) + table
    struct.pack_into("<H", image, 0x40 + 20, 240)
    return bytes(image)


ERRNOS = ("FAKE_FILE_ERRNO", "FAKE_RAW_ERRNO", "FAKE_REBOOT_ERRNO")
KERNEL = wide_pe((b".linux", bzimage()))
ARM64 = bytes(56) + b"ARM\x64" + bytes(4096)

# name, arguments, what is different here, errno, what the kernel logs, and what has to be said
SCENARIOS = [
    ("no privilege", "-s -l bz", {
        "proc/self/status": "Uid:\t1000\t1000\t1000\t1000\nCapEff:\t0000000000000000\n"
                            "CapBnd:\t000001ffffffffff\n"},
     errno.EPERM, None, """\
kexec_file_load failed: Operation not permitted
only a process with CAP_SYS_BOOT may load a kernel, and this one has not got it
  /proc/self/status: user 1000, CapEff 0000000000000000, CAP_SYS_BOOT is missing
Run it as root.
"""),
    ("container", "-s -l bz", {
        "proc/self/status": "Uid:\t0\t0\t0\t0\nCapEff:\t00000000a80425fb\nCapBnd:\t00000000a80425fb\n",
        "run/systemd/container": "podman\n"},
     errno.EPERM, None, """\
kexec_file_load failed: Operation not permitted
this is a container that may not load kernels
  /proc/self/status: user 0, CapEff 00000000a80425fb, CAP_SYS_BOOT is missing
  /proc/self/status: CapBnd 00000000a80425fb, so nobody here can have it
  /run/systemd/container: podman
Run it on the host: a container would replace everybody's kernel.
"""),
    ("container that told its init", "-s -l bz", {
        **BOUND, "proc/1/environ": b"PATH=/bin\0container=lxc\0TERM=linux\0"}, errno.EPERM, None, f"""\
kexec_file_load failed: Operation not permitted
this is a container that may not load kernels
{BOUND_SEEN}  /proc/1/environ: container=lxc
Run it on the host: a container would replace everybody's kernel.
"""),
    ("container in a namespace", "-s -l bz", {
        **BOUND, ".dockerenv": "", "proc/self/ns/pid": ("pid:[4026532000]",)},
     errno.EPERM, None, f"""\
kexec_file_load failed: Operation not permitted
this is a container that may not load kernels
{BOUND_SEEN}  /proc/self/ns/pid: this is a PID namespace of its own
  /.dockerenv: is there
Run it on the host: a container would replace everybody's kernel.
"""),
    ("container with a mark", "-s -l bz", {
        **BOUND, "run/.containerenv": "", "proc/self/ns/pid": ("pid:[4026531836]",)},
     errno.EPERM, None, f"""\
kexec_file_load failed: Operation not permitted
this is a container that may not load kernels
{BOUND_SEEN}  /run/.containerenv: is there
Run it on the host: a container would replace everybody's kernel.
"""),
    ("service", "-s -l bz", {
        **BOUND, "proc/self/ns/pid": ("pid:[4026531836]",), "proc/1/environ": b"HOME=/\0nocontainer=1\0",
        "proc/self/cgroup": "0::/system.slice/kdump.service\n"}, errno.EPERM, None, f"""\
kexec_file_load failed: Operation not permitted
CAP_SYS_BOOT is kept from this process and all that it starts
{BOUND_SEEN}  /proc/self/cgroup: it belongs to kdump.service
Add CAP_SYS_BOOT to CapabilityBoundingSet= of kdump.service.
"""),
    ("service of a user, old control groups", "-s -l bz", {
        **BOUND, "proc/self/cgroup": "12:pids:/a.service\n"
        "1:name=systemd:/user.slice/user@0.service/app.slice/boot.service/part\n0::/\n"},
     errno.EPERM, None, f"""\
kexec_file_load failed: Operation not permitted
CAP_SYS_BOOT is kept from this process and all that it starts
{BOUND_SEEN}  /proc/self/cgroup: it belongs to boot.service
Add CAP_SYS_BOOT to CapabilityBoundingSet= of boot.service.
"""),
    ("confined by nobody known", "-s -l bz", BOUND, errno.EPERM, None, f"""\
kexec_file_load failed: Operation not permitted
CAP_SYS_BOOT is kept from this process and all that it starts
{BOUND_SEEN}Run it from elsewhere, such as a shell of root after a new login.
"""),
    ("user namespace", "-s -l bz", {"proc/self/uid_map": "0 1000 1\n"}, errno.EPERM, None, """\
kexec_file_load failed: Operation not permitted
this is a container that may not load kernels
  /proc/self/status: user 0, CapEff 000001ffffffffff, CAP_SYS_BOOT is there
  /proc/self/uid_map: this is a user namespace of its own
Run it on the host: a container would replace everybody's kernel.
"""),
    ("user namespace without users", "-s -l bz", {**NOBODY, "proc/self/uid_map": ""}, errno.EPERM, None, """\
kexec_file_load failed: Operation not permitted
this is a container that may not load kernels
  /proc/self/status: user 1000, CapEff 0000000000000000, CAP_SYS_BOOT is missing
  /proc/self/uid_map: this is a user namespace of its own
Run it on the host: a container would replace everybody's kernel.
"""),
    ("lockdown", "-s -l bz", {**LOCKED, **SECURE}, errno.EPERM,
     "the kernel has no signature and the kernel is locked down", """\
kexec_file_load failed: Operation not permitted
the kernel is locked down and loads only what a trusted key signed
  /sys/kernel/security/lockdown: none [integrity] confidentiality
  Secure Boot is on
  bz: has no signature
  kernel: the kernel has no signature and the kernel is locked down
Load a kernel that is signed for this machine, or switch Secure Boot off.
"""),
    ("lockdown, segments", "-c -l bz", LOCKED, errno.EPERM,
     "the kernel is locked down, see kexec_file_load", """\
kexec_load failed: Operation not permitted
the kernel is locked down and takes images only as files, to verify them
  /sys/kernel/security/lockdown: none [integrity] confidentiality
  bz: has no signature
  kernel: the kernel is locked down, see kexec_file_load
Use kexec_file_load(2), which is kexec -s.
"""),
    ("disabled", "-s -l bz", {"proc/sys/kernel/kexec_load_disabled": "1\n"}, errno.EPERM, None, """\
kexec_file_load failed: Operation not permitted
kernel.kexec_load_disabled forbids every load until the next boot
  /proc/sys/kernel/kexec_load_disabled: 1
Take out what sets it (look below /etc/sysctl.d), and restart the machine.
"""),
    ("limit used up", "-s -p bz", {"proc/sys/kernel/kexec_load_limit_panic": "0\n"}, errno.EPERM, None, """\
kexec_file_load failed: Operation not permitted
kernel.kexec_load_limit_panic allows no further load until the next boot
  /proc/sys/kernel/kexec_load_limit_panic: 0
Restart the machine, or use what is loaded: see kexec --status.
"""),
    ("limit used up, and lockdown", "-s -l bz", {**LOCKED, **SECURE, **USED_UP}, errno.EPERM, None, """\
kexec_file_load failed: Operation not permitted
kernel.kexec_load_limit_reboot allows no further load until the next boot; besides, the kernel is locked down
  /proc/sys/kernel/kexec_load_limit_reboot: 0
  /sys/kernel/security/lockdown: none [integrity] confidentiality
  Secure Boot is on
  bz: has no signature
Restart the machine, or use what is loaded: see kexec --status. \
Load a kernel that is signed for this machine, or switch Secure Boot off.
"""),
    ("limit used up before lockdown is looked at", "-c -l bz", {**LOCKED, **USED_UP}, errno.EPERM,
     "sysctl kernel.kexec_load_limit_reboot allows no further load", """\
kexec_load failed: Operation not permitted
kernel.kexec_load_limit_reboot allows no further load until the next boot; besides, the kernel is locked down
  /proc/sys/kernel/kexec_load_limit_reboot: 0
  /sys/kernel/security/lockdown: none [integrity] confidentiality
  bz: has no signature
  kernel: sysctl kernel.kexec_load_limit_reboot allows no further load
Restart the machine, or use what is loaded: see kexec --status. Use kexec_file_load(2), which is kexec -s.
"""),
    ("limit used up, signed kernel, and lockdown", "-s -l signed", {**LOCKED, **USED_UP}, errno.EPERM, None, """\
kexec_file_load failed: Operation not permitted
kernel.kexec_load_limit_reboot allows no further load until the next boot
  /proc/sys/kernel/kexec_load_limit_reboot: 0
Restart the machine, or use what is loaded: see kexec --status.
"""),
    ("limit used up since lockdown refused it", "-s -l bz", {**LOCKED, **USED_UP}, errno.EPERM,
     "the kernel is locked down and no trusted key signed the image", """\
kexec_file_load failed: Operation not permitted
the kernel is locked down and loads only what a trusted key signed
  /sys/kernel/security/lockdown: none [integrity] confidentiality
  bz: has no signature
  kernel: the kernel is locked down and no trusted key signed the image
Load a kernel that is signed for this machine, or switch Secure Boot off.
"""),
    ("disabled, and lockdown", "-s -l bz", {**LOCKED, "proc/sys/kernel/kexec_load_disabled": "1\n"},
     errno.EPERM, None, """\
kexec_file_load failed: Operation not permitted
kernel.kexec_load_disabled forbids every load until the next boot; besides, the kernel is locked down
  /proc/sys/kernel/kexec_load_disabled: 1
  /sys/kernel/security/lockdown: none [integrity] confidentiality
  bz: has no signature
Take out what sets it (look below /etc/sysctl.d), and restart the machine. \
Load a kernel that is signed for this machine, or switch Secure Boot off.
"""),
    ("no privilege, and lockdown", "-s -l bz", {**LOCKED, **NOBODY}, errno.EPERM, None, """\
kexec_file_load failed: Operation not permitted
only a process with CAP_SYS_BOOT may load a kernel, and this one has not got it; besides, the kernel is locked down
  /proc/self/status: user 1000, CapEff 0000000000000000, CAP_SYS_BOOT is missing
  /sys/kernel/security/lockdown: none [integrity] confidentiality
  bz: has no signature
Run it as root. Load a kernel that is signed for this machine, or switch Secure Boot off.
"""),
    ("a signed kernel with another command line", "-s -l signed --append=x", LOCKED, errno.EPERM,
     "the image's own command line cannot be replaced: only what is signed counts here", """\
kexec_file_load failed: Operation not permitted
kernel: the image's own command line cannot be replaced: only what is signed counts here
Leave out --append and --reuse-cmdline.
"""),
    ("unsigned", "-s -l uki", SECURE, errno.ENODATA,
     "the kernel has no signature that a trusted key made", """\
kexec_file_load failed: No data available
the kernel takes only signed images, and uki has no signature
  Secure Boot is on
  uki: has no signature
  kernel: the kernel has no signature that a trusted key made
Sign the file with a key that this machine trusts, by sbsign for instance.
"""),
    ("signed by a stranger", "-s -l signed", {}, errno.EKEYREJECTED, None, """\
kexec_file_load failed: Key was rejected by service
the kernel trusts none of the keys that signed signed
  signed: has a signature
Enroll the key that made the signature (mokutil --import), or sign it anew.
"""),
    ("IMA", "-s -l bz", {**IMA_RULE, **SELINUX}, errno.EACCES,
     "the security policy refuses the kernel", """\
kexec_file_load failed: Permission denied
IMA, which appraises what is loaded, most likely refused it
  /sys/kernel/security/ima/policy: appraise func=KEXEC_KERNEL_CHECK appraise_type=imasig
  /sys/fs/selinux/enforce: 1
  bz: has no attribute security.ima
  kernel: the security policy refuses the kernel
Sign it with a key that IMA trusts (evmctl ima_sign); see ausearch -m INTEGRITY_DATA.
"""),
    ("IMA, another file", "-s -l bz --initrd=initrd", {"sys/kernel/security/ima/policy": "appraise fowner=0\n"},
     errno.EACCES, "the security policy refuses the initrd", """\
kexec_file_load failed: Permission denied
IMA, which appraises what is loaded, most likely refused it
  /sys/kernel/security/ima/policy: appraise fowner=0
  kernel: the security policy refuses the initrd
Sign it with a key that IMA trusts (evmctl ima_sign); see ausearch -m INTEGRITY_DATA.
"""),
    ("IMA without a policy to be seen", "-s -l bz", {"sys/kernel/security/ima/violations": "0\n"}, errno.EACCES, None, """\
kexec_file_load failed: Permission denied
IMA, whose policy does not show, may have refused it
  /sys/kernel/security/ima: is there, but does not show its policy
  bz: has no attribute security.ima
Sign it with a key that IMA trusts (evmctl ima_sign); see ausearch -m INTEGRITY_DATA.
"""),
    ("IMA takes no segments", "-c -l bz", IMA_RULE, errno.EACCES, "the security policy wants images as files", """\
kexec_load failed: Permission denied
a security module takes images only as files, to appraise them
  /sys/kernel/security/ima/policy: appraise func=KEXEC_KERNEL_CHECK appraise_type=imasig
  kernel: the security policy wants images as files
Use kexec_file_load(2), which is kexec -s.
"""),
    ("SELinux", "-s -l bz", {
        **SELINUX, "sys/kernel/security/ima/policy": "measure func=KEXEC_KERNEL_CHECK\nappraise func=MODULE_CHECK\n"},
     errno.EACCES, None, """\
kexec_file_load failed: Permission denied
SELinux, which is enforcing, most likely refused it
  /sys/fs/selinux/enforce: 1
Look for the refusal in the audit log: ausearch -m AVC -ts recent.
"""),
    ("another security module", "-s -l bz", {
        "sys/fs/selinux/enforce": "0\n", "sys/kernel/security/lsm": "lockdown,capability,selinux,loadpin"},
     errno.EPERM, "the security policy refuses the kernel", """\
kexec_file_load failed: Operation not permitted
a security module of the kernel refused it
  /sys/kernel/security/lsm: lockdown,capability,selinux,loadpin
  kernel: the security policy refuses the kernel
Look for the refusal in the audit log: ausearch -ts recent, or journalctl -k.
"""),
    ("SELinux, of the capability", "-s -l bz", SELINUX, errno.EPERM, None, """\
kexec_file_load failed: Operation not permitted
SELinux, which is enforcing, most likely withholds CAP_SYS_BOOT
  /sys/fs/selinux/enforce: 1
Look for the refusal in the audit log: ausearch -m AVC -ts recent.
"""),
    *((f"a filter of system calls, {arguments}", arguments, FILTERED, err, None, f"""\
{call} failed: {os.strerror(err)}
{FILTER_SEEN}Run it from elsewhere, such as a shell of root after a new login.
""") for arguments, call in (("-s -l bz", "kexec_file_load"), ("-c -l bz", "kexec_load"), ("-u", "kexec unload"),
                             ("-c -u", "kexec unload")) for err in (errno.EPERM, errno.ENOSYS)),
    ("a filter of system calls, jump", "-e", {**FILTERED, "sys/kernel/kexec_loaded": "1\n"}, errno.EPERM, None, """\
kexec: the jump failed: Operation not permitted
  /proc/self/status: Seccomp 2, which is a filter
Run it from elsewhere, such as a shell of root after a new login.
"""),
    ("a filter of a service", "-s -l bz", {**FILTERED, **SELINUX, "proc/self/cgroup": "0::/system.slice/kdump.service\n"},
     errno.EPERM, None, f"""\
kexec_file_load failed: Operation not permitted
{FILTER_SEEN}  /proc/self/cgroup: it belongs to kdump.service
Add the call to SystemCallFilter= of kdump.service.
"""),
    ("a filter of a container", "-s -l bz", {**FILTERED, "run/systemd/container": "podman\n"}, errno.EPERM, None, f"""\
kexec_file_load failed: Operation not permitted
{FILTER_SEEN}  /run/systemd/container: podman
Run it on the host: a container would replace everybody's kernel.
"""),
    ("a filter, and something better", "-s -l bz", {**FILTERED, "proc/sys/kernel/kexec_load_disabled": "1\n"},
     errno.EPERM, None, """\
kexec_file_load failed: Operation not permitted
kernel.kexec_load_disabled forbids every load until the next boot
  /proc/sys/kernel/kexec_load_disabled: 1
Take out what sets it (look below /etc/sysctl.d), and restart the machine.
"""),
    ("a filter that let it through", "-s -l bz", FILTERED, errno.EPERM, "another reason", """\
kexec_file_load failed: Operation not permitted
kernel: another reason
Try again with -d, which tells more, here and in the kernel log.
"""),
    ("unload, and IMA takes no segments", "-c -u", {"sys/fs/selinux/enforce": "1"}, errno.EACCES, None, """\
kexec unload failed: Permission denied
a security module takes images only as files, to appraise them
  /sys/fs/selinux/enforce: 1
Use kexec_file_load(2), which is kexec -s.
"""),
    ("not a kernel", "-s -l text", {}, errno.ENOEXEC, None, f"""\
kexec_file_load failed: Exec format error
text is not a kernel that could be loaded: it has the marks of no format that is known
{ANOTHER}"""),
    ("not a kernel, says the kernel", "-s -l text", {}, errno.ENOEXEC,
     "the kernel is of no format known here (bzImage, ELF)", f"""\
kexec_file_load failed: Exec format error
kernel: the kernel is of no format known here (bzImage, ELF)
{ANOTHER}"""),
    ("a format that an older kernel does not load", "-s -l uki", {}, errno.ENOEXEC, None, """\
kexec_file_load failed: Exec format error
uki is a PE file, and the running kernel seems not to load that itself
Try -c.
"""),
    *((f"truncated, {option}", f"{option} cut", {}, None, None, f"""\
kexec: cut is a bzImage, but the file ends inside the protected-mode code
{DAMAGED}""") for option in ("-s -l", "-s -p", "-a -l", "--check -l")),
    ("truncated, where the kernel looks itself", "-s -l cut",
     {"sys/kernel/kexec/normal/format": ""}, errno.ENOEXEC, None, f"""\
kexec_file_load failed: Exec format error
cut is a bzImage, but the file ends inside the protected-mode code
{DAMAGED}"""),
    ("wrong architecture", "-s -l arm", {}, errno.ENOEXEC, None, """\
kexec_file_load failed: Exec format error
arm is an ELF file, but it is for another architecture
  arm: built for aarch64; this machine: x86_64
Take a kernel that is built for this machine.
"""),
    ("wrong architecture, arm64", "-s -l Image", {}, errno.ENOEXEC, None, """\
kexec_file_load failed: Exec format error
Image is an Image, but it is for another architecture
  Image: built for aarch64; this machine: x86_64
Take a kernel that is built for this machine.
"""),
    ("no crash memory", "-s -p bz", {"sys/kernel/kexec_crash_size": "0\n"}, None, None, """\
kexec: Memory for crashkernel is not reserved
  /sys/kernel/kexec_crash_size: 0
Boot this kernel with crashkernel=SIZE; kexec --estimate says how large.
"""),
    ("crash memory too small", "-s -p bz --initrd=initrd", {"sys/kernel/kexec_crash_size": "16777216\n"},
     errno.EADDRNOTAVAIL, "no free 64 MiB aligned to 0x200000 for the kernel", """\
kexec_file_load failed: Cannot assign requested address
the memory reserved for a crash kernel is too small for this one
  /sys/kernel/kexec_crash_size: 16.0 MiB
  bz and 1 files beside it need 64.0 MiB at the least
  kernel: no free 64 MiB aligned to 0x200000 for the kernel
Boot this kernel with a larger crashkernel=; kexec --estimate says how large.
"""),
    ("crash memory too small, as the sizes show", "-s -p bz --initrd=large", {"sys/kernel/kexec_crash_size": "16777216\n"},
     errno.EADDRNOTAVAIL, None, """\
kexec_file_load failed: Cannot assign requested address
the memory reserved for a crash kernel is too small for this one
  /sys/kernel/kexec_crash_size: 16.0 MiB
  bz and 1 files beside it need 200.1 MiB at the least
Boot this kernel with a larger crashkernel=; kexec --estimate says how large.
"""),
    ("crash memory used up", "-s -p bz", {}, errno.ENOMEM,
     "the crash memory has no room left for control pages", """\
kexec_file_load failed: Cannot allocate memory
the memory reserved for a crash kernel is too small for this one
  /sys/kernel/kexec_crash_size: 256.0 MiB
  bz and 0 files beside it need 0.1 MiB at the least
  kernel: the crash memory has no room left for control pages
Boot this kernel with a larger crashkernel=; kexec --estimate says how large.
"""),
    ("crash memory large enough, but of no use", "-s -p bz", {}, errno.EADDRNOTAVAIL, None, """\
kexec_file_load failed: Cannot assign requested address
no part of the memory reserved for a crash kernel suits this one
  /sys/kernel/kexec_crash_size: 256.0 MiB
  bz and 0 files beside it need 0.1 MiB at the least
Boot this kernel with a larger crashkernel=; kexec --estimate says how large.
"""),
    ("crash memory too high", "-s -p bz", {}, errno.EADDRNOTAVAIL,
     "no free memory below 4 GiB for the boot information", """\
kexec_file_load failed: Cannot assign requested address
no part of the memory reserved for a crash kernel suits this one
  /sys/kernel/kexec_crash_size: 256.0 MiB
  bz and 0 files beside it need 0.1 MiB at the least
  kernel: no free memory below 4 GiB for the boot information
Boot this kernel with crashkernel= memory below 4 GiB, not ",high".
"""),
    ("crash kernel with a place of its own", "-s -p bz", {}, errno.EADDRNOTAVAIL,
     "segment 0, 0x1000000-0x2000000, lies outside the crash memory 0x30000000-0x3fffffff", """\
kexec_file_load failed: Cannot assign requested address
bz has a fixed place, and that is not reserved for a crash kernel
  kernel: segment 0, 0x1000000-0x2000000, lies outside the crash memory 0x30000000-0x3fffffff
Load a kernel that can lie anywhere: a bzImage with CONFIG_RELOCATABLE.
"""),
    ("kernel with a place of its own", "-s -l bz", {}, errno.EADDRNOTAVAIL,
     "the kernel has to lie at 0xe0000000-0xe1ffffff, which is not all RAM", """\
kexec_file_load failed: Cannot assign requested address
bz has a fixed place, and there is no memory for it there
  kernel: the kernel has to lie at 0xe0000000-0xe1ffffff, which is not all RAM
Load a kernel that can lie anywhere: a bzImage with CONFIG_RELOCATABLE.
"""),
    ("crash kernel, and another reason", "-s -p bz", {}, errno.EADDRNOTAVAIL,
     "the kernel goes beyond the last address", """\
kexec_file_load failed: Cannot assign requested address
kernel: the kernel goes beyond the last address
Try again with -d, which tells more, here and in the kernel log.
"""),
    ("out of memory for a copy of each file", "-c -l bz --initrd=half", {}, None, None, """\
kexec: there is not enough free memory to read the files and let the kernel copy them
  bz and 1 files beside it: 60.0 MiB
  /proc/meminfo: 100.0 MiB available of 2000.0 MiB
End programs that use much memory, or take a smaller initrd.
"""),
    ("out of memory in a control group", "-c -l bz --initrd=half", limited("/a/b.service", "/a/b.service"), None,
     None, GROUP_SHORT.format("/a/b.service")),
    ("out of memory in a group above", "-c -l bz --initrd=half", limited("/a/b.service", "/a"), None, None,
     GROUP_SHORT.format("/a")),
    ("out of memory in a container's topmost group", "-c -l bz --initrd=half", limited("/a", ""), None, None,
     GROUP_SHORT.format("")),
    ("out of memory in a group that is that", "-c -l bz --initrd=half", limited("/", ""), None, None,
     GROUP_SHORT.format("")),
    ("out of memory in a group, for all that can be swapped out", "-c -l bz --initrd=large",
     limited("/a", "/a", swap=16), None, None,
     GROUP_SHORT.format("/a").replace("60.0 MiB are", "76.0 MiB are").replace("60.0", "200.0")),
    ("out of memory for a crash kernel", "-s -p bz", {"sys/kernel/kexec_crash_size": "65536\n"}, errno.ENOMEM,
     "there is not enough free memory to read the kernel", """\
kexec_file_load failed: Cannot allocate memory
there is not enough free memory to load the image
  bz and 0 files beside it: 0.0 MiB
  /proc/meminfo: 100.0 MiB available of 2000.0 MiB
  kernel: there is not enough free memory to read the kernel
End programs that use much memory, or take a smaller initrd.
"""),
    ("out of memory for a crash kernel, as the sizes show", "-s -p bz --initrd=large", {}, errno.ENOMEM, None, """\
kexec_file_load failed: Cannot allocate memory
there is not enough free memory to load the image
  bz and 1 files beside it: 200.0 MiB
  /proc/meminfo: 100.0 MiB available of 2000.0 MiB
End programs that use much memory, or take a smaller initrd.
"""),
    ("out of some memory for a crash kernel", "-s -p bz", {}, errno.ENOMEM, None, """\
kexec_file_load failed: Cannot allocate memory
there is not enough memory, either free or reserved for a crash kernel
  /sys/kernel/kexec_crash_size: 256.0 MiB
  bz and 0 files beside it need 0.1 MiB at the least
  /proc/meminfo: 100.0 MiB available of 2000.0 MiB
End programs that use much memory; if that is no help, enlarge crashkernel=.
"""),
    ("command line too long", f"-s -l bz --append={'x' * 300}", {}, errno.EINVAL, None, """\
kexec_file_load failed: Invalid argument
the command line has 300 bytes, bz takes 255 at most
Shorten it: --remove=NAME leaves a parameter out of a reused one.
"""),
    ("out of memory", "-s -l bz --initrd=large", {}, errno.ENOMEM,
     "there is not enough free memory to read the initrd", """\
kexec_file_load failed: Cannot allocate memory
there is not enough free memory to load the image
  bz and 1 files beside it: 200.0 MiB
  /proc/meminfo: 100.0 MiB available of 2000.0 MiB
  kernel: there is not enough free memory to read the initrd
End programs that use much memory, or take a smaller initrd.
"""),
    *((f"under Xen, {arguments}", arguments, DOM0, None, None, DOM0_SEEN) for arguments in
      ("-p bz", "-s -p bz", "-c -p bz", "-l bz", "-s -l bz", "-c -l bz", "-a -l bz", "-S", "-l -S", "-e", "-u",
       "-p -u", "-c -u", "-a -u", "-f bz")),
    ("no /proc and no /sys", "-s -l bz", None, errno.EPERM, None, """\
kexec_file_load failed: Operation not permitted
Operation not permitted, and what would tell why is not there
  /proc: is not mounted
  /sys: is not mounted
Mount /proc and /sys, then try again.
"""),
    ("no /proc for the command line", "-s -l bz --reuse-cmdline", None, None, None, """\
kexec: cannot read /proc/cmdline: No such file or directory
  /proc: is not mounted
Mount it: mount -t proc none /proc.
"""),
    ("no /sys for the status", "-S", None, None, None, """\
kexec: cannot read /sys/kernel/kexec_loaded: No such file or directory
  /sys: is not mounted
Mount it: mount -t sysfs none /sys.
"""),
    ("no kexec in this kernel", "-S", {"sys/kernel/kexec_loaded": None}, None, None, """\
kexec: cannot read /sys/kernel/kexec_loaded: No such file or directory
  /sys/kernel: is there, so the running kernel is built without kexec
Boot a kernel with CONFIG_KEXEC_FILE or CONFIG_KEXEC.
"""),
    *((f"no kexec in this kernel, {arguments}", arguments, NO_KEXEC, errno.ENOSYS, None,
       f"{call} failed: Function not implemented\nthe{NO_KEXEC_SEEN}") for arguments, call in (
           ("-l bz", "kexec_file_load"), ("-s -p bz", "kexec_file_load"), ("-c -l bz", "kexec_load"),
           ("-u", "kexec unload"), ("-c -u", "kexec unload"), ("-a -u", "kexec unload"))),
    ("no kexec in this kernel, -a", "-a -l bz", NO_KEXEC, errno.ENOSYS, None, f"""\
kexec_file_load failed: Function not implemented
the running kernel is built without kexec
  kexec_load: Function not implemented
  /sys/kernel/kexec_loaded: is missing
Boot a kernel with CONFIG_KEXEC_FILE or CONFIG_KEXEC.
"""),
    *((f"no kexec in this kernel, {arguments}", arguments, NO_KEXEC, None, None,
       f"kexec: the{NO_KEXEC_SEEN}") for arguments in (
           "-e", "-y -e", "--check -l bz", "--check -p bz", "--check -c -l bz", "--check -a -l bz")),
    ("no slot for panics in this kernel", "-p bz", NO_SLOT, None, None, f"""\
kexec: the running kernel has no slot for a crash kernel
{NO_SLOT_SEEN.format("kexec_crash_size")}"""),
    ("no slot for panics, segments", "-c -p bz", NO_SLOT, None, None, f"""\
kexec: the running kernel has no slot for a crash kernel
{NO_SLOT_SEEN.format("kexec_crash_size")}"""),
    ("no slot for panics to be seen", "-S", NO_SLOT, None, None, f"""\
kexec: cannot read /sys/kernel/kexec_crash_loaded: No such file or directory
{NO_SLOT_SEEN.format("kexec_crash_loaded")}"""),
    ("no slot for panics to be estimated for", "--estimate", NO_SLOT, None, None, f"""\
kexec: the running kernel has no crash slot
{NO_SLOT_SEEN.format("kexec_crash_size")}"""),
    ("no slot for panics that has a size", "--print-ckr-size", NO_SLOT, None, None, f"""\
kexec: cannot read /sys/kernel/kexec_crash_size
{NO_SLOT_SEEN.format("kexec_crash_size")}"""),
    ("busy", "-s -l bz", {}, errno.EBUSY, None, """\
kexec_file_load failed: Device or resource busy
a load, or a reboot, is under way
Wait for it, then try again.
"""),
    ("no such call", "-s -l bz", {}, errno.ENOSYS, None, """\
kexec_file_load failed: Function not implemented
the running kernel does not read the files itself
Try -c.
"""),
    ("neither call helps", "-a -l text", {}, errno.ENOSYS, None, f"""\
kexec_file_load failed: Function not implemented
the running kernel does not read the files itself
  kexec_load: text: it is of no format that -c knows
{ANOTHER}"""),
    ("neither call helps a kernel", "-a -l bz", {}, errno.ENOSYS, None, """\
kexec_file_load failed: Function not implemented
the running kernel does not read the files itself
  kexec_load: Function not implemented
Boot a kernel with CONFIG_KEXEC_FILE.
"""),
    ("no such call, nor would the other one help", "-s -l signed", LOCKED, errno.ENOSYS, None, """\
kexec_file_load failed: Function not implemented
the running kernel does not read the files itself
  kexec_load would refuse it, too: the kernel is locked down and takes images only as files, to verify them
Boot a kernel with CONFIG_KEXEC_FILE.
"""),
    *((f"another type of kernel, {option}", f"{option} -l bz -t ELF", {}, errno.EINVAL, None, f"""\
{said}bz is no ELF image
Leave out --type, or name a kernel of that type.
""") for option, said in (("-s", "kexec_file_load failed: Invalid argument\n"), ("--check", "kexec: "),
                          ("--check -p", "kexec: "))),
    ("another type of kernel, -c", "-c -l bz -t ELF", {}, None, None, """\
kexec: bz: it is no image of format ELF
Leave out --type, or name a kernel of that type.
"""),
    ("another type of kernel, -a", "-a -l bz -t ELF", {}, errno.EINVAL, None, """\
kexec_file_load failed: Invalid argument
bz is no ELF image
  kexec_load: bz: it is no image of format ELF
Leave out --type, or name a kernel of that type.
"""),
    ("no unified kernel image", "-s -l signed -t multiboot2", {}, errno.ENOEXEC, "the kernel is no multiboot2 image", """\
kexec_file_load failed: Exec format error
kernel: the kernel is no multiboot2 image
Leave out --type, or name a kernel of that type.
"""),
    *((f"a module of a bzImage, {option}", f"{option} -l bz --initrd=initrd --module=text", {}, errno.EINVAL, None,
       f"""\
{said}bz is a bzImage, and that takes no module
Leave out the module text.
""") for option, said in (("-s", "kexec_file_load failed: Invalid argument\n"), ("--check", "kexec: "),
                          ("--check -c", "kexec: "))),
    ("an addon of a bzImage, -a", "-a -l bz --addon=text", {}, errno.EINVAL, None, """\
kexec_file_load failed: Invalid argument
bz is a bzImage, and that takes no addon
  kexec_load: bz: an image of this format takes no addon
Leave out the addon text.
"""),
    *((f"a profile of a bzImage, {option}", f"{option} -l bz --profile=1", {}, errno.EINVAL, None, f"""\
{said}bz is a bzImage, and that has no profiles
Leave out --profile.
""") for option, said in (("-s", "kexec_file_load failed: Invalid argument\n"), ("--check", "kexec: "),
                          ("--check -c", "kexec: "))),
    ("what kexec_load would do", "-s -l uki --dtb=tree", {}, errno.EINVAL, None, """\
kexec_file_load failed: Invalid argument
the running kernel loads a bzImage with its initrd only: no modules, no addons, no profiles, no other formats
Try -c.
"""),
    ("what kexec_load would do, of a crash kernel", "-s -p uki --dtb=tree", {}, errno.EINVAL, None, """\
kexec_file_load failed: Invalid argument
the running kernel loads a bzImage with its initrd only: no modules, no addons, no profiles, no other formats
  kexec_load would refuse it, too: uki: -c tells a crash kernel nothing of the one that crashed; load it with -s
Load a bzImage and initrds alone, or boot a kernel that loads more.
"""),
    ("no such file", "-s -l missing", {}, None, None, """\
kexec: cannot open missing: No such file or directory
Name a file that is there.
"""),
    ("an unreadable reason", "-s -l bz", {"sys/kernel/kexec/normal/error": "the slot knows\n", "dev/kmsg": None},
     errno.EINVAL, None, """\
kexec_file_load failed: Invalid argument
kernel: the slot knows
Try again with -d, which tells more, here and in the kernel log.
"""),
    ("nothing to jump into", "-e", {}, None, None, """\
kexec: Nothing has been loaded!
Load a kernel first: kexec -l KERNEL.
"""),
    ("jump without privilege", "-e -y", {
        "sys/kernel/kexec_loaded": "1\n",
        "proc/self/status": "Uid:\t1000\t1000\t1000\t1000\nCapEff:\t0000000000000000\n"
                            "CapBnd:\t000001ffffffffff\n"},
     errno.EPERM, None, """\
kexec: the jump failed: Operation not permitted
  /proc/self/status: user 1000, CapEff 0000000000000000, CAP_SYS_BOOT is missing
Run it as root.
"""),
    ("jump into what has changed", "-e -y", {
        "sys/kernel/kexec_loaded": "1\n", "sys/kernel/kexec/normal/error":
        "segment 1 (initrd), 0x37000000-0x37100000, is not as it was loaded\n"},
     errno.EBADMSG, None, """\
kexec: the loaded image has changed in memory, so it is not started
  kernel: segment 1 (initrd), 0x37000000-0x37100000, is not as it was loaded
Load it again; if that is not the end of it, test the machine's memory.
"""),
    ("jump into what has changed, by a kernel that gives no reason", "-e -y",
     {"sys/kernel/kexec_loaded": "1\n"}, errno.EBADMSG, None, """\
kexec: the loaded image has changed in memory, so it is not started
Load it again; if that is not the end of it, test the machine's memory.
"""),
    ("no report", "--report", {}, None, None, """\
kexec: the running kernel has no /sys/kernel/kexec/normal, so there is nothing to report from
Boot a kernel that has it; kexec --status works with any.
"""),
    ("no size", "--print-ckr-size", None, None, None, """\
kexec: cannot read /sys/kernel/kexec_crash_size
  /sys: is not mounted
Mount it: mount -t sysfs none /sys.
"""),
    ("unload without privilege", "-u", {
        "proc/self/status": "Uid:\t1000\t1000\t1000\t1000\nCapEff:\t0000000000000000\n"
                            "CapBnd:\t000001ffffffffff\n"},
     errno.EPERM, None, """\
kexec unload failed: Operation not permitted
only a process with CAP_SYS_BOOT may load a kernel, and this one has not got it
  /proc/self/status: user 1000, CapEff 0000000000000000, CAP_SYS_BOOT is missing
Run it as root.
"""),
    ("unload while a load is under way, without privilege", "-u", {
        "proc/self/status": "Uid:\t1000\t1000\t1000\t1000\nCapEff:\t0000000000000000\n"
                            "CapBnd:\t000001ffffffffff\n",
        "proc/sys/kernel/kexec_load_disabled": "1\n"},
     errno.EBUSY, None, """\
kexec unload failed: Device or resource busy
a load, or a reboot, is under way
Wait for it, then try again.
"""),
    ("unload with the limit used up", "-p -u", {"proc/sys/kernel/kexec_load_limit_panic": "0\n"},
     errno.EPERM, None, """\
kexec unload failed: Operation not permitted
kernel.kexec_load_limit_panic allows no further load until the next boot
  /proc/sys/kernel/kexec_load_limit_panic: 0
Restart the machine, or use what is loaded: see kexec --status.
"""),
    ("unload with the limit used up under lockdown", "-u", {**LOCKED, **USED_UP}, errno.EPERM, None, """\
kexec unload failed: Operation not permitted
kernel.kexec_load_limit_reboot allows no further load until the next boot
  /proc/sys/kernel/kexec_load_limit_reboot: 0
Restart the machine, or use what is loaded: see kexec --status.
"""),
    ("unload with the limit used up under lockdown, segments", "-c -u", {**LOCKED, **USED_UP},
     errno.EPERM, None, """\
kexec unload failed: Operation not permitted
kernel.kexec_load_limit_reboot allows no further load until the next boot; besides, the kernel is locked down
  /proc/sys/kernel/kexec_load_limit_reboot: 0
  /sys/kernel/security/lockdown: none [integrity] confidentiality
Restart the machine, or use what is loaded: see kexec --status. Use kexec_file_load(2), which is kexec -s.
"""),
    ("unload under lockdown, segments", "-c -u", LOCKED, errno.EPERM, None, """\
kexec unload failed: Operation not permitted
the kernel is locked down and takes images only as files, to verify them
  /sys/kernel/security/lockdown: none [integrity] confidentiality
Use kexec_file_load(2), which is kexec -s.
"""),
]


class Root:
    """A root directory of its own for a scenario."""

    def __init__(self, s, different):
        self.path = s.path("diagnosed")
        shutil.rmtree(self.path, ignore_errors=True)
        os.makedirs(self.path + "/dev")
        if different is None:
            return
        usual = {"sys/kernel/kexec_loaded": "0\n", "sys/kernel/kexec_crash_loaded": "0\n",
                 "sys/kernel/kexec_crash_size": "268435456\n", "dev/kmsg": "", **SOUND}
        for start, end, kind in ((0x1000, 0x9ffff, 1), (0x100000, 0x3fffffff, 1)):
            usual["proc/iomem"] = usual.get("proc/iomem", "") + f"{start:08x}-{end:08x} : System RAM\n"
        for name, text in {**usual, **different}.items():
            if isinstance(text, tuple):
                os.makedirs(os.path.dirname(f"{self.path}/{name}"), exist_ok=True)
                os.symlink(text[0], f"{self.path}/{name}")
            elif text is not None:
                s.write(f"diagnosed/{name}", text)


def prepare(s):
    """The files of the scenarios."""
    image = bytearray(bzimage())
    s.write("bz", image)
    s.write("cut", image[:len(image) - 600])
    s.write("uki", KERNEL)
    s.write("tree", dtb())
    s.write("signed", signed(KERNEL))
    arm = bytearray(elf([(1, 0x1000, 0x100000, 0x1800, 0x4000)]))
    struct.pack_into("<H", arm, 18, 183)
    s.write("arm", arm)
    s.write("Image", ARM64)
    for name, size in (("large", 200), ("half", 60)):
        with open(s.path(name), "wb") as f:
            f.truncate(size << 20)


def test_diagnoses(s):
    prepare(s)
    for name, arguments, different, err, record, expected in SCENARIOS:
        env = {"FAKE_ROOT": Root(s, different).path}
        if err:
            env.update(dict.fromkeys(ERRNOS, str(err)))
        if record:
            env["FAKE_RECORD"] = f"4,2,9,-;kexec: normal image not loaded: {record}\n"
        status, calls, stdout, stderr = s.run(arguments.split(), env)
        # what kexec-tools calls a mistake of the caller's
        usage = "crashkernel is not reserved" in expected or "Nothing has been loaded" in expected
        wrong = [f"status {status}, {stdout!r}"] if status != (1 if usage else 255) or stdout else []
        if calls and not err:
            wrong.append(f"calls {calls}")
        if stderr != expected:
            wrong += [f"{side} {line}" for side, text in (("want", expected), ("got ", stderr))
                      for line in text.splitlines()]
        if not stderr.endswith(".\n"):
            wrong.append("the next step has no end")
        s.report(wrong, f"diagnosis: {name}")
    os.remove(s.path("half"))
    os.remove(s.path("large"))


def test_log(s):
    """Where there is no reason, the last of what the kernel itself has logged meanwhile."""
    s.write("bz", bzimage())
    s.write("uki", KERNEL)

    def record(text, priority=3):
        return f"{priority},2,9,-;{text}\n"

    locked = record("Lockdown: kexec: kexec of unsigned images is restricted; see man kernel_lockdown.7")
    many = "".join(record(f"line {i}\n SUBSYSTEM=x") for i in range(5)) + record("daemon: hello", 30)
    for name, arguments, err, different, log, expected in (
            ("lockdown", "-s -l bz", errno.EPERM, LOCKED, locked, """\
kexec_file_load failed: Operation not permitted
the kernel is locked down and loads only what a trusted key signed
  /sys/kernel/security/lockdown: none [integrity] confidentiality
  bz: has no signature
  kernel log: Lockdown: kexec: kexec of unsigned images is restricted; see man kernel_lockdown.7
Load a kernel that is signed for this machine, or switch Secure Boot off.
"""),
            ("lockdown of segments", "-c -l bz", errno.EPERM, LOCKED, locked, """\
kexec_load failed: Operation not permitted
the kernel is locked down and takes images only as files, to verify them
  kernel log: Lockdown: kexec: kexec of unsigned images is restricted; see man kernel_lockdown.7
  /sys/kernel/security/lockdown: none [integrity] confidentiality
  bz: has no signature
Use kexec_file_load(2), which is kexec -s.
"""),
            ("a format", "-s -l uki", errno.ENOEXEC, {}, record("kexec-bzImage64: Not a bzImage"), """\
kexec_file_load failed: Exec format error
uki is a PE file, and the running kernel seems not to load that itself
  kernel log: kexec-bzImage64: Not a bzImage
Try -c.
"""),
            ("the last ones", "-s -l bz", errno.EIO, {}, many, """\
kexec_file_load failed: Input/output error
the kernel gives no reason
  kernel log: line 2
  kernel log: line 3
  kernel log: line 4
Try again with -d, which tells more, here and in the kernel log.
"""),
            ("a reason among others", "-s -l bz", errno.EIO, {},
             record("before") + record("kexec: normal image not loaded: a reason", 4) + record("behind"), """\
kexec_file_load failed: Input/output error
kernel: a reason
Try again with -d, which tells more, here and in the kernel log.
"""),
            ("control characters", "-s -l bz", errno.EIO, {}, record("\x1b[31mred\x1b[m"), """\
kexec_file_load failed: Input/output error
the kernel gives no reason
  kernel log: ?[31mred?[m
Try again with -d, which tells more, here and in the kernel log.
""")):
        env = {"FAKE_ROOT": Root(s, different).path, "FAKE_RECORD": log,
               **dict.fromkeys(ERRNOS, str(err))}
        stderr = s.run(arguments.split(), env)[3]
        s.report([] if stderr == expected else stderr.splitlines(), f"kernel log: {name}")


def test_loss(s):
    """Kernels that empty the crash slot first leave nothing behind when they refuse an image."""
    gone = """\
  /sys/kernel/kexec_crash_loaded: 0, so the crash kernel that was loaded before is gone
"""
    again = "Load a crash kernel again soon: none is there for a panic that happens now.\n"
    armed = {"sys/kernel/kexec_crash_loaded": "1\n"}
    s.write("bz", bzimage())
    s.write("program", elf([(1, 0x1000, 0x100000, 0x1800, 0x4000)]))
    failing = {"FAKE_FILE_ERRNO": errno.EADDRNOTAVAIL, "FAKE_RAW_ERRNO": errno.EADDRNOTAVAIL}
    for arguments, different, more, lost in (
            ("-s -p bz", armed, failing, True), ("-c -p program", armed, failing, True),
            ("-s -p bz", {}, failing, False), ("-s -l bz", armed, failing, False),
            ("-a -p program", armed, {"FAKE_FILE_ERRNO": errno.ENOEXEC}, None)):
        root = Root(s, different).path
        for loses in (False, True):
            env = {"FAKE_ROOT": root, **{k: str(v) for k, v in more.items()}, **({"FAKE_LOSES": "1"} if loses else {})}
            status, _, _, stderr = s.run(arguments.split(), env)
            wrong = [] if (status == 255) == (lost is not None) else [f"status {status}"]
            if (gone in stderr, stderr.endswith(". " + again)) != (bool(lost and loses),) * 2:
                wrong.append(stderr)
            s.report(wrong, f"kexec {arguments}, {different or 'not armed'}, {'lost' if loses else 'kept'}")


def test_no_slot(s):
    """Kernels that have none may empty the other one."""
    for arguments in ("-p -u", "-p -u -s", "-p -u -c", "-p -u -a"):
        s.check(arguments, FAKE_ROOT=Root(s, NO_SLOT).path)
    s.check("-u", FAKE_ROOT=Root(s, NO_SLOT).path, calls=["file none none [] 0 0x1"])


def test_xen(s):
    """Domains that are fully virtualised are like any machine."""
    xen = {"sys/hypervisor/type": "xen\n"}
    features = "sys/hypervisor/properties/features"
    load = f"file {s.path('bz')} none [] 1 0x4"
    for more in ({"sys/hypervisor/guest_type": "HVM\n"}, {"sys/hypervisor/guest_type": "PVH\n"},
                 {features: "00000705\n"}):
        s.check("-l bz", calls=[load], FAKE_ROOT=Root(s, {**xen, **more}).path)
    for more in ({}, {features: "00000b01\n"}):
        s.check("-l bz", 255, says=["a Xen domain"], FAKE_ROOT=Root(s, {**xen, **more}).path)


def check_json(s, arguments, root):
    """The same as in words, and what is to be loaded as a dry run has it."""
    def run(*options):
        return s.run([*options, "-l", *arguments.split()], {"FAKE_ROOT": root})

    status, _, _, words = run("--check")
    code, calls, stdout, stderr = run("--check", "--json")
    found = json.loads(stdout)
    lines = [found["cause"] and f"kexec: {found['cause']}"]
    lines += [f"  {line}" for line in found["evidence"]] + [found["next"]]
    wrong = [] if (code, calls, stderr) == (status, [], "") else [f"{code}, {calls}, {stderr!r}"]
    if [line for line in lines if line] != words.splitlines():
        wrong.append(f"words: {words!r}, JSON: {stdout}")
    if (found["result"], found["errno"] > 0) != (("refused", True) if status else
                                                 ("clear", False)):
        wrong.append(f"the result is {found['result']}, {found['errno']}")
    plan = json.loads(run("--dry-run", "--json")[2] or '{"command_line": null}')
    if plan != {key: found[key] for key in plan}:
        wrong.append(f"a dry run has {plan}")
    s.report(wrong, f"kexec --check --json -l {arguments}")


def test_check_stock(s):
    """Of a kernel without reasons nothing is promised that it refuses."""
    prepare(s)

    def patched(at, value):
        image = bytearray(bzimage())
        image[at:at + len(value)] = value
        return bytes(image)

    only = "and the running kernel itself loads only bzImages"
    files = {"uki": KERNEL, "uki.signed": signed(KERNEL), "gz": gzip.compress(bzimage()),
             "vmlinux": GOOD, "low": patched(0x236, b"\1\0"),
             "old": patched(0x206, b"\x0b\2")}
    five = {"proc/cpuinfo": "flags\t\t: fpu la57 vme\n"}
    efi32 = {"sys/firmware/efi/fw_platform_size": "32\n"}
    for name, data in files.items():
        s.write(name, data)
        for option in ("", "-s ", "-p "):
            s.check(f"--check {option}-l {name}", 255, says=[f"kexec: {name} is a", only],
                    FAKE_ROOT=Root(s, {}).path)
        s.check(f"--check -l {name}", FAKE_ROOT=Root(s, REPORTS).path)
        s.check(f"--check -a -l {name}", FAKE_ROOT=Root(s, {}).path)
        check_json(s, name, Root(s, {}).path)
    s.check("--check -a -l uki.signed", 255, says=[only], FAKE_ROOT=Root(s, LOCKED).path)
    for different in (five, efi32):
        s.check("--check -l bz", 255, says=["bz is a bzImage, " + only], FAKE_ROOT=Root(s, different).path)
        s.check("--check -l bz", FAKE_ROOT=Root(s, {**different, **REPORTS}).path)
    for length, status in ((224, 0), (225, 255), (255, 255)):
        line = "x" * length
        s.check(f"--check -l bz --append={line}", status, FAKE_ROOT=Root(s, {}).path,
                says=["of the 255 that bz takes the running kernel keeps 31"] * bool(status))
        s.check(f"--check -l bz --append={line}", FAKE_ROOT=Root(s, REPORTS).path)
        s.check(f"--check -a -l bz --append={line}", FAKE_ROOT=Root(s, {}).path)
    s.check(f"-s -l bz --append={'x' * 225}", 255, FAKE_FILE_ERRNO=errno.EINVAL, FAKE_ROOT=Root(s, {}).path,
            says=["keeps 31"], calls=[f"file {s.path('bz')} none [{'x' * 225}] 226 0x4"])
    s.check("--check -l bz --self-extract", 255, says=["not to know --self-extract"], FAKE_ROOT=Root(s, {}).path)
    s.check("--check -l bz --self-extract", FAKE_ROOT=Root(s, REPORTS).path)
    newer = [int(part) for part in re.findall(r"\d+", os.uname().release)[:2]] >= [6, 18]
    s.check("--check -l bz --force-dtb", 0 if newer else 255, says=[] if newer else ["not to know --force-dtb"],
            FAKE_ROOT=Root(s, {}).path)
    s.check("--check -l bz --force-dtb", FAKE_ROOT=Root(s, REPORTS).path)


def test_check_calls(s):
    """A call that the kernel is built without is none that would load anything."""
    prepare(s)

    def kernel(file, raw, front="__x64_"):
        return {"proc/kallsyms": "0000000000000000 T _text\n0000000000000000 t __pfx___x64_sys_kexec_file_load\n"
                "0000000000000000 t __do_sys_kexec_file_load\n0000000000000000 W __x64_sys_io_setup\n"
                f"0000000000000000 {file} {front}sys_kexec_file_load\n0000000000000000 {raw} {front}sys_kexec_load\n"}

    no_file, no_raw = "the running kernel does not read the files itself", "the running kernel takes no images from programs"
    for front in ("__x64_", "__ia32_", ""):
        for kinds, arguments, says in (("TT", "-l bz", ""), ("TT", "-c -l bz", ""), ("TT", "-a -l bz", ""), ("WT", "-l bz", no_file),
                                       ("WT", "-c -l bz", ""), ("WT", "-a -l bz", ""), ("TW", "-l bz", ""), ("TW", "-c -l bz", no_raw),
                                       ("TW", "-a -l bz", ""), ("WW", "-a -l bz", no_file), ("wT", "-p bz", no_file)):
            root = Root(s, kernel(*kinds, front)).path
            s.check(f"--check {arguments}", 255 if says else 0, says=[f"kexec: {says}\n"] if says else [], FAKE_ROOT=root)
    s.check("--check -l bz", 255, says=[no_file, "Try -c.\n"], FAKE_ROOT=Root(s, kernel("W", "T")).path)
    s.check("--check -l bz", 255, says=[no_file, "kexec_load would refuse it, too: " + no_raw],
            FAKE_ROOT=Root(s, kernel("W", "W")).path)
    check_json(s, "bz", Root(s, kernel("W", "T")).path)


def test_check(s):
    """The same before a load, and without one."""
    s.write("addon", pe((b".cmdline", b"more")))
    seen = "Nothing is seen that would keep it from being loaded.\n"
    for arguments in ("-l bz --check", "-p bz --check", "-a --check -l bz -d", "--check -a -l uki",
                      "-f bz --check", "-l --check -c bz", "--check -c -l uki --addon=addon --dtb=tree",
                      "--check -t uki -a -l uki", "--check -t bzImage -l bz"):
        s.check(arguments, FAKE_ROOT=Root(s, {}).path, out=seen)
    s.check("--check -l uki", FAKE_ROOT=Root(s, REPORTS).path, out=seen)
    s.check("--check -l signed", FAKE_ROOT=Root(s, {**LOCKED, **REPORTS}).path, out=seen)
    s.write("half", bytes(2) + KERNEL[2:])
    with open(s.path("large"), "wb") as f:
        f.truncate(200 << 20)
    for arguments, different, says in (
            ("bz", {"proc/self/status": "Uid:\t1\t1\t1\t1\nCapEff:\t0\nCapBnd:\t000001ffffffffff\n"},
             "only a process with CAP_SYS_BOOT"),
            ("bz", {"proc/sys/kernel/kexec_load_disabled": "1\n"}, "kexec_load_disabled forbids"),
            ("bz", {"proc/sys/kernel/kexec_load_limit_reboot": "0\n"}, "allows no further load"),
            ("uki", LOCKED, "is locked down"), ("-c signed", LOCKED, "only as files"),
            ("bz", {"sys/hypervisor/type": "xen\n"}, "a Xen domain"),
            ("-p bz", {"sys/kernel/kexec_crash_size": "0\n"}, "crashkernel is not reserved"),
            ("-p bz", {"sys/kernel/kexec_crash_size": "512\n"}, "is too small for this one"),
            ("-p bz", {"sys/kernel/kexec_crash_size": "65536\n"}, "bz and 0 files beside it need 0.1 MiB"),
            ("bz --initrd=large", {}, "not enough free memory"),
            ("text", {}, "text is not a kernel"), ("cut", {}, "the file ends inside"),
            ("half", {}, "half is not a kernel"), ("arm", {}, "built for aarch64"),
            ("-t ELF bz", {}, "bz is no ELF image"), ("-t UKI bz", {}, "bz is no UKI image"),
            ("-c -t ELF bz", {}, "bz is no ELF image"),
            ("-t uki --initrd=text uki --module=text", {}, "uki is a PE file, and that takes no module"),
            ("-c bz --profile=1", {}, "has no profiles"),
            ("-c bz --mem-max=0x1000", {}, "there is no free memory for"),
            ("-p -c bz", {}, "-c tells a crash kernel nothing"),
            ("missing", {}, "cannot open missing"), ("bz --initrd=missing", {}, "cannot open missing"),
            (f"bz --append={'x' * 256}", {}, "has 256 bytes, bz takes 255")):
        s.check(f"--check -l {arguments}", 255, says=[says], FAKE_ROOT=Root(s, different).path)
        check_json(s, arguments, Root(s, different).path)
    for different in ({}, {"proc/cmdline": "BOOT_IMAGE=/b quiet\n"}):
        check_json(s, "bz --reuse-cmdline", Root(s, different).path)
    for arguments in ("--check", "--check -u bz", "--check --dry-run bz", "--check -S", "--check bz -e"):
        s.check(arguments, 1)
    os.remove(s.path("large"))
