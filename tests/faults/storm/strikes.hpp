#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "faults/storm/storm.hpp"

namespace pizza::test {

/// The faults of the storm, one after the other in an order left to chance: each kind once before any comes again. The
/// storm has to be wired.
class Strikes {
 public:
  /// Nobody in `survivors` (names) is killed or stopped; everything else befalls them too.
  Strikes(Storm& storm, std::vector<std::string> survivors);
  ~Strikes();
  Strikes(const Strikes&) = delete;
  Strikes& operator=(const Strikes&) = delete;

  /// The next one begins and is mended; what it was, in words.
  std::string next();
  /// How often each kind has struck.
  const std::map<std::string, int>& dealt() const { return dealt_; }

 private:
  using Strike = std::function<std::string()>;
  struct Kind {
    std::string name;
    Strike strike;
  };
  void add(std::string name, Strike strike) { kinds_.push_back({std::move(name), std::move(strike)}); }
  void add_services();
  void add_servers();
  void add_wires();
  std::string copy_messages();
  Member& mortal();
  TcpProxy& some_wire(std::string& said);

  Storm& storm_;
  Dice& dice_;
  std::vector<Member*> mortals_;
  std::string spy_;
  std::vector<BrokerMessage> seen_;
  std::vector<Kind> kinds_;
  std::vector<std::size_t> deck_;
  std::map<std::string, int> dealt_;
};

}  // namespace pizza::test
