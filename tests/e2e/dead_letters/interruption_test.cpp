#include <csignal>
#include <map>
#include <set>
#include <string>

#include <catch2/catch.hpp>

#include "letter_box.hpp"

using namespace pizza;
using namespace pizza::test;

namespace {

constexpr std::size_t kMany = 3000;
constexpr const char* kTarget = "notifications_queue";

/// Many dead letters on their way back, and the command that was started for them.
struct UnderWay : LetterBox {
  explicit UnderWay(const Servers& servers = Servers::shared()) : LetterBox(servers) {
    put_many(kMany, kTarget);
    servers.flush_broker();
    command_ = restaurant.launch("order-service", {"--dead-letters=redrive"});
    REQUIRE(eventually(core::after(30s), [&] { return vhost().count(kTarget) > 200; }));
  }

  /// How often each id is in the target; everything is taken out.
  std::map<std::string, int> arrived() {
    std::map<std::string, int> times;
    for (const auto& id : take_ids(kTarget)) ++times[id];
    return times;
  }
  /// Runs the command again, to its end; then every letter has arrived at least once and none is left.
  void finish() {
    const auto finished = command("redrive");
    INFO(finished.err << finished.out.substr(0, 2000));
    CHECK(finished.exit_code == 0);
    CHECK(vhost().count(kLetters) == 0);
    CHECK(arrived().size() == kMany);
  }

  std::unique_ptr<Process> command_;
};

}  // namespace

TEST_CASE_METHOD(LetterBox, "thousands of dead letters are sent again, each once and in their order") {
  put_many(kMany, kTarget);
  const auto finished = command("redrive");
  INFO(finished.err << finished.out.substr(0, 2000));
  CHECK(finished.exit_code == 0);
  CHECK(lines_of(finished, "dead_letters_redriven").front().text("count") == std::to_string(kMany));
  const auto ids = take_ids(kTarget);
  REQUIRE(ids.size() == kMany);
  for (std::size_t i = 0; i < kMany; ++i) {
    if (ids[i] != std::to_string(i)) FAIL("at " << i << " stands " << ids[i]);
  }
}

TEST_CASE("a redrive that is asked to stop finishes what it has in hand; exit code 1, nothing lost or twice") {
  UnderWay under_way;
  CHECK(under_way.command_->terminate(core::after(20s)) == 1);
  INFO(under_way.command_->output().substr(0, 2000));
  const auto sent = under_way.vhost().count(kTarget);
  CHECK(sent < kMany);
  CHECK(under_way.wait_left(kMany - sent));
  under_way.finish();
}

TEST_CASE("a redrive that is killed loses nothing: at worst a batch comes twice, under the same ids") {
  UnderWay under_way;
  under_way.command_->signal(SIGKILL);
  REQUIRE(under_way.command_->wait_exit(core::after(10s)) == 128 + SIGKILL);
  REQUIRE(eventually(core::after(20s),
                     [&] { return under_way.vhost().count(kTarget) + under_way.vhost().count(kLetters) >= kMany; }));
  CHECK(under_way.vhost().count(kTarget) + under_way.vhost().count(kLetters) <= kMany + 100);
  under_way.finish();
}

TEST_CASE("a redrive whose broker dies ends with exit code 1, and loses nothing") {
  Servers servers = Servers::own();
  UnderWay under_way(servers);
  servers.kill_broker();
  CHECK(under_way.command_->wait_exit(core::after(60s)) == 1);
  INFO(under_way.command_->output().substr(0, 2000));
  servers.start_broker();
  under_way.finish();
}
