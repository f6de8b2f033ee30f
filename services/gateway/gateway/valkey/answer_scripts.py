"""What Valkey does with answers, each in one step.

A corpus's state is the version that ingestion shows, the token of the withdrawal before it, and the purges since. A
token begins with the run of the server that it was left on: a server that was restarted or has taken over may have
forgotten a withdrawal that another one had promised, so a version from before is believed only after the next one.
"""

from __future__ import annotations

from typing import Final

_STATE: Final = """
local run = string.match(redis.call('info', 'server'), 'run_id:(%x+)')
local shown = redis.call('mget', KEYS[1], KEYS[2], KEYS[3], KEYS[4])
local state = false
if shown[1] and shown[2] and string.sub(shown[2], 1, #run + 1) == run .. '.' then
  state = shown[1] .. ' ' .. shown[2] .. '.' .. (shown[3] or '0') .. '.' .. (shown[4] or '0')
end
"""
"""Keys: version, token, purges of the tenant, purges of the corpus."""

LOOK: Final = (
    _STATE
    + """
local value = redis.call('get', KEYS[5])
if not value or not state or string.sub(value, 1, #state + 1) ~= state .. '\\n' then value = false
else value = string.sub(value, #state + 2) end
return {state, value, redis.call('hgetall', KEYS[6])}
"""
)
"""Further keys: entry, what was made by what. Returns the state, the entry at that state, and the latter."""

KEEP: Final = (
    _STATE
    + """
for at = 6, #ARGV, 2 do redis.call('hset', KEYS[6], ARGV[at], ARGV[at + 1]) end
if state ~= ARGV[1] then return 0 end
local time = redis.call('time')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local share, bytes = tonumber(ARGV[4]), tonumber(ARGV[5])
if bytes == 0 then bytes = #ARGV[2] + 512 end
local function forget(keys)
  for _, key in ipairs(keys) do
    redis.call('hincrby', KEYS[8], 'total', -tonumber(redis.call('hget', KEYS[8], key) or '0'))
    redis.call('hdel', KEYS[8], key)
    redis.call('zrem', KEYS[7], key)
    if key ~= KEYS[5] then redis.call('unlink', key) end
  end
end
forget({KEYS[5]})
forget(redis.call('zrangebyscore', KEYS[7], '-inf', now, 'limit', 0, 100))
for _ = 1, 100 do
  if tonumber(redis.call('hget', KEYS[8], 'total') or '0') + bytes <= share then break end
  forget(redis.call('zrange', KEYS[7], 0, 0))
end
if tonumber(redis.call('hget', KEYS[8], 'total') or '0') + bytes > share then
  redis.call('unlink', KEYS[5])
  return 0
end
if tonumber(ARGV[5]) == 0 then
  redis.call('set', KEYS[5], state .. '\\n' .. ARGV[2], 'px', ARGV[3])
else
  redis.call('lpush', KEYS[5], state .. '\\n' .. ARGV[2])
  redis.call('ltrim', KEYS[5], 0, 31)
  redis.call('pexpire', KEYS[5], ARGV[3])
end
redis.call('zadd', KEYS[7], now + tonumber(ARGV[3]), KEYS[5])
redis.call('hset', KEYS[8], KEYS[5], bytes)
redis.call('hincrby', KEYS[8], 'total', bytes)
return 1
"""
)
"""Further keys: index of the tenant by expiry, sizes of what is in it. Arguments: state, value, milliseconds, the
tenant's share in bytes, bytes of a list of notes (0: the value is an answer), then roles and what plays them. Returns
whether it is kept. What expires soonest goes when the share is used up."""

CLAIM: Final = """
local holder = redis.call('get', KEYS[1])
if holder and holder ~= ARGV[1] then return holder end
redis.call('set', KEYS[1], ARGV[1], 'px', ARGV[2])
return ARGV[1]
"""
"""Key: the turn. Arguments: who wants it, milliseconds. Returns who has it."""

RELEASE: Final = """
if redis.call('get', KEYS[1]) == ARGV[1] then redis.call('del', KEYS[1]) end
"""

FORGET: Final = """
local gone, removed = 0, 0
for _, key in ipairs(redis.call('zrange', KEYS[1], ARGV[1], ARGV[1] + 499)) do
  if string.sub(key, 1, #ARGV[2]) == ARGV[2] or string.sub(key, 1, #ARGV[3]) == ARGV[3] then
    redis.call('hincrby', KEYS[2], 'total', -tonumber(redis.call('hget', KEYS[2], key) or '0'))
    redis.call('hdel', KEYS[2], key)
    redis.call('zrem', KEYS[1], key)
    redis.call('unlink', key)
    removed = removed + 1
    if string.sub(key, 1, #ARGV[2]) == ARGV[2] then gone = gone + 1 end
  end
end
return {gone, removed, redis.call('zcard', KEYS[1])}
"""
"""Keys: index, sizes. Arguments: where to begin, how names of answers begin, how names of lists do. Looks at 500;
returns how many answers went, how many in all, and how many are left."""
