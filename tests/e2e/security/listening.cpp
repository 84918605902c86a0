#include "e2e/security/listening.hpp"

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string_view>
#include <vector>

namespace pizza::test {
namespace {

namespace fs = std::filesystem;

std::set<std::string> inodes_of(int pid) {
  std::set<std::string> inodes;
  for (const auto& entry : fs::directory_iterator("/proc/" + std::to_string(pid) + "/fd")) {
    std::error_code gone;
    const auto target = fs::read_symlink(entry.path(), gone).string();
    constexpr std::string_view kSocket = "socket:[";
    if (target.starts_with(kSocket)) inodes.insert(target.substr(kSocket.size(), target.size() - kSocket.size() - 1));
  }
  return inodes;
}

std::vector<std::vector<std::string>> table(int pid, const std::string& name) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/net/" + name);
  std::vector<std::vector<std::string>> rows;
  std::string line;
  std::getline(file, line);  // the heading
  while (std::getline(file, line)) {
    std::istringstream words(line);
    auto& row = rows.emplace_back();
    for (std::string word; words >> word;) row.push_back(word);
  }
  return rows;
}

/// `0100007F:0BB8` as `127.0.0.1:3000`; an IPv6 address stays hexadecimal.
std::string readable(const std::string& address) {
  const auto colon = address.find(':');
  const auto port = std::to_string(std::stoul(address.substr(colon + 1), nullptr, 16));
  if (colon != 8) return "[" + address.substr(0, colon) + "]:" + port;
  const auto bytes = std::stoul(address.substr(0, colon), nullptr, 16);
  std::string text;
  for (unsigned i = 0; i < 4; ++i) text += (i == 0 ? "" : ".") + std::to_string(bytes >> (8 * i) & 255U);
  return text + ":" + port;
}

}  // namespace

std::set<std::string> listening(int pid) {
  const auto own = inodes_of(pid);
  std::set<std::string> found;
  for (const std::string name : {"tcp", "tcp6", "udp", "udp6"}) {
    for (const auto& row : table(pid, name)) {
      const bool is_open = name.starts_with("tcp") ? row.at(3) == "0A" : !row.at(1).ends_with(":0000");
      if (is_open && own.contains(row.at(9))) found.insert(name + " " + readable(row.at(1)));
    }
  }
  for (const auto& row : table(pid, "unix")) {
    constexpr unsigned long kListens = 0x10000;
    if ((std::stoul(row.at(3), nullptr, 16) & kListens) != 0 && own.contains(row.at(6))) {
      found.insert("unix " + (row.size() > 7 ? row[7] : ""));
    }
  }
  return found;
}

}  // namespace pizza::test
