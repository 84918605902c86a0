// Beside others: customers and cooks, those who hold a row, another prune; stopped and killed.
#include <csignal>

#include "e2e/prune/archive.hpp"

using namespace pizza;
using namespace pizza::test;

namespace {

std::string all_lines(const std::vector<std::string>& lines) {
  std::string text;
  for (const auto& line : lines) text += line + "\n";
  return text;
}

struct Busy : Archive {
  bool sessions_are_gone() {
    return eventually(core::after(20s), [&] {
      return value(
                 "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'order-service prune' AND datname = "
                 "current_database()") == "0";
    });
  }
  /// All that was planted is deleted, and nothing else is wrong.
  void check_complete(const std::string& numbers, long left = 0) {
    CHECK(count("orders") == left);
    CHECK(orphans() == 0);
    CHECK(value("SELECT numbers FROM pruned_orders WHERE day = '" + kDay + "'") == numbers);
    const auto report = audit(restaurant);
    INFO(report.text());
    CHECK(report.is_clean());
  }
};

}  // namespace

TEST_CASE_METHOD(Busy, "orders are placed and cooked meanwhile") {
  plant(kDay, 6000);
  restaurant.start_order_service();
  restaurant.start_kitchen("anna", {{"--cooking-time=0"}});
  const auto pruning = start_prune();
  long placed = 0;
  for (; pruning->running() || placed < 10; ++placed) {
    REQUIRE(restaurant.wait_status(restaurant.place(takeout_order()), "ready"));
  }
  CHECK(pruning->wait_exit(core::after(1s)) == 0);
  CHECK(told(all_lines(pruning->stdout_lines())) == 6000);
  CHECK(eventually(core::after(20s), [&] { return count("outbox") == 0; }));
  check_complete("{[1,6001)}", placed);
}

TEST_CASE_METHOD(Busy, "nobody is waited for: what somebody holds is left to the next time") {
  plant(kDay, 10);
  execute("BEGIN");
  execute("SELECT FROM orders WHERE id = 4 FOR NO KEY UPDATE");
  CHECK(told(prune().out) == 9);
  execute("COMMIT");
  CHECK(value("SELECT numbers FROM pruned_orders") == "{[1,4),[5,11)}");
  CHECK(audit(restaurant).is_clean());
  CHECK(told(prune().out) == 1);
  check_complete("{[1,11)}");
}

TEST_CASE_METHOD(Busy, "SIGTERM ends it between two batches, and it says how far it came") {
  plant(kDay, 15000);
  const auto pruning = start_prune();
  REQUIRE(eventually(core::after(20s), [&] { return count("orders") < 15000; }));
  CHECK(pruning->terminate(core::after(10s)) == 1);
  const auto out = all_lines(pruning->stdout_lines());
  INFO(pruning->output());
  CHECK(out.ends_with("; stopped before the end\n"));
  const auto left = count("orders");
  CHECK(told(out) == 15000 - left);
  CHECK(left > 0);
  CHECK(left % 1000 == 0);
  CHECK(orphans() == 0);
  CHECK(audit(restaurant).is_clean());
  const auto again = prune();
  CHECK(again.exit_code == 0);
  CHECK(told(again.out) == left);
  CHECK(again.out.find("stopped") == std::string::npos);
  check_complete("{[1,15001)}");
}

TEST_CASE_METHOD(Busy, "killed in the middle of a batch it leaves all of it, and may begin again") {
  plant(kDay, 3000);
  plant("2024-02-01", 2500);
  execute("INSERT INTO pruned_orders VALUES ('2024-02-01', '{}')");
  execute("BEGIN");
  execute("SELECT FROM pruned_orders FOR UPDATE");  // the last step of the fourth batch
  const auto pruning = start_prune();
  REQUIRE(eventually(core::after(20s), [&] {
    return restaurant.database().query_as_admin(  // within a transaction it is always the same
               "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'order-service prune' AND "
               "wait_event_type = 'Lock' AND datname = '" +
               restaurant.database().name() + "'")[0][0] == "1";
  }));
  pruning->signal(SIGKILL);
  CHECK(pruning->wait_exit(core::after(10s)) == 128 + SIGKILL);
  execute("COMMIT");
  REQUIRE(sessions_are_gone());
  CHECK(count("orders") == 2500);
  CHECK(count("order_items") == 5000);
  CHECK(value("SELECT numbers FROM pruned_orders WHERE day = '2024-02-01'") == "{}");
  CHECK(orphans() == 0);
  CHECK(audit(restaurant).is_clean());
  CHECK(told(prune().out) == 2500);
  check_complete("{[1,3001)}");
}

TEST_CASE_METHOD(Busy, "killed at any time it leaves nothing half") {
  plant(kDay, 20000);
  for (int round = 0; round < 3; ++round) {
    const auto before = count("orders");
    const auto pruning = start_prune();
    REQUIRE(eventually(core::after(20s), [&] { return count("orders") < before; }));
    pruning->signal(SIGKILL);
    CHECK(pruning->wait_exit(core::after(10s)) == 128 + SIGKILL);
    REQUIRE(sessions_are_gone());
    CHECK(count("orders") > 0);
    CHECK(count("orders") % 1000 == 0);
    CHECK(orphans() == 0);
    CHECK(audit(restaurant).is_clean());
  }
  CHECK(prune().exit_code == 0);
  check_complete("{[1,20001)}");
}

TEST_CASE_METHOD(Busy, "two at once share the work") {
  plant(kDay, 20000);
  plant("2024-02-01", 5);
  const auto one = start_prune();
  const auto other = start_prune();
  CHECK(one->wait_exit(core::after(60s)) == 0);
  CHECK(other->wait_exit(core::after(60s)) == 0);
  INFO(one->output() << other->output());
  CHECK(told(all_lines(one->stdout_lines())) + told(all_lines(other->stdout_lines())) == 20005);
  check_complete("{[1,20001)}");
}

TEST_CASE_METHOD(Busy, "a failure in between is told, with what was deleted before it") {
  plant(kDay, 1500);
  execute("CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE ''no''; END'");
  execute("CREATE TRIGGER refuse BEFORE DELETE ON orders FOR EACH ROW WHEN (OLD.id = 1200) EXECUTE FUNCTION refuse()");
  const auto failed = prune();
  INFO(failed.out << failed.err);
  CHECK(failed.exit_code == 1);
  CHECK(told(failed.out) == 1000);
  CHECK(failed.out.ends_with("; stopped before the end\n"));
  CHECK(failed.err.find("prune_failed") != std::string::npos);
  CHECK(count("orders") == 500);
  CHECK(orphans() == 0);
  CHECK(audit(restaurant).is_clean());
  execute("DROP TRIGGER refuse ON orders");
  CHECK(told(prune().out) == 500);
  check_complete("{[1,1501)}");
}
