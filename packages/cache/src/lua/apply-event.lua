-- Applies one step of a match: appends to its log, replaces its state, raises what is required, settles markets.
-- Compare-and-set on version, epoch and token of the last step: two tag-managers may work on one match, and the loser
-- folds again. Two histories may come to one version, so the version alone proves nothing.
--
-- A step that renews a match makes everything anew that follows from the log, under a new epoch: after the history may
-- have been broken, and when a key of its truth is lost.
--
-- KEYS 1 match  2 log  3 facts  4 required  5 settled  6 refresh  7 touched  8 feed  9.. entries of each variant
-- ARGV 1 step, JSON: matchId, expected {version, epoch, step}, step (token of this one), epoch (a new one, for a match
--        that begins or is renewed), history (replication id), renew, graph, extends [older versions of this graph,
--        of which the step touches what they lack], full (touches every open market), begun
--        (the match has begun, before the step or after it), channel, feedLength, dropped [key of the log], prices (of
--        those that have left the log, or absent), facts [name],
--        touched {fields [name], hard [boolean], partial {field: {market, variants [index of KEYS from 1]}} (a field
--        that is not there is a market in all variants)}, collected [market] (not in the match, and required hard),
--        settled [{market, value}], reopened [market], due (something must be computed), all (whatever the market),
--        cause, ttlMs (0: lives on, -1: as long as before), forbids
--      2 state, JSON  3 message, JSON object text  4.. log: key and event, JSON, of each event
-- Long texts stand beside the step: within it they would have to be escaped and read twice.
-- Returns {1, version, n, entries marked, epoch}; else nothing is written: {0, present version} when another step has
-- come since; {2, present version} when the entries may come from another dependency graph, so that only a full step is
-- sound; {3, present version} when the history may have been broken since the last step; {4, present version} when a
-- key of the truth is lost.
-- include: change-message
-- include: history
local step = cjson.decode(ARGV[1])
local match, log, facts, required, settled, refresh, touched, feed = unpack(KEYS, 1, 8)
local truths = 8

local expected = step.expected
local stored = redis.call('HMGET', match, 'version', 'epoch', 'step', 'history', 'graph', 'mixed', 'n', 'adopted')
local version = tonumber(stored[1] or '0')
local epoch = stored[2] or ''
if version ~= expected.version or version > 0 and (epoch ~= expected.epoch or (stored[3] or '') ~= expected.step) then
  return {0, version}
end
local isFirst = version == 0
local history = historyOf(step.history)
if step.renew then
  -- Nothing is made from a log that is lost, or of another existence of the match.
  if redis.call('EXISTS', log) == 0 or redis.call('HGET', log, '~') ~= stored[2] then return {4, version} end
elseif not isFirst then
  if epoch == '' or stored[4] ~= history then return {3, version} end
  if redis.call('EXISTS', log, facts, required, settled, refresh, touched, feed) ~= 7 then return {4, version} end
  local isExtension = #step.extends > 0
  local known = { [step.graph] = true }
  for _, older in ipairs(step.extends) do known[older] = true end
  local isOther = stored[5] and not known[stored[5]] or stored[6] and not (isExtension and known[stored[6]])
  if not step.full and isOther then return {2, version} end
end
version = version + 1
local n = tonumber(stored[7] or '0') + 1
local isNew = isFirst or step.renew
if isNew then epoch = step.epoch end

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

-- What an event means to a price of another build is known to that build alone. A price from before the match was
-- passed on as a whole may be such a price, so the first event in play forbids it.
local isEvent = #ARGV > 3
local adopted = not isNew and isEvent and step.begun and tonumber(stored[8] or '0') or 0

-- Everything is read before anything is written: an error here leaves no half of a step behind.
local fields, partial = step.touched.fields, step.touched.partial
local function marketOf(field) return partial[field] and partial[field].market or field end
local olds = not isNew and #fields > 0 and redis.call('HMGET', required, unpack(fields)) or {}
if not isNew then
  local marks = { redis.call('HGET', required, '~'), redis.call('HGET', refresh, '~') }
  if marks[1] ~= epoch or marks[2] ~= epoch then return {4, version - 1} end
end

-- Up to so many markets are read and marked dirty one by one; for more it is cheaper to take all of them.
local FEW = 64
local few = #fields + #step.settled <= FEW
local named = {}
for i, field in ipairs(fields) do named[i] = marketOf(field) end
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
local due = not isNew and step.due and tonumber(redis.call('HGET', refresh, 'due') or '0') or 0
if due > 0 then
  local newest = 0
  local markers = redis.call('HGETALL', touched)
  for i = 1, #markers, 2 do
    if markers[i] ~= '~' then newest = math.max(newest, tonumber(markers[i + 1])) end
  end
  hasMarkers = newest >= due
end

local kept = {}
if step.renew then
  local before = redis.call('HGETALL', refresh)
  for i = 1, #before, 2 do
    if string.find(before[i], '^demand:') or string.find(before[i], '^delta:') then
      kept[#kept + 1] = before[i]
      kept[#kept + 1] = before[i + 1]
    end
  end
end

-- Entries are not rewritten: raising what is required is what makes them stale or suspended, in every variant at once.
local marked = 0
local raised = {}
if adopted > 0 then
  local all = redis.call('HGETALL', required)
  for i = 1, #all, 2 do
    local head, hard, tail = string.match(all[i + 1], '^(%d+) (%d+) (%d+ %S+ %S+ %S+) ')
    if head and tonumber(hard) < adopted then
      raised[#raised + 1] = all[i]
      raised[#raised + 1] = head .. ' ' .. adopted .. ' ' .. tail .. ' ' .. step.cause
    end
  end
  step.forbids = true
end
-- Of a requirement that is raised hard, all but its field is the same.
local raisedHard = version .. ' ' .. version .. ' ' .. now .. ' ' .. step.cause .. ' ' .. step.cause
for i, field in ipairs(fields) do
  raised[#raised + 1] = field
  if step.touched.hard[i] then
    raised[#raised + 1] = raisedHard
  else
    -- version, hard version, when, cause, cause of the hard version. A later soft event leaves the hard cause as it is.
    local hard, hardCause = string.match(olds[i] or '', '^%d+ (%d+) %d+ %S+ %S+ %S+ (.*)$')
    if adopted > tonumber(hard or '0') then hard, hardCause = adopted, step.cause end
    raised[#raised + 1] = version .. ' ' .. (hard or 0) .. ' ' .. now .. ' ' .. step.cause .. ' ' .. (hardCause or '- - -')
  end
  local of = partial[field]
  if of then
    for _, v in ipairs(of.variants) do if present[v][of.market] then marked = marked + 1 end end
  else
    for v = 1, #present do if present[v][field] then marked = marked + 1 end end
  end
end
for _, market in ipairs(step.collected) do
  raised[#raised + 1], raised[#raised + 2] = market, raisedHard
end
for _, settlement in ipairs(step.settled) do
  -- The entries stay: should a correction reopen the market, they read suspended at once instead of missing.
  for v = 1, #present do if present[v][settlement.market] then marked = marked + 1 end end
end

if isNew then
  -- The feed's messages are of another epoch, and entries would be taken for those of this one.
  -- An expiry of 0 deletes; no user needs another right for it.
  for i = step.renew and 3 or 2, #KEYS do redis.call('PEXPIRE', KEYS[i], 0) end
end
-- The first write that can fail, and it fails before anything that it goes with has been written: with another number
-- in the feed than in the match, one of them has been lost or brought back.
local message = changeMessage.touched(step, epoch, n, version, now, marked, adopted, ARGV[3])
if not changeMessage.append(feed, step.feedLength, n, message) then return {4, version - 1} end
if isNew then
  for i = 2, 7 do redis.call('HSET', KEYS[i], '~', epoch) end
  if #kept > 0 then redis.call('HSET', refresh, unpack(kept)) end
end

for i = 4, #ARGV, 2 do redis.call('HSET', log, ARGV[i], ARGV[i + 1]) end
for _, key in ipairs(step.dropped) do redis.call('HDEL', log, key) end
if step.prices then redis.call('HSET', match, 'prices', step.prices) end
redis.call('HSET', match, 'version', version, 'state', ARGV[2], 'graph', step.graph, 'n', n, 'epoch', epoch,
  'step', step.step, 'history', history)
if step.full or #step.extends > 0 then redis.call('HDEL', match, 'mixed') end
if step.full then
  -- From here on every price is of this build, but for those that were there before.
  if not isNew then redis.call('HSET', match, 'adopted', version) end
end
if isNew or adopted > 0 and not step.full then redis.call('HDEL', match, 'adopted') end
for _, name in ipairs(step.facts) do redis.call('HSET', facts, name, version) end
if #raised > 0 then redis.call('HSET', required, unpack(raised)) end
for _, market in ipairs(step.reopened) do redis.call('HDEL', settled, market) end
for _, settlement in ipairs(step.settled) do
  redis.call('HSET', settled, settlement.market, version .. ' ' .. settlement.value)
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

-- Only this key of the truth expires: a store that is full takes a finished match as a whole, or not at all.
if step.ttlMs == 0 then
  redis.call('PERSIST', match)
elseif step.ttlMs > 0 then
  redis.call('PEXPIRE', match, step.ttlMs)
  for v = truths + 1, #KEYS do redis.call('PEXPIRE', KEYS[v], step.ttlMs, 'LT') end
end
redis.call('PUBLISH', step.channel, message)
return {1, version, n, marked, epoch}
