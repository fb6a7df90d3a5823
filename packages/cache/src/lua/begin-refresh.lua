-- Opens a refresh: tells what the worker must know before it reads any input, in one snapshot.
-- What it computes will be judged against the version returned here, never against a clock.
--
-- KEYS 1 match  2 required  3 settled  4 refresh  5.. entries of each variant
-- Returns {version, state, number of this refresh, now in ms, refresh hash, required hash, settled markets, entries hash of each variant},
-- or nil when the match is unknown.
local version = redis.call('HGET', KEYS[1], 'version')
if not version then return nil end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local number = redis.call('HINCRBY', KEYS[4], 'number', 1)
redis.call('HSET', KEYS[4], 'begunAt', now)
local answer = {
  tonumber(version), redis.call('HGET', KEYS[1], 'state'), number, now,
  redis.call('HGETALL', KEYS[4]), redis.call('HGETALL', KEYS[2]), redis.call('HKEYS', KEYS[3]),
}
for v = 5, #KEYS do answer[#answer + 1] = redis.call('HGETALL', KEYS[v]) end
return answer
