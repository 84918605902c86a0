// The body of a message in a subscriber's queue, from us or from anyone.

#include "contracts/status_update.hpp"

#include <chrono>
#include <cstdint>

#include "fuzz/require.hpp"

using namespace pizza;
using fuzz::require;

namespace {

/// Times are written to the second.
bool same_second(core::TimePoint a, core::TimePoint b) {
  return std::chrono::floor<std::chrono::seconds>(a) == std::chrono::floor<std::chrono::seconds>(b);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto update = contracts::decode_status_update(fuzz::text_of(data, size));
  if (!update) {
    require(!update.error().empty() && update.error().size() < 1024, "a refusal says why, in short");
    return 0;
  }
  const auto bytes = contracts::encode(*update);
  const auto again = contracts::decode_status_update(bytes);
  require(again.has_value(), "what was read can be written and read again");
  require(
      again->order_number == update->order_number && again->old_status == update->old_status &&
          again->new_status == update->new_status && again->changed_by == update->changed_by &&
          same_second(again->timestamp, update->timestamp) &&
          again->estimated_completion.has_value() == update->estimated_completion.has_value() &&
          (!update->estimated_completion || same_second(*again->estimated_completion, *update->estimated_completion)) &&
          again->customer_name == update->customer_name && again->order_type == update->order_type,
      "what was read is the same when it is written and read again");
  require(contracts::encode(*again) == bytes, "the same is written the same");
  return 0;
}
