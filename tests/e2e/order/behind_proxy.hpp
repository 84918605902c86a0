#pragma once

#include <string>

#include "support/eventually.hpp"
#include "support/restaurant.hpp"
#include "support/tcp_proxy.hpp"

namespace pizza::test {

/// An order service whose database is behind a proxy.
struct BehindProxy {
  Restaurant restaurant;
  TcpProxy proxy{restaurant.database().server().port};
  Service& orders = restaurant.start_order_service(
      {{},
       {{"DB_URL", "postgres://" + restaurant.database().user() + ":" + restaurant.database().password() +
                       "@127.0.0.1:" + std::to_string(proxy.port()) + "/" + restaurant.database().name()}}});

  std::string stored() { return restaurant.database().value("SELECT count(*) FROM orders"); }
  bool published(std::size_t count) {
    return eventually(core::after(std::chrono::seconds{5}),
                      [&] { return restaurant.vhost().count("kitchen_takeout_queue") == count; });
  }
};

}  // namespace pizza::test
