#pragma once

#include <map>
#include <string>
#include <string_view>

namespace pizza::test {

/// A takeout order that is valid, with `changes` to its members: JSON texts by name, "" takes a member away.
std::string order_with(const std::map<std::string, std::string>& changes = {});
/// The JSON of an item; "" takes a member away.
std::string item(const std::string& name = R"("Margherita")", const std::string& quantity = "1",
                 const std::string& price = "12.50");
std::string array_of(std::size_t count, const std::string& element);
std::string in_quotes(std::string_view text);
std::string repeated(std::size_t count, std::string_view piece);

}  // namespace pizza::test
