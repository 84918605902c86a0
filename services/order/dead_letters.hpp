#pragma once

#include "host/program.hpp"

namespace pizza::order {

/// `--dead-letters list|redrive|discard`: deals with the messages that are in `kitchen_dead_letter_queue` when it
/// begins, those that `--match` chooses. All others, and those it could not deal with, are where they were afterwards,
/// in their order, however it ends. A message is removed only after it was confirmed in its queue (redrive) or logged
/// (discard), so at worst it is redriven twice. Exit code: 0 if all that were chosen were dealt with.
int dead_letters(host::Context& context);

}  // namespace pizza::order
