-- Whether a match has waited too long: something is due or requested and no refresh is under way, or the refresh began
-- so long ago that its worker must be gone.
--
-- A time in the future was written before the clock was set back, or by a master whose clock was ahead. Its true age is
-- unknown and counts as too long: one refresh too many costs little, waiting for the clock to catch up costs much.
--
-- KEYS 1 refresh  2 match
-- ARGV 1 patience in ms: how long something may be due before a refresh is enqueued again   2 lease in ms: how long a
--        refresh may take
-- Returns {age in ms of what has waited too long, 1 when only background requests wait, state of
-- the match}; {-1} when all is well, {-2} when the match has no truth.
if redis.call('EXISTS', KEYS[1]) == 0 then return {-2} end
local state = redis.call('HMGET', KEYS[1], 'due', 'dueAt', 'wantAt', 'begunAt', 'needAt')
local since = state[1] and state[2] or state[3]
if not since then return {-1} end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local age = now - tonumber(since)
if age >= 0 and age < tonumber(ARGV[1]) then return {-1} end
local running = state[4] and now - tonumber(state[4])
if running and running >= 0 and running < tonumber(ARGV[2]) then return {-1} end
return {math.max(age, 0), (state[1] or state[5]) and 0 or 1, redis.call('HGET', KEYS[2], 'state')}
