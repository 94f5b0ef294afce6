# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# Names, messages and folders that every part of the lab shares. Sourced by src/lab/lab.

lab_src=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
project=$(cd "$lab_src/../.." && pwd -P)
lab_cache=${IPUTRACE_LAB:-$project/.lab}

say() { printf 'lab: %s\n' "$*" >&2; }

# die WHAT...: one line that says what failed and what to do; 125 keeps clear of a guest command's own code.
die() {
	printf 'lab: %s\n' "$*" >&2
	exit 125
}

# quietly LOG CMD...: output goes to LOG and is shown only when CMD fails.
quietly() {
	local log=$1
	shift
	if ! "$@" >"$log" 2>&1; then
		tail -n 40 "$log" >&2
		die "failed: $* (whole output: $log)"
	fi
}

# kernel_field NAME COLUMN: one field of kernels.tsv; fails when the lab knows no such kernel.
kernel_field() {
	awk -F '\t' -v name="$1" -v col="$2" \
		'!/^#/ && $1 == name { print $col; found = 1 } END { exit !found }' "$lab_src/kernels.tsv" ||
		die "no such kernel: name=$1 (known: $(kernel_names))"
}

kernel_names() { awk -F '\t' '!/^#/ { printf "%s%s", sep, $1; sep = " " }' "$lab_src/kernels.tsv"; }

variant_names() {
	local file
	printf stock
	for file in "$lab_src"/variants/*.sh; do
		printf ' %s' "$(basename "$file" .sh)"
	done
}

# kernel_variants NAME: the variants of ext4 that this kernel can have.
kernel_variants() {
	if [[ $(kernel_field "$1" 3) == - ]]; then
		printf stock
	else
		variant_names
	fi
}

# Downloads and builds of all labs that share the folder queue; the lock goes with the process.
lab_build_lock() {
	mkdir -p "$lab_cache"
	exec {lab_build_fd}>"$lab_cache/build.lock"
	flock -n "$lab_build_fd" && return
	say "waiting for another lab that downloads or builds"
	flock "$lab_build_fd"
}

lab_build_unlock() { exec {lab_build_fd}>&-; }

# markdown_table: TSV with a head to a table of Markdown.
markdown_table() {
	awk -F '\t' '{ gsub(/[|]/, "/"); printf "|"; for (i = 1; i <= NF; i++) printf " %s |", $i; print "" }
		NR == 1 { printf "|"; for (i = 1; i <= NF; i++) printf "---|"; print "" }'
}

# doc_block NAME FILE: puts stdin between the two comment lines that name the block.
doc_block() {
	awk -v name="$1" 'FILENAME == "-" { text = text $0 "\n"; next }
		$0 == "<!-- " name " -->" { print; printf "%s", text; skip = 1; next }
		$0 == "<!-- end of " name " -->" { skip = 0 } !skip' - "$2" >"$2.new"
	mv "$2.new" "$2"
}
