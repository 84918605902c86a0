#include "http/router.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "percent.hpp"

namespace pizza::http {
namespace {

using Segments = std::vector<std::string>;

bool is_named(std::string_view segment) { return segment.starts_with('{') && segment.ends_with('}'); }

std::vector<std::string_view> split(std::string_view path) {
  std::vector<std::string_view> segments;
  if (path.starts_with('/')) path.remove_prefix(1);
  for (;;) {
    const auto slash = path.find('/');
    segments.push_back(path.substr(0, slash));
    if (slash == std::string_view::npos) return segments;
    path.remove_prefix(slash + 1);
  }
}

bool fits(const Segments& pattern, const Segments& path) {
  return std::ranges::equal(pattern, path, [](std::string_view wanted, std::string_view given) {
    return is_named(wanted) ? !given.empty() : wanted == given;
  });
}

std::map<std::string, std::string> named(const Segments& pattern, const Segments& path) {
  std::map<std::string, std::string> params;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (is_named(pattern[i])) params.emplace(pattern[i].substr(1, pattern[i].size() - 2), path[i]);
  }
  return params;
}

}  // namespace

void Router::add(std::string method, std::string_view pattern, Handler handler) {
  Route route{.method = std::move(method), .pattern = std::string{pattern}, .handler = std::move(handler)};
  for (const auto segment : split(pattern)) {
    route.segments.emplace_back(segment);
    route.rank.push_back(is_named(segment) ? 'n' : 'l');
  }
  const auto place = std::ranges::upper_bound(routes_, route.rank, {}, &Route::rank);
  routes_.insert(place, std::move(route));
}

Router::Match Router::match(std::string_view method, std::string_view path) const {
  if (!path.starts_with('/')) return {};
  Segments segments;
  for (const auto segment : split(path)) {
    auto decoded = percent_decode(segment);
    if (!decoded) return {};
    segments.push_back(std::move(*decoded));
  }

  std::set<std::string_view> allowed;
  auto nearest = kNoRoute;
  for (std::size_t place = 0; place < routes_.size(); ++place) {
    const auto& route = routes_[place];
    if (!fits(route.segments, segments)) continue;
    if (nearest == kNoRoute) nearest = place;
    if (route.method == method || (method == "HEAD" && route.method == "GET")) {
      return {.handler = &route.handler, .route = place, .params = named(route.segments, segments)};
    }
    allowed.insert(route.method);
    if (route.method == "GET") allowed.insert("HEAD");
  }
  return {.route = nearest, .allowed = fmt::format("{}", fmt::join(allowed, ", "))};
}

std::vector<Router::Name> Router::names() const {
  std::vector<Name> names;
  for (const auto& route : routes_) names.push_back({route.method, route.pattern});
  return names;
}

}  // namespace pizza::http
