# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# One guest: builds its initramfs, boots it, streams its command's output, and ends it when the lab ends.

# module_lines KERNEL MODULE...: paths of the modules and of what they need, in loading order, each once.
module_lines() {
	local kdir module
	kdir=$(kernel_dir "$1")
	shift
	for module in "$@"; do
		# No line for a module that is built in: nothing to load.
		modprobe -C /dev/null -d "$kdir/root" -S "$(<"$kdir/release")" --show-depends "$module" 2>/dev/null |
			awk '$1 == "insmod" { print $2 }'
	done | awk '!seen[$0]++'
}

# initramfs KERNEL VARIANT OUT: busybox, init, and the modules, decompressed.
initramfs() {
	local kernel=$1 variant=$2 out=$3 tree stage path name ext4
	tree=$(mktemp -d)
	ext4=$(variant_module "$kernel" "$variant")
	mkdir -p "$tree"/{bin,dev,proc,sys,modules}
	cp "$(command -v busybox)" "$tree/bin/busybox"
	cp "$lab_src/guest/init" "$tree/init"
	for stage in transport:virtio_pci,virtio_console,9pnet_virtio,9p scratch:brd,ext4; do
		# shellcheck disable=SC2046 # module names, one word each
		module_lines "$kernel" $(tr , ' ' <<<"${stage#*:}") | while read -r path; do
			name=$(basename "$path")
			name=${name%.ko*}.ko
			printf '/modules/%s\n' "$name" >>"$tree/modules/${stage%%:*}"
			[[ $name == ext4.ko && -n $ext4 ]] && path=$ext4
			case $path in
			*.xz) xz -dc "$path" ;;
			*.zst) zstd -dcq "$path" ;;
			*) cat "$path" ;;
			esac >"$tree/modules/$name"
		done
	done
	(cd "$tree" && find . | cpio -o -H newc -R 0:0 --quiet) | gzip -1 >"$out"
	rm -rf "$tree"
}

# guest_env KERNEL: what guest/init, guest/session and guest/truth read.
guest_env() {
	printf '%s=%q\n' PROJECT "$project" WORK_DIR "$PWD" DISK_MB "$DISK_MB" MKFS_OPTIONS "$MKFS_OPTIONS" \
		MOUNT_OPTIONS "$MOUNT_OPTIONS" EXT4_PARAMS "$EXT4_PARAMS" SHELL_ON_CONSOLE "$shell_on_console" \
		WITH_TRUTH "$with_truth" REPEAT_UNTIL "$REPEAT_UNTIL"
	local will_free freeing clear
	read -r will_free freeing clear <<<"$(kernel_field "$1" 5)"
	printf 'T_%s=%s\n' WILL_FREE "$will_free" FREEING "$freeing" CLEAR "$clear"
	sed 's/^/T_/; s/^[^=]*/\U&/' "$(kernel_dir "$1")/offsets"
}

# guest_qemu KERNEL RUN_DIR: sets qemu, the command line. The kernel is started as ELF (PVH): unpacking a bzImage in
# emulation takes seconds. The 9p share of the output folder has no cache, so that a write is on the host at once.
guest_qemu() {
	local kdir run=$2 port
	kdir=$(kernel_dir "$1")
	# shellcheck disable=SC2054 # QEMU's options have commas
	qemu=(
		qemu-system-x86_64 -nodefaults -no-user-config -display none -no-reboot
		-accel tcg,thread=multi -cpu "max,la57=off" -smp 2 -m "$MEMORY"
		-kernel "$kdir/vmlinux" -initrd "$run/guest/initramfs.gz"
		-append "console=ttyS0 ignore_loglevel printk.time=1 panic=-1 mitigations=off nowatchdog $KERNEL_ARGS"
		-serial "file:$run/console.log"
		-virtfs "local,path=/,mount_tag=host,security_model=none,readonly=on,multidevs=remap"
		-virtfs "local,path=$run,mount_tag=out,security_model=none,multidevs=remap"
		-device virtio-serial
	)
	for port in "${guest_ports[@]}"; do
		# shellcheck disable=SC2054
		qemu+=(-chardev "file,id=$port,path=$run/guest/$port" -device "virtserialport,chardev=$port,name=lab.$port")
	done
	if ((shell_on_console)); then
		# shellcheck disable=SC2054
		qemu+=(-chardev stdio,id=tty,signal=off -device virtconsole,chardev=tty)
	fi
}

# guest_boot KERNEL VARIANT RUN_DIR COMMAND...: returns the command's exit status; 124 when the time was over; 125 when
# the guest ended without one (console.log says why). $guest_reader RUN_DIR reads the ports $guest_ports meanwhile.
guest_boot() {
	local kernel=$1 variant=$2 run=$3 port reader status=0 qemu=()
	shift 3
	mkdir -p "$run/guest"
	printf '%s\0' "$@" >"$run/guest/command"
	guest_env "$kernel" >"$run/guest/env"
	initramfs "$kernel" "$variant" "$run/guest/initramfs.gz"
	for port in "${guest_ports[@]}"; do
		mkfifo "$run/guest/$port"
	done
	"$guest_reader" "$run" &
	reader=$!
	guest_qemu "$kernel" "$run"
	# Both die with the lab: timeout hears of it and ends QEMU, and QEMU is killed when timeout is.
	setpriv --pdeathsig TERM timeout --foreground -k 5 "$TIME_LIMIT" \
		setpriv --pdeathsig KILL "${qemu[@]}" || status=$?
	wait "$reader" || true
	rm -f "$run/guest/initramfs.gz" "${guest_ports[@]/#/$run/guest/}"
	guest_status "$run" "$status"
}

# guest_stream RUN_DIR: both outputs of the guest's command to those of the lab.
guest_stream() {
	cat "$1/guest/out" &
	cat "$1/guest/err" >&2
	wait
}

guest_status() {
	local run=$1 qemu_status=$2
	if [[ -s $run/guest/exit ]]; then
		return "$(<"$run/guest/exit")"
	fi
	if ((qemu_status == 124)); then
		say "guest: time limit of $TIME_LIMIT s reached (console: $run/console.log)"
		return 124
	fi
	say "guest: ended without an exit status (console: $run/console.log)"
	grep -aE 'lab-guest:|kernel BUG|Kernel panic' "$run/console.log" >&2 || true
	return 125
}
