// Ten million orders are stored, and no statement of a service reads them all. Plans depend on what is stored, so all
// is stored as it would be: PIZZA_PLANS_ORDERS=10000000 asks for all ten million; less shows the same and takes
// seconds.
#include <algorithm>
#include <regex>
#include <set>
#include <string>

#include <catch2/catch.hpp>

#include "integration/plans/statements.hpp"
#include "integration/plans/stocked_database.hpp"

using namespace pizza::plans;

namespace {

/// Tables that hold ever more. The others have a row for a worker, a day or a migration.
const std::set<std::string, std::less<>> kGrowing{"orders",       "order_items",      "order_status_log",
                                                  "order_stages", "customers",        "idempotency_keys",
                                                  "outbox",       "priority_counters"};

constexpr int kMuchOwed = 20'000;

/// The growing tables that a plan reads from end to end.
std::string read_whole(const std::string& plan, int owed) {
  static const std::regex scan{R"(Seq Scan on (\w+))"};
  std::string tables;
  for (std::sregex_iterator it{plan.begin(), plan.end(), scan}; it != std::sregex_iterator{}; ++it) {
    const bool is_small = it->str(1) == "outbox" && owed < kMuchOwed;  // one scan is all there is to it
    if (kGrowing.contains(it->str(1)) && !is_small) tables += it->str(1) + " ";
  }
  return tables;
}

}  // namespace

TEST_CASE("every statement of the sources has a case here, and no case is left behind") {
  std::set<std::string> covered;
  for (const auto& each : cases()) covered.emplace(each.statement);
  std::set<std::string> in_sources;
  for (const auto& statement : statements_of_sources()) {
    INFO(statement.name << " in " << statement.file);
    CHECK(covered.contains(statement.name));
    CHECK(in_sources.insert(statement.name).second);  // a session knows a statement by its name
  }
  for (const auto& name : covered) {
    INFO(name);
    CHECK(in_sources.contains(name));
  }
}

TEST_CASE("no statement that is asked again and again reads a table from end to end, nor is compiled each time") {
  auto& database = StockedDatabase::shared();
  const int owed = GENERATE(200, kMuchOwed);
  database.owe(owed);
  database.plan_mode(GENERATE("force_custom_plan", "force_generic_plan"));
  for (const auto& each : cases()) {
    const auto plan = database.plan_of(each);
    if (!each.cold.empty()) continue;
    INFO(each.statement << "\n" << plan);
    CHECK(read_whole(plan, owed).empty());
    CHECK(plan.find("JIT:") == std::string::npos);
  }
}

TEST_CASE("what a statement touches does not grow with what is stored") {
  auto& database = StockedDatabase::shared();
  const int owed = GENERATE(200, kMuchOwed);
  database.owe(owed);
  database.plan_mode(GENERATE("force_custom_plan", "force_generic_plan"));
  for (const auto& each : cases()) {
    if (each.most_blocks == 0) continue;
    INFO(each.statement << "\n" << database.plan_of(each));
    const auto blocks = database.blocks_of(each);
    CHECK(blocks <= each.most_blocks);
  }
}
