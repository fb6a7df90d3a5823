-- Lists the jobs that have been accepted and not applied yet, in one snapshot of the queue. A job is in exactly one of
-- these structures from its acceptance until it has been completed, failed for good, or removed.
--
-- KEYS 1 active  2 wait  3 paused  4 prioritized  5 delayed
-- ARGV 1 prefix of a job's key  2 most ids listed  3 most jobs read  4 largest data read, bytes  5.. ids that the
-- caller has read before
-- Returns {now in ms, jobs in all, ids listed, jobs read as a flat list: id, timestamp, match id, type}.
-- Of every structure the oldest jobs are listed first. "" as match id: no event for any match, it can only be rejected.
-- "?" as match id: not read, because it is too large. "" as type: an event of the match that cannot be understood, or
-- that revises or retracts another, whatever that was.
local prefix, mostListed, mostRead, largest = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local known = {}
for i = 5, #ARGV do known[ARGV[i]] = true end

local total, ids = 0, {}
local function list(count, oldestFirst)
  total = total + count
  local room = mostListed - #ids
  if room <= 0 or count == 0 then return end
  for _, id in ipairs(oldestFirst(room)) do ids[#ids + 1] = id end
end
for i = 1, 3 do
  -- Added at the head and taken from the tail.
  list(redis.call('LLEN', KEYS[i]), function(room) return redis.call('LRANGE', KEYS[i], -room, -1) end)
end
for i = 4, 5 do
  list(redis.call('ZCARD', KEYS[i]), function(room) return redis.call('ZRANGE', KEYS[i], 0, room - 1) end)
end

local function isId(text)
  return type(text) == 'string' and #text <= 64 and string.find(text, '^[A-Za-z0-9][A-Za-z0-9_-]*$') ~= nil
end

local read, count = {}, 0
for _, id in ipairs(ids) do
  if not known[id] and count < mostRead then
    count = count + 1
    local timestamp, data = unpack(redis.call('HMGET', prefix .. id, 'timestamp', 'data'))
    local match, kind = '', ''
    if data and #data > largest then match = '?'
    elseif data then
      local isJson, event = pcall(cjson.decode, data)
      if isJson and type(event) == 'table' and isId(event.matchId) then
        match = event.matchId
        local isFirst = event.retracted ~= true and (event.revision == nil or event.revision == 1)
        -- A heartbeat takes the place of the one before it, and neither says anything of the match.
        if event.type == 'heartbeat' then isFirst = event.retracted ~= true end
        if isFirst and type(event.type) == 'string' and #event.type <= 64 then kind = event.type end
      end
    end
    for _, field in ipairs({ id, timestamp or '0', match, kind }) do read[#read + 1] = field end
  end
end
local time = redis.call('TIME')
return { time[1] * 1000 + math.floor(time[2] / 1000), total, ids, read }
