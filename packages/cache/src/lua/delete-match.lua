-- Deletes all that is known of a match, and leaves a note that it was there.
--
-- KEYS 1 match  2 forgotten  3.. whatever else belongs to the match
-- ARGV 1 note, JSON  2 how long the note is kept, ms  3 channel  4 match id  5 epoch and 6 token of the step that
--      must be its last, empty for any
-- Returns 1 when there was a match; else nothing is written: 0 when there was none, 2 when another step has come.
-- The message has the next number of the match, and forbids: no process may serve what it remembers.
-- include: change-message
local stored = redis.call('HMGET', KEYS[1], 'n', 'version', 'epoch', 'step')
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
if ARGV[6] ~= '' and (stored[3] ~= ARGV[5] or stored[4] ~= ARGV[6]) then return 2 end
local time = redis.call('TIME')
local at = time[1] * 1000 + math.floor(time[2] / 1000)
local n, version = tonumber(stored[1] or '0') + 1, tonumber(stored[2] or '0') + 1
-- An expiry that has passed deletes at once. Services may let a match expire and have no right to delete.
for i = 3, #KEYS do redis.call('PEXPIRE', KEYS[i], 0) end
redis.call('PEXPIRE', KEYS[1], 0)
redis.call('HSET', KEYS[2], 'note', ARGV[1])
redis.call('PEXPIRE', KEYS[2], ARGV[2])
redis.call('PUBLISH', ARGV[3], changeMessage.forgotten(ARGV[4], stored[3] or '', n, version, at))
return 1
