#include "redact.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>

#include <fmt/format.h>

#include "config/load.hpp"
#include "values.hpp"

namespace pizza::config {
namespace {

constexpr std::string_view kHidden = "***";
constexpr std::string_view kUnreadable = "(a connection string that cannot be read)";

bool is_keyword(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; });
}

bool is_secret(std::string_view keyword) { return keyword == "password" || keyword == "sslpassword"; }

/// `?a=1&password=x` with the values of secret parameters hidden.
std::string redacted_parameters(std::string_view parameters) {
  std::string result;
  for (const auto parameter : split(parameters, '&')) {
    const auto name = parameter.substr(0, parameter.find('='));
    // A name may be percent-encoded too; nobody does, so such a parameter is hidden whatever it is.
    const bool hide = is_secret(name) || name.find('%') != std::string_view::npos;
    if (!result.empty()) result += '&';
    result += hide ? fmt::format("{}={}", name, kHidden) : std::string{parameter};
  }
  return result;
}

/// Up to the *last* `@`: a password with an unencoded `@` or `/` must not leave its second half behind.
std::string redacted_uri(std::string_view scheme, std::string_view rest) {
  std::string parameters;
  if (const auto mark = rest.find('?'); mark != std::string_view::npos) {
    if (rest.find('@', mark) != std::string_view::npos) return std::string{kUnreadable};
    parameters = '?' + redacted_parameters(rest.substr(mark + 1));
    rest = rest.substr(0, mark);
  }
  const auto at = rest.rfind('@');
  if (at == std::string_view::npos) return fmt::format("{}{}{}", scheme, rest, parameters);
  const auto user = rest.substr(0, std::min(at, rest.find(':')));
  return fmt::format("{}{}{}{}", scheme, user, rest.substr(at), parameters);
}

std::string_view without_spaces(std::string_view text) {
  const auto start = text.find_first_not_of(" \t\r\n");
  return start == std::string_view::npos ? std::string_view{} : text.substr(start);
}

/// The length of a value at the front of `text` as libpq reads it: in quotes, or to the next space; `\` escapes.
std::optional<std::size_t> value_length(std::string_view text) {
  const bool is_quoted = text.starts_with('\'');
  for (std::size_t i = is_quoted ? 1 : 0; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (is_quoted && text[i] == '\'') {
      return i + 1;
    } else if (!is_quoted && text.find_first_of(" \t\r\n", i) == i) {
      return i;
    }
  }
  return is_quoted ? std::nullopt : std::optional{text.size()};
}

std::string redacted_keywords(std::string_view text) {
  std::string result;
  for (text = without_spaces(text); !text.empty(); text = without_spaces(text)) {
    const auto equals = text.find('=');
    if (equals == std::string_view::npos) return std::string{kUnreadable};
    const auto keyword = text.substr(0, std::min(equals, text.find_first_of(" \t\r\n")));
    text = without_spaces(text.substr(equals + 1));
    const auto length = value_length(text);
    if (!length || !is_keyword(keyword)) return std::string{kUnreadable};
    const auto value = text.substr(0, *length);
    const bool hide = is_secret(keyword) || value.find("://") != std::string_view::npos;  // dbname may be a whole URL
    if (!result.empty()) result += ' ';
    result += fmt::format("{}={}", keyword, hide ? kHidden : value);
    text.remove_prefix(*length);
  }
  return result;
}

}  // namespace

std::string redacted_url(std::string_view url) {
  for (const std::string_view scheme : {"postgres://", "postgresql://"}) {
    if (url.starts_with(scheme)) return redacted_uri(scheme, url.substr(scheme.size()));
  }
  if (url.find("://") != std::string_view::npos) return std::string{kUnreadable};
  return redacted_keywords(url);
}

bool is_readable(std::string_view url) { return redacted_url(url) != kUnreadable; }

std::string redacted(const Database& database) {
  if (!database.url.empty()) return redacted_url(database.url);
  const bool bare_ipv6 = database.host.find(':') != std::string::npos;
  return fmt::format("postgres://{}@{}{}{}:{}/{}", database.user, bare_ipv6 ? "[" : "", database.host,
                     bare_ipv6 ? "]" : "", database.port, database.database);
}

}  // namespace pizza::config
