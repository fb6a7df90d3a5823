-- Keeps the newest snapshot of a source: what it says of one match at one moment, all of it. Jobs only name it, so
-- whichever of them runs last finds the newest one, in whatever order they run.
--
-- KEYS 1 snapshot
-- ARGV 1 when the source made it, ms, or ''  2 snapshot, JSON  3 how long it is kept, ms
-- Returns {1, its number, its time in ms} when it is kept; {0, number, time} of the newer one that stands.
-- Without a time of its own it is newer than all that were put before it. A time ahead of this server's clock counts as
-- now: it must not outlast what comes later.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local known = redis.call('HMGET', KEYS[1], 'at', 'number')
local last, number = tonumber(known[1] or '0'), tonumber(known[2] or '0')
local at = math.max(now, last)
if ARGV[1] ~= '' then at = math.min(tonumber(ARGV[1]), now) end
if at < last then return { 0, number, last } end
redis.call('HSET', KEYS[1], 'at', string.format('%.0f', at), 'number', string.format('%.0f', number + 1), 'text', ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return { 1, number + 1, at }
