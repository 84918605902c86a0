#pragma once

#include <string>

#include "host/program.hpp"
#include "messaging/publisher.hpp"

namespace pizza::notifier {

/// A connection for publishing dead letters.
messaging::PublisherOptions dead_letter_publisher(host::Context& context);

/// Who made a dead letter: the subscriber's name, else the host.
std::string failed_by(const config::Notifier& settings);

}  // namespace pizza::notifier
