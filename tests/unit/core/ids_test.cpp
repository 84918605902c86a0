#include "core/ids.hpp"

#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

namespace pizza::core {
namespace {

/// `form` with x for any hexadecimal digit, v for 8, 9, a or b, and every other character for itself.
bool has_form(std::string_view text, std::string_view form) {
  if (text.size() != form.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::string_view allowed = form[i] == 'x' ? "0123456789abcdef" : form[i] == 'v' ? "89ab" : form.substr(i, 1);
    if (allowed.find(text[i]) == std::string_view::npos) return false;
  }
  return true;
}

TEST_CASE("a random UUID has the form of version 4") {
  for (int i = 0; i < 10'000; ++i) {
    const auto uuid = random_uuid();
    CAPTURE(uuid);
    REQUIRE(has_form(uuid, "xxxxxxxx-xxxx-4xxx-vxxx-xxxxxxxxxxxx"));
  }
}

TEST_CASE("a request id is sixteen hexadecimal digits") {
  for (int i = 0; i < 1'000; ++i) REQUIRE(has_form(random_request_id(), "xxxxxxxxxxxxxxxx"));
}

TEST_CASE("threads never get the same id") {
  std::vector<std::vector<std::string>> made(4);
  std::vector<std::thread> threads;
  for (auto& ids : made) {
    threads.emplace_back([&ids] {
      for (int i = 0; i < 5'000; ++i) ids.push_back(random_uuid());
    });
  }
  for (auto& thread : threads) thread.join();
  std::set<std::string> distinct;
  for (const auto& ids : made) distinct.insert(ids.begin(), ids.end());
  CHECK(distinct.size() == 20'000);
}

TEST_CASE("the host has a name") { CHECK_FALSE(hostname().empty()); }

}  // namespace
}  // namespace pizza::core
