-- Everything the freshness policy needs for one variant of a match, in one snapshot.
--
-- KEYS 1 match  2 required  3 settled  4 entries of the variant  5 log  6 facts  7 refresh  8 touched  9 feed
-- Returns {version, n, state, required hash, settled hash, entries hash, epoch, history, 1 when the keys from 5 on are
-- all there}, or nil when the match is unknown.
local match = redis.call('HMGET', KEYS[1], 'version', 'n', 'state', 'epoch', 'history')
if not match[1] then return nil end
return {
  tonumber(match[1]), tonumber(match[2]), match[3],
  redis.call('HGETALL', KEYS[2]), redis.call('HGETALL', KEYS[3]), redis.call('HGETALL', KEYS[4]),
  match[4] or '', match[5] or '',
  redis.call('EXISTS', KEYS[5], KEYS[6], KEYS[7], KEYS[8], KEYS[9]) == 5 and 1 or 0,
}
