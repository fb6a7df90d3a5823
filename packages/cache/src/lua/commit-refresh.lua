-- Closes a refresh: stores each prediction unless it was overtaken.
-- A prediction is refused when its market now requires a version that the worker had not seen (overtaken), and when a
-- later refresh wrote the present entry (late): a late or revived worker can never bring an old price back.
-- A requirement that was lost is written anew with the present version, because its content is unknown.
-- Equal output keeps the entry's version and the moment it was computed. It is published only where the entry had been
-- overtaken: the numbers are the same, but they may be offered again.
--
-- KEYS 1 match  2 required  3 settled  4 refresh  5 touched  6 feed  7.. entries of each variant
-- ARGV 1 refresh, JSON: matchId, number, begunAt, needs (blocking requests counted when it began), seen, graph, anchor,
--        validatedAt, deltaMs, computeMs, ttlMs, complete, channel, feedLength, answered [{variant, want}],
--        variants [{id, key (index of KEYS), deltaMs (moving estimate), entries [{market, freshUntil, outcomes}]}]
-- Returns {stored, extended, overtaken, late, settled}, or {-1} when the match is gone.
-- include: change-message
local refresh = cjson.decode(ARGV[1])
local match, required, settled, state, touched, feed = unpack(KEYS, 1, 6)
if redis.call('EXISTS', match) == 0 then return {-1} end

-- A worker of another deploy may read facts that the tag-manager's graph does not know of: its next step must be full.
local graph, present, epoch = unpack(redis.call('HMGET', match, 'graph', 'version', 'epoch'))
if graph and graph ~= refresh.graph then redis.call('HSET', match, 'mixed', refresh.graph) end

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local stored, extended, overtaken, late, closed = 0, 0, 0, 0, 0
local lost, isBehind = {}, false

local function versionIn(requirement)
  return requirement and tonumber(string.match(requirement, '^%d+')) or 0
end

for _, variant in ipairs(refresh.variants) do
  local key = KEYS[variant.key]
  local changed, written, markets, ofVariant = {}, {}, {}, {}
  for i, entry in ipairs(variant.entries) do
    markets[i] = entry.market
    ofVariant[i] = variant.id .. '/' .. entry.market
  end
  -- Read all, decide, write all: one command each instead of five for every market.
  local needs, variantNeeds = redis.call('HMGET', required, unpack(markets)), redis.call('HMGET', required, unpack(ofVariant))
  local settlements, olds = redis.call('HMGET', settled, unpack(markets)), redis.call('HMGET', key, unpack(markets))
  for i, entry in ipairs(variant.entries) do
    local needed = math.max(versionIn(needs[i]), versionIn(variantNeeds[i]))
    if not needs[i] and not variantNeeds[i] and not settlements[i] then
      needed = tonumber(present)
      isBehind = isBehind or needed > refresh.seen
      lost[#lost + 1] = entry.market
      -- The lost requirement may have been hard: assume that it was.
      lost[#lost + 1] = present .. ' ' .. present .. ' ' .. now .. ' marker_lost touchline marker_lost marker_lost touchline marker_lost'
    end
    local version, computedAt, promisedUntil, seen, number, outcomes
    if olds[i] then
      version, computedAt, promisedUntil, seen, number, outcomes = string.match(olds[i], '^(%d+) (%d+) (%d+) (%d+) (%d+) %d+ %d+ %d+ %S+ (.*)$')
    end
    if settlements[i] then
      closed = closed + 1
    elseif needed > refresh.seen then
      overtaken = overtaken + 1
    elseif number and tonumber(number) > refresh.number then
      late = late + 1
    else
      if outcomes == entry.outcomes then
        extended = extended + 1
      else
        stored = stored + 1
        version, computedAt, promisedUntil = refresh.seen, refresh.validatedAt, entry.freshUntil
      end
      if outcomes ~= entry.outcomes or tonumber(seen) < needed then
        changed[#changed + 1] = changeMessage.market(entry.market, entry.outcomes, version)
      end
      written[#written + 1] = entry.market
      written[#written + 1] = table.concat({
        version, computedAt, promisedUntil, refresh.seen, refresh.number, refresh.validatedAt, entry.freshUntil,
        variant.deltaMs, refresh.anchor, entry.outcomes,
      }, ' ')
    end
  end
  if #written > 0 then
    redis.call('HSET', key, unpack(written))
    -- Only a refresh that stored something is a measure of how long a refresh takes.
    redis.call('HSET', state, 'delta:' .. variant.id, variant.deltaMs)
  end
  -- Never shortened: other entries of the hash may have longer to live than these.
  redis.call('PEXPIRE', key, refresh.ttlMs, 'NX')
  redis.call('PEXPIRE', key, refresh.ttlMs, 'GT')
  if #changed > 0 then
    local n = redis.call('HINCRBY', match, 'n', 1)
    local message = changeMessage.refreshed(refresh, epoch, n, present, now, variant.id, changed)
    changeMessage.publish(feed, refresh.channel, refresh.feedLength, n, message)
  end
end

if #lost > 0 then
  redis.call('HSET', required, unpack(lost))
  local ttlMs = redis.call('PTTL', match)
  if ttlMs > 0 then redis.call('PEXPIRE', required, ttlMs) end
  if isBehind then
    redis.call('HSET', touched, '*', present)
    if ttlMs > 0 then redis.call('PEXPIRE', touched, ttlMs) end
    redis.call('HSET', state, 'due', present)
    redis.call('HSETNX', state, 'dueAt', now)
  end
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
  redis.call('HDEL', state, 'wantAt', 'needAt')
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
    if tonumber(markers[i + 1]) <= refresh.seen then answeredMarkers[#answeredMarkers + 1] = markers[i] end
  end
  if #answeredMarkers > 0 then redis.call('HDEL', touched, unpack(answeredMarkers)) end
end

local due = tonumber(redis.call('HGET', state, 'due') or '0')
if refresh.complete and overtaken == 0 and due <= refresh.seen then
  redis.call('HDEL', state, 'due', 'dueAt')
end
if redis.call('HGET', state, 'number') == tostring(refresh.number) then redis.call('HDEL', state, 'begunAt') end

if #answered > 0 then redis.call('PUBLISH', refresh.channel, changeMessage.answered(refresh, epoch, answered)) end
return {stored, extended, overtaken, late, closed}
