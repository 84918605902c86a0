#pragma once

#include <string_view>

namespace pizza::test {

/// A second, plainly written opinion on what the strict reader may accept (RFC 8259 and CONTRACT §2), sharing no code
/// with it.
bool is_strict_json(std::string_view text);

}  // namespace pizza::test
