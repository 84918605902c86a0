#include "faults/storm/guests.hpp"

#include <chrono>

namespace pizza::test {

using namespace std::chrono_literals;

Guests::Guests(Storm& storm, int count) : customers_(storm.customers()) {
  for (const auto* each : storm.members()) {
    scraped_.push_back(each->admin_port());
    if (each->is("order-service") || each->is("tracking-service")) asked_.push_back(each->port());
  }
  for (int i = 0; i < count; ++i) threads_.emplace_back([this, own = Dice{storm.dice().seed()}] { ask(own); });
  threads_.emplace_back([this] { scrape(); });
}

Guests::~Guests() {
  over_ = true;
  for (auto& thread : threads_) thread.join();
}

std::vector<std::string> Guests::wrong() const {
  const std::lock_guard lock(mutex_);
  return wrong_;
}

void Guests::ask(Dice dice) {
  while (!over_) {
    const auto number = customers_.some_number(dice);
    const std::vector<std::string> paths{"/orders/" + number + "/status", "/orders/" + number + "/history",
                                         "/orders/" + number, "/workers/status"};
    get(dice.pick(asked_), number.empty() ? paths.back() : dice.pick(paths));
    let_pass(dice.between(100ms, 400ms));
  }
}

void Guests::scrape() {
  while (!over_) {
    for (const auto port : scraped_) get(port, "/metrics");
    // Every two seconds, until it is over.
    for (int left = 20; left > 0 && !over_; --left) std::this_thread::sleep_for(100ms);
  }
}

void Guests::get(std::uint16_t port, const std::string& path) {
  const auto answer = http::Client("127.0.0.1", port, 2s).send("GET", path);
  if (!answer) return;
  ++answers_;
  if (answer->status / 100 == 2 || answer->status / 100 == 5) return;
  const std::lock_guard lock(mutex_);
  wrong_.push_back(path + " answered " + std::to_string(answer->status));
}

}  // namespace pizza::test
