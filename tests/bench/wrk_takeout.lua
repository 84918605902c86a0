-- POST /orders, each for one pizza to take away.
local one, pause = nil, 0

function init(args)
  pause = tonumber(args[1])
  one = wrk.format("POST", "/orders", { ["Content-Type"] = "application/json" },
    '{"customer_name": "Anna", "order_type": "takeout", "items": [{"name": "Margherita", "quantity": 1, "price": 12.50}]}')
end

function delay() return pause > 0 and math.random(0, 2 * pause) or 0 end

function request() return one end

dofile(debug.getinfo(1, "S").source:match("@(.*/)") .. "wrk_result.lua")
