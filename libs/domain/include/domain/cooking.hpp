#pragma once

#include <chrono>

#include "domain/order.hpp"

namespace pizza::domain {

inline constexpr std::chrono::milliseconds kDefaultCookingTime{10'000};

/// base × 0.8 (dine_in), 1.0 (takeout), 1.2 (delivery): 8, 10 and 12 s by default. Exact in milliseconds, rounded up.
std::chrono::milliseconds cooking_time(OrderType type, std::chrono::milliseconds base);

}  // namespace pizza::domain
