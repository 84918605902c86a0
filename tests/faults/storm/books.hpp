#pragma once

#include <string>
#include <vector>

#include "faults/storm/customers.hpp"
#include "support/test_database.hpp"

namespace pizza::test {

/// What does not balance (books.sql) when all is quiet, one line each: `KIND ORDER what`; empty if everything does.
/// `output`: the lines of a subscriber that is told everything.
std::vector<std::string> imbalances(TestDatabase& database, const std::vector<Wish>& wishes,
                                    const std::vector<std::string>& output);

/// Orders that are still on their way, and messages still owed.
std::string unfinished(TestDatabase& database);

}  // namespace pizza::test
