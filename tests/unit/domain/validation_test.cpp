#include "domain/validation.hpp"

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>

#include "unit/domain/order_forms.hpp"

namespace pizza::domain {
namespace {

TEST_CASE("a valid form becomes the order it describes") {
  auto form = delivery();
  form.delivery_address = " \u00a0 123 Main St, City \t";
  form.customer_type = "vip";
  form.rush = true;
  form.items = std::vector<Field<ItemForm>>{pizza(), ItemForm{"Salad", NumberText{"10"}, NumberText{"8.9"}}};
  const auto order = validate(form);
  REQUIRE(order);
  CHECK(order->customer_name == "John Doe");
  CHECK(order->type == OrderType::delivery);
  CHECK_FALSE(order->table_number);
  CHECK(order->delivery_address == "123 Main St, City");
  REQUIRE(order->items.size() == 2);
  CHECK(order->items[0].name == "Margherita");
  CHECK(order->items[1].quantity == 10);
  CHECK(order->items[1].price == Money::from_cents(890));
  CHECK(order->customer_type == CustomerType::vip);
  CHECK(order->rush);
}

TEST_CASE("the earlier text's dine-in is dine_in, with its table") {
  auto form = dine_in();
  form.order_type = "dine-in";
  const auto order = validate(form);
  REQUIRE(order);
  CHECK(order->type == OrderType::dine_in);
  CHECK(order->table_number == 5);
  CHECK_FALSE(order->rush);
  CHECK(order->customer_type == CustomerType::regular);
}

TEST_CASE("customer names") {
  const std::string length = "must be 1 to 100 characters long";
  const std::string spaces = "must not be only spaces";
  const std::string letters = "must contain only letters, digits, spaces, hyphens and apostrophes";
  const auto [name, message] = GENERATE_REF(values<std::pair<Field<std::string>, std::string>>({
      {"J", ""},
      {"José", ""},
      {"Әлия", ""},
      {"王小明", ""},
      {"O'Neil", ""},
      {"O\u2019Neil", ""},
      {"Mary-Jane", ""},
      {"John 3", ""},
      {repeated("a", 100), ""},
      {repeated("é", 100), ""},
      {repeated("𝒜", 100), ""},
      {"", length},
      {repeated("a", 101), length},
      {repeated("é", 101), length},
      {" ", spaces},
      {repeated(" ", 100), spaces},
      {"a@b", letters},
      {"<b>", letters},
      {"Bob\n", letters},
      {"Bob_1", letters},
      {"Bob 🍕", letters},
      {"a.b", letters},
      {Absent{}, "is required"},
      {Mistyped{}, "must be a string"},
  }));
  auto form = takeout();
  form.customer_name = name;
  CAPTURE(sent(name));
  CHECK(faults_of(form) == (message.empty() ? Faults{} : Faults{{"customer_name", message}}));
}

TEST_CASE("order types") {
  const std::string known = "must be one of dine_in, takeout, delivery";
  const auto [type, message] = GENERATE_REF(values<std::pair<Field<std::string>, std::string>>({
      {"takeout", ""},
      {"Takeout", known},
      {"", known},
      {"pizza", known},
      {Absent{}, "is required"},
      {Mistyped{}, "must be a string"},
  }));
  auto form = takeout();
  form.order_type = type;
  CHECK(faults_of(form) == (message.empty() ? Faults{} : Faults{{"order_type", message}}));
}

TEST_CASE("an unknown order type says nothing about tables and addresses") {
  auto form = takeout();
  form.order_type = "pizza";
  form.table_number = NumberText{"500"};
  form.delivery_address = "short";
  CHECK(faults_of(form) == Faults{{"order_type", "must be one of dine_in, takeout, delivery"}});
}

TEST_CASE("one to twenty items") {
  auto form = takeout();
  form.items = pizzas(20);
  CHECK(faults_of(form).empty());
  form.items = pizzas(21);
  CHECK(faults_of(form) == Faults{{"items", "must contain 1 to 20 items"}});
  form.items = pizzas(0);
  CHECK(faults_of(form) == Faults{{"items", "must contain 1 to 20 items"}});
  form.items = Absent{};
  CHECK(faults_of(form) == Faults{{"items", "is required"}});
  form.items = Mistyped{};
  CHECK(faults_of(form) == Faults{{"items", "must be an array"}});
}

TEST_CASE("ten thousand bad items make an answer of a bounded size") {
  auto form = takeout();
  form.items = std::vector<Field<ItemForm>>(10'000, Mistyped{});
  const auto faults = faults_of(form);
  REQUIRE(faults.size() == 21);
  CHECK(faults.front() == Fault{"items", "must contain 1 to 20 items"});
  CHECK(faults.back() == Fault{"items[19]", "must be an object"});
}

TEST_CASE("an item is an object") {
  auto form = takeout();
  form.items = std::vector<Field<ItemForm>>{pizza(), Mistyped{}, Absent{}};
  CHECK(faults_of(form) == Faults{{"items[1]", "must be an object"}, {"items[2]", "must be an object"}});
}

TEST_CASE("item names") {
  const std::string length = "must be 1 to 50 characters long";
  const std::string printable = "must contain only printable characters";
  const auto [name, message] = GENERATE_REF(values<std::pair<Field<std::string>, std::string>>({
      {"P", ""},
      {"Pizza #1 <hot!> & 🍕", ""},
      {repeated("é", 50), ""},
      {"", length},
      {repeated("é", 51), length},
      {"   ", "must not be only spaces"},
      {"\u3000", "must not be only spaces"},
      {"a\u202eb", printable},
      {"a\u2028b", printable},
      {Absent{}, "is required"},
      {Mistyped{}, "must be a string"},
  }));
  auto item = pizza();
  item.name = name;
  CAPTURE(sent(name));
  CHECK(faults_of(with_item(item)) == (message.empty() ? Faults{} : Faults{{"items[0].name", message}}));
}

TEST_CASE("quantities") {
  const std::string range = "must be between 1 and 10";
  const std::string integer = "must be an integer";
  const auto [quantity, message] = GENERATE_REF(values<std::pair<Field<NumberText>, std::string>>({
      {NumberText{"1"}, ""},
      {NumberText{"10"}, ""},
      {NumberText{"0"}, range},
      {NumberText{"-0"}, range},
      {NumberText{"11"}, range},
      {NumberText{"-1"}, range},
      {NumberText{"4294967297"}, range},
      {NumberText{"99999999999999999999999"}, range},
      {NumberText{"1.0"}, integer},
      {NumberText{"1e0"}, integer},
      {NumberText{"1E0"}, integer},
      {NumberText{"2.5"}, integer},
      {Absent{}, "is required"},
      {Mistyped{}, integer},
  }));
  auto item = pizza();
  item.quantity = quantity;
  CAPTURE(sent(quantity));
  CHECK(faults_of(with_item(item)) == (message.empty() ? Faults{} : Faults{{"items[0].quantity", message}}));
}

TEST_CASE("prices") {
  const std::string range = "must be between 0.01 and 999.99";
  const std::string decimals = "must be between 0.01 and 999.99 with at most two decimals";
  const auto [price, message] = GENERATE_REF(values<std::pair<Field<NumberText>, std::string>>({
      {NumberText{"0.01"}, ""},
      {NumberText{"999.99"}, ""},
      {NumberText{"9.9"}, ""},
      {NumberText{"10"}, ""},
      {NumberText{"10.50"}, ""},
      {NumberText{"9.990"}, ""},
      {NumberText{"1e1"}, ""},
      {NumberText{"0.0001e2"}, ""},
      {NumberText{"0"}, range},
      {NumberText{"0.00"}, range},
      {NumberText{"-0"}, range},
      {NumberText{"-0.01"}, range},
      {NumberText{"1000"}, range},
      {NumberText{"1000.00"}, range},
      {NumberText{"1e3"}, range},
      {NumberText{"9.999"}, decimals},
      {NumberText{"0.009"}, decimals},
      {NumberText{"999.991"}, decimals},
      {NumberText{"0.0000000000001e-2147483639"}, decimals},
      {NumberText{"1e300"}, decimals},
      {Absent{}, "is required"},
      {Mistyped{}, "must be a number"},
  }));
  auto item = pizza();
  item.price = price;
  CAPTURE(sent(price));
  CHECK(faults_of(with_item(item)) == (message.empty() ? Faults{} : Faults{{"items[0].price", message}}));
}

TEST_CASE("dine_in needs a table and no address") {
  const std::string range = "must be between 1 and 100";
  const auto [table, message] = GENERATE_REF(values<std::pair<Field<NumberText>, std::string>>({
      {NumberText{"1"}, ""},
      {NumberText{"100"}, ""},
      {NumberText{"0"}, range},
      {NumberText{"101"}, range},
      {NumberText{"-1"}, range},
      {NumberText{"5.0"}, "must be an integer"},
      {Absent{}, "is required"},
      {Mistyped{}, "must be an integer"},
  }));
  auto form = dine_in();
  form.table_number = table;
  CHECK(faults_of(form) == (message.empty() ? Faults{} : Faults{{"table_number", message}}));
  form = dine_in();
  form.delivery_address = "123 Main St, City";
  CHECK(faults_of(form) == Faults{{"delivery_address", "must be absent for dine_in orders"}});
}

TEST_CASE("delivery needs an address, measured after trimming, and no table") {
  const std::string length = "must be 10 to 500 characters long";
  const auto [address, message] = GENERATE_REF(values<std::pair<Field<std::string>, std::string>>({
      {repeated("a", 10), ""},
      {repeated("é", 10), ""},
      {repeated("é", 500), ""},
      {"   " + repeated("a", 500) + "   ", ""},
      {repeated("a", 9), length},
      {"  " + repeated("a", 9) + "  ", length},
      {repeated(" ", 20), length},
      {"", length},
      {repeated("é", 501), length},
      {Absent{}, "is required"},
      {Mistyped{}, "must be a string"},
  }));
  auto form = delivery();
  form.delivery_address = address;
  CHECK(faults_of(form) == (message.empty() ? Faults{} : Faults{{"delivery_address", message}}));
  form = delivery();
  form.table_number = NumberText{"5"};
  CHECK(faults_of(form) == Faults{{"table_number", "must be absent for delivery orders"}});
}

TEST_CASE("takeout needs neither table nor address, whatever they are") {
  auto form = takeout();
  form.table_number = Mistyped{};
  form.delivery_address = "123 Main St, City";
  CHECK(faults_of(form) == Faults{{"table_number", "must be absent for takeout orders"},
                                  {"delivery_address", "must be absent for takeout orders"}});
}

TEST_CASE("the optional fields may be absent but not anything") {
  auto form = takeout();
  form.customer_type = "regular";
  form.rush = false;
  CHECK(faults_of(form).empty());
  form.customer_type = "gold";
  form.rush = Mistyped{};
  CHECK(faults_of(form) == Faults{{"customer_type", "must be regular or vip"}, {"rush", "must be true or false"}});
  form.customer_type = Mistyped{};
  form.rush = Absent{};
  CHECK(faults_of(form) == Faults{{"customer_type", "must be regular or vip"}});
}

TEST_CASE("all faults come at once, in the order of the fields") {
  OrderForm form;
  form.customer_name = "<b>";
  form.order_type = "dine_in";
  form.items = std::vector<Field<ItemForm>>{pizza(), ItemForm{Absent{}, NumberText{"0"}, NumberText{"1000"}}};
  form.delivery_address = "x";
  form.customer_type = "";
  form.rush = Mistyped{};
  CHECK(faults_of(form) ==
        Faults{{"customer_name", "must contain only letters, digits, spaces, hyphens and apostrophes"},
               {"items[1].name", "is required"},
               {"items[1].quantity", "must be between 1 and 10"},
               {"items[1].price", "must be between 0.01 and 999.99"},
               {"table_number", "is required"},
               {"delivery_address", "must be absent for dine_in orders"},
               {"customer_type", "must be regular or vip"},
               {"rush", "must be true or false"}});
  CHECK(faults_of(OrderForm{}) ==
        Faults{{"customer_name", "is required"}, {"order_type", "is required"}, {"items", "is required"}});
}

}  // namespace
}  // namespace pizza::domain
