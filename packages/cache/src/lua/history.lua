-- The replication id of the server that a script runs on. Not a script of its own: it precedes those that compare it.

-- As the caller asked for it; on a cluster the caller passes `?`, because each slot has a master of its own.
local function historyOf(asked)
  if asked ~= '?' then return asked end
  return string.match(redis.call('INFO', 'replication'), 'master_replid:(%x+)') or ''
end
