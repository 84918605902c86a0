#include "webhook_url.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "address.hpp"

namespace pizza::config {
namespace {

constexpr std::size_t kMaxUrl = 2048;
constexpr std::uint16_t kHttp = 80;
constexpr std::uint16_t kHttps = 443;

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return text;
}

/// Only what may stand in a request line as it is.
std::optional<std::string> fault_in_characters(std::string_view url) {
  if (url.size() > kMaxUrl) return fmt::format("must be at most {} characters", kMaxUrl);
  if (!std::ranges::all_of(url, [](char c) { return c > 0x20 && c < 0x7F && c != '"' && c != '\\'; })) {
    return "must consist of printable ASCII characters without spaces; others are written as %20";
  }
  if (url.find('#') != std::string_view::npos) return "must not have a fragment ('#')";
  return std::nullopt;
}

}  // namespace

Parsed<Webhook> parse_webhook_url(std::string_view url) {
  if (auto fault = fault_in_characters(url)) return std::unexpected(std::move(*fault));
  Webhook webhook{.url = std::string{url}};
  webhook.tls = url.starts_with("https://");
  if (!webhook.tls && !url.starts_with("http://")) {
    return std::unexpected(std::string{"must start with https:// or http://"});
  }
  const std::string_view scheme = webhook.tls ? "https" : "http";
  url.remove_prefix(scheme.size() + std::string_view{"://"}.size());
  const auto authority = url.substr(0, url.find_first_of("/?"));
  if (authority.find('@') != std::string_view::npos) {
    return std::unexpected(std::string{"must not hold a user or password; messages are signed instead"});
  }
  const auto host = parse_host_port(authority);
  if (!host) return std::unexpected(std::string{"must name a host after its scheme: HOST or HOST:PORT"});
  webhook.host = lower(host->host);
  webhook.port = host->port != 0 ? host->port : (webhook.tls ? kHttps : kHttp);
  webhook.target = url.substr(authority.size());
  if (!webhook.target.starts_with('/')) webhook.target.insert(0, 1, '/');
  const bool is_ipv6 = webhook.host.find(':') != std::string::npos;
  webhook.origin =
      fmt::format("{}://{}{}{}:{}", scheme, is_ipv6 ? "[" : "", webhook.host, is_ipv6 ? "]" : "", webhook.port);
  return webhook;
}

}  // namespace pizza::config
