-- Proves that this server accepts writes, and publishes a ping. The write goes first: a server that refuses it (a
-- master without enough replicas, a replica, a full or a read-only disk) publishes nothing, so no echo comes back.
--
-- KEYS 1 alive
-- ARGV 1 channel of the pings  2 id of this ping  3 how long the key lasts, ms
-- Returns {replication id, "" where the server does not tell; store's clock: seconds, microseconds}
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
redis.call('PUBLISH', ARGV[1], ARGV[2])
local info = redis.pcall('INFO', 'replication')
local history = type(info) == 'string' and string.match(info, 'master_replid:(%w+)') or ''
local time = redis.call('TIME')
return {history, tonumber(time[1]), tonumber(time[2])}
