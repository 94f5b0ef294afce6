# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# What the probes cost: one guest, the same file operations with and without them, in turn.
#
# The guest counts instructions instead of time (QEMU's icount, one processor): what else the host does then changes
# nothing, and a figure can be had again. It holds no cache miss, no trap and no memory wait: only ratios mean something.

readonly overhead_rounds=2 overhead_files=2000 icount_shift=2

overhead_fileload() {
	local out=$lab_cache/fileload source=$lab_src/guest/fileload.c
	[[ $out -nt $source ]] || gcc-12 -O2 -Wall -static -o "$out" "$source"
}

# overhead_ratios FILE: TSV of tool, instructions per file, ratio to no probe (mean), lowest, highest. Each round's own
# run without probes is its measure.
overhead_ratios() {
	awk -v files=$overhead_files -v ns=$((1 << icount_shift)) '
		$1 == "time" { n[$2]++; value[$2, n[$2]] = $3; if (n[$2] == 1) order[++tools] = $2 }
		END { for (t = 1; t <= tools; t++) { tool = order[t]; sum = 0; all = 0; low = 1e9; high = 0
			for (i = 1; i <= n[tool]; i++) { r = value[tool, i] / value["none", i]; sum += r; all += value[tool, i]
				if (r < low) low = r; if (r > high) high = r }
			printf "%s\t%d\t%.3f\t%.3f..%.3f\n", tool, all / n[tool] / files / ns, sum / n[tool], low, high } }' "$1"
}

# overhead_programs FILE: TSV of tool, program, runs per file, instructions per run.
overhead_programs() {
	awk -v files=$overhead_files -v ns=$((1 << icount_shift)) '$1 == "bpf" {
		printf "%s\t%s\t%.2f\t%d\n", $2, $3, $4 / files, $5 / $4 / ns }' "$1"
}

# overhead_sums FILE: TSV of tool, program runs per file, instructions in programs per file, and per run.
overhead_sums() {
	awk -v files=$overhead_files -v ns=$((1 << icount_shift)) '
		$1 == "bpf" { if (!($2 in runs)) order[++tools] = $2; runs[$2] += $4; time[$2] += $5 }
		END { for (t = 1; t <= tools; t++) { tool = order[t]
			printf "%s\t%.1f\t%d\t%d\n", tool, runs[tool] / files, time[tool] / files / ns, time[tool] / runs[tool] / ns } }' "$1"
}

# overhead_less FILE TOOL THAN: one line of the result; fails when the mean ratio is not smaller.
overhead_less() {
	local mine theirs status=0
	mine=$(overhead_ratios "$1" | awk -F '\t' -v tool="$2" '$1 == tool { print $3 }')
	theirs=$(overhead_ratios "$1" | awk -F '\t' -v tool="$3" '$1 == tool { print $3 }')
	awk "BEGIN { exit !(${mine:-9} < ${theirs:-0}) }" || status=1
	check "$2 costs less than $3: ${mine:-none} against ${theirs:-none}" $status
}

readonly overhead_head=$'tool\tinstructions per file\tratio to no probe\tlowest..highest'
readonly overhead_sums_head=$'tool\tprogram runs per file\tinstructions in programs per file\tper run'

# overhead_run KERNEL
overhead_run() {
	local kernel=$1 run status=0 failed=0
	guest_defaults
	# shellcheck disable=SC2054 # QEMU's options have commas
	guest_accel=(-accel tcg,thread=single -icount "shift=$icount_shift" -smp 1)
	TIME_LIMIT=900
	lab_build "$kernel" stock
	overhead_fileload
	lab_lock
	run=$lab_cache/runs/overhead-$(date +%Y%m%d-%H%M%S)
	mkdir -p "$run"
	say "overhead on $kernel: $overhead_rounds rounds of $overhead_files files with each tool"
	guest_boot "$kernel" stock "$run" "$lab_src/guest/overhead" $overhead_rounds $overhead_files "$lab_cache/fileload" |
		tee "$run/raw.txt" >&2 || status=$?
	lab_unlock
	((status == 0)) || die "overhead: the guest ended with $status (run: $run)"
	(echo "$overhead_head" && overhead_ratios "$run/raw.txt") >"$run/ratios.tsv"
	(echo "$overhead_sums_head" && overhead_sums "$run/raw.txt") >"$run/programs.tsv"
	column -t -s $'\t' "$run/ratios.tsv" && echo && column -t -s $'\t' "$run/programs.tsv" && echo
	overhead_less "$run/raw.txt" fentry-guard bpftrace-guardcheck
	overhead_less "$run/raw.txt" fentry-guard kprobe-guard
	overhead_less "$run/raw.txt" fentry-full kprobe-full
	if [[ -w $project/docs/KERNELS.md ]]; then
		(echo "Kernel $(<"$(kernel_dir "$kernel")/release")." && echo && markdown_table <"$run/ratios.tsv" && echo &&
			markdown_table <"$run/programs.tsv") | doc_block overhead "$project/docs/KERNELS.md"
	fi
	say "overhead: kept in $run"
	return $failed
}
