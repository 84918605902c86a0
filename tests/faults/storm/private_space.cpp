#include "faults/storm/private_space.hpp"

#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/error.hpp"
#include "support/process.hpp"

namespace pizza::test {
namespace {

void must(int result, const char* what) {
  if (result < 0) throw std::system_error(errno, std::generic_category(), what);
}

void must_run(const std::string& command) {
  const auto finished = run("/bin/sh", {"-ec", command});
  if (finished.exit_code != 0) throw core::Error(command + " failed:\n" + finished.out + finished.err);
}

void loopback_up() {
  const int socket = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  must(socket, "socket");
  ifreq request{};
  request.ifr_name[0] = 'l';
  request.ifr_name[1] = 'o';
  request.ifr_flags = IFF_UP;
  const int result = ioctl(socket, SIOCSIFFLAGS, &request);
  close(socket);
  must(result, "loopback up");
}

}  // namespace

PrivateSpace::PrivateSpace(Kind kind) : kind_(kind == Kind::network ? CLONE_NEWNET : CLONE_NEWNS) {
  const auto* const own = kind == Kind::network ? "/proc/thread-self/ns/net" : "/proc/thread-self/ns/mnt";
  int made = -1;
  on_starting_thread([&] {
    before_ = open(own, O_RDONLY | O_CLOEXEC);
    must(before_, "own namespace");
    must(unshare(kind_), "unshare");
    made = open(own, O_RDONLY | O_CLOEXEC);
    if (kind == Kind::network) {
      loopback_up();
    } else {
      must(mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr), "private mounts");
    }
  });
  const int entered = unshare(CLONE_FS) == 0 ? setns(made, kind_) : -1;  // mounts are not entered with a shared folder
  close(made);
  must(entered, "setns");
}

PrivateSpace::~PrivateSpace() {
  on_starting_thread([&] { setns(before_, kind_); });
  setns(before_, kind_);
  close(before_);
}

bool PrivateSpace::possible() { return geteuid() == 0; }

void LossyPort::lose(Direction direction) {
  if (direction != Direction::from_server) must_run("iptables -w -A INPUT -p tcp --dport " + port_ + " -j DROP");
  if (direction != Direction::to_server) must_run("iptables -w -A INPUT -p tcp --sport " + port_ + " -j DROP");
}

void LossyPort::heal() { must_run("iptables -w -F INPUT"); }

SmallDisk::SmallDisk(Servers& servers, int megabytes)
    : servers_(servers), data_(std::filesystem::canonical(servers.folder() / "data") / "postgres") {
  servers_.stop_database();
  const auto data = data_.string();
  must_run("mv " + data + " " + data + ".was; mkdir " + data + "; mount -t tmpfs -o size=" + std::to_string(megabytes) +
           "m none " + data + "; chown --reference=" + data + ".was " + data + "; chmod 700 " + data + "; cp -a " +
           data + ".was/. " + data);
  servers_.start_database();
}

SmallDisk::~SmallDisk() {
  try {
    free_again();
    servers_.stop_database(Servers::Ending::immediate);
    must_run("umount " + data_.string());
  } catch (const std::exception&) {  // NOLINT(bugprone-empty-catch)
    // The namespace takes its mounts with it.
  }
}

void SmallDisk::fill(int kilobytes_left) {
  const auto data = data_.string();
  // The database writes meanwhile: with a little less it goes.
  must_run("for less in 0 500 2000 5000; do free=$(df --output=avail -k " + data +
           " | tail -n 1); fallocate -l $((free - less - " + std::to_string(kilobytes_left) + "))K " + data +
           "/filler && exit 0; done; exit 1");
}

void SmallDisk::free_again() { must_run("rm -f " + data_.string() + "/filler"); }

}  // namespace pizza::test
