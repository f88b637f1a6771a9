"""The standby is away, the standby is the primary, the files of yesterday are back: what a used code is worth then."""
import os
import re
import signal
import threading

import postgres
import shared_database
import world as places
from cases_commit import refused
from harness import case, expect, same
from libpq import Refused
from world import STEP_US, Host

WAITS = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'web1' AND wait_event = 'SyncRep'"


class Waiting:
    """A commit that waits for its standby, in a thread."""

    def __init__(self, world, function):
        self.said, self.boss = [], world.boss()
        self.thread = threading.Thread(target=lambda: self.said.append(self.outcome(function)), daemon=True)
        self.thread.start()
        postgres.wait_until(lambda: self.boss.value(WAITS) == "1", "the commit waits")

    @staticmethod
    def outcome(function):
        try:
            return function()
        except Refused as trouble:
            return trouble

    def end(self):
        self.thread.join(postgres.DEADLINE_S)
        expect(self.said, "it still waits")
        return self.said[0]


def pair(world, name):
    """A standby that every commit waits for."""
    standby = world.main.standby(name)
    world.main.require(standby)
    return standby


def apart(world, standby):
    world.main.require()
    standby.remove()


class Followed:
    """with Followed(world) as standby: one that every commit waits for, and that stays a standby: the same for all cases."""

    kept = None

    def __init__(self, world):
        self.main = world.main

    def __enter__(self):
        if Followed.kept is None:
            Followed.kept = self.main.standby("kept")
        elif Followed.kept.process.poll() is not None:
            Followed.kept.start()
        self.main.require(Followed.kept)
        return Followed.kept

    def __exit__(self, *_):
        self.main.require()


def step_of(now_us):
    return now_us // STEP_US


def uses_a_code(host, name):
    """The current one, which is accepted. Returns its step."""
    now = host.load(name)
    step = step_of(now["now_us"])
    expect(host.commit(name, now["version"], step=step)["done"], name, "is refused")
    return step


@case()
def without_its_standby_a_commit_waits_and_a_cancelled_wait_is_a_warning(world):
    version, host = world.person("alone")["version"], world.host()
    with Followed(world) as standby:
        same((host.hello()["sync_standbys"], host.hello()["synchronous_standby_names"]), (1, "ANY 1 (kept)"))
        done = host.commit("alone", version)
        same((done["done"], done["synchronous_commit"], done["synchronous_standby_names"]), (True, "on", "ANY 1 (kept)"))
        same(host.link.warnings, [])
        standby.stop()
        waiting = Waiting(world, lambda: host.commit("alone", version + 1, slot=b"perhaps", step=5))
        other = places.together([lambda: world.host("web2")])[0]  # says hello, and is not kept waiting
        same((other.said["sync_standbys"], other.load("alone")["slot"]), (0, b"slot"))
        host.link.cancel()
        said = waiting.end()
        same((said["done"], [warning[:2] for warning in host.link.warnings]), (True, [("WARNING", "01000")]))
        same(other.load("alone")["slot"], b"perhaps", "cancelled, but stored here:")


@case()
def a_host_that_does_not_want_to_wait_waits_or_says_so(world):
    version, host = world.person("hasty")["version"], world.host()
    with Followed(world) as standby:
        standby.stop()
        host.link.ask("SET synchronous_commit = off")
        waiting = Waiting(world, lambda: host.commit("hasty", version))
        host.link.cancel()
        same((waiting.end()["synchronous_commit"], host.link.warnings[0][1]), ("on", "01000"))
        host.link.ask("SET synchronous_commit = local")
        said = host.commit("hasty", version + 1)
        same((said["done"], said["synchronous_commit"], host.link.warnings), (True, "local", []))


@case()
def a_locked_commit_waits_for_the_standby_at_its_end(world):
    """So the warning comes with COMMIT, and not with the answer before it."""
    version, host = world.person("third")["version"], world.host()
    with Followed(world) as standby:
        standby.stop()
        host.link.ask("BEGIN")
        expect(host.load("third", locked=True)["version"] == version)
        expect(host.commit("third", version)["done"] and not host.link.warnings)
        waiting = Waiting(world, lambda: host.link.ask("COMMIT"))
        host.link.cancel()
        same(waiting.end(), [])
        same([warning[1] for warning in host.link.warnings], ["01000"])


@case()
def a_standby_refuses_every_question_but_hello(world):
    version = world.person("mirror")["version"]
    with Followed(world) as standby:
        host = world.host(server=standby)
        same((host.said["in_recovery"], host.said["current_line"], host.said["line"] is None), (True, None, False))
        refused("LB001", host.load, "mirror")
        refused("LB001", host.load, "mirror", locked=True)
        refused("LB001", host.commit, "mirror", version, epoch=host.said["epoch"])
        refused("LB001", host.link.ask, "SELECT lbr_v1.is_free('free', 'free')")
        same(host.link.value("SELECT lbr_v1.adopt()"), "f")
        refused("LB001", world.desk(standby).ask, "SELECT * FROM lbr_v1.page('', 10)")
        same(world.link("watch", server=standby).named("SELECT * FROM lbr_v1.status()")["in_recovery"], True)
        standby.stop()


def used_code_after(world, server, host, name, step):
    """The database refuses until it is adopted; then no code that could have been used is accepted, and the next one is."""
    desk = world.desk(server)
    refused("LB001", host.load, name)
    version = int(world.boss(server).value("SELECT version FROM lbr.counters WHERE name = $1", name))
    refused("LB001", host.commit, name, version, step=step_of(host.said["now_us"]) + 99)
    for text in ("SELECT * FROM lbr_v1.page('', 10)", "SELECT lbr_v1.is_free('free', 'free')", "SELECT lbr_v1.remove('%s')" % name,
                 "SELECT lbr_v1.history('%s')" % name, "SELECT lbr_v1.set_window(1)",
                 "SELECT lbr_v1.take_turn('mail', 9, gen_random_uuid())"):
        refused("LB001", desk.ask, text)
    before = host.said["epoch"]
    same([host.link.value("SELECT lbr_v1.adopt()") for _ in range(2)], ["t", "f"])
    said = host.hello()
    same((said["line"] == said["current_line"], said["epoch"], said["loss_accepted_us"]), (True, before + 1, 0))
    expect(said["floor_step"] >= step_of(said["adopted_us"]) + 2, "the floor is too low:", said)
    found = host.load(name)
    same(found["floor_step"], said["floor_step"])
    for used in (step, step_of(said["now_us"]), step_of(said["now_us"]) + 1, said["floor_step"]):
        again = host.commit(name, found["version"], step=used)
        same((again["done"], again["version"]), (False, found["version"]), "a code of step %d:" % used)
    expect(not host.commit(name, found["version"], step=said["floor_step"] + 1, epoch=before)["done"], "a commit of the epoch before")
    expect(host.commit(name, found["version"], step=said["floor_step"] + 1)["done"], "a code above the floor is refused")
    expect(host.commit(".00", host.load("nobody")["version"])["done"])


@case()
def a_promoted_standby_accepts_no_used_code(world):
    world.person("promoted")
    standby = pair(world, "second")
    main = world.host()
    step = uses_a_code(main, "promoted")
    acknowledged = main.seq
    standby.promote()
    host = world.host(server=standby)
    same((host.said["seq"], host.said["in_recovery"]), (acknowledged, False))
    expect(re.fullmatch(r"\d+/2/\d+\.\d+/[0-9a-f]{13}", host.said["current_line"]) and host.said["line"] != host.said["current_line"], host.said)
    used_code_after(world, standby, host, "promoted", step)
    apart(world, standby)


@case()
def of_eight_hosts_that_adopt_one_does(world):
    standby = pair(world, "eight")
    standby.promote()
    hosts = [world.host("web1", at + 1, server=standby) for at in range(8)]
    said = places.together([lambda one=one: one.link.value("SELECT lbr_v1.adopt()") for one in hosts])
    same(said.count("t"), 1, said)
    same(hosts[0].hello()["epoch"], hosts[0].said["epoch"] + 1)
    apart(world, standby)


@case()
def of_twenty_hosts_that_adopt_after_a_start_one_does(world):
    """And waits for no standby, which may be slower to come back. A crash of a backend is no start: the files are the same."""
    server = world.main.copy("anew").start(synchronous_standby_names="ANY 1 (away)", restart_after_crash="on")
    hosts = [world.host("web%d" % (1 + at % 2), 1 + at // 2, server=server) for at in range(20)]
    adopt = "SELECT lbr_v1.adopt()"
    same(places.together([lambda one=one: one.link.value(adopt) for one in hosts]).count("t"), 1)
    said = hosts[0].hello()
    same((said["epoch"], said["line"]), (hosts[0].said["epoch"] + 1, hosts[1].said["current_line"]))
    os.kill(int(world.boss(server).value("SELECT pg_backend_pid()")), signal.SIGKILL)
    postgres.wait_until(lambda: has_ended(hosts[0].link), "all others were ended with it")
    host = postgres.wait_until(lambda: greeted(world, server), "it has recovered")
    same((host.said["current_line"], host.link.value(adopt)), (said["line"], "f"))
    server.stop()
    server.start()
    host = world.host(server=server)
    expect(host.said["current_line"] != said["line"] == host.said["line"], "started anew:", host.said)
    same(([host.link.value(adopt) for _ in range(2)], host.hello()["epoch"]), (["t", "f"], said["epoch"] + 1))
    server.remove()


def has_ended(link):
    try:
        return link.value("SELECT 1") != "1"
    except Refused:
        return True


def greeted(world, server):
    try:
        return world.host(server=server)
    except Refused:
        return None


@case()
def a_standby_that_lost_commits_accepts_no_used_code_and_its_witness_shows_it(world):
    """Asynchronous, stopped for a while, then promoted: the commit of a code is not there."""
    world.person("lost")
    standby = pair(world, "late")
    world.main.require()
    standby.stop()
    main = world.host()
    step = uses_a_code(main, "lost")
    standby.start(primary_conninfo="")
    standby.promote()
    host = world.host(server=standby)
    same(host.said["seq"], main.seq - 1)
    used_code_after(world, standby, host, "lost", step)
    same(host.hello()["loss_accepted_us"], 0, "adopted by a host, the loss still shows:")
    standby.remove()


@case()
def a_base_backup_that_is_put_back_is_another_line(world):
    """Its server had to be started: no host needs to have been told of what it lacks."""
    world.person("older")
    copy = world.main.copy("week")
    main = world.host()
    step = uses_a_code(main, "older")
    copy.start()
    other = world.host("web2", server=copy)
    lines = [other.said[name].split("/") for name in ("line", "current_line")]
    same(lines[0][:3], lines[1][:3])
    used_code_after(world, copy, other, "older", step)
    copy.remove()


def as_if_it_had_run_on(world, copy):
    """As a machine that is put back with its memory: its line shows nothing."""
    world.boss(copy).ask(shared_database.RAN_ON)


@case()
def a_machine_that_is_put_back_with_its_memory_shows_in_the_witness_alone(world):
    world.person("backup")
    copy = world.main.copy("yesterday")
    main = world.host()
    step = uses_a_code(main, "backup")
    copy.start()
    as_if_it_had_run_on(world, copy)
    host, desk = world.host(server=copy), world.desk(copy)
    same((host.said["current_line"] == host.said["line"], host.said["seq"]), (True, main.seq - 1))
    same(host.link.value("SELECT lbr_v1.adopt()"), "f")
    told_us = main.hello()["now_us"]
    same(desk.value("SELECT lbr_v1.accept_loss()"), "t")
    said = host.hello()
    expect(said["loss_accepted_us"] > told_us and said["epoch"] == host.said["epoch"] + 1, said)
    found = host.load("backup")
    expect(not host.commit("backup", found["version"], step=step)["done"], "a used code is good again")
    expect(host.commit("backup", found["version"], step=found["floor_step"] + 1)["done"])
    copy.remove()


@case()
def a_loss_that_one_host_reports_protects_the_others(world):
    """A running machine is put back: the line is the same, and the other host lost nothing that it knows of."""
    world.person("reported")
    copy = world.main.copy("before")
    main = world.host()
    step = uses_a_code(main, "reported")
    copy.start()
    as_if_it_had_run_on(world, copy)
    teller, other = world.host(server=copy), world.host("web2", server=copy)
    held = other.load("reported")
    report = f"SELECT lbr_v1.report_loss({teller.conn}, %d)"
    same(teller.link.value(report % teller.said["seq"]), "f", "a commit that is here counts as lost:")
    same([teller.link.value(report % main.seq) for _ in range(2)], ["t", "f"], "reported twice:")
    expect(not other.commit("reported", held["version"], step=step)["done"], "what was loaded before the report is accepted")
    found = other.load("reported")
    expect(found["floor_step"] > step and found["epoch"] == held["epoch"] + 1, found)
    expect(not other.commit("reported", found["version"], step=step)["done"], "a used code is good again")
    same(teller.hello()["loss_accepted_us"], 0, "reported by a host, the loss counts as accepted:")
    same(world.desk(copy).value("SELECT string_agg(name, ',') FROM lbr_v1.losses()"), "web1")
    copy.remove()


@case()
def a_login_that_reports_losses_again_and_again_keeps_nobody_out(world):
    """Somebody has the login web2. Its first lie costs everybody a floor; the next ones do nothing, and it is named."""
    copy = world.main.copy("liar").start()  # the floor of the others stays
    liar, boss = world.host("web2", 7, server=copy), world.boss(copy)
    report = "SELECT lbr_v1.report_loss($1, $2)"
    before = liar.hello()
    same(liar.link.value(report, 7, 10 ** 6), "t")
    floored = liar.hello()
    same((floored["epoch"], floored["floor_step"] > before["floor_step"]), (before["epoch"] + 1, True))
    for conn, seq in ((7, 10 ** 6 + 1), (7, 10 ** 9), (7, 10 ** 6), (8, 1), (16, 5)):
        same(liar.link.value(report, conn, seq), "f", (conn, seq))
    same([liar.hello()[name] for name in ("epoch", "floor_step")], [floored[name] for name in ("epoch", "floor_step")])
    named = "SELECT name, raised_us FROM lbr_v1.losses() WHERE name = 'web2'"
    for reader in (world.desk(copy), world.link("watch", server=copy)):
        same(reader.ask(named), [("web2", str(floored["adopted_us"]))])
    refused("42501", liar.link.ask, named)
    boss.ask("UPDATE lbr.hosts SET raised_us = raised_us - 3600000000 WHERE name = 'web2'")
    same(liar.link.value(report, 7, 10 ** 6 + 2), "t", "a loss of an hour later:")
    same(liar.link.value(report, 7, 10 ** 6 + 3), "f")
    same(world.desk(copy).value("SELECT lbr_v1.accept_loss()"), "t")
    same(liar.link.value(report, 7, 10 ** 5), "t", "a loss after the one that root accepted:")
    copy.remove()


@case("cp")
def recovery_to_a_point_in_time_is_another_line(world):
    world.person("pitr")
    copy, main = world.main.copy("pitr"), world.host()
    now = main.load("pitr")
    world.boss().ask("SELECT pg_create_restore_point('here')")
    step = step_of(now["now_us"])
    expect(main.commit("pitr", now["version"], step=step)["done"])
    world.boss().ask("SELECT pg_switch_wal()")
    open(copy.path("recovery.signal"), "w").close()
    copy.start(restore_command="cp %s/%%f %%p" % world.main.path("pg_wal"), recovery_target_name="here", recovery_target_action="promote")
    boss = world.boss(copy)
    postgres.wait_until(lambda: boss.value("SELECT pg_is_in_recovery()") == "f", "the recovery is over")
    host = world.host(server=copy)
    same(host.said["seq"], main.seq - 1)
    used_code_after(world, copy, host, "pitr", step)
    copy.remove()


@case("pg_dump", "psql")
def tables_from_a_dump_are_another_line(world):
    """In the same server, too."""
    world.person("dumped")
    where = ("-h", world.main.place, "-p", str(world.main.port), "-U", postgres.BOSS)
    text = postgres.run("pg_dump", *where, places.DATABASE)
    world.boss().ask("CREATE DATABASE restored OWNER dba")
    postgres.run("psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", *where, "-d", "restored", text=text)
    link = world.main.link(user=postgres.BOSS, database="restored")
    host = Host(link, 1)
    refused("LB001", host.load, "dumped")
    same(link.value("SELECT lbr_v1.adopt()"), "t")
    expect(host.load("dumped")["known"])
    link.close()


@case()
def a_floor_waits_for_the_commits_under_way(world):
    """And not for long, since everybody waits behind it. No commit ends after it under the epoch before."""
    old = world.person("under-way")
    host, desk = world.host(), world.desk()
    limit = "ALTER FUNCTION lbr.raise_floor SET lock_timeout = '%s'"
    host.link.ask("BEGIN")
    expect(host.commit("under-way", old["version"])["done"])
    world.boss().ask(limit % "50ms")
    same(world.host("web2").link.value("SELECT lbr_v1.adopt()"), "f", "a host holds up the others where there is nothing to adopt:")
    refused("55P03", desk.value, "SELECT lbr_v1.accept_loss()")
    world.boss().ask(limit % "1500ms")
    host.link.ask("COMMIT")
    same(desk.value("SELECT lbr_v1.accept_loss()"), "t")
    expect(not host.commit("under-way", old["version"] + 1)["done"], "a commit of the epoch before")
    expect(host.commit("under-way", old["version"] + 1, epoch=host.hello()["epoch"])["done"])


@case("psql")
def a_template_s_copy_is_another_line(world):
    """A copy of the database that is put in its place while the server runs on: same cluster, same table, same start."""
    world.person("copied")
    server = world.main.copy("templates").start()
    with server.link(database="postgres") as boss:
        first = world.host(server=server)
        first.link.value("SELECT lbr_v1.adopt()")
        first.link.close()
        boss.ask(f"CREATE DATABASE kept TEMPLATE {places.DATABASE}")
        boss.ask(f"DROP DATABASE {places.DATABASE}")
        boss.ask(f"ALTER DATABASE kept RENAME TO {places.DATABASE}")
    host = world.host(server=server)
    refused("LB001", host.load, "copied")
    same(host.link.value("SELECT lbr_v1.adopt()"), "t")
    expect(host.load("copied")["known"])
    server.remove()
