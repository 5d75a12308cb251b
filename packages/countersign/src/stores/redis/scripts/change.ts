// Changing one session: data, renewal state, device key, last seen. None of these creates a record or
// moves its expiry. KEYS of each: record, base. ARGV of each begins with: now, id, prefix of changes.

import { script } from './prelude.js';

/**
 * ARGV further: the revision that it must have or '', then for each changed key what its frame begins
 * with, and its value or '' to remove it. Answers 'ok', 'missing' or 'conflict'.
 */
export const patchSession = script(
  'patch',
  `
local text = redis.call('GET', KEYS[1])
if not isLive(text, redis.call('GET', KEYS[2]), tonumber(ARGV[1], 36)) then return 'missing' end
local stop = separator(text, 36, 1)
local revision = string.sub(text, 36, stop - 1)
if ARGV[4] ~= '' and ARGV[4] ~= revision then return 'conflict' end

local first = string.find(text, '\\30', stop, true) or #text + 1
local cuts, added = {}, {}
for i = 5, #ARGV, 2 do
  local from = string.find(text, '\\30' .. ARGV[i], first, true)
  if from then
    local till = string.find(text, '\\30', from + 1, true) or #text + 1
    cuts[#cuts + 1] = { from, till }
  end
  if ARGV[i + 1] ~= '' then added[#added + 1] = '\\30' .. ARGV[i] .. ARGV[i + 1] end
end
table.sort(cuts, function(a, b) return a[1] < b[1] end)
local parts = { string.sub(text, 1, 35), string.format('%.0f', tonumber(revision) + 1) }
local at = stop
for _, cut in ipairs(cuts) do
  parts[#parts + 1] = string.sub(text, at, cut[1] - 1)
  at = cut[2]
end
parts[#parts + 1] = string.sub(text, at)
redis.call('SET', KEYS[1], table.concat(parts) .. table.concat(added), 'KEEPTTL')
tell(ARGV[3], { ARGV[2] })
return 'ok'
`,
);

/**
 * ARGV further: what the stored renewal has to begin with, and the new one. Answers 'ok', 'missing' or
 * 'stale'.
 */
export const renewSession = script(
  'renew',
  `
local text = redis.call('GET', KEYS[1])
if not isLive(text, redis.call('GET', KEYS[2]), tonumber(ARGV[1], 36)) then return 'missing' end
local from = separator(text, 36, 1) + 1
local expected = ARGV[4]
if isReplaced(text) or string.sub(text, from, from + #expected - 1) ~= expected then
  return 'stale'
end
local rest = string.sub(text, separator(text, from, 5))
redis.call('SET', KEYS[1], string.sub(text, 1, from - 1) .. ARGV[5] .. rest, 'KEEPTTL')
tell(ARGV[3], { ARGV[2] })
return 'ok'
`,
);

/** ARGV further: the device key that is expected, and the new one. Answers 'ok', 'missing' or 'stale'. */
export const bindSession = script(
  'bind',
  `
local text = redis.call('GET', KEYS[1])
if not isLive(text, redis.call('GET', KEYS[2]), tonumber(ARGV[1], 36)) then return 'missing' end
local from = separator(text, 36, 6) + 1
local till = separator(text, from, 1)
if string.sub(text, from, till - 1) ~= ARGV[4] then return 'stale' end
local bound = string.sub(text, 1, from - 1) .. ARGV[5] .. string.sub(text, till)
redis.call('SET', KEYS[1], bound, 'KEEPTTL')
tell(ARGV[3], { ARGV[2] })
return 'ok'
`,
);

/**
 * Several sessions of one home, and nothing is announced. KEYS: base, records. ARGV: now, when each was
 * seen. Overwrites eight characters in place: replicas and the append-only file get no more than those.
 */
export const touchSessions = script(
  'touch',
  `
local now = tonumber(ARGV[1], 36)
local base = redis.call('GET', KEYS[1])
for i = 2, #KEYS do
  local text = redis.call('GETRANGE', KEYS[i], 0, 34)
  if isLive(text, base, now) then
    local seen, limit = ARGV[i], string.sub(text, 12, 19)
    if tonumber(seen, 36) > tonumber(limit, 36) then seen = limit end
    if tonumber(seen, 36) > tonumber(string.sub(text, 20, 27), 36) then
      redis.call('SETRANGE', KEYS[i], 19, seen)
    end
  end
end
return 'ok'
`,
);
