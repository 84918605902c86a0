#include "persistence/sql_error.hpp"

#include <utility>

namespace pizza::persistence {

SqlError::SqlError(const std::string& what, std::string sqlstate, bool connection_finished)
    : InfrastructureError(what, connection_finished), sqlstate_(std::move(sqlstate)) {}

bool SqlError::blames_data() const noexcept {
  const auto in_class = [this](std::string_view name) { return sqlstate_.starts_with(name); };
  return in_class("22") || in_class("23") || in_class("P0");
}

bool SqlError::transient() const noexcept {
  return connection_finished() || sqlstate_ == "40001" || sqlstate_ == "40P01";
}

}  // namespace pizza::persistence
