#include "support/log_line.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "core/clock.hpp"
#include "json/reader.hpp"

namespace pizza::test {
namespace {

constexpr std::array<std::string_view, 7> kCoreFields{"timestamp", "level",    "service",   "action",
                                                      "message",   "hostname", "request_id"};

std::string text_of(const json::Value* value) {
  if (value == nullptr) return "";
  if (value->string() != nullptr) return *value->string();
  if (value->number() != nullptr) return value->number()->text;
  if (value->boolean() != nullptr) return *value->boolean() ? "true" : "false";
  return "";
}

/// `2024-12-16T10:32:00.123Z`
bool is_log_time(const std::string& text) {
  return text.size() == 24 && text[10] == 'T' && text[19] == '.' && text.back() == 'Z' &&
         core::parse_utc(text).has_value();
}

/// The escapes `\n` and `\t` as blanks: a stack has several lines, and our reader, made for requests, refuses control
/// characters.
std::string without_line_breaks(const std::string& line) {
  std::string result = line;
  for (std::size_t i = 0; i + 1 < result.size(); ++i) {
    if (result[i] != '\\') continue;
    if (result[i + 1] == 'n' || result[i + 1] == 't') result.replace(i, 2, "  ");
    ++i;
  }
  return result;
}

void check_error(const json::Value& document, std::vector<std::string>& faults) {
  const auto* error = document.find("error");
  if (error == nullptr) {
    faults.emplace_back("ERROR without an error object");
    return;
  }
  for (const char* name : {"msg", "stack"}) {
    const auto* part = error->find(name);
    if (part == nullptr || part->string() == nullptr) faults.push_back(std::string{"error without "} + name);
  }
}

}  // namespace

std::string LogLine::text(std::string_view name) const {
  if (const auto* member = document.find(name)) return text_of(member);
  const auto* details = document.find("details");
  return details == nullptr ? "" : text_of(details->find(name));
}

std::optional<LogLine> read_log_line(const std::string& line) {
  auto document = json::read(without_line_breaks(line));
  if (!document || document->object() == nullptr) return std::nullopt;
  const bool complete = std::ranges::all_of(kCoreFields, [&](std::string_view name) {
    const auto* value = document->find(name);
    return value != nullptr && value->string() != nullptr;
  });
  if (!complete) return std::nullopt;
  const auto get = [&](std::string_view name) { return text_of(document->find(name)); };
  LogLine result{get("timestamp"), get("level"),    get("service"),    get("action"),
                 get("message"),   get("hostname"), get("request_id"), {}};
  result.document = std::move(*document);
  return result;
}

std::vector<std::string> log_line_faults(const std::string& line) {
  const auto read = read_log_line(line);
  if (!read) return {"not one JSON object with all core fields: " + line};
  std::vector<std::string> faults;
  if (!is_log_time(read->timestamp)) faults.push_back("timestamp: " + read->timestamp);
  if (read->level != "INFO" && read->level != "DEBUG" && read->level != "ERROR") {
    faults.push_back("level: " + read->level);
  }
  for (const auto* field : {&read->service, &read->action, &read->message, &read->hostname}) {
    if (field->empty()) faults.emplace_back("an empty core field");
  }
  if (read->level == "ERROR") check_error(read->document, faults);
  return faults;
}

std::vector<LogLine> lines_of(const Process& process, const std::string& action) {
  std::vector<LogLine> lines;
  for (const auto& text : process.stdout_lines()) {
    if (auto line = read_log_line(text); line && line->action == action) lines.push_back(std::move(*line));
  }
  return lines;
}

Process::LineTest logs_action(std::string action, std::string piece) {
  return [action = std::move(action), piece = std::move(piece)](const OutputLine& line) {
    if (line.text.find(action) == std::string::npos || line.text.find(piece) == std::string::npos) return false;
    const auto read = read_log_line(line.text);
    return read && read->action == action;
  };
}

}  // namespace pizza::test
