#include "crypto/crypto.hpp"

#include <string>

#include <catch2/catch.hpp>

namespace pizza::crypto {
namespace {

std::string hex(const std::string& bytes) {
  std::string text;
  for (const auto c : bytes) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    text += kDigits[static_cast<unsigned char>(c) / 16];
    text += kDigits[static_cast<unsigned char>(c) % 16];
  }
  return text;
}

TEST_CASE("SHA-256 of the vectors of FIPS 180-2") {
  CHECK(sha256_hex("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(sha256_hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(sha256_hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq") ==
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  CHECK(sha256_hex(std::string(1'000'000, 'a')) == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
  CHECK(sha256_hex(std::string(1, '\0')) == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
}

TEST_CASE("HMAC-SHA256 of the vectors of RFC 4231") {
  CHECK(hex(hmac_sha256(std::string(20, '\x0b'), "Hi There")) ==
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  CHECK(hex(hmac_sha256("Jefe", "what do ya want for nothing?")) ==
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  CHECK(hex(hmac_sha256(std::string(20, '\xaa'), std::string(50, '\xdd'))) ==
        "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe");
  // A key longer than a block is hashed first.
  CHECK(hex(hmac_sha256(std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First")) ==
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
  CHECK(hmac_sha256("", "").size() == 32);
}

TEST_CASE("base64 of the vectors of RFC 4648, there and back") {
  struct Case {
    std::string bytes;
    std::string text;
  };
  const auto c = GENERATE(values<Case>({{"", ""},
                                        {"f", "Zg=="},
                                        {"fo", "Zm8="},
                                        {"foo", "Zm9v"},
                                        {"foob", "Zm9vYg=="},
                                        {"fooba", "Zm9vYmE="},
                                        {"foobar", "Zm9vYmFy"},
                                        {std::string(3, '\0'), "AAAA"},
                                        {std::string(1, '\0'), "AA=="},
                                        {"\xff\xfe\xfd", "//79"},
                                        {"\xfb\xff", "+/8="}}));
  CAPTURE(c.text);
  CHECK(base64(c.bytes) == c.text);
  CHECK(from_base64(c.text) == c.bytes);
}

TEST_CASE("bytes of any length and value survive base64") {
  std::string bytes;
  for (int i = 0; i < 600; ++i) {
    CHECK(from_base64(base64(bytes)) == bytes);
    bytes += static_cast<char>(i * 7);
  }
}

TEST_CASE("what base64 never writes is refused, also where another decoder would forgive it") {
  for (const std::string text :
       {"Z",     "Zg",    "Zg=",    "Zm9",    "Zm8",  "Zg==Zg==", "=",    "==",   "====",  "Z===",         "Zg= =",
        " Zg==", "Zg== ", "Zg==\n", "Zm\n9v", "Zh==", "Zm9=",     "Zm_v", "Zm-v", "Zm9v!", "Zm9v\xc3\xa9", "=Zg="}) {
    CAPTURE(text);
    CHECK_FALSE(from_base64(text));
  }
  CHECK_FALSE(from_base64(std::string("Zm9\0", 4)));
}

TEST_CASE("secrets are equal if every byte is, and only then") {
  CHECK(equal_secrets("", ""));
  CHECK(equal_secrets("token", "token"));
  CHECK(equal_secrets(std::string("a\0b", 3), std::string("a\0b", 3)));
  CHECK_FALSE(equal_secrets("token", "Token"));
  CHECK_FALSE(equal_secrets("token", "toke"));
  CHECK_FALSE(equal_secrets("token", "tokens"));
  CHECK_FALSE(equal_secrets("token", ""));
  CHECK_FALSE(equal_secrets(std::string("a\0b", 3), std::string("a\0c", 3)));
}

}  // namespace
}  // namespace pizza::crypto
