# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# truth.json: what the kernel's own tracefs counted in a run (guest/truth wrote the raw numbers).
#
# Each count comes twice: whole run, and between the inner marks (at_least). iputrace attaches and detaches between the
# two, so that its own number lies in that range; most of the time the range is one number.

truth_events='iput bad_put igrab_all igrab_refused io_end_init window
	ext4_free_io_end ext4_release_io_end ext4_put_io_end ext4_put_io_end_defer'

# truth_hits MARK EVENT: hits of one counter at one mark; fails when it was not counted.
truth_hits() {
	awk -v event="$2" '
		/^==> / { here = $2 ~ "/" event "/hist$"; found = found || here }
		here && $1 == "Hits:" { hits = $2 }
		END { print hits + 0; exit !found }' "$1"
}

# truth_counts FROM TO: what was counted between two marks, as a JSON object, event -> count.
truth_counts() {
	local event from to
	for event in $truth_events; do
		if from=$(truth_hits "$1" "$event") && to=$(truth_hits "$2" "$event"); then
			printf '%s %d\n' "$event" $((to - from))
		fi
	done | jq -Rn '[inputs / " " | {(.[0]): (.[1] | tonumber)}] | add'
}

# truth_losses MARK: what makes a count a lower bound: missed probe hits, dropped histogram updates, lost ring entries.
truth_losses() {
	awk '
		/^==> / { profile = $2 ~ /kprobe_profile$/ }
		# Not those of iputrace, which have its pid behind their names.
		profile && NF == 3 && $1 !~ /_[0-9]+$/ && $3 ~ /^[0-9]+$/ { missed += $3 }
		$1 == "Dropped:" { dropped += $2 }
		/overrun:|dropped events:/ { lost += $NF }
		END { printf "{\"missed\": %d, \"dropped\": %d, \"lost\": %d}", missed, dropped, lost }' "$1"
}

# truth_lost FROM TO: what was lost between two marks; kprobe_profile and the rings count from the boot on.
truth_lost() {
	jq -n --argjson from "$(truth_losses "$1")" --argjson to "$(truth_losses "$2")" \
		'$to | with_entries(.value = ([.value - $from[.key], 0] | max))'
}

# truth_trace FILE: how many of the rare events were kept; all there is when the guest died.
truth_trace() {
	local event
	for event in igrab_refused bad_put window; do
		printf '%s %d\n' "$event" "$(grep -acE "[0-9]: $event: " "$1" || true)"
	done | jq -Rn '[inputs / " " | {(.[0]): (.[1] | tonumber)}] | add'
}

# truth_json RUN_DIR KERNEL: writes RUN_DIR/truth.json.
truth_json() {
	local raw=$1/truth release complete=false all='{}' inner='{}' losses='{}'
	release=$(<"$(kernel_dir "$2")/release")
	if [[ -f $raw/end.txt ]]; then
		complete=true
		all=$(truth_counts "$raw/begin.txt" "$raw/end.txt")
		inner=$(truth_counts "$raw/inner-begin.txt" "$raw/inner-end.txt")
		losses=$(truth_lost "$raw/begin.txt" "$raw/end.txt")
	fi
	jq -n --arg kernel "$release" --argjson complete "$complete" --argjson all "$all" --argjson inner "$inner" \
		--argjson losses "$losses" --argjson trace "$(truth_trace "$raw/trace.txt")" '
		def names: {igrab: .igrab_all, igrab_refused, iput, bad_put, io_end_init, window,
			io_end_free: (.ext4_free_io_end // .ext4_release_io_end)};
		def by_alias: with_entries(select(.key | startswith("ext4_")));
		{schema: "iputrace.truth/1", $kernel, $complete}
		+ (if $complete then ($all | names) else ({} | names) + $trace end)
		+ {at_least: ($inner | names), io_end_free_by: ($all | by_alias),
		   io_end_free_by_at_least: ($inner | by_alias), $trace} + $losses' >"$1/truth.json"
	if [[ $complete == true ]]; then
		jq -e '. as $t | .trace | to_entries | all(.value == ($t[.key] // 0))' "$1/truth.json" >/dev/null ||
			say "truth: counters and kept events differ: $(jq -c . "$1/truth.json")"
	fi
}
