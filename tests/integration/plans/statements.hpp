#pragma once

#include <string>
#include <vector>

namespace pizza::plans {

/// A statement as it stands in the sources.
struct Named {
  std::string name;
  std::string sql;
  std::string file;
};

/// Every `constexpr Statement` of libs/ and services/, read from the files, so that none is left out that a header
/// hides. Throws core::Error where one is written in a way that this cannot read.
std::vector<Named> statements_of_sources();

}  // namespace pizza::plans
