-- The shared store of liberations, version 1: its tables, which nobody reads but their owner, and the functions of lbr_v1, which
-- are all that a host may call. Run it in a database of its own, as the database's owner with CREATEROLE, or as a superuser:
--     psql -X -v ON_ERROR_STOP=1 -d liberations -f lbr_v1.sql
-- It is one transaction, and may be run again: it changes what differs and keeps every row. README explains the roles.
--
-- Every function that writes or judges refuses with SQLSTATE
--     LB001  until somebody calls adopt(): this database was restarted, promoted or restored, or is a standby
--     LB003  what a caller must never send: a fault of the program
--     LB004  the realm's epoch is another one: say hello again, and seal under its key
-- Times are microseconds since 1970 by the database's clock (now_us), or steps of 30 s. Keys, slots and records are made and judged
-- by the hosts; here they are bytes.
BEGIN;
SET LOCAL client_min_messages = warning;
SET LOCAL search_path = pg_catalog, pg_temp; -- before anything is called: up to PostgreSQL 14 others may make functions in public

-- Roles ---------------------------------------------------------------------------------------------------------------------------
DO $$
DECLARE
	v_role text;
BEGIN
	FOREACH v_role IN ARRAY ARRAY['lbr_owner', 'lbr_host', 'lbr_admin', 'lbr_watch'] LOOP
		IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = v_role) THEN
			EXECUTE format('CREATE ROLE %I NOLOGIN', v_role);
		END IF;
	END LOOP;
	EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
	IF to_regnamespace('public') IS NOT NULL THEN -- up to PostgreSQL 14 everybody may make tables there
		REVOKE ALL ON SCHEMA public FROM PUBLIC;
	END IF;
	EXECUTE format('GRANT CONNECT ON DATABASE %I TO lbr_host, lbr_admin, lbr_watch', current_database());
	-- How many standbys confirm, and whether a connection is encrypted, is shown to those who may see statistics.
	IF NOT pg_has_role('lbr_owner', 'pg_read_all_stats', 'USAGE') THEN
		BEGIN
			GRANT pg_read_all_stats TO lbr_owner;
		EXCEPTION WHEN insufficient_privilege THEN
			RAISE WARNING USING ERRCODE = 'LB005', -- no 01000: that says that no standby has confirmed
				MESSAGE = 'hosts will not see the standbys: as a superuser, run GRANT pg_read_all_stats TO lbr_owner';
		END;
	END IF;
END
$$;
DO $$
BEGIN
	IF NOT pg_has_role('lbr_owner', 'USAGE') THEN -- from PostgreSQL 16 on, who has it may not give it to themselves again
		GRANT lbr_owner TO CURRENT_USER;
	END IF;
END
$$;
CREATE SCHEMA IF NOT EXISTS lbr AUTHORIZATION lbr_owner;
CREATE SCHEMA IF NOT EXISTS lbr_v1 AUTHORIZATION lbr_owner;
SET LOCAL ROLE lbr_owner;
SET LOCAL search_path = pg_catalog, pg_temp;
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;

-- Tables --------------------------------------------------------------------------------------------------------------------------
-- What a commit writes has its bounds in domains: they are compiled once a session, and apply to the columns that are assigned. A CHECK of
-- a table is read from text again for each row that is written, which took a third of a commit's time.
DO $$
BEGIN
	IF to_regtype('lbr.slot') IS NULL THEN
		CREATE DOMAIN lbr.counters_name AS text COLLATE "C" CHECK (octet_length(VALUE) BETWEEN 1 AND 64);
		CREATE DOMAIN lbr.slot AS bytea CHECK (octet_length(VALUE) BETWEEN 1 AND 4096);
		CREATE DOMAIN lbr.connection AS int CHECK (VALUE BETWEEN 1 AND 16);
		CREATE DOMAIN lbr.release AS text CHECK (octet_length(VALUE) <= 64);
		CREATE DOMAIN lbr.key_ids AS text[] CHECK (cardinality(VALUE) <= 16 AND octet_length(array_to_string(VALUE, '')) <= 128);
		CREATE DOMAIN lbr.policy AS text CHECK (octet_length(VALUE) <= 128);
	END IF;
END
$$;
CREATE TABLE IF NOT EXISTS lbr.versions (   -- of the functions; lbr_v2.sql adds its own, and lbr_v1 goes when no host speaks it
	version int PRIMARY KEY
);
CREATE TABLE IF NOT EXISTS lbr.realm (      -- one row: what all hosts share
	one              bool   PRIMARY KEY DEFAULT true CHECK (one),
	id               uuid   NOT NULL,
	epoch            bigint NOT NULL,       -- raised by whatever a commit depends on: floor, key in force
	line             text   COLLATE "C" NOT NULL,
	floor_step       bigint NOT NULL,       -- no code up to this step is accepted
	window_steps     int    NOT NULL CHECK (window_steps BETWEEN 0 AND 10),
	active_key       text   COLLATE "C" NOT NULL CHECK (active_key ~ '^[0-9a-f]{8}$'),
	probe            bytea  NOT NULL,       -- sealed by init: a host that cannot open it has another seal key
	dummy            bytea  NOT NULL,       -- takes the place of the record of an unknown name, since TLS shows lengths
	adopted_us       bigint NOT NULL,
	loss_accepted_us bigint NOT NULL,       -- witnesses that are older count no more
	started          timestamptz,           -- the parts of `line` that cost a commit nothing: see lbr.is_here()
	place            text
);
CREATE TABLE IF NOT EXISTS lbr.accounts (
	name       text   COLLATE "C" PRIMARY KEY CHECK (octet_length(name) BETWEEN 1 AND 64 AND name !~ '^[.-]'),
	folded     text   COLLATE "C" NOT NULL UNIQUE,     -- equal for names that look alike
	generation bigint NOT NULL CHECK (generation > 0),
	key_id     text   COLLATE "C" NOT NULL,
	record     bytea  NOT NULL CHECK (octet_length(record) BETWEEN 1 AND 16384),
	maker      text   COLLATE "C"           -- the login that made it; NULL: made before there was this column
) WITH (fillfactor = 80);
CREATE TABLE IF NOT EXISTS lbr.counters (   -- an account's by its name, the 256 decoys' by '.00' to '.ff'
	name       lbr.counters_name PRIMARY KEY,
	version    bigint NOT NULL,             -- the only thing that a commit compares; never twice the same, not even after remove
	last_step  bigint NOT NULL,
	key_id     text   COLLATE "C" NOT NULL,
	slot       lbr.slot NOT NULL
) WITH (fillfactor = 70);                   -- room for the next versions of a row beside it: updates touch no index
CREATE SEQUENCE IF NOT EXISTS lbr.lives;    -- where the versions of a new row begin, 2^32 apart
CREATE TABLE IF NOT EXISTS lbr.history (
	name       text   COLLATE "C" PRIMARY KEY REFERENCES lbr.accounts ON UPDATE CASCADE ON DELETE CASCADE,
	key_id     text   COLLATE "C" NOT NULL,
	record     bytea  NOT NULL CHECK (octet_length(record) BETWEEN 1 AND 16384)
);
CREATE TABLE IF NOT EXISTS lbr.notices (    -- when a notice of each kind was last mailed
	name       text   COLLATE "C" REFERENCES lbr.accounts ON DELETE CASCADE,
	kind       text   COLLATE "C" CHECK (kind ~ '^[a-z-]{1,32}$'),
	sent_s     bigint NOT NULL,
	key_id     text   COLLATE "C" NOT NULL,
	record     bytea  NOT NULL CHECK (octet_length(record) BETWEEN 1 AND 4096),
	PRIMARY KEY (name, kind)
);
CREATE TABLE IF NOT EXISTS lbr.hosts (      -- a row for each login and connection, so that none waits for another
	name       text   COLLATE "C",
	conn       lbr.connection,
	seq        bigint NOT NULL DEFAULT 0,   -- the number of the last commit: the host knows which it was told of
	seen       timestamptz NOT NULL,
	speaks     int    NOT NULL,             -- the version of the functions
	release    lbr.release NOT NULL,
	keys       lbr.key_ids NOT NULL,
	policy     lbr.policy,
	skew_us    bigint,                      -- the host's clock less this one
	lost_seq   bigint NOT NULL DEFAULT 0,   -- the number of one that it was told of and that is not here,
	lost       bigint NOT NULL DEFAULT 0,   -- how many were missing then, and when it said so
	lost_us    bigint,
	raised_us  bigint NOT NULL DEFAULT 0,   -- when it last raised the floor for that
	PRIMARY KEY (name, conn)
) WITH (fillfactor = 20);
CREATE TABLE IF NOT EXISTS lbr.turns (      -- leases: who mails, who seals anew
	what       text   COLLATE "C" PRIMARY KEY CHECK (what ~ '^[a-z-]{1,32}$'),
	holder     text   NOT NULL,
	ticket     uuid   NOT NULL,
	until      timestamptz NOT NULL
);
INSERT INTO lbr.versions VALUES (1) ON CONFLICT DO NOTHING;
-- Raised by each release that changes anything here, as LBR_SCHEMA_EDITION is: `store upgrade` runs this file where it finds a
-- lower one.
COMMENT ON SCHEMA lbr_v1 IS 'edition 2';
ALTER TABLE lbr.realm ADD COLUMN IF NOT EXISTS started timestamptz, ADD COLUMN IF NOT EXISTS place text;
ALTER TABLE lbr.accounts ADD COLUMN IF NOT EXISTS maker text COLLATE "C";
ALTER TABLE lbr.accounts ALTER COLUMN record SET STORAGE EXTERNAL; -- what is sealed does not get smaller
ALTER TABLE lbr.history ALTER COLUMN record SET STORAGE EXTERNAL;

-- Helpers: in schema lbr, where no login may look ------------------------------------------------------------------------------
-- Which database this is: CLUSTER/TIMELINE/DATABASE.TABLE/START, another one after initdb, promotion, recovery to a point in time, where
-- tables come from a dump or a template, and after each start of the server: files can be put back only while it is stopped, and nothing
-- else shows that a base backup or a snapshot was. NULL on a standby. A running machine that is put back with its memory bears the same:
-- hosts.seq tells. It reads a file of the server, so it is for greetings and for writers that are not many.
CREATE OR REPLACE FUNCTION lbr.line() RETURNS text LANGUAGE plpgsql VOLATILE AS $$
BEGIN
	IF pg_catalog.pg_is_in_recovery() THEN
		RETURN NULL;
	END IF;
	RETURN (SELECT s.system_identifier FROM pg_catalog.pg_control_system() s)::text || '/' ||
		ltrim(left(pg_catalog.pg_walfile_name(pg_catalog.pg_current_wal_insert_lsn()), 8), '0') || '/' ||
		(SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database())::text || '.' ||
		pg_catalog.pg_relation_filenode('lbr.realm')::text || '/' ||
		to_hex((extract(epoch FROM pg_catalog.pg_postmaster_start_time()) * 1000000)::bigint);
END
$$;

-- Whether that line is the one that was adopted, asked by every load and every commit. It needs no more than this: another cluster, and
-- another timeline, begin with a start. A query takes it into its own plan.
CREATE OR REPLACE FUNCTION lbr.is_here(p_started timestamptz, p_place text) RETURNS bool LANGUAGE sql VOLATILE AS $$
	SELECT p_started = pg_catalog.pg_postmaster_start_time() AND p_place = pg_catalog.pg_relation_filepath('lbr.realm') AND
	       NOT pg_catalog.pg_is_in_recovery()
$$;

CREATE OR REPLACE FUNCTION lbr.now_us() RETURNS bigint LANGUAGE sql VOLATILE AS $$
	SELECT (extract(epoch FROM pg_catalog.clock_timestamp()) * 1000000)::bigint
$$;

CREATE OR REPLACE FUNCTION lbr.refuse(p_state text, p_message text) RETURNS void LANGUAGE plpgsql VOLATILE AS $$
BEGIN
	RAISE EXCEPTION USING ERRCODE = p_state, MESSAGE = p_message;
END
$$;

CREATE OR REPLACE FUNCTION lbr.refuse_line() RETURNS void LANGUAGE plpgsql VOLATILE AS $$
BEGIN
	IF NOT EXISTS (SELECT FROM lbr.realm) THEN
		PERFORM lbr.refuse('LB001', 'there is no realm yet: run liberations store init');
	ELSIF pg_is_in_recovery() THEN
		PERFORM lbr.refuse('LB001', 'this server is a standby');
	END IF;
	PERFORM lbr.refuse('LB001', 'this database was restarted, promoted or restored, and no host has adopted it yet');
END
$$;

CREATE OR REPLACE FUNCTION lbr.need_line() RETURNS void LANGUAGE plpgsql VOLATILE AS $$
BEGIN
	IF NOT EXISTS (SELECT FROM lbr.realm r WHERE lbr.is_here(r.started, r.place)) THEN
		PERFORM lbr.refuse_line();
	END IF;
END
$$;

-- For a writer that is no commit. From here on neither floor nor key in force change until it ends. Returns the key.
CREATE OR REPLACE FUNCTION lbr.need_epoch(p_epoch bigint) RETURNS text LANGUAGE plpgsql VOLATILE AS $$
DECLARE
	v_key text;
BEGIN
	PERFORM lbr.need_line();
	LOCK TABLE lbr.counters IN ROW EXCLUSIVE MODE;
	SELECT r.active_key INTO v_key FROM lbr.realm r WHERE r.epoch = p_epoch;
	IF NOT FOUND THEN
		PERFORM lbr.refuse('LB004', 'the realm has another epoch');
	END IF;
	RETURN v_key;
END
$$;

-- A commit that hangs for want of a standby is never one that the disk has not seen.
CREATE OR REPLACE FUNCTION lbr.need_durable() RETURNS void LANGUAGE plpgsql VOLATILE AS $$
BEGIN
	IF current_setting('synchronous_commit') = 'off' THEN
		PERFORM set_config('synchronous_commit', 'on', true);
	END IF;
END
$$;

-- The account that has this name or looks like it; or the name itself, of which only counters are left: damage that remove() clears.
CREATE OR REPLACE FUNCTION lbr.find_like(p_name text, p_folded text, p_except text) RETURNS text LANGUAGE sql STABLE AS $$
	SELECT COALESCE(
		(SELECT a.name FROM lbr.accounts a WHERE (a.name = p_name OR a.folded = p_folded) AND a.name IS DISTINCT FROM p_except
		 ORDER BY a.name = p_name DESC LIMIT 1),
		(SELECT c.name FROM lbr.counters c WHERE c.name = p_name AND c.name IS DISTINCT FROM p_except))
$$;

-- Waits for every commit under way, and lets none begin before the epoch is the next one: not for long, since all wait meanwhile.
-- 'adopt': only where the line is another one. 'accept': on the same line too, and witnesses so far count no more. 'report': on the
-- same line, which stays.
CREATE OR REPLACE FUNCTION lbr.raise_floor(p_why text) RETURNS bool LANGUAGE plpgsql VOLATILE
SET lock_timeout = '1500ms' AS $$
BEGIN
	LOCK TABLE lbr.counters IN SHARE MODE;
	UPDATE lbr.realm r SET line = CASE WHEN p_why = 'report' THEN r.line ELSE lbr.line() END, epoch = r.epoch + 1,
	       adopted_us = lbr.now_us(), floor_step = greatest(r.floor_step, lbr.now_us() / 30000000 + r.window_steps + 1),
	       loss_accepted_us = CASE WHEN p_why = 'accept' THEN lbr.now_us() ELSE r.loss_accepted_us END,
	       started = CASE WHEN p_why = 'report' THEN r.started ELSE pg_postmaster_start_time() END,
	       place = CASE WHEN p_why = 'report' THEN r.place ELSE pg_relation_filepath('lbr.realm') END
	 WHERE p_why <> 'adopt' OR r.line <> lbr.line();
	RETURN FOUND;
END
$$;

-- For hosts -----------------------------------------------------------------------------------------------------------------------
-- hello(conn 1..16, release, keys that this host has, policy: a digest of its settings, its own clock): everything that a
-- connection must know before its first question; again every minute, which is how others see that the host lives. `line` is the one that was
-- adopted, `current_line` that of this server: where they differ, adopt() comes first. `seq`, or that of another connection in
-- `seqs` (CONN:SEQ, ...), below what the host was told of: the database forgot a commit, unless `loss_accepted_us` is later than that commit. `realm` NULL: there is none yet. `sync_standbys`
-- NULL: the owner may not see them (README). Works on a standby too, where it writes nothing, and before adopt().
CREATE OR REPLACE FUNCTION lbr_v1.hello(p_conn int, p_release text, p_keys text[], p_policy text DEFAULT NULL,
	p_host_now_us bigint DEFAULT NULL,
	OUT oldest int, OUT newest int, OUT realm uuid, OUT epoch bigint, OUT line text, OUT current_line text, OUT in_recovery bool,
	OUT floor_step bigint, OUT window_steps int, OUT active_key text, OUT probe bytea, OUT now_us bigint, OUT seq bigint,
	OUT adopted_us bigint, OUT loss_accepted_us bigint, OUT synchronous_commit text, OUT synchronous_standby_names text,
	OUT sync_standbys int, OUT tls bool, OUT seqs text)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN
	in_recovery := pg_is_in_recovery();
	current_line := lbr.line();
	now_us := lbr.now_us();
	synchronous_commit := current_setting('synchronous_commit');
	synchronous_standby_names := current_setting('synchronous_standby_names');
	PERFORM set_config('synchronous_commit', 'off', true); -- where no standby answers, one can still load
	IF in_recovery THEN
		SELECT h.seq INTO seq FROM lbr.hosts h WHERE h.name = session_user AND h.conn = p_conn;
		seq := COALESCE(seq, 0);
	ELSE
		INSERT INTO lbr.hosts AS h (name, conn, seen, speaks, release, keys, policy, skew_us)
		VALUES (session_user, p_conn, clock_timestamp(), 1, p_release, p_keys, p_policy, p_host_now_us - now_us)
		ON CONFLICT (name, conn) DO UPDATE SET (seen, speaks, release, keys, policy, skew_us) =
			(EXCLUDED.seen, EXCLUDED.speaks, EXCLUDED.release, -- a broker that has just been started knows no keys yet
			 CASE WHEN cardinality(EXCLUDED.keys) > 0 THEN EXCLUDED.keys ELSE h.keys END, COALESCE(EXCLUDED.policy, h.policy),
			 EXCLUDED.skew_us)
		RETURNING h.seq INTO seq;
	END IF;
	SELECT string_agg(h.conn || ':' || h.seq, ',') INTO seqs FROM lbr.hosts h WHERE h.name = session_user;
	SELECT min(v.version), max(v.version) INTO oldest, newest FROM lbr.versions v;
	SELECT r.id, r.epoch, r.line, r.floor_step, r.window_steps, r.active_key, r.probe, r.adopted_us, r.loss_accepted_us
	  INTO realm, epoch, line, floor_step, window_steps, active_key, probe, adopted_us, loss_accepted_us FROM lbr.realm r;
	IF pg_has_role('pg_read_all_stats', 'USAGE') THEN
		SELECT count(*) INTO sync_standbys FROM pg_stat_replication s WHERE s.state = 'streaming' AND s.sync_state IN ('sync', 'quorum');
		SELECT s.ssl INTO tls FROM pg_stat_ssl s WHERE s.pid = pg_backend_pid();
	END IF;
END
$$;

-- One plan for a connection's life: the planner thinks that it would gain by another one for each call, and takes longer than the query. So
-- it must suit tables that were small and grow: no whole table is read. Where that could not be avoided even once, the server would take the
-- plan for so dear that it compiles it.
-- load(name, decoy): the account, or the decoy in its place, as of one moment and in one query. `known`: there is an account; its
-- `version` is NULL if its counters are missing, which is damage. A decoy has a `record` that opens nothing, and no generation.
-- `history` is NULL if there is none or it was not asked for.
CREATE OR REPLACE FUNCTION lbr_v1.load(p_name text, p_decoy text, p_with_history bool DEFAULT false,
	OUT known bool, OUT generation bigint, OUT record bytea, OUT version bigint, OUT last_step bigint, OUT slot bytea, OUT history bytea,
	OUT epoch bigint, OUT floor_step bigint, OUT active_key text, OUT now_us bigint)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
#variable_conflict use_column
BEGIN
	SELECT a.name IS NOT NULL, a.generation, COALESCE(a.record, r.dummy), c.version, c.last_step, c.slot,
	       CASE WHEN p_with_history THEN (SELECT h.record FROM lbr.history h WHERE h.name = a.name) END,
	       r.epoch, r.floor_step, r.active_key
	  INTO known, generation, record, version, last_step, slot, history, epoch, floor_step, active_key
	  FROM lbr.realm r LEFT JOIN lbr.accounts a ON a.name = p_name LEFT JOIN lbr.counters c ON c.name = COALESCE(a.name, p_decoy)
	 WHERE r.one AND lbr.is_here(r.started, r.place);
	IF NOT FOUND THEN
		PERFORM lbr.refuse_line();
	END IF;
	now_us := lbr.now_us();
END
$$;

-- load_many(names, decoys, with_history): what load() says of each, in their order, as of one moment. For what a host's programs ask at
-- the same time: 1 to 64, and each list as long.
CREATE OR REPLACE FUNCTION lbr_v1.load_many(p_names text[], p_decoys text[], p_with_history bool[])
RETURNS TABLE (known bool, generation bigint, record bytea, version bigint, last_step bigint, slot bytea, history bytea, epoch bigint,
	floor_step bigint, active_key text, now_us bigint)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_generic_plan SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off AS $$
#variable_conflict use_column
BEGIN
	IF (cardinality(p_names) BETWEEN 1 AND 64
	    AND cardinality(p_names) = ALL (ARRAY[cardinality(p_decoys), cardinality(p_with_history)])) IS NOT TRUE THEN
		PERFORM lbr.refuse('LB003', 'not 1 to 64 questions');
	END IF;
	RETURN QUERY
	SELECT a.name IS NOT NULL, a.generation, COALESCE(a.record, r.dummy), c.version, c.last_step, c.slot::bytea,
	       CASE WHEN q.with_history THEN (SELECT h.record FROM lbr.history h WHERE h.name = a.name) END,
	       r.epoch, r.floor_step, r.active_key, lbr.now_us()
	  FROM lbr.realm r CROSS JOIN unnest(p_names, p_decoys, p_with_history) WITH ORDINALITY q(name, decoy, with_history, place)
	  LEFT JOIN lbr.accounts a ON a.name = q.name LEFT JOIN lbr.counters c ON c.name = COALESCE(a.name, q.decoy)
	 WHERE r.one AND lbr.is_here(r.started, r.place) ORDER BY q.place;
	IF NOT FOUND THEN
		PERFORM lbr.refuse_line();
	END IF;
END
$$;

-- load_locked(name, decoy): the same, with the row kept from every other commit until the end of the transaction. For the third try
-- of a commit that others were faster than twice, so that a flood on one name starves nobody: the row's queue is first come, first
-- served, and each in front of it is one short commit. The host hashes nothing meanwhile; it sends
--     BEGIN; SELECT * FROM lbr_v1.load_locked(...)        one round trip, at most lock_timeout (1.5 s)
--     SELECT * FROM lbr_v1.commit(...); COMMIT            one round trip; or ROLLBACK, if it decides to write nothing
-- and believes "done" only if COMMIT came back as COMMIT and without a warning: the standby is waited for there. Beyond
-- idle_in_transaction_session_timeout (2 s) between the two the server ends the connection, and nothing is written.
CREATE OR REPLACE FUNCTION lbr_v1.load_locked(p_name text, p_decoy text, p_with_history bool DEFAULT false,
	OUT known bool, OUT generation bigint, OUT record bytea, OUT version bigint, OUT last_step bigint, OUT slot bytea, OUT history bytea,
	OUT epoch bigint, OUT floor_step bigint, OUT active_key text, OUT now_us bigint)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
BEGIN
	PERFORM lbr.need_line();
	PERFORM FROM lbr.counters c
	  WHERE c.name = COALESCE((SELECT a.name FROM lbr.accounts a WHERE a.name = p_name), p_decoy) FOR NO KEY UPDATE;
	-- A query of its own: the row that was waited for is not the one that the lock's own query began with.
	SELECT l.* INTO known, generation, record, version, last_step, slot, history, epoch, floor_step, active_key, now_us
	  FROM lbr_v1.load(p_name, p_decoy, p_with_history) l;
END
$$;

-- commit(name or decoy, the version that was loaded, parts): replaces the parts that are not NULL if nobody was faster, all of them or
-- none. `step`: of the code that this commit accepts, above last_step and floor_step,
-- and at most 11 steps ahead; 0 if it accepts none. `generation_before` is the
-- one that was loaded; `generation` the same or one more, and counts only with a record. `epoch`: the one that was loaded; parts that
-- are not NULL are sealed under its active_key. `conn`, `seq`: this connection's witness, which rises with every commit.
-- Not `done`: nothing was written, and the other columns are what load() would say now. `done`: they are NULL but now_us. In both
-- cases the settings under which this ran; hosts judge them. A warning (01000) that comes with the answer means that the wait for
-- the standby was cancelled: perhaps done. synchronous_commit = off is raised to on.
CREATE OR REPLACE FUNCTION lbr_v1.commit(p_name text, p_version bigint, p_slot bytea, p_step bigint, p_generation_before bigint,
	p_generation bigint, p_record bytea, p_history bytea, p_with_history bool, p_epoch bigint, p_conn int, p_seq bigint,
	OUT done bool, OUT known bool, OUT generation bigint, OUT record bytea, OUT version bigint, OUT last_step bigint, OUT slot bytea,
	OUT history bytea, OUT epoch bigint, OUT floor_step bigint, OUT active_key text, OUT now_us bigint, OUT synchronous_commit text,
	OUT synchronous_standby_names text)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
#variable_conflict use_column
DECLARE
	v_key text;
BEGIN
	IF pg_is_in_recovery() THEN
		PERFORM lbr.refuse_line();
	END IF;
	synchronous_commit := current_setting('synchronous_commit'); -- as need_durable(), for which each commit would pay a query
	IF synchronous_commit = 'off' THEN
		synchronous_commit := set_config('synchronous_commit', 'on', true);
	END IF;
	UPDATE lbr.counters c SET version = c.version + 1, slot = COALESCE(p_slot, c.slot), last_step = greatest(c.last_step, p_step),
	       key_id = CASE WHEN p_slot IS NULL THEN c.key_id ELSE r.active_key END
	  FROM lbr.realm r
	 WHERE r.one AND c.name = p_name AND c.version = p_version AND r.epoch = p_epoch AND lbr.is_here(r.started, r.place)
	   AND (p_step = 0 OR (p_step > c.last_step AND p_step > r.floor_step AND
	        p_step <= lbr.now_us() / 30000000 + 11)) -- a window of 10 at most: without it, one login could use up every code to come
	RETURNING r.active_key INTO v_key;
	done := FOUND;
	IF NOT done THEN
		SELECT l.* INTO known, generation, record, version, last_step, slot, history, epoch, floor_step, active_key, now_us
		  FROM lbr_v1.load(p_name, p_name, p_with_history) l;
	ELSE
		IF p_record IS NOT NULL THEN
			UPDATE lbr.accounts a SET generation = p_generation, key_id = v_key, record = p_record
			 WHERE a.name = p_name AND a.generation = p_generation_before
			   AND p_generation BETWEEN p_generation_before AND p_generation_before + 1;
			IF NOT FOUND THEN
				PERFORM lbr.refuse('LB003', 'the generation does not follow');
			END IF;
		END IF;
		IF p_history IS NOT NULL THEN
			INSERT INTO lbr.history VALUES (p_name, v_key, p_history)
			ON CONFLICT (name) DO UPDATE SET key_id = EXCLUDED.key_id, record = EXCLUDED.record;
		END IF;
		UPDATE lbr.hosts h SET seq = p_seq WHERE h.name = session_user AND h.conn = p_conn AND h.seq < p_seq;
		IF NOT FOUND THEN
			PERFORM lbr.refuse('LB003', 'the number of the commit does not rise, or this connection has not said hello');
		END IF;
		now_us := lbr.now_us();
	END IF;
	synchronous_standby_names := current_setting('synchronous_standby_names');
END
$$;

-- commit_many(names, versions, slots, steps, epochs, conn, seq): commits that replace the slot alone, each as commit() would and each for
-- itself, in one transaction and with one witness. `done`: the places, from 1, of those that were written; NULL: none was. The others may
-- be so because somebody else holds the row, for which it does not wait: ask commit(). A name counts once. 1 to 64, and each list as long.
CREATE OR REPLACE FUNCTION lbr_v1.commit_many(p_names text[], p_versions bigint[], p_slots bytea[], p_steps bigint[], p_epochs bigint[],
	p_conn int, p_seq bigint,
	OUT done bigint[], OUT now_us bigint, OUT synchronous_commit text, OUT synchronous_standby_names text)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_generic_plan SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off AS $$
#variable_conflict use_column
BEGIN
	IF (cardinality(p_names) BETWEEN 1 AND 64
	    AND cardinality(p_names) = ALL (ARRAY[cardinality(p_versions), cardinality(p_slots), cardinality(p_steps),
	                                          cardinality(p_epochs)])) IS NOT TRUE THEN
		PERFORM lbr.refuse('LB003', 'not 1 to 64 questions');
	END IF;
	IF pg_is_in_recovery() THEN
		PERFORM lbr.refuse_line();
	END IF;
	synchronous_commit := current_setting('synchronous_commit');
	IF synchronous_commit = 'off' THEN
		synchronous_commit := set_config('synchronous_commit', 'on', true);
	END IF;
	WITH free AS (
		SELECT c.name, q.slot, q.step, q.place, r.active_key
		  FROM lbr.realm r CROSS JOIN unnest(p_names, p_versions, p_slots, p_steps, p_epochs)
		       WITH ORDINALITY q(name, version, slot, step, epoch, place)
		  JOIN lbr.counters c ON c.name = q.name AND c.version = q.version
		 WHERE r.one AND r.epoch = q.epoch AND lbr.is_here(r.started, r.place)
		   AND (q.step = 0 OR (q.step > c.last_step AND q.step > r.floor_step AND q.step <= lbr.now_us() / 30000000 + 11))
		   FOR NO KEY UPDATE OF c SKIP LOCKED
	), written AS (
		UPDATE lbr.counters c SET version = c.version + 1, slot = f.slot, last_step = greatest(c.last_step, f.step), key_id = f.active_key
		  FROM free f WHERE c.name = f.name
		RETURNING f.place
	) SELECT array_agg(w.place) INTO done FROM written w;
	IF done IS NOT NULL THEN
		UPDATE lbr.hosts h SET seq = p_seq WHERE h.name = session_user AND h.conn = p_conn AND h.seq < p_seq;
		IF NOT FOUND THEN
			PERFORM lbr.refuse('LB003', 'the number of the commit does not rise, or this connection has not said hello');
		END IF;
	END IF;
	now_us := lbr.now_us();
	synchronous_standby_names := current_setting('synchronous_standby_names');
END
$$;

-- beat(conn): a commit that decides nothing. It comes back when a standby confirms, if one must.
CREATE OR REPLACE FUNCTION lbr_v1.beat(p_conn int) RETURNS bool
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
	PERFORM lbr.need_durable();
	UPDATE lbr.hosts h SET seen = clock_timestamp() WHERE h.name = session_user AND h.conn = p_conn;
	RETURN FOUND;
END
$$;

-- is_free(name, folded): NULL, or the account that has this name or looks like it.
CREATE OR REPLACE FUNCTION lbr_v1.is_free(p_name text, p_folded text) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
	PERFORM lbr.need_line();
	RETURN lbr.find_like(p_name, p_folded, NULL);
END
$$;

-- adopt(): where the line is another one, raises the floor above every code that could have been accepted so far, and the epoch. A
-- host may do so by itself, since a floor only refuses; where the line is the same, or on a standby, it changes nothing: false.
CREATE OR REPLACE FUNCTION lbr_v1.adopt() RETURNS bool
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
	IF pg_is_in_recovery() OR NOT EXISTS (SELECT FROM lbr.realm r WHERE r.line <> lbr.line()) THEN
		RETURN false;
	END IF;
	-- No standby need confirm it, which may be slower to come back: the next server in this one's place has another line anyway.
	PERFORM set_config('synchronous_commit', 'local', true);
	RETURN lbr.raise_floor('adopt');
END
$$;

-- report_loss(conn, seq): for a host that was told of a commit which is not here. A running machine that is put back with its memory
-- bears the same line, so that other hosts notice nothing: this raises the floor for all of them, once for each such commit. Nobody can
-- prove such a loss, so a login does it once an hour at most, unless an administrator has accepted the last one: with lies it
-- refuses others 2 minutes of codes, not all of them. False: the commit is here, or was reported, or that hour is not over.
CREATE OR REPLACE FUNCTION lbr_v1.report_loss(p_conn int, p_seq bigint) RETURNS bool
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	v_now bigint := lbr.now_us();
BEGIN
	PERFORM lbr.need_durable();
	INSERT INTO lbr.hosts AS h (name, conn, seen, speaks, release, keys, lost_seq, lost, lost_us)
	SELECT o.name, p_conn, o.seen, o.speaks, o.release, o.keys, p_seq, p_seq, v_now
	  FROM lbr.hosts o WHERE o.name = session_user ORDER BY o.seen DESC LIMIT 1
	ON CONFLICT (name, conn) DO UPDATE SET lost_seq = EXCLUDED.lost_seq, lost = EXCLUDED.lost_seq - h.seq, lost_us = EXCLUDED.lost_us
	 WHERE h.seq < EXCLUDED.lost_seq AND h.lost_seq <> EXCLUDED.lost_seq;
	IF NOT FOUND OR EXISTS (SELECT FROM lbr.hosts h, lbr.realm r WHERE h.name = session_user
	                        AND h.raised_us > greatest(v_now - 3600000000, r.loss_accepted_us) AND h.raised_us <= v_now) THEN
		RETURN false;
	END IF;
	PERFORM lbr.raise_floor('report');
	UPDATE lbr.hosts h SET raised_us = r.adopted_us FROM lbr.realm r WHERE h.name = session_user AND h.conn = p_conn;
	RAISE LOG 'liberations: % reports a lost commit, so codes are refused for at most two minutes', session_user;
	RETURN true;
END
$$;

-- own_status(): what hello() says of the realm, for who looks and writes nothing. Columns as of status(), below.
CREATE OR REPLACE FUNCTION lbr_v1.own_status(OUT oldest int, OUT newest int, OUT epoch bigint, OUT line text, OUT current_line text,
	OUT in_recovery bool, OUT floor_step bigint, OUT window_steps int, OUT active_key text, OUT now_us bigint, OUT adopted_us bigint,
	OUT loss_accepted_us bigint, OUT synchronous_commit text, OUT synchronous_standby_names text, OUT sync_standbys int)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN
	SELECT min(v.version), max(v.version) INTO oldest, newest FROM lbr.versions v;
	SELECT r.epoch, r.line, r.floor_step, r.window_steps, r.active_key, r.adopted_us, r.loss_accepted_us
	  INTO epoch, line, floor_step, window_steps, active_key, adopted_us, loss_accepted_us FROM lbr.realm r;
	current_line := lbr.line();
	in_recovery := pg_is_in_recovery();
	now_us := lbr.now_us();
	synchronous_commit := current_setting('synchronous_commit');
	synchronous_standby_names := current_setting('synchronous_standby_names');
	IF pg_has_role('pg_read_all_stats', 'USAGE') THEN
		SELECT count(*) INTO sync_standbys FROM pg_stat_replication s WHERE s.state = 'streaming' AND s.sync_state IN ('sync', 'quorum');
	END IF;
END
$$;

-- For administrators --------------------------------------------------------------------------------------------------------------
-- init(realm, window, key in force, probe, dummy record, 256 decoys): false if there is a realm already, which stays as it is.
CREATE OR REPLACE FUNCTION lbr_v1.init(p_realm uuid, p_window int, p_active_key text, p_probe bytea, p_dummy bytea, p_slots bytea[])
RETURNS bool LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
	PERFORM lbr.need_durable();
	IF cardinality(p_slots) <> 256 THEN
		PERFORM lbr.refuse('LB003', 'there are 256 decoys');
	END IF;
	INSERT INTO lbr.realm VALUES (true, p_realm, 1, lbr.line(), 0, p_window, p_active_key, p_probe, p_dummy, lbr.now_us(), 0,
	                              pg_postmaster_start_time(), pg_relation_filepath('lbr.realm'))
	ON CONFLICT DO NOTHING;
	IF NOT FOUND THEN
		RETURN false;
	END IF;
	INSERT INTO lbr.counters SELECT '.' || lpad(to_hex(d.number - 1), 2, '0'), nextval('lbr.lives') << 32, 0, p_active_key, d.slot
	  FROM unnest(p_slots) WITH ORDINALITY d (slot, number);
	RETURN true;
END
$$;

-- accept_loss(): for `liberations store adopt`, after a host said that the database lost what it had confirmed. As adopt(), on
-- the same line too; hosts then forget their older witnesses.
CREATE OR REPLACE FUNCTION lbr_v1.accept_loss() RETURNS bool
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
	PERFORM lbr.need_durable();
	RETURN lbr.raise_floor('accept');
END
$$;

-- set_window(steps): what the next floor counts on; no host may accept codes from further away.
CREATE OR REPLACE FUNCTION lbr_v1.set_window(p_window int) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
	PERFORM lbr.need_durable();
	PERFORM lbr.need_line();
	UPDATE lbr.realm SET window_steps = p_window;
END
$$;

-- set_active_key(key, the probe under it): the hosts seen in the last 30 days that lack the key; if there are none, every commit from
-- now on is sealed under it.
CREATE OR REPLACE FUNCTION lbr_v1.set_active_key(p_key text, p_probe bytea) RETURNS text[]
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '1500ms' AS $$
DECLARE
	v_lacking text[];
BEGIN
	PERFORM lbr.need_durable();
	PERFORM lbr.need_line();
	LOCK TABLE lbr.counters IN SHARE MODE;
	SELECT COALESCE(array_agg(h.name ORDER BY h.name), '{}') INTO v_lacking
	  FROM (SELECT DISTINCT ON (t.name) t.name, t.seen, t.keys FROM lbr.hosts t ORDER BY t.name, t.seen DESC) h
	 WHERE h.seen > clock_timestamp() - interval '30 days' AND NOT p_key = ANY (h.keys);
	IF v_lacking = '{}' THEN
		UPDATE lbr.realm r SET active_key = p_key, probe = p_probe, epoch = r.epoch + 1 WHERE r.active_key <> p_key;
	END IF;
	RETURN v_lacking;
END
$$;

-- key_counts(): how many parts bear which key; a key that is not listed may be retired.
CREATE OR REPLACE FUNCTION lbr_v1.key_counts() RETURNS TABLE (key_id text, parts bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
	SELECT k.key_id, count(*) FROM (SELECT key_id FROM lbr.accounts UNION ALL SELECT key_id FROM lbr.counters
	UNION ALL SELECT key_id FROM lbr.history UNION ALL SELECT key_id FROM lbr.notices
	UNION ALL SELECT active_key FROM lbr.realm) k GROUP BY k.key_id ORDER BY k.key_id
$$;

-- page_to_seal(after, count): names, decoys first, of which some part but a notice bears another key than the one in force.
CREATE OR REPLACE FUNCTION lbr_v1.page_to_seal(p_after text, p_count int) RETURNS TABLE (name text)
LANGUAGE sql STABLE ROWS 1000 SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
	SELECT c.name FROM lbr.counters c CROSS JOIN lbr.realm r LEFT JOIN lbr.accounts a ON a.name = c.name
	  LEFT JOIN lbr.history h ON h.name = c.name
	 WHERE c.name > p_after AND (c.key_id <> r.active_key OR a.key_id <> r.active_key OR h.key_id <> r.active_key)
	 ORDER BY c.name LIMIT greatest(least(p_count, 1000), 1)
$$;

-- create(name, folded, generation, record, slot, last step, history or NULL, epoch): `taken_by` is the account that has this name or
-- looks like it; nothing was written then.
CREATE OR REPLACE FUNCTION lbr_v1.create(p_name text, p_folded text, p_generation bigint, p_record bytea, p_slot bytea,
	p_last_step bigint, p_history bytea, p_epoch bigint, OUT done bool, OUT taken_by text)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	v_key text;
BEGIN
	PERFORM lbr.need_durable();
	v_key := lbr.need_epoch(p_epoch);
	LOOP -- until it is made or taken: what was in the way may be gone when it is looked for
		INSERT INTO lbr.counters VALUES (p_name, nextval('lbr.lives') << 32, p_last_step, v_key, p_slot) ON CONFLICT DO NOTHING;
		done := FOUND; -- counters first, as every writer: two never wait for each other in a ring
		IF done THEN
			INSERT INTO lbr.accounts VALUES (p_name, p_folded, p_generation, v_key, p_record, session_user) ON CONFLICT DO NOTHING;
			done := FOUND;
			EXIT WHEN done;
			DELETE FROM lbr.counters c WHERE c.name = p_name;
		END IF;
		taken_by := lbr.find_like(p_name, p_folded, NULL);
		EXIT WHEN taken_by IS NOT NULL;
	END LOOP;
	IF done THEN
		INSERT INTO lbr.history SELECT p_name, v_key, p_history WHERE p_history IS NOT NULL;
	END IF;
END
$$;

-- remove(name): all of it; false if there is nothing. Counters that were waited for may have been renamed away: an account that has
-- taken the name since has counters of its own, and stays. One without any is damage, and goes.
CREATE OR REPLACE FUNCTION lbr_v1.remove(p_name text) RETURNS bool
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	v_some bool;
BEGIN
	PERFORM lbr.need_durable();
	PERFORM lbr.need_line();
	IF p_name LIKE '.%' THEN
		PERFORM lbr.refuse('LB003', 'decoys stay');
	END IF;
	DELETE FROM lbr.counters c WHERE c.name = p_name;
	v_some := FOUND;
	DELETE FROM lbr.accounts a
	 WHERE a.name = p_name AND (v_some OR NOT EXISTS (SELECT FROM lbr.counters c WHERE c.name = p_name));
	RETURN v_some OR FOUND;
END
$$;

-- take_out(name, version): all of it, if it is still as it was loaded. False: it is not, or there is none.
CREATE OR REPLACE FUNCTION lbr_v1.take_out(p_name text, p_version bigint) RETURNS bool
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
	PERFORM lbr.need_durable();
	PERFORM lbr.need_line();
	IF p_name LIKE '.%' THEN
		PERFORM lbr.refuse('LB003', 'decoys stay');
	END IF;
	DELETE FROM lbr.counters c WHERE c.name = p_name AND c.version = p_version;
	IF NOT FOUND THEN
		RETURN false;
	END IF;
	DELETE FROM lbr.accounts a WHERE a.name = p_name;
	RETURN true;
END
$$;

-- rename(from, to, folded, the version that was loaded, slot, generation, record, history or NULL, epoch): one swap. Not `done`:
-- `taken_by` looks like `to`, or, if it is NULL, the account is gone or was changed: load it again. Dates of notices go, since
-- they are sealed for the name.
CREATE OR REPLACE FUNCTION lbr_v1.rename(p_from text, p_to text, p_folded text, p_version bigint, p_slot bytea, p_generation bigint,
	p_record bytea, p_history bytea, p_epoch bigint, OUT done bool, OUT taken_by text)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	v_key text;
BEGIN
	PERFORM lbr.need_durable();
	v_key := lbr.need_epoch(p_epoch);
	taken_by := lbr.find_like(p_to, p_folded, p_from);
	done := false;
	IF taken_by IS NOT NULL THEN
		RETURN;
	END IF;
	UPDATE lbr.counters c SET name = p_to, version = c.version + 1, slot = p_slot, key_id = v_key
	 WHERE c.name = p_from AND c.version = p_version;
	IF NOT FOUND THEN
		RETURN;
	END IF;
	DELETE FROM lbr.notices n WHERE n.name = p_from;
	UPDATE lbr.accounts a SET name = p_to, folded = p_folded, generation = p_generation, key_id = v_key, record = p_record
	 WHERE a.name = p_from AND a.generation + 1 = p_generation;
	IF NOT FOUND THEN
		PERFORM lbr.refuse('LB003', 'the generation does not follow');
	END IF;
	IF p_history IS NOT NULL THEN
		INSERT INTO lbr.history VALUES (p_to, v_key, p_history)
		ON CONFLICT (name) DO UPDATE SET key_id = EXCLUDED.key_id, record = EXCLUDED.record;
	END IF;
	done := true;
EXCEPTION WHEN unique_violation THEN -- made meanwhile
	done := false;
	taken_by := lbr.find_like(p_to, p_folded, p_from);
END
$$;

-- rebuild(name, slot, last step, epoch): new counters whatever the old ones are; the last step never falls. False: no account.
CREATE OR REPLACE FUNCTION lbr_v1.rebuild(p_name text, p_slot bytea, p_last_step bigint, p_epoch bigint) RETURNS bool
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	v_key  text;
	v_done bool;
BEGIN
	PERFORM lbr.need_durable();
	v_key := lbr.need_epoch(p_epoch);
	INSERT INTO lbr.counters AS c SELECT a.name, nextval('lbr.lives') << 32, p_last_step, v_key, p_slot
	  FROM lbr.accounts a WHERE a.name = p_name
	ON CONFLICT (name) DO UPDATE SET version = c.version + 1, slot = EXCLUDED.slot, key_id = EXCLUDED.key_id,
		last_step = greatest(c.last_step, EXCLUDED.last_step);
	v_done := FOUND;
	IF v_done AND NOT EXISTS (SELECT FROM lbr.accounts a WHERE a.name = p_name) THEN -- removed while its counters were waited for
		DELETE FROM lbr.counters c WHERE c.name = p_name;
		v_done := false;
	END IF;
	RETURN v_done;
END
$$;

-- page(after, at most 1000, names alone): accounts in the order of their names' bytes; "" is before the first.
CREATE OR REPLACE FUNCTION lbr_v1.page(p_after text, p_count int, p_names_alone bool DEFAULT false)
RETURNS TABLE (name text, generation bigint, record bytea, version bigint, last_step bigint, slot bytea)
LANGUAGE plpgsql VOLATILE ROWS 1000 SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN
	PERFORM lbr.need_line();
	IF p_names_alone THEN
		RETURN QUERY SELECT a.name, NULL::bigint, NULL::bytea, NULL::bigint, NULL::bigint, NULL::bytea FROM lbr.accounts a
		 WHERE a.name > p_after ORDER BY a.name LIMIT greatest(least(p_count, 1000), 1);
	ELSE
		-- Row by row: the planner does not know how few a page has, and would read all counters for each.
		RETURN QUERY SELECT a.name, a.generation, a.record, c.version, c.last_step, c.slot::bytea
		  FROM (SELECT * FROM lbr.accounts t WHERE t.name > p_after ORDER BY t.name LIMIT greatest(least(p_count, 1000), 1)) a
		  LEFT JOIN LATERAL (SELECT * FROM lbr.counters t WHERE t.name = a.name LIMIT 1) c ON true ORDER BY a.name;
	END IF;
END
$$;

-- maker(name): the login that made the account, whatever it was called then; NULL: nobody knows, or there is no such account.
CREATE OR REPLACE FUNCTION lbr_v1.maker(p_name text) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
	PERFORM lbr.need_line();
	RETURN (SELECT a.maker FROM lbr.accounts a WHERE a.name = p_name);
END
$$;

-- history(name): the record of the history, or NULL.
CREATE OR REPLACE FUNCTION lbr_v1.history(p_name text) RETURNS bytea
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
	PERFORM lbr.need_line();
	RETURN (SELECT h.record FROM lbr.history h WHERE h.name = p_name);
END
$$;

-- notice_read(name, kind); notice_mark(name, kind, sent, record, epoch): false if there is no such account any more;
-- notice_reseal(name, kind, record, epoch): false if it was dropped meanwhile; notice_drop(name, kind); notice_page(after this name
-- and kind, at most 1000).
CREATE OR REPLACE FUNCTION lbr_v1.notice_read(p_name text, p_kind text) RETURNS TABLE (sent_s bigint, record bytea)
LANGUAGE sql STABLE ROWS 1 SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
	SELECT n.sent_s, n.record FROM lbr.notices n WHERE n.name = p_name AND n.kind = p_kind
$$;

CREATE OR REPLACE FUNCTION lbr_v1.notice_mark(p_name text, p_kind text, p_sent_s bigint, p_record bytea, p_epoch bigint) RETURNS bool
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	v_key text;
BEGIN
	PERFORM lbr.need_durable();
	v_key := lbr.need_epoch(p_epoch);
	INSERT INTO lbr.notices SELECT a.name, p_kind, p_sent_s, v_key, p_record FROM lbr.accounts a WHERE a.name = p_name
	ON CONFLICT (name, kind) DO UPDATE SET sent_s = EXCLUDED.sent_s, key_id = EXCLUDED.key_id, record = EXCLUDED.record;
	RETURN FOUND;
END
$$;

CREATE OR REPLACE FUNCTION lbr_v1.notice_reseal(p_name text, p_kind text, p_record bytea, p_epoch bigint) RETURNS bool
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	v_key text;
BEGIN
	PERFORM lbr.need_durable();
	v_key := lbr.need_epoch(p_epoch);
	UPDATE lbr.notices n SET key_id = v_key, record = p_record WHERE n.name = p_name AND n.kind = p_kind;
	RETURN FOUND;
END
$$;

CREATE OR REPLACE FUNCTION lbr_v1.notice_drop(p_name text, p_kind text) RETURNS bool
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
	PERFORM lbr.need_line();
	DELETE FROM lbr.notices n WHERE n.name = p_name AND n.kind = p_kind;
	RETURN FOUND;
END
$$;

CREATE OR REPLACE FUNCTION lbr_v1.notice_page(p_after_name text, p_after_kind text, p_count int)
RETURNS TABLE (name text, kind text, sent_s bigint, key_id text, record bytea)
LANGUAGE sql STABLE ROWS 1000 SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
	SELECT n.name, n.kind, n.sent_s, n.key_id, n.record FROM lbr.notices n WHERE (n.name, n.kind) > (p_after_name, p_after_kind)
	 ORDER BY n.name, n.kind LIMIT greatest(least(p_count, 1000), 1)
$$;

-- take_turn(what, seconds, ticket): true if the caller may go on for so long; the same ticket prolongs it. The caller draws the
-- ticket. give_turn(what, ticket): before its time.
CREATE OR REPLACE FUNCTION lbr_v1.take_turn(p_what text, p_life_s int, p_ticket uuid) RETURNS bool
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
	PERFORM lbr.need_durable();
	PERFORM lbr.need_line();
	IF p_life_s NOT BETWEEN 1 AND 86400 THEN
		PERFORM lbr.refuse('LB003', 'a turn lasts 1 to 86400 s');
	END IF;
	INSERT INTO lbr.turns AS t VALUES (p_what, session_user, p_ticket, clock_timestamp() + make_interval(secs => p_life_s))
	ON CONFLICT (what) DO UPDATE SET holder = EXCLUDED.holder, ticket = EXCLUDED.ticket, until = EXCLUDED.until
	WHERE t.ticket = EXCLUDED.ticket OR t.until < clock_timestamp();
	RETURN FOUND;
END
$$;

CREATE OR REPLACE FUNCTION lbr_v1.give_turn(p_what text, p_ticket uuid) RETURNS bool
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
	DELETE FROM lbr.turns t WHERE t.what = p_what AND t.ticket = p_ticket;
	RETURN FOUND;
END
$$;

-- forget_host(name): for one that is gone, so that it holds up neither a key nor an upgrade: it was never seen. Its witness stays.
-- One that lives after all misses no commit, and so reports no loss; it is seen again within a minute.
CREATE OR REPLACE FUNCTION lbr_v1.forget_host(p_name text) RETURNS bool
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
	UPDATE lbr.hosts h SET seen = 'epoch', lost = 0 WHERE h.name = p_name AND h.seen > 'epoch';
	RETURN FOUND;
END
$$;

-- For monitoring ------------------------------------------------------------------------------------------------------------------
-- status(): one row. `commits` only grows: its difference is the rate.
CREATE OR REPLACE FUNCTION lbr_v1.status(OUT oldest int, OUT newest int, OUT epoch bigint, OUT line text, OUT current_line text,
	OUT in_recovery bool, OUT floor_step bigint, OUT window_steps int, OUT active_key text, OUT now_us bigint, OUT adopted_us bigint,
	OUT loss_accepted_us bigint, OUT synchronous_commit text, OUT synchronous_standby_names text, OUT sync_standbys int,
	OUT hosts int, OUT commits bigint)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN
	SELECT o.* INTO oldest, newest, epoch, line, current_line, in_recovery, floor_step, window_steps, active_key, now_us, adopted_us,
	       loss_accepted_us, synchronous_commit, synchronous_standby_names, sync_standbys FROM lbr_v1.own_status() o;
	SELECT count(DISTINCT h.name) FILTER (WHERE h.seen > 'epoch'), COALESCE(sum(h.seq), 0)::bigint
	  INTO hosts, commits FROM lbr.hosts h;
END
$$;

-- hosts(): a row for each login and connection; `seen_us` 0: it was forgotten.
CREATE OR REPLACE FUNCTION lbr_v1.hosts()
RETURNS TABLE (name text, conn int, seq bigint, seen_us bigint, speaks int, release text, keys text[], policy text, skew_us bigint,
	lost bigint, lost_us bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
	SELECT h.name, h.conn, h.seq, (extract(epoch FROM h.seen) * 1000000)::bigint, h.speaks, h.release, h.keys, h.policy, h.skew_us,
	       h.lost, h.lost_us FROM lbr.hosts h ORDER BY h.name, h.conn
$$;

-- own_hosts(): those of this login alone, for every host.
CREATE OR REPLACE FUNCTION lbr_v1.own_hosts()
RETURNS TABLE (name text, conn int, seq bigint, seen_us bigint, speaks int, release text, keys text[], policy text, skew_us bigint,
	lost bigint, lost_us bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
	SELECT * FROM lbr_v1.hosts() h WHERE h.name = session_user ORDER BY h.conn
$$;

-- losses(): each login that raised the floor with report_loss(), and when it last did.
CREATE OR REPLACE FUNCTION lbr_v1.losses() RETURNS TABLE (name text, raised_us bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
	SELECT h.name, max(h.raised_us) FROM lbr.hosts h WHERE h.raised_us > 0 GROUP BY h.name ORDER BY h.name
$$;

-- turns(): who holds which, and until when.
CREATE OR REPLACE FUNCTION lbr_v1.turns() RETURNS TABLE (what text, holder text, until_us bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
	SELECT t.what, t.holder, (extract(epoch FROM t.until) * 1000000)::bigint FROM lbr.turns t ORDER BY t.what
$$;

-- lock_holders(seconds): the logins that have kept accounts locked for so long, in a transaction that they do not end. A host ends
-- its own within two seconds; a login that was taken over need not, and no limit of its role binds it. None is named where the owner
-- may not see when a transaction began (README); what waits for a standby is not meant.
CREATE OR REPLACE FUNCTION lbr_v1.lock_holders(p_least_s int DEFAULT 10) RETURNS TABLE (name text, pid int, held_s int)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
	SELECT a.usename::text, a.pid, extract(epoch FROM clock_timestamp() - a.xact_start)::int
	  FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
	 WHERE l.relation = 'lbr.counters'::regclass
	   AND l.database = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())
	   AND l.granted AND l.mode <> 'AccessShareLock' AND a.usename IS NOT NULL AND a.wait_event IS DISTINCT FROM 'SyncRep'
	   AND a.xact_start <= clock_timestamp() - make_interval(secs => p_least_s) AND a.pid <> pg_backend_pid()
	 GROUP BY a.usename, a.pid, a.xact_start ORDER BY a.xact_start
$$;

-- For the database's administrator ------------------------------------------------------------------------------------------------
-- add_host(name): a login for one host. It runs with the caller's rights, which must include CREATEROLE. The login gets no password
-- here: use \password NAME, or a client certificate.
CREATE OR REPLACE FUNCTION lbr_v1.add_host(p_name text) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY INVOKER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
	EXECUTE format('CREATE ROLE %I LOGIN CONNECTION LIMIT 16 IN ROLE lbr_host', p_name);
	EXECUTE format('ALTER ROLE %I SET lock_timeout = ''1500ms''', p_name);
	EXECUTE format('ALTER ROLE %I SET statement_timeout = ''2s''', p_name);
	EXECUTE format('ALTER ROLE %I SET idle_in_transaction_session_timeout = ''2s''', p_name);
	EXECUTE format('ALTER ROLE %I SET default_transaction_isolation = ''read committed''', p_name);
END
$$;

-- shut_out(name): takes lbr_host and lbr_admin from a login, at once, no matter who gave them: from PostgreSQL 16 on, REVOKE takes
-- what its caller gave, and of the rest it only warns. It fails, and takes nothing, if the login has one of them still.
CREATE OR REPLACE FUNCTION lbr_v1.shut_out(p_name text) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY INVOKER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	v_given record;
BEGIN
	FOR v_given IN
		SELECT r.rolname AS role, CASE WHEN current_setting('server_version_num')::int >= 160000 THEN g.rolname END AS giver
		  FROM pg_auth_members m JOIN pg_roles h ON h.oid = m.member JOIN pg_roles r ON r.oid = m.roleid
		  LEFT JOIN pg_roles g ON g.oid = m.grantor
		 WHERE h.rolname = p_name AND r.rolname IN ('lbr_host', 'lbr_admin')
	LOOP
		EXECUTE format('REVOKE %I FROM %I', v_given.role, p_name) ||
			COALESCE(' GRANTED BY ' || quote_ident(v_given.giver), '') || ' CASCADE';
	END LOOP;
	IF pg_has_role(p_name, 'lbr_host', 'MEMBER') OR pg_has_role(p_name, 'lbr_admin', 'MEMBER') THEN
		RAISE EXCEPTION USING ERRCODE = '42501',
			MESSAGE = format('%s is not shut out: it is a superuser, or has one of the two by another role', p_name);
	END IF;
END
$$;

-- hand_over(name): called by a superuser of PostgreSQL 16 or later, lets this role administer the roles and logins of hosts that
-- others made, or that came from PostgreSQL 15, where CREATEROLE was enough for that. Hosts keep their rights meanwhile.
CREATE OR REPLACE FUNCTION lbr_v1.hand_over(p_name text) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY INVOKER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	v_given record;
BEGIN
	IF current_setting('server_version_num')::int < 160000 THEN
		RETURN;
	END IF;
	EXECUTE format('GRANT lbr_owner, lbr_host, lbr_admin, lbr_watch TO %I WITH ADMIN OPTION', p_name);
	FOR v_given IN
		SELECT r.rolname AS role, h.rolname AS login, g.rolname AS giver
		  FROM pg_auth_members m JOIN pg_roles h ON h.oid = m.member JOIN pg_roles r ON r.oid = m.roleid
		  JOIN pg_roles g ON g.oid = m.grantor
		 WHERE r.rolname IN ('lbr_host', 'lbr_admin') AND NOT h.rolsuper AND p_name NOT IN (h.rolname, g.rolname)
	LOOP
		EXECUTE format('GRANT %I TO %I WITH ADMIN TRUE, INHERIT FALSE, SET FALSE', v_given.login, p_name);
		EXECUTE format('GRANT %I TO %I GRANTED BY %I', v_given.role, v_given.login, p_name);
		EXECUTE format('REVOKE %I FROM %I GRANTED BY %I', v_given.role, v_given.login, v_given.giver);
	END LOOP;
END
$$;

-- Who may call what ---------------------------------------------------------------------------------------------------------------
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA lbr, lbr_v1 FROM PUBLIC, lbr_host, lbr_admin, lbr_watch;
REVOKE ALL ON ALL TABLES IN SCHEMA lbr FROM PUBLIC, lbr_host, lbr_admin, lbr_watch;
REVOKE ALL ON SCHEMA lbr, lbr_v1 FROM PUBLIC, lbr_host, lbr_admin, lbr_watch;
GRANT USAGE ON SCHEMA lbr_v1 TO lbr_host, lbr_admin, lbr_watch;
GRANT EXECUTE ON FUNCTION lbr_v1.hello, lbr_v1.load, lbr_v1.load_many, lbr_v1.load_locked, lbr_v1.commit, lbr_v1.commit_many,
	lbr_v1.beat, lbr_v1.is_free, lbr_v1.adopt, lbr_v1.report_loss, lbr_v1.own_status, lbr_v1.own_hosts TO lbr_host, lbr_admin;
GRANT EXECUTE ON FUNCTION lbr_v1.init, lbr_v1.accept_loss, lbr_v1.set_window, lbr_v1.set_active_key, lbr_v1.key_counts,
	lbr_v1.page_to_seal, lbr_v1.create, lbr_v1.remove, lbr_v1.take_out, lbr_v1.rename, lbr_v1.rebuild, lbr_v1.page, lbr_v1.maker, lbr_v1.history,
	lbr_v1.notice_read, lbr_v1.notice_mark, lbr_v1.notice_reseal, lbr_v1.notice_drop, lbr_v1.notice_page, lbr_v1.take_turn, lbr_v1.give_turn,
	lbr_v1.forget_host TO lbr_admin;
GRANT EXECUTE ON FUNCTION lbr_v1.status, lbr_v1.hosts, lbr_v1.losses, lbr_v1.turns, lbr_v1.lock_holders TO lbr_admin, lbr_watch;
RESET ROLE;
COMMIT;
