#include "webhooks.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <type_traits>
#include <utility>

#include <fmt/format.h>

#include "core/error.hpp"
#include "crypto/crypto.hpp"
#include "values.hpp"
#include "webhook_url.hpp"

namespace pizza::config {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kMostWebhooks = 32;
constexpr std::size_t kShortestKey = 16;
constexpr std::size_t kLongestKey = 1024;
constexpr std::string_view kEncodedKey = "whsec_";

/// The signing key. Of a secret nothing is ever repeated.
Parsed<std::string> parse_secret(const std::string& secret) {
  std::string key = secret;
  if (secret.starts_with(kEncodedKey)) {
    auto decoded = crypto::from_base64(std::string_view{secret}.substr(kEncodedKey.size()));
    if (!decoded) return std::unexpected(std::string{"must have Base64 after whsec_"});
    key = std::move(*decoded);
  }
  if (key.size() < kShortestKey || key.size() > kLongestKey) {
    return std::unexpected(fmt::format("must be {} to {} bytes long", kShortestKey, kLongestKey));
  }
  return key;
}

Parsed<std::string> read_secret_file(const std::string& path) {
  auto text = read_text_file(path);
  if (!text) return std::unexpected(fmt::format("{}: {}", in_quotes(path), text.error()));
  if (text->ends_with('\n')) text->pop_back();
  if (text->ends_with('\r')) text->pop_back();
  auto key = parse_secret(*text);
  if (!key) return std::unexpected(fmt::format("what is in {} {}", in_quotes(path), key.error()));
  return key;
}

/// A mistyped line must not put a secret into a message as the name of a key.
bool is_word(std::string_view text) {
  return text.size() <= 20 && std::ranges::all_of(text, [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; });
}

/// Reads one element of the list.
class WebhookReader {
 public:
  WebhookReader(const YAML::Node& node, std::string path, const Where& where)
      : node_(node), path_(std::move(path)), where_(where) {}

  Webhook read() {
    if (!node_.IsMap()) fail(node_, path_, "must consist of `key: value` lines");
    refuse_unknown_keys();
    auto webhook = required("url", parse_webhook_url);
    if (has("secret") && has("secret_file")) fail(node_, path_, "has both secret and secret_file");
    webhook.key = has("secret_file") ? required("secret_file", read_secret_file) : required("secret", parse_secret);
    optional("types", webhook.types, [](const std::string& text) { return parse_words(text, kStatuses); });
    optional("customer", webhook.customer, [](const std::string& text) { return parse_text(text, 100); });
    optional("allow_private", webhook.allow_private, parse_bool);
    optional("timeout", webhook.timeout,
             [](const std::string& text) { return parse_seconds(text, milliseconds{10}, milliseconds{60'000}); });
    optional("attempts", webhook.attempts, [](const std::string& text) -> Parsed<int> {
      const auto count = parse_whole(text, 1, 20);
      if (!count) return std::unexpected(count.error());
      return static_cast<int>(*count);
    });
    optional("retry_delay", webhook.retry_delay,
             [](const std::string& text) { return parse_seconds(text, milliseconds{1}, milliseconds{60'000}); });
    return webhook;
  }

 private:
  void refuse_unknown_keys() const {
    static const std::set<std::string, std::less<>> known{
        "url", "secret", "secret_file", "types", "customer", "timeout", "allow_private", "attempts", "retry_delay"};
    std::set<std::string> seen;
    for (const auto& member : node_) {
      if (!member.first.IsScalar() || !is_word(member.first.Scalar())) {
        fail(member.first, path_, "has a key that is not a word");
      }
      const auto& name = member.first.Scalar();
      if (!known.contains(name)) fail(member.first, member_path(name), "is not a known key");
      if (!seen.insert(name).second) fail(member.first, member_path(name), "is there twice");
    }
  }

  bool has(const char* name) const { return static_cast<bool>(node_[name]); }

  template <class Parse>
  typename std::invoke_result_t<Parse, const std::string&>::value_type required(const char* name, Parse parse) const {
    if (!has(name)) {
      fail(node_, path_, fmt::format("has no {}", name == std::string_view{"secret"} ? "secret or secret_file" : name));
    }
    auto parsed = parse(text_of(name));
    if (!parsed) fail(node_[name], member_path(name), parsed.error());
    return std::move(*parsed);
  }

  template <class Member, class Parse>
  void optional(const char* name, Member& member, Parse parse) const {
    if (has(name)) member = required(name, parse);
  }

  /// A list becomes one text with commas.
  std::string text_of(const char* name) const {
    const auto value = node_[name];
    if (value.IsScalar()) return value.Scalar();
    if (!value.IsSequence() || name != std::string_view{"types"}) fail(value, member_path(name), "must be one value");
    if (value.size() == 0) fail(value, member_path(name), "must name a status; leave it out for all of them");
    std::string joined;
    for (const auto& element : value) {
      if (!element.IsScalar()) fail(element, member_path(name), "must be a list of plain values");
      if (!joined.empty()) joined += ',';
      joined += element.Scalar();
    }
    return joined;
  }

  std::string member_path(std::string_view name) const { return fmt::format("{}.{}", path_, name); }

  [[noreturn]] void fail(const YAML::Node& node, const std::string& path, const std::string& reason) const {
    throw core::UsageError(where_(node, path) + ": " + reason);
  }

  YAML::Node node_;
  std::string path_;
  const Where& where_;
};

}  // namespace

std::vector<Webhook> read_webhooks(const YAML::Node& list, const Where& where) {
  const std::string path{kWebhooksKey};
  if (!list.IsSequence()) throw core::UsageError(where(list, path) + ": must be a list");
  if (list.size() > kMostWebhooks) {
    throw core::UsageError(fmt::format("{}: must be at most {} endpoints", where(list, path), kMostWebhooks));
  }
  std::vector<Webhook> webhooks;
  for (const auto& node : list) {
    const auto its_path = fmt::format("{}[{}]", path, webhooks.size());
    auto webhook = WebhookReader(node, its_path, where).read();
    if (std::ranges::find(webhooks, webhook.url, &Webhook::url) != webhooks.end()) {
      throw core::UsageError(where(node["url"], its_path + ".url") + ": is there twice");
    }
    webhooks.push_back(std::move(webhook));
  }
  return webhooks;
}

Fault apply_webhooks(Draft& draft, const std::string& text) {
  try {
    const auto where = [](const YAML::Node&, const std::string& path) { return path; };
    draft.settings.notifier.webhooks = read_webhooks(YAML::Load(text), where);
    return std::nullopt;
  } catch (const YAML::Exception& error) {
    return fmt::format("is not a list in YAML or JSON: {}", error.msg);
  } catch (const core::UsageError& error) {
    return error.what();
  }
}

}  // namespace pizza::config
