-- What one scope of limits holds; the same rules as gateway/limits/counting/record.py and judging.py, which explain them.
-- A scope is two keys: a hash with levels, budgets and what is held, and a sorted set of the holds by their end.
-- A hold is named "<id> <tokens> <money>". Times are in microseconds, levels in units times MINUTE: all are whole.
local MINUTE, DAY = 60000000, 86400000000
local SOON, NEVER = 1000000, -1
local FIELDS = {'rl', 'ra', 'tl', 'ta', 'day', 'dt', 'dm', 'month', 'mt', 'mm', 'ht', 'hm'}
local FIRST, LIMITS, GIVEN = 5, 7, 8 -- where scopes begin in ARGV; per scope: its limits, -1 where there is none, and how long its keys are kept, in ms

local function up(a, b) return math.ceil(a / b) end

local function whole(number) return string.format('%.0f', number) end

-- The first day of the month of a day, both counted from 1970 (H. Hinnant, "chrono-compatible low-level date algorithms").
local function first_of(day)
  local z = day + 719468
  local of_era = z % 146097
  local year = math.floor((of_era - math.floor(of_era / 1460) + math.floor(of_era / 36524) - math.floor(of_era / 146096)) / 365)
  local of_year = of_era - (365 * year + math.floor(year / 4) - math.floor(year / 100))
  local month = math.floor((5 * of_year + 2) / 153)
  return day - (of_year - math.floor((153 * month + 2) / 5))
end

local function use(scope, tokens, money)
  scope.tl = scope.tl + tokens * MINUTE
  scope.dt, scope.dm = scope.dt + tokens, scope.dm + money
  scope.mt, scope.mm = scope.mt + tokens, scope.mm + money
end

local function release(scope, hold)
  local tokens, money = string.match(hold, ' (%d+) (%d+)$')
  scope.ht, scope.hm = math.max(0, scope.ht - tokens), math.max(0, scope.hm - money)
  return tonumber(tokens), tonumber(money)
end

local function leak(level, at, most, now)
  if most < 0 or now <= at then return level, at end
  return math.max(0, level - (now - at) * most), now
end

local function opened(number, now)
  local scope = {state = KEYS[2 * number - 1], live = KEYS[2 * number], most = {}}
  for limit = 1, LIMITS do scope.most[limit] = tonumber(ARGV[FIRST + (number - 1) * GIVEN + limit - 1]) end
  scope.kept = ARGV[FIRST + (number - 1) * GIVEN + LIMITS]
  local found = redis.call('HMGET', scope.state, unpack(FIELDS))
  for place, field in ipairs(FIELDS) do scope[field] = tonumber(found[place]) or 0 end
  scope.rl, scope.ra = leak(scope.rl, scope.ra, scope.most[1], now)
  scope.tl, scope.ta = leak(scope.tl, scope.ta, scope.most[2], now)
  local day = math.floor(now / DAY)
  if day > scope.day then scope.day, scope.dt, scope.dm = day, 0, 0 end
  if first_of(day) > scope.month then scope.month, scope.mt, scope.mm = first_of(day), 0, 0 end
  for _, hold in ipairs(redis.call('ZRANGEBYSCORE', scope.live, '-inf', whole(now))) do
    redis.call('ZREM', scope.live, hold)
    use(scope, release(scope, hold))
  end
  scope.holds = redis.call('ZCARD', scope.live)
  if scope.holds == 0 then scope.ht, scope.hm = 0, 0 end
  return scope
end

local function closed(scope)
  local written = {}
  for _, field in ipairs(FIELDS) do
    written[#written + 1] = field
    written[#written + 1] = whole(scope[field])
  end
  redis.call('HSET', scope.state, unpack(written))
  redis.call('PEXPIRE', scope.state, scope.kept)
  redis.call('PEXPIRE', scope.live, scope.kept)
end
