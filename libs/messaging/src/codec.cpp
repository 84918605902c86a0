#include "codec.hpp"

#include <algorithm>
#include <cstdint>
#include <string_view>

#include "reply.hpp"

namespace pizza::messaging {
namespace {

constexpr std::size_t kMaxShortString = 255;
constexpr std::size_t kMaxHeaderName = 128;
constexpr std::size_t kMaxHeaders = 100'000;             // must fit one frame of 131072 bytes with the other properties
constexpr std::uint64_t kLastTimestamp = 7'258'118'400;  // 2200-01-01: later ones are other units, and would overflow

bool has(const amqp_basic_properties_t& raw, amqp_flags_t flag) { return (raw._flags & flag) != 0; }

bool is_printable_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

std::map<std::string, std::string> string_headers(const amqp_table_t& table) {
  std::map<std::string, std::string> headers;
  for (int i = 0; i < table.num_entries; ++i) {
    const auto& entry = table.entries[i];
    if (entry.value.kind == AMQP_FIELD_KIND_UTF8) headers[to_string(entry.key)] = to_string(entry.value.value.bytes);
  }
  return headers;
}

}  // namespace

amqp_table_entry_t to_argument(const char* name, std::int64_t value) {
  amqp_table_entry_t entry{};
  entry.key = amqp_cstring_bytes(name);
  entry.value.kind = AMQP_FIELD_KIND_I64;
  entry.value.value.i64 = value;
  return entry;
}

EncodedProperties::EncodedProperties(const Properties& properties) {
  using Raw = amqp_basic_properties_t;
  set(&Raw::content_type, properties.content_type, AMQP_BASIC_CONTENT_TYPE_FLAG);
  set(&Raw::message_id, properties.message_id, AMQP_BASIC_MESSAGE_ID_FLAG);
  set(&Raw::correlation_id, properties.correlation_id, AMQP_BASIC_CORRELATION_ID_FLAG);
  set(&Raw::type, properties.type, AMQP_BASIC_TYPE_FLAG);
  set(&Raw::app_id, properties.app_id, AMQP_BASIC_APP_ID_FLAG);
  raw_._flags |= AMQP_BASIC_DELIVERY_MODE_FLAG;
  raw_.delivery_mode = properties.delivery_mode;
  if (properties.priority) {
    raw_._flags |= AMQP_BASIC_PRIORITY_FLAG;
    raw_.priority = *properties.priority;
  }
  if (properties.timestamp) {
    raw_._flags |= AMQP_BASIC_TIMESTAMP_FLAG;
    raw_.timestamp = static_cast<std::uint64_t>(properties.timestamp->time_since_epoch().count());
  }
  if (properties.headers.empty()) return;
  headers_.reserve(properties.headers.size());
  for (const auto& [name, value] : properties.headers) {
    amqp_table_entry_t entry{};
    entry.key = to_bytes(name);
    entry.value.kind = AMQP_FIELD_KIND_UTF8;
    entry.value.value.bytes = to_bytes(value);
    headers_.push_back(entry);
  }
  raw_._flags |= AMQP_BASIC_HEADERS_FLAG;
  raw_.headers = {.num_entries = static_cast<int>(headers_.size()), .entries = headers_.data()};
}

void EncodedProperties::set(amqp_bytes_t amqp_basic_properties_t::* field, const std::string& value,
                            amqp_flags_t flag) {
  if (value.empty()) return;
  raw_._flags |= flag;
  raw_.*field = to_bytes(value);
}

Properties decode(const amqp_basic_properties_t& raw) {
  const auto text = [&raw](amqp_flags_t flag, amqp_bytes_t value) {
    auto result = has(raw, flag) ? to_string(value) : std::string{};
    return is_printable_ascii(result) ? result : std::string{};
  };
  Properties properties;
  properties.content_type = text(AMQP_BASIC_CONTENT_TYPE_FLAG, raw.content_type);
  properties.message_id = text(AMQP_BASIC_MESSAGE_ID_FLAG, raw.message_id);
  properties.correlation_id = text(AMQP_BASIC_CORRELATION_ID_FLAG, raw.correlation_id);
  properties.type = text(AMQP_BASIC_TYPE_FLAG, raw.type);
  properties.app_id = text(AMQP_BASIC_APP_ID_FLAG, raw.app_id);
  properties.delivery_mode = has(raw, AMQP_BASIC_DELIVERY_MODE_FLAG) ? raw.delivery_mode : std::uint8_t{1};
  if (has(raw, AMQP_BASIC_PRIORITY_FLAG)) properties.priority = raw.priority;
  if (has(raw, AMQP_BASIC_TIMESTAMP_FLAG) && raw.timestamp < kLastTimestamp) {
    properties.timestamp = std::chrono::sys_seconds{std::chrono::seconds{raw.timestamp}};
  }
  if (has(raw, AMQP_BASIC_HEADERS_FLAG)) properties.headers = string_headers(raw.headers);
  return properties;
}

bool encodable(const Message& message) {
  const auto& properties = message.properties;
  for (const auto* text : {&message.exchange, &message.routing_key, &properties.content_type, &properties.message_id,
                           &properties.correlation_id, &properties.type, &properties.app_id}) {
    if (text->size() > kMaxShortString) return false;
  }
  std::size_t headers = 0;
  for (const auto& [name, value] : properties.headers) {
    if (name.size() > kMaxHeaderName) return false;
    headers += name.size() + value.size() + 6;
  }
  return headers <= kMaxHeaders;
}

}  // namespace pizza::messaging
