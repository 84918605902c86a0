#include "line.hpp"

#include <algorithm>
#include <cstddef>
#include <variant>

#include "json/writer.hpp"

namespace pizza::logging {
namespace {

// In bytes as written, so after escaping; together they keep a line below 64 KiB.
constexpr std::size_t kMaxName = 512;
constexpr std::size_t kMaxText = std::size_t{8} * 1024;
constexpr std::size_t kMaxDetail = std::size_t{4} * 1024;
constexpr std::size_t kMaxDetails = std::size_t{24} * 1024;

std::string_view to_string(Level level) {
  switch (level) {
    case Level::debug:
      return "DEBUG";
    case Level::info:
      return "INFO";
    case Level::error:
      return "ERROR";
  }
  return "ERROR";
}

/// The most that one byte can grow to when it is written as JSON: `\u001f`, `\"`, or U+FFFD for a stray byte.
std::size_t written_size(char byte) {
  const auto value = static_cast<unsigned char>(byte);
  if (value < 0x20 || value == 0x7F) return 6;
  if (byte == '"' || byte == '\\') return 2;
  return value < 0x80 ? 1 : 3;
}

/// `text`, or as much of it as takes at most `limit` bytes in the line; never half a character.
std::string_view clip(std::string_view text, std::size_t limit) {
  std::size_t written = 0;
  std::size_t end = 0;
  while (end < text.size() && written + written_size(text[end]) <= limit) written += written_size(text[end++]);
  if (end == text.size()) return text;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return text.substr(0, end);
}

void write_details(json::Writer& out, const std::vector<Detail>& details) {
  if (details.empty()) return;
  out.key("details").object();
  const auto end = out.view().size() + kMaxDetails;
  for (const auto& [key, value] : details) {
    if (out.view().size() > end) break;
    out.key(clip(key, kMaxName));
    if (const auto* text = std::get_if<std::string>(&value)) {
      out.value(clip(*text, kMaxDetail));
    } else if (const auto* flag = std::get_if<bool>(&value)) {
      out.value(*flag);
    } else {
      out.value(std::get<std::int64_t>(value));
    }
  }
  out.end_object();
}

void write_name(json::Writer& out, std::string_view key, std::string_view name) {
  if (!name.empty()) out.key(key).value(clip(name, kMaxName));
}

json::Writer write_fields(const Identity& identity, Level level, const Entry& entry) {
  json::Writer out;
  out.object();
  out.key("timestamp").value(core::format_utc(std::chrono::system_clock::now(), 3));
  out.key("level").value(to_string(level));
  out.key("service").value(identity.service);
  out.key("hostname").value(identity.hostname);
  out.key("request_id").value(clip(entry.request_id.empty() ? identity.request_id : entry.request_id, kMaxName));
  out.key("action").value(clip(entry.action, kMaxName));
  out.key("message").value(clip(entry.message, kMaxText));
  write_details(out, entry.details);
  if (entry.duration) out.key("duration_ms").value(entry.duration->count());
  write_name(out, "order_number", entry.order_number);
  write_name(out, "worker_name", entry.worker_name.empty() ? identity.worker_name : entry.worker_name);
  return out;
}

}  // namespace

std::string format_line(const Identity& identity, Level level, const Entry& entry) {
  return write_fields(identity, level, entry).end_object().take();
}

std::string begin_failure(const Identity& identity, const Entry& entry, std::string_view cause) {
  auto out = write_fields(identity, Level::error, entry);
  return out.key("error").object().key("msg").value(clip(cause, kMaxText)).take();
}

void finish_failure(std::string& line, std::string_view stack) {
  line += R"(,"stack":)";
  line += json::Writer{}.value(clip(stack, kMaxText)).take();
  line += "}}";
}

}  // namespace pizza::logging
