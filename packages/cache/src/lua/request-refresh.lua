-- Records a refresh request for a variant, and that the variant was accessed. A background request comes from readers
-- who were served an older prediction, a blocking one from readers for whom nothing may be served.
-- Stored names: `want:<variant>` counts requests, `wantAt` is the oldest unanswered one, `needAt` the oldest blocking
-- one, `needs` counts blocking ones, `demand:<variant>` is the last access.
--
-- KEYS 1 match  2 refresh
-- ARGV 1 variant  2 "blocking", "background", or "access": only the access is recorded
-- Returns 1, or 0 when the match is unknown.
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('HSET', KEYS[2], 'demand:' .. ARGV[1], now)
if ARGV[2] ~= 'access' then
  redis.call('HINCRBY', KEYS[2], 'want:' .. ARGV[1], 1)
  redis.call('HSETNX', KEYS[2], 'wantAt', now)
  if ARGV[2] == 'blocking' then
    redis.call('HSETNX', KEYS[2], 'needAt', now)
    redis.call('HINCRBY', KEYS[2], 'needs', 1)
  end
end
return 1
