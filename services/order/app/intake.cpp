#include "order/app/intake.hpp"

#include <utility>

#include "core/clock.hpp"

namespace pizza::order {
namespace {

constexpr std::size_t kMaxWaiting = 10'000;
/// More in one transaction gains nothing and makes the first wait for the last.
constexpr std::size_t kMaxBatch = 256;

}  // namespace

Intake::Intake(std::function<std::unique_ptr<OrderStore>()> make_store, std::size_t writers, Observer& observer,
               std::vector<core::Pulse*> pulses, std::chrono::milliseconds split_patience)
    : observer_(observer),
      split_patience_(split_patience),
      batcher_({.threads = writers, .capacity = kMaxWaiting, .max_batch = kMaxBatch, .pulses = std::move(pulses)},
               [this, make_store = std::move(make_store)] {
                 return [this, store = std::shared_ptr<OrderStore>(make_store())](std::vector<Waiting> waiting) {
                   place_all(*store, std::move(waiting));
                 };
               }) {}

Placing Intake::place(NewOrder order) {
  Waiting waiting{std::move(order), {}};
  auto placing = waiting.placing.get_future();
  if (!batcher_.submit(std::move(waiting))) throw StoreUnavailable("the service is stopping");
  return placing.get();
}

void Intake::place_all(OrderStore& store, std::vector<Waiting> waiting) {
  std::vector<NewOrder> orders;
  orders.reserve(waiting.size());
  for (auto& entry : waiting) orders.push_back(std::move(entry.order));
  try {
    auto placings = store.place(orders);
    tell(placings);
    for (std::size_t i = 0; i < waiting.size(); ++i) waiting[i].placing.set_value(std::move(placings[i]));
  } catch (const OrderRefused&) {
    if (waiting.size() == 1) {
      waiting.front().placing.set_exception(std::current_exception());
      return;
    }
    place_one_by_one(store, std::move(orders), std::move(waiting));
  } catch (...) {
    for (auto& entry : waiting) entry.placing.set_exception(std::current_exception());
  }
}

/// Only the culprit shall fail. If it takes too long (the database went away, or somebody locks the table) it is not a
/// matter of single orders.
void Intake::place_one_by_one(OrderStore& store, std::vector<NewOrder> orders, std::vector<Waiting> waiting) {
  const auto until = core::after(split_patience_);
  for (std::size_t i = 0; i < waiting.size(); ++i) {
    if (std::chrono::steady_clock::now() >= until) {
      waiting[i].placing.set_exception(std::make_exception_ptr(StoreUnavailable("the database takes too long")));
      continue;
    }
    std::vector<Waiting> one;
    one.push_back({std::move(orders[i]), std::move(waiting[i].placing)});
    place_all(store, std::move(one));
  }
}

void Intake::tell(const std::vector<Placing>& placings) {
  std::size_t stored = 0;
  for (const auto& placing : placings) {
    if (!placing || placing->replayed) continue;
    observer_.stored(*placing);
    ++stored;
  }
  if (stored > 0) observer_.committed(stored);
}

}  // namespace pizza::order
