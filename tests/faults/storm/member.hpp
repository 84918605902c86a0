#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <string>
#include <vector>

#include "support/restaurant.hpp"

namespace pizza::test {

/// One executable of the restaurant that may die and is started again, always with the same name, flags and port, as a
/// supervisor would. Its lives' output is kept. Not thread-safe.
class Member {
 public:
  struct Role {
    std::string name;
    std::string executable;
    std::vector<std::string> flags;
    std::string port_variable;  ///< which setting is the port that answers `/readyz`
    std::map<std::string, std::string> environment;
    std::string admin_variable = {};  ///< which setting is a second port, for operators; empty: it has none
  };

  Member(Restaurant& restaurant, Role role);

  const std::string& name() const { return role_.name; }
  const std::string& executable() const { return role_.executable; }
  bool is(const std::string& executable) const { return role_.executable == executable; }
  std::uint16_t port() const { return port_; }
  /// Where it answers `/metrics`.
  std::uint16_t admin_port() const { return admin_port_; }

  /// Until it is ready; tries again while it ends, for a name that its last life still holds is refused. Throws
  /// core::Error with its output if it is not ready within 60 s.
  void start();
  /// Starts it and does not wait.
  void launch();
  /// The same on a port that is free now: somebody may have been quicker to take the one before.
  void open();
  void kill();
  void freeze();
  void thaw();
  /// SIGTERM; the exit code, -1 if it does not end.
  int stop();
  bool running() { return process_ && process_->running(); }
  bool ready();
  Process& process() { return *process_; }

  /// What all its lives wrote to standard output.
  std::vector<std::string> lines() const;

 private:
  Restaurant& restaurant_;
  Role role_;
  std::uint16_t port_ = 0;
  std::uint16_t admin_port_ = 0;
  std::unique_ptr<Process> process_;
  std::list<std::unique_ptr<Process>> former_;
};

}  // namespace pizza::test
