"""The standby is gone, or has become the primary, or yesterday's files are back: what brokers and people see of it."""
import os
import time
import types

import hosts
import postgres
import shared_database
from cases_matrix import BACK, LOST, UNREACHABLE, told_once
from doctor import refuses, shows
from fault_proxy import HOLD, TELL
from harness import case, expect, same
from hosts import STEP_S, answered, away
from patience import Slow, patient

WAITS = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep' AND query LIKE '%commit%'"
FORGOT = "ALERT: it lost what it had confirmed to this host"
RESTARTED = "the database was restarted"
# A schema of before: its line does not say when the server was started.
# The schema before a line told a start, and asked for it at each load.
NO_START = [("""(SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database())::text || '.' ||
		pg_catalog.pg_relation_filenode('lbr.realm')::text || '/' ||
		to_hex((extract(epoch FROM pg_catalog.pg_postmaster_start_time()) * 1000000)::bigint)""", "'lbr.realm'::regclass::oid::text"),
            ("p_started = pg_catalog.pg_postmaster_start_time() AND p_place = pg_catalog.pg_relation_filepath('lbr.realm') AND", "true AND")]


OTHERS = [types.SimpleNamespace(name="a_standby_that_is_not_there_%d" % at) for at in range(20)]  # a long list is a sound one


class Pair:
    """A realm of its own with a standby, and two hosts that know both servers."""

    def __init__(self, stage, strict=True, proxied=False, **settings):
        self.realm = stage.new_realm()
        self.main = self.realm.server
        self.second = self.main.standby("second", unix_socket_directories="{place}," + self.realm.scratch)
        if strict:
            self.main.require(self.second, *OTHERS)
        self.servers = "%s:%d, %s:%d" % (self.realm.scratch, self.main.port, self.realm.scratch, self.second.port)
        self.confirm = "standby" if strict else "server"
        self.one, self.two = (self.host(name, **settings) for name in ("one", "two"))
        self.ask_one, self.ask_two = self.one.asker(), self.two.asker()
        self.realm.person("alice", "bob")
        for asker in (self.ask_one, self.ask_two):
            connected(asker)

    def host(self, name, **settings):
        return self.realm.host(name, **{"servers": self.servers, "connections": 1, "confirm": self.confirm, **settings})

    def promote(self):
        """The primary is gone, and the other one takes its place."""
        self.main.stop(postgres.signal.SIGQUIT)
        self.second.promote()
        return self.second.link(database="liberations")

    def close(self):
        self.realm.close()


def connected(asker):
    postgres.wait_until(lambda: asker.ask("load", "alice").word == "done", "it is connected")


def until_served(asker, name):
    """A code that nobody has used is accepted again, as soon as it is above the floor."""
    postgres.wait_until(lambda: asker.ask("use", name, int(time.time()) // STEP_S + 10).word == "yes", name, "signs in again")


@case()
@patient
def row_standby_gone_strict(stage):
    """A load works, a commit waits and is told nothing; then the breaker, until one confirms. The code was used."""
    pair = Pair(stage)
    answered(pair.ask_one.ask("use", "alice", 1), "yes")
    pair.second.stop()
    pair.ask_one.tell("use", "alice", 2)
    pair.ask_two.tell("use", "bob", 2)
    for asker in (pair.ask_one, pair.ask_two):
        away(asker.hear(), LOST, "did not answer in time")
    same(pair.realm.row("alice")[1], 1, "what no standby has is shown to others:")
    pair.one.wait_said("no standby confirms what it stores")
    away(pair.ask_one.ask("use", "alice", 3), UNREACHABLE, "no standby confirms")
    shows(pair.one, "no standby")
    mark = pair.one.mark()
    pair.second.start(unix_socket_directories="{place}," + pair.realm.scratch)
    pair.one.wait_said(BACK, mark)
    answered(pair.ask_one.ask("use", "alice", 2), "used")
    answered(pair.ask_one.ask("use", "alice", 3), "yes")
    pair.close()


@case()
@patient
def row_wait_for_the_standby_cancelled(stage):
    """Success with a warning is no success, also where the server's settings switch warnings off; the log raises an alert. Nor is one
    that waited for no standby, which comes without a warning."""
    pair = Pair(stage)
    pair.realm.boss.ask("ALTER DATABASE liberations SET client_min_messages = error")
    pair.one.stop()
    pair.one.start()
    pair.ask_one = pair.one.asker()
    connected(pair.ask_one)
    answered(pair.ask_one.ask("use", "alice", 1), "yes")
    pair.realm.boss.ask("ALTER FUNCTION lbr_v1.commit SET synchronous_commit = local")
    away(pair.ask_one.ask("use", "bob", 2), LOST, "confirms without a standby")
    same(pair.realm.row("bob")[1], 2, "it is stored here:")
    pair.realm.boss.ask("ALTER FUNCTION lbr_v1.commit RESET synchronous_commit")
    connected(pair.ask_one)
    pair.second.stop()
    pair.ask_one.tell("use", "alice", 2)
    cancel = "SELECT count(pg_cancel_backend(pid)) FROM pg_stat_activity WHERE wait_event = 'SyncRep' AND query LIKE '%v1.commit%'"
    postgres.wait_until(lambda: pair.realm.boss.value(cancel) == "1", "its wait is cancelled")
    away(pair.ask_one.hear(), LOST, "without the standby's confirmation")
    same(pair.realm.row("alice")[1], 2, "cancelled, it is stored here:")
    pair.one.wait_said("ALERT: the database stored something without the standby's confirmation")
    pair.close()


@case()
@patient
def row_failover_synchronous(stage):
    """Adopted by the first host that comes; what was used stays used, and the log says what happened."""
    pair = Pair(stage, confirm="server")  # the new one has no standby yet
    step = pair.realm.step()
    answered(pair.ask_one.ask("sign", "alice", step), "yes")
    boss = pair.promote()
    epoch = int(boss.value("SELECT epoch FROM lbr.realm"))
    for asker in (pair.ask_one, pair.ask_two):
        answered(postgres.wait_until(lambda one=asker: sorted_out(one.ask("use", "alice", step)), "it is asked again"), "used")
        answered(asker.ask("use", "bob", step + 1), "used", "a code below the floor:")
    same(int(boss.value("SELECT epoch FROM lbr.realm")), epoch + 1)
    expect(any("promoted or restored" in host.said() for host in (pair.one, pair.two)), pair.one.said(), pair.two.said())
    shows(pair.one, "nothing is wrong")
    until_served(pair.ask_one, "alice")
    pair.close()


def sorted_out(said):
    return None if said.word == "away" else said


@case()
@patient
def row_failover_asynchronous_with_lost_commits(stage):
    """The host that was told of them refuses until root accepts the loss; the others adopt, and no used code serves."""
    pair = Pair(stage, strict=False)
    answered(pair.ask_two.ask("use", "bob", 1), "yes")
    postgres.wait_until(lambda: pair.realm.boss.value("SELECT bool_and(replay_lsn >= pg_current_wal_lsn()) FROM pg_stat_replication")
                        == "t", "the standby has it")
    pair.second.stop()
    step = pair.realm.step()
    answered(pair.ask_one.ask("sign", "alice", step), "yes")
    pair.second.start(primary_conninfo="", unix_socket_directories="{place}," + pair.realm.scratch)
    boss = pair.promote()
    for host in (pair.one, pair.two):
        host.configure(servers="%s:%d" % (pair.realm.scratch, pair.second.port))
    for host in (pair.one, pair.two):
        host.stop()
        host.start()
    one, two = pair.one.asker(), pair.two.asker()
    said = postgres.wait_until(lambda: sorted_out(two.ask("use", "alice", step)), "the other host adopts")
    answered(said, "used", "the code whose commit was lost:")
    pair.one.wait_said(FORGOT)
    away(one.ask("use", "alice", step), UNREACHABLE, "lost what it had confirmed to this host")
    shows(pair.one, "a loss")
    shows(pair.two, "a loss of another host", "one", desk=True)
    mark = pair.one.mark()
    same(boss.value("SELECT lbr_v1.accept_loss()"), "t")
    pair.one.wait_said(BACK, mark)
    answered(one.ask("use", "alice", step), "used", "after the loss was accepted:")
    until_served(one, "alice")
    pair.close()


def idle_at(server, login):
    """How many connections of a host a server has that wait for nothing."""
    with server.link(database="liberations") as boss:
        return int(boss.value("SELECT count(*) FROM pg_stat_activity WHERE usename = $1 AND state = 'idle'", login))


@case()
def row_a_deposed_primary_first_in_the_list(stage):
    """It answers, but no standby follows it any more. Within seconds the host leaves it with every connection, and the log says so."""
    pair = Pair(stage, confirm="server", connections=3)
    same(pair.ask_one.ask("use", "alice", 1)[0], "yes")
    postgres.wait_until(lambda: idle_at(pair.main, "one") == 3, "all three are up")
    pair.second.promote()
    mark = pair.one.mark()
    away(pair.ask_one.ask("use", "alice", 2), LOST)
    until_served(pair.ask_one, "alice")
    postgres.wait_until(lambda: idle_at(pair.second, "one") == 3, "all three are at the new one")
    postgres.wait_until(lambda: idle_at(pair.main, "one") == 0, "none stays at the old one")
    said = pair.one.said()[mark:]
    same(said.count("%s:%d is passed over" % (pair.realm.scratch, pair.main.port)), 1, said)
    pair.close()


@case()
def a_new_primary_is_found_beside_an_old_one_that_confirms_nothing(stage):
    """It is silent until the host has found that the old one is of no use."""
    postgres.need_time()
    pair = Pair(stage, confirm="server", connections=3)
    same(pair.ask_one.ask("use", "alice", 1)[0], "yes")
    pair.one.stop()
    pair.second.promote()
    pair.second.process.send_signal(postgres.signal.SIGSTOP)
    pair.one.start()
    pair.one.wait_said("no standby confirms what it stores")
    pair.second.process.send_signal(postgres.signal.SIGCONT)
    start = time.monotonic()
    postgres.wait_until(lambda: idle_at(pair.second, "one") == 3, "all three are at the new one")
    expect(time.monotonic() - start < 20, "it was found after", time.monotonic() - start, "s")
    pair.close()


@case()
@patient
def row_old_primary_beside_the_new_one(stage):
    """A host that has seen the new one refuses the old one, which no standby follows any more."""
    pair = Pair(stage, strict=False)
    answered(pair.ask_one.ask("use", "alice", 1), "yes")
    with pair.second.link(database="liberations") as standby:
        postgres.wait_until(lambda: pair.realm.row("alice", standby)[1] == 1, "it has followed")
    pair.promote()
    postgres.wait_until(lambda: sorted_out(pair.ask_one.ask("use", "alice", 1)), "the new one is adopted")
    until_served(pair.ask_one, "alice")
    pair.main.start(unix_socket_directories="{place}," + pair.realm.scratch)
    pair.one.configure(servers="%s:%d" % (pair.realm.scratch, pair.main.port))
    pair.one.stop()
    pair.one.start()
    pair.one.wait_said("ALERT: it is behind a server that this host has seen")
    away(pair.one.asker().ask("use", "alice", 10 ** 12), UNREACHABLE, "behind one that this host has seen")
    shows(pair.one, "an old primary")
    refuses(pair.one, "an old primary runs beside the new one", "store", "adopt", "--yes")
    pair.close()


@case()
@patient
def row_a_base_backup_put_back(stage):
    """The host that was told of more refuses, whatever the line says."""
    realm = stage.new_realm()
    realm.person("alice")
    host = realm.host("one", connections=1)
    kept = realm.server.copy("kept")
    step, asker = realm.step(), host.asker()
    connected(asker)
    answered(asker.ask("sign", "alice", step), "yes")
    realm.server.stop(postgres.signal.SIGQUIT)
    kept.start(unix_socket_directories="{place}," + realm.scratch)
    host.configure(servers="%s:%d" % (realm.scratch, kept.port))
    host.stop()
    asker = host.start().asker()
    host.wait_said(FORGOT)
    away(asker.ask("sign", "alice", step), UNREACHABLE, "lost what it had confirmed to this host")
    shows(host, "a loss, not adopted yet")
    mark = host.mark()
    with kept.link(database="liberations") as boss:
        same(boss.value("SELECT lbr_v1.accept_loss()"), "t")
    host.wait_said(BACK, mark)
    answered(asker.ask("use", "alice", step), "used")
    realm.close()


def again(realm, server):
    """Starts it where the hosts look for it. Without TCP, of which another program may have taken the port."""
    server.port = realm.server.port
    expect(server.attempt({**postgres.SETTINGS, "listen_addresses": "", "port": str(server.port),
                           "unix_socket_directories": "{place}," + realm.scratch}), server.said())
    realm.server, realm.boss = server, server.link(database="liberations")


def base_backup(realm):
    return realm.server.copy("kept")


def cold_copy(realm):
    """Of a server that is stopped; it was started an hour ago, as far as codes are concerned."""
    realm.server.stop()
    kept = postgres.Cluster(realm.server.parent, "kept")
    postgres.subprocess.run(["cp", "-a", realm.server.path(), kept.path()], check=True)
    again(realm, realm.server)
    realm.boss.ask(shared_database.RAN_ON + ", floor_step = 0")
    return kept


def times_logged(said, words):
    """How often it says so, without an alarm. A broker that was too slow to see what it had adopted does not say it."""
    if words not in said and "it does not answer in time" in said:
        raise Slow(said)
    expect("was promoted" not in said and "ALERT" not in said, said)
    return said.count(words)


def once_at_two_hosts(stage, take):
    """The one that was told of more is away, and the other was told of nothing since: what it says of a code that was used."""
    realm = stage.new_realm()
    realm.person("alice", "bob")
    one, two = (realm.host(name, connections=1) for name in ("one", "two"))
    asker = two.asker()
    connected(asker)
    answered(asker.ask("use", "bob", 1), "yes")
    kept = take(realm)
    ask_one, step = one.asker(), realm.step()
    connected(ask_one)
    answered(ask_one.ask("sign", "alice", step), "yes")
    connected(asker)
    one.stop()
    mark = two.mark()
    realm.server.stop(postgres.signal.SIGQUIT)
    again(realm, kept)
    answered(postgres.wait_until(lambda: sorted_out(asker.ask("use", "alice", step)), "it is asked again"), "used", "the code:")
    until_served(asker, "alice")
    same(times_logged(two.said()[mark:], RESTARTED), 1)
    realm.close()


@case()
@patient
def row_the_database_restarted(stage):
    """A floor and a notice, and no alarm. The hosts go on by themselves."""
    pair = Pair(stage)
    step, marks = pair.realm.step(), [host.mark() for host in (pair.one, pair.two)]
    answered(pair.ask_one.ask("sign", "alice", step), "yes")
    epoch = int(pair.realm.boss.value("SELECT epoch FROM lbr.realm"))
    pair.main.stop()
    again(pair.realm, pair.main)
    for asker in (pair.ask_one, pair.ask_two):
        answered(postgres.wait_until(lambda one=asker: sorted_out(one.ask("use", "alice", step)), "it is asked again"), "used")
        answered(asker.ask("use", "bob", step + 1), "used", "a code below the floor:")
    until_served(pair.ask_one, "alice")
    same(int(pair.realm.boss.value("SELECT epoch FROM lbr.realm")), epoch + 1)
    said = "".join(host.said()[mark:] for host, mark in zip((pair.one, pair.two), marks))
    expect(times_logged(said, RESTARTED) > 0, said)
    pair.close()


@case()
@patient
def a_base_backup_put_back_deceives_no_host_that_was_told_of_nothing_since(stage):
    once_at_two_hosts(stage, base_backup)


@case()
@patient
def files_copied_while_the_server_was_stopped_deceive_no_host_either(stage):
    once_at_two_hosts(stage, cold_copy)


@case()
@patient
def a_schema_of_before_is_served_and_its_upgrade_adopted_once(stage):
    """Its line does not say when the server was started."""
    realm = stage.flawed(schema=NO_START).new_realm()
    realm.person("alice")
    hosts = [realm.host(name, connections=2) for name in ("one", "two")]
    askers, step = [host.asker() for host in hosts], realm.step()
    for asker in askers:
        connected(asker)
    answered(askers[0].ask("sign", "alice", step), "yes")
    same(realm.boss.value("SELECT line FROM lbr.realm").count("/"), 2)
    epoch = int(realm.boss.value("SELECT epoch FROM lbr.realm"))
    realm.boss.ask("UPDATE lbr.realm SET started = NULL, place = NULL")
    realm.load_schema([])
    for asker in askers:
        answered(postgres.wait_until(lambda one=asker: sorted_out(one.ask("use", "alice", step + 1)), "it is asked again"), "used")
    until_served(askers[0], "alice")
    row = realm.boss.ask("SELECT epoch, line = lbr.line() FROM lbr.realm")[0]
    same((int(row[0]), row[1]), (epoch + 1, "t"))
    expect(times_logged(hosts[0].said() + hosts[1].said(), "the schema of the database was upgraded") > 0)
    realm.close()


@case()
@patient
def a_yes_that_waits_unread_while_a_backup_is_put_back_is_none(stage):
    """Another connection has greeted the backup before the answer is read. The code is accepted once."""
    realm = stage.new_realm()
    realm.person("alice")
    host = realm.host("late", proxied=True, connections=2)
    asker, other = host.asker(), host.asker()
    postgres.wait_until(lambda: host.proxy.is_idle(2), "both connections are up")
    kept = realm.server.copy("kept").start(unix_socket_directories="{place}," + realm.scratch)
    with kept.link(database="liberations") as boss:
        boss.ask(shared_database.RAN_ON)  # no floor
    connected(asker)
    connected(other)
    fault = host.spoil("commit", TELL, 0, HOLD)
    asker.tell_until(fault, "use", "alice", 1)
    host.proxy.upstream = os.path.join(kept.place, ".s.PGSQL.%d" % kept.port)
    realm.server.stop(postgres.signal.SIGQUIT)
    connected(other)
    fault.go.set()
    said, again = asker.hear(), other.ask("use", "alice", 1)
    expect([said.word, again.word].count("yes") <= 1, "a code was accepted twice:", said, again)
    same(said.word, "away", "what its server cannot confirm any more: %s" % (said,))
    realm.close()


@case("pg_dump", "psql")
@patient
def row_tables_from_a_dump(stage):
    """Another line: adopted, with a floor."""
    realm, name = stage.realm, stage.realm.fresh("dumped")
    database = name.replace("-", "_")
    realm.person(name)
    host = realm.host(name + "-host", connections=1)
    where = ("-h", realm.server.place, "-p", str(realm.server.port), "-U", postgres.BOSS)
    text = postgres.run("pg_dump", *where, "liberations")
    step, asker = realm.step(), host.asker()
    postgres.wait_until(lambda: asker.ask("load", name).word == "done", "it is connected")
    answered(asker.ask("use", name, step), "yes")
    realm.boss.ask("CREATE DATABASE " + database)
    postgres.run("psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", *where, "-d", database, text=text)
    other = realm.host(name + "-other", connections=1, database=database, start=False)
    shows(other, "promoted")
    other.start().wait_said("promoted or restored")
    answered(other.asker().ask("use", name, step), "used", "a code that was used since:")
    host.stop()
    host.configure(database=database)
    host.start().wait_said(FORGOT)
    away(host.asker().ask("use", name, step), UNREACHABLE, "lost what it had confirmed to this host")
    for one in (host, other):
        one.stop()


@case("mount")
@patient
def row_disk_full(stage):
    """A table that cannot grow refuses what is new; a WAL that cannot grow stops the server. Neither makes a yes."""
    if os.geteuid() != 0:
        raise postgres.Skip("mounts a small file system, which root alone may")
    realm = stage.new_realm()
    realm.person("alice")
    host = realm.host("one", connections=1)
    small = os.path.join(realm.scratch, "small")
    os.mkdir(small)
    postgres.subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m,mode=0777", "tmpfs", small], check=True)
    try:
        table_full(realm, host, small)
    finally:
        host.stop()
        realm.server.stop(postgres.signal.SIGQUIT)
        postgres.subprocess.run(["umount", "-l", small], check=True)
    realm.close()


class SmallRealm(hosts.Realm):
    """One whose server has little room for its WAL, and gives none back."""

    def start(self, server, **settings):
        self.wal, files = server.path("pg_wal"), server.path("wal-as-made")
        os.rename(self.wal, files)
        os.mkdir(self.wal)
        postgres.subprocess.run(["mount", "-t", "tmpfs", "-o", "size=32m,mode=0700", "tmpfs", self.wal], check=True)
        postgres.subprocess.run(["cp", "-a", files + "/.", self.wal], check=True)
        postgres.give(self.wal)
        return super().start(server, wal_keep_size="1GB", wal_recycle="off", **settings)

    def close(self):
        for host in self.hosts.values():
            host.stop()
        self.server.stop(postgres.signal.SIGQUIT)
        postgres.subprocess.run(["umount", "-l", self.wal], check=True)
        super().close()


@case("mount")
@patient
def row_disk_full_of_wal(stage):
    """The server stops at the commit that finds no room: no yes; when there is room and it was started, everything is as before."""
    if os.geteuid() != 0:
        raise postgres.Skip("mounts a small file system, which root alone may")
    realm = SmallRealm(stage.scratch, "small%d" % os.getpid())
    try:
        wal_full(realm)
    finally:
        realm.close()


def wal_full(realm):
    realm.person("alice")
    host, steps = realm.host("one", connections=2), iter(range(1, 2000))
    asker, fill = host.asker(), os.path.join(realm.wal, "fill")
    connected(asker)
    answered(asker.ask("use", "alice", next(steps)), "yes")
    realm.boss.ask("SELECT pg_switch_wal()")
    realm.boss.ask("SELECT pg_logical_emit_message(false, 'tests', repeat('x', 900000))")  # most of a segment
    with open(fill, "wb", buffering=0) as file:
        try:
            while True:
                file.write(b"x" * 4096)
        except OSError:
            pass
    mark = host.mark()
    for step in steps:
        said = asker.ask("use", "alice", step)
        if said.word != "yes":
            break
    away(said, said.error if said.error in (LOST, UNREACHABLE) else LOST)  # another process may have found it just before
    realm.server.process.wait()
    away(asker.ask("use", "alice", step + 1), UNREACHABLE)  # a connection that is idle is known to have ended once it is asked
    host.wait_said("the database cannot be used: ", mark)
    shows(host, "refused")
    os.unlink(fill)
    realm.server.start_again()
    host.wait_said(BACK, mark)
    with realm.server.link(database="liberations") as boss:
        stored = realm.row("alice", boss)[1]
    expect(stored in (step - 1, step), "stored:", stored, "of", step)
    answered(asker.ask("use", "alice", step), "used", "the code whose answer was lost, below the floor after a start:")
    until_served(asker, "alice")
    told_once(host.said()[mark:])


def table_full(realm, host, small):
    asker, step = host.asker(), 1
    os.mkdir(os.path.join(small, "space"))
    postgres.give(os.path.join(small, "space"))
    realm.boss.ask("CREATE TABLESPACE small LOCATION '%s/space'" % small)
    realm.boss.ask("ALTER TABLE lbr.counters SET TABLESPACE small; ALTER TABLE lbr.counters SET (autovacuum_enabled = false)")
    realm.boss.ask("ALTER INDEX lbr.counters_pkey SET TABLESPACE small")
    with open(os.path.join(small, "fill"), "wb", buffering=0) as file:
        try:
            while True:
                file.write(b"x" * 4096)
        except OSError:
            pass
    with realm.server.link(database="liberations") as old:
        old.ask("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM lbr.counters")  # no old version goes
        connected(asker)
        said = asker.ask("use", "alice", step)
        while said.word == "yes" and step < 2000:
            step += 1
            said = asker.ask("use", "alice", step)
        away(asker.ask("use", "alice", step), UNREACHABLE, "53100")
    away(said, UNREACHABLE, "out of space or connections", "53100")
    host.wait_said("the database refuses changes: it is out of space or connections (SQLSTATE 53100)")
    same(host.said().count("refuses changes"), 1, host.said())
    same(realm.row("alice")[1], step - 1, "what did not fit:")
    os.unlink(os.path.join(small, "fill"))
    answered(asker.ask("use", "alice", step), "yes", "there is room again:")
