-- Gives up a refresh that has nothing to commit. What was due stays due, and nobody waits for this one any more: the
-- reconciler's patience counts from when it became due, not from a lease that would have to run out first.
--
-- KEYS 1 refresh
-- ARGV 1 number of the refresh
-- Returns 1 given up, 0 when a later refresh has begun and the lease is its own.
if redis.call('HGET', KEYS[1], 'number') ~= ARGV[1] then return 0 end
redis.call('HDEL', KEYS[1], 'begunAt')
return 1
