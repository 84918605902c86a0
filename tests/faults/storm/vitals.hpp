#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "faults/storm/member.hpp"
#include "support/process_figures.hpp"

namespace pizza::test {

/// What each process of a restaurant takes, over time and for each of its lives. Not thread-safe.
///
/// Of those that nobody kills, memory is compared under load: the median of the looks from 15 % to 30 % of all with
/// that of the last 15 %. Descriptors and threads come and go with requests, so they are compared at two moments
/// when all is quiet. A life that was cut short must not have needed more than a whole one.
class Vitals {
 public:
  /// How much more memory is no growth.
  struct Tolerance {
    double factor;
    std::size_t kib;
  };
  /// `survivors`: the names of those that nobody kills.
  Vitals(std::vector<Member*> members, std::vector<std::string> survivors, Tolerance tolerance);

  /// A look at each that runs.
  void look();
  /// When nothing has come for so long that the threads for requests are gone. The first time it is what the second is
  /// compared with.
  void look_at_rest();

  /// What has grown, one line each; empty if all kept their size.
  std::vector<std::string> grown() const;
  /// For docs/reliability.md.
  std::string table() const;

 private:
  struct Life {
    int pid = 0;
    std::vector<ProcessFigures> looks;
    /// The median of this part of them, in KiB; from 0 to 1.
    std::size_t memory(double from, double to) const;
  };
  /// The least of a few looks, and what its descriptors were.
  struct Rest {
    ProcessFigures figures;
    std::map<std::string, int> descriptors;
  };
  struct Watched {
    Member* member;
    bool survives;
    std::vector<Life> lives = {};
    std::vector<Rest> rests = {};
  };

  static ProcessFigures most_of(const std::vector<Life>& lives);
  /// The one of the same service that nobody kills.
  const Watched& survivor(const Watched& of) const;
  bool is_more(std::size_t kib, std::size_t than) const;
  void compare_lives(const Watched& killed, std::vector<std::string>& findings) const;
  void compare_rests(const Watched& survivor, std::vector<std::string>& findings) const;

  const Tolerance tolerance_;
  std::vector<Watched> watched_;
};

}  // namespace pizza::test
