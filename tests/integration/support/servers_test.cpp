#include <csignal>
#include <cstdlib>
#include <filesystem>

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "support/eventually.hpp"
#include "support/names.hpp"
#include "support/process.hpp"
#include "support/test_database.hpp"
#include "support/test_vhost.hpp"

using namespace pizza;
using namespace pizza::test;
using namespace std::chrono_literals;

TEST_CASE("a test database is empty, belongs to an ordinary role and is seen by nobody else") {
  TestDatabase first;
  TestDatabase second;
  first.execute("CREATE TABLE t (n int, s text)");
  first.execute("INSERT INTO t VALUES (1, NULL), (2, 'two')");
  CHECK(first.query("SELECT n, s FROM t ORDER BY n") == TestDatabase::Rows{{"1", "NULL"}, {"2", "two"}});
  CHECK(first.value("SELECT rolsuper FROM pg_roles WHERE rolname = current_user") == "f");
  CHECK_THROWS_AS(second.query("SELECT 1 FROM t"), core::Error);
  first.disconnect_everyone();
  CHECK(first.value("SELECT count(*) FROM t") == "2");
}

TEST_CASE("a test database is gone when its test is over") {
  TestDatabase witness;
  std::string name;
  {
    TestDatabase gone;
    name = gone.name();
    gone.execute("SELECT 1");
  }
  CHECK(witness.value("SELECT count(*) FROM pg_database WHERE datname = '" + name + "'") == "0");
  CHECK(witness.value("SELECT count(*) FROM pg_roles WHERE rolname = '" + name + "'") == "0");
}

TEST_CASE("a message comes back from a test vhost with every property it was published with") {
  TestVhost vhost;
  vhost.declare_queue("q", 10);
  const auto spy = vhost.spy("amq.topic", "a.*");
  vhost.bind("q", "amq.topic", "a.b");
  const BrokerMessage sent{.body = std::string("x\0y", 3),
                           .content_type = "application/json",
                           .delivery_mode = 2,
                           .priority = 7,
                           .message_id = "m-1",
                           .correlation_id = "c-1",
                           .timestamp = 1'700'000'000,
                           .type = "order",
                           .app_id = "test",
                           .headers = {{"x-error", "none"}, {"x-other", "y"}}};
  vhost.publish("amq.topic", "a.b", sent);
  CHECK(vhost.count("q") == 1);
  CHECK(vhost.take_all(spy).size() == 1);
  const auto got = vhost.take("q");
  REQUIRE(got);
  CHECK(got->body == sent.body);
  CHECK(got->content_type == sent.content_type);
  CHECK(got->delivery_mode == sent.delivery_mode);
  CHECK(got->priority == sent.priority);
  CHECK(got->message_id == sent.message_id);
  CHECK(got->correlation_id == sent.correlation_id);
  CHECK(got->timestamp == sent.timestamp);
  CHECK(got->type == sent.type);
  CHECK(got->app_id == sent.app_id);
  CHECK(got->headers == sent.headers);
  CHECK(got->exchange == "amq.topic");
  CHECK(got->routing_key == "a.b");
  CHECK_FALSE(got->redelivered);
  CHECK_FALSE(vhost.take("q"));
  CHECK_FALSE(vhost.has_queue("nothing"));
  CHECK_THROWS_WITH(vhost.count("nothing"), Catch::Contains("nothing"));
  CHECK_THROWS_WITH(vhost.publish("no_exchange", "", "x"), Catch::Contains("publish"));
}

TEST_CASE("a child process shows its output, its exit code and none of our settings") {
  ::setenv("PIZZA_ORDER_PORT", "1", 1);
  const auto finished = run("/bin/bash", {"-c", "echo out; echo err >&2; env | grep -c PIZZA_; printf last; exit 3"});
  CHECK(finished.exit_code == 3);
  CHECK(finished.out == "out\n0\nlast\n");
  CHECK(finished.err == "err\n");
}

TEST_CASE("a child process is signalled, waited for and never outlives its object") {
  int pid = 0;
  {
    Process child("/bin/bash", {"-c", "trap 'echo bye; exit 7' TERM; echo ready; while :; do sleep 0.01; done"});
    pid = child.pid();
    REQUIRE(child.wait_for_text("ready", core::after(5s)));
    CHECK_FALSE(child.wait_exit(core::after(50ms)));
    const auto seen = child.line_count();
    CHECK(child.terminate(core::after(5s)) == 7);
    CHECK(child.wait_for_text("bye", core::after(0s), seen));
  }
  CHECK(::kill(pid, 0) != 0);
  int other = 0;
  {
    Process child("/bin/sleep", {"100"});
    other = child.pid();
    CHECK(child.running());
  }
  CHECK(::kill(other, 0) != 0);
}

TEST_CASE("servers of one's own break and come back with their data") {
  auto servers = Servers::own();
  TestDatabase database{servers};
  TestVhost vhost{servers};
  database.execute("CREATE TABLE t AS SELECT 1 AS n");
  vhost.declare_queue("q");
  vhost.publish("", "q", BrokerMessage{.body = "kept", .delivery_mode = 2});

  servers.restart_database(Servers::Ending::immediate);
  CHECK(database.value("SELECT n FROM t") == "1");
  servers.stop_database();
  CHECK_THROWS_AS(database.value("SELECT n FROM t"), core::Error);
  servers.start_database();
  CHECK(database.value("SELECT n FROM t") == "1");

  servers.flush_broker();
  servers.kill_broker();
  CHECK_THROWS_AS(vhost.count("q"), core::Error);
  servers.start_broker();
  CHECK(vhost.count("q") == 1);

  servers.broker_alarm(true);
  CHECK_THROWS_AS(vhost.publish("", "q", "blocked"), core::Error);
  servers.broker_alarm(false);
  CHECK(eventually(core::after(5s), [&] { return vhost.connections() == 0; }));

  servers.pause_broker();
  servers.pause_database();
  servers.resume_database();
  servers.resume_broker();
  CHECK(database.value("SELECT n FROM t") == "1");
}

TEST_CASE("servers go away with the process they were started for, however it ends") {
  const auto folder = std::filesystem::temp_directory_path() / unique_name("pizza_guarded");
  const std::string script = std::string{PIZZA_SOURCE_DIR} + "/deploy/lib/servers.sh";
  Process owner("/bin/bash", {"-c", script + " start " + folder.string() +
                                        " --until-exit parent --in-memory && echo started; while :; do sleep 1; done"});
  const bool started = owner.wait_for_text("started", core::after(60s)).has_value();
  INFO(owner.output());
  REQUIRE(started);
  CHECK(run(script, {"status", folder.string()}).exit_code == 0);
  owner.signal(SIGKILL);
  CHECK(eventually(core::after(20s), [&] { return !std::filesystem::exists(folder); }));
}
