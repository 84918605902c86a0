#pragma once

#include <map>
#include <string>

#include "support/restaurant.hpp"

namespace pizza::test {

/// The roles of schema/roles.sql in this restaurant's database and the users of deploy/lib/broker_rights.sh in its
/// virtual host, each with a password. On servers of one's own: roles and users are the whole server's.
class LeastPrivilege {
 public:
  LeastPrivilege(Restaurant& restaurant, const Servers& servers);

  /// `pizza_order` and so on.
  std::string database_url(const std::string& role) const;
  std::string broker_url(const std::string& user) const;
  /// What the service `order`, `kitchen`, `tracking` or `notifier`, or `prune`, needs to log in as what it is, and no
  /// more.
  std::map<std::string, std::string> environment(const std::string& service) const;

 private:
  Restaurant& restaurant_;
  std::string password_;
};

}  // namespace pizza::test
