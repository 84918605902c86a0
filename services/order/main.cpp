#include "order/wiring.hpp"

int main(int argc, char** argv) {
  return pizza::host::run(pizza::config::Program::order_service, argc, argv, pizza::order::run);
}
