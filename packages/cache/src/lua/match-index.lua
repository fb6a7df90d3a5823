-- The mark by which an index of matches is known to be whole. It lies in the index itself, so it is lost with it; and
-- it names the history of the server, because a server that has failed over may lack the last matches that were listed.
-- Its score is infinite: matches keep their places, and a range of kick-offs never meets it.
--
-- KEYS 1 index
-- ARGV 1 replication id of the server, `?` on a cluster  2 "check"; "begin": every match is about to be listed;
--      "end": it has been  3 token of the caller, for "begin" and "end"
-- Returns 1: whole, begun, or marked as whole; 0: not whole, or lost since the begin.
-- include: history
local index = KEYS[1]
local mark = '~' .. historyOf(ARGV[1])
if ARGV[2] == 'check' then return redis.call('ZSCORE', index, mark) and 1 or 0 end
local listing = mark .. ':' .. ARGV[3]
if ARGV[2] == 'begin' then
  redis.call('ZADD', index, '+inf', listing)
  return 1
end
if not redis.call('ZSCORE', index, listing) then return 0 end
for _, other in ipairs(redis.call('ZRANGE', index, '+inf', '+inf', 'BYSCORE')) do redis.call('ZREM', index, other) end
redis.call('ZADD', index, '+inf', mark)
return 1
