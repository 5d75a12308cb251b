// What the scripts share: how a record's text is read in Lua (places: `record-text.ts`), how a session is
// taken away, and how changes are announced. Each script is this prelude and its own text.

/** A script by its text; servers know it by the SHA-1 of that. */
export interface Script {
  readonly name: string;
  readonly text: string;
}

const PRELUDE = `
local function isLive(text, base, now)
  return text and base and string.sub(text, 4, 11) == base
    and tonumber(string.sub(text, 12, 19), 36) > now
end
local function isReplaced(text)
  return tonumber(string.sub(text, 3, 3)) % 2 == 1
end
local function createdAt(text)
  return tonumber(string.sub(text, 28, 35), 36)
end
-- The place of the n-th separator from a place on.
local function separator(text, from, n)
  local at = from - 1
  for _ = 1, n do at = string.find(text, '\\31', at + 1, true) end
  return at
end
-- Takes a record away, and its entry in its user's index.
local function take(key, text, id, index)
  redis.call('DEL', key)
  local from = separator(text, 36, 8) + 1
  local user = string.sub(text, from, separator(text, from, 1) - 1)
  if user ~= '' then redis.call('ZREM', index .. user, id) end
end
-- Listening connections hear of every write under a prefix. Replicas and the append-only file need not.
local function tell(prefix, ids)
  redis.set_repl(redis.REPL_NONE)
  for _, id in ipairs(ids) do
    redis.call('SET', prefix .. id, '')
    redis.call('DEL', prefix .. id)
  end
  redis.set_repl(redis.REPL_ALL)
end
`;

/** A script that a server without free memory refuses. */
export function script(name: string, text: string): Script {
  return { name, text: `#!lua\n${PRELUDE}${text}` };
}

/** A script that runs without free memory too: it ends sessions, which must never fail for that reason. */
export function endingScript(name: string, text: string): Script {
  return { name, text: `#!lua flags=allow-oom\n${PRELUDE}${text}` };
}

/** A script that only looks. It runs without free memory as well: a sign-out lists before it has ended all. */
export function lookingScript(name: string, text: string): Script {
  return { name, text: `#!lua flags=no-writes\n${PRELUDE}${text}` };
}
