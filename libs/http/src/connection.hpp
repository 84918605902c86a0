#pragma once

#include <chrono>
#include <cstddef>
#include <list>
#include <string>
#include <utility>

#include "http/request_reader.hpp"
#include "http/router.hpp"
#include "unique_fd.hpp"

namespace pizza::http {

/// One client. Belongs to the event loop's thread, except while `busy`: then to the handler thread that answers it.
struct Connection {
  enum class State {
    fresh,     ///< accepted, no byte yet
    idle,      ///< between requests
    head,      ///< a request line or headers are on their way
    body,      ///< a body is on its way
    busy,      ///< with a handler
    writing,   ///< the client takes the response slowly
    draining,  ///< all is sent and shut; what the client still sends is thrown away, so that it sees the answer
    closed,    ///< to be forgotten when the current events are done
  };
  static constexpr std::size_t kStates = 8;

  Connection(UniqueFd fd, const RequestReader::Limits& limits) : socket(std::move(fd)), reader(limits) {}

  bool is_reading() const { return state <= State::body; }
  /// Sends what it can of `out` without blocking.
  void flush() noexcept;
  void forget_request();

  UniqueFd socket;
  RequestReader reader;
  std::string pending;  ///< received, but of later requests
  std::string out;      ///< to be sent, from `sent` on
  std::size_t sent = 0;
  std::size_t drained = 0;
  std::size_t counted = 0;  ///< bytes this connection holds, as last counted
  Router::Match match;
  bool readable = false;     ///< the socket may hold bytes (it is watched edge-triggered)
  bool peer_closed = false;  ///< the client has sent all it will
  bool broken = false;       ///< sending failed
  bool last_answer = false;  ///< close after `out`
  State state = State::fresh;
  std::chrono::steady_clock::time_point since;
  std::list<Connection>::iterator self;
};

}  // namespace pizza::http
