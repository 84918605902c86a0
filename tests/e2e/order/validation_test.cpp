#include <map>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "e2e/order/order_bodies.hpp"
#include "e2e/order/shared_restaurant.hpp"

using namespace pizza;
using namespace pizza::test;

namespace {

using Changes = std::map<std::string, std::string>;

struct Case {
  Changes changes;
  std::string faults;  ///< the fields to be named; empty: the order is taken
};

/// Posts each and checks that exactly these faults are named, and that exactly the good orders are stored.
void check_all(const std::vector<Case>& cases) {
  auto& shared = SharedRestaurant::get();
  for (const auto& [changes, faults] : cases) {
    const auto body = order_with(changes);
    const auto before = shared.stored();
    const auto answer = shared.post(body);
    INFO(body.substr(0, 600) << "\n" << answer.body);
    CHECK(answer.status == (faults.empty() ? 200 : 400));
    CHECK(answer.fault_fields() == faults);
    CHECK(shared.stored() - before == (faults.empty() ? 1 : 0));
    if (faults.empty()) continue;
    CHECK(answer.content_type == "application/problem+json");
    CHECK(answer.text("error") == "validation_failed");
    CHECK(answer.text("status") == "400");
  }
}

Changes with_item(const std::string& name, const std::string& quantity, const std::string& price) {
  return {{"items", "[" + item(name, quantity, price) + "]"}};
}

Changes dine_in(const std::string& table) { return {{"order_type", R"("dine_in")"}, {"table_number", table}}; }

Changes delivery(const std::string& address) {
  return {{"order_type", R"("delivery")"}, {"delivery_address", address}};
}

constexpr auto kName = R"("Margherita")";

}  // namespace

TEST_CASE("customer_name has 1 to 100 characters, counted in code points and not in bytes") {
  check_all({{{{"customer_name", in_quotes("A")}}, ""},
             {{{"customer_name", in_quotes(repeated(100, "a"))}}, ""},
             {{{"customer_name", in_quotes(repeated(100, "ә"))}}, ""},
             {{{"customer_name", in_quotes(repeated(100, "𠀋"))}}, ""},
             {{{"customer_name", in_quotes(repeated(101, "a"))}}, "customer_name"},
             {{{"customer_name", in_quotes(repeated(101, "ә"))}}, "customer_name"},
             {{{"customer_name", in_quotes("")}}, "customer_name"},
             {{{"customer_name", "null"}}, "customer_name"},
             {{{"customer_name", ""}}, "customer_name"},
             {{{"customer_name", "7"}}, "customer_name"},
             {{{"customer_name", R"(["Anna"])"}}, "customer_name"}});
}

TEST_CASE("customer_name may be written in any script, with spaces, hyphens and apostrophes and nothing else") {
  std::vector<Case> cases;
  for (const auto* good : {"José", "Әлия", "王小明", "O'Neil", "O’Neil", "Mary-Jane", "Иван Петров", "محمد", "नरेंद्र",
                           "Jose\u0301", "Anna 2", "Jos\\u00e9"}) {
    cases.push_back({{{"customer_name", in_quotes(good)}}, ""});
  }
  for (const auto* bad : {"a@b", "<b>", "Bob_1", "😀", "Anna 😀", "   ", "Anna;", "Anna & Bob", "a/b", "50%",
                          "\u00a0Anna", "Anna\u200b", "\u202eAnna", "Anna.", "(Anna)", "a\\\\b", "a\\\"b"}) {
    cases.push_back({{{"customer_name", in_quotes(bad)}}, "customer_name"});
  }
  check_all(cases);
}

TEST_CASE("order_type is one of three, and the earlier text's dine-in means dine_in") {
  check_all({{{{"order_type", R"("dine-in")"}, {"table_number", "5"}}, ""},
             {dine_in("5"), ""},
             {delivery(R"("12 Baker Street")"), ""},
             {{{"order_type", ""}}, "order_type"},
             {{{"order_type", "null"}}, "order_type"},
             {{{"order_type", R"("TAKEOUT")"}}, "order_type"},
             {{{"order_type", R"("take-out")"}}, "order_type"},
             {{{"order_type", R"("takeout ")"}}, "order_type"},
             {{{"order_type", R"("pizza")"}}, "order_type"},
             {{{"order_type", R"("")"}}, "order_type"},
             {{{"order_type", "1"}}, "order_type"},
             {{{"order_type", "true"}}, "order_type"}});
}

TEST_CASE("items are 1 to 20 objects") {
  check_all({{{{"items", array_of(1, item())}}, ""},
             {{{"items", array_of(20, item())}}, ""},
             {{{"items", array_of(21, item())}}, "items"},
             {{{"items", "[]"}}, "items"},
             {{{"items", "null"}}, "items"},
             {{{"items", ""}}, "items"},
             {{{"items", "{}"}}, "items"},
             {{{"items", item()}}, "items"},
             {{{"items", R"("pizza")"}}, "items"},
             {{{"items", "[null]"}}, "items[0]"},
             {{{"items", "[" + item() + ", 7]"}}, "items[1]"},
             {{{"items", "[[" + item() + "]]"}}, "items[0]"}});
}

TEST_CASE("item.name has 1 to 50 printable characters, counted in code points") {
  check_all({{with_item(in_quotes("P"), "1", "1"), ""},
             {with_item(in_quotes(repeated(50, "p")), "1", "1"), ""},
             {with_item(in_quotes(repeated(50, "🍕")), "1", "1"), ""},
             {with_item(in_quotes("50% off: \\\"Quattro\\\" <formaggi> & co. \\\\ {a,b}"), "1", "1"), ""},
             {with_item(in_quotes(repeated(51, "p")), "1", "1"), "items[0].name"},
             {with_item(in_quotes(repeated(51, "ә")), "1", "1"), "items[0].name"},
             {with_item(in_quotes(""), "1", "1"), "items[0].name"},
             {with_item(in_quotes("  "), "1", "1"), "items[0].name"},
             {with_item("", "1", "1"), "items[0].name"},
             {with_item("5", "1", "1"), "items[0].name"},
             {with_item(in_quotes("Pizza\u202e"), "1", "1"), "items[0].name"}});
}

TEST_CASE("item.quantity is an integer from 1 to 10, whatever looks like one") {
  std::vector<Case> cases;
  for (const auto* good : {"1", "10"}) cases.push_back({with_item(kName, good, "1"), ""});
  for (const auto* bad : {"0", "11", "-1", "-0", "1.0", "1.5", "1e0", "1e1", R"("1")", "true", "null", "", "[1]",
                          "2147483649", "4294967297", "18446744073709551617"}) {
    cases.push_back({with_item(kName, bad, "1"), "items[0].quantity"});
  }
  check_all(cases);
}

TEST_CASE("item.price is exactly 0.01 to 999.99 with at most two decimals") {
  std::vector<Case> cases;
  for (const auto* good : {"0.01", "999.99", "9.9", "10", "10.50", "0.1", "9.990", "1e1"}) {
    cases.push_back({with_item(kName, "1", good), ""});
  }
  for (const auto* bad : {"0", "0.00", "-0.01", "0.009", "0.001", "1000", "1000.00", "999.991", "999.995", "9.999",
                          "0.0100000000000000000001", "999.99000000000000000001", R"("9.99")", "true", "null", "",
                          "1e3", "-1", "0.0000000000001e-2147483639"}) {
    cases.push_back({with_item(kName, "1", bad), "items[0].price"});
  }
  check_all(cases);
}

TEST_CASE("dine_in needs a table from 1 to 100 and has no address") {
  check_all({{dine_in("1"), ""},
             {dine_in("100"), ""},
             {dine_in("0"), "table_number"},
             {dine_in("101"), "table_number"},
             {dine_in("-5"), "table_number"},
             {dine_in("5.0"), "table_number"},
             {dine_in(R"("5")"), "table_number"},
             {dine_in("null"), "table_number"},
             {dine_in(""), "table_number"},
             {{{"order_type", R"("dine_in")"}, {"table_number", "5"}, {"delivery_address", "null"}}, ""},
             {{{"order_type", R"("dine_in")"}, {"table_number", "5"}, {"delivery_address", R"("12 Baker Street")"}},
              "delivery_address"}});
}

TEST_CASE("delivery needs an address of 10 to 500 characters and has no table") {
  check_all({{delivery(in_quotes(repeated(10, "a"))), ""},
             {delivery(in_quotes(repeated(10, "ә"))), ""},
             {delivery(in_quotes(repeated(500, "ә"))), ""},
             {delivery(in_quotes("   " + repeated(500, "a") + "   ")), ""},
             {delivery(in_quotes(repeated(9, "a"))), "delivery_address"},
             {delivery(in_quotes(repeated(9, "ә"))), "delivery_address"},
             {delivery(in_quotes("   " + repeated(9, "a") + "   ")), "delivery_address"},
             {delivery(in_quotes(repeated(501, "a"))), "delivery_address"},
             {delivery(in_quotes(repeated(20, " "))), "delivery_address"},
             {delivery("null"), "delivery_address"},
             {delivery("1234567890"), "delivery_address"},
             {{{"order_type", R"("delivery")"}, {"delivery_address", R"("12 Baker Street")"}, {"table_number", "5"}},
              "table_number"}});
}

TEST_CASE("takeout has neither table nor address, whatever they are") {
  check_all({{{{"table_number", "null"}, {"delivery_address", "null"}}, ""},
             {{{"table_number", "5"}}, "table_number"},
             {{{"table_number", "0"}}, "table_number"},
             {{{"table_number", R"("")"}}, "table_number"},
             {{{"delivery_address", R"("12 Baker Street")"}}, "delivery_address"},
             {{{"delivery_address", R"("")"}}, "delivery_address"}});
}

TEST_CASE("customer_type and rush are optional and strict") {
  check_all({{{{"customer_type", R"("regular")"}, {"rush", "false"}}, ""},
             {{{"customer_type", R"("vip")"}, {"rush", "true"}}, ""},
             {{{"customer_type", "null"}, {"rush", "null"}}, ""},
             {{{"customer_type", R"("VIP")"}}, "customer_type"},
             {{{"customer_type", "1"}}, "customer_type"},
             {{{"rush", R"("true")"}}, "rush"},
             {{{"rush", "1"}}, "rush"}});
}

TEST_CASE("unknown members are ignored") {
  check_all({{{{"comment", R"("<script>")"}, {"total_amount", "0.01"}, {"priority", "10"}, {"Rush", "true"}}, ""}});
  const auto answer = SharedRestaurant::get().post(order_with({{"total_amount", "0.01"}, {"priority", "10"}}));
  CHECK(answer.text("total_amount") == "12.50");
  CHECK(answer.text("priority") == "1");
}

TEST_CASE("all faults of an order are named at once") {
  const auto* const body = R"({"customer_name": "a@b", "order_type": "dine_in", "delivery_address": "12 Baker Street",
    "customer_type": "gold", "rush": 1,
    "items": [{"name": "", "quantity": 0, "price": 0}, {"name": "ok", "quantity": 1, "price": 1}, {"quantity": 11}]})";
  const auto answer = SharedRestaurant::get().post(body);
  CHECK(answer.status == 400);
  CHECK(answer.fault_fields() ==
        "customer_name items[0].name items[0].quantity items[0].price items[2].name items[2].quantity items[2].price "
        "table_number delivery_address customer_type rush");
  CHECK(SharedRestaurant::get().post("{}").fault_fields() == "customer_name order_type items");
}

TEST_CASE("a refusal is a complete problem document") {
  const auto answer = SharedRestaurant::get().post("{}", {{"X-Request-ID", "refused-1"}});
  CHECK(answer.status == 400);
  CHECK(answer.content_type == "application/problem+json");
  CHECK(answer.header("x-request-id") == "refused-1");
  CHECK(answer.text("request_id") == "refused-1");
  for (const auto* member : {"type", "title", "detail", "error"}) CHECK_FALSE(answer.text(member).empty());
  CHECK(answer.text("status") == "400");
}
