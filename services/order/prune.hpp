#pragma once

#include "host/program.hpp"

namespace pizza::order {

/// `--prune --older-than AGE`: deletes orders that are done with and changed last longer ago than that, a thousand in a
/// transaction, and prints `prune: N orders deleted, …` on standard output. It may run at any time, beside everything
/// else and itself, and be killed and run again. Its log goes to standard error. Exit code: 0 if it came to the end; 1
/// if it was asked to stop before, or failed.
int prune(host::Context& context);

}  // namespace pizza::order
