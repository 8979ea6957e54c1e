# SPDX-License-Identifier: GPL-2.0-only
#
# Sourced by the host build scripts: where things are, and how they talk.
# Nothing here prints or changes anything by itself.

topdir=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
outdir=$topdir/out
cachedir=${XDG_CACHE_HOME:-$HOME/.cache}/kexec-series
source_package=linux-source-6.12

say() { printf '%s\n' "$*"; }
note() { printf '%s\n' "$*" >&2; }
die() { printf '%s: %s\n' "${0##*/}" "$*" >&2; exit 1; }

# The installed version of a package, empty when it is not installed.
package_version() {
	dpkg-query -W -f='${db:Status-Status} ${Version}\n' "$1" 2>/dev/null |
		sed -n 's/^installed //p'
}

# Run a command as root: directly, or through sudo.
as_root() {
	if [ "$(id -u)" = 0 ]; then
		"$@"
	elif command -v sudo >/dev/null; then
		sudo "$@"
	else
		return 127
	fi
}

# The mirror that this machine takes its own release from.
mirror() {
	local codename
	codename=$(. /etc/os-release && say "$VERSION_CODENAME")
	apt-get indextargets --format '$(REPO_URI) $(CODENAME)' 'Created-By: Packages' |
		awk -v wanted="$codename" '$2 == wanted { print $1; exit }'
}

# put FILE DEST: replace DEST in one step, and only if it differs.
put() {
	cmp -s "$1" "$2" && return
	cp --reflink=auto "$1" "$2.new"
	mv "$2.new" "$2"
}

# The libraries a program loads, found in the root that holds the packages.
needed() {
	readelf -d "$1" | sed -n 's/.*(NEEDED).*\[\(.*\)\].*/\1/p'
}

# take ROOT PROGRAM DEST: copy the libraries that PROGRAM needs, and theirs.
take() {
	local name found
	for name in $(needed "$2"); do
		[ ! -e "$3/lib/x86_64-linux-gnu/$name" ] || continue
		found=$(find "$1" -name "$name" | head -n 1)
		[ -n "$found" ] || die "no package brings $name, which ${2##*/} needs"
		case $name in
		ld-linux*) cp -L "$found" "$3/lib64/$name" ;;
		*)
			cp -L "$found" "$3/lib/x86_64-linux-gnu/$name"
			take "$1" "$found" "$3"
			;;
		esac
	done
}

# sum_counts LOG: the sum of all lines "N passed, N failed, N skipped" in a log,
# as one such line; nothing when there is none.
sum_counts() {
	awk '/^[0-9]+ passed, [0-9]+ failed, [0-9]+ skipped$/ {
			passed += $1; failed += $3; skipped += $5; any = 1
		}
		END {
			if (any)
				printf "%d passed, %d failed, %d skipped\n",
					passed, failed, skipped
		}' "$1"
}

# progress LABEL EVERY TOTAL: count the lines of stdin and show how far it is,
# on one rewritten line where a terminal can do that.
progress() {
	local cr='\n' every=$(($2 * 5))
	if [ -t 2 ]; then
		cr='\r'
		every=$2
	fi
	awk -v label="$1" -v every="$every" -v total="$3" -v cr="$cr" '
		function show() {
			pct = int(NR * 100 / total)
			if (pct > 100)
				pct = 100
			printf "%s: %3d%%" cr, label, pct
			fflush()
		}
		NR % every == 0 { show() }
		END { if (cr != "\n") printf "\n" }' >&2
}

# steps LABEL: count the lines of a build on stdin that start a step, and say
# every so often how many and for how long.
steps() {
	local start=$SECONDS count=0 line every=200 end='\n'
	if [ -t 2 ]; then
		every=10
		end='\r'
	fi
	while IFS= read -r line; do
		case $line in
		'  '[A-Z]*) count=$((count + 1)) ;;
		*) continue ;;
		esac
		[ $((count % every)) -ne 0 ] ||
			printf "%s: %d steps, %d s   $end" "$1" "$count" \
				$((SECONDS - start)) >&2
	done
	[ "$end" = '\n' ] || [ "$count" -lt "$every" ] || printf '\n' >&2
}

# check NAME FINDINGS: one TAP result, which passes when there are no findings.
checks_passed=0 checks_failed=0
check() {
	local result=ok
	if [ -z "$2" ]; then
		checks_passed=$((checks_passed + 1))
	else
		checks_failed=$((checks_failed + 1))
		result='not ok'
	fi
	say "$result $((checks_passed + checks_failed)) - $1"
	[ -z "$2" ] || sed 's/^/# /' <<<"$2"
}

# Close a run of checks; the status says whether all passed.
checks_done() {
	say "1..$((checks_passed + checks_failed))"
	say "$checks_passed passed, $checks_failed failed, 0 skipped"
	[ "$checks_failed" = 0 ]
}
