#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# kexec, the program, on a running kernel: it reports, loads, unloads and refuses.

DIR=$(dirname "$0")
. "$DIR"/../kselftest/ktap_helpers.sh

KEXEC=${KEXEC:-kexec}
KERNEL=${KEXEC_KERNEL:-/boot/vmlinuz-$(uname -r)}
OUTPUT=

skip_all() {
	ktap_skip_all "$*"
	exit "$KSFT_SKIP"
}

loaded() {
	cat /sys/kernel/kexec_loaded
}

# Whatever ends this, nothing stays loaded; nothing was before.
put_back() {
	[ "$(loaded)" = 0 ] || "$KEXEC" -u
	rm -f "$OUTPUT"
}

# check NAME COMMAND...
check() {
	name=$1
	shift
	if "$@" >"$OUTPUT" 2>&1; then
		ktap_test_pass "$name"
	else
		sed 's/^/# /' "$OUTPUT"
		ktap_test_fail "$name"
	fi
}

# refused NAME WORDS COMMAND...: it fails, and says why.
refused() {
	name=$1
	words=$2
	shift 2
	if ! "$@" >"$OUTPUT" 2>&1 && grep -q "$words" "$OUTPUT"; then
		ktap_test_pass "$name"
	else
		sed 's/^/# /' "$OUTPUT"
		ktap_test_fail "$name"
	fi
}

ktap_print_header
[ "$(id -u)" = 0 ] || skip_all "this needs root"
[ -r /sys/kernel/kexec_loaded ] || skip_all "this kernel has no kexec"
[ "$(cat /proc/sys/kernel/kexec_load_disabled)" = 0 ] ||
	skip_all "kernel.kexec_load_disabled is set"
[ -d /sys/kernel/kexec/normal ] || skip_all "this kernel has no /sys/kernel/kexec/normal"
command -v "$KEXEC" >/dev/null || skip_all "there is no program kexec: KEXEC=file names one"
case $("$KEXEC" --version) in
kexec-tools*) skip_all "$KEXEC is that of kexec-tools: KEXEC=file names another" ;;
esac
[ -r "$KERNEL" ] || skip_all "there is no kernel to load: KEXEC_KERNEL=file names one"
[ "$(loaded)" = 0 ] || skip_all "an image is loaded"
OUTPUT=$(mktemp)
trap put_back EXIT
trap 'exit 1' INT TERM
if ! "$KEXEC" -s -l "$KERNEL" >"$OUTPUT" 2>&1 && grep -qi 'signature\|locked down' "$OUTPUT"; then
	skip_all "this kernel does not take the file: $(head -n 1 "$OUTPUT")"
fi
"$KEXEC" -u

ktap_set_plan 10
check "it reports" "$KEXEC" --report
check "it reports in JSON" "$KEXEC" --report --json
check "it loads with kexec_file_load" "$KEXEC" -s -l "$KERNEL" --command-line=kselftest=s
check "which counts as loaded" test "$(loaded)" = 1
check "with that command line" grep -qx kselftest=s /sys/kernel/kexec/normal/command_line
refused "it refuses a file that is not there" "cannot open" "$KEXEC" -s -l "$OUTPUT.none"
check "and what was loaded stays" grep -qx kselftest=s /sys/kernel/kexec/normal/command_line
check "it unloads" "$KEXEC" -u
check "it loads with kexec_load" "$KEXEC" -c -l "$KERNEL" --command-line=kselftest=c
check "and unloads that, too" sh -c "'$KEXEC' -u && grep -qx 0 /sys/kernel/kexec_loaded"
ktap_finished
