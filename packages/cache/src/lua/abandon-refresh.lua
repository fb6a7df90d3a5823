-- Ends a refresh that will commit nothing. What was due stays due. The refresh no longer counts as under way, so the
-- reconciler need not wait until its lease has run out.
--
-- KEYS 1 refresh
-- ARGV 1 number of the refresh
-- Returns 1 ended, 0 when a later refresh has begun and the lease is its own.
if redis.call('HGET', KEYS[1], 'number') ~= ARGV[1] then return 0 end
redis.call('HDEL', KEYS[1], 'begunAt')
return 1
