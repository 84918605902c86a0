-- GET /orders/{number}/status of random orders. Arguments: the pause (see wrk_orders.lua), the numbers up to their last
-- part, with commas between, and the least and the greatest last part.
local paths, pause, from, to = {}, 0, 1, 1

function init(args)
  pause = tonumber(args[1])
  for prefix in args[2]:gmatch("[^,]+") do paths[#paths + 1] = "GET /orders/" .. prefix end
  from, to = tonumber(args[3]), tonumber(args[4])
  math.randomseed(os.time())
end

function delay() return pause > 0 and math.random(0, 2 * pause) or 0 end

function request()
  return string.format("%s%03d/status HTTP/1.1\r\nHost: localhost\r\n\r\n", paths[math.random(1, #paths)], math.random(from, to))
end

dofile(debug.getinfo(1, "S").source:match("@(.*/)") .. "wrk_result.lua")
