-- Ends a refresh that will commit nothing. What was due stays due. The refresh no longer counts as under way, so the
-- reconciler need not wait until its lease has run out.
--
-- KEYS 1 refresh
-- ARGV 1 number of the refresh  2 its token
-- Returns 1 ended, 0 when a later refresh has begun and the lease is its own.
local begins = redis.call('HGET', KEYS[1], 'begins')
local begun = ARGV[1] .. ':' .. ARGV[2]
local ring, isOwn = {}, false
for other in string.gmatch(begins or '', '%S+') do
  if other == begun then isOwn = true else ring[#ring + 1] = other end
end
if not isOwn then return 0 end
redis.call('HSET', KEYS[1], 'begins', table.concat(ring, ' '))
if redis.call('HGET', KEYS[1], 'number') ~= ARGV[1] then return 0 end
redis.call('HDEL', KEYS[1], 'begunAt')
return 1
