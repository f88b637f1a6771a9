"""Least privilege: every function, table and schema is tried by everybody who can connect."""
import libpq
import postgres
import world as places
from cases_commit import refused
from harness import case, expect, same
from libpq import Refused

DENIED = "42501"
OF_HOSTS = {"hello", "load", "load_many", "load_locked", "commit", "commit_many", "is_free", "adopt", "beat", "report_loss", "own_status", "own_hosts"}
OF_WATCH = {"status", "hosts", "losses", "turns", "lock_holders"}
OF_DESK = OF_HOSTS | OF_WATCH | {
    "init", "accept_loss", "set_window", "set_active_key", "key_counts", "page_to_seal", "create", "remove", "rename", "rebuild", "page", "maker",
    "take_out", "history", "notice_read", "notice_mark", "notice_reseal", "notice_drop", "notice_page", "take_turn", "give_turn", "forget_host"}
TRIES = ("SELECT * FROM {0}", "SELECT count(*) FROM {0}", "INSERT INTO {0} DEFAULT VALUES", "DELETE FROM {0}", "TRUNCATE {0}",
         "COPY {0} TO STDOUT", "LOCK TABLE {0} IN ACCESS SHARE MODE", "CREATE TRIGGER t AFTER INSERT ON {0} EXECUTE FUNCTION f()",
         "ALTER TABLE {0} OWNER TO CURRENT_USER", "DROP TABLE {0}")
ELSEWHERE = ("CREATE TABLE lbr.t ()", "CREATE TABLE lbr_v1.t ()", "CREATE TABLE public.t ()", "CREATE TEMP TABLE t ()",
             "CREATE FUNCTION lbr_v1.load(text) RETURNS text LANGUAGE sql AS ''", "CREATE SCHEMA mine", "SET ROLE lbr_owner",
             "GRANT lbr_host TO CURRENT_USER", "CREATE ROLE friend", "SELECT nextval('lbr.lives')",
             "SELECT pg_read_file('PG_VERSION')", "ALTER FUNCTION lbr_v1.load OWNER TO CURRENT_USER")


def callable_by(world, user):
    """The names of the functions that this login may call, after it has tried each of them."""
    found, link = set(), world.link(user)
    for schema, name, count, kinds in world.boss().ask(
            "SELECT n.nspname, p.proname, p.pronargs, array_to_string(ARRAY(SELECT format_type(t, NULL) FROM unnest(p.proargtypes) t), ',')"
            " FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname IN ('lbr', 'lbr_v1')"):
        arguments = ", ".join("NULL::" + kind for kind in kinds.split(",") if kind)
        link.ask("BEGIN")
        try:
            link.ask("SELECT * FROM %s.%s(%s)" % (schema, name, arguments))
            found.add((schema, name))
        except Refused as trouble:
            if trouble.state != DENIED:
                found.add((schema, name))
        link.ask("ROLLBACK")
    return found


def is_kept_out(world, user):
    link = world.link(user)
    tables = [name for name, in world.boss().ask(
        "SELECT c.oid::regclass FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE n.nspname IN ('lbr', 'lbr_v1') AND c.relkind <> 'i'")]
    expect(len(tables) >= 8, "only these tables:", tables)
    for text in [one.format(name) for name in tables for one in TRIES] + list(ELSEWHERE):
        try:
            link.ask("BEGIN; SAVEPOINT one; " + text)
            expect(False, user, "may", text)
        except Refused as trouble:
            expect(trouble.state in (DENIED, "42809", "0LP01"), user, "was not denied", text, trouble)
        link.ask("ROLLBACK")


@case()
def a_host_calls_twelve_functions_and_reads_no_table(world):
    same(callable_by(world, "web1"), {("lbr_v1", name) for name in OF_HOSTS})
    is_kept_out(world, "web1")


@case()
def a_host_sees_its_own_connections_alone(world):
    world.host("web2")
    world.host("web1", 3)
    same({one[0] for one in world.link("web1").ask("SELECT name FROM lbr_v1.own_hosts()")}, {"web1"})
    before = world.boss().ask("SELECT * FROM lbr.hosts ORDER BY name, conn")
    own, all_of_it = world.link("web2").named("SELECT * FROM lbr_v1.own_status()"), world.desk().named("SELECT * FROM lbr_v1.status()")
    same({name: value for name, value in own.items() if name != "now_us"},
         {name: value for name, value in all_of_it.items() if name not in ("now_us", "hosts", "commits")})
    same(world.boss().ask("SELECT * FROM lbr.hosts ORDER BY name, conn"), before, "looking changes nothing")


@case()
def the_desk_calls_its_functions_and_reads_no_table(world):
    same(callable_by(world, places.DESK), {("lbr_v1", name) for name in OF_DESK})
    is_kept_out(world, places.DESK)


@case()
def a_monitor_calls_its_functions_and_reads_no_table(world):
    same(callable_by(world, places.WATCH), {("lbr_v1", name) for name in OF_WATCH})
    is_kept_out(world, places.WATCH)


@case()
def a_login_without_a_group_does_not_come_in(world):
    world.boss().ask("CREATE ROLE stranger LOGIN")
    try:
        world.main.link(user="stranger", database=places.DATABASE).close()
        expect(False, "a stranger is in")
    except Refused as trouble:
        expect("permission denied for database" in trouble.message, trouble)


@case()
def one_statement_shuts_a_host_out_at_once(world):
    """Also on the connections that it has, and what it prepared on them; the others stay."""
    world.link(places.DBA).ask("SELECT lbr_v1.add_host('web3')")
    host, other = world.host("web3"), world.host("web1")
    host.link.ask("PREPARE mine AS SELECT * FROM lbr_v1.load('x', '.00')")
    for _ in range(6):  # its plan is kept by then
        host.link.ask("EXECUTE mine")
    world.link(places.DBA).ask("REVOKE lbr_host FROM web3")
    refused(DENIED, host.link.ask, "EXECUTE mine")
    refused(DENIED, host.load, "x")
    refused(DENIED, host.hello)
    expect(other.load("x"))
    world.link(places.DBA).ask("GRANT lbr_host TO web3")
    expect(host.load("x"))


@case()
def a_host_begins_with_its_limits(world):
    link = world.link("web1")
    for name, value in (("lock_timeout", "1500ms"), ("statement_timeout", "2s"), ("idle_in_transaction_session_timeout", "2s"),
                        ("default_transaction_isolation", "read committed"), ("synchronous_commit", "on")):
        same(link.value("SHOW " + name), value, name)
    same(world.boss().row("SELECT rolconnlimit, rolsuper, rolcreaterole, rolcreatedb, rolreplication FROM pg_roles"
                          " WHERE rolname = 'web1'"), ("16", "f", "f", "f", "f"))


@case()
def a_name_of_a_host_is_no_statement(world):
    name = 'w"; DROP SCHEMA lbr CASCADE; --'
    world.link(places.DBA).ask("SELECT lbr_v1.add_host($1)", name)
    same(world.boss().value("SELECT count(*) FROM pg_roles WHERE rolname = $1 AND pg_has_role(oid, 'lbr_host', 'USAGE')", name), "1")
    same(world.boss().value("SELECT to_regnamespace('lbr')"), "lbr")


@case()
def what_a_caller_sets_leads_no_function_astray(world):
    """Tables, functions and operators of the same names, in the way of an owner who would look there."""
    boss = world.boss()
    boss.ask("CREATE SCHEMA IF NOT EXISTS astray; GRANT USAGE ON SCHEMA astray TO lbr_host; SET search_path = astray;"
             "CREATE TABLE IF NOT EXISTS astray.realm (line text); CREATE OR REPLACE FUNCTION astray.clock_timestamp() RETURNS timestamptz"
             " LANGUAGE plpgsql AS $$ BEGIN RAISE 'astray'; END $$; CREATE OR REPLACE FUNCTION astray.session_user_is(text, text)"
             " RETURNS bool LANGUAGE plpgsql AS $$ BEGIN RAISE 'astray'; END $$;"
             "CREATE OPERATOR astray.= (LEFTARG = text, RIGHTARG = text, FUNCTION = astray.session_user_is)")
    version = world.person("astray")["version"]
    host = world.host()
    host.link.ask("SET search_path = astray, pg_catalog, lbr")
    refused("P0001", host.link.ask, "SELECT 'a'::text = 'b'::text")
    host.hello()
    expect(host.load("astray")["known"])
    expect(host.commit("astray", version)["done"])
    boss.ask("DROP SCHEMA astray CASCADE")


@case()
def a_host_is_told_whether_its_connection_is_encrypted(world):
    same([world.host("web1", 5, tls=tls).said["tls"] for tls in (True, False)], [True, False])


@case()
def a_server_that_shows_no_statistics_says_nothing_of_standbys(world):
    boss, asked = world.boss(), "as a superuser, run GRANT pg_read_all_stats TO lbr_owner"
    boss.ask("REVOKE pg_read_all_stats FROM dba CASCADE; REVOKE pg_read_all_stats FROM lbr_owner")
    said = world.host("web1").said
    same((said["sync_standbys"], said["tls"], said["epoch"] > 0), (None, None, True))
    asks = int(boss.value("SHOW server_version_num")) >= 160000  # before 16, who may make roles may grant it
    same(asked in world.load_schema(), asks)
    boss.ask("GRANT pg_read_all_stats TO dba WITH ADMIN OPTION")
    same(world.load_schema(), "")
    same(world.host("web1").said["sync_standbys"], 0)


@case()
def libpq_speaks_of_an_error_as_the_server_does(world):
    """What every case here relies on."""
    link = libpq.Link(world.main.words())
    refused("22012", link.ask, "SELECT 1/0")
    link.ask("DO $$ BEGIN RAISE WARNING USING ERRCODE = '01000', MESSAGE = 'so'; END $$")
    same(link.warnings, [("WARNING", "01000", "so")])
    same(link.named("SELECT $1::bytea AS b, $2::text[] AS t, NULL::int AS n, true AS y", bytes(range(256)), ["a", "b"]),
         {"b": bytes(range(256)), "t": ["a", "b"], "n": None, "y": True})
    link.close()
    expect(postgres.why_not() == "")
