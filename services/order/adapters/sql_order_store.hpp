#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/clock.hpp"
#include "logging/logger.hpp"
#include "order/app/order_store.hpp"
#include "outbox/row.hpp"
#include "persistence/connection.hpp"

namespace pizza::order {

/// Orders in PostgreSQL. One transaction a batch; the day and the time are read once for it.
class SqlOrderStore final : public OrderStore {
 public:
  /// `hand_over` is given the outbox rows of every committed batch.
  SqlOrderStore(persistence::ConnectionOptions database, const core::Clock& clock,
                std::function<void(std::vector<outbox::Row>)> hand_over, logging::Logger& log);

  std::vector<std::string> place(std::span<const NewOrder> orders) override;

 private:
  struct Batch {
    std::string day;
    std::vector<std::string> numbers;
    std::vector<outbox::Row> messages;
  };
  Batch store(std::span<const NewOrder> orders);
  Batch write(persistence::Transaction& transaction, std::span<const NewOrder> orders);
  bool happened(const Batch& batch, std::span<const NewOrder> orders);

  persistence::Session session_;
  const core::Clock& clock_;
  std::function<void(std::vector<outbox::Row>)> hand_over_;
  logging::Logger& log_;
};

}  // namespace pizza::order
