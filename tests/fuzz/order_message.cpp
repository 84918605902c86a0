// The body of a message in a kitchen queue, from us or from anyone.

#include "contracts/order_message.hpp"

#include <cstdint>

#include "fuzz/require.hpp"
#include "json/reader.hpp"

using namespace pizza;
using fuzz::require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto body = fuzz::text_of(data, size);
  const auto ticket = contracts::decode_order_message(body);
  if (!ticket) {
    require(!ticket.error().empty(), "a refusal says why");
    // It becomes the header of a dead letter.
    require(ticket.error().size() < 1024, "a refusal is short");
    return 0;
  }
  const auto document = json::read(body);
  require(document && document->object() != nullptr, "only objects are order messages");
  const auto* number = document->find("order_number");
  require(number != nullptr && number->string() != nullptr && *number->string() == ticket->order_number,
          "the number is the one that stands there");
  require(!ticket->order_number.empty() && ticket->order_number.size() <= 64 * 4, "a number has 1 to 64 characters");
  const auto* type = document->find("order_type");
  require(type != nullptr && type->string() != nullptr && domain::parse_order_type(*type->string()) == ticket->type,
          "the type is the one that stands there");
  return 0;
}
