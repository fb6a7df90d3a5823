-- Reads several keys of one match at one moment. A transaction would do so too, but a store that is full refuses every
-- command within one, reads included.
--
-- KEYS the keys that are read
-- ARGV 1 reads, JSON: [[command, index of KEYS from 1, further arguments..]..]
-- Returns the replies, in the order of the reads; a hash as a flat list of fields and values.
local read = {
  hmget = function(key, ...) return redis.call('HMGET', key, ...) end,
  hgetall = function(key) return redis.call('HGETALL', key) end,
  hkeys = function(key) return redis.call('HKEYS', key) end,
  exists = function(key) return redis.call('EXISTS', key) end,
}
local replies = {}
for i, asked in ipairs(cjson.decode(ARGV[1])) do replies[i] = read[asked[1]](KEYS[asked[2]], unpack(asked, 3)) end
return replies
