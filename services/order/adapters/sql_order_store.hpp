#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/clock.hpp"
#include "logging/logger.hpp"
#include "order/adapters/order_rows.hpp"
#include "order/app/order_store.hpp"
#include "outbox/row.hpp"
#include "persistence/connection.hpp"

namespace pizza::order {

/// When an order of this type and priority that is taken at `now` will be ready. Thread-safe, no I/O.
using ReadyAt = std::function<core::TimePoint(core::TimePoint now, domain::OrderType type, int priority)>;

/// Orders in PostgreSQL. One transaction a batch; the day and the time are read once for it.
class SqlOrderStore final : public OrderStore {
 public:
  /// `hand_over` is given the outbox rows of every committed batch.
  SqlOrderStore(persistence::ConnectionOptions database, const core::Clock& clock, ReadyAt ready_at,
                std::function<void(std::vector<outbox::Row>)> hand_over, logging::Logger& log);

  std::vector<Placing> place(std::span<const NewOrder> orders) override;

 private:
  struct Batch {
    std::string day;
    std::vector<Placing> answers;
    std::vector<OrderRow> rows;  // those that are new
    std::vector<outbox::Row> messages;
  };
  Batch store(std::span<const NewOrder> orders);
  Batch sort_out(persistence::Transaction& transaction, core::TimePoint now, std::span<const NewOrder> orders);
  void assign_priorities(persistence::Transaction& transaction, core::TimePoint now, std::vector<OrderRow>& rows);
  void write(persistence::Transaction& transaction, core::TimePoint now, Batch& batch);
  bool happened(const Batch& batch);
  void find_messages(Batch& batch);

  persistence::Session session_;
  const core::Clock& clock_;
  ReadyAt ready_at_;
  std::function<void(std::vector<outbox::Row>)> hand_over_;
  logging::Logger& log_;
};

}  // namespace pizza::order
