#pragma once

#include "host/program.hpp"

namespace pizza::order {

/// `--audit`: reads the database and the queues, changes nothing, and prints a line on standard output for each fault
/// of an order, `KIND ORDER_NUMBER detail` (`-`: no one order), at most 20 of a kind and then how many more; at the end
/// `audit: N orders, M findings`. It may run at any time, beside everything else. What depends on one moment only is
/// looked at again before it is told, which takes up to 80 s; without a suspicion there is no wait. Its log goes to
/// standard error. Exit code: 0 if nothing was found; 1 if something was, or it could not look at everything.
int audit(host::Context& context);

}  // namespace pizza::order
