#pragma once

#include <set>
#include <string>

namespace pizza::test {

/// Where a process can be reached from outside, by the kernel's own tables: `tcp 127.0.0.1:3000`, `tcp6 [hex]:3000`,
/// `udp …` for bound sockets, `unix path` for those that listen.
std::set<std::string> listening(int pid);

}  // namespace pizza::test
