-- KEYS: state and live of each scope. ARGV: hold, tokens, money, lease in microseconds, then GIVEN of each scope.
-- Returns 1 or 0, then for each limit that there is: scope, limit, remaining, reset and wait.
local HOLD, TOKENS, MONEY, LEASE = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])

local function rate(level, held, cost, most)
  return math.max(0, up(level + (held + cost - most) * MINUTE, most))
end

local function budget(used, held, cost, most, left)
  local wait = 0
  if cost > 0 and used + held + cost > most then
    if cost > most then wait = NEVER elseif used + cost > most then wait = left else wait = SOON end
  end
  return math.max(0, most - used - held), left, wait
end

local JUDGES = {
  function(s, most, _) return math.max(0, most - up(s.rl, MINUTE)), up(s.rl, most), rate(s.rl, 0, 1, most) end,
  function(s, most, tokens)
    local wait = rate(s.tl, s.ht, tokens, most)
    if tokens == 0 then wait = 0
    elseif tokens > most then wait = NEVER
    elseif wait > 0 and s.ht + tokens > most then wait = math.max(SOON, rate(s.tl, 0, tokens, most)) end
    return math.max(0, most - up(s.tl, MINUTE) - s.ht), up(s.tl, most), wait
  end,
  function(s, most) return math.max(0, most - s.holds), 0, s.holds < most and 0 or SOON end,
  function(s, most, tokens, _, day) return budget(s.dt, s.ht, tokens, most, day) end,
  function(s, most, tokens, _, _, month) return budget(s.mt, s.ht, tokens, most, month) end,
  function(s, most, _, money, day) return budget(s.dm, s.hm, money, most, day) end,
  function(s, most, _, money, _, month) return budget(s.mm, s.hm, money, most, month) end,
}

local at = now()
local today = math.floor(at / DAY)
local day_left = (today + 1) * DAY - at
local month_left = first_of(first_of(today) + 31) * DAY - at
local scopes, told, admitted = {}, {}, 1

local function judge(tokens, money, final)
  for number, scope in ipairs(scopes) do
    for limit, most in ipairs(scope.most) do
      if most >= 0 then
        local remaining, reset, wait = JUDGES[limit](scope, most, tokens, money, day_left, month_left)
        if final then wait = 0 end
        if wait ~= 0 then admitted = 0 end
        for _, value in ipairs({number, limit, remaining, reset, wait}) do told[#told + 1] = value end
      end
    end
  end
end

for number = 1, #KEYS / 2 do scopes[number] = opened(number, at) end
judge(TOKENS, MONEY, false)
if admitted == 1 then
  for _, scope in ipairs(scopes) do
    if scope.most[1] >= 0 then scope.rl = scope.rl + MINUTE end
    scope.ht, scope.hm, scope.holds = scope.ht + TOKENS, scope.hm + MONEY, scope.holds + 1
    redis.call('ZADD', scope.live, whole(at + LEASE), HOLD)
  end
  told = {}
  judge(0, 0, true)
end
for _, scope in ipairs(scopes) do closed(scope) end
table.insert(told, 1, admitted)
return told
