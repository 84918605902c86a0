#pragma once

#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <string>
#include <utility>

namespace pizza::test {

/// A private PostgreSQL and RabbitMQ on loopback (deploy/lib/servers.sh). Throws core::Error with the script's output
/// if one does not start. The methods are thread-safe as long as they do not contradict each other.
///
/// Most tests only need a TestDatabase and a TestVhost, which take the shared pair by default. A test that breaks a
/// server takes a pair of its own (about eight seconds to start):
///   Servers servers = Servers::own();  TestDatabase database{servers};  TestVhost vhost{servers};
///   servers.kill_broker(); …; servers.start_broker();
class Servers {
 public:
  /// The pair of this test run: ctest starts and removes it; a test executable started by hand starts one itself.
  /// Never stop, pause or alarm this one.
  static const Servers& shared();
  /// A pair of one's own; everything of it is gone when this object is, or this process.
  static Servers own();
  /// A pair that somebody else started in this folder, and removes.
  static Servers running(std::filesystem::path folder) { return {std::move(folder), false}; }

  Servers(Servers&& other) noexcept;
  Servers& operator=(Servers&&) = delete;
  Servers(const Servers&) = delete;
  Servers& operator=(const Servers&) = delete;
  ~Servers();

  struct Endpoint {
    std::string host;
    std::uint16_t port = 0;
    std::string user;
    std::string password;
  };
  const Endpoint& database() const { return database_; }  ///< the user is the administrator (superuser)
  const Endpoint& broker() const { return broker_; }      ///< the user may do everything
  std::uint16_t management_port() const { return management_port_; }
  const std::filesystem::path& folder() const { return folder_; }  ///< for deploy/lib/servers.sh

  /// How a database ends: `fast` ends sessions in order, `immediate` is a crash that recovers at the next start.
  enum class Ending { fast, immediate };
  void stop_database(Ending ending = Ending::fast);
  void start_database();
  void restart_database(Ending ending = Ending::fast);
  void pause_database();  ///< SIGSTOP to all its processes: connections stay open, nothing answers
  void resume_database();

  void stop_broker();  ///< in order; takes several seconds
  void kill_broker();  ///< SIGKILL; what was declared in the last two seconds may be forgotten, see flush_broker
  /// Makes the broker write declared queues, exchanges and bindings to disk, which it delays by up to two seconds.
  void flush_broker() const;
  void wipe_broker();  ///< deletes all that a stopped broker stored, virtual hosts too: TestVhost::make_again
  void start_broker();
  void restart_broker();
  void pause_broker();
  void resume_broker();
  void broker_alarm(bool on);  ///< the memory alarm: publishers are blocked
  /// The value of an Erlang expression (with its full stop) in the broker, at once; rabbitmqctl takes seconds.
  std::string eval_in_broker(const std::string& expression) const;
  /// rabbitmqctl with these arguments; returns what it printed.
  std::string rabbitmqctl(std::initializer_list<std::string> arguments) const;

 private:
  Servers(std::filesystem::path folder, bool owned);
  std::string script(std::initializer_list<std::string> arguments) const;
  void read_endpoints();

  std::filesystem::path folder_;
  bool owned_;
  Endpoint database_;
  Endpoint broker_;
  std::uint16_t management_port_ = 0;
};

}  // namespace pizza::test
