-- Opens a refresh: returns what the worker must know before it reads any input, in one snapshot.
-- The commit is checked against the version returned here, never against a clock.
--
-- Most events touch few markets, and then only those are returned. All markets are returned when a reader has requested
-- a refresh, when a dirty marker says `*`, and when pending work has no dirty marker: it was lost, or an older build
-- wrote none. (A step that finds pending work without dirty markers marks everything.)
--
-- KEYS 1 match  2 required  3 settled  4 refresh  5 touched  6.. entries of each variant
-- ARGV 1 field of the requirements that belongs to no market (the panic marker)  2.. each variant
-- Returns {version, state, number of this refresh, now in ms, refresh hash, required hash, settled markets, dirty
-- markets or nil when all markets are returned, entries hash of each variant}, or nil when the match is unknown.
local version = redis.call('HGET', KEYS[1], 'version')
if not version then return nil end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local number = redis.call('HINCRBY', KEYS[4], 'number', 1)
redis.call('HSET', KEYS[4], 'begunAt', now)
local refresh = redis.call('HGETALL', KEYS[4])

local isAll, due, newest = false, nil, 0
for i = 1, #refresh, 2 do
  if refresh[i] == 'due' then due = tonumber(refresh[i + 1]) end
  if string.sub(refresh[i], 1, 5) == 'want:' then isAll = true end
end
local touched = redis.call('HGETALL', KEYS[5])
for i = 1, #touched, 2 do
  if touched[i] == '*' then isAll = true end
  newest = math.max(newest, tonumber(touched[i + 1]))
end
isAll = isAll or not due or newest < due

local markets, isKnown, requirements = {}, {}, { ARGV[1] }
for i = 1, isAll and 0 or #touched, 2 do
  local market = string.match(touched[i], '/(.*)$') or touched[i]
  if not isKnown[market] then
    isKnown[market] = true
    markets[#markets + 1] = market
    requirements[#requirements + 1] = market
    for a = 2, #ARGV do requirements[#requirements + 1] = ARGV[a] .. '/' .. market end
  end
end
-- Everything in a hash, or these fields of it in the same form.
local function read(key, fields)
  if isAll then return redis.call('HGETALL', key) end
  local flat = {}
  for i, value in ipairs(redis.call('HMGET', key, unpack(fields))) do
    if value then
      flat[#flat + 1] = fields[i]
      flat[#flat + 1] = value
    end
  end
  return flat
end
local answer = {
  tonumber(version), redis.call('HGET', KEYS[1], 'state'), number, now,
  refresh, read(KEYS[2], requirements), redis.call('HKEYS', KEYS[3]), not isAll and markets,
  redis.call('HGET', KEYS[1], 'epoch'),
}
for v = 6, #KEYS do answer[#answer + 1] = read(KEYS[v], markets) end
return answer
