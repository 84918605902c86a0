#pragma once

#include <string_view>

namespace pizza::persistence {

/// SQL with its one name: the prepared statement, the log field and the metric label. Each adapter keeps its statements
/// as constants in one file.
struct Statement {
  std::string_view name;
  std::string_view sql;
};

}  // namespace pizza::persistence
