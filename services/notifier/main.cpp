#include "notifier/wiring.hpp"

int main(int argc, char** argv) {
  return pizza::host::run(pizza::config::Program::notification_subscriber, argc, argv, pizza::notifier::run);
}
