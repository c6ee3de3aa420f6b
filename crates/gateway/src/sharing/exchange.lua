-- What one gateway tells the others, and what it hears of them, at one moment of the server's.
--
-- KEYS: 1 the turn that was taken up last of this gateway, 2 what cools down, 3 the version of that, from 4 on an
-- account each.
-- ARGV: 1 the gateway, 2 its turn (0 where nothing in it would count twice), 3 the version that it knows, 4 how many
-- cooldowns follow as pairs of name and milliseconds (0 ends one), then 13 an account.
-- Gives: the version, what cools down as pairs where the version is another, 6 an account.

local KEEP = 172800 -- seconds: a day and the one behind it
local HELD = 5000   -- milliseconds that a gateway is believed without a further word
local AGAIN = 1000  -- milliseconds after which what is held is said again

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local gateway, turn, known, cooldowns = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4])

-- A turn whose answer was lost is told again, and counts once.
local is_new = true
if turn ~= '0' then
  is_new = redis.call('GET', KEYS[1]) ~= turn
  if is_new then redis.call('SET', KEYS[1], turn, 'EX', KEEP) end
end

local arg = 5
local is_changed = false
for _ = 1, cooldowns do
  local name, wait = ARGV[arg], tonumber(ARGV[arg + 1])
  arg = arg + 2
  if wait > 0 then
    local old = tonumber(redis.call('ZSCORE', KEYS[2], name) or 0)
    -- A few milliseconds more are the way here, and no news.
    if now + wait > old + 50 then
      redis.call('ZADD', KEYS[2], now + wait, name)
      is_changed = true
    end
  elseif redis.call('ZREM', KEYS[2], name) == 1 then
    is_changed = true
  end
end
local version = redis.call('GET', KEYS[3]) or '0'
if is_changed then
  redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now)
  version = string.format('%.0f', math.max(now, tonumber(version) + 1))
  redis.call('SET', KEYS[3], version, 'EX', KEEP)
  redis.call('EXPIRE', KEYS[2], KEEP)
end
local cooling = {}
if version ~= known then
  local found = redis.call('ZRANGEBYSCORE', KEYS[2], '(' .. now, '+inf', 'WITHSCORES', 'LIMIT', 0, 4096)
  for index = 1, #found, 2 do
    cooling[index] = found[index]
    cooling[index + 1] = string.format('%.0f', tonumber(found[index + 1]) - now)
  end
end

local heard = {}
for index = 4, #KEYS do
  local key = KEYS[index]
  local fields = {}
  local all = redis.call('HGETALL', key)
  for at = 1, #all, 2 do fields[all[at]] = all[at + 1] end
  local is_written = false
  local function write(...)
    redis.call('HSET', key, ...)
    is_written = true
  end

  -- So much in a minute: filled evenly, with a bottom.
  local function bucket(name, capacity, given, taken, level)
    if capacity == 0 then return '0' end
    local used = tonumber(fields[name])
    if not used then
      used = level
    else
      local elapsed = math.max(now - tonumber(fields[name .. ':at'] or now), 0)
      used = math.max(used - elapsed * capacity / 60000, 0)
      if not is_new or (given == 0 and taken == 0) then return string.format('%.3f', used) end
      used = math.max(used - given, 0) + taken
    end
    local text = string.format('%.3f', used)
    if used > 0 or fields[name] then write(name, text, name .. ':at', string.format('%.0f', now)) end
    return text
  end

  local function number(offset) return tonumber(ARGV[arg + offset]) end
  local requests = bucket('requests', number(0), number(1), number(2), number(3))
  local tokens = bucket('tokens', number(4), number(5), number(6), number(7))

  -- Money as text, since it must not lose a digit.
  local day, spent = fields['day'], fields['spent'] or '0'
  local told_day, told, least = ARGV[arg + 8], ARGV[arg + 9], ARGV[arg + 10]
  if not day or tonumber(day) < tonumber(told_day) then
    day, spent = told_day, least
    if least ~= '0' then write('day', day, 'spent', spent) end
  elseif day == told_day then
    if is_new and told ~= '0' then
      redis.call('HINCRBY', key, 'spent', told)
      spent = redis.call('HGET', key, 'spent')
      is_written = true
    end
    if tonumber(spent) < tonumber(least) then
      spent = least
      write('spent', spent)
    end
  end

  -- What runs, by gateway: what one that is gone held is free again.
  local running, reserved = number(11), number(12)
  local own = 'held:' .. gateway
  local others_running, others_reserved = 0, 0
  for name, value in pairs(fields) do
    if string.sub(name, 1, 5) == 'held:' then
      local held, cost, at = string.match(value, '^(%d+) (%d+) (%d+)$')
      local is_old = not at or math.abs(now - tonumber(at)) > HELD
      if name == own then
        local is_same = at and tonumber(held) == running and tonumber(cost) == reserved
        if is_same and now - tonumber(at) < AGAIN then own = nil end
      elseif is_old then
        redis.call('HDEL', key, name)
      else
        others_running = others_running + tonumber(held)
        others_reserved = others_reserved + tonumber(cost)
      end
    end
  end
  if running > 0 or reserved > 0 then
    if own then write(own, string.format('%.0f %.0f %.0f', running, reserved, now)) end
  elseif fields['held:' .. gateway] then
    redis.call('HDEL', key, 'held:' .. gateway)
  end

  if is_written then redis.call('EXPIRE', key, KEEP) end
  arg = arg + 13
  local out = #heard
  heard[out + 1], heard[out + 2], heard[out + 3], heard[out + 4] = requests, tokens, day, spent
  heard[out + 5] = string.format('%.0f', others_running)
  heard[out + 6] = string.format('%.0f', others_reserved)
end

return { version, cooling, heard }
