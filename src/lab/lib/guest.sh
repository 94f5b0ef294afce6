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

# initramfs KERNEL VARIANT RUN_DIR: busybox, init, and the modules, decompressed; or for a packed guest all that it runs.
initramfs() {
	local kernel=$1 variant=$2 run=$3 tree
	tree=$(mktemp -d)
	mkdir -p "$tree"/{bin,dev,proc,sys,modules}
	cp "$(command -v busybox)" "$tree/bin/busybox"
	cp "$lab_src/guest/init" "$tree/init"
	if [[ $(kernel_field "$kernel" 6) == packed ]]; then
		initramfs_pack "$tree/packed" "$run"
	else
		initramfs_modules "$kernel" "$variant" "$tree"
	fi
	(cd "$tree" && find . | cpio -o -H newc -R 0:0 --quiet) | gzip -1 >"$run/guest/initramfs.gz"
	rm -rf "$tree"
}

initramfs_modules() {
	local kernel=$1 tree=$3 stage path name ext4
	ext4=$(variant_module "$kernel" "$2")
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
}

# initramfs_pack ROOT RUN_DIR: a root of its own: busybox, the few programs it has not, the project's guest scripts and
# agent at their places, and the run's folder as /out.
initramfs_pack() {
	local root=$1 program file
	mkdir -p "$root"/{bin,usr/bin,etc,proc,sys,dev,run,tmp,mnt,out} "$root$project/native/.output" "$root$project/src/lab"
	ln -s ../bin "$root/usr/sbin"
	ln -s bin "$root/sbin"
	cp "$(command -v busybox)" "$root/bin/busybox"
	for program in bash mkfs.ext4 stress; do
		program=$(PATH=$PATH:/usr/sbin:/sbin command -v "$program")
		cp -L "$program" "$root/bin/"
		ldd "$program" | grep -oE '/[^ ]+' | while read -r file; do
			mkdir -p "$root$(dirname "$file")"
			cp -L "$file" "$root$file"
		done
	done
	cp /etc/mke2fs.conf "$root/etc/"
	cp -r "$lab_src/guest" "$root$project/src/lab/"
	cp "$project/native/.output/iputrace-agent" "$root$project/native/.output/"
	cp -r "$2/guest" "$root/out/"
}

# guest_env KERNEL: what guest/init, guest/session and guest/truth read.
guest_env() {
	printf '%s=%q\n' PROJECT "$project" WORK_DIR "$PWD" DISK_MB "$DISK_MB" MKFS_OPTIONS "$MKFS_OPTIONS" \
		MOUNT_OPTIONS "$MOUNT_OPTIONS" EXT4_PARAMS "$EXT4_PARAMS" SHELL_ON_CONSOLE "$shell_on_console" \
		WITH_TRUTH "$with_truth" REPEAT_UNTIL "$REPEAT_UNTIL" GUEST_PORTS "${guest_ports[*]}" \
		WITHOUT "$WITHOUT" KERNEL_ROOT "$(kernel_dir "$1")/root"
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
		"${guest_accel[@]}" -cpu "max,la57=off" -m "$MEMORY"
		-kernel "$kdir/vmlinux" -initrd "$run/guest/initramfs.gz"
		-append "console=ttyS0 ignore_loglevel printk.time=1 panic=-1 mitigations=off nowatchdog $KERNEL_ARGS"
		-serial "file:$run/console.log"
	)
	if [[ $(kernel_field "$1" 6) == packed ]]; then
		guest_qemu_packed "$run"
		return
	fi
	# shellcheck disable=SC2054
	qemu+=(
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

# guest_qemu_packed RUN_DIR: the ports are serial ones, and the last of them brings /out as a tar when all is over.
guest_qemu_packed() {
	local port
	truncate -s "${DISK_MB}M" "$1/guest/disk"
	# shellcheck disable=SC2054
	qemu+=(-drive "file=$1/guest/disk,format=raw,if=none,id=disk,cache=unsafe" -device nvme,drive=disk,serial=lab)
	for port in "${guest_ports[@]}"; do
		qemu+=(-serial "file:$1/guest/$port")
	done
	qemu+=(-serial "file:$1/guest/out.tar.gz")
}

# guest_boot KERNEL VARIANT RUN_DIR COMMAND...: returns the command's exit status; 124 when the time was over; 125 when
# the guest ended without one (console.log says why). $guest_reader RUN_DIR reads the ports $guest_ports meanwhile.
guest_boot() {
	local kernel=$1 variant=$2 run=$3 port reader status=0 qemu=()
	shift 3
	mkdir -p "$run/guest"
	printf '%s\0' "$@" >"$run/guest/command"
	guest_env "$kernel" >"$run/guest/env"
	initramfs "$kernel" "$variant" "$run"
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
	if [[ -s $run/guest/out.tar.gz ]]; then
		tar -xzf "$run/guest/out.tar.gz" -C "$run" --strip-components=1 2>/dev/null || say "guest: what it sent back is cut"
	fi
	rm -f "$run"/guest/{initramfs.gz,disk,out.tar.gz} "${guest_ports[@]/#/$run/guest/}"
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
