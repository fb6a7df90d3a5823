-- Whether a match needs attention: it has waited too long, or its truth has to be made anew. It has waited too long
-- when something is due or requested and no refresh is under way, or the refresh began so long ago that its worker must
-- be gone.
--
-- A time in the future was written before the clock was set back, or by a master whose clock was ahead. Its true age is
-- unknown and counts as too long: one refresh too many costs little, waiting for the clock to catch up costs much.
--
-- KEYS 1 match  2 log  3 facts  4 required  5 settled  6 refresh  7 touched  8 feed
-- ARGV 1 patience in ms: how long something may be due before a refresh is enqueued again   2 lease in ms: how long a
--        refresh may take  3 replication id of the server
-- Returns {age in ms of what has waited too long, 1 when only background requests wait, state of
-- the match}; {-1} when all is well, {-2} when the match has no truth; {-3, 0, epoch} when its history may have been
-- broken since its last step, {-4, 0, epoch} when a key of its truth is lost.
-- include: history
local match = redis.call('HMGET', KEYS[1], 'version', 'epoch', 'history')
if not match[1] then return {-2} end
if not match[2] or match[3] ~= historyOf(ARGV[3]) then return {-3, 0, match[2] or ''} end
local incomplete = {-4, 0, match[2]}
for i = 2, 7 do
  if redis.call('HGET', KEYS[i], '~') ~= match[2] then return incomplete end
end
if redis.call('EXISTS', KEYS[8]) == 0 then return incomplete end
local state = redis.call('HMGET', KEYS[6], 'due', 'dueAt', 'wantAt', 'begunAt', 'needAt', 'claim')
if state[1] and tonumber(state[1]) > tonumber(match[1]) then return incomplete end
local since = state[1] and state[2] or state[3]
if not since then return {-1} end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local age = now - tonumber(since)
if age >= 0 and age < tonumber(ARGV[1]) then return {-1} end
-- An api that holds a claim refreshes the match itself, and a worker may be waiting for the claim's end.
local from, untilAt = string.match(state[6] or '', '^(%d+) (%d+) ')
if from and tonumber(from) <= now and now < tonumber(untilAt) then return {-1} end
local running = state[4] and now - tonumber(state[4])
if running and running >= 0 and running < tonumber(ARGV[2]) then return {-1} end
return {math.max(age, 0), (state[1] or state[5]) and 0 or 1, redis.call('HGET', KEYS[1], 'state')}
