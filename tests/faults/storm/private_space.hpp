#pragma once

#include <filesystem>
#include <string>

#include "support/servers.hpp"

namespace pizza::test {

/// For as long as it lives, this thread, the threads that it starts and all new processes are in a namespace of their
/// own, so that what is done there to the network or to mounts touches nothing else on the machine. For root only.
class PrivateSpace {
 public:
  enum class Kind { network, mounts };
  explicit PrivateSpace(Kind kind);
  ~PrivateSpace();
  PrivateSpace(const PrivateSpace&) = delete;
  PrivateSpace& operator=(const PrivateSpace&) = delete;

  static bool possible();

 private:
  int kind_;
  int before_ = -1;
};

/// In a private network: packets of a TCP port are lost, without a word to anybody.
class LossyPort {
 public:
  enum class Direction { to_server, from_server, both };
  explicit LossyPort(std::uint16_t port) : port_(std::to_string(port)) {}
  void lose(Direction direction);
  void heal();

 private:
  std::string port_;
};

/// Among private mounts: the database's data moves to a disk of this size until the end.
class SmallDisk {
 public:
  SmallDisk(Servers& servers, int megabytes);
  ~SmallDisk();
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;

  /// All but so much of what is free is taken.
  void fill(int kilobytes_left);
  void free_again();

 private:
  Servers& servers_;
  std::filesystem::path data_;
};

}  // namespace pizza::test
