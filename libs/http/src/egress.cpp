#include "http/egress.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include <fmt/format.h>

#include "answer_head.hpp"
#include "http/address.hpp"
#include "outgoing_stream.hpp"

namespace pizza::http {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kMaxHead = 16UL * 1024;  // interim answers included
constexpr int kMostInterim = 10;
constexpr std::size_t kMaxBody = 64UL * 1024;
/// The answer is known when its head is; its body is only taken off the line so that the server sees no broken one.
constexpr auto kBodyPatience = 250ms;

std::vector<Address> usable_addresses(const EgressOptions& options, const Patience& patience) {
  auto addresses = resolve(options.host, options.port, patience.deadline, patience.stop);
  if (!addresses) throw EgressError(addresses.error());
  if (options.allow_private) return std::move(*addresses);
  const auto refused = addresses->front().text();
  std::erase_if(*addresses, [](const Address& address) { return !address.is_public(); });
  if (addresses->empty()) throw EgressError("the address " + refused + " is not public, and allow_private is not set");
  return std::move(*addresses);
}

/// The first that answers; each but the last may take half of the time that is left.
OutgoingStream connect_to_one(const std::vector<Address>& addresses, const Patience& patience) {
  for (std::size_t i = 0; i + 1 < addresses.size(); ++i) {
    const auto now = std::chrono::steady_clock::now();
    try {
      return OutgoingStream::connect(addresses[i],
                                     {.deadline = now + (patience.deadline - now) / 2, .stop = patience.stop});
    } catch (const EgressError&) {
      continue;  // the last one's failure speaks for all
    }
  }
  return OutgoingStream::connect(addresses.back(), patience);
}

std::string request_text(const EgressOptions& options, const std::string& body, const Egress::Headers& headers) {
  const bool is_ipv6 = options.host.find(':') != std::string::npos;
  const bool is_standard = options.port == (options.tls ? 443 : 80);
  auto text = fmt::format("POST {} HTTP/1.1\r\nhost: {}{}{}{}\r\nconnection: close\r\ncontent-length: {}\r\n",
                          options.target, is_ipv6 ? "[" : "", options.host, is_ipv6 ? "]" : "",
                          is_standard ? "" : fmt::format(":{}", options.port), body.size());
  for (const auto& [name, value] : headers) text += fmt::format("{}: {}\r\n", name, value);
  return text + "\r\n" + body;
}

/// What came so far, and how much of it is the head of the answer.
class AnswerReader {
 public:
  AnswerReader(OutgoingStream& stream, const Patience& patience) : stream_(stream), patience_(patience) {}

  EgressAnswer read() {
    for (int interim = 0; interim <= kMostInterim; ++interim) {
      const auto answer = parse_answer_head(read_head());
      if (!answer) throw EgressError("the answer is not HTTP");
      if (answer->status >= 200) return *answer;
    }
    throw EgressError("too many interim answers");
  }

  /// Takes the body off the line, as far as that is quick.
  void drain(const EgressAnswer& answer) {
    std::size_t wanted = kMaxBody;
    if (const auto length = answer.headers.find("content-length"); length != answer.headers.end()) {
      const auto& text = length->second;
      std::size_t size = 0;
      const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), size);
      if (error == std::errc{} && end == text.data() + text.size()) wanted = std::min(wanted, size);
    }
    const Patience little{.deadline = std::min(patience_.deadline, core::after(kBodyPatience)), .stop = patience_.stop};
    try {
      while (received_.size() < wanted && more(little)) {
      }
    } catch (const EgressError&) {
      return;  // the answer stands
    }
  }

 private:
  /// One head with its empty line; what follows it stays in `received_`.
  std::string read_head() {
    for (;;) {
      const auto crlf = received_.find("\r\n\r\n");
      const auto lf = received_.find("\n\n");
      if (crlf != std::string::npos || lf != std::string::npos) {
        const auto size = crlf < lf ? crlf + 4 : lf + 2;
        auto head = received_.substr(0, size);
        received_.erase(0, size);
        heads_ += size;
        return head;
      }
      if (heads_ + received_.size() > kMaxHead) throw EgressError("the head of the answer is too long");
      if (!more(patience_)) throw EgressError("the connection ended before the answer was complete");
    }
  }

  bool more(const Patience& patience) {
    std::array<char, 4096> buffer{};
    const auto size = stream_.read(buffer, patience);
    received_.append(buffer.data(), size);
    return size > 0;
  }

  OutgoingStream& stream_;
  const Patience& patience_;
  std::string received_;
  std::size_t heads_ = 0;  ///< bytes of those that were read
};

EgressAnswer exchange(const EgressOptions& options, const std::string& request, const Patience& patience) {
  auto stream = connect_to_one(usable_addresses(options, patience), patience);
  if (options.tls) stream.start_tls(options.host, patience);
  stream.write(request, patience);
  AnswerReader reader(stream, patience);
  auto answer = reader.read();
  reader.drain(answer);
  return answer;
}

}  // namespace

std::expected<EgressAnswer, std::string> Egress::post(const std::string& body, const Headers& headers,
                                                      const std::stop_token& stop) const {
  try {
    return exchange(options_, request_text(options_, body, headers),
                    {.deadline = core::after(options_.timeout), .stop = stop});
  } catch (const EgressError& error) {
    return std::unexpected(std::string{error.what()});
  }
}

}  // namespace pizza::http
