#include <iostream>
#include <ranges>
#include <string>
#include <vector>

#include "e2e/kitchen/planted_orders.hpp"
#include "faults/hostile_messages/hostile_message.hpp"
#include "support/process_figures.hpp"

// What is too big for a corpus. Each message is a few bytes to send for whoever sends it, and must not be more than its
// own size to whoever receives it.

using namespace pizza;
using namespace pizza::test;

namespace {

struct Huge {
  std::string what;
  std::string properties;
  std::string body;
};

const std::string kNoProperties(2, '\0');

std::string with_length(const std::string& data) {
  std::string result;
  for (int shift = 24; shift >= 0; shift -= 8) result += static_cast<char>((data.size() >> shift) & 0xFF);
  return result + data;
}

/// Properties with one header, `h`, whose value is this field.
std::string one_header(const std::string& field) {
  return std::string{"\x20\x00", 2} + with_length(std::string{"\x01h"} + field);
}

/// A field in a field, as deep as a frame allows: whoever reads them by recursion needs a deep stack. `opening` begins
/// a field whose length, four bytes, and content follow.
std::string deep_field(std::size_t depth, const std::string& opening) {
  std::vector<std::string> heads;
  for (std::size_t size = 0; heads.size() < depth; size += opening.size() + 4) {
    heads.push_back(opening + with_length(std::string(size, ' ')).substr(0, 4));
  }
  std::string field;
  for (const auto& head : std::views::reverse(heads)) field += head;
  return field;
}

std::string repeated(std::size_t size, std::string_view piece) {
  std::string result;
  result.reserve(size + piece.size());
  while (result.size() < size) result += piece;
  return result;
}

constexpr std::size_t kSize = 8UL * 1024 * 1024;

std::vector<Huge> huge_messages() {
  const std::string update =
      R"({"order_number":"ORD_1","old_status":"received","new_status":"cooking","timestamp":"2024-12-16T10:32:00Z",)";
  return {
      {"blanks", kNoProperties, std::string(kSize, ' ')},
      {"NULs", kNoProperties, std::string(kSize, '\0')},
      {"an array of numbers", kNoProperties, "[" + repeated(kSize, "1,") + "1]"},
      {"an array of arrays", kNoProperties, "[" + repeated(kSize, "[],") + "1]"},
      {"brackets", kNoProperties, std::string(kSize, '[')},
      {"an order with many items", kNoProperties,
       R"({"order_number":"ORD_1","order_type":"takeout","items":[)" + repeated(kSize, "{},") + "{}]}"},
      {"an update with a long name", kNoProperties, update + R"("changed_by":")" + std::string(kSize, 'x') + "\"}"},
      {"arrays in arrays in the headers", one_header(deep_field(25'000, "A")), "{}"},
      {"tables in tables in the headers", one_header(deep_field(21'000, std::string{"\0F", 2}).substr(1)), "{}"},
      {"a header of a whole frame", one_header("S" + with_length(std::string(130'000, 'h'))), "{}"},
  };
}

/// What a message may cost at most: itself as it came and as it goes on to the dead letters, each in a buffer that grew
/// by doubling, and what the allocator keeps. As a tree of values it would be twenty times its size.
constexpr std::size_t kAllowedKib = 10 * kSize / 1024;

}  // namespace

TEST_CASE("messages of many megabytes and headers of great depth are put aside by a worker, in bounded memory") {
  PlantedOrders kitchen;
  auto& anna = kitchen.start("anna", {"--cooking-time=0"});
  // The first stack in its log costs it some 20 MB for the names of functions.
  kitchen.vhost().publish("orders_topic", "kitchen.takeout.1", "first");
  REQUIRE(kitchen.vhost().take_all("kitchen_dead_letter_queue", 1, core::after(30s)).size() == 1);
  const auto resident = figures_of(anna.process.pid()).resident_kib;
  const auto all = huge_messages();
  for (const auto& huge : all) {
    INFO(huge.what);
    forget_peak(anna.process.pid());
    const auto line = anna.process.line_count();
    kitchen.vhost().publish_raw("orders_topic", "kitchen.takeout.1", huge.properties, huge.body);
    CHECK(anna.process.wait_for_line(logs_action("message_processing_failed"), core::after(30s), line));
    CHECK(kitchen.wait_ready(kitchen.order()));
    const auto letters = kitchen.vhost().take_all("kitchen_dead_letter_queue", 1, core::after(30s));
    REQUIRE(letters.size() == 1);
    CHECK(letters.front().body.size() == huge.body.size());
    const auto peak = figures_of(anna.process.pid()).peak_kib;
    std::cout << "worker, " << huge.what << ": " << (peak - resident) / 1024 << " MiB" << std::endl;
    if (kMemoryIsOurs) CHECK(peak <= resident + kAllowedKib);
  }
  CHECK(lines_of(anna.process, "message_processing_failed").size() == all.size() + 1);
  CHECK_THAT(faulty_lines(anna.process), Catch::Equals(std::vector<std::string>{}));
  CHECK(stopped(anna) == 0);
  CHECK(kitchen.vhost().count("kitchen_takeout_queue") == 0);
}

TEST_CASE("the same to a subscriber") {
  Restaurant restaurant;
  auto& subscriber = restaurant.start_subscriber();
  restaurant.vhost().publish("notifications_fanout", "", "first");
  REQUIRE(subscriber.process.wait_for_line(logs_action("notification_unreadable"), core::after(30s)));
  const auto resident = figures_of(subscriber.process.pid()).resident_kib;
  for (const auto& huge : huge_messages()) {
    INFO(huge.what);
    forget_peak(subscriber.process.pid());
    const auto line = subscriber.process.line_count();
    restaurant.vhost().publish_raw("notifications_fanout", "", huge.properties, huge.body);
    CHECK(subscriber.process.wait_for_line(logs_action("notification_unreadable"), core::after(30s), line));
    const auto peak = figures_of(subscriber.process.pid()).peak_kib;
    std::cout << "subscriber, " << huge.what << ": " << (peak - resident) / 1024 << " MiB" << std::endl;
    if (kMemoryIsOurs) CHECK(peak <= resident + kAllowedKib);
  }
  CHECK(subscriber.process.terminate(core::after(20s)) == 0);
  CHECK(restaurant.vhost().count("notifications_queue") == 0);
  CHECK_THAT(faulty_lines(subscriber.process), Catch::Equals(std::vector<std::string>{}));
}
