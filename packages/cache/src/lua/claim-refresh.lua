-- Claims the refresh of a match for a process without a refresh job: an api process whose readers no worker has
-- answered. Refused while a refresh is under way or another process' claim lasts. A claim ends by itself, so a process
-- that dies holding one blocks others for a short time only; its commit is checked like any other. A time in the future
-- was written before the clock was set back, or by a master whose clock was ahead: it counts as over, because its age
-- is unknown.
--
-- KEYS 1 match  2 refresh
-- ARGV 1 token of the claim  2 how long it lasts, ms  3 lease: how long a refresh under way counts as alive, ms  4
--        graph of the predictor  5 epoch of what the claimer has read, or ""
-- Returns 1 claimed, 0 a worker refreshes it, -1 another process has claimed it, -2 the match uses another graph, -3 it
-- is unknown, -4 it is of another epoch.
local version, graph, mixed, epoch = unpack(redis.call('HMGET', KEYS[1], 'version', 'graph', 'mixed', 'epoch'))
if not version or redis.call('EXISTS', KEYS[2]) == 0 then return -3 end
if ARGV[5] ~= '' and ARGV[5] ~= epoch then return -4 end
if mixed or graph and graph ~= ARGV[4] then return -2 end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local claim, begunAt = unpack(redis.call('HMGET', KEYS[2], 'claim', 'begunAt'))
local from, untilAt = string.match(claim or '', '^(%d+) (%d+) ')
if from and tonumber(from) <= now and now < tonumber(untilAt) then return -1 end
local running = begunAt and now - tonumber(begunAt)
-- This refresh began under a claim that ran out without being released: its process is gone or too late. (A worker
-- begins only after a claim has ended.)
local isOfEndedClaim = untilAt and begunAt and tonumber(begunAt) < tonumber(untilAt)
if running and running >= 0 and running < tonumber(ARGV[3]) and not isOfEndedClaim then return 0 end
redis.call('HSET', KEYS[2], 'claim', now .. ' ' .. (now + tonumber(ARGV[2])) .. ' ' .. ARGV[1])
return 1
