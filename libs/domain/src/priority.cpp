#include "domain/priority.hpp"

namespace pizza::domain {
namespace {

constexpr auto kHighAbove = Money::from_cents(100'00);
constexpr auto kMediumFrom = Money::from_cents(50'00);

}  // namespace

Priority assign_priority(const Order& order, const CustomerRecord& customer) {
  const auto total = total_of(order);
  if (order.customer_type == CustomerType::vip) return {kHighPriority, "priority 10: vip customer"};
  if (customer.type == CustomerType::vip) return {kHighPriority, "priority 10: vip customer by the customers table"};
  if (order.rush) return {kHighPriority, "priority 10: rush order"};
  if (total > kHighAbove) return {kHighPriority, "priority 10: total over 100.00"};
  if (total >= kMediumFrom) return {kMediumPriority, "priority 5: total 50.00 to 100.00"};
  if (customer.orders_completed > 0) return {kMediumPriority, "priority 5: repeat customer"};
  return {kNormalPriority, "priority 1: standard order"};
}

std::string_view priority_class(int level) {
  if (level >= kHighPriority) return "high";
  return level >= kMediumPriority ? "medium" : "normal";
}

}  // namespace pizza::domain
