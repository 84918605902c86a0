#include "order/app/staff_request.hpp"

#include <charconv>
#include <string_view>

#include "domain/text.hpp"

namespace pizza::order {
namespace {

constexpr std::size_t kLongestReason = 200;
constexpr int kMostPriority = 10;

/// Each reading adds a fault exactly when it gives nothing that may stand.
Reason read_reason(const StaffForm& form, std::vector<domain::Fault>& faults) {
  if (std::holds_alternative<domain::Absent>(form.reason)) return std::nullopt;
  const auto refuse = [&faults](std::string message) {
    faults.push_back({"reason", std::move(message)});
    return std::nullopt;
  };
  const auto* text = std::get_if<std::string>(&form.reason);
  if (text == nullptr) return refuse("must be a string");
  const auto length = domain::length_in_code_points(*text);
  if (length < 1 || length > kLongestReason) return refuse("must be 1 to 200 characters long");
  if (domain::is_blank(*text)) return refuse("must not be only spaces");
  if (!domain::is_printable_text(*text)) return refuse("must contain only printable characters");
  return *text;
}

int read_priority(const StaffForm& form, std::vector<domain::Fault>& faults) {
  const auto refuse = [&faults](std::string message) {
    faults.push_back({"priority", std::move(message)});
    return 0;
  };
  if (std::holds_alternative<domain::Absent>(form.priority)) return refuse("is required");
  const auto* number = std::get_if<domain::NumberText>(&form.priority);
  if (number == nullptr || number->text.find_first_of(".eE") != std::string::npos) return refuse("must be an integer");
  int priority = 0;
  const std::string_view text = number->text;
  const auto error = std::from_chars(text.data(), text.data() + text.size(), priority).ec;
  if (error != std::errc{} || priority < 1 || priority > kMostPriority) return refuse("must be between 1 and 10");
  return priority;
}

}  // namespace

std::expected<Reason, std::vector<domain::Fault>> check_move(const StaffForm& form) {
  std::vector<domain::Fault> faults;
  auto reason = read_reason(form, faults);
  if (!faults.empty()) return std::unexpected(std::move(faults));
  return reason;
}

std::expected<PriorityChange, std::vector<domain::Fault>> check_priority(const StaffForm& form) {
  std::vector<domain::Fault> faults;
  PriorityChange change{.priority = read_priority(form, faults), .reason = read_reason(form, faults)};
  if (!faults.empty()) return std::unexpected(std::move(faults));
  return change;
}

}  // namespace pizza::order
