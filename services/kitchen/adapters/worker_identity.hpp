#pragma once

#include <string>

namespace pizza::kitchen {

/// Who writes: the name, and which process of that name. A process that lost the name can write nothing.
struct WorkerIdentity {
  std::string name;
  std::string instance_id;  ///< UUID made at start
};

}  // namespace pizza::kitchen
