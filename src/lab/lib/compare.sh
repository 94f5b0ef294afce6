# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# What a run must show: iputrace's numbers beside the kernel's own, and the scenario's expectations.
#
# The verdict is the last line of report.jsonl. A guest that panicked leaves no such line in the guest's report, only
# what was durable before: the evidence file and the console.

# compare_verdict RUN_DIR: the verdict object, or null.
compare_verdict() {
	[[ -f $1/report.jsonl ]] || { echo null && return; }
	tail -n 1 "$1/report.jsonl" |
		jq -c 'if .schema == "iputrace.verdict/1" then . else null end' 2>/dev/null || echo null
}

# compare_rows RUN_DIR: TSV of what, truth, iputrace, same. A truth of N..M is the range the two marks allow.
compare_rows() {
	jq -rn --slurpfile truth "$1/truth.json" --argjson verdict "$(compare_verdict "$1")" '
		$truth[0] as $t | ($verdict.counts // {}) as $c
		| ($verdict.attach.io_end_free // $verdict.attach.points.io_end_free // "" | tostring) as $alias
		| def free(by; whole): (by | to_entries | map(select(.key as $k | $alias | endswith($k)))[0].value) // whole;
		[ ["igrab refused", $t.at_least.igrab_refused, $t.igrab_refused, $c.igrab_refused],
		  ["bad iput", $t.at_least.bad_put, $t.bad_put, $c.bad_put],
		  ["io_end started on a dying inode", $t.at_least.window, $t.window, $verdict.window.entered],
		  ["igrab", $t.at_least.igrab, $t.igrab, $c.igrab],
		  ["iput", $t.at_least.iput, $t.iput, $c.iput],
		  ["ext4_init_io_end", $t.at_least.io_end_init, $t.io_end_init, $c.io_end_init],
		  ["ext4_free_io_end or alias", free($t.io_end_free_by_at_least; $t.at_least.io_end_free),
		   free($t.io_end_free_by; $t.io_end_free), $c.io_end_free] ][]
		| . as [$what, $low, $high, $mine]
		| [ $what,
		    if $high == null then "-" elif $low == null or $low == $high then $high else "\($low)..\($high)" end,
		    $mine // "-",
		    if $high == null then "-" elif $mine == null then "MISSING"
		    elif $mine >= ($low // $high) and $mine <= $high then "yes" else "NO" end ]
		| @tsv'
}

compare_table() {
	printf '%-32s %14s %14s  %s\n' what truth iputrace same
	while IFS=$'\t' read -r what truth mine same; do
		printf '%-32s %14s %14s  %s\n' "$what" "$truth" "$mine" "$same"
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

# compare_panic RUN_DIR: the violation was on the console, and durable in the evidence file, before the kernel's BUG.
compare_panic() {
	local run=$1 warned bug status
	bug=$(console_time "$run/console.log" "$EXPECT_CONSOLE")
	warned=$(console_time "$run/console.log" 'iputrace: VIOLATION')
	status=1
	[[ -n $bug && -n $warned ]] && awk "BEGIN { exit !($warned < $bug) }" && status=0
	check "console: iputrace's line (${warned:-never} s) before the kernel's BUG (${bug:-never} s)" $status
	if ((status == 0)); then
		awk "BEGIN { printf \"      lead time %.3f s\\n\", $bug - $warned }"
	fi
	status=0
	grep -qs '"rule"' "$run/evidence.jsonl" || status=1
	check "evidence file: holds the violation ($(wc -l 2>/dev/null <"$run/evidence.jsonl" || echo 0) lines)" $status
}

# compare RUN_DIR WITH_IPUTRACE EXIT: prints the result; fails when anything is not as the scenario says.
compare() {
	local run=$1 with_iputrace=$2 exit=$3 failed=0 status verdict
	printf '\n'
	if ((with_iputrace)); then
		compare_rows "$run" | tee "$run/compare.tsv" | compare_table
		status=0
		cut -f 4 "$run/compare.tsv" | grep -qE 'NO|MISSING' && status=1
		check 'numbers: the same as the kernel counted' $status
	else
		jq -r '["igrab", "igrab_refused", "iput", "bad_put", "io_end_init", "io_end_free", "window"][] as $k
			| [$k, (.[$k] // "-" | tostring)] | @tsv' "$run/truth.json" |
			while read -r what n; do printf '%-16s %10s\n' "$what" "$n"; done
	fi
	status=0
	jq -e "$EXPECT_TRUTH" "$run/truth.json" >/dev/null || status=1
	check "truth: $EXPECT_TRUTH" $status
	status=0
	jq -e '((.missed // 0) + (.dropped // 0) + (.lost // 0)) == 0' "$run/truth.json" >/dev/null || status=1
	check "truth: nothing missed, dropped or lost" $status
	if [[ -n $EXPECT_CONSOLE ]]; then
		status=0
		grep -aqE "$EXPECT_CONSOLE" "$run/console.log" || status=1
		check "console: $EXPECT_CONSOLE" $status
	fi
	((with_iputrace)) && compare_iputrace "$run" "$exit"
	return $failed
}

# compare_iputrace RUN_DIR EXIT: verdict, exit code and loss as the scenario says.
compare_iputrace() {
	local run=$1 exit=$2 verdict status=0
	verdict=$(compare_verdict "$run")
	if [[ -n $EXPECT_CONSOLE ]]; then
		compare_panic "$run"
	fi
	if [[ $EXPECT_EXIT != panic ]]; then
		[[ $exit == "$EXPECT_EXIT" ]] || status=1
		check "exit code: $exit, expected $EXPECT_EXIT" $status
		status=0
		[[ $(jq -r '.verdict?' <<<"$verdict") == "$EXPECT_VERDICT" ]] || status=1
		check "verdict: $(jq -r '.verdict?' <<<"$verdict"), expected $EXPECT_VERDICT" $status
	fi
}
