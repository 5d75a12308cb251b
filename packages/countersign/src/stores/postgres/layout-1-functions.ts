// The first layout's functions: one verb each, in one round trip. Under READ COMMITTED every statement
// of a plpgsql function sees what was committed when it began: so a user's row is locked by a statement
// of its own, and what follows sees all that came before the lock. Locks are taken in one order, users
// before sessions and sessions by id, so that no two verbs can wait for each other.

import { RANDOM_EPOCH } from './layout-1.js';

const HOUR_MS = 3_600_000;

/** What stands for an `@name` in the texts below. */
const PARTS: Readonly<Record<string, string>> = {
  // A lock is not waited for longer than a session layer waits for an answer by default.
  writing: `LANGUAGE plpgsql SET lock_timeout = '2s'`,
  // Being asked for is noted at most so often, so that asking rarely writes.
  use_step: String(12 * HOUR_MS),
  random_epoch: RANDOM_EPOCH,
  // Of this era and not expired. What a change asks for besides stands in the same statement, so that it
  // holds for the newest version of the row, whoever changed that a moment ago.
  live: 'era = (SELECT era FROM @schema.state) AND expires_at > p_now',
};

/** @param schema a name that needs no quotes */
export function functionsOfLayout1(schema: string): string {
  return [GUARDS, INSERTING, CHANGING, ENDING, SWEEPING]
    .join('\n')
    .replaceAll(/@(\w+)/g, (name, part: string) => PARTS[part] ?? name)
    .replaceAll('@schema', schema);
}

const GUARDS = `
-- Ids go into a message as they are: 24 characters each.
CREATE FUNCTION @schema.announce(p_channel text, p_kind text, p_ids text[]) RETURNS void
LANGUAGE plpgsql AS $f$
DECLARE
  message text;
BEGIN
  IF p_channel IS NULL THEN RETURN; END IF;
  FOR i IN 1 .. cardinality(p_ids) BY 250 LOOP
    message := p_kind || array_to_string(p_ids[i : i + 249], ',');
    -- A message holds at most 7,999 bytes.
    PERFORM pg_notify(p_channel, CASE WHEN octet_length(message) < 7900 THEN message ELSE '*' END);
  END LOOP;
END $f$;

-- An ending has to survive a crash of the server, whatever the application chose for the rest.
CREATE FUNCTION @schema.be_durable() RETURNS void
LANGUAGE plpgsql AS $f$
BEGIN
  IF current_setting('synchronous_commit') = 'off' THEN
    PERFORM set_config('synchronous_commit', 'on', true);
  END IF;
END $f$;

-- Locks the user's row until the transaction ends, and makes it where it is missing. The epoch now.
CREATE FUNCTION @schema.lock_user(p_user text, p_now bigint) RETURNS text
LANGUAGE plpgsql AS $f$
DECLARE
  found_user @schema.users;
  answer text;
BEGIN
  IF current_setting('transaction_isolation') <> 'read committed' THEN
    RAISE EXCEPTION 'Countersign needs transaction isolation "read committed", and this is "%"',
      current_setting('transaction_isolation') USING ERRCODE = 'invalid_transaction_state';
  END IF;
  LOOP
    SELECT * INTO found_user FROM @schema.users WHERE user_key = p_user FOR UPDATE;
    EXIT WHEN FOUND;
    -- Waits for whoever inserts the same user now. The row may be swept again before it is locked.
    INSERT INTO @schema.users (user_key, era, used_at) VALUES (p_user, 0, p_now)
    ON CONFLICT DO NOTHING;
  END LOOP;
  IF found_user.used_at < p_now - @use_step THEN
    UPDATE @schema.users SET used_at = p_now WHERE user_key = p_user;
  END IF;
  SELECT CASE WHEN state.era = found_user.era THEN found_user.epoch ELSE state.epoch END
    INTO STRICT answer FROM @schema.state;
  RETURN answer;
END $f$;

CREATE FUNCTION @schema.read_epoch(p_user text, p_now bigint) RETURNS text
@writing AS $f$
DECLARE
  answer text;
  last_used bigint;
BEGIN
  SELECT coalesce(users.epoch, state.epoch), users.used_at INTO STRICT answer, last_used
    FROM @schema.state LEFT JOIN @schema.users
      ON users.user_key = p_user AND users.era = state.era AND users.epoch IS NOT NULL;
  IF last_used < p_now - @use_step THEN
    -- Locked first and read again: it may have been forgotten or changed meanwhile.
    RETURN @schema.lock_user(p_user, p_now);
  END IF;
  RETURN answer;
END $f$;`;

const INSERTING = `
-- A JSON array of the ids ended, or the reason for a refusal.
CREATE FUNCTION @schema.insert_session(
  p_now bigint, p_channel text,
  p_id text, p_user text, p_revision bigint, p_created_at bigint, p_last_seen_at bigint,
  p_expires_at bigint, p_replaced boolean, p_device_key text, p_renewal text, p_facts text, p_data text,
  p_epoch text, p_replaces text, p_until bigint, p_max bigint, p_refuse boolean
) RETURNS text
@writing AS $f$
DECLARE
  user_epoch text;
  this_era integer;
  counted text[] := '{}';
  surplus text[] := '{}';
  one text;
  ended text[] := '{}';
BEGIN
  -- Before the epoch: where everyone is ended in between, the epoch is a new one, or the session belongs
  -- to the era that has ended.
  SELECT era INTO STRICT this_era FROM @schema.state;
  IF p_user IS NOT NULL THEN
    user_epoch := @schema.lock_user(p_user, p_now);
  END IF;
  IF EXISTS (SELECT 1 FROM @schema.sessions WHERE id = p_id AND era = this_era) THEN
    RETURN 'duplicate';
  END IF;
  IF p_user IS NOT NULL AND p_epoch <> user_epoch THEN
    RETURN 'epoch';
  END IF;
  IF p_user IS NOT NULL AND p_max IS NOT NULL THEN
    SELECT coalesce(array_agg(id ORDER BY created_at, id), '{}') INTO counted
      FROM @schema.sessions
      WHERE user_key = p_user AND era = this_era AND expires_at > p_now AND NOT replaced
        AND id IS DISTINCT FROM p_replaces;
    surplus := counted[1 : greatest(cardinality(counted) + 1 - p_max, 0)::integer];
  END IF;
  IF p_replaces IS NOT NULL OR (cardinality(surplus) > 0 AND NOT p_refuse) THEN
    PERFORM 1 FROM @schema.sessions WHERE id = ANY (surplus || p_replaces)
      ORDER BY id FOR UPDATE;
  END IF;
  IF p_replaces IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM @schema.sessions
      WHERE id = p_replaces AND era = this_era AND expires_at > p_now
  ) THEN
    RETURN 'replaced-missing';
  END IF;
  IF cardinality(surplus) > 0 AND p_refuse THEN
    RETURN 'limit';
  END IF;

  -- What is left of an older era counts as gone.
  DELETE FROM @schema.sessions WHERE id = p_id AND era < this_era;
  INSERT INTO @schema.sessions (
    id, user_key, era, revision, created_at, last_seen_at, expires_at, replaced, device_key, renewal,
    facts, data
  ) VALUES (
    p_id, p_user, this_era, p_revision, p_created_at, p_last_seen_at, p_expires_at, p_replaced,
    p_device_key, p_renewal, p_facts, p_data::jsonb
  ) ON CONFLICT DO NOTHING;
  IF NOT FOUND THEN
    RETURN 'duplicate';
  END IF;
  IF cardinality(surplus) > 0 OR p_replaces IS NOT NULL THEN
    PERFORM @schema.be_durable();
  END IF;
  FOREACH one IN ARRAY surplus LOOP
    DELETE FROM @schema.sessions WHERE id = one AND era = this_era;
    IF FOUND THEN
      ended := ended || one;
    END IF;
  END LOOP;
  PERFORM @schema.announce(p_channel, '-', ended);
  IF p_replaces IS NOT NULL THEN
    UPDATE @schema.sessions SET replaced = true, expires_at = least(expires_at, p_until)
      WHERE id = p_replaces;
    PERFORM @schema.announce(p_channel, '=', ARRAY[p_replaces]);
  END IF;
  RETURN to_json(ended)::text;
END $f$;`;

const CHANGING = `
-- What a change answers, and announces where it was done.
CREATE FUNCTION @schema.change_answer(
  p_done boolean, p_now bigint, p_channel text, p_id text, p_otherwise text
) RETURNS text
LANGUAGE plpgsql AS $f$
BEGIN
  IF p_done THEN
    PERFORM @schema.announce(p_channel, '=', ARRAY[p_id]);
    RETURN 'ok';
  END IF;
  PERFORM 1 FROM @schema.sessions WHERE id = p_id AND @live;
  RETURN CASE WHEN FOUND THEN p_otherwise ELSE 'missing' END;
END $f$;

CREATE FUNCTION @schema.patch_session(
  p_now bigint, p_channel text, p_id text, p_set text, p_remove text, p_if_revision bigint
) RETURNS text
@writing AS $f$
BEGIN
  UPDATE @schema.sessions
    SET data = (data - p_remove::text[]) || p_set::jsonb, revision = revision + 1
    WHERE id = p_id AND @live AND (p_if_revision IS NULL OR revision = p_if_revision);
  RETURN @schema.change_answer(FOUND, p_now, p_channel, p_id, 'conflict');
END $f$;

CREATE FUNCTION @schema.renew_session(
  p_now bigint, p_channel text, p_id text, p_generation bigint, p_pending text, p_renewal text
) RETURNS text
@writing AS $f$
BEGIN
  UPDATE @schema.sessions SET renewal = p_renewal
    WHERE id = p_id AND @live AND NOT replaced
      AND (renewal::json->>0)::bigint = p_generation
      AND renewal::json->>3 IS NOT DISTINCT FROM p_pending;
  RETURN @schema.change_answer(FOUND, p_now, p_channel, p_id, 'stale');
END $f$;

CREATE FUNCTION @schema.bind_session(
  p_now bigint, p_channel text, p_id text, p_from text, p_to text
) RETURNS text
@writing AS $f$
BEGIN
  UPDATE @schema.sessions SET device_key = p_to
    WHERE id = p_id AND @live AND device_key IS NOT DISTINCT FROM p_from;
  RETURN @schema.change_answer(FOUND, p_now, p_channel, p_id, 'stale');
END $f$;

CREATE FUNCTION @schema.touch_sessions(p_now bigint, p_ids text, p_seen text) RETURNS text
@writing AS $f$
DECLARE
  this_era integer;
  one record;
BEGIN
  -- A touch that a crash of the server loses is made again by the next request.
  PERFORM set_config('synchronous_commit', 'off', true);
  SELECT era INTO STRICT this_era FROM @schema.state;
  FOR one IN
    SELECT id, max(seen) AS seen FROM unnest(p_ids::text[], p_seen::bigint[]) AS batch (id, seen)
      GROUP BY id ORDER BY id COLLATE "C"
  LOOP
    UPDATE @schema.sessions SET last_seen_at = least(one.seen, expires_at)
      WHERE id = one.id AND era = this_era AND expires_at > p_now
        AND last_seen_at < least(one.seen, expires_at);
  END LOOP;
  RETURN 'ok';
END $f$;`;

const ENDING = `
-- Deletes these sessions in the order of their ids. A JSON array of those that were live.
CREATE FUNCTION @schema.remove_sessions(p_now bigint, p_channel text, p_ids text[]) RETURNS text
LANGUAGE plpgsql AS $f$
DECLARE
  this_era integer;
  one text;
  is_live boolean;
  ended text[] := '{}';
BEGIN
  SELECT era INTO STRICT this_era FROM @schema.state;
  PERFORM @schema.be_durable();
  FOR one IN SELECT DISTINCT id COLLATE "C" AS id FROM unnest(p_ids) AS batch (id) ORDER BY 1 LOOP
    DELETE FROM @schema.sessions WHERE id = one
      RETURNING era = this_era AND expires_at > p_now INTO is_live;
    IF FOUND AND is_live THEN
      ended := ended || one;
    END IF;
  END LOOP;
  PERFORM @schema.announce(p_channel, '-', ended);
  RETURN to_json(ended)::text;
END $f$;

CREATE FUNCTION @schema.end_sessions(p_now bigint, p_channel text, p_ids text) RETURNS text
@writing AS $f$
BEGIN
  RETURN @schema.remove_sessions(p_now, p_channel, p_ids::text[]);
END $f$;

CREATE FUNCTION @schema.change_epoch(p_now bigint, p_user text) RETURNS text
@writing AS $f$
BEGIN
  PERFORM @schema.be_durable();
  PERFORM @schema.lock_user(p_user, p_now);
  UPDATE @schema.users SET epoch = @random_epoch, era = state.era, used_at = p_now
    FROM @schema.state WHERE user_key = p_user;
  RETURN 'ok';
END $f$;

CREATE FUNCTION @schema.end_user(p_now bigint, p_channel text, p_user text, p_except text)
RETURNS text
@writing AS $f$
BEGIN
  PERFORM @schema.change_epoch(p_now, p_user);
  RETURN @schema.remove_sessions(p_now, p_channel, ARRAY(
    SELECT id FROM @schema.sessions WHERE user_key = p_user AND id IS DISTINCT FROM p_except
  ));
END $f$;

CREATE FUNCTION @schema.end_everyone(p_channel text) RETURNS text
@writing AS $f$
BEGIN
  PERFORM @schema.be_durable();
  UPDATE @schema.state SET era = era + 1, epoch = @random_epoch;
  PERFORM @schema.announce(p_channel, '*', ARRAY['']);
  RETURN 'ok';
END $f$;`;

const SWEEPING = `
-- How many it removed. The sums are those of the index. Rows that a verb is at work on are left for the next time.
CREATE FUNCTION @schema.sweep(p_now bigint, p_limit bigint) RETURNS text
LANGUAGE plpgsql AS $f$
DECLARE
  this_era integer;
  expired bigint;
  bygone bigint;
BEGIN
  SELECT era INTO STRICT this_era FROM @schema.state;
  DELETE FROM @schema.sessions WHERE id = ANY (ARRAY(
    SELECT id FROM @schema.sessions WHERE era + 0 = this_era AND expires_at + 0 <= p_now
      ORDER BY expires_at + 0 LIMIT p_limit FOR UPDATE SKIP LOCKED
  ));
  GET DIAGNOSTICS expired = ROW_COUNT;
  DELETE FROM @schema.sessions WHERE id = ANY (ARRAY(
    SELECT id FROM @schema.sessions WHERE era + 0 < this_era
      ORDER BY era + 0, expires_at + 0 LIMIT p_limit - expired FOR UPDATE SKIP LOCKED
  ));
  GET DIAGNOSTICS bygone = ROW_COUNT;
  RETURN (expired + bygone)::text;
END $f$;

-- Users whose epoch no sign-in under way can hold any more. How many it forgot.
CREATE FUNCTION @schema.forget_users(p_before bigint, p_limit bigint) RETURNS text
LANGUAGE plpgsql AS $f$
DECLARE
  forgotten bigint;
BEGIN
  DELETE FROM @schema.users WHERE user_key = ANY (ARRAY(
    SELECT user_key FROM @schema.users WHERE used_at < p_before
      ORDER BY used_at LIMIT p_limit FOR UPDATE SKIP LOCKED
  ));
  GET DIAGNOSTICS forgotten = ROW_COUNT;
  RETURN forgotten::text;
END $f$;`;
