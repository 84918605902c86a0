#include "persistence/sql_error.hpp"

#include <utility>

namespace pizza::persistence {

SqlError::SqlError(const std::string& what, std::string sqlstate, bool connection_finished)
    : InfrastructureError(what, connection_finished), sqlstate_(std::move(sqlstate)) {}

SqlError::Kind SqlError::kind() const noexcept {
  if (connection_finished()) return Kind::connection;
  if (sqlstate_ == "57014" || sqlstate_ == "55P03") return Kind::timeout;
  if (sqlstate_ == "40001" || sqlstate_ == "40P01") return Kind::conflict;
  return blames_data() ? Kind::data : Kind::other;
}

bool SqlError::blames_data() const noexcept {
  const auto in_class = [this](std::string_view name) { return sqlstate_.starts_with(name); };
  return in_class("22") || in_class("23") || in_class("P0");
}

bool SqlError::transient() const noexcept {
  return connection_finished() || sqlstate_ == "40001" || sqlstate_ == "40P01";
}

}  // namespace pizza::persistence
