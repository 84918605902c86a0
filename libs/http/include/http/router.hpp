#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "http/message.hpp"

namespace pizza::http {

/// Answers a request, on one of the server's threads; may block. What it throws becomes a 500 by
/// `ServerOptions::on_error`.
using Handler = std::function<Response(const Request&)>;

/// Maps method and path to a handler by segments, without regular expressions. Filled before the server starts, then
/// only read, so it needs no lock.
class Router {
 public:
  /// `pattern` is literal segments and `{name}` segments: `/orders/{number}/status`. Where several patterns fit a path,
  /// a literal segment goes before a named one, whatever the order of adding. A named segment is never empty.
  void add(std::string method, std::string_view pattern, Handler handler);

  /// A route by what was added.
  struct Name {
    std::string method;
    std::string pattern;
  };
  static constexpr std::size_t kNoRoute = static_cast<std::size_t>(-1);

  struct Match {
    const Handler* handler = nullptr;  ///< null: no such path, or (if `allowed` is not empty) no such method
    std::size_t route = kNoRoute;      ///< the place in `names()` of one whose pattern fits the path
    std::string allowed;               ///< value of `Allow` for a 405
    std::map<std::string, std::string> params;
  };
  /// `path` as it stands in the request line: each segment is percent-decoded on its own, so `%2F` does not split one.
  /// HEAD is answered by GET's handler.
  Match match(std::string_view method, std::string_view path) const;
  /// All routes.
  std::vector<Name> names() const;

 private:
  struct Route {
    std::string method;
    std::string pattern;
    std::vector<std::string> segments;
    std::string rank;  ///< one letter per segment, so that comparing ranks puts literals first
    Handler handler;
  };
  std::vector<Route> routes_;  ///< by rank
};

}  // namespace pizza::http
