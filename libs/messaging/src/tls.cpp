#include "tls.hpp"

#include <new>

#include <amqp_framing.h>
#include <amqp_ssl_socket.h>
#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

namespace pizza::messaging {
namespace {

constexpr const char* kSystemCertificates = "/etc/ssl/certs/ca-certificates.crt";

/// What was wrong with the last certificate; the handshake runs in the thread that opens the socket.
thread_local std::string refused_certificate;

const char* trusted(const Endpoint& endpoint) {
  return endpoint.ca_file.empty() ? kSystemCertificates : endpoint.ca_file.c_str();
}

int note_refusal(int accepted, X509_STORE_CTX* store) {
  if (accepted == 0) refused_certificate = X509_verify_cert_error_string(X509_STORE_CTX_get_error(store));
  return accepted;
}

/// The newest of OpenSSL's complaints; empty if there is none.
std::string complaint() {
  const auto code = ERR_peek_last_error();
  ERR_clear_error();
  const char* text = code == 0 ? nullptr : ERR_reason_error_string(code);
  return text == nullptr ? "" : text;
}

}  // namespace

amqp_socket_t* new_tls_socket(amqp_connection_state_t state, const Endpoint& endpoint, const std::string& host,
                              const std::string& doing) {
  auto* socket = amqp_ssl_socket_new(state);
  if (socket == nullptr) throw std::bad_alloc();
  refused_certificate.clear();
  ERR_clear_error();
  // OpenSSL itself checks the certificate: it refuses one in the handshake, says why, and knows addresses beside names,
  // which the library does not.
  auto* context = static_cast<SSL_CTX*>(amqp_ssl_socket_get_context(socket));
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, note_refusal);
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  auto* wanted = SSL_CTX_get0_param(context);
  if (X509_VERIFY_PARAM_set1_ip_asc(wanted, host.c_str()) != 1 &&
      X509_VERIFY_PARAM_set1_host(wanted, host.c_str(), host.size()) != 1) {
    throw std::bad_alloc();
  }
  amqp_ssl_socket_set_verify_peer(socket, 1);
  amqp_ssl_socket_set_verify_hostname(socket, 0);  // checked above
  if (SSL_CTX_load_verify_file(context, trusted(endpoint)) != 1) {
    throw BrokerError(
        fmt::format("{}: reading the certificates to trust in {}: {}", doing, trusted(endpoint), complaint()), 0, true);
  }
  return socket;
}

BrokerError tls_failure(const Endpoint& endpoint, int status, const std::string& doing) {
  const auto said = fmt::format("{}: {}", doing, amqp_error_string2(status));
  const auto reason = complaint();
  if (!refused_certificate.empty()) {
    return {
        fmt::format("{}: its certificate is refused: {} (trusted: {})", said, refused_certificate, trusted(endpoint)),
        AMQP_ACCESS_REFUSED, true};
  }
  return {reason.empty() ? said : fmt::format("{}: {} (does it speak TLS on that port?)", said, reason), 0, true};
}

}  // namespace pizza::messaging
