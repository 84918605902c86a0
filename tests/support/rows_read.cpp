#include "support/rows_read.hpp"

namespace pizza::test {

long rows_read(TestDatabase& database, std::string_view name, std::string_view sql, const std::string& values,
               const std::string& relation) {
  const std::string prepared{name};
  database.execute("PREPARE " + prepared + " AS " + std::string{sql});
  const auto plan =
      database.value("EXPLAIN (ANALYZE, TIMING OFF, COSTS OFF, FORMAT JSON) EXECUTE " + prepared + '(' + values + ')');
  database.execute("DEALLOCATE " + prepared);
  return std::stol(
      database.value("SELECT coalesce(sum((scan->'Actual Loops')::numeric * ((scan->'Actual Rows')::numeric + "
                     "coalesce(scan->'Rows Removed by Filter', '0')::numeric + "
                     "coalesce(scan->'Rows Removed by Index Recheck', '0')::numeric)), 0) "
                     "FROM jsonb_path_query($plan$" +
                     plan + "$plan$::jsonb, 'strict $.** ? (@.\"Relation Name\" == \"" + relation +
                     "\" && @.\"Node Type\" like_regex \"Scan$\")') AS scan"));
}

}  // namespace pizza::test
