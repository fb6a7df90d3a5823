-- Adds what a worker found about one sample to the sums of the installation, and lists its misses.
--
-- KEYS 1 hash of the sums  2 list of the last misses
-- ARGV 1 JSON: at (wall-clock ms), share (of what events leave alone, as text), counts {field: whole number},
--        misses [JSON text], shown (misses that are kept)
local found = cjson.decode(ARGV[1])
redis.call('HSETNX', KEYS[1], 'since', found.at)
redis.call('HSET', KEYS[1], 'last', found.at, 'share', found.share)
for field, by in pairs(found.counts) do redis.call('HINCRBY', KEYS[1], field, by) end
if #found.misses == 0 then
  if found.counts.comparisons then redis.call('HINCRBY', KEYS[1], 'quiet', found.counts.comparisons) end
  return 1
end
redis.call('HSET', KEYS[1], 'quiet', 0, 'missAt', found.at)
redis.call('LPUSH', KEYS[2], unpack(found.misses))
redis.call('LTRIM', KEYS[2], 0, found.shown - 1)
return 1
