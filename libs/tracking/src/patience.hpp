#pragma once

#include <chrono>

namespace pizza::tracking {

/// A reader waits this long for a free session before it is told so.
inline constexpr std::chrono::seconds kPatience{2};

}  // namespace pizza::tracking
