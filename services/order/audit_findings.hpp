#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "order/app/audit_rules.hpp"

namespace pizza::order {

/// What an audit found, to be printed: all of it is counted, a few of each kind are named. Not thread-safe.
class AuditFindings {
 public:
  static constexpr std::size_t kShown = 20;

  /// `number` empty: of no one order.
  void add(Fault fault, std::string_view number, std::string_view detail);
  /// So many more of this kind.
  void add_unnamed(Fault fault, std::size_t count);
  std::size_t count() const;
  /// The lines, each with its end.
  std::string lines(std::size_t orders) const;

 private:
  struct Kind {
    std::size_t count = 0;
    std::vector<std::string> shown;
  };
  std::map<Fault, Kind> kinds_;
};

}  // namespace pizza::order
