// The fourth layout of the schema: throttle counters and the functions that count on them, one round trip
// each. They say in SQL what accounts/failure-counters.ts says. Never edited after a release.
//
// A counter comes as a JSON array: key, kind, then `free`, `longestWaitMs` and `keepFrom` or `limit` and
// `windowMs`. One that was counted has three more, from place 5: failures, at, before. Rows are locked in
// the order of their keys, so that no two attempts can wait for each other.

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** What stands for an `@name` in the text below. */
const PARTS: Readonly<Record<string, string>> = {
  // A lock is not waited for longer than a session layer waits for an answer by default.
  writing: `LANGUAGE plpgsql SET lock_timeout = '2s'`,
  hour: String(HOUR_MS),
  forget_after: String(DAY_MS),
  keep_for: String(400 * DAY_MS),
};

/** @param schema a name that needs no quotes */
export function throttleOfLayout4(schema: string): string {
  return (TABLE + RULES + COUNTING + SETTLING)
    .replaceAll(/@(\w+)/g, (name, part: string) => PARTS[part] ?? name)
    .replaceAll('@schema', schema);
}

/** `swept_at` is a whole hour: while it stays, counting changes no index, and PostgreSQL reuses the row's page. */
const TABLE = `
CREATE TABLE @schema.throttle_counters (
  key text COLLATE "C" PRIMARY KEY,
  failures bigint NOT NULL,
  at bigint NOT NULL,
  swept_at bigint NOT NULL
) WITH (fillfactor = 70);
CREATE INDEX throttle_counters_by_sweep ON @schema.throttle_counters (swept_at);
`;

const RULES = `
CREATE FUNCTION @schema.throttle_lifetime(p_failures bigint, p_counter jsonb) RETURNS bigint
LANGUAGE sql IMMUTABLE AS $f$
  SELECT CASE
    WHEN p_counter ->> 1 = 'window' THEN (p_counter ->> 3)::bigint
    WHEN p_failures >= (p_counter ->> 4)::bigint THEN @keep_for
    ELSE @forget_after
  END
$f$;

-- Milliseconds until the next attempt may be made; 0 for now. A time of the future is of now.
CREATE FUNCTION @schema.throttle_wait(p_failures bigint, p_at bigint, p_now bigint, p_counter jsonb)
RETURNS bigint
LANGUAGE sql IMMUTABLE AS $f$
  SELECT CASE
    WHEN p_now - p_at >= @schema.throttle_lifetime(p_failures, p_counter) THEN 0
    WHEN p_failures < (p_counter ->> 2)::bigint THEN 0
    WHEN p_counter ->> 1 = 'window' THEN least(p_at, p_now) + (p_counter ->> 3)::bigint - p_now
    ELSE greatest(0, least(p_at, p_now) - p_now + least(
      (p_counter ->> 3)::bigint,
      1000 * (2 ^ least(p_failures - (p_counter ->> 2)::bigint, 40))::bigint
    ))
  END
$f$;

-- Rounded up to a whole hour.
CREATE FUNCTION @schema.throttle_swept_at(p_failures bigint, p_at bigint, p_counter jsonb) RETURNS bigint
LANGUAGE sql IMMUTABLE AS $f$
  SELECT (p_at + @schema.throttle_lifetime(p_failures, p_counter) + @hour - 1) / @hour * @hour
$f$;
`;

/**
 * Row by row, by the primary key: a join could be planned as a walk through the whole table, and a plan
 * is kept for as long as the connection.
 */
const COUNTING = `
-- 'refused' with the place and the wait, or 'counted' with failures, at and before of each.
CREATE FUNCTION @schema.count_failures(p_now bigint, p_counters text) RETURNS text
@writing AS $f$
DECLARE
  given jsonb := p_counters::jsonb;
  last_place integer := jsonb_array_length(given) - 1;
  counter jsonb;
  one record;
  stored_failures bigint;
  stored_at bigint;
  is_future boolean := false;
  wait bigint;
  longest bigint := 0;
  longest_place integer;
  failures bigint[];
  ats bigint[];
  answer text := 'counted';
BEGIN
  IF current_setting('transaction_isolation') <> 'read committed' THEN
    RAISE EXCEPTION 'Countersign needs transaction isolation "read committed", and this is "%"',
      current_setting('transaction_isolation') USING ERRCODE = 'invalid_transaction_state';
  END IF;
  -- Who has to wait is told so by reading alone: hammering locks and writes nothing. Not where the clock
  -- was set back: then the time has to be put right, or the wait would begin anew at every look.
  FOR place IN 0 .. last_place LOOP
    counter := given -> place;
    SELECT stored.failures, stored.at INTO stored_failures, stored_at
      FROM @schema.throttle_counters AS stored WHERE stored.key = counter ->> 0;
    CONTINUE WHEN NOT FOUND;
    is_future := is_future OR stored_at > p_now;
    wait := @schema.throttle_wait(stored_failures, stored_at, p_now, counter);
    IF wait > longest THEN longest := wait; longest_place := place; END IF;
  END LOOP;
  IF longest > 0 AND NOT is_future THEN RETURN concat_ws(' ', 'refused', longest_place, longest); END IF;

  FOR one IN
    SELECT given_one.counter ->> 0 AS key, ordinality::integer - 1 AS place
    FROM jsonb_array_elements(given) WITH ORDINALITY AS given_one (counter)
    ORDER BY (given_one.counter ->> 0) COLLATE "C"
  LOOP
    LOOP
      SELECT stored.failures, stored.at INTO stored_failures, stored_at
        FROM @schema.throttle_counters AS stored WHERE stored.key = one.key FOR UPDATE;
      EXIT WHEN FOUND;
      -- Waits for whoever inserts the same now. The row may be gone again before it is locked.
      INSERT INTO @schema.throttle_counters (key, failures, at, swept_at)
        VALUES (one.key, 0, p_now, p_now) ON CONFLICT DO NOTHING;
    END LOOP;
    failures[one.place] := stored_failures;
    ats[one.place] := stored_at;
  END LOOP;

  longest := 0;
  FOR place IN 0 .. last_place LOOP
    counter := given -> place;
    IF ats[place] > p_now THEN
      ats[place] := p_now;
      UPDATE @schema.throttle_counters SET at = p_now WHERE key = counter ->> 0;
    END IF;
    wait := @schema.throttle_wait(failures[place], ats[place], p_now, counter);
    IF wait > longest THEN longest := wait; longest_place := place; END IF;
  END LOOP;

  FOR place IN 0 .. last_place LOOP
    counter := given -> place;
    IF longest > 0 THEN
      DELETE FROM @schema.throttle_counters AS stored
        WHERE stored.key = counter ->> 0 AND stored.failures = 0;
      CONTINUE;
    END IF;
    IF failures[place] = 0
      OR p_now - ats[place] >= @schema.throttle_lifetime(failures[place], counter) THEN
      failures[place] := 0;
      ats[place] := p_now;
    END IF;
    stored_failures := failures[place] + 1;
    stored_at := CASE WHEN counter ->> 1 = 'window' THEN ats[place] ELSE p_now END;
    UPDATE @schema.throttle_counters AS stored
      SET failures = stored_failures, at = stored_at,
        swept_at = @schema.throttle_swept_at(stored_failures, stored_at, counter)
      WHERE stored.key = counter ->> 0;
    answer := concat_ws(' ', answer, stored_failures, stored_at, ats[place]);
  END LOOP;
  IF longest > 0 THEN RETURN concat_ws(' ', 'refused', longest_place, longest); END IF;
  RETURN answer;
END $f$;
`;

const SETTLING = `
CREATE FUNCTION @schema.settle_failures(p_counted text, p_outcome text) RETURNS void
@writing AS $f$
DECLARE
  counter jsonb;
  is_window boolean;
  stored_failures bigint;
  stored_at bigint;
BEGIN
  FOR counter IN
    SELECT one.counter FROM jsonb_array_elements(p_counted::jsonb) AS one (counter)
    ORDER BY (one.counter ->> 0) COLLATE "C"
  LOOP
    SELECT stored.failures, stored.at INTO stored_failures, stored_at
      FROM @schema.throttle_counters AS stored WHERE stored.key = counter ->> 0 FOR UPDATE;
    CONTINUE WHEN NOT FOUND;
    is_window := counter ->> 1 = 'window';
    -- In another window it is no longer counted.
    CONTINUE WHEN is_window AND stored_at <> (counter ->> 6)::bigint;
    IF stored_failures <= 1 OR (p_outcome = 'succeeded' AND NOT is_window) THEN
      DELETE FROM @schema.throttle_counters AS stored WHERE stored.key = counter ->> 0;
      CONTINUE;
    END IF;
    -- Nothing came after it: then the wait runs from the failure before it again.
    IF stored_at = (counter ->> 6)::bigint AND stored_failures = (counter ->> 5)::bigint THEN
      stored_at := (counter ->> 7)::bigint;
    END IF;
    stored_failures := stored_failures - 1;
    UPDATE @schema.throttle_counters AS stored
      SET failures = stored_failures, at = stored_at,
        swept_at = @schema.throttle_swept_at(stored_failures, stored_at, counter)
      WHERE stored.key = counter ->> 0;
  END LOOP;
END $f$;

CREATE FUNCTION @schema.forget_failures(p_keys text) RETURNS void
@writing AS $f$
DECLARE
  one_key text;
BEGIN
  FOR one_key IN SELECT key FROM jsonb_array_elements_text(p_keys::jsonb) AS one (key)
    ORDER BY key COLLATE "C"
  LOOP
    DELETE FROM @schema.throttle_counters AS stored WHERE stored.key = one_key;
  END LOOP;
END $f$;

-- How many it removed. Rows that a verb is at work on are left for the next time.
CREATE FUNCTION @schema.sweep_failures(p_now bigint, p_limit bigint) RETURNS text
LANGUAGE plpgsql AS $f$
DECLARE
  removed bigint;
BEGIN
  DELETE FROM @schema.throttle_counters WHERE key = ANY (ARRAY(
    SELECT key FROM @schema.throttle_counters WHERE swept_at <= p_now
      ORDER BY swept_at LIMIT p_limit FOR UPDATE SKIP LOCKED
  ));
  GET DIAGNOSTICS removed = ROW_COUNT;
  RETURN removed::text;
END $f$;
`;
