#include "domain/priority.hpp"

namespace pizza::domain {
namespace {

constexpr auto kHighAbove = Money::from_cents(100'00);
constexpr auto kMediumFrom = Money::from_cents(50'00);

}  // namespace

Priority assign_priority(const Order& order) {
  const auto total = total_of(order);
  if (order.customer_type == CustomerType::vip) return {kHighPriority, "priority 10: vip customer"};
  if (order.rush) return {kHighPriority, "priority 10: rush order"};
  if (total > kHighAbove) return {kHighPriority, "priority 10: total over 100.00"};
  if (total >= kMediumFrom) return {kMediumPriority, "priority 5: total 50.00 to 100.00"};
  return {kNormalPriority, "priority 1: standard order"};
}

}  // namespace pizza::domain
