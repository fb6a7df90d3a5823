-- Puts a sample in front of the list from which workers take the oldest. A full list drops its oldest samples.
--
-- KEYS 1 list of samples
-- ARGV 1 sample, JSON  2 most samples kept  3 how long they are worth a look, ms
-- Returns how many were dropped.
local most = tonumber(ARGV[2])
local length = redis.call('LPUSH', KEYS[1], ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
if length <= most then return 0 end
redis.call('LTRIM', KEYS[1], 0, most - 1)
return length - most
