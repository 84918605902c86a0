#include "phrases.hpp"

namespace pizza::json {
namespace {

/// RapidJSON calls a raw control character in a string a bad escape, and a raw NUL a missing quote.
bool is_raw_control(std::string_view document, std::size_t offset) {
  return offset < document.size() && static_cast<unsigned char>(document[offset]) < 0x20;
}

}  // namespace

std::string_view phrase_for(rapidjson::ParseErrorCode code, std::string_view document, std::size_t offset) {
  switch (code) {
    case rapidjson::kParseErrorDocumentEmpty:
      return "empty document";
    case rapidjson::kParseErrorDocumentRootNotSingular:
      return "data after the document";
    case rapidjson::kParseErrorValueInvalid:
      return "invalid value";
    case rapidjson::kParseErrorObjectMissName:
      return "expected a key";
    case rapidjson::kParseErrorObjectMissColon:
      return "expected ':' after a key";
    case rapidjson::kParseErrorObjectMissCommaOrCurlyBracket:
      return "expected ',' or '}'";
    case rapidjson::kParseErrorArrayMissCommaOrSquareBracket:
      return "expected ',' or ']'";
    case rapidjson::kParseErrorStringUnicodeEscapeInvalidHex:
      return "invalid \\u escape";
    case rapidjson::kParseErrorStringUnicodeSurrogateInvalid:
      return "lone surrogate";
    case rapidjson::kParseErrorStringInvalidEncoding:
      return "invalid UTF-8";
    case rapidjson::kParseErrorStringEscapeInvalid:
      return is_raw_control(document, offset) ? kControlCharacter : "invalid escape";
    case rapidjson::kParseErrorStringMissQuotationMark:
      return is_raw_control(document, offset) ? kControlCharacter : "unterminated string";
    case rapidjson::kParseErrorNumberTooBig:
      return "number out of range";
    case rapidjson::kParseErrorNumberMissFraction:
      return "expected a digit after '.'";
    case rapidjson::kParseErrorNumberMissExponent:
      return "expected a digit in the exponent";
    default:
      return "invalid JSON";
  }
}

}  // namespace pizza::json
