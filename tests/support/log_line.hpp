#pragma once

#include <optional>
#include <string>
#include <vector>

#include "json/value.hpp"
#include "support/process.hpp"

namespace pizza::test {

/// One line of a service's log (CONTRACT §5), read strictly.
struct LogLine {
  std::string timestamp;
  std::string level;
  std::string service;
  std::string action;
  std::string message;
  std::string hostname;
  std::string request_id;
  json::Value document;  ///< the whole line

  /// A text or number member of the line (`order_number`), else of its `details`; empty if there is none.
  std::string text(std::string_view name) const;
};

/// nullopt if the line is no JSON object with all the core fields as text.
std::optional<LogLine> read_log_line(const std::string& line);
/// What is wrong with a line against the specification's log format, one fault per entry; empty if nothing is.
std::vector<std::string> log_line_faults(const std::string& line);
/// The lines of a process with this action, so far.
std::vector<LogLine> lines_of(const Process& process, const std::string& action);
/// A test for Process::wait_for_line: a log line with this action (and whose text contains `piece`).
Process::LineTest logs_action(std::string action, std::string piece = "");

}  // namespace pizza::test
