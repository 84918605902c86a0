#include "documents.hpp"

#include <string_view>

#include "json/writer.hpp"

namespace pizza::tracking {
namespace {

using std::chrono::milliseconds;

void write_time(json::Writer& json, std::string_view key, const std::optional<core::TimePoint>& time) {
  json.key(key);
  if (time) {
    json.value(core::format_utc(*time));
  } else {
    json.null();
  }
}

template <class T>
void write_optional(json::Writer& json, std::string_view key, const std::optional<T>& value) {
  json.key(key);
  if (value) {
    json.value(*value);
  } else {
    json.null();
  }
}

/// null where nothing was measured.
void write_average(json::Writer& json, std::string_view key, milliseconds total, std::int64_t count) {
  write_optional(json, key, count > 0 ? std::optional{total.count() / count} : std::nullopt);
}

void write_items(json::Writer& json, const std::vector<ItemDetails>& items) {
  json.key("items").array();
  for (const auto& item : items) {
    json.object().key("name").value(item.name).key("quantity").value(item.quantity);
    json.key("price").raw(item.price).end_object();
  }
  json.end_array();
}

void write_stages(json::Writer& json, const std::vector<PassedStation>& stages) {
  json.key("stages").array();
  for (const auto& stage : stages) {
    json.object().key("station").value(stage.station).key("worker").value(stage.worker);
    write_time(json, "started_at", stage.started_at);
    write_time(json, "finished_at", stage.finished_at);
    json.end_object();
  }
  json.end_array();
}

}  // namespace

std::string status_document(const std::string& number, const OrderState& order,
                            const std::optional<core::TimePoint>& estimated_completion) {
  json::Writer json;
  json.object().key("order_number").value(number).key("current_status").value(order.status);
  write_time(json, "updated_at", order.updated_at);
  write_time(json, "estimated_completion", estimated_completion);
  write_optional(json, "processed_by", order.processed_by);
  return json.end_object().take();
}

std::string history_document(const std::vector<Transition>& history) {
  json::Writer json;
  json.array();
  for (const auto& entry : history) {
    json.object().key("status").value(entry.status);
    write_time(json, "timestamp", entry.changed_at);
    json.key("changed_by").value(entry.changed_by).end_object();
  }
  return json.end_array().take();
}

std::string order_document(const std::string& number, const OrderDetails& order,
                           const std::optional<core::TimePoint>& estimated_completion, Visitor visitor) {
  json::Writer json;
  json.object().key("order_number").value(number).key("status").value(order.state.status);
  json.key("order_type").value(domain::to_string(order.state.type));
  write_optional(json, "table_number", order.table_number);
  write_items(json, order.items);
  json.key("total_amount").raw(order.total_amount).key("priority").value(order.priority);
  json.key("rush").value(order.rush);
  write_time(json, "created_at", order.created_at);
  write_time(json, "updated_at", order.state.updated_at);
  write_time(json, "completed_at", order.completed_at);
  write_time(json, "estimated_completion", estimated_completion);
  write_optional(json, "processed_by", order.state.processed_by);
  write_stages(json, order.stages);
  if (visitor == Visitor::staff) {
    json.key("customer_name").value(order.customer.name).key("customer_type").value(order.customer.type);
    write_optional(json, "delivery_address", order.customer.delivery_address);
  }
  return json.end_object().take();
}

std::string page_document(const OrderPage& page, Visitor visitor) {
  json::Writer json;
  json.object().key("orders").array();
  for (const auto& order : page.orders) {
    json.object().key("order_number").value(order.number).key("status").value(order.status);
    json.key("order_type").value(order.type).key("total_amount").raw(order.total_amount);
    json.key("priority").value(order.priority);
    write_time(json, "created_at", order.created_at);
    write_time(json, "updated_at", order.updated_at);
    write_time(json, "completed_at", order.completed_at);
    write_optional(json, "processed_by", order.processed_by);
    if (visitor == Visitor::staff) json.key("customer_name").value(order.customer_name);
    json.end_object();
  }
  json.end_array();
  write_optional(json, "next", page.more ? std::optional{page.orders.back().number} : std::nullopt);
  return json.end_object().take();
}

std::string workers_document(const std::vector<WorkerState>& workers) {
  json::Writer json;
  json.array();
  for (const auto& worker : workers) {
    json.object().key("worker_name").value(worker.name);
    json.key("status").value(worker.online ? "online" : "offline");
    json.key("orders_processed").value(worker.orders_processed);
    write_time(json, "last_seen", worker.last_seen);
    json.key("type").value(worker.type).key("station").value(worker.station);
    json.key("order_types").array();
    for (const auto type : worker.order_types) json.value(domain::to_string(type));
    json.end_array();
    write_average(json, "average_processing_ms", worker.working, worker.orders_processed);
    json.key("failures").value(worker.orders_failed);
    write_time(json, "since", worker.since);
    write_time(json, "online_since", worker.online ? std::optional{worker.online_since} : std::nullopt);
    json.end_object();
  }
  return json.end_array().take();
}

std::string priorities_document(const PriorityFigures& figures) {
  json::Writer json;
  json.object().key("day").value(figures.day).key("classes").array();
  for (const auto& each : figures.classes) {
    json.object().key("class").value(each.name).key("received").value(each.received);
    json.key("started").value(each.started).key("waiting").value(each.waiting);
    write_average(json, "average_wait_ms", each.waited, each.started);
    json.key("worst_wait_ms").value(each.worst_wait.count());
    json.key("longest_waiting_ms").value(each.longest_waiting.count()).end_object();
  }
  return json.end_array().end_object().take();
}

}  // namespace pizza::tracking
