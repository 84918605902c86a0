#include "contracts/dead_letter.hpp"

namespace pizza::contracts {

std::map<std::string, std::string> to_headers(const Failure& failure) {
  return {{kErrorHeader, failure.error},
          {kOriginalQueueHeader, failure.queue},
          {kOriginalRoutingKeyHeader, failure.routing_key},
          {kFailedByHeader, failure.failed_by},
          {kFailedAtHeader, core::format_utc(failure.failed_at)}};
}

}  // namespace pizza::contracts
