#include "faults/storm/customers.hpp"

#include <algorithm>
#include <chrono>

#include "core/ids.hpp"
#include "json/reader.hpp"

namespace pizza::test {
namespace {

using namespace std::chrono_literals;

std::string member(const std::string& body, std::string_view name) {
  const auto document = json::read(body);
  const auto* value = document ? document->find(name) : nullptr;
  if (value == nullptr) return "";
  if (const auto* text = value->string()) return *text;
  if (const auto* number = value->number()) return number->text;
  return "";
}

std::string body_of(const Wish& wish, Dice& dice) {
  static const std::vector<std::string> prices{"9.9", "12.50", "15.99", "40", "120.00"};
  std::string body = R"({"customer_name": ")" + wish.name + R"(", "order_type": ")" + wish.type + '"';
  if (wish.type == "dine_in") body += R"(, "table_number": )" + std::to_string(dice.between(1, 100));
  if (wish.type == "delivery") body += R"(, "delivery_address": "12 Baker Street, Flat 3")";
  if (dice.chance(0.1)) body += R"(, "rush": true)";
  body += R"(, "items": [)";
  for (int left = dice.between(1, 3); left > 0; --left) {
    body += R"({"name": "Pizza", "quantity": )" + std::to_string(dice.between(1, 3)) + R"(, "price": )" +
            dice.pick(prices) + (left > 1 ? "}, " : "}");
  }
  return body + "]}";
}

/// Whether this answer leaves it open if the order was stored.
bool is_in_doubt(int status, const std::string& error) {
  return status == 0 || status == 409 || error == "outcome_unknown";
}

}  // namespace

Customers::Customers(std::vector<std::uint16_t> ports, std::uint64_t seed, int count, Rest rest)
    : ports_(std::move(ports)), rest_(rest) {
  Dice dice{seed};
  for (int i = 0; i < count; ++i) threads_.emplace_back([this, own = Dice{dice.seed()}] { live(own); });
}

Customers::~Customers() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
  }
  changed_.notify_all();
  for (auto& thread : threads_) thread.join();
}

void Customers::resume() {
  {
    const std::lock_guard lock(mutex_);
    open_ = true;
  }
  changed_.notify_all();
}

bool Customers::pause(core::Deadline deadline) {
  std::unique_lock lock(mutex_);
  open_ = false;
  return changed_.wait_until(lock, deadline, [&] { return busy_ == 0; });
}

std::vector<Wish> Customers::wishes() const {
  const std::lock_guard lock(mutex_);
  return {wishes_.begin(), wishes_.end()};
}

std::vector<std::chrono::microseconds> Customers::times_to_promise() const {
  const std::lock_guard lock(mutex_);
  return times_to_promise_;
}

std::string Customers::some_number(Dice& dice) const {
  const std::lock_guard lock(mutex_);
  const int last = static_cast<int>(wishes_.size()) - 1;
  for (int tries = 20; tries > 0 && last >= 0; --tries) {
    const auto& wish = wishes_[static_cast<std::size_t>(dice.between(std::max(0, last - 200), last))];
    if (wish.outcome == Wish::Outcome::promised) return wish.number;
  }
  return "";
}

void Customers::live(Dice dice) {
  while (may_go_on()) {
    auto& wish = begin(dice);
    order(wish, dice);
    if (wish.outcome == Wish::Outcome::promised && dice.chance(0.05)) cancel(wish, dice);
    {
      const std::lock_guard lock(mutex_);
      --busy_;
    }
    changed_.notify_all();
    let_pass(dice.between(rest_.shortest, rest_.longest));
  }
}

bool Customers::may_go_on() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return open_ || closing_; });
  if (!closing_) ++busy_;
  return !closing_;
}

Wish& Customers::begin(Dice& dice) {
  static const std::vector<std::string> types{"dine_in", "takeout", "delivery"};
  const std::lock_guard lock(mutex_);
  return wishes_.emplace_back(Wish{.name = "Guest " + std::to_string(wishes_.size() + 1),
                                   .type = dice.pick(types),
                                   .number = {},
                                   .priority = {},
                                   .answers = {}});
}

// Sends until the wish is settled. What may have been stored is asked for again, with the same key, until it is known.
void Customers::order(Wish& wish, Dice& dice) {
  static const std::vector<std::chrono::milliseconds> patience{300ms, 2s, 15s};
  auto body = body_of(wish, dice);
  if (dice.chance(0.03)) body.insert(body.find("Guest"), "@");  // 400
  Temper temper{.has_key = dice.chance(0.85), .gives_up = dice.chance(0.3)};
  http::Client::Headers headers;
  if (temper.has_key) headers.emplace_back("Idempotency-Key", core::random_uuid());
  while (true) {
    http::Client client("127.0.0.1", dice.pick(ports_), dice.pick(patience));
    const auto begin = std::chrono::steady_clock::now();
    const auto answer = client.send("POST", "/orders", body, headers);
    if (answer && answer->status == 200) {
      const std::lock_guard lock(mutex_);
      times_to_promise_.push_back(
          std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - begin));
    }
    if (is_settled(wish, temper, answer)) return;
    let_pass(dice.between(50ms, 500ms));
  }
}

bool Customers::is_settled(Wish& wish, Temper& temper, const std::optional<http::Response>& answer) {
  const int status = answer ? answer->status : 0;
  const auto error = answer ? member(answer->body, "error") : "lost";
  const std::lock_guard lock(mutex_);
  wish.answers += (wish.answers.empty() ? "" : " ") + std::to_string(status) + (status == 200 ? "" : ":" + error);
  if (status == 200) {
    wish.number = member(answer->body, "order_number");
    wish.priority = member(answer->body, "priority");
    wish.outcome = Wish::Outcome::promised;
    ++promised_;
    return true;
  }
  // What is no order now was none the first time either.
  temper.in_doubt = status != 400 && (temper.in_doubt || is_in_doubt(status, error));
  const bool goes_on = temper.in_doubt ? temper.has_key : temper.has_key && !temper.gives_up && status / 100 == 5;
  if (!goes_on) wish.outcome = temper.in_doubt ? Wish::Outcome::unknown : Wish::Outcome::refused;
  return !goes_on || closing_;
}

void Customers::cancel(Wish& wish, Dice& dice) {
  let_pass(dice.between(0ms, 400ms));
  http::Client client("127.0.0.1", dice.pick(ports_), 15s);
  const auto answer = client.send("POST", "/orders/" + wish.number + "/cancel", R"({"reason": "changed their mind"})",
                                  {{"Authorization", std::string{"Bearer "} + kStaffToken}});
  const std::lock_guard lock(mutex_);
  wish.answers += " cancel:" + std::to_string(answer ? answer->status : 0);
  wish.cancel = answer && answer->status == 200   ? Wish::Cancel::done
                : answer && answer->status == 409 ? Wish::Cancel::refused
                                                  : Wish::Cancel::unknown;
}

}  // namespace pizza::test
