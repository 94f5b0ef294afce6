# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# What the lab runs on the host, and which Debian package brings it.

# command or file, then package
lab_needs() {
	cat <<-'END'
		qemu-system-x86_64	qemu-system-x86
		busybox	busybox-static
		cpio	cpio
		depmod	kmod
		modprobe	kmod
		xz	xz-utils
		zstd	zstd
		lz4	lz4
		mkfs.ext4	e2fsprogs
		flock	util-linux
		setpriv	util-linux
		jq	jq
		pkill	procps
		column	bsdextrautils
		bpftool	bpftool
		bpftrace	bpftrace
		stress	stress
		fio	fio
		perf	linux-perf
		trace-cmd	trace-cmd
		babeltrace2	babeltrace2
		pahole	dwarves
		llvm-objcopy	llvm
		gcc-12	gcc-12
		make	make
		bc	bc
		objcopy	binutils
		/usr/lib/x86_64-linux-gnu/libbcc.so.0	libbpfcc
		/usr/include/libelf.h	libelf-dev
	END
}

# deps_missing: the packages that are not there, one line, empty when nothing is missing.
deps_missing() {
	local need package missing=
	local PATH=$PATH:/usr/sbin:/sbin
	while IFS=$'\t' read -r need package; do
		[[ -e $need ]] && continue
		command -v "$need" >/dev/null && continue
		[[ " $missing " == *" $package "* ]] || missing+=" $package"
	done < <(lab_needs)
	printf '%s' "${missing# }"
}

deps_check() {
	local missing
	missing=$(deps_missing)
	[[ -z $missing ]] && return
	say "missing on this machine: $missing"
	say "to install:  sudo apt-get update && sudo apt-get install -y --no-install-recommends $missing"
	die "or let the lab do it, as root or with sudo:  ./iputrace lab deps"
}

deps_install() {
	local missing as_root=()
	missing=$(deps_missing)
	if [[ -z $missing ]]; then
		say "nothing to install"
		return
	fi
	if ((EUID != 0)); then
		command -v sudo >/dev/null ||
			die "not root and no sudo; as root:  apt-get install -y --no-install-recommends $missing"
		as_root=(sudo)
	fi
	say "installing for the lab: $missing"
	"${as_root[@]}" apt-get update -qq || say "apt-get update failed; trying with the lists at hand"
	# shellcheck disable=SC2086 # package names, one word each
	DEBIAN_FRONTEND=noninteractive "${as_root[@]}" \
		apt-get install -y -qq --no-install-recommends $missing
}
