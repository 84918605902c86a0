#include "kitchen/app/hands.hpp"

#include <utility>

namespace pizza::kitchen {
namespace {

std::string message_key(const std::string& named, const std::string& message_id) { return named + '\n' + message_id; }

}  // namespace

Hold* Hands::of_order(const std::string& order_number) {
  const auto found = holds_.find(order_number);
  return found == holds_.end() ? nullptr : &found->second;
}

Hold* Hands::of_message(const Turn& turn) {
  const auto found = messages_.find(message_key(turn.order_number, turn.delivery.message_id));
  return found == messages_.end() ? nullptr : of_order(found->second);
}

Hold* Hands::of_turn(const std::string& order_number, const std::string& claim) {
  auto* hold = of_order(order_number);
  return hold != nullptr && hold->claim == claim ? hold : nullptr;
}

Hold* Hands::put(Hold hold) {
  if (const auto* before = of_order(hold.order_number)) forget_message(*before);
  messages_.insert_or_assign(message_key(hold.named, hold.message_id), hold.order_number);
  const auto number = hold.order_number;
  return &holds_.insert_or_assign(number, std::move(hold)).first->second;
}

std::optional<Hold> Hands::take(const std::string& order_number, const std::string& claim) {
  if (of_turn(order_number, claim) == nullptr) return std::nullopt;
  auto hold = std::move(holds_.extract(order_number).mapped());
  forget_message(hold);
  return hold;
}

void Hands::clear() {
  holds_.clear();
  messages_.clear();
}

void Hands::forget_message(const Hold& hold) {
  const auto found = messages_.find(message_key(hold.named, hold.message_id));
  if (found != messages_.end() && found->second == hold.order_number) messages_.erase(found);
}

}  // namespace pizza::kitchen
