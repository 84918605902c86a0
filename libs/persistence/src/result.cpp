#include "persistence/result.hpp"

#include <charconv>

#include <libpq-fe.h>

namespace pizza::persistence {

void Result::Deleter::operator()(pg_result* result) const noexcept { PQclear(result); }

Result::Result(pg_result* owned) : result_(owned) {}

int Result::rows() const { return PQntuples(result_.get()); }

bool Result::is_null(int row, int column) const { return PQgetisnull(result_.get(), row, column) != 0; }

std::string_view Result::view(int row, int column) const {
  return {PQgetvalue(result_.get(), row, column), static_cast<std::size_t>(PQgetlength(result_.get(), row, column))};
}

std::optional<std::string> Result::optional_text(int row, int column) const {
  if (is_null(row, column)) return std::nullopt;
  return text(row, column);
}

std::int64_t Result::integer(int row, int column) const {
  const auto text = view(row, column);
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) {
    throw core::Error("column " + std::to_string(column) + " is no whole number");
  }
  return value;
}

std::optional<core::TimePoint> Result::time(int row, int column) const {
  if (is_null(row, column)) return std::nullopt;
  return core::parse_utc(view(row, column));
}

std::int64_t Result::affected() const {
  const std::string_view text = PQcmdTuples(result_.get());
  std::int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

std::string_view Result::command() const { return PQcmdStatus(result_.get()); }

}  // namespace pizza::persistence
