#include "core/ids.hpp"

#include <array>
#include <cstdint>
#include <random>

#include <fmt/format.h>
#include <unistd.h>

namespace pizza::core {
namespace {

std::uint64_t random_bits() {
  thread_local std::mt19937_64 engine = [] {
    std::random_device device;
    std::seed_seq seed{device(), device(), device(), device(), device(), device(), device(), device()};
    return std::mt19937_64{seed};
  }();
  return engine();
}

}  // namespace

std::string random_uuid() {
  const auto high = random_bits();
  const auto low = random_bits();
  return fmt::format("{:08x}-{:04x}-4{:03x}-{:x}{:03x}-{:012x}", high >> 32U, (high >> 16U) & 0xFFFFU, high & 0xFFFU,
                     8U + (low >> 62U), (low >> 48U) & 0xFFFU, low & 0xFFFF'FFFF'FFFFU);
}

std::string random_request_id() { return fmt::format("{:016x}", random_bits()); }

std::string hostname() {
  std::array<char, 256> name{};
  if (gethostname(name.data(), name.size() - 1) != 0) return "unknown";
  return name.data();
}

}  // namespace pizza::core
