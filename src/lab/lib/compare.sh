# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# What a run must show: iputrace's numbers beside the kernel's own, and the scenario's expectations.
#
# The verdict is the last line of report.jsonl. A guest that panicked leaves no such line in the guest's report, only
# what was durable before: the evidence file and the console.

# compare_verdict RUN_DIR: the verdict object, or null.
compare_verdict() {
	local last=''
	[[ -f $1/report.jsonl ]] && last=$(tail -n 1 "$1/report.jsonl" |
		jq -c 'if .schema == "iputrace.verdict/1" then . else null end' 2>/dev/null || true)
	echo "${last:-null}"
}

# compare_rows RUN_DIR WITH_IPUTRACE: TSV of what, truth, iputrace, same. A truth of N..M is the range the two marks allow.
# Both sides read i_state when their own probe runs, one after the other: an inode may begin to die in between, so that
# starts in the window need only be about the same.
compare_rows() {
	jq -rn --slurpfile truth "$1/truth.json" --argjson with "$2" --argjson verdict "$(compare_verdict "$1")" '
		$truth[0] as $t | ($verdict.counts // {}) as $c
		| ($verdict.attach["probe.io_end_free"] // $verdict.attach.io_end_free // "") as $alias
		| def near(mine; truth): ((mine - truth) | fabs) <= 5 + truth / 10;
		def free(by; whole): (by | to_entries | map(select(.key as $k | $alias | endswith($k)))[0].value) // whole;
		[ ["igrab refused", $t.at_least.igrab_refused, $t.igrab_refused, $c.igrab_refused],
		  ["bad iput", $t.at_least.bad_put, $t.bad_put, $c.bad_put],
		  ["io_end started on a dying inode", $t.at_least.window, $t.window, $verdict.window.entered],
		  ["igrab", $t.at_least.igrab, $t.igrab, $c.igrab],
		  ["iput", $t.at_least.iput, $t.iput, $c.iput],
		  ["ext4_init_io_end", $t.at_least.io_end_init, $t.io_end_init, $c.io_end_init],
		  ["ext4_free_io_end or alias", free($t.io_end_free_by_at_least; $t.at_least.io_end_free),
		   free($t.io_end_free_by; $t.io_end_free), $c.io_end_free],
		  ["lost events", 0, (if $with == 1 then 0 else null end), $verdict.loss.lost] ][]
		| . as [$what, $low, $high, $mine]
		| [ $what,
		    if $high == null then "-" elif $low == null or $low == $high then $high else "\($low)..\($high)" end,
		    $mine // "-",
		    if $high == null or $with == 0 or ($t.complete | not) then "-" elif $mine == null then "MISSING"
		    elif $mine >= ($low // $high) and $mine <= $high then "yes"
		    elif $what == "io_end started on a dying inode" and near($mine; $high) then "about" else "NO" end ]
		| @tsv'
}

# compare_table WITH_IPUTRACE: the rows as a table for people.
compare_table() {
	local what truth mine same
	{ echo $'what\ttruth\tiputrace\tsame' && cat; } | while IFS=$'\t' read -r what truth mine same; do
		printf '%-32s %14s' "$what" "$truth"
		(($1)) && printf ' %14s  %s' "$mine" "$same"
		echo
	done
}

# console_time FILE REGEX: the kernel's time stamp, in seconds, of the first console line that matches.
console_time() {
	grep -aE -m 1 "$2" "$1" | sed -nE 's/^\[ *([0-9]+\.[0-9]+)\].*/\1/p'
}

# check WHAT CONDITION_STATUS: one line of the result; a failed one makes the run fail.
check() {
	if (($2 == 0)); then
		printf 'ok    %s\n' "$1"
	else
		printf 'FAIL  %s\n' "$1"
		failed=1
	fi
}

# compare_numbers RUN_DIR WITH_IPUTRACE: the table. When the guest died both counts were cut off somewhere, and only show.
compare_numbers() {
	local run=$1 status=0
	compare_rows "$run" "$2" | tee "$run/compare.tsv" | compare_table "$2"
	if jq -e .complete "$run/truth.json" >/dev/null; then
		cut -f 4 "$run/compare.tsv" | grep -qE 'NO|MISSING' && status=1
		(($2)) && check 'numbers: the same as the kernel counted' $status
		status=0
		jq -e '(.missed + .dropped + .lost) == 0' "$run/truth.json" >/dev/null || status=1
		check 'truth: nothing missed, dropped or lost' $status
	fi
}

# compare_truth RUN_DIR: what the kernel did by itself is what the scenario is for.
compare_truth() {
	local status=0
	jq -e "$EXPECT_TRUTH" "$1/truth.json" >/dev/null || status=1
	check "truth: $EXPECT_TRUTH" $status
	[[ -z $EXPECT_CONSOLE ]] && return
	status=0
	grep -aqE "$EXPECT_CONSOLE" "$1/console.log" || status=1
	check "console: $EXPECT_CONSOLE" $status
}

# compare_lead RUN_DIR: iputrace's line was on the console before the kernel's BUG.
compare_lead() {
	local bug warned status=1
	bug=$(console_time "$1/console.log" "$EXPECT_CONSOLE")
	warned=$(console_time "$1/console.log" 'iputrace: VIOLATION')
	[[ -n $bug && -n $warned ]] && awk "BEGIN { exit !($warned < $bug) }" && status=0
	check "console: iputrace's line at ${warned:-never}, the kernel's BUG at ${bug:-never}" $status
	((status)) || awk "BEGIN { printf \"      lead time: %.1f ms\n\", ($bug - $warned) * 1000 }"
}

# compare_outcome RUN_DIR EXIT: exit code and verdict, or after a panic the evidence that had to outlive it.
compare_outcome() {
	local run=$1 exit=$2 verdict status=0
	if [[ -n $EXPECT_CONSOLE ]]; then
		grep -qsE '"rules":\["R' "$run/evidence.jsonl" || status=1
		check "evidence.jsonl: holds the violation" $status
		[[ $COLLECTOR == host ]] || compare_lead "$run"
	fi
	[[ $COLLECTOR == host ]] && exit=$(cat "$run/collector.exit" 2>/dev/null || echo none)
	if [[ -n $EXPECT_REPORT ]]; then
		status=0
		jq -se "$EXPECT_REPORT" "$run/report.jsonl" >/dev/null || status=1
		check "report: $ABOUT_REPORT" $status
	fi
	if [[ $EXPECT_EXIT != panic ]]; then
		status=0
		[[ $exit == "$EXPECT_EXIT" ]] || status=1
		check "exit code: $exit, expected $EXPECT_EXIT" $status
		verdict=$(compare_verdict "$run" | jq -r '.verdict?')
		status=0
		[[ $verdict == "$EXPECT_VERDICT" ]] || status=1
		check "verdict: $verdict, expected $EXPECT_VERDICT" $status
	fi
}

# compare RUN_DIR WITH_IPUTRACE EXIT: prints the result; fails when anything is not as the scenario says.
compare() {
	local failed=0
	printf '\n'
	compare_numbers "$1" "$2"
	compare_truth "$1"
	(($2)) && compare_outcome "$1" "$3"
	((WITH_TOOLS && $2)) && tools_compare "$1" "$KERNEL" "$3"
	return $failed
}
