#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "http/message.hpp"
#include "line_reader.hpp"

namespace pizza::http {

/// Decodes one chunked body that comes in arbitrary pieces. The limit counts decoded bytes; what surrounds them (chunk
/// extensions, trailers: both ignored) has a limit of its own, so that no body of any size can go on for ever.
class ChunkedDecoder {
 public:
  enum class Status { more, complete, refused };

  explicit ChunkedDecoder(std::size_t max_body) : max_body_(max_body) {}

  /// Takes what belongs to this body from the front of `bytes` and appends what it decodes to `body`.
  Status feed(std::string_view& bytes, std::string& body);
  /// After `refused`.
  const Problem& problem() const { return problem_; }

 private:
  enum class Part { size, data, data_end, trailer };

  Status read_line(std::string_view& bytes, std::size_t body_size);
  Status take_size(std::string_view line, std::size_t body_size);
  Status take_trailer(std::string_view line);
  Status refuse(Problem problem);

  std::size_t max_body_;
  Part part_ = Part::size;
  std::size_t left_ = 0;  ///< of the current chunk
  std::size_t surroundings_ = 0;
  LineReader lines_;
  Problem problem_;
};

}  // namespace pizza::http
