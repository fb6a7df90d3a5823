-- What the markets of a match require, by group. Not a script of its own: it precedes those that read or raise it.
--
-- An event gives one requirement to many markets. So a field holds `=` and the requirement, and its value the names
-- that have it, with a blank between two: a market, variant/market, or the panic marker. Older builds wrote a field for
-- each name, with the requirement as its value. Where a name has two, both must be met.
local requirements = {}

local REQUIREMENT = '^(%d+) (%d+) (%d+ %S+ %S+ %S+) (.*)$'

local function strictest(a, b)
  local version, hard, cause, hardCause = string.match(a or '', REQUIREMENT)
  local otherVersion, otherHard, otherCause, otherHardCause = string.match(b, REQUIREMENT)
  if not version then return b end
  if not otherVersion then return a end
  if tonumber(otherVersion) > tonumber(version) then version, cause = otherVersion, otherCause end
  if tonumber(otherHard) > tonumber(hard) then hard, hardCause = otherHard, otherHardCause end
  return version .. ' ' .. hard .. ' ' .. cause .. ' ' .. hardCause
end

-- For a match that has none yet.
function requirements.none()
  return { of = {}, groups = {}, own = {} }
end

-- `mark`: epoch; `of`: name → requirement; `groups`: requirement → names; `own`: names with a field of their own.
function requirements.read(key)
  local held = requirements.none()
  local flat = redis.call('HGETALL', key)
  for i = 1, #flat, 2 do
    local field, value = flat[i], flat[i + 1]
    if field == '~' then
      held.mark = value
    elseif string.sub(field, 1, 1) == '=' then
      local requirement, names = string.sub(field, 2), {}
      for name in string.gmatch(value, '%S+') do
        names[#names + 1] = name
        held.of[name] = held.of[name] and strictest(held.of[name], requirement) or requirement
      end
      held.groups[requirement] = names
    else
      held.own[field] = true
      held.of[field] = strictest(held.of[field], value)
    end
  end
  return held
end

-- `raised`: names and requirements in turn; of a name that comes twice the last one counts.
function requirements.raise(key, held, raised)
  if #raised == 0 then return end
  local last, joined, gone, written = {}, {}, {}, {}
  for i = 1, #raised, 2 do last[raised[i]] = raised[i + 1] end
  for i = 1, #raised, 2 do
    local name, requirement = raised[i], raised[i + 1]
    if last[name] == requirement then
      joined[requirement] = joined[requirement] or {}
      table.insert(joined[requirement], name)
      -- Once, though it may come twice with one requirement.
      last[name] = true
      if held.own[name] then gone[#gone + 1] = name end
    end
  end
  for requirement, names in pairs(held.groups) do
    local kept = {}
    for _, name in ipairs(names) do
      if not last[name] then kept[#kept + 1] = name end
    end
    local hasLost, more = #kept < #names, joined[requirement] or {}
    joined[requirement] = nil
    for _, name in ipairs(more) do kept[#kept + 1] = name end
    if #kept == 0 then
      gone[#gone + 1] = '=' .. requirement
    elseif hasLost or #more > 0 then
      written[#written + 1], written[#written + 2] = '=' .. requirement, table.concat(kept, ' ')
    end
  end
  for requirement, names in pairs(joined) do
    written[#written + 1], written[#written + 2] = '=' .. requirement, table.concat(names, ' ')
  end
  if #written > 0 then redis.call('HSET', key, unpack(written)) end
  if #gone > 0 then redis.call('HDEL', key, unpack(gone)) end
end
