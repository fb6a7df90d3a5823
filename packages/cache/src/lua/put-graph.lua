-- Replaces what all processes know of the dependency graph, unless another process was faster.
--
-- KEYS 1 graph: hash of `revision` and `document`
-- ARGV 1 revision that was read, "0" when there was none   2 the next revision   3 the document, JSON
-- Returns 1 replaced, 0 when the stored revision is another one by now.
local stored = redis.call('HGET', KEYS[1], 'revision') or '0'
if stored ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], 'revision', ARGV[2], 'document', ARGV[3])
return 1
