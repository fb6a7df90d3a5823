-- Deletes all that is known of a match, and leaves a note that it was there.
--
-- KEYS 1 match  2 forgotten  3.. whatever else belongs to the match
-- ARGV 1 note, JSON  2 how long the note is kept, ms  3 channel  4 match id
-- Returns 1 when there was a match, 0 when there was none: then nothing is written.
-- The message has the next number of the match, and counts as hard: no process may serve what it remembers.
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
local n = tonumber(redis.call('HGET', KEYS[1], 'n') or '0') + 1
-- An expiry that has passed deletes at once. Services may let a match expire and have no right to delete.
for i = 3, #KEYS do redis.call('PEXPIRE', KEYS[i], 0) end
redis.call('PEXPIRE', KEYS[1], 0)
redis.call('HSET', KEYS[2], 'note', ARGV[1])
redis.call('PEXPIRE', KEYS[2], ARGV[2])
redis.call('PUBLISH', ARGV[3],
  '{"kind":"forgotten","matchId":"' .. ARGV[4] .. '","n":' .. string.format('%.0f', n) .. ',"severity":"hard"}')
return 1
