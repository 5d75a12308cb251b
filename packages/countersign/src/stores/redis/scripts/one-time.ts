// Scripts of one-time records, on one key each. The text of a record: `one-time-text.ts`.

import { endingScript, script } from './prelude.js';

/**
 * Takes a record. KEYS: the record. ARGV: kind, now. Answers its text, or nothing where it is of another
 * kind or has expired.
 */
export const takeOneTime = endingScript(
  'takeOneTime',
  `
local text = redis.call('GET', KEYS[1])
if not text then return false end
local kindAt = string.find(text, '\\31', 1, true) + 1
local kindEnd = string.find(text, '\\31', kindAt, true) - 1
if string.sub(text, kindAt, kindEnd) ~= ARGV[1] then return false end
if tonumber(string.sub(text, 1, kindAt - 2)) <= tonumber(ARGV[2]) then return false end
redis.call('DEL', KEYS[1])
return text
`,
);

/**
 * Enters a record in the index of its subject, and forgets entries that expired long ago. KEYS: the index.
 * ARGV: entry, expiry, until when entries are forgotten, how long after the last expiry the index is kept
 * in milliseconds. Answers all other entries.
 */
export const enterOneTime = script(
  'enterOneTime',
  `
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', ARGV[3])
local others = {}
for _, entry in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
  if entry ~= ARGV[1] then others[#others + 1] = entry end
end
redis.call('ZADD', KEYS[1], ARGV[2], ARGV[1])
local last = redis.call('ZRANGE', KEYS[1], -1, -1, 'WITHSCORES')[2]
redis.call('PEXPIREAT', KEYS[1], string.format('%.0f', tonumber(last) + tonumber(ARGV[4])))
return others
`,
);
