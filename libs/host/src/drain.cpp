#include "host/drain.hpp"

#include <thread>

namespace pizza::host {

void drain(Context& context, http::Server& server) {
  server.drain();
  std::this_thread::sleep_for(context.settings.drain_delay);  // a second signal ends the process all the same
}

}  // namespace pizza::host
