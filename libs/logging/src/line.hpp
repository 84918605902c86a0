#pragma once

#include <string>
#include <string_view>

#include "logging/logger.hpp"

namespace pizza::logging {

/// What every line of one process says about it.
struct Identity {
  std::string service;
  std::string hostname;
  std::string request_id;
  std::string worker_name;
};

/// One whole JSON object without line end, below 64 KiB whatever the entry holds.
std::string format_line(const Identity& identity, Level level, const Entry& entry);

/// An ERROR line up to and with `error.msg`: its stack is worked out later, off the caller's thread.
std::string begin_failure(const Identity& identity, const Entry& entry, std::string_view cause);
/// Adds `error.stack` to a line begun that way and closes it.
void finish_failure(std::string& line, std::string_view stack);

}  // namespace pizza::logging
