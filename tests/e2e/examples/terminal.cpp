#include "terminal.hpp"

#include <fstream>

#include <catch2/catch.hpp>

#include "core/clock.hpp"
#include "json/reader.hpp"
#include "support/names.hpp"

namespace pizza::test {

using namespace std::chrono_literals;

namespace {

std::string text_of(const json::Value* value) {
  if (value == nullptr) return "";
  if (const auto* text = value->string()) return *text;
  if (const auto* number = value->number()) return number->text;
  return "";
}

void replace(std::string& text, const std::string& what, const std::string& with) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size())) {
    text.replace(at, what.size(), with);
  }
}

}  // namespace

std::string Curled::text(std::string_view member) const { return text_of(document.find(member)); }

std::string Curled::text(std::size_t index, std::string_view member) const {
  return index < size() ? text_of((*document.array())[index].find(member)) : "";
}

std::size_t Curled::size() const { return document.array() == nullptr ? 0 : document.array()->size(); }

Terminal::Terminal()
    : order_port_(free_port()),
      tracking_port_(free_port()),
      folder_(std::filesystem::temp_directory_path() / unique_name("terminal")) {
  std::filesystem::create_directory(folder_);
  std::filesystem::create_symlink(std::filesystem::path{PIZZA_BIN_DIR} / "restaurant-system",
                                  folder_ / "restaurant-system");
  std::ofstream(folder_ / "config.yaml") << config();
}

Terminal::~Terminal() {
  running_.clear();
  std::filesystem::remove_all(folder_);
}

/// As printed, with our servers; then what keeps tests apart and short.
std::string Terminal::config() const {
  return "# Database Configuration\ndatabase:\n  host: " + database_.server().host +
         "\n  port: " + std::to_string(database_.server().port) + "\n  user: " + database_.user() +
         "\n  password: " + database_.password() + "\n  database: " + database_.name() +
         "\n\n# RabbitMQ Configuration\nrabbitmq:\n  host: " + vhost_.broker().host +
         "\n  port: " + std::to_string(vhost_.broker().port) + "\n  user: " + vhost_.broker().user +
         "\n  password: " + vhost_.broker().password + "\n  vhost: " + vhost_.name() +
         "\norder: {address: 127.0.0.1}\ntracking: {address: 127.0.0.1, port: " + std::to_string(tracking_port_) +
         "}\nkitchen: {cooking_time: 0.2}\n";
}

std::string Terminal::adapted(std::string line) const {
  if (line.ends_with(" &")) line.resize(line.size() - 2);
  replace(line, "3000", std::to_string(order_port_));
  replace(line, "3002", std::to_string(tracking_port_));
  replace(line, "postgres://user:password@localhost/restaurant", database_.url());
  replace(line, "postgres://user:pass@localhost/restaurant", database_.url());
  replace(line, "localhost:5672", vhost_.broker().host + ":" + std::to_string(vhost_.broker().port));
  replace(line, "ORD_20241216_001", order_number_);
  return line;
}

Finished Terminal::run(const std::string& line) {
  return test::run("/bin/sh", {"-c", adapted(line)}, {.environment = environment, .directory = folder_});
}

Process& Terminal::start(const std::string& line) {
  running_.push_back(std::make_unique<Process>("/bin/sh", std::vector<std::string>{"-c", "exec " + adapted(line)},
                                               Process::Options{.environment = environment, .directory = folder_}));
  return *running_.back();
}

LogLine Terminal::start(const std::string& line, const std::string& action) {
  const auto found = start(line).wait_for_line(logs_action(action), core::after(30s));
  INFO(line << "\n" << last().output());
  REQUIRE(found);
  return read_log_line(found->text).value();
}

Curled Terminal::curl(const std::string& line) {
  auto quiet = line;
  quiet.insert(quiet.find("curl") + 4, R"( --silent --max-time 20 --write-out '\n%{http_code}')");
  auto finished = run(quiet);
  INFO(line << "\n" << finished.out << finished.err);
  REQUIRE(finished.exit_code == 0);
  if (finished.out.ends_with('\n')) finished.out.pop_back();
  const auto end = finished.out.rfind('\n');
  REQUIRE(end != std::string::npos);
  Curled result{.status = finished.out.substr(end + 1), .body = finished.out.substr(0, end), .document = {}};
  if (auto document = json::read(result.body)) result.document = std::move(*document);
  return result;
}

std::string Terminal::output() const {
  std::string all;
  for (const auto& process : running_) all += "---\n" + process->output();
  return all;
}

}  // namespace pizza::test
