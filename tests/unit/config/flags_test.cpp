#include <catch2/catch.hpp>

#include "loading.hpp"

using namespace pizza;
using config::Command;
using test::kKitchen;
using test::kNotifier;
using test::kOrder;
using test::kTracking;
using test::load;
using test::refusal;
using Strings = std::vector<std::string>;

namespace {

std::string kitchen_refusal(const std::string& flag) { return refusal(kKitchen, {"--worker-name=anna", flag}); }

Command command_of(const test::Arguments& arguments) {
  return std::get<config::Invocation>(test::load_any(kOrder, arguments)).command;
}

}  // namespace

TEST_CASE("without any source every setting has the default of the specification") {
  const test::WorkingDirectory directory;
  const auto settings = load(kOrder, {});
  CHECK(settings.database.url.empty());
  CHECK(settings.database.host == "localhost");
  CHECK(settings.database.port == 5432);
  CHECK(settings.rabbitmq.hosts == std::vector<config::HostPort>{{"localhost", 5672}});
  CHECK(settings.rabbitmq.user == "guest");
  CHECK(settings.rabbitmq.vhost == "/");
  CHECK(settings.logging.level == "INFO");
  CHECK(settings.order.port == 3000);
  CHECK(settings.order.max_concurrent == 50);
  CHECK(settings.kitchen.prefetch == 1);
  CHECK(settings.kitchen.heartbeat_interval.count() == 30);
  CHECK(settings.kitchen.cooking_time.count() == 10'000);
  CHECK(settings.tracking.port == 3002);
  CHECK(settings.shutdown_timeout.count() == 30'000);
}

TEST_CASE("a flag's value may stand behind = or in the next argument") {
  const test::WorkingDirectory directory;
  CHECK(load(kOrder, {"--port=4000"}).order.port == 4000);
  CHECK(load(kOrder, {"--port", "4000"}).order.port == 4000);
  CHECK(load(kOrder, {"--port", "4000", "--max-concurrent=7"}).order.max_concurrent == 7);
}

TEST_CASE("every flag of the order-service arrives") {
  const test::WorkingDirectory directory;
  const auto settings = load(
      kOrder, {"--mode=order-service", "--port=1", "--max-concurrent=2", "--db=postgres://u:p@h:5/d", "--rabbitmq=mq:6",
               "--rabbitmq-user=me", "--rabbitmq-pass=secret", "--log-level=DEBUG", "--log-file=l"});
  CHECK(settings.order.port == 1);
  CHECK(settings.order.max_concurrent == 2);
  CHECK(settings.database.url == "postgres://u:p@h:5/d");
  CHECK(settings.rabbitmq.hosts == std::vector<config::HostPort>{{"mq", 6}});
  CHECK(settings.rabbitmq.user == "me");
  CHECK(settings.rabbitmq.password == "secret");
  CHECK(settings.logging.level == "DEBUG");
  CHECK(settings.logging.file == "l");
}

TEST_CASE("every flag of the other programs arrives") {
  const test::WorkingDirectory directory;
  const auto kitchen =
      load(kKitchen, {"--worker-name=chef_мари", "--order-types=dine-in,delivery,dine_in", "--prefetch=3",
                      "--heartbeat-interval=5", "--cooking-time=0.25", "--station=cook"})
          .kitchen;
  CHECK(kitchen.worker_name == "chef_мари");
  CHECK(kitchen.order_types == Strings{"dine_in", "delivery"});
  CHECK(kitchen.prefetch == 3);
  CHECK(kitchen.heartbeat_interval.count() == 5);
  CHECK(kitchen.cooking_time.count() == 250);
  CHECK(load(kTracking, {"--port=9"}).tracking.port == 9);
  const auto notifier = load(kNotifier, {"--customer=John Doe", "--notification-types=ready,out-for-delivery",
                                         "--subscriber-name=front_desk"})
                            .notifier;
  CHECK(notifier.customer == "John Doe");
  CHECK(notifier.notification_types == Strings{"ready", "out_for_delivery"});
  CHECK(notifier.subscriber_name == "front_desk");
}

TEST_CASE("{hostname} in a worker's name is the host's") {
  const test::WorkingDirectory directory;
  const auto name = load(kKitchen, {"--worker-name=chef_{hostname}_1"}).kitchen.worker_name;
  CHECK(name.find('{') == std::string::npos);
  CHECK(name.starts_with("chef_"));
  CHECK(name.size() > std::string{"chef__1"}.size());
}

TEST_CASE("--help names every flag of its program and no other, and stands before other complaints") {
  const test::WorkingDirectory directory;
  const auto help = [](Program program) {
    return std::get<config::Answer>(test::load_any(program, {"--port=0", "--help"})).text;
  };
  const auto has = [&](Program program, std::string_view text) {
    return help(program).find(text) != std::string::npos;
  };
  for (const auto program : {kOrder, kKitchen, kTracking, kNotifier}) {
    for (const auto* flag : {"--mode", "--config", "--db", "--rabbitmq", "--rabbitmq-user", "--rabbitmq-pass",
                             "--log-level", "--log-file", "--probe", "--help", "--version"}) {
      CHECK(has(program, std::string("  ") + flag + ' '));
    }
    CHECK(has(program, "Usage:\n  " + std::string{config::to_string(program)}));
    CHECK(has(program, "Exit codes:"));
    CHECK(has(program, "DB_URL"));
    CHECK(has(program, "--port ") == (program == kOrder || program == kTracking));
    CHECK(has(program, "--worker-name ") == (program == kKitchen));
    CHECK(has(program, "--setup-db ") == (program == kOrder));
    CHECK(has(program, "--customer ") == (program == kNotifier));
    CHECK(!has(program, "restaurant_pass"));
  }
  for (const auto* variable : {"LOG_LEVEL", "RABBITMQ", "PIZZA_STARTUP_TIMEOUT", "PIZZA_DATABASE_PASSWORD_FILE"}) {
    for (const auto program : {kOrder, kKitchen, kTracking, kNotifier}) CHECK(has(program, variable));
  }
  CHECK(has(kOrder, "PIZZA_ORDER_STAFF_TOKEN_FILE\n"));
  CHECK(has(kOrder, "--dead-letters list|redrive|discard"));
  CHECK(has(kOrder, "--match TEXT"));
  CHECK(has(kOrder, "--audit"));
  CHECK(has(kOrder, "--prune "));
  CHECK(has(kOrder, "--older-than AGE"));
  CHECK(has(kKitchen, "PIZZA_KITCHEN_MAX_WAIT              (default: 600)\n"));
  CHECK(has(kKitchen, "PIZZA_KITCHEN_STATIONS              (default: cook)\n"));
  CHECK(!has(kKitchen, "PIZZA_ORDER_"));
  CHECK(!has(kTracking, "--dead-letters"));
  CHECK(has(kOrder, "(default: 3000)"));
  CHECK(has(kTracking, "(default: 3002)"));
}

TEST_CASE("--version names the program") {
  const test::WorkingDirectory directory;
  const auto answer = test::load_any(kKitchen, {"--version"});
  CHECK(std::get<config::Answer>(answer).text.starts_with("kitchen-worker "));
}

TEST_CASE("--probe knows where the service of this configuration is asked, and needs nothing else") {
  const test::WorkingDirectory directory;
  const auto probe = [](Program program, const test::Arguments& arguments, const test::Variables& variables = {}) {
    return std::get<config::Probe>(test::load_any(program, arguments, variables));
  };
  const std::vector<std::pair<Program, std::string>> sections{
      {kOrder, "ORDER"}, {kKitchen, "KITCHEN"}, {kTracking, "TRACKING"}, {kNotifier, "NOTIFIER"}};
  for (const auto& [program, section] : sections) {
    const auto asked = probe(program, {"--probe=readyz"}, {{"PIZZA_" + section + "_ADMIN_PORT", "9107"}});
    CHECK(asked.path == "/readyz");
    CHECK(asked.address == "127.0.0.1");
    CHECK(asked.port == 9107);
    CHECK(probe(program, {"--probe", "livez"}).path == "/livez");
    CHECK(probe(program, {"--probe", "livez"}).port == 0);
  }
  CHECK(probe(kTracking, {"--probe=livez"}, {{"PIZZA_ADMIN_ADDRESS", "10.0.0.7"}}).address == "10.0.0.7");
  CHECK(probe(kTracking, {"--probe=livez"}, {{"PIZZA_ADMIN_ADDRESS", "::"}}).address == "::1");
}

TEST_CASE("--probe asks one of two things, and is combined with no command") {
  const test::WorkingDirectory directory;
  CHECK(refusal(kTracking, {"--probe=health"}) == "--probe: must be livez or readyz, not 'health'");
  CHECK(refusal(kTracking, {"--probe"}) == "--probe: needs a value");
  CHECK(refusal(kTracking, {"--probe=livez", "--probe=livez"}) == "--probe: is given twice");
  CHECK(refusal(kOrder, {"--probe=livez", "--setup-db"}) == "--probe: cannot be combined with a command");
  CHECK(refusal(kOrder, {"--probe=livez", "--dead-letters=list"}) == "--probe: cannot be combined with a command");
}

TEST_CASE("--dead-letters is a command with a choice, and only it takes --match") {
  const test::WorkingDirectory directory;
  CHECK(command_of({"--dead-letters", "list"}) == Command::list_dead_letters);
  CHECK(command_of({"--dead-letters=redrive"}) == Command::redrive_dead_letters);
  CHECK(command_of({"--match=x", "--dead-letters=discard"}) == Command::discard_dead_letters);
  const auto match = [](const test::Arguments& arguments) {
    return std::get<config::Invocation>(test::load_any(kOrder, arguments)).match;
  };
  CHECK(match({"--dead-letters=list", "--match", "not JSON"}) == "not JSON");
  CHECK(match({"--dead-letters=list"}).empty());
  CHECK(refusal(kOrder, {"--dead-letters=empty"}) ==
        "--dead-letters: must be one of list, redrive, discard, not 'empty'");
  CHECK(refusal(kOrder, {"--dead-letters"}) == "--dead-letters: needs a value");
  CHECK(refusal(kOrder, {"--dead-letters=list", "--dead-letters=list"}) == "--dead-letters: is given twice");
  CHECK(refusal(kOrder, {"--dead-letters=list", "--setup-db"}) == "--dead-letters: cannot be combined with --setup-db");
  CHECK(refusal(kOrder, {"--match=x"}) == "--match: needs --dead-letters");
  CHECK(refusal(kOrder, {"--match=x", "--setup-queues"}) == "--match: needs --dead-letters");
  CHECK(refusal(kOrder, {"--dead-letters=list", "--match="}) == "--match: needs a value");
  CHECK(refusal(kKitchen, {"--dead-letters=list"}) == "--dead-letters: is not a known flag");
}

TEST_CASE("--prune needs to know how old, in days, hours, minutes or seconds") {
  const test::WorkingDirectory directory;
  using std::chrono::days;
  using std::chrono::hours;
  using std::chrono::seconds;
  const auto older_than = [](const std::string& age) {
    const auto invocation = std::get<config::Invocation>(test::load_any(kOrder, {"--older-than=" + age, "--prune"}));
    CHECK(invocation.command == Command::prune);
    return invocation.older_than;
  };
  CHECK(older_than("90d") == days{90});
  CHECK(older_than("1d") == days{1});
  CHECK(older_than("36500d") == days{36500});
  CHECK(older_than("24h") == days{1});
  CHECK(older_than("36h") == hours{36});
  CHECK(older_than("876000h") == days{36500});
  CHECK(older_than("1440m") == days{1});
  CHECK(older_than("86401s") == days{1} + seconds{1});
  CHECK(std::get<config::Invocation>(test::load_any(kOrder, {})).older_than == seconds{0});
  for (const std::string bad : {"90",
                                "d",
                                "0d",
                                "36501d",
                                "876001h",
                                "23h",
                                "1439m",
                                "86399s",
                                "90m",
                                "-1d",
                                "+90d",
                                "1.5d",
                                "090d",
                                " 90d",
                                "90 d",
                                "90d ",
                                "90D",
                                "90w",
                                "90dd",
                                "90ms",
                                "1d12h",
                                "9223372036854775807d",
                                "9223372036854775808d",
                                "106751991167301d",
                                "99999999999999999999999s",
                                "\xd9\xa9"
                                "d"}) {
    INFO(bad);
    const auto said = refusal(kOrder, {"--prune", "--older-than=" + bad});
    CHECK(said.starts_with("--older-than: must be a whole number and d, h, m or s, from 1d to 36500d, not "));
  }
  CHECK(refusal(kOrder, {"--prune"}) == "--prune: needs --older-than, such as --older-than=90d");
  CHECK(refusal(kOrder, {"--prune", "--older-than"}) == "--older-than: needs a value");
  CHECK(refusal(kOrder, {"--older-than", "--prune"}) == "--older-than: needs a value");
  CHECK(refusal(kOrder, {"--prune", "--older-than=90d", "--older-than=9d"}) == "--older-than: is given twice");
  CHECK(refusal(kOrder, {"--older-than=90d"}) == "--older-than: needs --prune");
  CHECK(refusal(kOrder, {"--older-than=90d", "--audit"}) == "--older-than: needs --prune");
  CHECK(refusal(kOrder, {"--prune", "--older-than=90d", "--match=x"}) == "--match: needs --dead-letters");
  CHECK(refusal(kOrder, {"--prune", "--prune", "--older-than=90d"}) == "--prune: is given twice");
  CHECK(refusal(kOrder, {"--prune=90d"}) == "--prune: takes no value");
  CHECK(refusal(kOrder, {"--prune", "90d"}) == "argument 2 belongs to no flag");
  CHECK(refusal(kOrder, {"--audit", "--prune", "--older-than=90d"}) == "--prune: cannot be combined with --audit");
  CHECK(refusal(kOrder, {"--probe=livez", "--prune", "--older-than=90d"}) ==
        "--probe: cannot be combined with a command");
  CHECK(refusal(kTracking, {"--prune"}) == "--prune: is not a known flag");
}

TEST_CASE("the commands exclude each other") {
  const test::WorkingDirectory directory;
  CHECK(command_of({}) == Command::run);
  CHECK(command_of({"--setup-db"}) == Command::setup_db);
  CHECK(command_of({"--migrate-db"}) == Command::migrate_db);
  CHECK(command_of({"--audit"}) == Command::audit);
  CHECK(refusal(kOrder, {"--audit", "--setup-db"}) == "--audit: cannot be combined with --setup-db");
  CHECK(refusal(kOrder, {"--audit", "--dead-letters=list"}) == "--dead-letters: cannot be combined with --audit");
  CHECK(refusal(kOrder, {"--audit=now"}) == "--audit: takes no value");
  CHECK(refusal(kTracking, {"--audit"}) == "--audit: is not a known flag");
  CHECK(command_of({"--setup-queues", "--port=1"}) == Command::setup_queues);
  CHECK(refusal(kOrder, {"--setup-db", "--setup-queues"}) == "--setup-queues: cannot be combined with --setup-db");
  CHECK(refusal(kOrder, {"--setup-db", "--setup-db"}) == "--setup-db: is given twice");
  CHECK(refusal(kOrder, {"--setup-db=false"}) == "--setup-db: takes no value");
  CHECK(refusal(kTracking, {"--setup-db"}) == "--setup-db: is not a known flag");
}

TEST_CASE("another program's mode is refused and says what to run") {
  const test::WorkingDirectory directory;
  CHECK(refusal(kOrder, {"--mode=kitchen-worker"}) ==
        "--mode: this executable is order-service; run kitchen-worker, or restaurant-system --mode=kitchen-worker");
  CHECK(refusal(kOrder, {"--mode", "pizza"}) == "--mode: must be order-service, not 'pizza'");
}

TEST_CASE("unknown, shortened, doubled and valueless flags are refused") {
  const test::WorkingDirectory directory;
  CHECK(refusal(kOrder, {"--worker-name=x"}) == "--worker-name: is not a known flag");
  CHECK(refusal(kOrder, {"--por=1"}) == "--por: is not a known flag");
  CHECK(refusal(kOrder, {"-p", "1"}) == "-p: is not a known flag");
  CHECK(refusal(kOrder, {"--inspect"}) == "--inspect: is not a known flag");
  CHECK(refusal(kOrder, {"--port=1", "4000"}) == "argument 2 belongs to no flag");
  CHECK(refusal(kOrder, {"--port=1", "--port", "2"}) == "--port: is given twice");
  CHECK(refusal(kOrder, {"--port"}) == "--port: needs a value");
  CHECK(refusal(kOrder, {"--port", "--max-concurrent=1"}) == "--port: needs a value");
  CHECK(refusal(kOrder, {"--db", "--port=1"}) == "--db: needs a value");
  CHECK(refusal(kOrder, {"--rabbitmq-pass=hunter2", "hunter2"}) == "argument 2 belongs to no flag");
  CHECK(refusal(kOrder, {"--port="}) == "--port: needs a value");
  CHECK(refusal(kOrder, {"--port=", "3000"}) == "--port: needs a value");
  CHECK(refusal(kOrder, {"--port", ""}) == "--port: needs a value");
}

TEST_CASE("values out of range are refused with the range") {
  const test::WorkingDirectory directory;
  for (const std::string bad : {"0", "65536", "-1", "abc", "1.5", "080", "1e3", "+5", " 5", "99999999999999999999"}) {
    CHECK(refusal(kOrder, {"--port=" + bad}) == "--port: must be a whole number from 1 to 65535, not '" + bad + "'");
  }
  CHECK(refusal(kOrder, {"--max-concurrent=0"}) ==
        "--max-concurrent: must be a whole number from 1 to 100000, not '0'");
  CHECK(kitchen_refusal("--prefetch=0") == "--prefetch: must be a whole number from 1 to 65535, not '0'");
  CHECK(kitchen_refusal("--prefetch=65536") == "--prefetch: must be a whole number from 1 to 65535, not '65536'");
  CHECK(kitchen_refusal("--heartbeat-interval=0") ==
        "--heartbeat-interval: must be a whole number from 1 to 86400, not '0'");
  for (const std::string bad : {"-1", ".5", "5.", "1e1", "nan", "1,5", "86400.001"}) {
    CHECK(kitchen_refusal("--cooking-time=" + bad) ==
          "--cooking-time: must be a number of seconds from 0 to 86400, not '" + bad + "'");
  }
  CHECK(kitchen_refusal("--cooking-time=0") == "(accepted)");
  CHECK(kitchen_refusal("--station=pizza") ==
        "--station: must be one of cook, quality, packaging, courier, not 'pizza'");
  CHECK(refusal(kOrder, {"--log-level=info"}) == "--log-level: must be one of DEBUG, INFO, WARN, ERROR, not 'info'");
}

TEST_CASE("lists are refused for one wrong word") {
  const test::WorkingDirectory directory;
  const std::string types = "--order-types: must be some of dine_in, takeout, delivery with commas between, not ";
  CHECK(kitchen_refusal("--order-types=pizza,pasta") == types + "'pizza'");
  CHECK(kitchen_refusal("--order-types=takeout,,delivery") == types + "''");
  CHECK(kitchen_refusal("--order-types=Takeout") == types + "'Takeout'");
  CHECK(refusal(kNotifier, {"--notification-types=burnt"}).ends_with("not 'burnt'"));
}

TEST_CASE("names are printable, not empty and of bounded length") {
  const test::WorkingDirectory directory;
  CHECK(refusal(kKitchen, {}).starts_with("--worker-name: is required"));
  CHECK(refusal(kKitchen, {"--worker-name="}) == "--worker-name: needs a value");
  CHECK(refusal(kKitchen, {"--worker-name=  "}) == "--worker-name: must not be empty");
  CHECK(refusal(kKitchen, {"--worker-name=a\nb"}) == "--worker-name: must be printable text in UTF-8");
  CHECK(refusal(kKitchen, {"--worker-name=a\xff"}) == "--worker-name: must be printable text in UTF-8");
  CHECK(refusal(kKitchen, {"--worker-name=a\xed\xa0\x80"}) == "--worker-name: must be printable text in UTF-8");
  std::string hundred;
  for (int i = 0; i < 100; ++i) hundred += "é";
  CHECK(load(kKitchen, {"--worker-name=" + hundred}).kitchen.worker_name == hundred);
  CHECK(refusal(kKitchen, {"--worker-name=" + hundred + "x"}) ==
        "--worker-name: must be at most 100 characters, not 101");
  CHECK(refusal(kNotifier, {"--subscriber-name=a b"}).starts_with("--subscriber-name: must be at most 100 letters"));
}
