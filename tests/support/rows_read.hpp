#pragma once

#include <string>
#include <string_view>

#include "support/test_database.hpp"

namespace pizza::test {

/// Rows that the table `relation` and its indexes give when the statement runs with these values, whether they are used
/// or thrown away: what it costs, on any machine. The statement is run.
long rows_read(TestDatabase& database, std::string_view name, std::string_view sql, const std::string& values,
               const std::string& relation = "orders");

}  // namespace pizza::test
