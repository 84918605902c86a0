#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "http/message.hpp"

namespace pizza::http {

/// cpp-httplib's own request processing, run over memory: it is shown a request line in place of the request that is
/// already framed and checked, calls back for the response and formats it. No byte of the client reaches it, so none of
/// its input handling (Range, compression, percent-decoded header values) is exposed. Not thread-safe: one per thread.
class Engine {
 public:
  Engine();
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  /// What the response is to be written for.
  struct Frame {
    std::string_view request_id;
    bool head = false;  ///< no body
    bool http_1_0 = false;
    bool keep_alive = true;
  };
  /// Appends to `out` the bytes of the response that `respond` makes. `respond` must not throw.
  void answer(const Frame& frame, const std::function<Response()>& respond, std::string& out);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace pizza::http
