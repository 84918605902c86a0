#pragma once

#include <chrono>
#include <exception>
#include <functional>
#include <future>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/batcher.hpp"
#include "order/app/new_order.hpp"
#include "order/app/observer.hpp"
#include "order/app/order_store.hpp"

namespace pizza::order {

/// Group commit of orders: all that arrive while one transaction commits go into the next one together; alone, an order
/// waits for nobody. The day's counter row is hot, so one transaction per order would mean one order per disk flush.
/// Thread-safe.
class Intake {
 public:
  /// `make_store` is called once on each of the `writers` threads.
  /// `pulses`: of the writers, one each. A batch that is refused is tried one by one for `split_patience`; what is left
  /// then is told StoreUnavailable, since its clients wait and so do all behind them.
  Intake(std::function<std::unique_ptr<OrderStore>()> make_store, std::size_t writers, Observer& observer,
         std::vector<core::Pulse*> pulses = {}, std::chrono::milliseconds split_patience = std::chrono::seconds{20});

  /// Blocks until the order is committed, or refused by its key. Throws what OrderStore::place throws.
  Placing place(NewOrder order);
  /// Finishes what was accepted. Idempotent.
  void stop() { batcher_.stop(); }

 private:
  struct Waiting {
    NewOrder order;
    std::promise<Placing> placing;
  };
  void place_all(OrderStore& store, std::vector<Waiting> waiting);
  void place_one_by_one(OrderStore& store, std::vector<NewOrder> orders, std::vector<Waiting> waiting);
  void tell(const std::vector<Placing>& placings);

  Observer& observer_;
  const std::chrono::milliseconds split_patience_;
  core::Batcher<Waiting> batcher_;
};

}  // namespace pizza::order
