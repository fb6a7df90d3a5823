-- Adds what one process counted to the sums of one category.
--
-- KEYS 1 the category's hash
-- ARGV 1 JSON: counts {field: whole number}, sums {field: number}, least {field: number}, most {field: number}
local counted = cjson.decode(ARGV[1])
for field, by in pairs(counted.counts) do redis.call('HINCRBY', KEYS[1], field, by) end
for field, by in pairs(counted.sums) do redis.call('HINCRBYFLOAT', KEYS[1], field, by) end
for field, value in pairs(counted.least) do
  local known = tonumber(redis.call('HGET', KEYS[1], field))
  if not known or value < known then redis.call('HSET', KEYS[1], field, value) end
end
for field, value in pairs(counted.most) do
  local known = tonumber(redis.call('HGET', KEYS[1], field))
  if not known or value > known then redis.call('HSET', KEYS[1], field, value) end
end
return 1
