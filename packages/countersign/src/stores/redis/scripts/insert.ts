// Inserting a session: record, index, epoch, limit and replacement in one step.

import { script } from './prelude.js';

/**
 * KEYS: record, base, and for a signed-in session the user's index and epoch. ARGV: now, new base, id,
 * head, tail, limit of the record (its 8 characters; epoch milliseconds), '=' and the epoch or '',
 * replaced id or '', until (as the limit), most sessions or '', over, prefixes of records, indexes,
 * endings, changes, the zero of times.
 * Answers why not, or 'ok' and the ids ended.
 */
export const insertSession = script(
  'insert',
  `
local recordKey, baseKey, indexKey, epochKey = unpack(KEYS)
local now, newBase, id, head, tail, limit, limitMs, guard, replacedId, till, max, over,
  records, indexes, ended, changed, zero = unpack(ARGV)
now = tonumber(now, 36)
local base = redis.call('GET', baseKey)

local there = redis.call('GET', recordKey)
if isLive(there, base, now) then return { 'duplicate' } end
if guard ~= '' and indexKey then
  local raised = redis.call('GET', epochKey) or ''
  if guard ~= '=' .. (base or '') .. '.' .. raised then return { 'epoch' } end
end
local replacedKey = records .. replacedId
local replaced = replacedId ~= '' and redis.call('GET', replacedKey)
if replacedId ~= '' and not isLive(replaced, base, now) then return { 'replaced-missing' } end

local oldest = {}
if max ~= '' and indexKey then
  for _, other in ipairs(redis.call('ZRANGE', indexKey, 0, -1)) do
    local text = other ~= replacedId and redis.call('GETRANGE', records .. other, 0, 34)
    if isLive(text, base, now) and not isReplaced(text) then
      oldest[#oldest + 1] = { id = other, at = createdAt(text) }
    end
  end
  local excess = #oldest + 1 - tonumber(max)
  if excess > 0 and over == 'refuse' then return { 'limit' } end
  table.sort(oldest, function(a, b) return a.at < b.at end)
  for i = #oldest, math.max(excess, 0) + 1, -1 do oldest[i] = nil end
end

local answer, gone = { 'ok' }, {}
for i, other in ipairs(oldest) do
  redis.call('DEL', records .. other.id)
  redis.call('ZREM', indexKey, other.id)
  gone[i] = other.id
  answer[i + 1] = other.id
end
if there then take(recordKey, there, id, indexes) end
if indexKey then
  -- With the records: to a node whose clock is behind they may be live, and no ending would find them.
  for _, past in ipairs(redis.call('ZRANGE', indexKey, '-inf', now, 'BYSCORE')) do
    redis.call('DEL', records .. past)
    gone[#gone + 1] = past
  end
  redis.call('ZREMRANGEBYSCORE', indexKey, '-inf', now)
end
if not base then
  base = newBase
  redis.call('SET', baseKey, base)
end
redis.call('SET', recordKey, head .. base .. tail, 'PXAT', limitMs)
if indexKey then
  redis.call('ZADD', indexKey, tonumber(limit, 36), id)
end
if replaced then
  local flags = tonumber(string.sub(replaced, 3, 3))
  if flags % 2 == 0 then redis.call('SETRANGE', replacedKey, 2, tostring(flags + 1)) end
  if tonumber(till, 36) < tonumber(string.sub(replaced, 12, 19), 36) then
    redis.call('SETRANGE', replacedKey, 11, till)
    redis.call('PEXPIREAT', replacedKey, string.format('%.0f', tonumber(till, 36) + tonumber(zero)))
    if indexKey then redis.call('ZADD', indexKey, 'XX', tonumber(till, 36), replacedId) end
  end
  tell(changed, { replacedId })
end
tell(ended, gone)
return answer
`,
);
