-- Deletes a match, or what an expired or evicted truth has left behind.
--
-- KEYS 1 match  2.. all other keys of the match
-- ARGV 1 "all", or "leftovers": only when the match is gone already
-- Returns how many keys were deleted.
if ARGV[1] == 'leftovers' and redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
local deleted = 0
for _, key in ipairs(KEYS) do deleted = deleted + redis.call('PEXPIRE', key, 0) end
return deleted
