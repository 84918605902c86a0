#include "file.hpp"

#include <set>
#include <sstream>
#include <utility>

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include "core/error.hpp"
#include "values.hpp"
#include "webhooks.hpp"

namespace pizza::config {
namespace {

/// Walks one document. yaml-cpp by itself takes the first of doubled keys, reads `010` as 8 and an empty value as
/// "null", and names neither key nor line (PITFALLS): so values stay text here and every node is looked at.
class FileReader {
 public:
  explicit FileReader(std::string path) : path_(std::move(path)) {}

  std::vector<Given> read(const YAML::Node& root) {
    if (root.IsNull()) return {};
    if (!root.IsMap()) fail(root, "", "must consist of `section:` and `key: value` lines");
    read_map(root, "");
    return std::move(given_);
  }

 private:
  void read_map(const YAML::Node& map, const std::string& section) {
    std::set<std::string> seen;
    for (const auto& member : map) {
      if (!member.first.IsScalar()) fail(member.first, section, "has a key that is not a word");
      const auto path = section.empty() ? member.first.Scalar() : section + '.' + member.first.Scalar();
      if (!seen.insert(path).second) fail(member.first, path, "is there twice");
      read_member(member.first, member.second, path);
    }
  }

  void read_member(const YAML::Node& name, const YAML::Node& value, const std::string& path) {
    const bool is_top_level = path.find('.') == std::string::npos;
    if (is_top_level && is_section(path)) {
      if (value.IsMap()) {
        read_map(value, path);
      } else if (!value.IsNull()) {  // null: every key below it is commented out
        fail(name, path, "is a section: its keys stand below it, indented");
      }
      return;
    }
    const auto* key = find_key(path);
    if (key == nullptr || key->source == Key::Source::not_in_file) fail(name, path, "is not a known key");
    if (key->name == kWebhooksKey) return read_list_of_webhooks(*key, name, value, path);
    given_.push_back({.key = key, .value = scalar_or_list(name, value, path), .where = where(name, path)});
  }

  void read_list_of_webhooks(const Key& key, const YAML::Node& name, const YAML::Node& value, const std::string& path) {
    if (value.IsNull()) fail(name, path, "has no value (write [] for none)");
    auto webhooks =
        read_webhooks(value, [this](const YAML::Node& node, const std::string& of) { return where(node, of); });
    given_.push_back({.key = &key, .where = where(name, path), .store = [webhooks](Draft& draft) {
                        draft.settings.notifier.webhooks = webhooks;
                      }});
  }

  /// A list becomes the form that flags and variables have: one text with commas.
  std::string scalar_or_list(const YAML::Node& name, const YAML::Node& value, const std::string& path) const {
    if (value.IsScalar()) return value.Scalar();
    if (value.IsNull()) fail(name, path, "has no value (write '' for an empty one)");
    if (!value.IsSequence()) fail(name, path, "must be a value, not a section");
    std::string joined;
    for (const auto& element : value) {
      if (!element.IsScalar()) fail(name, path, "must be a list of plain values");
      if (!joined.empty()) joined += ',';
      joined += element.Scalar();
    }
    return joined;
  }

  std::string where(const YAML::Node& node, const std::string& path) const {
    const auto line = fmt::format("{}:{}", path_, node.Mark().line + 1);
    return path.empty() ? line : fmt::format("{}: {}", line, path);
  }

  [[noreturn]] void fail(const YAML::Node& node, const std::string& path, const std::string& reason) const {
    throw core::UsageError(where(node, path) + ": " + reason);
  }

  std::string path_;
  std::vector<Given> given_;
};

/// Where a document begins; the rest of it is nobody's business.
struct Beginning : YAML::EventHandler {
  void OnDocumentStart(const YAML::Mark& mark) override { line = mark.line + 1; }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
  void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
  void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t, const std::string&) override {}
  void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {}
  void OnMapEnd() override {}

  int line = 0;
};

/// The only document; undefined if there is none. yaml-cpp does not get past a misplaced `,` or `]`: LoadAll would find
/// one empty document after the other there, for ever.
YAML::Node load(const std::string& path, const std::string& text) {
  std::istringstream stream(text);
  YAML::Parser parser(stream);
  Beginning document;
  if (!parser.HandleNextDocument(document)) return YAML::Node(YAML::NodeType::Undefined);
  if (parser.HandleNextDocument(document)) {
    throw core::UsageError(
        fmt::format("{}:{}: a second document begins here, or what YAML does not expect here", path, document.line));
  }
  return YAML::Load(text);
}

}  // namespace

std::vector<Given> read_file(const std::string& path) {
  const auto text = read_text_file(path);
  if (!text) throw core::UsageError(fmt::format("{}: {}", path, text.error()));
  try {
    const auto document = load(path, *text);
    return document.IsDefined() ? FileReader(path).read(document) : std::vector<Given>{};
  } catch (const YAML::Exception& error) {
    throw core::UsageError(fmt::format("{}:{}: is not valid YAML: {}", path, error.mark.line + 1, error.msg));
  }
}

}  // namespace pizza::config
