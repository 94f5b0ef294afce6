# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# Distribution kernels: downloaded and unpacked below .lab/kernels/NAME, never installed.
#
# .lab/kernels/NAME/version   Debian version      release  what uname -r prints
#                  /root/     image and headers, unpacked     source/fs/ext4 of the distribution's kernel source
#                  /vmlinux   the image's ELF, for its BTF    offsets        where struct inode keeps its fields
# The folder appears only when it is complete.

kernel_dir() { printf '%s/kernels/%s' "$lab_cache" "$1"; }

# apt_newest PATTERN: the newest package whose whole name matches, by the apt lists that apt_opts selects.
apt_newest() {
	apt-cache "${apt_opts[@]}" pkgnames linux-image- 2>/dev/null | grep -Ex "$1" | sort -V | tail -n 1
}

# apt_mirror ARCHIVE: where this host's own apt takes that archive from; nothing when it has none.
# shellcheck disable=SC2016 # the variable is apt's
apt_mirror() { apt-get indextargets --format '$(SITE)' 2>/dev/null | sort -u | grep -E -m 1 "/$1/?\$" || true; }

# apt_own_lists SUITES: lists of the lab's own, so that the host's package setup is never changed; read once an hour.
apt_own_lists() {
	local state=$lab_cache/apt/${1// /+} suite
	mkdir -p "$state/lists/partial" "$state/cache/archives/partial"
	for suite in $1; do
		local url=${IPUTRACE_DEBIAN_MIRROR:-$(apt_mirror debian)}
		[[ $suite == *-security ]] && url=${IPUTRACE_SECURITY_MIRROR:-$(apt_mirror debian-security)}
		[[ -n $url ]] || die "no archive known for $suite: give IPUTRACE_DEBIAN_MIRROR and IPUTRACE_SECURITY_MIRROR"
		printf 'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] %s %s main\n' "$url" "$suite"
	done >"$state/sources.list"
	apt_opts=(
		-o "Dir::Etc::sourcelist=$state/sources.list" -o Dir::Etc::sourceparts=/dev/null
		-o Dir::Etc::preferences=/dev/null -o Dir::Etc::preferencesparts=/dev/null
		-o "Dir::State::lists=$state/lists" -o "Dir::Cache=$state/cache"
	)
	[[ -n $(find "$state/updated" -mmin -60 2>/dev/null) ]] && return
	say "reading the package lists of: $1"
	quietly "$lab_cache/apt-update.log" apt-get "${apt_opts[@]}" -qq update
	touch "$state/updated"
}

apt_show() { apt-cache "${apt_opts[@]}" show --no-all-versions "$1"; }

# apt_parts PACKAGE PATTERN: packages that PACKAGE depends on and whose whole name matches.
apt_parts() {
	apt_show "$1" | grep -m1 '^Depends:' | grep -oE '[^ ,]+' | grep -xE "$2" || true
}

# kernel_halves NAME IMAGE: the packages an image is split into since 6.19. A packed guest needs no modules, so that it
# can run a kernel whose modules the registry has dropped.
kernel_halves() {
	local half
	for half in $(apt_parts "$2" 'linux-(binary|modules)-.*'); do
		if [[ $half == linux-modules-* && $(kernel_field "$1" 6) == packed ]]; then
			continue
		fi
		echo "$half"
	done
}

# kernel_download NAME DIR: finds the packages and downloads them into DIR. Since 6.19 an image is two packages, named in
# its dependencies. What the headers depend on is exactly what a module build needs, except the compiler.
kernel_download() {
	local name=$1 dir=$2 pattern image version headers source parts
	pattern=$(kernel_field "$name" 2)
	source=$(kernel_field "$name" 3)
	apt_opts=()
	image=$(apt_newest "$pattern") || true
	if [[ -z $image ]]; then
		apt_own_lists "$(kernel_field "$name" 4)"
		image=$(apt_newest "$pattern") || true
	fi
	[[ -n $image ]] || die "kernel $name: no package matches $pattern in $(kernel_field "$name" 4)"
	version=$(apt_show "$image" | awk '$1 == "Version:" { print $2; exit }')
	printf '%s\n' "$version" >"$dir/version"
	printf '%s\n' "${image#linux-image-}" >"$dir/release"
	mapfile -t parts < <(echo "$image" && kernel_halves "$name" "$image")
	if [[ $source != - ]]; then
		headers=linux-headers-${image#linux-image-}
		mapfile -t -O ${#parts[@]} parts < <(echo "$headers" && apt_parts "$headers" 'linux-(headers|kbuild)-.*' &&
			echo "$source")
	fi
	local part
	for part in "${parts[@]}"; do
		[[ -n $(apt_show "$part" 2>/dev/null) ]] || die "kernel $name: the registry does not serve $part, which $image needs"
	done
	say "kernel $name: downloading ${parts[*]} $version"
	(cd "$dir/debs" && quietly "$dir/download.log" apt-get "${apt_opts[@]}" download "${parts[@]/%/=$version}")
}

# kernel_unpack DIR FINAL_DIR: debs -> root/ and source/; the debs are dropped.
kernel_unpack() {
	local dir=$1 deb release
	release=$(<"$dir/release")
	for deb in "$dir"/debs/linux-*.deb; do
		dpkg-deb -x "$deb" "$dir/root"
	done
	[[ -e $dir/root/lib ]] || ln -s usr/lib "$dir/root/lib"
	mkdir "$dir/source"
	if [[ -d $dir/root/usr/src/linux-headers-$release ]]; then
		tar -xf "$dir"/root/usr/src/linux-source-*.tar.* -C "$dir/source" --strip-components=1 --wildcards '*/fs/ext4'
		# The headers' Makefile names its common part by the path it has when installed.
		sed -i "s|/usr/src/|$2/root/usr/src/|" "$dir/root/usr/src/linux-headers-$release/Makefile"
	fi
	if [[ -d $dir/root/lib/modules/$release/kernel ]]; then
		# A guest has no hardware beyond these.
		find "$dir/root/lib/modules/$release/kernel/drivers" -mindepth 1 -maxdepth 1 \
			! -name virtio ! -name block ! -name char -exec rm -r {} +
		rm -rf "$dir/root/lib/modules/$release/kernel/sound"
		depmod -b "$dir/root" "$release" 2>/dev/null
	fi
	rm -rf "$dir/debs" "$dir"/root/usr/src/linux-source-* "$dir/root/usr/share/doc"
}

# kernel_vmlinux BZIMAGE OUT: unpacks the ELF of the kernel; the x86 boot header says where it is and how long.
kernel_vmlinux() {
	local image=$1 out=$2 setup offset length magic
	setup=$(od -An -tu1 -j $((0x1f1)) -N 1 "$image")
	offset=$(od -An -tu4 -j $((0x248)) -N 4 "$image")
	length=$(od -An -tu4 -j $((0x24c)) -N 4 "$image")
	offset=$((offset + (setup + 1) * 512))
	magic=$(od -An -tx4 -j $offset -N 4 "$image" | tr -d ' ')
	# The last four bytes are the unpacked size, not part of the stream.
	head -c $((offset + length - 4)) "$image" | tail -c +$((offset + 1)) | case $magic in
		587a37fd) xz -dc --single-stream ;;
		fd2fb528) zstd -dcq ;;
		184c2102) lz4 -dcq ;;
		*) die "kernel image: cannot unpack: file=$image, magic=$magic (known: xz, zstd, lz4)" ;;
	esac >"$out"
}

# kernel_offsets VMLINUX: shell assignments with the byte offsets that the truth probes read, from the kernel's BTF.
kernel_offsets() {
	# Kinds of BTF that this pahole does not know are named on stderr, one line each; the structs it finds all the same.
	pahole -F btf -C inode,super_block "$1" 2>/dev/null | awk '
		/^struct / { type = $2 }
		match($0, /[a-z_]+; *\/\* *[0-9]+ +[0-9]+ /) {
			split(substr($0, RSTART, RLENGTH), part, /;? *\/?\*? +/)
			field = part[1]; want = type == "inode" ? "^(i_count|i_state|i_ino|i_sb)$" : "^(s_dev|s_magic)$"
			if (field ~ want) { printf "%s=%d\n%s_size=%d\n", field, part[2], field, part[3]; n++ }
		}
		END { exit n != 6 }'
}

# kernel_fetch NAME: one lab at a time, since several may share the folder.
kernel_fetch() {
	local name=$1 dir
	dir=$(kernel_dir "$name")
	[[ -d $dir ]] && return
	kernel_field "$name" 1 >/dev/null
	lab_build_lock
	[[ -d $dir ]] || kernel_make "$name" "$dir"
	lab_build_unlock
}

kernel_make() {
	local name=$1 dir=$2 new=$2.new image
	rm -rf "$new"
	mkdir -p "$new/debs" "$new/root"
	kernel_download "$name" "$new"
	kernel_unpack "$new" "$dir"
	image=$new/root/boot/vmlinuz-$(<"$new/release")
	[[ -f $image ]] || image=$new/root/lib/modules/$(<"$new/release")/vmlinuz
	kernel_vmlinux "$image" "$new/vmlinux"
	kernel_offsets "$new/vmlinux" >"$new/offsets" ||
		die "kernel $name: BTF of the image lacks a field of struct inode: $(tr '\n' ' ' <"$new/offsets")"
	mv "$new" "$dir"
	say "kernel $name: $(<"$dir/release") ready"
}
