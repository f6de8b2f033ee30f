-- KEYS: state and live of each scope. ARGV: hold, used tokens, used money, 0, then GIVEN of each scope.
-- Returns in how many scopes the hold was still there.
local at, settled = now(), 0
for number = 1, #KEYS / 2 do
  local scope = opened(number, at)
  if redis.call('ZREM', scope.live, ARGV[1]) == 1 then
    settled = settled + 1
    release(scope, ARGV[1])
    use(scope, tonumber(ARGV[2]), tonumber(ARGV[3]))
  end
  closed(scope) -- whatever ran out meanwhile was used up on the way
end
return settled
