#pragma once

#include <cstdint>
#include <vector>

#include <amqp.h>
#include <amqp_framing.h>

#include "messaging/message.hpp"

namespace pizza::messaging {

/// Properties in the library's form; points into the ones it was made from.
class EncodedProperties {
 public:
  explicit EncodedProperties(const Properties& properties);
  const amqp_basic_properties_t& raw() const noexcept { return raw_; }

 private:
  void set(amqp_bytes_t amqp_basic_properties_t::* field, const std::string& value, amqp_flags_t flag);

  std::vector<amqp_table_entry_t> headers_;
  amqp_basic_properties_t raw_{};
};

/// An argument of a declaration or a consumer. `name` must outlive it.
amqp_table_entry_t to_argument(const char* name, std::int64_t value);

/// A copy; what is absent stays empty, also what has no sensible value (a timestamp after the year 2200).
Properties decode(const amqp_basic_properties_t& raw);

/// False for a message that AMQP cannot carry (a key or id over 255 bytes, headers larger than a frame).
bool encodable(const Message& message);

}  // namespace pizza::messaging
