-- Records that readers of a variant want a prediction made again, and that the variant is in demand. Readers who were
-- served meanwhile can wait; those who have nothing that may be served need it.
--
-- KEYS 1 match  2 refresh
-- ARGV 1 variant  2 "need", "want" when it can wait, or "demand" when only the demand is to be remembered
-- Returns 1, or 0 when the match is unknown.
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('HSET', KEYS[2], 'demand:' .. ARGV[1], now)
if ARGV[2] ~= 'demand' then
  redis.call('HINCRBY', KEYS[2], 'want:' .. ARGV[1], 1)
  redis.call('HSETNX', KEYS[2], 'wantAt', now)
  if ARGV[2] == 'need' then
    redis.call('HSETNX', KEYS[2], 'needAt', now)
    redis.call('HINCRBY', KEYS[2], 'needs', 1)
  end
end
return 1
