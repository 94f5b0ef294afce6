# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# Every kernel, every way into it: one boot per kernel and variant, the modes of modes.tsv in it one after the other.
# What the agent streamed is judged on this side; the kernel's own count says whether all was seen.

mode_field() { awk -F '\t' -v name="$1" -v col="$2" '!/^#/ && $1 == name { print $col }' "$lab_src/modes.tsv"; }

mode_names() { awk -F '\t' '!/^#/ { print $1 }' "$lab_src/modes.tsv"; }

# matrix_guests QUICK [KERNEL...]: lines "KERNEL VARIANT", what is to be booted.
matrix_guests() {
	local quick=$1 kernel variant
	local -a kernels=("${@:2}")
	((${#kernels[@]})) || read -ra kernels <<<"$(kernel_names)"
	for kernel in "${kernels[@]}"; do
		for variant in $(kernel_variants "$kernel"); do
			((quick)) && [[ $variant != stock ]] && continue
			echo "$kernel $variant"
		done
	done
}

# matrix_modes KERNEL QUICK: arguments of guest/matrix.
matrix_modes() {
	local mode
	for mode in $(mode_names); do
		(($2)) && [[ $mode != auto ]] && continue
		[[ $(kernel_field "$1" 6) == packed && $(mode_field "$mode" 2) != agent ]] && continue
		printf '%s|%s|%s\n' "$mode" "$(mode_field "$mode" 2)" "$(mode_field "$mode" 3)"
	done
}

# matrix_boot KERNEL VARIANT RUN_DIR QUICK: 0 when the guest went through all modes.
matrix_boot() {
	local kernel=$1 variant=$2 run=$3 modes load=(3 4)
	guest_defaults
	with_truth=1 TIME_LIMIT=600
	if [[ $variant != stock ]]; then
		# Where the bug shows most often (scenario panic); with small files the kernel would die of it.
		load=(6 48) MOUNT_OPTIONS=nodelalloc REPEAT_UNTIL=igrab_refused KERNEL_ARGS=oops=panic
	fi
	mapfile -t modes < <(matrix_modes "$kernel" "$4")
	guest_boot "$kernel" "$variant" "$run" "$project/src/lab/guest/matrix" "${load[@]}" "${modes[@]}"
}

# matrix_judge RUN_DIR/MODE: judges what the agent streamed.
matrix_judge() {
	[[ -s $1/stream ]] || return 0
	"$project/iputrace" live --from - --json -o "$1/report.jsonl" --evidence none <"$1/stream" >"$1/judge.txt" 2>&1 || true
	gzip -f "$1/stream"
}

# version_below A B: true when version A is older than B.
version_below() { [[ $1 != "$2" && $(printf '%s\n' "$1" "$2" | sort -V | head -n 1) == "$1" ]]; }

# matrix_counts RUN_DIR/MODE: "equal"; "N missed, told" when iputrace is short of no more than it says it missed; "N missed by the
# truth" when the kernel's kprobes skipped no fewer than iputrace is ahead; or "DIFFER".
matrix_counts() {
	local different missed blind rows=99
	# Level guard sends no more than the refusals, the bad puts and the starts in the window.
	[[ $(compare_verdict "$1" | jq -r .attach.level) == guard ]] && rows=3
	different=$(head -n $rows "$1/compare.tsv" | grep -E $'\t(NO|MISSING)$' | grep -v '^lost events' || true)
	missed=$(compare_verdict "$1" | jq -r '.loss.lost')
	blind=$(jq -r .missed "$1/truth.json")
	if [[ -z $different ]]; then
		echo equal
	elif matrix_short "$missed" 0 <<<"$different"; then
		echo "$missed missed, told"
	elif matrix_short "$missed" "$blind" <<<"$different"; then
		echo "$blind missed by the truth"
	else
		echo DIFFER
	fi
}

# matrix_short MISSED BLIND: rows of compare.tsv on stdin; true when iputrace is short of MISSED at most, and ahead by BLIND at most.
matrix_short() {
	awk -F '\t' -v missed="$1" -v blind="$2" '
		{ split($2, range, "[.][.]"); high = range[length(range)] + 0
			if ($3 > high) ahead += $3 - high; else short += range[1] - $3 }
		END { exit short > missed || ahead > blind }'
}

# matrix_attached VERDICT: how many points by which way, as "fentry 10" or "fentry 8, kprobe 2".
matrix_attached() {
	jq -r '[.attach | to_entries[] | select(.key | startswith("probe.")) | .value | split(":")[0]
		| sub("fexit"; "fentry") | sub("kretprobe"; "kprobe")] | group_by(.) | map("\(.[0]) \(length)") | join(", ")' <<<"$1"
}

# matrix_expected RELEASE FROM DIR LOST: the verdict that is right here. What was lost and told makes it UNKNOWN: on a
# preemptible kernel an fentry program that was preempted is skipped by the next one on that processor.
matrix_expected() {
	if jq -e '.igrab_refused > 0 or .bad_put > 0' "$3/truth.json" >/dev/null; then
		echo VIOLATION
	elif version_below "$1" "$2" || (($4 > 0)); then
		echo UNKNOWN
	else
		echo OK
	fi
}

# matrix_row KERNEL VARIANT RUN_DIR MODE: TSV, see matrix_table.
matrix_row() {
	local kernel=$1 variant=$2 dir=$3/$4 mode=$4 release verdict
	release=$(<"$(kernel_dir "$kernel")/release")
	matrix_judge "$dir"
	verdict=$(compare_verdict "$dir")
	printf '%s\t%s\t%s\t' "$release" "$variant" "$mode"
	if [[ $verdict == null ]]; then
		matrix_refused "$release" "$(mode_field "$mode" 4)" "$dir"
	else
		truth_json "$dir" "$kernel"
		compare_rows "$dir" 1 >"$dir/compare.tsv"
		matrix_judged "$release" "$(mode_field "$mode" 4)" "$dir" "$verdict" "$variant" \
			"$(mode_field "$mode" 2)"
	fi
}

matrix_refused() {
	local said result=FAIL
	said=$(grep -sm 1 -E 'cannot|needs|refused' "$3/agent.txt" | cut -c 1-120) || true
	[[ -n $said ]] && version_below "$1" "$2" && result=refused
	printf '%s\t' "$result" "${said:-the guest did not get that far}" - - - -
	echo -
}

matrix_judged() {
	local dir=$3 verdict=$4 counts said check bits lost result=ok
	counts=$(matrix_counts "$dir")
	said=$(jq -r .verdict <<<"$verdict")
	check=$(jq -r '.attach.self_check // "-" | split(":")[0]' <<<"$verdict")
	bits=$(jq -r '.attach.state_bits // "-" | split(":")[0]' <<<"$verdict")
	lost=$(jq -r .loss.lost <<<"$verdict")
	[[ $said == "$(matrix_expected "$1" "$2" "$dir" "$lost")" && $counts != DIFFER ]] || result=FAIL
	# Only the agent verifies the bits of i_state.
	[[ $check == passed && ($bits == verified || $6 != agent) ]] || result=FAIL
	jq -e '(.dropped + .lost) == 0' "$dir/truth.json" >/dev/null || result=FAIL counts+=' (truth lost some)'
	if [[ $5 != stock ]] && jq -e '.igrab_refused == 0' "$dir/truth.json" >/dev/null; then
		said+=' (the race was not met)'
	fi
	printf '%s\t' "$result" "$(matrix_attached "$verdict")" "$said" "$(jq -r '[.counts | to_entries[]
			| select(.key | IN("igrab_refused", "bad_put", "io_end_live", "unpinned_free") | not) | .value] | add' <<<"$verdict")" \
		"$lost" "$counts"
	echo "$bits"
}

# matrix_ready KERNEL VARIANT RUN_DIR: downloads and builds; what went wrong is in RUN_DIR/missing.
matrix_ready() {
	mkdir -p "$3"
	(lab_build "$1" "$2") 2>"$3/missing" && rm "$3/missing" && return
	say "matrix: missing: $1, ext4 $2: $(tail -n 1 "$3/missing" | sed "s/^lab: //")"
}

# matrix_watch KERNEL VARIANT RUN_DIR QUICK: boots; what went wrong is seen by what is not there. Once more, twice at most, when
# the kernel did not live long enough: see matrix_died.
matrix_watch() {
	local status try why
	[[ -f $3/missing ]] && return
	say "matrix: $1, ext4 $2"
	for try in 1 2 3; do
		status=0
		matrix_boot "$@" >"$3/stdout.txt" 2>"$3/stderr.txt" || status=$?
		((status == 0)) && return
		why=$(matrix_died "$3") || break
		((try == 3)) && break
		say "matrix: $1, ext4 $2: $why, once more"
		mkdir -p "$3.$try" && mv "$3"/* "$3.$try/"
	done
	say "matrix: $1, ext4 $2: the guest ended with $status: $(tail -n 1 "$3/stderr.txt")"
}

# matrix_died RUN_DIR: says why the guest is worth another boot; fails when it is not. The bug of era A may hit the BUG_ON that
# it is known for, with which the run of that mode is gone; and an emulated kernel may die before
# its first mode, in code that it patches while it runs (one boot in some thirty).
matrix_died() {
	if [[ $1 == *-era-a ]] && grep -aq 'kernel BUG at fs/inode[.]c' "$1/console.log"; then
		echo "the kernel died of the bug by itself"
	elif [[ ! -s $1/stdout.txt ]]; then
		echo "did not boot: $(tail -n 1 "$1/stderr.txt")"
	else
		return 1
	fi
}

# matrix_rows KERNEL VARIANT RUN_DIR QUICK: what came out of one guest.
matrix_rows() {
	local mode
	if [[ -f $3/missing ]]; then
		printf '%s\t' "$1" "$2" - missing "$(tail -n 1 "$3/missing" | sed 's/^lab: //')" - - - -
		echo -
		return
	fi
	for mode in $(matrix_modes "$1" "$4" | cut -d '|' -f 1); do
		matrix_row "$1" "$2" "$3" "$mode" || die "matrix: cannot judge mode $mode (run: $3)"
	done
}

# matrix_each COMMAND QUICK DIR [KERNEL...]: runs COMMAND KERNEL VARIANT RUN_DIR QUICK for each guest.
matrix_each() {
	local command=$1 quick=$2 dir=$3 kernel variant
	shift 3
	while read -r -u 3 kernel variant; do
		"$command" "$kernel" "$variant" "$dir/$kernel-$variant" "$quick"
	done 3< <(matrix_guests "$quick" "$@")
}

readonly matrix_columns='kernel	ext4	mode	result	attached by	verdict	events	lost	counts	i_state bits'

matrix_table() { (echo "$matrix_columns" && cat "$1") | column -t -s $'\t'; }

# matrix_run QUICK [KERNEL...]
matrix_run() {
	local quick=$1 dir rows
	shift
	"$project/iputrace" --version >/dev/null || die "the project does not build: see above"
	deps_check
	dir=$lab_cache/runs/matrix-$(date +%Y%m%d-%H%M%S)
	rows=$dir/rows.tsv
	mkdir -p "$dir"
	matrix_each matrix_ready "$quick" "$dir" "$@"
	lab_lock
	matrix_each matrix_watch "$quick" "$dir" "$@"
	lab_unlock
	matrix_each matrix_rows "$quick" "$dir" "$@" | tee "$rows" >&2
	matrix_table "$rows"
	if (($# == 0 && !quick)) && [[ -w $project/docs/KERNELS.md ]]; then
		(echo "$matrix_columns" && cat "$rows") | markdown_table | doc_block matrix "$project/docs/KERNELS.md"
	fi
	say "matrix: kept in $dir"
	cut -f 4 "$rows" | grep -q '^ok' || die "matrix: no kernel could be tried"
	! cut -f 4 "$rows" | grep -q '^FAIL'
}
