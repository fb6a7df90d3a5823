-- Builds and publishes the change messages of a match. Not a script of its own: it precedes those that publish.
-- `changes/change-message.ts` says what the messages hold.

local changeMessage = {}

-- How every message begins. Nothing that a producer of events wrote stands before it, so nothing can imitate it.
local function head(kind, matchId, epoch)
  return '{"kind":"' .. kind .. '","matchId":"' .. matchId .. '","epoch":"' .. epoch .. '"'
end

local function numbered(n, version, forbids, at)
  return ',"n":' .. n .. ',"version":' .. version .. ',"forbids":' .. tostring(forbids) .. ',"at":' .. at
end

-- A `touched` message up to the lists of its markets: what only the script knows, and the caller's part. `unseen`: a
-- price that has not seen this version is forbidden, whatever its market; 0 for none.
function changeMessage.touched(step, epoch, n, version, at, marked, unseen, message)
  return head('touched', step.matchId, epoch) .. numbered(n, version, step.forbids, at) ..
    (unseen > 0 and ',"forbidsBefore":' .. unseen or '') ..
    ',"cache_keys_deleted_actual":' .. marked .. ',' .. string.sub(message, 2)
end

-- One market of a `refreshed` message. `outcomes` is JSON text.
function changeMessage.market(market, outcomes, version)
  return '"' .. market .. '":{"outcomes":' .. outcomes .. ',"version":' .. version .. '}'
end

-- A `refreshed` message of one variant, up to its markets.
function changeMessage.refreshed(refresh, epoch, n, version, at, variant)
  return head('refreshed', refresh.matchId, epoch) .. numbered(n, version, false, at) ..
    ',"seen":' .. refresh.seen .. ',"refresh":' .. refresh.number .. ',"variant":"' .. variant ..
    '","computeMs":' .. refresh.computeMs .. ',"deltaMs":' .. refresh.deltaMs .. ',"markets":{'
end

-- The text of a `refreshed` message, and how the feed holds it: packed, where that is shorter. `markets` as
-- `changeMessage.market` builds them; `versions`: of each entry that is packed, `-` for one that is no part of the
-- message.
function changeMessage.withMarkets(opening, markets, versions, packed)
  local rest = table.concat(markets, ',') .. '}}'
  if packed == '' then return opening .. rest, { 'm', opening .. rest } end
  local one = versions[1]
  for _, version in ipairs(versions) do
    if version ~= one then one = nil end
  end
  local told = one and tostring(one) or table.concat(versions, ' ')
  if #told + #packed >= #rest then return opening .. rest, { 'm', opening .. rest } end
  return opening .. rest, { 'h', opening, 'v', told, 'z', packed }
end

-- An `answered` message. It has no number: it changes nothing that a cache holds, it only wakes readers that wait.
function changeMessage.answered(refresh, epoch, variants)
  return head('answered', refresh.matchId, epoch) .. ',"seen":' .. refresh.seen ..
    ',"variants":["' .. table.concat(variants, '","') .. '"]}'
end

-- A `forgotten` message: the match has been deleted. It is in no feed, for that is gone as well.
function changeMessage.forgotten(matchId, epoch, n, version, at)
  return head('forgotten', matchId, epoch) .. numbered(n, version, true, at) .. '}'
end

local function sizeOf(fields)
  local size = 0
  for i = 2, #fields, 2 do size = size + #fields[i] end
  return size
end

-- Of the newest messages that have so much room: id of the oldest, bytes, number.
local function newestWithin(feed, bytes, length)
  local oldest, sum, count, from = nil, 0, 0, '+'
  while true do
    local found = redis.call('XREVRANGE', feed, from, '-', 'COUNT', 16)
    for _, message in ipairs(found) do
      local size = sizeOf(message[2])
      if sum + size > bytes or count == length then return oldest, sum, count end
      oldest, sum, count = message[1], sum + size, count + 1
    end
    if #found < 16 then return oldest, sum, count end
    from = '(' .. oldest
  end
end

-- Appends a numbered message to the feed, as `fields`: `m` its text, or what `changes/packed-message.ts` unpacks. The
-- oldest messages go where it would grow beyond its bounds: `bytes` divided by `part`, where absent as before (`holds`)
-- or `bytesUnset` and 1, and `length`. Then it is cut to three quarters, so that few steps have to.
-- @returns what it holds now (bytes, messages, bounds), for the match to remember; nil when the number is not the next
-- one
function changeMessage.append(feed, bounds, n, fields)
  local bytes, count, inPlay, part = string.match(bounds.holds or '', '^(%d+) (%d+) (%d+) (%d+)$')
  bytes, count = tonumber(bytes or '0'), tonumber(count or '0')
  inPlay = bounds.bytes or tonumber(inPlay or bounds.bytesUnset)
  part = bounds.part or tonumber(part or '1')
  local most = math.floor(inPlay / part)
  local size = sizeOf(fields)
  local trim = {}
  -- An older build appends without counting.
  if count ~= redis.call('XLEN', feed) or bytes + size > most or count >= bounds.length then
    local oldest
    oldest, bytes, count = newestWithin(feed, math.floor(most * 3 / 4) - size, math.floor(bounds.length * 3 / 4))
    trim = { 'MINID', '=', oldest or n .. '-1' }
  end
  trim[#trim + 1] = n .. '-1'
  for _, part in ipairs(fields) do trim[#trim + 1] = part end
  local id = redis.pcall('XADD', feed, unpack(trim))
  if type(id) == 'string' then return table.concat({ bytes + size, count + 1, inPlay, part }, ' ') end
  if string.find(id.err, 'equal or smaller', 1, true) then return nil end
  return error(id)
end
