"""What the functions cost: the indexes that they read, and the ones that they leave alone."""
import re

import postgres
from harness import Skip, case, expect, same
from libpq import Refused
from world import DATABASE, KEY, create, init

MANY = 10000
FILL = """INSERT INTO lbr.accounts SELECT 'm' || i, 'm' || i, 1, '{key}', sha512(i::text::bytea) FROM generate_series(1, {many}) i;
	INSERT INTO lbr.counters SELECT 'm' || i, nextval('lbr.lives') << 32, 0, '{key}', sha512(i::text::bytea) FROM generate_series(1, {many}) i;
	INSERT INTO lbr.history SELECT 'm' || i, '{key}', sha512(i::text::bytea) FROM generate_series(1000, {many}) i;
	ANALYZE"""
SHOW = """LOAD 'auto_explain'; SET auto_explain.log_min_duration = 0; SET auto_explain.log_nested_statements = on;
	SET auto_explain.log_level = notice; SET auto_explain.log_analyze = on; SET auto_explain.log_buffers = on;
	SET auto_explain.log_timing = off; SET client_min_messages = notice"""
KEYS_OF = {"load": {"realm_pkey", "accounts_pkey", "counters_pkey", "history_pkey"}, "commit": {"realm_pkey", "counters_pkey", "hosts_pkey"},
           "whole": {"realm_pkey", "accounts_pkey", "counters_pkey", "history_pkey", "hosts_pkey"}, "like": {"accounts_pkey", "accounts_folded_key"}}


class Plans:
    """Shows, on a connection of the superuser, the plan of each statement inside a function."""

    def __init__(self, world, link=None):
        boss = world.boss()
        if not link and boss.value("SELECT count(*) FROM lbr.accounts WHERE name = 'm1'") == "0":
            boss.ask(FILL.format(key=KEY, many=MANY))
        self.link = link or world.link(postgres.BOSS, conn=1)
        try:
            self.link.ask(SHOW)
        except Refused as trouble:
            raise Skip("this server does not show the plans inside a function: %s" % trouble)
        self.link.ask("SELECT lbr_v1.hello(1, 'plans', '{%s}')" % KEY)

    def of(self, text, *values):
        self.link.ask(text, *values)
        return [message for _, _, message in self.link.warnings]

    def indexes(self, text, *values):
        """The indexes that were read; the tables that were read as a whole, but for the one row of the realm."""
        found, scanned = set(), set()
        for plan in self.of(text, *values):
            plan = "".join(line for line in plan.splitlines(True) if "never executed" not in line)
            found |= set(re.findall(r"(?:Index Scan|Index Only Scan)(?: Backward)? using (\w+)|Bitmap Index Scan on (\w+)", plan))
            scanned |= set(re.findall(r"Seq Scan on (\w+)", plan))
        return {one or two for one, two in found}, scanned - {"realm", "turns", "versions"}

    def buffers(self, text, *values):
        plans = [plan for plan in self.of(text, *values) if "accounts" in plan]
        return max(int(hit) for plan in plans for hit in re.findall(r"Buffers: shared hit=(\d+)", plan))

    def set_kind(self, kind):
        self.link.ask("SET plan_cache_mode = " + kind)


def fill_hosts(boss):
    """Twenty of them, with their connections, for the planner to see."""
    boss.ask("INSERT INTO lbr.hosts SELECT 'plan' || i, j, 0, now() - interval '60 days', 1, '1', '{}' FROM generate_series(1, 20) i,"
             " generate_series(1, 16) j; ANALYZE lbr.hosts")


@case()
def load_and_commit_read_primary_keys_alone(world):
    """Whether the server plans for the values or once for all of them."""
    plans = Plans(world)
    fill_hosts(world.boss())
    for kind, number in (("force_custom_plan", 1), ("force_generic_plan", 2)):
        plans.set_kind(kind)
        name = "m%d" % number
        same(plans.indexes("SELECT * FROM lbr_v1.load($1, '.00', true)", name), (KEYS_OF["load"], set()), kind)
        same(plans.indexes("SELECT * FROM lbr_v1.load($1, '.00')", "nobody"), (KEYS_OF["load"] - {"history_pkey"}, set()), kind)
        version, epoch = plans.link.row("SELECT version, epoch FROM lbr_v1.load($1, '.00')", name)
        commit = "SELECT done FROM lbr_v1.commit($1, $2, 'slot', 0, 1, 1, %s, %s, false, $3, 1, $4)"
        same(plans.indexes(commit % ("NULL", "NULL"), name, version, epoch, number * 10), (KEYS_OF["commit"], set()), kind)
        same(plans.indexes(commit % ("'r'", "'h'"), name, int(version) + 1, epoch, number * 10 + 1)[1], set(), kind)
        same(plans.indexes(commit % ("'r'", "'h'"), name, int(version) + 2, epoch, number * 10 + 2),
             (KEYS_OF["whole"] - {"history_pkey"}, set()), kind)
        found, whole = plans.indexes("SELECT lbr_v1.is_free($1, 'm7')", "M7")
        expect(found <= KEYS_OF["like"] and not whole, kind, found, whole)
        same(plans.indexes("SELECT * FROM lbr_v1.load_locked($1, '.00')", name)[1], set(), kind)
    world.boss().ask("DELETE FROM lbr.hosts WHERE name LIKE 'plan%'")


def arrays(*values):
    return ["{%s}" % ",".join(str(one) for one in value) for value in values]


def look_at_many(plans, names):
    load, commit = "SELECT * FROM lbr_v1.load_many($1, $2, $3)", "SELECT lbr_v1.commit_many($1, $2, $3, $4, $5, 1, 1000)"
    loads = arrays(names, [".00"] * 8, [True] * 8)
    found = plans.link.ask(load, *loads)
    commits = arrays(names, [one[3] or 0 for one in found], ["slot"] * 8, [0] * 8, [one[7] for one in found])
    same(plans.indexes(load, *loads), (KEYS_OF["load"], set()))
    same(plans.indexes(commit, *commits), (KEYS_OF["commit"], set()))
    look_for_dear(plans.of(load, *loads) + plans.of(commit, *commits))


def look_for_dear(texts):
    """A plan that the server takes for dear it compiles, which takes longer than everything else."""
    for text in texts:
        dear = [cost for cost in re.findall(r"cost=[0-9.]+\.\.([0-9.]+)", text) if float(cost) > 10000]
        expect(not dear, dear, text)


def look_at_one(plans, name, seq):
    load, commit = "SELECT * FROM lbr_v1.load($1, '.00', true)", "SELECT done FROM lbr_v1.commit($1, $2, 'slot', 0, 1, 1, NULL, NULL, false, $3, 1, $4)"
    same(plans.indexes(load, name), (KEYS_OF["load"], set()))
    version, epoch = plans.link.row("SELECT version, epoch FROM lbr_v1.load($1, '.00')", name)
    same(plans.indexes(commit, name, version, epoch, seq), (KEYS_OF["commit"], set()))
    look_for_dear(plans.of(load, name) + plans.of(commit, name, int(version) + 1, epoch, seq + 1))


@case()
def many_read_primary_keys_alone(world):
    look_at_many(Plans(world), ["m%d" % at for at in range(1011, 1019)])


@case()
def one_and_many_read_primary_keys_where_tables_are_small(world):
    """Their plan is kept for a connection's life, and tables grow."""
    world.boss().ask("CREATE DATABASE small")
    world.load_schema(user=postgres.BOSS, database="small")
    with world.main.link(database="small") as link:
        init(link)
        for name in ("m1", "m2"):
            create(link, name, history=b"h")
        plans = Plans(world, link)
        look_at_many(plans, ["m1", "m2", *["nobody"] * 6])
        look_at_one(plans, "m1", 2000)
    world.boss().ask("DROP DATABASE small")


@case()
def an_attempt_changes_no_index(world):
    """Every new version of a row lies beside the old one, in the page that has room for it."""
    Plans(world)  # a page of counters is as full as it ever gets
    boss, host = world.boss(), world.host()
    count = "SELECT n_tup_upd, n_tup_hot_upd FROM pg_stat_user_tables WHERE schemaname = 'lbr' AND relname = $1"
    before = {name: settled(boss, count, name) for name in ("counters", "hosts")}
    for number in range(5001, 5101):
        name = "m%d" % number
        expect(host.commit(name, host.load(name)["version"], slot=b"x" * 64)["done"])
    host.link.ask("SELECT pg_stat_force_next_flush()")
    for name in ("counters", "hosts"):
        postgres.wait_until(lambda name=name: settled(boss, count, name)[0] >= before[name][0] + 100, name, "are counted")
        after = settled(boss, count, name)
        all_of, hot = after[0] - before[name][0], after[1] - before[name][1]
        expect(hot == all_of, name, ":", hot, "of", all_of, "updates were HOT")


def settled(boss, text, name):
    boss.ask("SELECT pg_stat_clear_snapshot()")
    return tuple(int(one) for one in boss.row(text, name))


@case()
def a_page_costs_the_same_at_both_ends_of_10000(world):
    plans = Plans(world)
    names, after = [], ""
    while True:
        rows = plans.link.ask("SELECT name FROM lbr_v1.page($1, 1000)", after)
        if not rows:
            break
        expect(len(rows) <= 1000, len(rows))
        names += [name for name, in rows]
        after = names[-1]
    mine = [name for name in names if re.fullmatch(r"m\d+", name)]
    same((len(mine), len(set(mine))), (MANY, MANY))
    same(names, sorted(names, key=str.encode))
    for alone in (False, True):
        text = "SELECT count(*) FROM lbr_v1.page($1, 100, $2)"
        first, last = plans.buffers(text, "m", alone), plans.buffers(text, "m98", alone)
        expect(last <= first * 1.5 + 10, "buffers of the first page:", first, "and of the last:", last)
        same(plans.indexes(text, "m5", alone)[1], set(), "tables that were read as a whole:")
    same(plans.link.value("SELECT current_database()"), DATABASE)
