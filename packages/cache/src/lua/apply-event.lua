-- Applies one step of a match: appends to its log, replaces its state, raises what is required, settles markets.
-- Compare-and-set on the match version: two tag-managers may work on one match, and the loser folds again.
--
-- KEYS 1 match  2 log  3 facts  4 required  5 settled  6 refresh  7 touched  8 feed  9.. entries of each variant
-- ARGV 1 step, JSON: expected, graph, full (touches every open market), channel, feedLength, log {key: event}, state,
--        facts [name], touched [{field, market, hard, variants [index of KEYS from 1]}], settled [{market, value}],
--        reopened [market], due (something must be computed), all (whatever the market), cause,
--        ttlMs (0: lives on, -1: as long as before), message (JSON object text without its closing brace)
-- Returns {1, version, n, entries marked}; {0, present version} when overtaken by another step; {2, present version}
-- when the entries may come from another dependency graph, so that only a full step is sound.
-- include: change-message
local step = cjson.decode(ARGV[1])
local match, log, facts, required, settled, refresh, touched, feed = unpack(KEYS, 1, 8)
local truths = 8

local version = tonumber(redis.call('HGET', match, 'version') or '0')
if version ~= step.expected.version then return {0, version} end
local before = redis.call('HMGET', match, 'graph', 'mixed', 'epoch')
local epoch = before[3] or step.epoch
if not step.full and (before[2] or (before[1] and before[1] ~= step.graph)) then return {2, version} end
version = version + 1

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

-- Everything is read before anything is written: an error here leaves no half of a step behind.
local fields = {}
for i, touch in ipairs(step.touched) do fields[i] = touch.field end
local olds = #fields > 0 and redis.call('HMGET', required, unpack(fields)) or {}

-- Up to so many markets are read and marked dirty one by one; for more it is cheaper to take all of them.
local FEW = 64
local few = #step.touched + #step.settled <= FEW
local named = {}
for _, touch in ipairs(step.touched) do named[#named + 1] = touch.market end
for _, settlement in ipairs(step.settled) do named[#named + 1] = settlement.market end
local present = {}
for v = 1, #KEYS - truths do
  present[v] = {}
  if not few then
    for _, market in ipairs(redis.call('HKEYS', KEYS[truths + v])) do present[v][market] = true end
  elseif #named > 0 then
    for i, entry in ipairs(redis.call('HMGET', KEYS[truths + v], unpack(named))) do present[v][named[i]] = entry end
  end
end

-- If pending work has no dirty markers, or only those of steps before it, new markers would hide it: mark everything.
local hasMarkers = true
local due = step.due and tonumber(redis.call('HGET', refresh, 'due') or '0') or 0
if due > 0 then
  local newest = 0
  local markers = redis.call('HGETALL', touched)
  for i = 2, #markers, 2 do newest = math.max(newest, tonumber(markers[i])) end
  hasMarkers = newest >= due
end

for key, event in pairs(step.log) do redis.call('HSET', log, key, event) end
redis.call('HSET', match, 'version', version, 'state', step.state, 'graph', step.graph, 'epoch', epoch, 'step', step.step)
redis.call('HDEL', match, 'mixed')
for _, name in ipairs(step.facts) do redis.call('HSET', facts, name, version) end

-- Entries are not rewritten: raising what is required is what makes them stale or suspended, in every variant at once.
local marked = 0
local raised = {}
for i, touch in ipairs(step.touched) do
  -- version, hard version, when, cause, cause of the hard version. A later soft event leaves the hard cause as it is.
  local hard, hardCause = version, step.cause
  if not touch.hard then hard, hardCause = string.match(olds[i] or '', '^%d+ (%d+) %d+ %S+ %S+ %S+ (.*)$') end
  raised[#raised + 1] = touch.field
  raised[#raised + 1] = version .. ' ' .. (hard or 0) .. ' ' .. now .. ' ' .. step.cause .. ' ' .. (hardCause or '- - -')
  for _, v in ipairs(touch.variants) do
    if present[v][touch.market] then marked = marked + 1 end
  end
end
if #raised > 0 then redis.call('HSET', required, unpack(raised)) end

for _, market in ipairs(step.reopened) do redis.call('HDEL', settled, market) end
for _, settlement in ipairs(step.settled) do
  redis.call('HSET', settled, settlement.market, version .. ' ' .. settlement.value)
  -- The entries stay: should a correction reopen the market, they read suspended at once instead of missing.
  for v = 1, #present do if present[v][settlement.market] then marked = marked + 1 end end
end

if step.due then
  if step.all or not few or not hasMarkers then
    redis.call('HSET', touched, '*', version)
  else
    local since = {}
    for _, field in ipairs(fields) do
      since[#since + 1] = field
      since[#since + 1] = version
    end
    redis.call('HSET', touched, unpack(since))
  end
  redis.call('HSET', refresh, 'due', version)
  redis.call('HSETNX', refresh, 'dueAt', now)
end

local n = redis.call('HINCRBY', match, 'n', 1)
local message = changeMessage.touched(step, epoch, n, version, now, marked)
changeMessage.publish(feed, step.channel, step.feedLength, n, message)

local ttlMs = step.ttlMs
if ttlMs < 0 then ttlMs = redis.call('PTTL', match) end
for i = 1, truths do
  if ttlMs > 0 then redis.call('PEXPIRE', KEYS[i], ttlMs) else redis.call('PERSIST', KEYS[i]) end
end
return {1, version, n, marked, epoch}
