#include "order/adapters/sql_idempotency.hpp"

#include <chrono>
#include <cstddef>
#include <map>
#include <string>
#include <string_view>

#include "core/error.hpp"
#include "order/adapters/sql.hpp"

namespace pizza::order {
namespace {

using persistence::Array;
using persistence::Params;
using persistence::Result;

/// CONTRACT §2.
constexpr std::chrono::hours kKept{24};

/// An order of the batch that has a key.
struct Asked {
  std::size_t position;
  std::string_view body_hash;
};

PlacedOrder read_answer(const Result& row, int i) {
  const auto type = domain::parse_order_type(row.view(i, 3));
  const auto total = domain::Money::parse(row.view(i, 4));
  const auto completion = row.time(i, 6);
  if (!type || !total || !completion) throw core::Error("the answer kept under an idempotency key cannot be read");
  return {.number = row.text(i, 2),
          .type = *type,
          .total = *total,
          .priority = static_cast<int>(row.integer(i, 5)),
          .estimated_completion = *completion,
          .replayed = true};
}

}  // namespace

std::vector<std::optional<Placing>> answers_by_key(persistence::Transaction& transaction, core::TimePoint now,
                                                   std::span<const NewOrder> orders) {
  std::vector<std::optional<Placing>> answers(orders.size());
  std::map<std::string_view, Asked> asked;
  Array keys;
  for (std::size_t i = 0; i < orders.size(); ++i) {
    const auto& key = orders[i].key;
    if (!key) continue;
    asked.emplace(key->text, Asked{i, key->body_hash});
    keys.add(key->text);
  }
  if (asked.empty()) return answers;
  // First hold, then look: a statement of its own, since one sees only what was committed before it began.
  const auto held = transaction.execute(sql::kHoldKeys, Params::of(keys));
  for (int i = 0; i < held.rows(); ++i) {
    if (!held.boolean(i, 1)) answers[asked.at(held.view(i, 0)).position] = std::unexpected(Refusal::key_in_flight);
  }
  const auto kept = transaction.execute(sql::kFindKeys, Params::of(keys, now - kKept));
  for (int i = 0; i < kept.rows(); ++i) {
    const auto& [position, body_hash] = asked.at(kept.view(i, 0));
    const bool same_body = kept.view(i, 1) == body_hash;
    answers[position] = same_body ? Placing{read_answer(kept, i)} : std::unexpected(Refusal::key_reused);
  }
  return answers;
}

void keep_keys(persistence::Transaction& transaction, core::TimePoint now, std::span<const OrderRow> rows) {
  Array key;
  Array body_hash;
  Array number;
  Array estimated_completion;
  bool any = false;
  for (const auto& row : rows) {
    const auto& sent = row.source->key;
    if (!sent) continue;
    any = true;
    key.add(sent->text);
    body_hash.add(sent->body_hash);
    number.add(row.placed.number);
    estimated_completion.add(row.placed.estimated_completion);
  }
  if (!any) return;
  transaction.post(sql::kKeepKeys, Params::of(now, now - kKept, key, body_hash, number, estimated_completion));
}

}  // namespace pizza::order
