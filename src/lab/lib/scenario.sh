# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# Scenarios: a kernel, a file system, a workload and what must come out, as data in scenarios/NAME.conf.

scenario_names() {
	local file
	for file in "$lab_src"/scenarios/*.conf; do
		basename "$file" .conf
	done
}

scenario_read() {
	[[ -f $lab_src/scenarios/$1.conf ]] ||
		die "no such scenario: name=$1 (known: $(scenario_names | tr '\n' ' '))"
	guest_defaults
	ABOUT='' WORKLOAD=() EXPECT_TRUTH=true EXPECT_VERDICT=OK EXPECT_EXIT=0 EXPECT_CONSOLE='' COLLECTOR=guest
	# shellcheck disable=SC1090
	. "$lab_src/scenarios/$1.conf"
}

# scenario_show RUN_DIR: both outputs of the guest, to the terminal and to files.
scenario_show() {
	tee "$1/stdout.txt" <"$1/guest/out" &
	tee "$1/stderr.txt" <"$1/guest/err" >&2
	wait
}

scenario_run() {
	local name=$1 with_iputrace=$2 run status=0 command=("$project/src/lab/guest/workload")
	scenario_read "$name"
	lab_build "$KERNEL" "$VARIANT"
	command+=("${WORKLOAD[@]}")
	if ((with_iputrace)); then
		"$project/iputrace" --version >/dev/null || die "the project does not build"
		command=("$project/iputrace" run --level full --mount /mnt --json -o /out/report.jsonl
			--evidence /out/evidence.jsonl --kmsg -- "${command[@]}")
	fi
	lab_lock
	run=$lab_cache/runs/$name-$(date +%Y%m%d-%H%M%S)
	mkdir -p "$run"
	say "$name: $ABOUT"
	guest_out_to=scenario_show with_truth=1
	guest_boot "$KERNEL" "$VARIANT" "$run" "${command[@]}" || status=$?
	echo "$status" >"$run/exit"
	[[ -d $run/truth ]] || die "$name: the guest did not get as far as counting (run: $run)"
	truth_json "$run" "$KERNEL"
	compare "$run" "$with_iputrace" "$status" || status=$?
	say "kept: $run"
	return "$status"
}
