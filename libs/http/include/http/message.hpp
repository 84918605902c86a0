#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pizza::http {

/// A complete request: it was framed, limited and checked before a handler sees it. Plain data.
struct Request {
  std::string method;
  std::string path;                                         ///< percent-decoded, without the query
  std::map<std::string, std::string> query;                 ///< percent-decoded; the first of a doubled name
  std::map<std::string, std::string> params;                ///< what the route's `{name}` segments matched
  std::map<std::string, std::string, std::less<>> headers;  ///< names in lower case, values as sent
  std::string body;
  std::string request_id;  ///< the caller's if well-formed, else a new one (CONTRACT §2)

  /// Empty if there is none; `name` in lower case.
  std::string_view header(std::string_view name) const;
};

struct Response {
  int status = 200;
  std::string body;
  std::string content_type = "application/json";
  std::vector<std::pair<std::string, std::string>> headers;
};

/// One fault of `errors`.
struct FieldError {
  std::string field;
  std::string message;
};

/// An RFC 9457 problem document (CONTRACT §2). `error` is the stable machine word: `validation_failed`, `not_found`, …
struct Problem {
  int status = 500;
  std::string error;
  std::string detail;
  std::vector<FieldError> errors;
  std::optional<int> retry_after_seconds;
  std::vector<std::pair<std::string, std::string>> members;  ///< further ones (RFC 9457 §3.2), as JSON strings
};

/// Status, `application/problem+json`, body with `type`, `title`, `status`, `detail`, `error`, `errors`, `request_id`.
Response problem_response(const Problem& problem, std::string_view request_id);

}  // namespace pizza::http
