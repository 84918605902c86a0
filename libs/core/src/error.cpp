#include "core/error.hpp"

#include <execinfo.h>

namespace pizza::core {

Stack Stack::here() noexcept {
  Stack stack;
  stack.size_ = static_cast<std::size_t>(backtrace(stack.frames_.data(), static_cast<int>(kMaxFrames)));
  return stack;
}

}  // namespace pizza::core
