#include "tracking/wiring.hpp"

int main(int argc, char** argv) {
  return pizza::host::run(pizza::config::Program::tracking_service, argc, argv, pizza::tracking_service::run);
}
