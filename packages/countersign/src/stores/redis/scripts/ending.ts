// Ending sessions by id and by user, and the epochs that go with it. Ended is announced of sessions that
// are not there too: a record that the server evicted may still be held by a near-cache.

import { endingScript, script } from './prelude.js';

/**
 * Sessions of one home. KEYS: base, records. ARGV: now, prefixes of indexes and endings, the ids.
 * Answers the ids that were live.
 */
export const endSessions = endingScript(
  'end',
  `
local now, base = tonumber(ARGV[1], 36), redis.call('GET', KEYS[1])
local live, asked = {}, {}
for i = 2, #KEYS do
  local id, text = ARGV[i + 2], redis.call('GET', KEYS[i])
  asked[i - 1] = id
  if text then
    take(KEYS[i], text, id, ARGV[2])
    if isLive(text, base, now) then live[#live + 1] = id end
  end
end
tell(ARGV[3], asked)
return live
`,
);

/**
 * KEYS: base, the user's index and epoch. ARGV: now, id to spare or '', new epoch, how long it is kept in
 * milliseconds, prefixes of records and endings. Answers the ids that were live.
 */
export const endSessionsOfUser = endingScript(
  'endUser',
  `
local now, base = tonumber(ARGV[1], 36), redis.call('GET', KEYS[1])
local live, indexed = {}, {}
for _, id in ipairs(redis.call('ZRANGE', KEYS[2], 0, -1)) do
  if id ~= ARGV[2] then
    local key = ARGV[5] .. id
    indexed[#indexed + 1] = id
    if isLive(redis.call('GETRANGE', key, 0, 34), base, now) then live[#live + 1] = id end
    redis.call('DEL', key)
    redis.call('ZREM', KEYS[2], id)
  end
end
redis.call('SET', KEYS[3], ARGV[3], 'PX', ARGV[4])
tell(ARGV[6], indexed)
return live
`,
);

/** KEYS: the user's epoch. ARGV: new epoch, how long it is kept in milliseconds. */
export const changeEpoch = endingScript(
  'changeEpoch',
  `
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 'ok'
`,
);

/** KEYS: bases of homes, in one slot each or on one server. ARGV: the new ones. */
export const changeBases = endingScript(
  'changeBases',
  `
for i, key in ipairs(KEYS) do redis.call('SET', key, ARGV[i]) end
return 'ok'
`,
);

/**
 * KEYS: base, the user's epoch. ARGV: new base, how long a changed epoch is kept in milliseconds.
 * A home without a base gets one: an epoch that was read must stay comparable.
 */
export const readEpoch = script(
  'epoch',
  `
local base = redis.call('GET', KEYS[1])
if not base then
  base = ARGV[1]
  redis.call('SET', KEYS[1], base)
end
local raised = redis.call('GET', KEYS[2])
if raised then redis.call('PEXPIRE', KEYS[2], ARGV[2]) end
return base .. '.' .. (raised or '')
`,
);
