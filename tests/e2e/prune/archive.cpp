#include "e2e/prune/archive.hpp"

namespace pizza::test {

void Archive::plant(const std::string& day, int orders, const std::string& statuses, const std::string& age) {
  const auto last = statuses.substr(statuses.rfind(',') + 1);
  const auto done = "now() - interval '" + age + "'";
  execute("WITH counted AS (INSERT INTO order_counters VALUES ('" + day + "', " + std::to_string(orders) +
          ") ON CONFLICT (day) DO UPDATE SET last = order_counters.last + excluded.last RETURNING last), placed AS ("
          "INSERT INTO orders (created_at, updated_at, number, customer_name, type, total_amount, status, "
          "waiting_since) SELECT " +
          done + ", " + done + ", 'ORD_' || to_char(date '" + day +
          "', 'YYYYMMDD') || '_' || lpad(n::text, greatest(3, length(n::text)), '0'), 'Anna', 'takeout', 5, '" + last +
          "', CASE WHEN '" + last + "' = 'received' THEN " + done +
          " END "
          "FROM counted, generate_series(last - " +
          std::to_string(orders) +
          " + 1, last) AS n RETURNING id), "
          "items AS (INSERT INTO order_items (order_id, name, quantity, price) SELECT id, name, 1, price FROM placed, "
          "(VALUES ('Tea', 2), ('Pie', 3)) AS item (name, price)), "
          "stages AS (INSERT INTO order_stages (order_id, station, worker_name, started_at, finished_at) "
          "SELECT id, 'cook', 'anna', " +
          done + ", " + done + " FROM placed WHERE '" + statuses +
          "' ~ 'cooking') "
          "INSERT INTO order_status_log (order_id, status, changed_by, changed_at) SELECT id, status, 'anna', " +
          done + " FROM placed, unnest(string_to_array('" + statuses +
          "', ',')) WITH ORDINALITY AS passed (status, n) "
          "ORDER BY id, n");
}

std::string Archive::number(const std::string& day, int n) {
  auto digits = std::to_string(n);
  if (digits.size() < 3) digits.insert(0, 3 - digits.size(), '0');
  return "ORD_" + day.substr(0, 4) + day.substr(5, 2) + day.substr(8, 2) + "_" + digits;
}

long Archive::told(const std::string& out) {
  const std::string begin = "prune: ";
  const bool is_summary = out.starts_with(begin) && out.ends_with("\n") && out.find('\n') + 1 == out.size() &&
                          out.find(" orders deleted, of those done before ") != std::string::npos;
  return is_summary ? std::stol(out.substr(begin.size())) : -1;
}

}  // namespace pizza::test
