-- Opens a refresh: returns what the worker must know before it reads any input, in one snapshot.
-- The commit is checked against the version returned here, never against a clock. It is taken only where the store
-- remembers that this very refresh began: what it saw is then a part of the history that the store has.
--
-- Most events touch few markets, and then only those are returned. All markets are returned when a reader has requested
-- a refresh, when a dirty marker says `*`, and when pending work has no dirty marker: it was lost, or an older build
-- wrote none. (A step that finds pending work without dirty markers marks everything.)
--
-- KEYS 1 match  2 required  3 settled  4 refresh  5 touched  6.. entries of each variant
-- ARGV 1 field of the requirements that belongs to no market (the panic marker)  2 token of this refresh
--      3 token of the caller's claim, or ""  4.. each variant
-- Returns {version, state, number of this refresh, now in ms, refresh hash, required hash, settled markets, dirty
-- markets or nil when all markets are returned, epoch, entries hash of each variant}, or nil when the match is unknown;
-- {-2} when a key of its truth is lost; {-3, ms left, ms altogether, token} while another process claims the refresh.
-- include: requirements
local version, epoch = unpack(redis.call('HMGET', KEYS[1], 'version', 'epoch'))
if not version then return nil end
if not epoch or redis.call('EXISTS', KEYS[2], KEYS[3], KEYS[4], KEYS[5]) ~= 4 then return {-2} end
if redis.call('HGET', KEYS[2], '~') ~= epoch or redis.call('HGET', KEYS[4], '~') ~= epoch then return {-2} end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local refresh = redis.call('HGETALL', KEYS[4])

local isAll, due, newest, number, begins, claim = false, nil, 0, 0, '', nil
for i = 1, #refresh, 2 do
  local field, value = refresh[i], refresh[i + 1]
  if field == 'due' then due = tonumber(value)
  elseif field == 'number' then number = tonumber(value)
  elseif field == 'begins' then begins = value
  elseif field == 'claim' then claim = value
  elseif string.sub(field, 1, 5) == 'want:' then isAll = true end
end
-- A claim from the future was made before the clock was set back, and would last until the clock catches up.
local from, untilAt, token = string.match(claim or '', '^(%d+) (%d+) (%S+)$')
-- Nothing is noted then, also not that a worker waits: noted on a process that dies waiting, it would keep other
-- processes from claiming the match for a whole lease.
if from and tonumber(from) <= now and now < tonumber(untilAt) and token ~= ARGV[3] then
  return {-3, tonumber(untilAt) - now, tonumber(untilAt) - tonumber(from), token}
end

-- Newest first. Refreshes of a match run one at a time, or two where a lock was lost: older ones are given up.
local BEGINS = 16
local ring = {}
for begun in string.gmatch(begins, '%S+') do
  if #ring < BEGINS - 1 then ring[#ring + 1] = begun end
  number = math.max(number, tonumber(string.match(begun, '^%d+')))
end
number = number + 1
table.insert(ring, 1, number .. ':' .. ARGV[2])
redis.call('HSET', KEYS[4], 'number', number, 'begunAt', now, 'begins', table.concat(ring, ' '))

local touched = redis.call('HGETALL', KEYS[5])
for i = 1, #touched, 2 do
  if touched[i] == '*' then isAll = true end
  if touched[i] ~= '~' then newest = math.max(newest, tonumber(touched[i + 1])) end
end
isAll = isAll or not due or newest < due

local markets, isKnown, names, fields = {}, {}, { ARGV[1] }, { '~' }
for i = 1, isAll and 0 or #touched, 2 do
  local market = string.match(touched[i], '/(.*)$') or touched[i]
  if market ~= '~' and not isKnown[market] then
    isKnown[market] = true
    markets[#markets + 1] = market
    fields[#fields + 1] = market
    names[#names + 1] = market
    for a = 4, #ARGV do names[#names + 1] = ARGV[a] .. '/' .. market end
  end
end
-- Everything in a hash, or these fields of it in the same form.
local function read(key, some)
  if isAll then return redis.call('HGETALL', key) end
  local flat = {}
  for i, value in ipairs(redis.call('HMGET', key, unpack(some))) do
    if value then
      flat[#flat + 1] = some[i]
      flat[#flat + 1] = value
    end
  end
  return flat
end
local function readRequired()
  if isAll then return redis.call('HGETALL', KEYS[2]) end
  local flat, of = {}, requirements.read(KEYS[2]).of
  for _, name in ipairs(names) do
    if of[name] then
      flat[#flat + 1] = name
      flat[#flat + 1] = of[name]
    end
  end
  return flat
end
local answer = {
  tonumber(version), redis.call('HGET', KEYS[1], 'state'), number, now,
  refresh, readRequired(), redis.call('HKEYS', KEYS[3]), not isAll and markets, epoch,
}
for v = 6, #KEYS do answer[#answer + 1] = read(KEYS[v], fields) end
return answer
