#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "core/clock.hpp"
#include "core/error.hpp"

struct pg_result;

namespace pizza::persistence {

/// The rows of one statement. Views into it live as long as it does. Columns by position in the statement's own list.
class Result {
 public:
  explicit Result(pg_result* owned);

  int rows() const;
  bool empty() const { return rows() == 0; }
  bool is_null(int row, int column) const;
  /// Empty for NULL.
  std::string_view view(int row, int column) const;
  std::string text(int row, int column) const { return std::string{view(row, column)}; }
  std::optional<std::string> optional_text(int row, int column) const;
  /// Throws core::Error if it is NULL or no whole number.
  std::int64_t integer(int row, int column) const;
  bool boolean(int row, int column) const { return view(row, column) == "t"; }
  std::optional<core::TimePoint> time(int row, int column) const;
  /// Rows that an INSERT, UPDATE or DELETE touched.
  std::int64_t affected() const;
  /// What the server says it did: `COMMIT`, `ROLLBACK`, `UPDATE 1`.
  std::string_view command() const;

 private:
  struct Deleter {
    void operator()(pg_result* result) const noexcept;
  };
  std::unique_ptr<pg_result, Deleter> result_;
};

/// What was read from `column`, which has a value that this program knows in every row of an order it wrote. Throws
/// core::Error, with the column's name, if `value` is empty: NULL, or a word of another release.
template <class T>
T require(std::optional<T> value, std::string_view column) {
  if (!value) throw core::Error("order row with an unknown value in column " + std::string{column});
  return *std::move(value);
}

}  // namespace pizza::persistence
