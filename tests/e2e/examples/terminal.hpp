#pragma once

#include <cstdint>
#include <filesystem>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "json/value.hpp"
#include "support/log_line.hpp"
#include "support/process.hpp"
#include "support/test_database.hpp"
#include "support/test_vhost.hpp"

namespace pizza::test {

/// What `curl` printed.
struct Curled {
  std::string status;
  std::string body;
  json::Value document;

  /// A text, or a number exactly as it is written; empty if there is no such member.
  std::string text(std::string_view member) const;
  /// The same of the element of an array.
  std::string text(std::size_t index, std::string_view member) const;
  std::size_t size() const;
};

/// A shell in a folder with `./restaurant-system` and the `config.yaml` of the specification, so that command lines run
/// as they are printed. Only what cannot be the same for tests that run at once is replaced in them: the ports 3000 and
/// 3002, and where the servers are. The database and the virtual host are empty.
class Terminal {
 public:
  Terminal();
  ~Terminal();
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  /// Runs a line to its end.
  Finished run(const std::string& line);
  /// Leaves it running; a `&` at its end is the printed one.
  Process& start(const std::string& line);
  /// The same, and the line it logs with this action; fails the test if none comes.
  LogLine start(const std::string& line, const std::string& action);
  /// The last that was started.
  Process& last() { return *running_.back(); }
  /// `curl …` as printed.
  Curled curl(const std::string& line);
  /// `ORD_20241216_001` of the printed lines is this order from now on.
  void call_order(std::string number) { order_number_ = std::move(number); }

  std::uint16_t order_port() const { return order_port_; }
  std::uint16_t tracking_port() const { return tracking_port_; }
  TestDatabase& database() { return database_; }
  TestVhost& vhost() { return vhost_; }
  const std::filesystem::path& folder() const { return folder_; }
  /// Variables that every later line sees.
  std::map<std::string, std::string> environment{{"LOG_LEVEL", "DEBUG"}};
  /// What everything wrote.
  std::string output() const;

 private:
  std::string adapted(std::string line) const;
  std::string config() const;

  TestDatabase database_;
  TestVhost vhost_;
  std::uint16_t order_port_;
  std::uint16_t tracking_port_;
  std::string order_number_ = "ORD_20241216_001";
  std::filesystem::path folder_;
  std::list<std::unique_ptr<Process>> running_;
};

}  // namespace pizza::test
