# SPDX-License-Identifier: GPL-2.0-only
#
# bash completion for kexec(8).  The options and what they take are read from
# the --help of the program that is being completed, so they are always its own.

# _kexec_help PROGRAM: its options but refused ones, one a line: "-l --load" or "   --initrd FILE".
_kexec_help()
{
	LC_ALL=C "$1" --help 2>/dev/null |
		sed -nE '/^Refused:/q; s/^ +((-.), )?(--[a-z0-9][a-z0-9-]*)(=("[^"]*"|[^ ]+))?( .*)?$/\2 \3 \5/p'
}

# _kexec_meta PROGRAM WORD: what the option WORD takes, as --help calls it.
_kexec_meta()
{
	_kexec_help "$1" | awk -v word="$2" '{
			sub(/^ /, "- ")
			if (($1 == word || $2 == word) && NF > 2)
				print $3
		}'
}

# _kexec_match WORD: the lines of stdin that start so; nothing in them is expanded.
_kexec_match()
{
	local line

	while IFS= read -r line; do
		[[ $line != "$1"* ]] || printf '%s\n' "$line"
	done
}

# _kexec_plain WORD: without its quoting, of which the end may be missing.
_kexec_plain()
{
	local word=${1#[\"\']}

	[[ $1 == \'* ]] || word=$(sed -E 's/\\(.)/\1/g' <<<"$word")
	printf '%s' "$word"
}

# _kexec_root: what the command line says with --root.
_kexec_root()
{
	local i

	for ((i = 1; i < COMP_CWORD; i++)); do
		[ "${COMP_WORDS[i]}" = --root ] || continue
		[ "${COMP_WORDS[i + 1]}" != = ] || i=$((i + 1))
		_kexec_plain "${COMP_WORDS[i + 1]%[\"\']}"
		return
	done
}

# _kexec_ids PROGRAM: ids of the boot loader's entries, which may have blanks in them.
_kexec_ids()
{
	local root

	root=$(_kexec_root)
	"$1" --list --json ${root:+--root="$root"} 2>/dev/null |
		sed -nE 's/^ \{"id": "(([^"\\]|\\["\\])*)".*/\1/p' | sed -E 's/\\(.)/\1/g'
}

# _kexec_values PROGRAM META CURRENT: completions for a value.
_kexec_values()
{
	case $2 in
	FILE | '"FILE'*) compgen -f -- "$3" ;;
	DIRECTORY) compgen -d -- "$3" ;;
	ID) _kexec_ids "$1" | _kexec_match "$(_kexec_plain "$3")" ;;
	TYPE) printf '%s\n' bzImage ELF multiboot multiboot2 UKI | _kexec_match "$3" ;;
	NAME) tr ' ' '\n' </proc/cmdline | sed 's/=.*//' | _kexec_match "$3" ;;
	esac
}

_kexec()
{
	local program=$1 current=${COMP_WORDS[COMP_CWORD]} at=$((COMP_CWORD - 1))
	local option meta

	COMPREPLY=()
	# "=" is a word of its own to readline.
	[ "$current" != = ] || { current=''; at=$COMP_CWORD; }
	[ "${COMP_WORDS[at]}" != = ] || at=$((at - 1))
	option=${COMP_WORDS[at]}
	[[ $option != -* ]] || meta=$(_kexec_meta "$program" "$option")
	if [ -n "$meta" ]; then
		mapfile -t COMPREPLY < <(_kexec_values "$program" "$meta" "$current")
	elif [[ $current == -* ]]; then
		mapfile -t COMPREPLY < <(_kexec_help "$program" |
			grep -oE -e '(^| )-[^ ]+' | tr -d ' ' |
			_kexec_match "$current")
	else
		mapfile -t COMPREPLY < <(compgen -f -- "$current")
	fi
}

complete -o filenames -o bashdefault -F _kexec kexec
