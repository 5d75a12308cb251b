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

-- What to answer where one of the counters asks to wait, or null.
CREATE FUNCTION @schema.throttle_refusal(p_now bigint, p_counters jsonb) RETURNS text
LANGUAGE sql STABLE AS $f$
  SELECT concat_ws(' ', 'refused', place - 1, wait)
  FROM (
    SELECT place, @schema.throttle_wait(stored.failures, stored.at, p_now, counter) AS wait
    FROM jsonb_array_elements(p_counters) WITH ORDINALITY AS given (counter, place)
    JOIN @schema.throttle_counters AS stored ON stored.key = counter ->> 0
  ) AS looks
  WHERE wait > 0 ORDER BY wait DESC, place LIMIT 1
$f$;
`;

const COUNTING = `
-- 'refused' with the place and the wait, or 'counted' with failures, at and before of each.
CREATE FUNCTION @schema.count_failures(p_now bigint, p_counters text) RETURNS text
@writing AS $f$
DECLARE
  given jsonb := p_counters::jsonb;
  keys text[] := ARRAY(SELECT counter ->> 0 FROM jsonb_array_elements(given) AS one (counter) ORDER BY (counter ->> 0) COLLATE "C");
  one_key text;
  answer text;
BEGIN
  IF current_setting('transaction_isolation') <> 'read committed' THEN
    RAISE EXCEPTION 'Countersign needs transaction isolation "read committed", and this is "%"',
      current_setting('transaction_isolation') USING ERRCODE = 'invalid_transaction_state';
  END IF;
  -- Who has to wait is told so by reading alone: hammering locks and writes nothing. Not where the clock
  -- was set back: then the time has to be put right, or the wait would begin anew at every look.
  IF NOT EXISTS (SELECT 1 FROM @schema.throttle_counters WHERE key = ANY (keys) AND at > p_now) THEN
    answer := @schema.throttle_refusal(p_now, given);
    IF answer IS NOT NULL THEN RETURN answer; END IF;
  END IF;
  FOREACH one_key IN ARRAY keys LOOP
    LOOP
      PERFORM 1 FROM @schema.throttle_counters WHERE key = one_key FOR UPDATE;
      EXIT WHEN FOUND;
      -- Waits for whoever inserts the same now. The row may be gone again before it is locked.
      INSERT INTO @schema.throttle_counters (key, failures, at, swept_at)
      VALUES (one_key, 0, p_now, p_now) ON CONFLICT DO NOTHING;
      EXIT WHEN FOUND;
    END LOOP;
  END LOOP;
  UPDATE @schema.throttle_counters SET at = p_now WHERE key = ANY (keys) AND at > p_now;
  answer := @schema.throttle_refusal(p_now, given);
  IF answer IS NOT NULL THEN
    DELETE FROM @schema.throttle_counters WHERE key = ANY (keys) AND failures = 0;
    RETURN answer;
  END IF;
  WITH old AS (
    SELECT place, counter, stored.key,
      CASE WHEN is_over THEN 0 ELSE stored.failures END AS failures,
      CASE WHEN is_over THEN p_now ELSE stored.at END AS before
    FROM jsonb_array_elements(given) WITH ORDINALITY AS given (counter, place)
    JOIN @schema.throttle_counters AS stored ON stored.key = counter ->> 0
    CROSS JOIN LATERAL (
      SELECT stored.failures = 0
        OR p_now - stored.at >= @schema.throttle_lifetime(stored.failures, counter) AS is_over
    ) AS age
  ), next AS (
    SELECT place, key, before, failures + 1 AS failures,
      CASE WHEN counter ->> 1 = 'window' THEN before ELSE p_now END AS at,
      @schema.throttle_lifetime(failures + 1, counter) AS lifetime
    FROM old
  ), written AS (
    UPDATE @schema.throttle_counters AS stored
    SET failures = next.failures, at = next.at,
      swept_at = (next.at + lifetime + @hour - 1) / @hour * @hour
    FROM next WHERE stored.key = next.key
    RETURNING place, stored.failures, stored.at, before
  )
  SELECT 'counted ' || string_agg(concat_ws(' ', failures, at, before), ' ' ORDER BY place)
    INTO STRICT answer FROM written;
  RETURN answer;
END $f$;
`;

const SETTLING = `
CREATE FUNCTION @schema.settle_failures(p_counted text, p_outcome text) RETURNS void
@writing AS $f$
DECLARE
  given jsonb := p_counted::jsonb;
BEGIN
  PERFORM 1 FROM @schema.throttle_counters
    WHERE key = ANY (ARRAY(SELECT counter ->> 0 FROM jsonb_array_elements(given) AS one (counter)))
    ORDER BY key FOR UPDATE;
  -- What starts anew or falls to nothing. In another window an attempt is no longer counted.
  DELETE FROM @schema.throttle_counters AS stored
    USING jsonb_array_elements(given) AS one (counter)
    WHERE stored.key = counter ->> 0
      AND CASE
        WHEN counter ->> 1 = 'window' THEN stored.failures <= 1 AND stored.at = (counter ->> 6)::bigint
        ELSE p_outcome = 'succeeded' OR stored.failures <= 1
      END;
  -- Where nothing came after it, the wait runs from the failure before it again.
  UPDATE @schema.throttle_counters AS stored
    SET failures = next.failures, at = next.at,
      swept_at = (next.at + @schema.throttle_lifetime(next.failures, counter) + @hour - 1) / @hour * @hour
    FROM (
      SELECT old.key, counter, old.failures - 1 AS failures,
        CASE
          WHEN old.at = (counter ->> 6)::bigint AND old.failures = (counter ->> 5)::bigint
            THEN (counter ->> 7)::bigint
          ELSE old.at
        END AS at
      FROM jsonb_array_elements(given) AS one (counter)
      JOIN @schema.throttle_counters AS old ON old.key = counter ->> 0
      WHERE counter ->> 1 = 'growing' OR old.at = (counter ->> 6)::bigint
    ) AS next
    WHERE stored.key = next.key;
END $f$;

CREATE FUNCTION @schema.forget_failures(p_keys text) RETURNS void
@writing AS $f$
DECLARE
  keys text[] := ARRAY(SELECT jsonb_array_elements_text(p_keys::jsonb));
BEGIN
  PERFORM 1 FROM @schema.throttle_counters WHERE key = ANY (keys) ORDER BY key FOR UPDATE;
  DELETE FROM @schema.throttle_counters WHERE key = ANY (keys);
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
