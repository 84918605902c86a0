#include "http/request_reader.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <limits>
#include <optional>
#include <utility>

#include "chunked_decoder.hpp"
#include "header_syntax.hpp"
#include "line_reader.hpp"
#include "percent.hpp"
#include "refusals.hpp"

namespace pizza::http {
namespace {

constexpr std::size_t kMaxMethod = 32;
constexpr std::size_t kMaxHeaders = 100;
constexpr std::string_view kVersion = "HTTP/1.1";

/// Said twice, these could be understood in two ways; every other doubled header is a list.
bool is_single(std::string_view name) {
  return name == "host" || name == "content-length" || name == "transfer-encoding" || name == "authorization" ||
         name == "content-type";
}

bool is_host(std::string_view host) {
  return std::ranges::none_of(host, [](char c) {
    return static_cast<unsigned char>(c) <= 0x20U || static_cast<unsigned char>(c) >= 0x7FU ||
           std::string_view{"\"#,/<>?@\\^`{|}"}.find(c) != std::string_view::npos;
  });
}

/// What follows scheme and authority of an absolute URI; the target itself if it is none.
std::string_view origin_form(std::string_view target) {
  constexpr std::string_view kScheme = "http://";
  if (!equals_ignoring_case(target.substr(0, kScheme.size()), kScheme)) return target;
  const auto path = target.find_first_of("/?", kScheme.size());
  return path == std::string_view::npos ? std::string_view{"/"} : target.substr(path);
}

/// A request begins with a method or an empty line; a TLS greeting, say, need not be waited for any longer.
bool may_begin_request(std::string_view line) {
  return line.empty() || line.starts_with('\r') || is_token(line.substr(0, 1));
}

}  // namespace

struct RequestReader::State {
  enum class Part { request_line, headers, head_complete, sized_body, chunked_body };

  explicit State(const Limits& wanted) : limits(wanted), chunks(wanted.body) {}

  Status read_head(std::string_view& bytes);
  Status take_request_line(std::string_view line);
  Status take_target(std::string_view target);
  Status take_header(std::string_view line);
  Status finish_head();
  bool take_length(std::string_view text);
  Status begin_body();
  Status read_sized_body(std::string_view& bytes);
  Status read_chunked_body(std::string_view& bytes);
  Problem line_too_long() const;
  Status refuse(Problem why) {
    problem = std::move(why);
    return Status::refused;
  }

  Limits limits;
  Part part = Part::request_line;
  LineReader lines;
  ChunkedDecoder chunks;
  Request request;
  std::string raw_path;
  Problem problem;
  std::uint64_t content_length = 0;
  std::size_t header_bytes = 0;
  std::size_t header_count = 0;
  bool skipped_empty_line = false;
  bool http_1_0 = false;
  bool keep_alive = true;
  bool chunked = false;
};

RequestReader::RequestReader(const Limits& limits) : state_(std::make_unique<State>(limits)) {}
RequestReader::~RequestReader() = default;

RequestReader::Status RequestReader::feed(std::string_view& bytes) {
  auto& state = *state_;
  switch (state.part) {
    case State::Part::request_line:
    case State::Part::headers:
      return state.read_head(bytes);
    case State::Part::head_complete:
      if (const auto status = state.begin_body(); status != Status::more) return status;
      return feed(bytes);
    case State::Part::sized_body:
      return state.read_sized_body(bytes);
    case State::Part::chunked_body:
      return state.read_chunked_body(bytes);
  }
  std::unreachable();
}

RequestReader::Status RequestReader::State::read_head(std::string_view& bytes) {
  for (;;) {
    const bool first = part == Part::request_line;
    const auto limit =
        first ? kMaxMethod + 1 + limits.uri + 1 + kVersion.size() + 2 : limits.header_section - header_bytes;
    switch (lines.read(bytes, limit)) {
      case LineReader::Outcome::more:
        if (first && !may_begin_request(lines.unfinished())) return refuse(bad_request("this is not HTTP"));
        return Status::more;
      case LineReader::Outcome::too_long:
        return refuse(line_too_long());
      case LineReader::Outcome::bare_line_feed:
        return refuse(bad_request("a line ends without carriage return"));
      case LineReader::Outcome::line:
        break;
    }
    const auto status = first ? take_request_line(lines.line()) : take_header(lines.line());
    if (status != Status::more) return status;
  }
}

Problem RequestReader::State::line_too_long() const {
  if (part == Part::headers) return headers_too_large();
  const auto line = lines.unfinished();
  const auto method = line.substr(0, line.find(' '));
  return method.size() <= kMaxMethod && is_token(method) ? uri_too_long() : bad_request("the method is not valid");
}

RequestReader::Status RequestReader::State::take_request_line(std::string_view line) {
  if (line.empty() && !skipped_empty_line) {  // RFC 9112, 2.2: some clients send one too many after a body
    skipped_empty_line = true;
    return Status::more;
  }
  const auto first_space = line.find(' ');
  const auto last_space = line.rfind(' ');
  if (first_space == last_space) return refuse(bad_request("the request line is not valid"));
  const auto method = line.substr(0, first_space);
  const auto version = line.substr(last_space + 1);
  if (!is_token(method) || method.size() > kMaxMethod) return refuse(bad_request("the method is not valid"));
  request.method = method;
  if (version != kVersion && version != "HTTP/1.0") {
    return refuse(version.starts_with("HTTP/") ? version_not_supported() : bad_request("the version is not valid"));
  }
  http_1_0 = version != kVersion;
  part = Part::headers;
  return take_target(line.substr(first_space + 1, last_space - first_space - 1));
}

RequestReader::Status RequestReader::State::take_target(std::string_view target) {
  if (target.size() > limits.uri) return refuse(uri_too_long());
  if (!std::ranges::all_of(target, [](char c) { return c > 0x20 && c < 0x7F && c != '#'; })) {
    return refuse(bad_request("the URI is not valid"));
  }
  if (target == "*" && request.method == "OPTIONS") {
    request.path = raw_path = target;
    return Status::more;
  }
  const auto origin = origin_form(target);
  const auto path = origin.substr(0, origin.find('?'));
  const auto query = origin.substr(std::min(path.size() + 1, origin.size()));
  raw_path = path.empty() && origin.data() != target.data() ? "/" : path;
  auto decoded_path = percent_decode(raw_path);
  auto decoded_query = parse_query(query);
  if (!raw_path.starts_with('/') || !decoded_path || !decoded_query) {
    return refuse(bad_request("the URI is not valid"));
  }
  request.path = std::move(*decoded_path);
  request.query = std::move(*decoded_query);
  return Status::more;
}

RequestReader::Status RequestReader::State::take_header(std::string_view line) {
  if (line.empty()) return finish_head();
  header_bytes += line.size() + 2;
  if (++header_count > kMaxHeaders) return refuse(headers_too_large());
  const auto header = split_header(line);
  if (!header) return refuse(bad_request("a header line is not valid"));
  const auto [name, value] = *header;
  const auto [place, added] = request.headers.try_emplace(to_lower(name), value);
  if (added) return Status::more;
  if (is_single(place->first)) return refuse(bad_request("a header is given twice: " + place->first));
  place->second.append(", ").append(value);
  return Status::more;
}

RequestReader::Status RequestReader::State::finish_head() {
  const auto& headers = request.headers;
  const auto host = headers.find("host");
  if (host == headers.end() ? !http_1_0 : !is_host(host->second)) return refuse(bad_request("Host is not valid"));

  const auto length = headers.find("content-length");
  const auto coding = headers.find("transfer-encoding");
  if (coding != headers.end()) {
    if (length != headers.end()) return refuse(bad_request("Content-Length and Transfer-Encoding exclude each other"));
    if (http_1_0 || !equals_ignoring_case(coding->second, "chunked")) {
      return refuse(bad_request("Transfer-Encoding is not valid"));
    }
    chunked = true;
  } else if (length != headers.end()) {
    if (!take_length(length->second)) return refuse(bad_request("Content-Length is not valid"));
  }
  const auto connection = request.header("connection");
  keep_alive = http_1_0 ? lists(connection, "keep-alive") && !lists(connection, "close") : !lists(connection, "close");
  part = Part::head_complete;
  return Status::head;
}

bool RequestReader::State::take_length(std::string_view text) {
  if (text.empty() || text.find_first_not_of("0123456789") != std::string_view::npos) return false;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), content_length);
  if (error != std::errc{}) content_length = std::numeric_limits<std::uint64_t>::max();  // too large in any case
  return true;
}

RequestReader::Status RequestReader::State::begin_body() {
  const auto encoding = request.header("content-encoding");
  if (!encoding.empty() && !equals_ignoring_case(encoding, "identity")) return refuse(unsupported_media_type());
  if (content_length > limits.body) return refuse(payload_too_large());
  part = chunked ? Part::chunked_body : Part::sized_body;
  return Status::more;
}

RequestReader::Status RequestReader::State::read_sized_body(std::string_view& bytes) {
  const auto piece = bytes.substr(0, content_length - request.body.size());
  request.body.append(piece);
  bytes.remove_prefix(piece.size());
  return request.body.size() == content_length ? Status::complete : Status::more;
}

RequestReader::Status RequestReader::State::read_chunked_body(std::string_view& bytes) {
  switch (chunks.feed(bytes, request.body)) {
    case ChunkedDecoder::Status::more:
      return Status::more;
    case ChunkedDecoder::Status::complete:
      return Status::complete;
    case ChunkedDecoder::Status::refused:
      return refuse(chunks.problem());
  }
  std::unreachable();
}

void RequestReader::reset() { *state_ = State(state_->limits); }

bool RequestReader::started() const {
  return state_->part != State::Part::request_line || !state_->lines.unfinished().empty();
}
const Request& RequestReader::request() const { return state_->request; }
Request& RequestReader::request() { return state_->request; }
std::string_view RequestReader::raw_path() const { return state_->raw_path; }
bool RequestReader::http_1_0() const { return state_->http_1_0; }
bool RequestReader::keep_alive() const { return state_->keep_alive; }

bool RequestReader::has_body() const { return state_->chunked || state_->content_length > 0; }

bool RequestReader::expects_continue() const {
  const auto& state = *state_;
  return !state.http_1_0 && has_body() && equals_ignoring_case(state.request.header("expect"), "100-continue");
}

std::size_t RequestReader::size() const {
  const auto& state = *state_;
  return state.lines.unfinished().size() + state.header_bytes + state.request.body.size();
}

const Problem& RequestReader::problem() const { return state_->problem; }

}  // namespace pizza::http
