#pragma once

#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "faults/storm/customers.hpp"
#include "faults/storm/dice.hpp"
#include "faults/storm/member.hpp"
#include "support/restaurant.hpp"
#include "support/servers.hpp"
#include "support/tcp_proxy.hpp"

namespace pizza::test {

/// A whole restaurant under load: two order-services, three kitchen-workers (one of them for two types only), tracking
/// and a named subscriber, and customers who do not stop. A case strikes it again and again; after each strike all must
/// become quiet, and then the books must balance.
///
///   Storm storm;
///   storm.rounds(6, [&](Dice& dice) { auto& victim = …; victim.kill(); storm.note("kill -9 " + victim.name());
///   victim.start(); }); storm.close();
class Storm {
 public:
  struct Options {
    /// The services reach the servers through `to_database()` and `to_broker()`.
    bool wired = false;
    /// Further settings of all kitchen-workers.
    std::map<std::string, std::string> kitchen_environment = {};
    int customers = 8;
    /// How long a customer rests after each order.
    Customers::Rest rest = {};
    /// The faults of this case may take notifications with them that nobody has shown.
    bool loses_notifications = false;
    /// Further settings of all services.
    std::map<std::string, std::string> environment = {};
    /// A second tracking-service and a second subscriber too, so that of each service one may be killed and one may
    /// not.
    bool in_pairs = false;
  };
  explicit Storm(Options options);
  Storm() : Storm(Options{}) {}
  /// On servers of the case's own.
  Storm(Servers& servers, Options options);
  ~Storm();

  Servers& servers() { return servers_; }
  Restaurant& restaurant() { return restaurant_; }
  TcpProxy& to_database() { return *to_database_; }
  TcpProxy& to_broker() { return *to_broker_; }
  Dice& dice() { return dice_; }
  Customers& customers() { return *customers_; }
  std::vector<Member*> members();
  std::vector<Member*> members(const std::string& executable);
  Member& member(const std::string& name);

  /// What was struck in this round, for the line that is printed about it.
  void note(const std::string& what);
  /// `bounded` times (the long set: ten times as often): customers order, the strike falls at a random moment and mends
  /// what it broke, all becomes quiet, the books are looked at.
  void rounds(int bounded, const std::function<void(Dice&)>& strike);
  /// A round begins: customers order, and have been promised something.
  void begin();
  /// A round ends: customers finish what they began, all becomes quiet, and the books must balance.
  void take_stock();
  /// Until every order has gone its way and nothing is owed.
  bool becomes_quiet();
  /// The end of a case: every service stops cleanly, and no queue holds anything any more.
  void close();

 private:
  void explain(const std::vector<std::string>& findings);
  std::vector<std::string> look_at_books();

  const Options options_;
  Servers& servers_;
  Restaurant restaurant_;
  std::unique_ptr<TcpProxy> to_database_;
  std::unique_ptr<TcpProxy> to_broker_;
  std::list<Member> members_;
  Dice dice_;
  std::unique_ptr<Customers> customers_;
  std::string note_;
  int rounds_ = 0;
};

/// The pair of servers that the cases share: each leaves it running.
Servers& storm_servers();

}  // namespace pizza::test
