-- Reads several keys of one match at one moment. A transaction would do so too, but a store that is full refuses every
-- command within one, reads included.
--
-- KEYS the keys that are read
-- ARGV 1 reads, JSON: [[command, index of KEYS from 1, further arguments..]..]
-- Returns the replies, in the order of the reads; a hash as a flat list of fields and values.
local replies = {}
for i, read in ipairs(cjson.decode(ARGV[1])) do
  replies[i] = redis.call(read[1], KEYS[read[2]], unpack(read, 3))
end
return replies
