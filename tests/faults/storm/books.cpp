#include "faults/storm/books.hpp"

#include <fstream>
#include <iterator>
#include <regex>

#include "core/error.hpp"

namespace pizza::test {
namespace {

std::string statement() {
  std::ifstream file(PIZZA_SOURCE_DIR "/tests/faults/storm/books.sql");
  if (!file) throw core::Error("books.sql is not where it was");
  return {std::istreambuf_iterator<char>(file), {}};
}

const char* to_string(Wish::Outcome outcome) {
  switch (outcome) {
    case Wish::Outcome::open:
      return "open";
    case Wish::Outcome::promised:
      return "promised";
    case Wish::Outcome::refused:
      return "refused";
    case Wish::Outcome::unknown:
      return "unknown";
  }
  return "";
}

const char* to_string(Wish::Cancel cancel) {
  switch (cancel) {
    case Wish::Cancel::none:
      return "none";
    case Wish::Cancel::done:
      return "done";
    case Wish::Cancel::refused:
      return "refused";
    case Wish::Cancel::unknown:
      return "unknown";
  }
  return "";
}

/// A table of text, this session's. Nothing in it has a quote.
class Table {
 public:
  Table(const std::string& name, const std::string& columns)
      : name_(name),
        sql_("DROP TABLE IF EXISTS pg_temp." + name + "; CREATE TEMP TABLE " + name + " (" + columns + ");"),
        insert_("INSERT INTO " + name + " VALUES ") {}

  void add(const std::vector<std::string>& row) {
    std::string values;
    for (const auto& value : row) values += (values.empty() ? "('" : "','") + value;
    rows_ += (rows_.empty() ? "" : ",") + values + "')";
  }
  /// Analyzed: the long set compares tens of thousands of rows.
  std::string sql() const { return sql_ + (rows_.empty() ? "" : insert_ + rows_ + ";") + "ANALYZE " + name_ + ";"; }

 private:
  std::string name_;
  std::string sql_;
  std::string insert_;
  std::string rows_;
};

}  // namespace

std::vector<std::string> imbalances(TestDatabase& database, const std::vector<Wish>& wishes,
                                    const std::vector<std::string>& output) {
  Table guests("guests", "name text, type text, outcome text, number text, priority text, cancel text, answers text");
  for (const auto& wish : wishes) {
    guests.add({wish.name, wish.type, to_string(wish.outcome), wish.number, wish.priority, to_string(wish.cancel),
                wish.answers});
  }
  Table shown("shown", "number text, old_status text, new_status text");
  static const std::regex line(R"(Notification for order (\S+): Status changed from '(\w+)' to '(\w+)' by .*)");
  for (const auto& text : output) {
    if (std::smatch found; std::regex_match(text, found, line)) shown.add({found[1], found[2], found[3]});
  }
  std::vector<std::string> findings;
  for (const auto& row : database.query(guests.sql() + shown.sql() + statement())) {
    findings.push_back(row[0] + " " + row[1] + " " + row[2]);
  }
  return findings;
}

std::string unfinished(TestDatabase& database) {
  return database.value(
      "SELECT (SELECT count(*) FROM orders WHERE status NOT IN ('ready', 'cancelled')) || ' orders, ' ||"
      " (SELECT count(*) FROM outbox) || ' messages'");
}

}  // namespace pizza::test
