"""One commit: what it compares, what it writes, and what it says if it writes nothing."""
import threading

import postgres
from harness import case, expect, same
from libpq import Refused
from world import ROUNDS, STEP_US, create, together


def refused(state, function, *arguments, **words):
    """That the server refuses it with this SQLSTATE."""
    try:
        found = function(*arguments, **words)
    except Refused as trouble:
        same(trouble.state, state, trouble.message)
        return
    expect(False, "not refused:", found)


def wait_for_lock(boss):
    postgres.wait_until(lambda: boss.value("SELECT count(*) FROM pg_stat_activity WHERE usename = 'web2' AND wait_event_type = 'Lock'")
                        != "0", "the other one waits")


@case()
def a_commit_replaces_what_was_loaded(world):
    old = world.person("plain")
    host = world.host()
    done = host.commit("plain", old["version"], slot=b"second", step=7)
    expect(done["done"], done)
    same((done["synchronous_commit"], done["synchronous_standby_names"]), ("on", ""))
    now = host.load("plain")
    same((now["version"], now["slot"], now["last_step"], now["record"]), (old["version"] + 1, b"second", 7, b"record"))
    expect(done["now_us"] <= now["now_us"], "the clock goes back")


@case()
def of_32_commits_of_one_version_one_is_done(world):
    world.person("hot")
    hosts = world.hosts(32)
    for number in range(ROUNDS):
        version = hosts[0].load("hot")["version"]
        said = together([lambda one=one, at=at: one.commit("hot", version, slot=b"%d/%d" % (number, at))
                         for at, one in enumerate(hosts)])
        winners = [at for at, one in enumerate(said) if one["done"]]
        same(len(winners), 1, "winners in round %d:" % number)
        now = hosts[0].load("hot")
        same((now["version"], now["slot"]), (version + 1, b"%d/%d" % (number, winners[0])))
        expect(all(one["slot"] == now["slot"] and one["version"] == version + 1 for one in said if not one["done"]),
               "a loser was told something else than what is stored")


@case()
def a_code_is_accepted_once_by_32_hosts_at_a_time(world):
    """Each tries again with the version that it is told, as a fool would: the step alone must stop it."""
    world.person("once")

    def insist(one, step):
        found = one.load("once")
        for _ in range(40):
            found = one.commit("once", found["version"], slot=b"x", step=step)
            if found["done"] or found["last_step"] >= step:
                break
        return found["done"]

    hosts = world.hosts(32)
    for step in range(1, ROUNDS // 4 + 1):
        said = together([lambda one=one: insist(one, step) for one in hosts])
        same(sum(one is True for one in said), 1, "step %d was accepted so often:" % step)


@case()
def a_step_must_be_above_the_last_one(world):
    version = world.person("steps", step=100)["version"]
    host = world.host()
    for step in (1, 99, 100):
        said = host.commit("steps", version, step=step)
        same((said["done"], said["version"], said["last_step"]), (False, version, 100))
    expect(not host.commit("steps", version, step=None)["done"], "no step was taken for none")
    expect(host.commit("steps", version, step=101)["done"])
    expect(host.commit("steps", version + 1, step=0)["done"], "an attempt without a code was refused")
    same(host.load("steps")["last_step"], 101)


@case()
def a_step_to_come_is_not_used_up(world):
    """Else a host's login could keep a person out for good, since a last step never falls."""
    old = world.person("years")
    host = world.host()
    now = host.load("years")["now_us"] // STEP_US
    for step in (2 ** 62, now + 100, now + 14):
        expect(not host.commit("years", old["version"], step=step)["done"], "a step of", step - now, "ahead")
    same((host.load("years")["last_step"], host.load("years")["version"]), (old["last_step"], old["version"]))
    expect(host.commit("years", old["version"], step=now + 10)["done"], "the last one of the widest window")


@case()
def parts_that_are_null_stay(world):
    old = world.person("parts", history=b"h1")
    host = world.host()
    done = host.commit("parts", old["version"], slot=None, before=1, generation=1, record=b"rehashed")
    expect(done["done"], done)
    now = host.load("parts", history=True)
    same((now["slot"], now["record"], now["generation"], now["history"]), (b"slot", b"rehashed", 1, b"h1"))
    expect(host.commit("parts", now["version"], slot=b"s2", step=3, before=1, generation=2, record=b"r2", history=b"h2")["done"])
    now = host.load("parts", history=True)
    same((now["slot"], now["record"], now["generation"], now["history"], now["last_step"]), (b"s2", b"r2", 2, b"h2", 3))
    same(host.load("parts")["history"], None, "a history that nobody asked for:")
    said = host.commit("parts", old["version"], history=b"h3", with_history=True)
    same((said["done"], said["history"]), (False, b"h2"))


@case()
def a_history_comes_with_its_first_password(world):
    old = world.person("young")
    same(old["history"], None)
    host = world.host()
    expect(host.commit("young", old["version"], before=1, generation=2, record=b"r2", history=b"h1")["done"])
    same(host.load("young", history=True)["history"], b"h1")


@case()
def a_generation_follows_the_one_that_was_loaded(world):
    old = world.person("generation", generation=5)
    host = world.host()
    for before, generation in ((4, 5), (5, 7), (5, 4), (6, 6), (None, 6), (5, None)):
        refused("LB003", host.commit, "generation", old["version"], slot=b"new", before=before, generation=generation, record=b"new")
        host.seq += 1
    same([host.load("generation")[key] for key in ("version", "slot", "record", "generation")],
         [old["version"], b"slot", b"record", 5])


@case()
def a_version_never_comes_back(world):
    """Removed and made anew, an account has its name and its first generation again, and a commit that began before finds another one."""
    old = world.person("phoenix")
    host = world.host()
    for _ in range(3):
        desk = world.desk()
        expect(desk.value("SELECT lbr_v1.remove('phoenix')") == "t")
        gone = host.commit("phoenix", old["version"], slot=b"late")
        same((gone["done"], gone["known"], gone["version"]), (False, False, None))
        create(desk, "phoenix")
        now = host.load("phoenix")
        expect(now["version"] > old["version"] + 2 ** 31, "versions follow too closely:", old["version"], now["version"])
        expect(not host.commit("phoenix", old["version"], slot=b"late")["done"], "a commit hit the next account of that name")


@case()
def an_unknown_name_is_a_decoy(world):
    host = world.host()
    found = host.load("stranger")
    same((found["known"], found["generation"], found["slot"], len(found["record"])), (False, None, b"decoy 0", 700))
    expect(host.commit(".00", found["version"], slot=b"decoy 0", step=4)["done"])
    same(host.load("stranger")["version"], found["version"] + 1)
    refused("LB003", host.commit, ".00", found["version"] + 1, before=1, generation=1, record=b"r")
    refused("23503", host.commit, ".00", found["version"] + 1, history=b"h")
    same(host.load("stranger")["version"], found["version"] + 1)
    expect(not host.commit("stranger", found["version"] + 1)["done"], "a name without an account was committed")


@case()
def the_witness_rises_with_each_commit_or_nothing_is_written(world):
    version = world.person("witness")["version"]
    world.link("dba").ask("SELECT lbr_v1.add_host('witness')")
    host = world.host("witness", 9)
    commit = "SELECT * FROM lbr_v1.commit('witness', $1, 'x', 0, NULL, NULL, NULL, NULL, false, $2, $3, $4)"
    expect(host.commit("witness", version, seq=3)["done"])
    for conn, seq in ((9, 3), (9, 2), (9, 0), (9, None), (8, 4), (None, 4)):
        refused("LB003", host.link.named, commit, version + 1, host.epoch, conn, seq)
    same((host.hello()["seq"], host.load("witness")["version"], host.load("witness")["slot"]), (3, version + 1, b"slot"))


@case()
def each_host_and_connection_has_its_own_witness(world):
    version = world.person("pair")["version"]
    first, second, third = world.host("web1", 3), world.host("web1", 4), world.host("web2", 3)
    before = [one.seq for one in (first, second, third)]
    expect(second.commit("pair", version, seq=second.seq + 5)["done"])
    same([one.hello()["seq"] for one in (first, second, third)], [before[0], before[1] + 5, before[2]])
    same(world.host("web1", 4).seq, before[1] + 5, "after another hello:")


@case()
def parts_are_all_written_or_none_when_a_connection_dies(world):
    """The server ends the host's connection at every moment of a commit of three parts and its witness."""
    desk = world.desk()
    create(desk, "torn", record=b"0", slot=b"0", history=b"0")
    stop, deaths, boss = threading.Event(), [], world.boss()

    def kill():
        while not stop.wait(0.004):
            boss.ask("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE usename = 'web2' AND state = 'active'"
                     " AND query LIKE '%v1.commit%'")

    killer = threading.Thread(target=kill, daemon=True)
    killer.start()
    try:
        host, number = world.host("web2", 12), 0
        while len(deaths) < ROUNDS // 4:
            number += 1
            try:
                now = host.load("torn", history=True)
                same(len({now["slot"], now["record"], now["history"]}), 1, "parts of several commits: %s" % now)
                text = b"%d" % number
                host.commit("torn", now["version"], slot=text, before=now["generation"], generation=now["generation"] + 1, record=text,
                            history=text)
            except Refused as trouble:
                deaths.append(trouble.state)
                host = world.host("web2", 12)
    finally:
        stop.set()
        killer.join()
    expect(set(deaths) <= {"57P01", None}, "other refusals:", set(deaths))


@case()
def a_locked_third_try_is_served_in_its_turn(world):
    """While seven connections commit on one name without a pause."""
    world.person("flood")
    stop = threading.Event()

    def flood(one):
        found, count = one.load("flood"), 0
        while not stop.is_set():
            found = one.commit("flood", found["version"])
            count += found["done"]
            if found["done"]:
                found = one.load("flood")
        return count

    def lock(one):
        try:
            for number in range(ROUNDS // 2):
                one.link.ask("BEGIN")
                found = one.load("flood", locked=True)
                said = one.commit("flood", found["version"], slot=b"%d" % number)
                one.link.ask("COMMIT")
                expect(said["done"], "the lock did not keep the row, round", number)
                expect(not one.link.warnings)
        finally:
            stop.set()
        return number + 1

    hosts = world.hosts(8)
    said = together([lambda: lock(hosts[0])] + [lambda one=one: flood(one) for one in hosts[1:]])
    same(said[0], ROUNDS // 2)
    expect(all(isinstance(count, int) for count in said), said)


@case()
def a_row_that_was_waited_for_is_read_whole(world):
    """load_locked() waits for a commit, and then says all of what that stored: not its counters with the record from before."""
    old = world.person("whole", history=b"h")
    first, second = world.host("web1", 1), world.host("web2", 1)
    first.link.ask("BEGIN")
    expect(first.commit("whole", old["version"], slot=b"new", before=1, generation=2, record=b"new", history=b"new")["done"])
    results = []
    waiter = threading.Thread(target=lambda: results.append(second.load("whole", history=True, locked=True)), daemon=True)
    waiter.start()
    wait_for_lock(world.boss())
    first.link.ask("COMMIT")
    waiter.join()
    found = results[0]
    same((found["version"], found["slot"], found["record"], found["generation"], found["history"]),
         (old["version"] + 1, b"new", b"new", 2, b"new"))


@case()
def a_commit_that_waits_for_another_finds_its_row(world):
    """And gives up after lock_timeout, with nothing written."""
    old = world.person("queue")
    first, second = world.host("web1", 1), world.host("web2", 1)
    first.link.ask("BEGIN")
    expect(first.commit("queue", old["version"], slot=b"first")["done"])
    second.link.ask("SET lock_timeout = '50ms'")
    refused("55P03", second.commit, "queue", old["version"], slot=b"second")
    second.link.ask("SET lock_timeout = '60s'; SET statement_timeout = '60s'")
    results = []
    waiter = threading.Thread(target=lambda: results.append(second.commit("queue", old["version"], slot=b"second")), daemon=True)
    waiter.start()
    wait_for_lock(world.boss())
    first.link.ask("COMMIT")
    waiter.join()
    same((results[0]["done"], results[0]["slot"], results[0]["version"]), (False, b"first", old["version"] + 1))


@case()
def who_keeps_an_account_locked_is_named(world):
    """A host ends its transaction within two seconds; a login may say otherwise, and somebody must see it."""
    world.person("kept")
    host, named = world.host("web2", 4), "SELECT name, held_s FROM lbr_v1.lock_holders(%s)"
    watch = world.link("watch")
    host.link.ask("BEGIN")
    host.load("kept")
    same(watch.ask(named % "0"), [], "who only reads keeps nobody out:")
    host.load("kept", locked=True)
    same(watch.ask(named % "0"), [("web2", "0")])
    same(watch.ask(named % ""), [], "within ten seconds:")
    host.link.ask("ROLLBACK")
    same(watch.ask(named % "0"), [])
