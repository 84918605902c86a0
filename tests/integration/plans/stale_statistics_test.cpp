// Statistics are of yesterday, when nothing waited, and a batch of orders starts today: it is found by its ids, one
// lookup each, and not by going through all that wait for each of them.
#include <regex>
#include <set>
#include <string>

#include <catch2/catch.hpp>

#include "integration/kitchen/kitchen_database.hpp"
#include "integration/plans/statements.hpp"
#include "support/stored_orders.hpp"

using namespace pizza;

namespace {

/// The indexes by which a plan reads `orders` itself, under no other name.
std::set<std::string> ways_to_orders(const std::string& plan) {
  static const std::regex scan{R"((Index Scan using|Bitmap Index Scan on|Seq Scan on) (\w+)( on orders)?  \()"};
  std::set<std::string> ways;
  for (std::sregex_iterator it{plan.begin(), plan.end(), scan}; it != std::sregex_iterator{}; ++it) {
    if (it->str(2).starts_with("orders")) ways.insert(it->str(2));
  }
  return ways;
}

}  // namespace

TEST_CASE("a batch of orders is looked up by its ids, whatever statistics say") {
  kitchen::KitchenDatabase database;
  auto options = database.options();
  options.by_key = true;
  persistence::Connection session(options, database.log());
  test::store_orders(*database, 400);
  session.run("ANALYZE");
  const std::string ids = "'{1,2,3}'";
  const std::string uuids = "'{00000000-0000-0000-0000-000000000000}'";
  const std::string uuid = "'00000000-0000-0000-0000-000000000000'";
  const std::map<std::string, std::string> batches{
      {"start_stage",
       "'anna', " + uuid + ", " + ids + ", " + uuids +
           ", '{m}', 'cook', 'received', 'cooking', '{normal}', '{1}', '{1}', '{1}', ARRAY[now()], ARRAY[now()]"},
      {"resume_stage", "'anna', " + uuid + ", " + ids + ", " + uuids + ", '{m}', 'cook', 'cooking'"},
      {"finish_stage",
       "'anna', " + uuid + ", " + ids + ", " + uuids + ", 'cook', 'cooking', 'ready', '{NULL}', ARRAY[now()]"}};
  for (const auto& statement : plans::statements_of_sources()) {
    const auto batch = batches.find(statement.name);
    if (batch == batches.end()) continue;
    session.run("PREPARE " + statement.name + " AS " + statement.sql);
    std::string plan;
    const auto lines = session.run("EXPLAIN EXECUTE " + statement.name + "(" + batch->second + ")");
    for (int i = 0; i < lines.rows(); ++i) plan += lines.text(i, 0) + "\n";
    INFO(statement.name << "\n" << plan);
    CHECK(ways_to_orders(plan) == std::set<std::string>{"orders_pkey"});
    CHECK(plan.find("Join Filter") == std::string::npos);
  }
}
