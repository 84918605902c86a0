#include "chunked_decoder.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "header_syntax.hpp"
#include "refusals.hpp"

namespace pizza::http {
namespace {

constexpr std::size_t kMaxLine = 256;
/// Extensions and trailers of a whole body. Sizes and line ends are not counted: a chunk brings at least one byte.
constexpr std::size_t kMaxSurroundings = 4096;
constexpr std::size_t kMaxSizeDigits = 15;

}  // namespace

ChunkedDecoder::Status ChunkedDecoder::feed(std::string_view& bytes, std::string& body) {
  while (!bytes.empty()) {
    if (part_ == Part::data) {
      const auto piece = bytes.substr(0, left_);
      body.append(piece);
      bytes.remove_prefix(piece.size());
      left_ -= piece.size();
      if (left_ == 0) part_ = Part::data_end;
    } else if (const auto status = read_line(bytes, body.size()); status != Status::more) {
      return status;
    }
  }
  return Status::more;
}

ChunkedDecoder::Status ChunkedDecoder::read_line(std::string_view& bytes, std::size_t body_size) {
  switch (lines_.read(bytes, kMaxLine)) {
    case LineReader::Outcome::more:
      return Status::more;
    case LineReader::Outcome::too_long:
      return refuse(bad_request("a line of the chunked body is too long"));
    case LineReader::Outcome::bare_line_feed:
      return refuse(bad_request("a line ends without carriage return"));
    case LineReader::Outcome::line:
      break;
  }
  const auto line = lines_.line();
  if (part_ == Part::size) return take_size(line, body_size);
  if (part_ == Part::trailer) return take_trailer(line);
  if (!line.empty()) return refuse(bad_request("a chunk is longer than its size says"));
  part_ = Part::size;
  return Status::more;
}

ChunkedDecoder::Status ChunkedDecoder::take_size(std::string_view line, std::size_t body_size) {
  const auto digits = line.substr(0, line.find_first_not_of("0123456789abcdefABCDEF"));
  const auto extension = line.substr(digits.size());
  if (digits.empty() || (!extension.empty() && extension.front() != ';') || !is_field_value(extension)) {
    return refuse(bad_request("a chunk size is not valid"));
  }
  surroundings_ += extension.size();
  if (surroundings_ > kMaxSurroundings) return refuse(bad_request("the chunk extensions are too long"));
  if (digits.size() > kMaxSizeDigits) return refuse(payload_too_large());
  std::from_chars(digits.data(), digits.data() + digits.size(), left_, 16);
  if (left_ > max_body_ - std::min(body_size, max_body_)) return refuse(payload_too_large());
  part_ = left_ == 0 ? Part::trailer : Part::data;
  return Status::more;
}

ChunkedDecoder::Status ChunkedDecoder::take_trailer(std::string_view line) {
  if (line.empty()) return Status::complete;
  surroundings_ += line.size();
  if (surroundings_ > kMaxSurroundings) return refuse(headers_too_large());
  if (!split_header(line)) return refuse(bad_request("a trailer is not valid"));
  return Status::more;
}

ChunkedDecoder::Status ChunkedDecoder::refuse(Problem problem) {
  problem_ = std::move(problem);
  return Status::refused;
}

}  // namespace pizza::http
