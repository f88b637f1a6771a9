"""Many questions in one: each is judged as if it had come alone."""
import contextlib
import threading

import postgres
from cases_commit import refused, wait_for_lock
from harness import case, expect, same
from world import DECOY, ROUNDS, STEP_US, together

LOAD = "SELECT * FROM lbr_v1.load_many($1, $2, $3)"
COMMIT = "SELECT * FROM lbr_v1.commit_many($1, $2, $3, $4, $5, $6, $7)"


def load_many(host, names, history=False):
    columns, rows = host.link.columns(LOAD, list(names), [DECOY] * len(names), [history] * len(names))
    return [dict(zip(columns, row)) for row in rows]


def commit_many(host, *asked, seq=None):
    """Each a dictionary of what differs: name, version, slot, step, epoch. The places of those that are done, from 0."""
    host.seq = host.seq + 1 if seq is None else seq
    parts = [[one.get(word, other) for one in asked] for word, other in
             (("name", ""), ("version", 0), ("slot", b"many"), ("step", 0), ("epoch", host.epoch))]
    said = host.link.named(COMMIT, *parts, host.conn, host.seq)
    return [int(place) - 1 for place in (said["done"] or "{}").strip("{}").split(",") if place], said


def people(world, stem, count, **more):
    return [{"name": "%s%d" % (stem, at), "version": world.person("%s%d" % (stem, at), **more)["version"]} for at in range(count)]


@contextlib.contextmanager
def floor_at(world, step):
    """What other cases have raised would refuse any code of this one's."""
    before = world.boss().value("SELECT floor_step FROM lbr.realm")
    world.boss().ask("UPDATE lbr.realm SET floor_step = $1", step)
    yield
    world.boss().ask("UPDATE lbr.realm SET floor_step = $1", before)


@case()
def many_loads_say_what_each_would_say(world):
    """Known and unknown names, one twice, one whose counters are missing; with and without a history."""
    for at in range(3):
        world.person("each%d" % at, step=at, history=b"h%d" % at)
    world.boss().ask("DELETE FROM lbr.counters WHERE name = 'each2'")
    host, names = world.host(), ["each1", "nobody", "each0", "each2", "each1", ""]
    for history in (False, True):
        alone = [host.load(name, history=history) for name in names]
        many = load_many(host, names, history)
        for one, other in zip(alone, many):
            expect(one.pop("now_us") <= other.pop("now_us"), "the clock goes back")
        same(many, alone)
    world.boss().ask("DELETE FROM lbr.accounts WHERE name = 'each2'")


@case()
def many_commits_replace_what_each_would_replace(world):
    asked = people(world, "swap", 9)
    for at, one in enumerate(asked):
        one.update(slot=b"new%d" % at, step=at)
    host = world.host()
    with floor_at(world, 0):
        done, said = commit_many(host, *asked)
    same((sorted(done), said["synchronous_commit"], said["synchronous_standby_names"]), (list(range(9)), "on", ""))
    for at, one in enumerate(asked):
        now = host.load(one["name"])
        same((now["version"], now["slot"], now["last_step"], now["record"]), (one["version"] + 1, b"new%d" % at, at, b"record"))
    seq = "SELECT seq FROM lbr.hosts WHERE name = 'web1' AND conn = 1"
    same(int(world.boss().value(seq)), host.seq, "the witness of all nine:")


@case()
def each_of_many_is_refused_for_itself(world):
    asked = people(world, "self", 8, step=100)
    host = world.host()
    now = world.host().load("self0")["now_us"] // STEP_US
    asked[1]["version"] -= 1
    asked[2]["step"] = 100          # the last one
    asked[3]["step"] = 105          # the floor
    asked[4]["epoch"] = host.epoch - 1
    asked[5]["step"] = now + 14     # to come
    asked[6]["step"] = None
    asked[7]["step"] = 106
    before = [host.load(one["name"]) for one in asked]
    with floor_at(world, 105):
        done, _ = commit_many(host, *asked, {"name": "nobody", "version": 1})
    same(sorted(done), [0, 7])
    for at, one in enumerate(asked):
        after = host.load(one["name"])
        same((after["version"], after["last_step"]),
             (before[at]["version"] + (at in done), 106 if at == 7 else 100), str(one))


@case()
def a_name_counts_once_among_many(world):
    one, = people(world, "twice", 1)
    host = world.host()
    with floor_at(world, 0):
        done, _ = commit_many(host, {**one, "step": 5, "slot": b"a"}, {**one, "step": 5, "slot": b"b"}, {**one, "step": 6})
    same(len(done), 1)
    same(host.load("twice0")["version"], one["version"] + 1)
    same(host.load("twice0")["slot"], (b"a", b"b", b"many")[done[0]])


@case()
def who_holds_a_row_keeps_no_other(world):
    """Nor is that one waited for."""
    asked = people(world, "held", 3)
    other, host = world.host("web2"), world.host()
    other.link.ask("BEGIN")
    other.load("held1", locked=True)
    same(sorted(commit_many(host, *asked)[0]), [0, 2])
    other.link.ask("ROLLBACK")
    same(commit_many(host, asked[1])[0], [0])


@case()
def one_that_breaks_a_rule_undoes_all(world):
    """The host that sent it asks for each alone."""
    asked = people(world, "rule", 3)
    host = world.host()
    for slot in (b"", b"s" * 5000, None):
        refused("23514" if slot is not None else "23502", commit_many, host, asked[0], {**asked[1], "slot": slot}, asked[2])
    refused("LB003", commit_many, host, *asked, seq=host.seq - 9)
    same([host.load(one["name"])["version"] for one in asked], [one["version"] for one in asked])
    host.seq += 9
    same(len(commit_many(host, *asked)[0]), 3)


@case()
def many_are_one_to_64(world):
    host = world.host()
    for count in (0, 65):
        refused("LB003", load_many, host, ["nobody"] * count)
        refused("LB003", commit_many, host, *[{"name": "nobody"}] * count)
    for asked, parts in ((LOAD, [["nobody"], [DECOY], [False]]), (COMMIT, [["nobody"], [1], [b"many"], [0], [host.epoch]])):
        rest = [host.conn, host.seq] if asked == COMMIT else []
        for at, part in enumerate(parts):
            for count in (0, 2, 5000):  # the bound holds for each list, and all are as long
                refused("LB003", host.link.named, asked, *parts[:at], part * count, *parts[at + 1:], *rest)
    refused("LB003", host.link.ask, "SELECT lbr_v1.load_many(NULL, NULL, NULL)")
    refused("LB003", host.link.ask, "SELECT lbr_v1.commit_many(NULL, NULL, NULL, NULL, NULL, 1, 1)")
    same(len(load_many(host, ["nobody"] * 64)), 64)
    same(commit_many(host, *[{"name": "nobody"}] * 64)[0], [])


@case()
def many_need_the_line_that_was_adopted(world):
    one, = people(world, "line", 1)
    host, boss = world.host(), world.boss()
    boss.ask("UPDATE lbr.realm SET started = started - interval '1 second'")
    refused("LB001", load_many, host, ["line0"])
    same(commit_many(host, one)[0], [])
    boss.ask("UPDATE lbr.realm SET started = pg_postmaster_start_time()")
    same(commit_many(host, one)[0], [0])


@case()
def many_commits_are_durable_whatever_the_session_says(world):
    one, = people(world, "durable", 1)
    host = world.host()
    host.link.ask("SET synchronous_commit = off")
    same(commit_many(host, one)[1]["synchronous_commit"], "on")


@case()
def many_wait_while_the_epoch_changes(world):
    """And then find another one: what they brought is sealed under the key of before."""
    asked = people(world, "epoch", 2)
    host, boss = world.host("web2"), world.link(postgres.BOSS, conn=2)
    boss.ask("BEGIN; LOCK TABLE lbr.counters IN SHARE MODE; UPDATE lbr.realm SET epoch = epoch + 1")
    said = []
    thread = threading.Thread(target=lambda: said.append(commit_many(host, *asked)), daemon=True)
    thread.start()
    wait_for_lock(world.boss())
    boss.ask("COMMIT")
    thread.join()
    same(said[0][0], [], "committed under the epoch of before:")


@case()
def a_code_is_accepted_once_by_many_at_a_time(world):
    """Twelve hosts' connections, each with the same two codes among others, alone or with others, in any order."""
    names = [one["name"] for one in people(world, "race", 4)]
    hosts = world.hosts(12)

    def use(at, step, version):
        host, order = hosts[at], names[at % 4:] + names[:at % 4]
        if at % 3 == 0:
            return [names[0]] if host.commit(names[0], version[names[0]], step=step)["done"] else []
        done, _ = commit_many(host, *[{"name": name, "version": version[name], "step": step} for name in order])
        return [order[place] for place in done]

    with floor_at(world, 0):
        for step in range(1, ROUNDS + 1):
            version = {name: hosts[0].load(name)["version"] for name in names}
            said = together([lambda at=at: use(at, step, version) for at in range(len(hosts))])
            won = sorted(name for one in said for name in one)
            expect(len(set(won)) == len(won), "accepted more than once:", won, said)
            expect(won, "accepted by none:", said)
            for name in names:
                same(hosts[0].load(name)["last_step"] == step, name in won, "%s: %s" % (name, said))
