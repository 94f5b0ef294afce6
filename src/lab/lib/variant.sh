# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# Variants of ext4.ko, built out of tree from the distribution's own kernel source and kept in .lab/variants.
# stock is the distribution's module itself.

# variant_module KERNEL VARIANT: the path of a built ext4.ko; nothing for stock.
variant_module() {
	[[ $2 == stock ]] || printf '%s/variants/%s/%s/ext4.ko' "$lab_cache" "$1" "$2"
}

# variant_stamp KERNEL VARIANT: changes when the kernel or the edits do.
variant_stamp() {
	cat "$(kernel_dir "$1")/version" "$lab_src/variants/$2.sh" | sha256sum | cut -c1-16
}

# variant_btf MODULE VMLINUX: adds the module's BTF, as the kernel's own build does when it has a vmlinux; without it
# fentry cannot attach to the module. Then the debug sections go: the guest need not load them.
variant_btf() {
	pahole -J --btf_base "$2" "$1" && objcopy --strip-debug "$1"
	readelf -SW "$1" | grep -F ' .BTF '
}

variant_ready() {
	local stamp=$lab_cache/variants/$1/$2/stamp
	[[ -f $stamp && $(<"$stamp") == "$(variant_stamp "$1" "$2")" ]]
}

variant_build() {
	local kernel=$1 variant=$2
	[[ $variant == stock ]] && return
	[[ -x $lab_src/variants/$variant.sh ]] || die "no such variant: name=$variant (known: $(variant_names))"
	[[ $(kernel_field "$kernel" 3) != - ]] || die "kernel $kernel: the lab has no source of it, so only stock: variant=$variant"
	variant_ready "$kernel" "$variant" && return
	lab_build_lock
	variant_ready "$kernel" "$variant" || variant_make "$kernel" "$variant"
	lab_build_unlock
}

variant_make() {
	local kernel=$1 variant=$2 kdir out stamp work release
	kdir=$(kernel_dir "$kernel")
	out=$(dirname "$(variant_module "$kernel" "$variant")")
	stamp=$(variant_stamp "$kernel" "$variant")
	release=$(<"$kdir/release")
	work=$out.work
	rm -rf "$out" "$work"
	mkdir -p "$work"
	say "variant $variant of ext4 for $release: building"
	cp -r "$kdir/source/fs" "$work/"
	"$lab_src/variants/$variant.sh" "$work/fs/ext4" || die "variant $variant: edits failed"
	quietly "$out.log" make -C "$kdir/root/usr/src/linux-headers-$release" -j "$(nproc)" \
		M="$work/fs/ext4" modules
	quietly "$out.btf.log" variant_btf "$work/fs/ext4/ext4.ko" "$kdir/vmlinux"
	mkdir -p "$out"
	mv "$work/fs/ext4/ext4.ko" "$out/"
	printf '%s\n' "$stamp" >"$out/stamp"
	rm -rf "$work"
}
