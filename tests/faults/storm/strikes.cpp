#include "faults/storm/strikes.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "core/error.hpp"
#include "support/eventually.hpp"

namespace pizza::test {
namespace {

using namespace std::chrono_literals;

std::string milliseconds(std::chrono::milliseconds time) { return std::to_string(time.count()) + " ms"; }

}  // namespace

Strikes::Strikes(Storm& storm, std::vector<std::string> survivors)
    : storm_(storm), dice_(storm.dice()), spy_(storm.restaurant().vhost().spy("orders_topic")) {
  storm_.servers().flush_broker();
  for (auto* each : storm.members()) {
    if (std::ranges::find(survivors, each->name()) == survivors.end()) mortals_.push_back(each);
  }
  add_services();
  add_servers();
  add_wires();
  add("copies of messages", [this] { return copy_messages(); });
}

Strikes::~Strikes() {
  try {
    storm_.restaurant().vhost().remove_queue(spy_);
  } catch (const core::Error&) {
    // The case has failed with a broker that is down.
  }
}

std::string Strikes::next() {
  if (deck_.empty()) {
    for (std::size_t i = 0; i < kinds_.size(); ++i) deck_.push_back(i);
    for (auto i = deck_.size() - 1; i > 0; --i) {
      std::swap(deck_[i], deck_[static_cast<std::size_t>(dice_.between(0, static_cast<int>(i)))]);
    }
  }
  const auto& kind = kinds_[deck_.back()];
  deck_.pop_back();
  ++dealt_[kind.name];
  return kind.name + ": " + kind.strike();
}

Member& Strikes::mortal() { return *dice_.pick(mortals_); }

TcpProxy& Strikes::some_wire(std::string& said) {
  const bool to_database = dice_.chance(0.5);
  said += to_database ? "to the database" : "to the broker";
  return to_database ? storm_.to_database() : storm_.to_broker();
}

void Strikes::add_services() {
  add("service: kill -9", [this] {
    auto& victim = mortal();
    victim.kill();
    let_pass(dice_.between(0ms, 1000ms));
    victim.start();
    return victim.name();
  });
  add("service: SIGTERM", [this] {
    auto& victim = mortal();
    if (victim.stop() != 0) throw core::Error(victim.name() + " does not stop cleanly:\n" + victim.process().output());
    victim.start();
    return victim.name();
  });
  add("several services: kill -9", [this] {
    for (auto* each : mortals_) each->kill();
    for (auto* each : mortals_) each->start();
    return std::to_string(mortals_.size());
  });
  add("service: SIGSTOP", [this] {
    auto& victim = *dice_.pick(storm_.members());
    const auto pause = dice_.between(1000ms, 5000ms);
    victim.freeze();
    let_pass(pause);
    victim.thaw();
    return victim.name() + " for " + milliseconds(pause);
  });
  add("worker frozen, its connections closed", [this] {
    auto& victim = *dice_.pick(storm_.members("kitchen-worker"));
    victim.freeze();
    storm_.restaurant().vhost().close_connections();
    let_pass(dice_.between(0ms, 1500ms));
    victim.thaw();
    return victim.name();
  });
}

void Strikes::add_servers() {
  auto& servers = storm_.servers();
  const auto add_stop = [&](const std::string& name, const Strike& stop, const Strike& start) {
    add(name, [this, stop, start] {
      stop();
      const auto pause = dice_.between(0ms, 2000ms);
      let_pass(pause);
      start();
      return "away for " + milliseconds(pause);
    });
  };
  const auto said = [](auto action) {
    return [action] {
      action();
      return std::string{};
    };
  };
  const auto start_database = said([&] { servers.start_database(); });
  const auto start_broker = said([&] { servers.start_broker(); });
  add_stop("database: crash", said([&] { servers.stop_database(Servers::Ending::immediate); }), start_database);
  add_stop("database: restart", said([&] { servers.stop_database(Servers::Ending::fast); }), start_database);
  add_stop("broker: kill -9", said([&] { servers.kill_broker(); }), start_broker);
  add_stop("broker: restart", said([&] { servers.stop_broker(); }), start_broker);
  const auto add_pause = [&](const std::string& name, const Strike& begin, const Strike& end) {
    add(name, [this, begin, end] {
      const auto pause = dice_.between(500ms, 4000ms);
      begin();
      let_pass(pause);
      end();
      return "for " + milliseconds(pause);
    });
  };
  add_pause("database: SIGSTOP", said([&] { servers.pause_database(); }), said([&] { servers.resume_database(); }));
  add_pause("broker: SIGSTOP", said([&] { servers.pause_broker(); }), said([&] { servers.resume_broker(); }));
  add_pause("broker: memory alarm", said([&] { servers.broker_alarm(true); }),
            said([&] { servers.broker_alarm(false); }));
  add("server ends all sessions", [this] {
    const bool database = dice_.chance(0.5);
    database ? storm_.restaurant().database().disconnect_everyone() : storm_.restaurant().vhost().close_connections();
    return std::string{database ? "database" : "broker"};
  });
}

void Strikes::add_wires() {
  add("wire: cuts around a COMMIT", [this] {
    auto& wire = storm_.to_database();
    for (int left = 10; left > 0; --left) {
      const auto armed = wire.cuts();
      const int when = dice_.between(0, 3);
      when == 0   ? wire.cut_before_client_sends("COMMIT")
      : when == 1 ? wire.cut_as_client_sends("COMMIT")
                  : wire.cut_after_client_sends("COMMIT");
      eventually(core::after(10s), [&] { return wire.cuts() > armed; });
      let_pass(dice_.between(0ms, 200ms));
    }
    return std::string{"10"};
  });
  add("wire: all connections cut", [this] {
    const int times = dice_.between(1, 8);
    for (int left = times; left > 0; --left) {
      std::string said;
      some_wire(said).cut_everything();
      let_pass(dice_.between(0ms, 500ms));
    }
    return std::to_string(times) + " times";
  });
  add("wire: slow", [this] {
    const auto pause = dice_.between(20ms, 150ms);
    std::string said = milliseconds(pause) + " for each piece ";
    auto& wire = some_wire(said);
    wire.slow_down(pause);
    let_pass(dice_.between(2000ms, 5000ms));
    wire.slow_down(0ms);
    return said;
  });
  add("wire: silent", [this] {
    const auto pause = dice_.between(1000ms, 8000ms);
    std::string said = "for " + milliseconds(pause) + " ";
    auto& wire = some_wire(said);
    wire.block(true);
    let_pass(pause);
    wire.block(false);
    return said;
  });
}

// Orders' messages come again, as themselves or under another id.
std::string Strikes::copy_messages() {
  auto& vhost = storm_.restaurant().vhost();
  for (auto& message : vhost.take_all(spy_)) seen_.push_back(std::move(message));
  constexpr std::size_t kKept = 200;
  if (seen_.size() > kKept) seen_.erase(seen_.begin(), seen_.end() - kKept);
  int copies = 0;
  for (int left = dice_.between(30, 150); left > 0 && !seen_.empty(); --left) {
    auto message = dice_.pick(seen_);
    if (dice_.chance(0.2)) message.message_id = "copy-" + std::to_string(dice_.between(1, 1'000'000));
    vhost.publish("orders_topic", message.routing_key, message);
    ++copies;
    let_pass(dice_.between(0ms, 20ms));
  }
  return std::to_string(copies);
}

}  // namespace pizza::test
