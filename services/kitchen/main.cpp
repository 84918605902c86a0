#include "kitchen/wiring.hpp"

int main(int argc, char** argv) {
  return pizza::host::run(pizza::config::Program::kitchen_worker, argc, argv, pizza::kitchen::run);
}
