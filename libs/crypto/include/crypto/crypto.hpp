#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace pizza::crypto {

/// What the services need of libcrypto. Pure, thread-safe. Byte strings are std::string.

/// SHA-256, in 64 lower-case hexadecimal digits.
std::string sha256_hex(std::string_view bytes);
/// HMAC-SHA256, 32 bytes.
std::string hmac_sha256(std::string_view key, std::string_view bytes);
/// Whether two secrets are equal, in a time that tells nothing of either.
bool equal_secrets(std::string_view a, std::string_view b);

/// Standard alphabet, padded.
std::string base64(std::string_view bytes);
/// nullopt unless it is exactly what `base64` writes.
std::optional<std::string> from_base64(std::string_view text);

}  // namespace pizza::crypto
