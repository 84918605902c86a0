#pragma once

#include "persistence/statement.hpp"

namespace pizza::order::sql {

/// The orders numbered $1… may be tried as often again as new ones.
inline constexpr persistence::Statement kResetAttempts{"reset_attempts", R"(
    UPDATE orders SET attempts = 0
    FROM (SELECT id FROM orders WHERE number = ANY ($1::text[]) AND attempts > 0
          ORDER BY id FOR NO KEY UPDATE) AS tried
    WHERE orders.id = tried.id)"};

}  // namespace pizza::order::sql
