#!/usr/bin/env bash
# Prometheus' own tool on its configuration, the alert rules and their tests; every alert has its paragraph in
# docs/operating.md, and the dashboards ask only for what is measured.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/../.."
rules=deploy/prometheus/alerts.yml tests=deploy/prometheus/alerts_test.yml page=docs/operating.md
dashboards=(deploy/grafana/dashboards/*.json)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
bad=0
fault() { echo "$1"; bad=1; }

promtool check config deploy/prometheus/prometheus.yml > "$work/out" 2>&1 || { cat "$work/out"; bad=1; }
promtool check rules "$rules" > "$work/out" 2>&1 || { cat "$work/out"; bad=1; }
promtool test rules "$tests" > "$work/out" 2>&1 || { cat "$work/out"; bad=1; }

# --- alerts: a test that fires, one that is silent, a paragraph; and no paragraph without an alert ---------------------
alerts() { sed -n 's/^ *- alert: *//p' "$rules"; }
paragraphs() { sed -n '/^## Alerts/,/^## [^A]/s/^### *//p' "$page"; }
for alert in $(alerts); do
  grep -q "ALERTS{alertname=\"$alert\",alertstate=\"firing\"}.*exp_samples: \[{\|ALERTS{alertname=\"$alert\",alertstate=\"firing\"})'$" "$tests" ||
    fault "$tests: $alert never fires"
  grep -q "{alertname: $alert, eval_time: [0-9]*[mh]}" "$tests" || fault "$tests: $alert is never silent"
  grep -q "runbook_url: $page#${alert,,}\$" "$rules" || fault "$rules: $alert has no runbook_url $page#${alert,,}"
done
diff <(alerts | sort) <(paragraphs | sort) > "$work/out" ||
  fault "alerts of $rules (<) and paragraphs of $page (>) differ: $(grep '^[<>]' "$work/out" | tr '\n' ' ')"
[ "$(alerts | wc -l)" = "$(grep -c 'severity: \(page\|ticket\)}' "$rules")" ] || fault "$rules: an alert without severity"

# --- dashboards --------------------------------------------------------------------------------------------------------
for file in "${dashboards[@]}"; do
  jq -e . "$file" > /dev/null || { fault "$file: not JSON"; continue; }
  jq -e '.uid and .title and .schemaVersion' "$file" > /dev/null || fault "$file: has no uid, title or schemaVersion"
  jq -e '[.. | .id? | numbers] | length == (unique | length)' "$file" > /dev/null || fault "$file: two panels with one id"
done
[ "$(jq -r .uid "${dashboards[@]}" | sort | uniq -d)" = "" ] || fault "two dashboards with one uid"
# shellcheck disable=SC2016  # Grafana's variable, not ours
jq -r '.. | .expr? | strings' "${dashboards[@]}" | sed 's/\$__rate_interval/5m/g' > "$work/queries"
# A query is what a recording rule may hold, so promtool can judge it.
jq -Rn '{groups: [{name: "q", rules: [inputs] | to_entries | map({record: "q:\(.key)", expr: .value})}]}' \
  "$work/queries" > "$work/queries.yml"
promtool check rules "$work/queries.yml" > "$work/out" 2>&1 || { cat "$work/out"; fault "a query of a dashboard is wrong"; }

# --- what is asked for is measured -------------------------------------------------------------------------------------
# RabbitMQ's own names, as its plugin of 3.10 gives them.
cat > "$work/known" << 'NAMES'
rabbitmq_alarms_free_disk_space_watermark
rabbitmq_alarms_memory_used_watermark
rabbitmq_detailed_queue_consumers
rabbitmq_detailed_queue_messages
rabbitmq_detailed_queue_messages_ready
rabbitmq_disk_space_available_bytes
rabbitmq_disk_space_available_limit_bytes
rabbitmq_process_resident_memory_bytes
rabbitmq_resident_memory_limit_bytes
NAMES
# shellcheck disable=SC2016  # quotes of Markdown
grep -ohE '`(pizza|process)_[a-z_]+' docs/metrics.md | tr -d '`' >> "$work/known"
used=0
while read -r name; do
  used=$((used + 1))
  grep -qxF -e "$name" -e "${name%_bucket}" -e "${name%_count}" -e "${name%_sum}" "$work/known" ||
    fault "$name is asked for, but nothing in docs/metrics.md is called so"
done < <({ cat "$work/queries"; sed -n '/expr:/,/labels:/p' "$rules"; } | grep -oE '\b(pizza|process|rabbitmq)_[a-z_]+' | sort -u)
[ "$used" -gt 40 ] || fault "only $used metrics are asked for"

[ "$bad" = 0 ] || exit 1
echo "prometheus: $(alerts | wc -l) alerts, $(wc -l < "$work/queries") queries, $used metrics"
