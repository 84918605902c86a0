#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/clock.hpp"
#include "tracking/records.hpp"
#include "tracking/visitor.hpp"

namespace pizza::tracking {

/// The bodies of the answers. What is told of customers is told to the staff only.
std::string status_document(const std::string& number, const OrderState& order,
                            const std::optional<core::TimePoint>& estimated_completion);
std::string history_document(const std::vector<Transition>& history);
std::string order_document(const std::string& number, const OrderDetails& order,
                           const std::optional<core::TimePoint>& estimated_completion, Visitor visitor);
std::string page_document(const OrderPage& page, Visitor visitor);
std::string workers_document(const std::vector<WorkerState>& workers);
std::string priorities_document(const PriorityFigures& figures);

}  // namespace pizza::tracking
