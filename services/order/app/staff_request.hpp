#pragma once

#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "domain/validation.hpp"

namespace pizza::order {

/// The body of a staff operation before any rule was applied.
struct StaffForm {
  domain::Field<std::string> reason;
  domain::Field<domain::NumberText> priority;
};

/// Why the staff moves an order; goes to the `notes` of its log row.
using Reason = std::optional<std::string>;

/// `reason` may be absent, else 1 to 200 printable characters, not only spaces. Pure.
std::expected<Reason, std::vector<domain::Fault>> check_move(const StaffForm& form);

struct PriorityChange {
  int priority = 0;
  Reason reason;
};
/// `priority` is an integer from 1 to 10 and required; `reason` as above. All faults at once. Pure.
std::expected<PriorityChange, std::vector<domain::Fault>> check_priority(const StaffForm& form);

}  // namespace pizza::order
