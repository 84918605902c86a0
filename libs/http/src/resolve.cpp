#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>

#include <netdb.h>

#include "http/address.hpp"

namespace pizza::http {
namespace {

using Answer = std::expected<std::vector<Address>, std::string>;

/// getaddrinfo knows no deadline, so it runs on a thread that may be left behind; of those there are never more.
constexpr int kMostLookups = 64;
std::atomic<int> lookups{0};

struct Lookup {
  std::mutex mutex;
  std::condition_variable_any done;
  std::optional<Answer> answer;
};

Answer look_up(const std::string& host, std::uint16_t port) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const int failure = getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
  if (failure != 0) return std::unexpected(std::string{"the name cannot be resolved: "} + gai_strerror(failure));
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owned(found, freeaddrinfo);
  std::vector<Address> addresses;
  for (const auto* each = found; each != nullptr; each = each->ai_next) {
    addresses.emplace_back(each->ai_addr, each->ai_addrlen);
  }
  if (addresses.empty()) return std::unexpected(std::string{"the name has no address"});
  return addresses;
}

bool start(const std::shared_ptr<Lookup>& lookup, const std::string& host, std::uint16_t port) {
  if (lookups.fetch_add(1) >= kMostLookups) {
    lookups.fetch_sub(1);
    return false;
  }
  try {
    std::thread([lookup, host, port] {
      auto answer = look_up(host, port);
      lookups.fetch_sub(1);
      const std::lock_guard lock(lookup->mutex);
      lookup->answer = std::move(answer);
      lookup->done.notify_one();
    }).detach();
    return true;
  } catch (const std::system_error&) {
    lookups.fetch_sub(1);
    return false;
  }
}

}  // namespace

std::expected<std::vector<Address>, std::string> resolve(const std::string& host, std::uint16_t port,
                                                         core::Deadline deadline, const std::stop_token& stop) {
  const auto lookup = std::make_shared<Lookup>();
  if (!start(lookup, host, port)) return std::unexpected(std::string{"too many names are being resolved"});
  std::unique_lock lock(lookup->mutex);
  if (lookup->done.wait_until(lock, stop, deadline, [&] { return lookup->answer.has_value(); })) {
    return std::move(*lookup->answer);
  }
  return std::unexpected(
      std::string{stop.stop_requested() ? "given up because the process stops" : "timed out while resolving the name"});
}

}  // namespace pizza::http
