-- POST /orders with bodies of every type, 17576 customers, and 1 to 20 items: four of ten orders have one, four up to three
-- and two up to twenty.
-- Arguments: the pause of a connection after each answer in ms, on the average.
local requests, at, pause = {}, 0, 0

local function order()
  local items = {}
  local tenth = math.random(1, 10)
  local most = tenth <= 4 and 1 or tenth <= 8 and 3 or 20
  for i = 1, math.random(1, most) do
    items[i] = string.format('{"name": "Pizza No. %d", "quantity": %d, "price": %d.%02d}', math.random(1, 80),
      math.random(1, 5), math.random(1, 40), math.random(0, 99))
  end
  local place = {
    '"order_type": "takeout"',
    string.format('"order_type": "dine_in", "table_number": %d', math.random(1, 100)),
    string.format('"order_type": "delivery", "delivery_address": "%d Baker Street, Flat %d"', math.random(1, 300), math.random(1, 20)),
  }
  return string.format('{"customer_name": "Customer %s", %s, "items": [%s]}', string.char(math.random(97, 122), math.random(97, 122), math.random(97, 122)),
    place[math.random(1, 3)], table.concat(items, ", "))
end

function init(args)
  pause = tonumber(args[1])
  math.randomseed(20241216)
  for i = 1, 2000 do
    requests[i] = wrk.format("POST", "/orders", { ["Content-Type"] = "application/json" }, order())
  end
end

function delay() return pause > 0 and math.random(0, 2 * pause) or 0 end

function request()
  at = at % #requests + 1
  return requests[at]
end

dofile(debug.getinfo(1, "S").source:match("@(.*/)") .. "wrk_result.lua")
