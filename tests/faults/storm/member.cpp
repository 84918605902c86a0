#include "faults/storm/member.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>

#include "core/error.hpp"
#include "support/eventually.hpp"
#include "support/names.hpp"

namespace pizza::test {

using namespace std::chrono_literals;

Member::Member(Restaurant& restaurant, Role role) : restaurant_(restaurant), role_(std::move(role)) {}

void Member::open() {
  port_ = free_port();
  role_.environment[role_.port_variable] = std::to_string(port_);
  admin_port_ = role_.admin_variable.empty() ? port_ : free_port();
  if (admin_port_ != port_) role_.environment[role_.admin_variable] = std::to_string(admin_port_);
  launch();
}

void Member::launch() {
  if (process_) former_.push_back(std::move(process_));
  process_ = restaurant_.launch(role_.executable, role_.flags, {{}, role_.environment});
}

void Member::start() {
  launch();
  const bool is_up = eventually(core::after(60s), [&] {
    if (!running()) launch();
    return ready();
  });
  if (!is_up) throw core::Error(name() + " does not become ready:\n" + process_->output());
}

void Member::kill() {
  process_->signal(SIGKILL);
  process_->wait_exit(core::after(10s));
}

void Member::freeze() { process_->signal(SIGSTOP); }
void Member::thaw() { process_->signal(SIGCONT); }
int Member::stop() { return process_->terminate(core::after(60s)).value_or(-1); }

bool Member::ready() {
  // Where another process was quicker to take the port, that one might answer.
  const auto said = running() ? process_->stdout_lines() : std::vector<std::string>{};
  const auto is_start = [](const std::string& line) { return line.find("\"service_started\"") != std::string::npos; };
  if (std::ranges::none_of(said, is_start)) return false;
  const auto answer = http::Client("127.0.0.1", port_, 2s).send("GET", "/readyz");
  return answer && answer->status == 200;
}

std::vector<std::string> Member::lines() const {
  std::vector<std::string> all;
  const auto add = [&](const Process& process) {
    auto lines = process.stdout_lines();
    all.insert(all.end(), std::make_move_iterator(lines.begin()), std::make_move_iterator(lines.end()));
  };
  for (const auto& process : former_) add(*process);
  if (process_) add(*process_);
  return all;
}

}  // namespace pizza::test
