-- Records a refresh request for a variant, and that the variant was accessed. A background request comes from readers
-- who were served an older prediction, a blocking one from readers for whom nothing may be served.
-- Stored names: `wishes` counts requests and never goes back, `want:<variant>` is the number of the variant's last one,
-- `wantAt` is the oldest unanswered one, `needAt` the oldest blocking one, `needs` counts blocking ones,
-- `demand:<variant>` is the last access, `askedNow` the latest clock of a reader who asked.
--
-- KEYS 1 match  2 refresh
-- ARGV 1 variant  2 "blocking", "background", or "access": only the access is recorded  3 epoch of what the reader saw,
--        or ""  4 the reader's clock, ms, or ""
-- Returns 1; 0 when the match is unknown; -1 when the match is of another epoch: everything is due in it.
local epoch = redis.call('HGET', KEYS[1], 'epoch')
if not epoch or redis.call('EXISTS', KEYS[2]) == 0 then return 0 end
if ARGV[3] ~= '' and ARGV[3] ~= epoch then return -1 end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('HSET', KEYS[2], 'demand:' .. ARGV[1], now)
if ARGV[2] ~= 'access' then
  redis.call('HSET', KEYS[2], 'want:' .. ARGV[1], redis.call('HINCRBY', KEYS[2], 'wishes', 1))
  redis.call('HSETNX', KEYS[2], 'wantAt', now)
  local asked = tonumber(ARGV[4])
  if asked and asked > tonumber(redis.call('HGET', KEYS[2], 'askedNow') or '0') then
    redis.call('HSET', KEYS[2], 'askedNow', ARGV[4])
  end
  if ARGV[2] == 'blocking' then
    redis.call('HSETNX', KEYS[2], 'needAt', now)
    redis.call('HINCRBY', KEYS[2], 'needs', 1)
  end
end
return 1
