#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "config/settings.hpp"

namespace pizza::config {

/// The settings while they are put together.
struct Draft {
  Settings settings;
  std::uint16_t rabbitmq_port = 0;  ///< for hosts that name none; 0: the protocol's own
};

/// Why a value was refused, or nothing.
using Fault = std::optional<std::string>;

/// One setting: the row that drives the file, the environment, the flags and every message about it.
struct Key {
  enum class Source { everywhere, not_in_file };

  std::string_view name;           ///< `section.key`, as in the file
  std::string_view default_value;  ///< as shown by `--help`; empty: none
  std::function<Fault(Draft&, const std::string&)> apply;
  Source source = Source::everywhere;
  std::string_view short_variable;  ///< `DB_URL` and the like, beside the `PIZZA_…` one
};

/// All of them, in the order in which one source applies them: an address before the parts that refine it.
std::span<const Key> keys();
/// Null if there is none of that name.
const Key* find_key(std::string_view name);

/// `PIZZA_<SECTION>_<KEY>`.
std::string variable_name(const Key& key);
/// Whether the file may have such a section.
bool is_section(std::string_view name);

/// Fills in what follows from other settings.
Settings finished(Draft draft);

}  // namespace pizza::config
