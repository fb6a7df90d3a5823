-- Ends a claim, so that a worker that waits for it can begin.
--
-- KEYS 1 refresh
-- ARGV 1 token of the claim
-- Returns 1 ended, 0 when it had ended already or another process holds the claim.
local claim = redis.call('HGET', KEYS[1], 'claim')
if not claim or string.match(claim, '%S+$') ~= ARGV[1] then return 0 end
redis.call('HDEL', KEYS[1], 'claim')
return 1
