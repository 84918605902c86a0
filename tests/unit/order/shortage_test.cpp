#include "order/app/shortage.hpp"

#include <catch2/catch.hpp>

namespace {

using pizza::order::QueueLook;
using pizza::order::Shortage;

/// What the last of as many looks says that are needed to be sure.
std::size_t after_all_looks(Shortage& shortage, const QueueLook& look) {
  for (int i = 1; i < Shortage::kLooks; ++i) CHECK(shortage.add(look) == 0);
  return shortage.add(look);
}

TEST_CASE("with five seconds between looks the first of those that count is 20 s before the last") {
  CHECK(Shortage::kLooks == 5);
  CHECK(Shortage::lasts(std::chrono::seconds{5}) == std::chrono::seconds{20});
}

TEST_CASE("all orders of an empty queue miss their messages, whatever hands are free") {
  Shortage shortage;
  CHECK(after_all_looks(shortage, {.needy = 7, .messages = 0, .free_hands = 10}) == 7);
}

TEST_CASE("of a queue that is not empty only those are missing that are not in somebody's hands either") {
  Shortage shortage;
  CHECK(after_all_looks(shortage, {.needy = 17, .messages = 10, .free_hands = 2}) == 5);
}

TEST_CASE("nothing is missing where there are as many messages as orders, or hands for the others") {
  const auto look = GENERATE(
      QueueLook{.needy = 0, .messages = 0, .free_hands = 0}, QueueLook{.needy = 10, .messages = 10, .free_hands = 0},
      QueueLook{.needy = 10, .messages = 12, .free_hands = 0}, QueueLook{.needy = 12, .messages = 10, .free_hands = 2});
  Shortage shortage;
  for (int i = 0; i < 10; ++i) CHECK(shortage.add(look) == 0);
}

TEST_CASE("what was short of messages once begins anew when it was not, even once") {
  Shortage shortage;
  for (int i = 1; i < Shortage::kLooks; ++i) CHECK(shortage.add({.needy = 1}) == 0);
  CHECK(shortage.add({.needy = 1, .messages = 1}) == 0);
  CHECK(after_all_looks(shortage, {.needy = 1}) == 1);
  shortage.forget();
  CHECK(after_all_looks(shortage, {.needy = 2}) == 2);
}

TEST_CASE("only as many are missing as were at every look") {
  Shortage shortage;
  for (const std::size_t needy : {9, 4, 8, 6}) CHECK(shortage.add({.needy = needy}) == 0);
  CHECK(shortage.add({.needy = 7}) == 4);
  CHECK(shortage.add({.needy = 3}) == 3);
}

TEST_CASE("after a full batch the rest follows at the next look, else all is proved anew") {
  Shortage shortage;
  CHECK(after_all_looks(shortage, {.needy = 5000}) == 5000);
  shortage.published(true);
  CHECK(shortage.add({.needy = 5000, .messages = 1000}) == 4000);
  shortage.published(false);
  CHECK(after_all_looks(shortage, {.needy = 1}) == 1);
}

}  // namespace
