#include "domain/cooking.hpp"

namespace pizza::domain {
namespace {

int tenths_of_base(OrderType type) {
  switch (type) {
    case OrderType::dine_in:
      return 8;
    case OrderType::takeout:
      return 10;
    case OrderType::delivery:
      return 12;
  }
  return 10;
}

}  // namespace

std::chrono::milliseconds cooking_time(OrderType type, std::chrono::milliseconds base) {
  return (base * tenths_of_base(type) + std::chrono::milliseconds{9}) / 10;
}

}  // namespace pizza::domain
