#include <fstream>
#include <set>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "e2e/order/kit.hpp"

using namespace pizza;
using namespace pizza::test;

namespace {

struct Document {
  std::string category;
  std::string name;
  int expected = 0;
  std::string body;
};

std::string body_of(std::string_view text);

/// What stands after `\*TIMES;LENGTH;` as often as it says; takes it from the front of `text`.
std::string take_repeated(std::string_view& text) {
  const auto take_number = [&] {
    const auto end = text.find(';');
    const auto number = std::stoul(std::string{text.substr(0, end)});
    text.remove_prefix(end + 1);
    return number;
  };
  const auto times = take_number();
  const auto length = take_number();
  const auto piece = body_of(text.substr(0, length));
  text.remove_prefix(length);
  return repeated(times, piece);
}

/// A body as tests/corpus/json/make.py writes it.
std::string body_of(std::string_view text) {
  std::string body;
  while (!text.empty()) {
    if (text.starts_with("\\*")) {
      text.remove_prefix(2);
      body += take_repeated(text);
    } else if (text.starts_with("\\x")) {
      body += static_cast<char>(std::stoi(std::string{text.substr(2, 2)}, nullptr, 16));
      text.remove_prefix(4);
    } else {
      body += text.front();
      text.remove_prefix(1);
    }
  }
  return body;
}

std::vector<Document> documents() {
  std::ifstream file(PIZZA_SOURCE_DIR "/tests/corpus/json/documents.txt");
  std::vector<Document> all;
  Document document;
  std::string expected;
  std::string text;
  while (std::getline(file, document.category, '\t') && std::getline(file, document.name, '\t') &&
         std::getline(file, expected, '\t') && std::getline(file, text)) {
    document.expected = std::stoi(expected);
    document.body = body_of(text);
    all.push_back(document);
  }
  return all;
}

}  // namespace

TEST_CASE("each document of the hostile corpus is refused or taken as the contract says, and the service serves on") {
  auto& shared = SharedRestaurant::get();
  const auto all = documents();
  std::set<std::string> categories;
  REQUIRE(all.size() >= 300);
  const auto before = shared.stored();
  int taken = 0;
  for (const auto& document : all) {
    categories.insert(document.category);
    const auto answer = shared.post(document.body);
    INFO(document.category << ": " << document.name << "\n" << document.body.substr(0, 300) << "\n" << answer.body);
    CHECK(answer.status == document.expected);
    if (answer.status == 200) ++taken;
    if (answer.status != 200) {
      CHECK(answer.content_type == "application/problem+json");
      CHECK(answer.text("status") == std::to_string(answer.status));
    }
  }
  CHECK(categories.size() >= 30);
  CHECK(shared.stored() - before == taken);
  CHECK(shared.post(order_with()).status == 200);
  CHECK(shared.restaurant.database().value("SELECT count(*) FROM orders WHERE total_amount <> (SELECT sum(price * "
                                           "quantity) FROM order_items WHERE order_id = orders.id)") == "0");
  check_output(shared.orders);
}
