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

-- A `touched` message: what only the script knows, and the caller's part. `unseen`: a price that has not seen this
-- version is forbidden, whatever its market; 0 for none.
function changeMessage.touched(step, epoch, n, version, at, marked, unseen, message)
  return head('touched', step.matchId, epoch) .. numbered(n, version, step.forbids, at) ..
    (unseen > 0 and ',"forbidsBefore":' .. unseen or '') ..
    ',"cache_keys_deleted_actual":' .. marked .. ',' .. string.sub(message, 2)
end

-- One market of a `refreshed` message. `outcomes` is JSON text.
function changeMessage.market(market, outcomes, version)
  return '"' .. market .. '":{"outcomes":' .. outcomes .. ',"version":' .. version .. '}'
end

-- A `refreshed` message of one variant; `markets` as `changeMessage.market` builds them.
function changeMessage.refreshed(refresh, epoch, n, version, at, variant, markets)
  return head('refreshed', refresh.matchId, epoch) .. numbered(n, version, false, at) ..
    ',"seen":' .. refresh.seen .. ',"refresh":' .. refresh.number .. ',"variant":"' .. variant ..
    '","computeMs":' .. refresh.computeMs .. ',"deltaMs":' .. refresh.deltaMs ..
    ',"markets":{' .. table.concat(markets, ',') .. '}}'
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

-- Appends a numbered message to the feed. @returns whether its number is the next one there.
function changeMessage.append(feed, feedLength, n, message)
  local id = redis.pcall('XADD', feed, 'MAXLEN', '~', feedLength, n .. '-1', 'm', message)
  if type(id) == 'string' then return true end
  if string.find(id.err, 'equal or smaller', 1, true) then return false end
  return error(id)
end
