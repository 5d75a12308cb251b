// Looking at a user's sessions, and clearing up what time has left behind.

import { endingScript, lookingScript } from './prelude.js';

/** KEYS: base, index. ARGV: now, most, prefix of records. Answers ids and records in turn, newest first. */
export const listSessions = lookingScript(
  'list',
  `
local now, base = tonumber(ARGV[1], 36), redis.call('GET', KEYS[1])
local found = {}
for _, id in ipairs(redis.call('ZRANGE', KEYS[2], 0, -1)) do
  local text = redis.call('GETRANGE', ARGV[3] .. id, 0, 34)
  if isLive(text, base, now) then found[#found + 1] = { id = id, at = createdAt(text) } end
end
table.sort(found, function(a, b) return a.at > b.at end)
local answer = {}
for i = 1, math.min(#found, tonumber(ARGV[2])) do
  answer[2 * i - 1] = found[i].id
  answer[2 * i] = redis.call('GET', ARGV[3] .. found[i].id)
end
return answer
`,
);

/**
 * Removes entries of an index whose sessions are gone, expired or ended with everyone's, and what is left
 * of these. KEYS: base, index. ARGV: now, most, prefix of records. Answers how many.
 */
export const sweepIndex = endingScript(
  'sweepIndex',
  `
local now, base = tonumber(ARGV[1], 36), redis.call('GET', KEYS[1])
local removed = 0
for _, id in ipairs(redis.call('ZRANGE', KEYS[2], 0, -1)) do
  if removed >= tonumber(ARGV[2]) then break end
  local key = ARGV[3] .. id
  if not isLive(redis.call('GETRANGE', key, 0, 34), base, now) then
    redis.call('DEL', key)
    redis.call('ZREM', KEYS[2], id)
    removed = removed + 1
  end
end
return removed
`,
);

/**
 * Removes records that are not live. KEYS: base, records. ARGV: now, most, prefix of indexes, the ids.
 * Answers how many.
 */
export const sweepRecords = endingScript(
  'sweepRecords',
  `
local now, base = tonumber(ARGV[1], 36), redis.call('GET', KEYS[1])
local removed = 0
for i = 2, #KEYS do
  if removed >= tonumber(ARGV[2]) then break end
  local head = redis.call('GETRANGE', KEYS[i], 0, 34)
  if head ~= '' and not isLive(head, base, now) then
    take(KEYS[i], redis.call('GET', KEYS[i]), ARGV[i + 2], ARGV[3])
    removed = removed + 1
  end
end
return removed
`,
);
