#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "http/message.hpp"

namespace pizza::http {

/// Frames HTTP/1.1 and 1.0 requests out of bytes that come in arbitrary pieces, strictly (RFC 9112): what two parsers
/// might understand differently is refused, so nothing can be smuggled past a proxy. Every part has a limit, which
/// holds for what was decoded. Pure, not thread-safe; holds only the bytes of the request it is reading.
class RequestReader {
 public:
  struct Limits {
    std::size_t body = 64UL * 1024;
    std::size_t header_section = 16UL * 1024;  ///< all header lines with their ends, without the request line
    std::size_t uri = 2UL * 1024;
  };
  enum class Status {
    more,      ///< all bytes are taken, the request is not complete
    head,      ///< the headers are complete: a chance to refuse; feed again (even nothing) to go on
    complete,  ///< what is left of the bytes belongs to later requests
    refused,   ///< see problem(); the stream is of no further use
  };

  explicit RequestReader(const Limits& limits);
  ~RequestReader();
  RequestReader(const RequestReader&) = delete;
  RequestReader& operator=(const RequestReader&) = delete;

  /// Takes what belongs to this request from the front of `bytes`.
  Status feed(std::string_view& bytes);
  /// Ready for the next request.
  void reset();

  /// Something of the request has been taken (an empty line before it is nothing).
  bool started() const;
  /// What is known of the request, `request_id` excepted; complete after `complete`.
  const Request& request() const;
  Request& request();
  /// The path as it stands in the request line, for Router::match.
  std::string_view raw_path() const;
  bool http_1_0() const;
  /// The client wants to go on using the connection after the answer.
  bool keep_alive() const;
  bool has_body() const;
  /// The client waits for `100 Continue` before it sends the body.
  bool expects_continue() const;
  /// Bytes held.
  std::size_t size() const;
  /// After `refused`.
  const Problem& problem() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace pizza::http
