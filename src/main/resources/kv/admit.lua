-- GCRA over several buckets: all admit and are charged, or none is charged.
-- KEYS: the buckets. ARGV: for each, the interval of one unit in microseconds, the limit in units, the cost in units.
-- A bucket holds the time, in microseconds, up to which it is charged; it expires when it is full again.
-- Answers allowed (0 or 1), the position of the bucket spoken of, units left, microseconds until full, microseconds to wait.
-- The same sums as in MemoryStore; times stay below 2^53, so they are exact.
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local charged = {}
local least, longest
for i, key in ipairs(KEYS) do
  local interval = tonumber(ARGV[3 * i - 2])
  local tolerance = interval * tonumber(ARGV[3 * i - 1])
  local stored = tonumber(redis.call('GET', key) or now)
  -- A clock that was set back must not close a bucket for longer than a whole limit takes.
  stored = math.min(math.max(stored, now), now + tolerance)
  charged[i] = stored + interval * tonumber(ARGV[3 * i])
  local wait = charged[i] - tolerance - now
  if wait > 0 and (not longest or wait > longest[5]) then
    longest = {0, i - 1, math.floor((tolerance - (stored - now)) / interval), stored - now, wait}
  end
  local left = math.floor((tolerance - (charged[i] - now)) / interval)
  if not least or left < least[3] then
    least = {1, i - 1, left, charged[i] - now, 0}
  end
end
if longest then
  return longest
end
for i, key in ipairs(KEYS) do
  redis.call('SET', key, string.format('%.0f', charged[i]), 'PX', math.ceil((charged[i] - now) / 1000) + 1)
end
return least
