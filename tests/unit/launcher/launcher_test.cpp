#include "launcher/launcher.hpp"

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "launcher/usage.hpp"

using namespace pizza;
using Arguments = std::vector<std::string>;

namespace {

launcher::Launch launched(const Arguments& arguments) {
  return std::get<launcher::Launch>(launcher::decide(arguments));
}
std::string printed(const Arguments& arguments) { return std::get<std::string>(launcher::decide(arguments)); }

}  // namespace

TEST_CASE("--mode names the executable, which gets every argument") {
  const Arguments with_equals{"--mode=kitchen-worker", "--worker-name=chef anna", "--help"};
  CHECK(launched(with_equals).executable == "kitchen-worker");
  CHECK(launched(with_equals).arguments == with_equals);
  const Arguments apart{"--port=1", "--mode", "tracking-service"};
  CHECK(launched(apart).executable == "tracking-service");
  CHECK(launched(apart).arguments == apart);
  CHECK(launched({"--mode=order-service"}).executable == "order-service");
  CHECK(launched({"--mode=notification-subscriber"}).executable == "notification-subscriber");
}

TEST_CASE("setup and operators' commands go to the order-service unless a mode says otherwise") {
  for (const std::string command : {"--setup-db", "--setup-queues", "--migrate-db", "--dead-letters=list",
                                    "--dead-letters", "--audit", "--prune"}) {
    CHECK(launched({command, "--db=x"}).executable == "order-service");
    CHECK(launched({command, "--db=x"}).arguments == Arguments{command, "--db=x"});
  }
  CHECK_THROWS_AS(launcher::decide({"--setup-dbs"}), core::UsageError);
  CHECK(launched({"--setup-db", "--mode=kitchen-worker"}).executable == "kitchen-worker");
}

TEST_CASE("--help without a mode prints the usage of the whole system") {
  CHECK(printed({"--help"}) == launcher::usage());
  CHECK(printed({"--version"}).starts_with("restaurant-system "));
}

TEST_CASE("no mode and an unknown one are usage errors that list the modes") {
  for (const auto& arguments : {Arguments{}, Arguments{"--port=1"}, Arguments{"--mode=pizza"}, Arguments{"--mode="},
                                Arguments{"--mode"}, Arguments{"--mode", "--help"}}) {
    CHECK_THROWS_AS(launcher::decide(arguments), core::UsageError);
    CHECK_THROWS_WITH(launcher::decide(arguments),
                      Catch::StartsWith("--mode: ") &&
                          Catch::Contains("order-service, kitchen-worker, tracking-service, notification-subscriber") &&
                          Catch::EndsWith("(see restaurant-system --help)"));
  }
}

TEST_CASE("an executable that is not there is an error that names it") {
  CHECK_THROWS_WITH(launcher::become({.executable = "no-such-service"}),
                    Catch::EndsWith("/no-such-service: No such file or directory"));
}
