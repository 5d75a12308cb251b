// Scripts of throttle counters. They say in Lua what accounts/failure-counters.ts says. A counter's text
// is `<failures> <at>`; of the arguments, each counter has four: kind, then `free`, `longestWaitMs` and
// `keepFrom`, or `limit`, `windowMs` and 0.

import { endingScript, script } from './prelude.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const READING = `
local function whole(number) return string.format('%.0f', number) end
local function read(key)
  local text = redis.call('GET', key)
  if not text then return nil end
  local gap = string.find(text, ' ', 1, true)
  return tonumber(string.sub(text, 1, gap - 1)), tonumber(string.sub(text, gap + 1))
end
`;

/**
 * KEYS: counters. ARGV: now, four of each counter. Answers 'counted' with failures, at and before of each,
 * or 'refused' with the place of the counter with the longest wait and that. The server's expiry only
 * clears up, an hour later than the times say.
 */
export const countFailures = script(
  'countFailures',
  `${READING}
local now = tonumber(ARGV[1])
local function lifetime(failures, look)
  if look.kind == 'window' then return look.second end
  if failures >= look.keepFrom then return ${400 * DAY_MS} end
  return ${DAY_MS}
end
local function waitOf(look)
  if look.failures < look.first then return 0 end
  if look.kind == 'window' then return look.at + look.second - now end
  return look.at + math.min(look.second, 1000 * 2 ^ (look.failures - look.first)) - now
end
local function write(key, failures, at, look)
  local kept = whole(at + lifetime(failures, look) - now + ${HOUR_MS})
  redis.call('SET', key, whole(failures) .. ' ' .. whole(at), 'PX', kept)
end

local looks, longest, by = {}, 0, 0
for i, key in ipairs(KEYS) do
  local look = {
    kind = ARGV[4 * i - 2],
    first = tonumber(ARGV[4 * i - 1]),
    second = tonumber(ARGV[4 * i]),
    keepFrom = tonumber(ARGV[4 * i + 1]),
    failures = 0,
    at = now,
  }
  local failures, at = read(key)
  if failures then
    look.isMoved = at > now
    at = math.min(at, now)
    if now - at < lifetime(failures, look) then look.failures, look.at = failures, at end
  end
  local wait = waitOf(look)
  if wait > longest then longest, by = wait, i - 1 end
  looks[i] = look
end

if longest > 0 then
  -- A time of the future has to be put right at once, or its wait would begin anew at every look.
  for i, look in ipairs(looks) do
    if look.isMoved then write(KEYS[i], look.failures, look.at, look) end
  end
  return { 'refused', whole(by), whole(longest) }
end
local answer = { 'counted' }
for i, look in ipairs(looks) do
  local at = look.kind == 'window' and look.at or now
  write(KEYS[i], look.failures + 1, at, look)
  answer[#answer + 1] = whole(look.failures + 1)
  answer[#answer + 1] = whole(at)
  answer[#answer + 1] = whole(look.at)
end
return answer
`,
);

/** KEYS: counters. ARGV: outcome, then kind, failures, at and before of each. Needs no free memory. */
export const settleFailures = endingScript(
  'settleFailures',
  `${READING}
for i, key in ipairs(KEYS) do
  local isWindow = ARGV[4 * i - 2] == 'window'
  local counted, at, before = tonumber(ARGV[4 * i - 1]), tonumber(ARGV[4 * i]), tonumber(ARGV[4 * i + 1])
  local failures, latest = read(key)
  -- In another window it is no longer counted.
  if failures and not (isWindow and latest ~= at) then
    if failures <= 1 or (ARGV[1] == 'succeeded' and not isWindow) then
      redis.call('DEL', key)
    else
      -- Nothing came after it: then the wait runs from the failure before it again.
      if latest == at and failures == counted then latest = before end
      redis.call('SET', key, whole(failures - 1) .. ' ' .. whole(latest), 'KEEPTTL')
    end
  end
end
return 'ok'
`,
);
