# SPDX-License-Identifier: GPL-2.0-only
#
# Sourced by scripts that unpack packages of a later release, without installing
# anything.  They set $suite, $apt, which is a directory for what apt keeps, and $log.

keyring=/usr/share/keyrings/debian-archive-keyring.gpg

# apt with lists, status and packages of its own: nothing counts as installed.
quiet_apt() {
	apt-get -q -o Dir::Etc::SourceList="$apt/sources.list" -o Dir::Etc::SourceParts=/dev/null \
		-o Dir::Etc::Preferences=/dev/null -o Dir::Etc::PreferencesParts=/dev/null \
		-o Dir::State="$apt" -o Dir::State::Lists="$apt/lists" \
		-o Dir::State::Status="$apt/status" -o Dir::Cache="$apt" \
		-o Dir::Cache::Archives="$apt/archives" -o APT::Sandbox::User= \
		-o Acquire::Languages=none "$@" >>"$log" 2>&1 9>&-
}

# download PACKAGE...: all of them, with what they depend on, into $apt/archives.
download() {
	local from
	from=$(mirror)
	[ -n "$from" ] || die "the apt sources name no mirror of this release"
	[ -r "$keyring" ] || die "$keyring is missing; install debian-archive-keyring"
	rm -rf "$apt/archives"
	mkdir -p "$apt/lists/partial" "$apt/archives/partial"
	: >"$apt/status"
	say "deb [signed-by=$keyring] $from $suite main" >"$apt/sources.list"
	note "${0##*/}: downloading from $suite"
	quiet_apt update && quiet_apt install -y --no-install-recommends --download-only "$@" ||
		die "downloading failed; check the network and the apt sources (log: $log)"
}

# check_versions PACKAGE LEAST...: what came must be new enough; says what it is.
check_versions() {
	local file name least version
	while [ $# -gt 1 ]; do
		name=$1 least=$2
		file=$(echo "$apt/archives/${name}"_*.deb)
		version=$(dpkg-deb -f "$file" Version)
		dpkg --compare-versions "$version" ge "$least" ||
			die "$suite has $name $version, and $least is needed"
		say "$name $version"
		shift 2
	done
}

# unpack DIRECTORY: files of the packages, with the links that old paths need.
unpack() {
	local file name
	for file in "$apt/archives"/*.deb; do
		dpkg-deb --fsys-tarfile "$file" |
			tar -C "$1" -x --keep-directory-symlink --no-same-owner
	done
	for name in bin sbin lib lib64; do
		[ -e "$1/$name" ] || ln -s "usr/$name" "$1/$name"
	done
}
