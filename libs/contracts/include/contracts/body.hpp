#pragma once

#include <cstddef>

namespace pizza::contracts {

/// A longer body of a message is not read: it is many times what we write, and a document as a tree may take twenty
/// times its size. In bytes.
inline constexpr std::size_t kMaxBody = 256UL * 1024;

}  // namespace pizza::contracts
