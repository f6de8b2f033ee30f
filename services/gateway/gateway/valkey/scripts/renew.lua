-- KEYS: state and live of each scope. ARGV: lease in microseconds, then of each scope the hold and its keys' time, in ms.
-- What is no longer held stays so.
local ends = whole(now() + tonumber(ARGV[1]))
for number = 1, #KEYS / 2 do
  redis.call('ZADD', KEYS[2 * number], 'XX', ends, ARGV[2 * number])
  redis.call('PEXPIRE', KEYS[2 * number - 1], ARGV[2 * number + 1])
  redis.call('PEXPIRE', KEYS[2 * number], ARGV[2 * number + 1])
end
