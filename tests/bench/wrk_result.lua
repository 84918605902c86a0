-- What load.cpp reads.
function done(summary, latency)
  local errors = summary.errors
  print(string.format("result per_second=%.2f p50_ms=%.3f p99_ms=%.3f count=%d refused=%d",
    (summary.requests - errors.status) / (summary.duration / 1e6), latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    summary.requests - errors.status, errors.status + errors.connect + errors.read + errors.write + errors.timeout))
end
