# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# The scenario `tools`: what the other tools captured in the guest is replayed here, and must say what iputrace said live.

tools_captured='trace-cmd perf ftrace bpftrace'

# tools_prepare RUN_DIR KERNEL: the recipes, for the guest to follow.
tools_prepare() {
	local tool
	mkdir -p "$1/tools"
	for tool in trace-cmd perf bpftrace; do
		"$project/iputrace" import --how "$tool" --kernel "$(<"$(kernel_dir "$2")/release")" >"$1/tools/how-$tool.txt"
	done
}

# tools_violations REPORT: the proofs of rules R1 to R5, one a line, without what depends on who saw it: so also without
# the i_count of R4, which is not about it, and which two probes of one call may read differently.
tools_violations() {
	jq -r 'select(.schema == "iputrace.violation/1" and .strength == "PROOF" and (.rule | test("^R[1-5]$")))
		| [.rule, ([.also[] | select(test("^R[1-5]$"))] | join("+")), .event.op, .event.inode, .event.i_ino, (if .rule == "R4" then "-" else .event.i_count end)]
		| join(" ")' "$1" | sort
}

# tools_letter REPORT: a report without what a replay cannot know or orders otherwise: two CPUs' events of one moment come to live as
# they were sent, an init at its return, and to a replay by their time.
tools_letter() { jq -cS 'del(.evidence, .number, .history)' "$1" | sort; }

# tools_replay RUN_DIR KERNEL TOOL: replays one capture into tools/TOOL.jsonl; the verdict in a line.
tools_replay() {
	local dir=$1/tools options=(--kernel "$(<"$(kernel_dir "$2")/release")")
	if [[ $3 == bpftrace ]]; then
		sort -s -n -k 2,2 "$dir/bpftrace.txt" -o "$dir/bpftrace.txt"
	fi
	[[ $3 == ftrace ]] && options+=(--stats "$dir/ftrace.stats")
	"$project/iputrace" replay --json -o "$dir/$3.jsonl" --dev 1:0 "${options[@]}" "$dir/$3.txt" \
		>"$dir/$3.replay.log" 2>&1 || true
	jq -r --arg tool "$3" 'select(.schema == "iputrace.verdict/1")
		| "      \($tool): \(.verdict), igrab \(.counts.igrab), iput \(.counts.iput), lost \(.loss.lost)"' "$dir/$3.jsonl"
}

# tools_babeltrace RUN_DIR: the reference reader counts the recording's events and its loss.
tools_babeltrace() {
	local op want got lost status=0
	(ulimit -v 4000000 && babeltrace2 "$1/tools/recording") >"$1/tools/babeltrace.txt" 2>"$1/tools/babeltrace.log" ||
		status=1
	check 'babeltrace2 reads the recording' $status
	status=0
	for op in igrab iput io_end_init io_end_free birth evict clear death ihold; do
		want=$(compare_verdict "$1" | jq -r ".counts.$op")
		got=$(grep -c ") [^ ]* *$op: {\| $op: {" "$1/tools/babeltrace.txt" || true)
		[[ $want == "$got" ]] || { status=1 && echo "      $op: live $want, babeltrace2 $got"; }
	done
	check "babeltrace2 counts the events that iputrace checked: $(wc -l <"$1/tools/babeltrace.txt") with companions" $status
	status=0
	lost=$(sed -nE 's/.*discarded ([0-9]+) events.*/\1/p' "$1/tools/babeltrace.log" | awk '{ n += $1 } END { print n + 0 }')
	[[ $lost == "$(compare_verdict "$1" | jq -r .loss.lost)" ]] || status=1
	check "babeltrace2 counts the same loss: $lost" $status
}

# tools_recording RUN_DIR EXIT: the replay of our own recording says to the letter what live said.
tools_recording() {
	local dir=$1/tools status=0 exit=0
	"$project/iputrace" replay --json -o "$dir/recording.jsonl" "$dir/recording" \
		>"$dir/recording.replay.log" 2>&1 || exit=$?
	[[ $exit == "$2" ]] || status=1
	check "recording: replay ends with $exit, live with $2" $status
	status=0
	diff <(tools_letter "$1/report.jsonl") <(tools_letter "$dir/recording.jsonl") >"$dir/recording.diff" || status=1
	check "recording: replay says to the letter what live said ($(wc -l <"$1/report.jsonl") lines)" $status
}

# tools_compare RUN_DIR KERNEL EXIT
tools_compare() {
	local tool status
	tools_recording "$1" "$3"
	tools_babeltrace "$1"
	tools_violations "$1/report.jsonl" >"$1/tools/live.violations"
	for tool in $tools_captured; do
		status=0
		tools_replay "$1" "$2" "$tool"
		tools_violations "$1/tools/$tool.jsonl" >"$1/tools/$tool.violations"
		diff "$1/tools/live.violations" "$1/tools/$tool.violations" >"$1/tools/$tool.diff" || status=1
		check "$tool: the $(wc -l <"$1/tools/live.violations") violations that live saw, by rule, inode and i_count" $status
	done
}
