#pragma once

#include <atomic>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "faults/storm/storm.hpp"

namespace pizza::test {

/// Those who ask and order nothing: how far an order is, its history, which cooks there are; and a Prometheus that
/// reads
/// `/metrics` of every process. As long as it lives. No answer and a refusal are as they may be; an order that was
/// promised and is said not to be there is not.
class Guests {
 public:
  Guests(Storm& storm, int count);
  ~Guests();
  Guests(const Guests&) = delete;
  Guests& operator=(const Guests&) = delete;

  std::size_t answers() const { return answers_; }
  std::vector<std::string> wrong() const;

 private:
  void ask(Dice dice);
  void scrape();
  void get(std::uint16_t port, const std::string& path);

  const Customers& customers_;
  std::vector<std::uint16_t> asked_;    ///< who answers questions
  std::vector<std::uint16_t> scraped_;  ///< operators' ports
  std::atomic<bool> over_ = false;
  std::atomic<std::size_t> answers_ = 0;
  mutable std::mutex mutex_;
  std::vector<std::string> wrong_;
  std::vector<std::thread> threads_;
};

}  // namespace pizza::test
