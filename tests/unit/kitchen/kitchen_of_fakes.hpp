#pragma once

#include <memory>
#include <string>

#include <catch2/catch.hpp>

#include "kitchen/app/kitchen.hpp"
#include "unit/kitchen/fakes.hpp"

namespace pizza::kitchen {

/// A kitchen for takeout and delivery whose broker, observer and database write one diary, its meter another.
struct KitchenOfFakes {
  Diary diary;
  FakeBroker broker{diary};
  FakeObserver observer{diary};
  Diary figures;
  FakeMeter meter{figures};
  Script script{diary};
  std::unique_ptr<Kitchen> kitchen;

  explicit KitchenOfFakes(std::chrono::milliseconds patience = 10s, std::chrono::milliseconds split_patience = 10s) {
    kitchen = std::make_unique<Kitchen>(
        Kitchen::Options{.types = {domain::OrderType::takeout, domain::OrderType::delivery},
                         .patience = patience,
                         .split_patience = split_patience},
        broker, observer, meter, [this] { return std::make_unique<FakeStore>(script); },
        [this] { diary.write("taken over"); });
  }
  ~KitchenOfFakes() { script.open(); }
  KitchenOfFakes(const KitchenOfFakes&) = delete;
  KitchenOfFakes& operator=(const KitchenOfFakes&) = delete;

  void take(const std::string& number, Tag tag, const std::string& message_id = "m",
            domain::OrderType type = domain::OrderType::takeout) {
    kitchen->take({.tag = tag, .message_id = message_id, .request_id = "r-" + number}, {number, type});
  }
  bool wait(const std::string& entry, std::size_t times = 1) const {
    const bool came = diary.wait(entry, times);
    if (!came) {
      for (const auto& each : diary.entries()) UNSCOPED_INFO(each);
    }
    return came;
  }
  /// Nothing is held any more; whatever was to be said was said.
  bool done() {
    kitchen->finish_work();
    return kitchen->held() == 0;
  }
};

}  // namespace pizza::kitchen
