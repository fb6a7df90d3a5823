-- Closes a refresh: stores each prediction unless it was overtaken.
-- A prediction is refused when its market now requires a version that the worker had not seen (overtaken), when a later
-- refresh wrote the present entry (late: a late or revived worker can never bring an old price back), and when the
-- store does not remember that this refresh began (foreign: what it saw may belong to another history). A requirement
-- that was lost is written anew with the present version, because its content is unknown. Equal output keeps the
-- entry's version and the moment it was computed. It is published only where the entry had been overtaken: the numbers
-- are the same, but they may be offered again.
--
-- KEYS 1 match  2 required  3 settled  4 refresh  5 touched  6 feed  7.. entries of each variant
-- ARGV 1 refresh, JSON: matchId, number, token, epoch, begunAt, needs (blocking requests counted when it began), seen,
--        graph, anchor, validatedAt, deltaMs, computeMs, ttlMs, complete, channel, feedLength, feedBytesUnset (what the
--        feed may hold where nobody has said), answered [{variant, want}],
--        variants [{id, key (index of KEYS), deltaMs (moving estimate), entries [{market, freshUntil, outcomes}]}]
--      2.. of each variant, the markets and outcomes of its entries, packed, or ""
-- Returns {stored, extended, overtaken, late, settled, foreign}; {-1} when the match is gone, {-2} when a key of its
-- truth is lost. Nothing is written then, nor for a foreign refresh.
-- include: change-message
-- include: requirements
local refresh = cjson.decode(ARGV[1])
local match, required, settled, state, touched, feed = unpack(KEYS, 1, 6)
local graph, present, epoch, n, feedHolds = unpack(redis.call('HMGET', match, 'graph', 'version', 'epoch', 'n', 'feed'))
if not present then return {-1} end
present, n = tonumber(present), tonumber(n or '0')
if not epoch or redis.call('EXISTS', required, settled, state, touched, feed) ~= 5 then return {-2} end

local predicted = 0
for _, variant in ipairs(refresh.variants) do predicted = predicted + #variant.entries end
local begun = refresh.number .. ':' .. refresh.token
local begins, number = unpack(redis.call('HMGET', state, 'begins', 'number'))
number = tonumber(number or '0')
local ring, isOwn = {}, false
for other in string.gmatch(begins or '', '%S+') do
  if other == begun then isOwn = true else ring[#ring + 1] = other end
end
if refresh.epoch ~= epoch or not isOwn or refresh.seen > present or refresh.number > number then
  return {0, 0, 0, 0, 0, predicted}
end

-- A worker of another deploy may read facts that the tag-manager's graph does not know of. At the present version no
-- step can have come in between, and the next one is full; behind it, nobody knows what a step in between has changed.
local isOtherGraph = graph and graph ~= refresh.graph
local isOutdated = isOtherGraph and refresh.seen < present

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local stored, extended, overtaken, late, closed = 0, 0, 0, 0, 0
local lost, isBehind = {}, false

local function versionIn(requirement)
  return requirement and tonumber(string.match(requirement, '^%d+')) or 0
end

-- All is decided before anything is written.
local writes = {}
local held = requirements.read(required)
for v, variant in ipairs(refresh.variants) do
  local key = KEYS[variant.key]
  local changed, versions, written, markets, needs, variantNeeds, fields = {}, {}, {}, {}, {}, {}, { '~' }
  for i, entry in ipairs(variant.entries) do
    markets[i] = entry.market
    needs[i] = held.of[entry.market]
    variantNeeds[i] = held.of[variant.id .. '/' .. entry.market]
    fields[i + 1] = entry.market
    versions[i] = '-'
  end
  local settlements, olds = redis.call('HMGET', settled, unpack(markets)), redis.call('HMGET', key, unpack(fields))
  local isOfEpoch = olds[1] == epoch
  for i, entry in ipairs(variant.entries) do
    local needed = math.max(versionIn(needs[i]), versionIn(variantNeeds[i]))
    if not needs[i] and not variantNeeds[i] and not settlements[i] then
      needed = present
      isBehind = isBehind or needed > refresh.seen
      lost[#lost + 1] = entry.market
      -- The lost requirement may have been hard: assume that it was.
      lost[#lost + 1] = present .. ' ' .. present .. ' ' .. now .. ' marker_lost touchline marker_lost marker_lost touchline marker_lost'
    end
    local version, computedAt, promisedUntil, seen, writer, outcomes
    if isOfEpoch and olds[i + 1] then
      version, computedAt, promisedUntil, seen, writer, outcomes = string.match(olds[i + 1], '^(%d+) (%d+) (%d+) (%d+) (%d+) %d+ %d+ %d+ %S+ (.*)$')
      seen, writer = tonumber(seen or '0'), tonumber(writer or '0')
      -- An entry that has seen more than there is belongs to no history that is left.
      if seen > present then seen, writer, outcomes = 0, 0, nil end
    end
    if settlements[i] then
      closed = closed + 1
    elseif isOutdated or needed > refresh.seen then
      overtaken = overtaken + 1
    -- A later number locks out only where it is one of this history and its price is one that may be served.
    elseif writer and writer > refresh.number and writer <= number and seen >= needed then
      late = late + 1
    else
      if outcomes == entry.outcomes then
        extended = extended + 1
      else
        stored = stored + 1
        version, computedAt, promisedUntil = refresh.seen, refresh.validatedAt, entry.freshUntil
      end
      if outcomes ~= entry.outcomes or seen < needed then
        changed[#changed + 1] = changeMessage.market(entry.market, entry.outcomes, version)
        versions[i] = version
      end
      written[#written + 1] = entry.market
      written[#written + 1] = table.concat({
        version, computedAt, promisedUntil, refresh.seen, refresh.number, refresh.validatedAt, entry.freshUntil,
        variant.deltaMs, refresh.anchor, entry.outcomes,
      }, ' ')
    end
  end
  local write = { key = key, variant = variant, fields = written, isOfEpoch = isOfEpoch }
  if #changed > 0 then
    n = n + 1
    write.n = n
    local opening = changeMessage.refreshed(refresh, epoch, n, present, now, variant.id)
    write.message, write.stored = changeMessage.withMarkets(opening, changed, versions, ARGV[v + 1])
  end
  writes[#writes + 1] = write
end

-- Ids ascend, so when the first one fits all of them do; when it does not, nothing has been written yet.
for _, write in ipairs(writes) do
  if write.message then
    feedHolds = changeMessage.append(feed, {
      holds = feedHolds, bytesUnset = refresh.feedBytesUnset, length = refresh.feedLength,
    }, write.n, write.stored)
    if not feedHolds then return {-2} end
  end
end

if isOtherGraph and not isOutdated then redis.call('HSET', match, 'mixed', refresh.graph) end
local life = redis.call('PTTL', match)
for _, write in ipairs(writes) do
  if #write.fields > 0 then
    if not write.isOfEpoch then
      -- Of another existence of the match. An expiry of 0 deletes; a worker has no other right to.
      redis.call('PEXPIRE', write.key, 0)
      redis.call('HSET', write.key, '~', epoch)
    end
    redis.call('HSET', write.key, unpack(write.fields))
    -- Only a refresh that stored something is a measure of how long a refresh takes.
    redis.call('HSET', state, 'delta:' .. write.variant.id, write.variant.deltaMs)
  end
  -- Never shortened: other entries of the hash may have longer to live than these. But never longer than the truth.
  redis.call('PEXPIRE', write.key, refresh.ttlMs, 'NX')
  redis.call('PEXPIRE', write.key, refresh.ttlMs, 'GT')
  if life > 0 then redis.call('PEXPIRE', write.key, life, 'LT') end
end

if isOutdated then isBehind = true end
requirements.raise(required, held, lost)
if isBehind then
  redis.call('HSET', touched, '*', present)
  redis.call('HSET', state, 'due', present)
  redis.call('HSETNX', state, 'dueAt', now)
end

-- A request that was repeated since the refresh began stays: its reader may have seen something newer.
local answered = {}
for _, request in ipairs(refresh.answered) do
  local field = 'want:' .. request.variant
  if redis.call('HGET', state, field) == request.want then redis.call('HDEL', state, field) end
  answered[#answered + 1] = request.variant
end

local isRequested = false
for _, field in ipairs(redis.call('HKEYS', state)) do isRequested = isRequested or string.sub(field, 1, 5) == 'want:' end
if not isRequested then
  redis.call('HDEL', state, 'wantAt', 'needAt', 'askedNow')
else
  -- The requests that are left came after this refresh began. They have waited since then at the longest, and they are
  -- blocking only if a blocking one has come since then.
  local wantAt, needAt, needs = unpack(redis.call('HMGET', state, 'wantAt', 'needAt', 'needs'))
  local function notBefore(at)
    at = tonumber(at)
    return at and at > refresh.begunAt and at <= now and at or refresh.begunAt
  end
  redis.call('HSET', state, 'wantAt', notBefore(wantAt))
  if (needs or '0') == refresh.needs then redis.call('HDEL', state, 'needAt')
  elseif needAt then redis.call('HSET', state, 'needAt', notBefore(needAt)) end
end

-- Dirty markers up to the version that was seen are answered. Refused predictions have a newer marker.
if refresh.complete then
  local answeredMarkers = {}
  local markers = redis.call('HGETALL', touched)
  for i = 1, #markers, 2 do
    if markers[i] ~= '~' and tonumber(markers[i + 1]) <= refresh.seen then
      answeredMarkers[#answeredMarkers + 1] = markers[i]
    end
  end
  if #answeredMarkers > 0 then redis.call('HDEL', touched, unpack(answeredMarkers)) end
end

local due = tonumber(redis.call('HGET', state, 'due') or '0')
if refresh.complete and overtaken == 0 and due <= refresh.seen then
  redis.call('HDEL', state, 'due', 'dueAt')
end
-- Committed once: from now on this refresh has not begun.
redis.call('HSET', state, 'begins', table.concat(ring, ' '))
if number == refresh.number then redis.call('HDEL', state, 'begunAt') end
if writes[1] then redis.call('HSET', match, 'n', n, 'feed', feedHolds or '') end

for _, write in ipairs(writes) do
  if write.message then redis.call('PUBLISH', refresh.channel, write.message) end
end
if #answered > 0 then redis.call('PUBLISH', refresh.channel, changeMessage.answered(refresh, epoch, answered)) end
return {stored, extended, overtaken, late, closed, 0}
