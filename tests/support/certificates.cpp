#include "support/certificates.hpp"

#include <string>
#include <vector>

#include "core/error.hpp"
#include "support/names.hpp"
#include "support/process.hpp"

namespace pizza::test {
namespace {

namespace fs = std::filesystem;

void openssl(std::vector<std::string> arguments) {
  const auto made = run("/usr/bin/openssl", arguments);
  if (made.exit_code != 0) throw core::Error("openssl " + arguments.front() + ":\n" + made.err);
}

const std::vector<std::string> kNewKey{"-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"};

std::vector<std::string> request(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "req");
  arguments.insert(arguments.end(), kNewKey.begin(), kNewKey.end());
  return arguments;
}

}  // namespace

CertificateAuthority::CertificateAuthority() : folder_(fs::temp_directory_path() / unique_name("pizza_ca")) {
  fs::create_directory(folder_);
  openssl(request({"-x509", "-days", "2", "-subj", "/CN=" + folder_.filename().string(), "-keyout", folder_ / "ca.key",
                   "-out", file()}));
}

CertificateAuthority::~CertificateAuthority() {
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

Certificate CertificateAuthority::issue(const std::string& subject, int days) const {
  const auto name = unique_name("server");
  const Certificate made{folder_ / (name + ".pem"), folder_ / (name + ".key")};
  const auto asked = folder_ / (name + ".csr");
  openssl(
      request({"-subj", "/CN=" + name, "-addext", "subjectAltName=" + subject, "-keyout", made.key, "-out", asked}));
  openssl({"x509", "-req", "-in", asked, "-CA", file(), "-CAkey", folder_ / "ca.key", "-CAcreateserial", "-days",
           std::to_string(days), "-copy_extensions", "copy", "-out", made.file});
  fs::permissions(made.key, fs::perms::others_read, fs::perm_options::add);  // a throw-away key
  return made;
}

}  // namespace pizza::test
