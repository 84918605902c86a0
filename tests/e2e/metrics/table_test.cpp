#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "core/ids.hpp"
#include "scrape.hpp"
#include "support/eventually.hpp"

using namespace pizza;
using namespace pizza::test;
using namespace std::chrono_literals;

namespace {

struct Metric {
  std::string type;
  std::set<std::string> labels;
  friend bool operator==(const Metric&, const Metric&) = default;
};
std::ostream& operator<<(std::ostream& out, const Metric& metric) {
  out << metric.type << " {";
  for (const auto& label : metric.labels) out << ' ' << label;
  return out << " }";
}
using Metrics = std::map<std::string, Metric>;

/// The words in backticks, without those in parentheses.
std::vector<std::string> words_of(const std::string& cell) {
  std::vector<std::string> words;
  int depth = 0;
  for (std::size_t i = 0; i < cell.size(); ++i) {
    if (cell[i] == '(') ++depth;
    if (cell[i] == ')') --depth;
    if (cell[i] != '`') continue;
    const auto end = cell.find('`', i + 1);
    if (depth == 0) words.push_back(cell.substr(i + 1, end - i - 1));
    i = end;
  }
  return words;
}

/// docs/metrics.md: | names | type | labels | meaning |
Metrics table() {
  Metrics metrics;
  std::ifstream file(std::string{PIZZA_SOURCE_DIR} + "/docs/metrics.md");
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with("| `")) continue;
    std::istringstream cells(line.substr(1));
    std::string names;
    std::string type;
    std::string labels;
    std::getline(cells, names, '|');
    std::getline(cells, type, '|');
    std::getline(cells, labels, '|');
    const auto label_words = words_of(labels);
    for (const auto& name : words_of(names)) {
      metrics[name] = {type.substr(1, type.size() - 2), {label_words.begin(), label_words.end()}};
    }
  }
  return metrics;
}

std::set<std::string> labels_of(const std::string& series) {
  std::set<std::string> labels;
  auto at = series.find('{');
  while (at != std::string::npos) {
    const auto equals = series.find("=\"", at);
    if (equals == std::string::npos) break;
    const auto label = series.substr(at + 1, equals - at - 1);
    if (label != "le") labels.insert(label);
    at = series.find("\",", equals + 2);
    if (at != std::string::npos) ++at;
  }
  return labels;
}

/// What a service's answer holds.
void read(const std::string& text, Metrics& metrics) {
  std::istringstream lines(text);
  std::string name;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("# TYPE ")) {
      std::istringstream words(line.substr(7));
      words >> name;
      words >> metrics[name].type;
    } else if (!line.starts_with('#')) {
      metrics[name].labels = labels_of(line);
    }
  }
}

/// All four services after an order has gone its way, and what they show.
struct Everything {
  Everything() {
    restaurant.start_order_service(order_port.extra());
    restaurant.start_tracking(tracking_port.extra());
    ports = {order_port.port, tracking_port.port,
             restaurant.start_kitchen("chef_counted", {{"--cooking-time=0.1"}, {}}).port,
             restaurant.start_subscriber().port};
    const auto number = restaurant.place(takeout_order());
    REQUIRE(restaurant.wait_status(number, "ready"));
  }
  Restaurant restaurant;
  AdminPort order_port{"PIZZA_ORDER_ADMIN_PORT"};
  AdminPort tracking_port{"PIZZA_TRACKING_ADMIN_PORT"};
  std::vector<std::uint16_t> ports;
};

}  // namespace

TEST_CASE("the table of metrics and what the services show are the same") {
  Everything all;
  Metrics shown;
  for (const auto port : all.ports) read(scrape(port), shown);
  const auto known = table();
  CHECK(known.size() > 20);
  for (const auto& [name, metric] : shown) {
    INFO(name << ": not in docs/metrics.md, or another one there");
    CHECK((known.contains(name) ? known.at(name) : Metric{}) == metric);
  }
  for (const auto& [name, metric] : known) {
    INFO(name << ": in docs/metrics.md only");
    CHECK(shown.contains(name));
  }
}

TEST_CASE("promtool has nothing to say against the metrics of any service") {
  Everything all;
  const auto file = std::filesystem::temp_directory_path() / ("metrics-" + core::random_uuid() + ".txt");
  const auto judged = [&](const std::string& text) {
    std::ofstream(file) << text;
    const auto finished = run("/bin/sh", {"-c", "exec promtool check metrics < " + file.string()});
    std::filesystem::remove(file);
    UNSCOPED_INFO(finished.out << finished.err);
    return finished.exit_code == 0 && finished.out.empty() && finished.err.empty();
  };
  for (const auto port : all.ports) {
    const auto text = scrape(port);
    INFO(text);
    REQUIRE(text.find("pizza_build_info") != std::string::npos);
    CHECK(judged(text));
  }
  CHECK_FALSE(judged("# HELP pizza_orders Orders\n# TYPE pizza_orders counter\npizza_orders 1\n"));
}
