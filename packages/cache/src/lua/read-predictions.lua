-- Everything the freshness policy needs for one variant of a match, in one snapshot.
--
-- KEYS 1 match  2 required  3 settled  4 entries of the variant
-- Returns {version, n, state, required hash, settled hash, entries hash}, or nil when the match is unknown.
local match = redis.call('HMGET', KEYS[1], 'version', 'n', 'state', 'epoch')
if not match[1] then return nil end
return {
  tonumber(match[1]), tonumber(match[2]), match[3],
  redis.call('HGETALL', KEYS[2]), redis.call('HGETALL', KEYS[3]), redis.call('HGETALL', KEYS[4]), match[4],
}
