#pragma once

#include <filesystem>
#include <string>

namespace pizza::test {

/// A certificate and its key, as PEM files that the servers' users can read.
struct Certificate {
  std::filesystem::path file;
  std::filesystem::path key;
};

/// A certificate authority of its own, made with the openssl command in a folder that goes away with it. Throws
/// core::Error with openssl's words.
class CertificateAuthority {
 public:
  CertificateAuthority();
  ~CertificateAuthority();
  CertificateAuthority(const CertificateAuthority&) = delete;
  CertificateAuthority& operator=(const CertificateAuthority&) = delete;

  /// What a client has to trust.
  std::filesystem::path file() const { return folder_ / "ca.pem"; }
  /// For a subject like `DNS:localhost` or `IP:127.0.0.1`. It ran out yesterday if `days` is negative.
  Certificate issue(const std::string& subject, int days = 2) const;

 private:
  std::filesystem::path folder_;
};

}  // namespace pizza::test
