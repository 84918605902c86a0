#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "kitchen/app/turn.hpp"

namespace pizza::kitchen {

/// A delivery in hand and the order it stands for: the one its body names, or the one that took its turn.
struct Hold {
  std::string order_number;
  std::string claim;  ///< of its turn; who comes back later says with it which turn it was
  Tag tag;            ///< of its latest delivery
  std::string named;  ///< the order in its body
  std::string message_id;
  std::string request_id;
  std::chrono::steady_clock::time_point since;
  bool cooking = false;    ///< by this message: whoever goes on with the order after us needs it back
  bool finishing = false;  ///< its finish is on its way to the database
  bool cancelled = false;  ///< and was heard of meanwhile
};

/// What one worker has in hand: one hold for an order at most. Not thread-safe. Pointers hold until the next change.
class Hands {
 public:
  Hold* of_order(const std::string& order_number);
  /// The same message, delivered before; a message is told by its id and the order it names.
  Hold* of_message(const Turn& turn);
  /// nullptr if that turn is not in hand any more.
  Hold* of_turn(const std::string& order_number, const std::string& claim);

  /// `hold` stands for its order from now on. Whatever stood for it before is in hand no more: its turn is alone.
  Hold* put(Hold hold);
  /// Takes the turn out of hand.
  std::optional<Hold> take(const std::string& order_number, const std::string& claim);
  void clear();

  bool empty() const { return holds_.empty(); }
  std::size_t size() const { return holds_.size(); }

 private:
  void forget_message(const Hold& hold);

  std::unordered_map<std::string, Hold> holds_;            // by order
  std::unordered_map<std::string, std::string> messages_;  // of which order
};

}  // namespace pizza::kitchen
