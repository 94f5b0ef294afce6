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
	ABOUT='' WORKLOAD=() COLLECTOR=guest WITH_TOOLS=0
	EXPECT_TRUTH=true EXPECT_VERDICT=OK EXPECT_EXIT=0 EXPECT_CONSOLE='' EXPECT_REPORT='' ABOUT_REPORT='' OR_CONSOLE=''
	# shellcheck disable=SC1090
	. "$lab_src/scenarios/$1.conf"
}

# scenario_reader RUN_DIR: both outputs of the guest, to the terminal and to files; and the agent's stream to a
# collector on this side, when the scenario wants one.
scenario_reader() {
	tee "$1/stdout.txt" <"$1/guest/out" &
	tee "$1/stderr.txt" <"$1/guest/err" >&2 &
	if [[ $COLLECTOR == host && -p $1/guest/agent ]]; then
		scenario_collector "$1" &
	fi
	wait
}

scenario_collector() {
	local status=0
	"$project/iputrace" live --from - --json -o "$1/report.jsonl" --evidence "$1/evidence.jsonl" \
		<"$1/guest/agent" >"$1/collector.txt" 2>&1 || status=$?
	echo "$status" >"$1/collector.exit"
}

# scenario_command WITH_IPUTRACE: sets command, what the guest runs.
scenario_command() {
	command=("$project/src/lab/guest/workload" "${WORKLOAD[@]}")
	(($1)) || return 0
	"$project/iputrace" --version >/dev/null || die "the project does not build: see above"
	if [[ $COLLECTOR == host ]]; then
		guest_ports+=(agent)
		command=("$project/src/lab/guest/remote" "${command[@]}")
	elif ((WITH_TOOLS)); then
		command=("$project/src/lab/guest/tools" "${WORKLOAD[@]}")
	else
		command=("$project/iputrace" run --backend "$BACKEND" --level full --mount /mnt --json -o /out/report.jsonl
			--evidence /out/evidence.jsonl --kmsg -- "${command[@]}")
	fi
}

# scenario_or_panic RUN_DIR: the bug is a race, and a kernel that may BUG by itself is then held to what a panic must show.
scenario_or_panic() {
	[[ -n $OR_CONSOLE ]] && grep -aqE "$OR_CONSOLE" "$1/console.log" || return 0
	say "the kernel died of the bug by itself, and is judged as a panic"
	EXPECT_CONSOLE=$OR_CONSOLE EXPECT_EXIT=panic EXPECT_TRUTH='.igrab_refused > 0' EXPECT_REPORT=''
}

scenario_run() {
	local name=$1 with_iputrace=$2 run status=0 command=()
	scenario_read "$name"
	KERNEL=${3:-$KERNEL} BACKEND=${4:-$BACKEND}
	lab_build "$KERNEL" "$VARIANT"
	scenario_command "$with_iputrace"
	lab_lock
	run=$lab_cache/runs/$name-$(date +%Y%m%d-%H%M%S)
	mkdir -p "$run"
	say "$name: $ABOUT"
	((WITH_TOOLS && with_iputrace)) && tools_prepare "$run" "$KERNEL"
	guest_reader=scenario_reader with_truth=1
	guest_boot "$KERNEL" "$VARIANT" "$run" "${command[@]}" || status=$?
	echo "$status" >"$run/exit"
	scenario_or_panic "$run"
	[[ -f $run/truth/trace.txt ]] || die "$name: the guest did not get as far as counting (run: $run)"
	truth_json "$run" "$KERNEL"
	compare "$run" "$with_iputrace" "$status" | tee "$run/result.txt" && status=0 || status=1
	say "$name: $([[ $status == 0 ]] && echo passed || echo FAILED), kept in $run"
	return "$status"
}
