#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

#include "core/error.hpp"

namespace pizza::logging {

/// What waits for the writing thread.
struct Item {
  enum class Kind {
    line,     ///< a finished line of the log
    failure,  ///< a line that lacks its stack (line.hpp, begin_failure)
    print,    ///< for standard output
    reopen,   ///< no text: open the file again
  };
  Kind kind = Kind::line;
  std::string text;
  core::Stack stack;
};

/// The bounded buffer between all threads and the writing one: two vectors that change places. Thread-safe.
class Backlog {
 public:
  static constexpr std::size_t kCapacity = std::size_t{8} * 1024 * 1024;

  struct Batch {
    std::vector<Item> items;
    std::uint64_t dropped = 0;  ///< items refused since the batch before
    bool finished = false;      ///< closed, and nothing follows
  };

  /// Drops `item` if that much already waits; a `reopen` is never dropped.
  void push(Item item);
  /// Counts an item that could not even be made.
  void count_dropped();
  /// Blocks until something waits or it is closed. `emptied` is a used batch whose memory is taken over.
  Batch take(Batch emptied);
  /// Blocks until everything pushed before the call has been taken and the next `take` was called, or `limit` passed.
  bool wait_written(std::chrono::milliseconds limit);
  void close();
  /// Items refused since the beginning.
  std::uint64_t dropped_in_all() const;

 private:
  mutable std::mutex mutex_;
  std::condition_variable arrived_;
  std::condition_variable written_;
  std::vector<Item> waiting_;
  std::size_t bytes_ = 0;
  std::uint64_t dropped_ = 0;  // since the last batch
  std::uint64_t dropped_before_ = 0;
  std::uint64_t pushed_count_ = 0;
  std::uint64_t taken_count_ = 0;
  std::uint64_t written_count_ = 0;
  bool closed_ = false;
};

}  // namespace pizza::logging
