-- Builds and publishes the change messages of a match. Not a script of its own: it precedes those that publish.
-- `changes/change-message.ts` says what the messages hold.

local changeMessage = {}

-- A `touched` message: the caller's part of it, still open, and what only the script knows.
function changeMessage.touched(open, at, n, version, marked)
  return open .. ',"at":' .. at .. ',"n":' .. n .. ',"version":' .. version .. ',"cache_keys_deleted_actual":' .. marked .. '}'
end

-- One market of a `refreshed` message. `outcomes` is JSON text.
function changeMessage.market(market, outcomes, version)
  return '"' .. market .. '":{"outcomes":' .. outcomes .. ',"version":' .. version .. '}'
end

-- A `refreshed` message of one variant; `markets` as `changeMessage.market` builds them.
function changeMessage.refreshed(refresh, at, n, variant, markets)
  return '{"kind":"refreshed","matchId":"' .. refresh.matchId .. '","at":' .. at .. ',"n":' .. n ..
    ',"seen":' .. refresh.seen .. ',"refresh":' .. refresh.number .. ',"variant":"' .. variant ..
    '","computeMs":' .. refresh.computeMs .. ',"deltaMs":' .. refresh.deltaMs ..
    ',"markets":{' .. table.concat(markets, ',') .. '}}'
end

-- An `answered` message. It has no number: it changes nothing that a cache holds, it only wakes readers that wait.
function changeMessage.answered(refresh, variants)
  return '{"kind":"answered","matchId":"' .. refresh.matchId .. '","seen":' .. refresh.seen ..
    ',"variants":["' .. table.concat(variants, '","') .. '"]}'
end

-- Appends a numbered message to the feed, then publishes it.
function changeMessage.publish(feed, channel, feedLength, n, message)
  redis.call('XADD', feed, 'MAXLEN', '~', feedLength, n .. '-1', 'm', message)
  redis.call('PUBLISH', channel, message)
end

