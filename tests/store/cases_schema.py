"""The file of the schema: run by whom, how often, and what it leaves."""
import os
import re

import postgres
import world as places
from cases_commit import refused
from harness import case, expect, same

MINE = "FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = 'lbr_v1'"
ADMINISTRATORS = ("add_host", "hand_over", "shut_out")  # they run with the rights of their caller


# The newest edition of the file, and what it makes: functions, and columns with their domains.
EDITION, MAKES = 2, "e09eb88bb329ba4c494c6a63a6745f07f9e0e4dd177ad98ff7f2fbc96e932a86"
HEADER = os.path.join(places.TOP, "include", "liberations", "store_schema.h")
MADE = """SELECT encode(sha256(convert_to(string_agg(line, E'\\n' ORDER BY line COLLATE "C"), 'UTF8')), 'hex') FROM (
	SELECT concat_ws(' ', p.oid::regprocedure, pg_get_function_result(p.oid), p.prosecdef, p.provolatile, p.proconfig, p.prosrc)
	  FROM pg_proc p WHERE p.pronamespace IN ('lbr'::regnamespace, 'lbr_v1'::regnamespace)
	UNION ALL SELECT concat_ws(' ', a.attrelid::regclass, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull)
	  FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid WHERE c.relnamespace = 'lbr'::regnamespace AND c.relkind = 'r'
	   AND a.attnum > 0) AS made(line)"""


def dump(world, *words):
    text = postgres.run("pg_dump", "-h", world.main.place, "-p", str(world.main.port), "-U", postgres.BOSS, *words, places.DATABASE)
    return "\n".join(line for line in text.splitlines() if "restrict" not in line)  # pg_dump draws a word for each


@case("pg_dump", "psql")
def the_file_may_be_run_again(world):
    world.person("kept", history=b"h")
    before = dump(world)
    same(world.load_schema(), "")
    same(dump(world), before)
    expect("kept" in before and "lbr_v1.load_locked" in before)


@case("pg_dump", "psql")
def the_file_repairs_what_was_changed(world):
    before = dump(world, "-s")
    world.boss().ask("GRANT SELECT ON lbr.accounts TO lbr_host; GRANT USAGE ON SCHEMA lbr TO PUBLIC; GRANT EXECUTE ON FUNCTION"
                     " lbr_v1.remove TO PUBLIC, lbr_host; ALTER FUNCTION lbr_v1.load RESET ALL; DROP FUNCTION lbr_v1.page")
    expect(dump(world, "-s") != before)
    same(world.load_schema(), "")
    same(dump(world, "-s"), before)


@case()
def what_the_file_makes_has_an_edition(world):
    """`store upgrade` asks for it. Where this fails, raise it here, in lbr_v1.sql and in store_schema.h, unless no release has that
    number yet; and put what is made here."""
    same(world.boss().value(MADE), MAKES, "what edition %d makes" % EDITION)
    same(world.boss().value("SELECT obj_description('lbr_v1'::regnamespace, 'pg_namespace')"), "edition %d" % EDITION)
    with open(HEADER, encoding="ascii") as header:
        same(re.findall(r"#define LBR_SCHEMA_EDITION (\d+)", header.read()), [str(EDITION)])


@case("psql")
def without_the_right_to_make_roles_nothing_remains(world):
    boss = world.boss()
    boss.ask("CREATE ROLE clerk LOGIN")
    boss.ask("CREATE DATABASE clerks OWNER clerk")
    try:
        world.load_schema(user="clerk", database="clerks")
        expect(False, "the clerk may do that")
    except AssertionError as trouble:
        expect("lbr_owner" in str(trouble) and "ERROR" in str(trouble), trouble)
    with world.main.link(database="clerks") as link:
        same(link.value("SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'lbr%'"), "0")


@case()
def every_function_runs_as_its_owner_with_a_path_of_its_own(world):
    boss = world.boss()
    rows = boss.ask("SELECT p.proname, p.prosecdef, p.proconfig[1], pg_get_userbyid(p.proowner) " + MINE)
    same(len(rows), 42)
    for name, definer, path, owner in rows:
        same((definer, path, owner), ("f" if name in ADMINISTRATORS else "t", "search_path=pg_catalog, pg_temp", "lbr_owner"), name)
    same(boss.ask("SELECT p.oid::regprocedure " + MINE + " AND has_function_privilege('public', p.oid, 'EXECUTE')"), [])
    same(boss.ask("SELECT proname, proconfig FROM pg_proc WHERE proname IN ('raise_floor', 'set_active_key') ORDER BY 1"),
         [("raise_floor", "{lock_timeout=1500ms}"), ("set_active_key", '{"search_path=pg_catalog, pg_temp",lock_timeout=1500ms}')])
    same(boss.value("SELECT rolcanlogin FROM pg_roles WHERE rolname = 'lbr_owner'"), "f")


@case()
def a_function_that_reads_the_clock_or_the_line_is_volatile(world):
    rows = world.boss().ask("SELECT p.proname " + MINE + " AND p.provolatile <> 'v' AND (p.prosrc ~ 'now_us\\(|clock_timestamp|need_'"
                            " OR p.prosrc ~* '\\m(INSERT|UPDATE|DELETE|LOCK)\\M')")
    same(rows, [])


@case()
def a_realm_is_made_once(world):
    desk, host = world.desk(), world.host()
    before = host.hello()
    same(places.init(desk), "f")
    same((host.hello()["realm"], host.hello()["epoch"]), (before["realm"], before["epoch"]))
    same((before["realm"], before["probe"], before["oldest"], before["newest"]), (places.REALM, places.PROBE, 1, 1))
    same(world.boss().value("SELECT count(*) FROM lbr.counters WHERE name LIKE '.__'"), "256")


@case()
def what_every_commit_writes_is_bounded_without_a_check_of_its_table(world):
    """A CHECK is read from text for each row that is written; a domain is compiled once a session."""
    boss = world.boss()
    same(boss.value("SELECT string_agg(conname, ' ') FROM pg_constraint WHERE contype = 'c' AND conrelid IN "
                    "('lbr.counters'::regclass, 'lbr.hosts'::regclass)"), None)
    for value in ("''", "repeat('x', 4097)::bytea"):
        refused("23514", boss.ask, f"UPDATE lbr.counters SET slot = {value}")
    refused("23514", world.host().link.ask, "SELECT lbr_v1.hello(7, 'x', '{}', repeat('x', 129))")
