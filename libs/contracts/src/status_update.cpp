#include "contracts/status_update.hpp"

#include "json/writer.hpp"
#include "members.hpp"

namespace pizza::contracts {

std::string encode(const StatusUpdate& update) {
  json::Writer writer;
  writer.object().key("order_number").value(update.order_number);
  writer.key("old_status").value(domain::to_string(update.old_status));
  writer.key("new_status").value(domain::to_string(update.new_status));
  writer.key("changed_by").value(update.changed_by);
  writer.key("timestamp").value(core::format_utc(update.timestamp));
  writer.key("estimated_completion");
  update.estimated_completion ? writer.value(core::format_utc(*update.estimated_completion)) : writer.null();
  if (!update.customer_name.empty()) writer.key("customer_name").value(update.customer_name);
  if (update.order_type) writer.key("order_type").value(domain::to_string(*update.order_type));
  return writer.end_object().take();
}

std::expected<StatusUpdate, std::string> decode_status_update(std::string_view body) {
  Members members{body};
  StatusUpdate update{
      .order_number = members.order_number(),
      .old_status = members.parsed("old_status", domain::parse_order_status),
      .new_status = members.parsed("new_status", domain::parse_order_status),
      .changed_by = members.text("changed_by"),
      .timestamp = members.parsed("timestamp", core::parse_utc),
      .estimated_completion = members.optional_parsed("estimated_completion", core::parse_utc),
      .customer_name = members.optional_text("customer_name").value_or(std::string{}),
      .order_type = members.optional_parsed("order_type", domain::parse_order_type),
  };
  if (const auto& fault = members.fault()) return std::unexpected(*fault);
  return update;
}

}  // namespace pizza::contracts
