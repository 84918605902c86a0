#include "order/app/admission.hpp"

#include <future>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>

namespace {

using namespace std::chrono_literals;
using pizza::order::Admission;

TEST_CASE("as many are let in as allowed, and one more for each that leaves") {
  Admission admission(2, 0ms);
  auto first = admission.enter();
  auto second = admission.enter();
  CHECK(first);
  CHECK(second);
  CHECK_FALSE(admission.enter());
  first.reset();
  CHECK(admission.enter());
}

TEST_CASE("one that waits gets the place that comes free") {
  Admission admission(1, 1min);
  auto first = admission.enter();
  auto second = std::async(std::launch::async, [&] { return admission.enter().has_value(); });
  first.reset();
  CHECK(second.get());
}

TEST_CASE("past four times as many waiting the answer is no, at once") {
  Admission admission(1, 1min);
  auto inside = admission.enter();
  std::vector<std::future<bool>> waiting;
  for (int i = 0; i < 5; ++i) {
    waiting.push_back(std::async(std::launch::async, [&] { return admission.enter().has_value(); }));
  }
  // Four of the five wait; the fifth, whichever it is, is told no without waiting.
  int refused = 0;
  while (refused == 0) {
    for (auto& one : waiting) refused += one.valid() && one.wait_for(0ms) == std::future_status::ready ? 1 : 0;
  }
  CHECK(refused == 1);
  inside.reset();
  int admitted = 0;
  for (auto& one : waiting) admitted += one.get() ? 1 : 0;
  CHECK(admitted == 4);
}

TEST_CASE("a permit that was moved is given back once") {
  Admission admission(1, 0ms);
  {
    auto permit = admission.enter();
    const auto moved = std::move(*permit);
    permit.reset();
    CHECK_FALSE(admission.enter());
  }
  CHECK(admission.enter());
}

}  // namespace
