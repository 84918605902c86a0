#include "http/address.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <span>

#include <arpa/inet.h>
#include <netinet/in.h>

namespace pizza::http {
namespace {

struct Block {
  std::uint32_t network;
  unsigned bits;
};

/// What RFC 6890 and its successors keep from the public Internet.
constexpr std::array<Block, 15> kNotPublic{{{0x00000000, 8},    // this network
                                            {0x0A000000, 8},    // private
                                            {0x64400000, 10},   // shared by the customers of a provider
                                            {0x7F000000, 8},    // loopback
                                            {0xA9FE0000, 16},   // link-local
                                            {0xAC100000, 12},   // private
                                            {0xC0000000, 24},   // protocol assignments
                                            {0xC0000200, 24},   // documentation
                                            {0xC0586300, 24},   // 6to4 relays
                                            {0xC0A80000, 16},   // private
                                            {0xC6120000, 15},   // benchmarks
                                            {0xC6336400, 24},   // documentation
                                            {0xCB007100, 24},   // documentation
                                            {0xE0000000, 4},    // multicast
                                            {0xF0000000, 4}}};  // reserved, broadcast

bool is_public_v4(std::uint32_t address) {
  return std::ranges::none_of(kNotPublic, [address](const Block& block) {
    return address >> (32U - block.bits) == block.network >> (32U - block.bits);
  });
}

using Bytes = std::array<std::uint8_t, 16>;

std::uint32_t v4_at(const Bytes& bytes, std::size_t offset) {
  return std::uint32_t{bytes.at(offset)} << 24U | std::uint32_t{bytes.at(offset + 1)} << 16U |
         std::uint32_t{bytes.at(offset + 2)} << 8U | bytes.at(offset + 3);
}

bool starts_with(const Bytes& bytes, std::initializer_list<std::uint8_t> prefix) {
  return std::ranges::equal(prefix, std::span(bytes).first(prefix.size()));
}

bool is_public_v6(const Bytes& bytes) {
  if (starts_with(bytes, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF})) return is_public_v4(v4_at(bytes, 12));  // mapped
  if (starts_with(bytes, {0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0}))
    return is_public_v4(v4_at(bytes, 12));                                     // NAT64
  if (starts_with(bytes, {0x20, 0x02})) return is_public_v4(v4_at(bytes, 2));  // 6to4
  if ((bytes[0] & 0xE0U) != 0x20U) return false;                               // outside 2000::/3 nothing is public
  const bool is_protocol_assignment = starts_with(bytes, {0x20, 0x01}) && bytes[2] < 2;  // Teredo is one
  return !is_protocol_assignment && !starts_with(bytes, {0x20, 0x01, 0x0D, 0xB8});
}

}  // namespace

Address::Address(const sockaddr* address, socklen_t size) : size_(std::min<socklen_t>(size, sizeof storage_)) {
  std::memcpy(&storage_, address, size_);
}

bool Address::is_public() const {
  if (family() == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &storage_, sizeof v4);
    return is_public_v4(ntohl(v4.sin_addr.s_addr));
  }
  if (family() != AF_INET6) return false;
  sockaddr_in6 v6{};
  std::memcpy(&v6, &storage_, sizeof v6);
  Bytes bytes{};
  std::memcpy(bytes.data(), &v6.sin6_addr, bytes.size());
  return is_public_v6(bytes);
}

std::string Address::text() const {
  std::array<char, INET6_ADDRSTRLEN> buffer{};
  const char* written = nullptr;
  if (family() == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &storage_, sizeof v4);
    written = inet_ntop(AF_INET, &v4.sin_addr, buffer.data(), buffer.size());
  } else {
    sockaddr_in6 v6{};
    std::memcpy(&v6, &storage_, sizeof v6);
    written = inet_ntop(AF_INET6, &v6.sin6_addr, buffer.data(), buffer.size());
  }
  return written == nullptr ? std::string{} : written;
}

}  // namespace pizza::http
