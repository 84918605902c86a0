#pragma once

#include <span>
#include <string_view>

namespace pizza::plans {

/// How a statement is asked. `$waiting`, `$cooking`, `$done` and so on (stocked_database.cpp) stand for rows that are
/// there.
struct Case {
  std::string_view statement;
  std::string_view values;
  /// Blocks of tables and indexes that one execution may touch, whatever is stored: what it costs on any machine.
  long most_blocks = 0;
  /// Why its plan may read whole tables. Without a bound it is not executed.
  std::string_view cold = {};
};

std::span<const Case> cases();

}  // namespace pizza::plans
