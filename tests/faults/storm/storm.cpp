#include "faults/storm/storm.hpp"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iostream>

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "faults/storm/books.hpp"
#include "support/audit.hpp"
#include "support/eventually.hpp"
#include "support/names.hpp"

namespace pizza::test {
namespace {

using namespace std::chrono_literals;

std::string case_name() { return Catch::getResultCapture().getCurrentTestName(); }

/// The same address, but by way of the proxy.
std::string by_way_of(std::string url, std::uint16_t server, const TcpProxy& proxy) {
  const auto port = ":" + std::to_string(server) + "/";
  return url.replace(url.find(port), port.size(), ":" + std::to_string(proxy.port()) + "/");
}

}  // namespace

Servers& storm_servers() {
  static Servers own = Servers::own();
  return own;
}

Storm::Storm(Options options) : Storm(storm_servers(), std::move(options)) {}

Storm::Storm(Servers& servers, Options options)
    : options_(std::move(options)),
      servers_(servers),
      restaurant_(servers),
      dice_(FaultRun::get().dice_for(case_name())) {
  servers_.flush_broker();
  auto common = options_.environment;
  common.emplace("PIZZA_ORDER_STAFF_TOKEN", Customers::kStaffToken);
  if (options_.wired) {
    to_database_ = std::make_unique<TcpProxy>(servers_.database().port);
    to_broker_ = std::make_unique<TcpProxy>(servers_.broker().port);
    common["DB_URL"] = by_way_of(restaurant_.database().url(), servers_.database().port, *to_database_);
    common["RABBITMQ"] = by_way_of(restaurant_.vhost().url(), servers_.broker().port, *to_broker_);
  }
  const auto add = [&](const std::string& name, const std::string& executable, std::vector<std::string> flags,
                       const std::string& port, std::map<std::string, std::string> environment = {}) {
    environment.insert(common.begin(), common.end());
    const std::string admin = !options_.in_pairs                 ? ""
                              : executable == "order-service"    ? "PIZZA_ORDER_ADMIN_PORT"
                              : executable == "tracking-service" ? "PIZZA_TRACKING_ADMIN_PORT"
                                                                 : "";
    members_.emplace_back(restaurant_,
                          Member::Role{name, executable, std::move(flags), port, std::move(environment), admin});
  };
  for (const char* name : {"orders_1", "orders_2"}) add(name, "order-service", {}, "PIZZA_ORDER_PORT");
  for (const std::string name : {"anna", "bruno", "carla"}) {
    std::vector<std::string> flags{"--worker-name=" + name, "--cooking-time=0.3", "--prefetch=8",
                                   "--heartbeat-interval=1"};
    if (name == "carla") flags.emplace_back("--order-types=takeout,delivery");
    add(name, "kitchen-worker", flags, "PIZZA_KITCHEN_ADMIN_PORT", options_.kitchen_environment);
  }
  add("tracking", "tracking-service", {}, "PIZZA_TRACKING_PORT");
  add("subscriber", "notification-subscriber", {"--subscriber-name=everything"}, "PIZZA_NOTIFIER_ADMIN_PORT");
  if (options_.in_pairs) {
    add("tracking_2", "tracking-service", {}, "PIZZA_TRACKING_PORT");
    add("subscriber_2", "notification-subscriber", {"--subscriber-name=everything_too"}, "PIZZA_NOTIFIER_ADMIN_PORT");
  }
  for (auto& each : members_) each.open();
  for (auto& each : members_) {
    const auto is_up = [&] {
      if (!each.running()) each.open();
      return each.ready();
    };
    if (!eventually(core::after(30s), is_up)) {
      throw core::Error(each.name() + " does not become ready:\n" + each.process().output());
    }
  }
  customers_ = std::make_unique<Customers>(std::vector{member("orders_1").port(), member("orders_2").port()},
                                           dice_.seed(), options_.customers, options_.rest);
  std::cout << "\n== " << case_name() << " (seed " << FaultRun::get().seed << ")" << std::endl;
}

Storm::~Storm() = default;

std::vector<Member*> Storm::members() {
  std::vector<Member*> all;
  for (auto& each : members_) all.push_back(&each);
  return all;
}

std::vector<Member*> Storm::members(const std::string& executable) {
  auto some = members();
  std::erase_if(some, [&](const Member* each) { return !each->is(executable); });
  return some;
}

Member& Storm::member(const std::string& name) { return *std::ranges::find(members_, name, &Member::name); }

void Storm::note(const std::string& what) { note_ += (note_.empty() ? "" : ", ") + what; }

void Storm::rounds(int bounded, const std::function<void(Dice&)>& strike) {
  for (int left = FaultRun::get().rounds(bounded); left > 0; --left) {
    begin();
    let_pass(dice_.between(0ms, 1500ms));
    strike(dice_);
    let_pass(dice_.between(0ms, 1000ms));
    take_stock();
  }
}

void Storm::begin() {
  ++rounds_;
  note_.clear();
  const auto before = customers_->promised();
  customers_->resume();
  // Not before the kitchen has something to do.
  REQUIRE(eventually(core::after(60s), [&] { return customers_->promised() >= before + 10; }));
}

void Storm::take_stock() {
  const auto begin = std::chrono::steady_clock::now();
  INFO("seed " << FaultRun::get().seed << ", round " << rounds_ << ": " << note_);
  const bool settled = customers_->pause(core::after(90s));
  const bool quiet = becomes_quiet();
  auto findings = look_at_books();
  // What was published last may not be shown yet.
  const auto only_unshown = [&] {
    return std::ranges::all_of(findings, [](const auto& each) { return each.starts_with("unannounced"); });
  };
  for (const auto deadline = core::after(30s); !findings.empty() && only_unshown() && !options_.loses_notifications &&
                                               std::chrono::steady_clock::now() < deadline;) {
    std::this_thread::sleep_for(200ms);  // a look reads all the books
    findings = look_at_books();
  }
  if (options_.loses_notifications && only_unshown()) findings.clear();
  for (auto* each : members()) {
    if (!each->running()) findings.push_back("ended - " + each->name() + " is not running any more");
    if (!eventually(core::after(30s), [&] { return each->ready(); })) findings.push_back("unready - " + each->name());
  }
  const auto seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  if (const auto report = audit(restaurant_); !report.is_clean()) findings.push_back("audit - " + report.text());
  std::cout << "round " << rounds_ << ": " << note_ << "; " << customers_->wishes().size() << " wishes, "
            << customers_->promised() << " promised, quiet after " << static_cast<int>(seconds * 10) / 10.0 << " s"
            << (findings.empty() ? "" : ", NOT WELL") << std::endl;
  if (!findings.empty() || !quiet || !settled) explain(findings);
  REQUIRE(settled);
  REQUIRE(findings.empty());
}

bool Storm::becomes_quiet() {
  return eventually(core::after(90s), [&] { return unfinished(restaurant_.database()) == "0 orders, 0 messages"; });
}

void Storm::explain(const std::vector<std::string>& findings) {
  for (const auto& finding : findings) std::cout << "  " << finding << "\n";
  const auto folder = std::filesystem::temp_directory_path() / unique_name("pizza_storm");
  std::filesystem::create_directories(folder);
  for (const auto& member : members_) {
    std::ofstream file(folder / (member.name() + ".log"));
    for (const auto& line : member.lines()) file << line << "\n";
  }
  std::cout << findings.size() << " findings; what the services wrote: " << folder.string() << std::endl;
}

// Each subscriber is told everything.
std::vector<std::string> Storm::look_at_books() {
  std::vector<std::string> findings;
  for (const auto* each : members("notification-subscriber")) {
    for (auto& finding : imbalances(restaurant_.database(), customers_->wishes(), each->lines())) {
      if (std::ranges::find(findings, finding) == findings.end()) findings.push_back(std::move(finding));
    }
  }
  return findings;
}

void Storm::close() {
  for (const char* executable : {"order-service", "kitchen-worker", "tracking-service", "notification-subscriber"}) {
    for (auto* each : members(executable)) {
      INFO(each->name() << "\n" << each->process().output());
      CHECK(each->stop() == 0);
    }
  }
  std::vector<std::string> queues{"kitchen_takeout_queue",   "kitchen_dine_in_queue",     "kitchen_delivery_queue",
                                  "kitchen_queue",           "kitchen_dead_letter_queue", "notifications_queue",
                                  "notifications.everything"};
  if (options_.in_pairs) queues.emplace_back("notifications.everything_too");
  for (const auto& queue : queues) {
    INFO(queue);
    CHECK(restaurant_.vhost().count(queue) == 0);
  }
  const auto wishes = customers_->wishes();
  const auto settled = [&](Wish::Outcome outcome) { return std::ranges::count(wishes, outcome, &Wish::outcome); };
  std::cout << "sum: " << rounds_ << " rounds, " << wishes.size() << " wishes: " << settled(Wish::Outcome::promised)
            << " promised, " << settled(Wish::Outcome::refused) << " refused, " << settled(Wish::Outcome::unknown)
            << " never known" << std::endl;
}

}  // namespace pizza::test
