#include "order/app/staff_rule.hpp"

namespace pizza::order {

using domain::OrderStatus;

StaffRuling rule_on_move(const StaffOrder& order, OrderStatus to) {
  if (order.status == to) return StaffRuling::already;
  return domain::may_move(order.status, to, order.type) ? StaffRuling::change : StaffRuling::illegal;
}

StaffRuling rule_on_priority(const StaffOrder& order, int priority) {
  if (order.priority == priority) return StaffRuling::already;
  return order.waiting ? StaffRuling::change : StaffRuling::illegal;
}

bool completes_for_customer(OrderStatus from, OrderStatus to) {
  return to == OrderStatus::delivered || (to == OrderStatus::completed && from != OrderStatus::delivered);
}

}  // namespace pizza::order
