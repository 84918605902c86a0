#include "database_metrics.hpp"

#include <array>
#include <string>

namespace pizza::host {
namespace {

using Kind = persistence::SqlError::Kind;

constexpr std::array kKinds{Kind::connection, Kind::timeout, Kind::conflict, Kind::data, Kind::other};

const char* to_label(Kind kind) {
  switch (kind) {
    case Kind::connection:
      return "connection";
    case Kind::timeout:
      return "timeout";
    case Kind::conflict:
      return "conflict";
    case Kind::data:
      return "data";
    case Kind::other:
      break;
  }
  return "other";
}

metrics::Counter& errors(metrics::Registry& metrics, Kind kind) {
  return metrics.counter("pizza_db_errors_total", "What PostgreSQL refused, and sessions that failed",
                         {{"kind", to_label(kind)}});
}

metrics::Histogram& durations(metrics::Registry& metrics, std::string_view statement) {
  return metrics.histogram("pizza_db_query_duration_seconds", "From sending a statement to its last row",
                           {{"statement", std::string{statement}}});
}

}  // namespace

persistence::Observer database_observer(metrics::Registry& metrics) {
  for (const auto kind : kKinds) errors(metrics, kind);
  auto& opened = metrics.counter("pizza_db_connections_opened_total", "Sessions that were made");
  return {.on_opened = [&opened] { opened.increment(); },
          .on_failed = [&metrics](Kind kind) { errors(metrics, kind).increment(); },
          .on_statement = [&metrics](std::string_view statement) -> persistence::Observer::Took {
            return [&took = durations(metrics, statement)](auto time) { took.observe(time.count()); };
          }};
}

}  // namespace pizza::host
