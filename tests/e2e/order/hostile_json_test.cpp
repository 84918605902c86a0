#include <set>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "e2e/order/order_bodies.hpp"
#include "e2e/order/shared_restaurant.hpp"
#include "support/corpus.hpp"

using namespace pizza;
using namespace pizza::test;

namespace {

struct Document {
  std::string category;
  std::string name;
  int expected = 0;
  std::string body;
};

std::vector<Document> documents() {
  std::vector<Document> all;
  for (const auto& fields : corpus_lines("json/documents.txt")) {
    all.push_back({fields.at(0), fields.at(1), std::stoi(fields.at(2)), from_corpus(fields.at(3))});
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
