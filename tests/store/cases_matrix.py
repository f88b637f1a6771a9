"""What happens when the database, its server, this host or its broker fails: what the person is told, and what the log says.

`away`: "Signing in is not possible right now", for every name alike. `used`: the code was stored though its answer was lost.
"""
import os
import re
import signal
import time

import hosts
import postgres
from doctor import SOAK, Silent, configure, found, shows
from fault_proxy import ASK, HOLD, RESET, TELL
from harness import Skip, case, expect, same
from hosts import answered, away
from patience import Slow, patient
from world import Host

LOST, UNREACHABLE = "answer lost", "unreachable"
BACK = "the database answers"
NOW_US = "CREATE OR REPLACE FUNCTION lbr.now_us() RETURNS bigint LANGUAGE sql VOLATILE AS $f$ SELECT " \
         "(extract(epoch FROM pg_catalog.clock_timestamp()) * 1000000)::bigint + %d $f$"
HOST_LOG = "the database cannot be used: "


class Stood:
    """A host behind a proxy, a program of it, and a person: all three for one case."""

    def __init__(self, stage, name, proxied=True, connections=1, **settings):
        self.realm, self.name, self.connections = stage.realm, stage.realm.fresh(name), connections
        self.realm.person(self.name)
        self.host = self.realm.host(self.name + "-host", proxied=proxied, connections=connections, **settings)
        self.asker, self.proxy = self.host.asker(), self.host.proxy
        self.mark = 0

    def serves(self, step):
        """All its connections are up, and know the keys of the program that asks; none is being greeted."""
        postgres.wait_until(lambda: self.asker.ask("load", self.name).word == "done", self.name, "is loaded")
        greeted = "SELECT count(*) FROM lbr.hosts WHERE name = $1 AND keys <> '{}'"
        postgres.wait_until(lambda: self.realm.boss.value(greeted, self.host.name) == str(self.connections), "each has greeted")
        postgres.wait_until(lambda: not self.proxy or self.proxy.is_idle(self.connections), "none is asked")
        self.lets_in(step, "before anything happens:")
        self.mark = self.host.mark()
        return self

    def use(self, step):
        return self.asker.ask("use", self.name, step)

    def lets_in(self, step, *what):
        answered(self.use(step), "yes", *what)

    def cut(self):
        """Its connections end; the broker finds out with the next question."""
        self.proxy.cut()
        self.asker.ask("load", self.name)

    def logs(self, *words):
        for word in words:
            self.host.wait_said(word, self.mark)

    def comes_back(self, step):
        """One line for each cause of the fault and one for its end."""
        self.logs(BACK)
        self.lets_in(step, "afterwards:")
        told_once(self.host.said()[self.mark:])
        self.host.stop()


def told_once(said):
    causes = re.findall(HOST_LOG + "([^(]*)", said)
    expect(len(causes) == len(set(causes)) and 1 <= said.count(BACK) <= len(causes), "told more than once:\n" + said)


@case()
@patient
def row_refused(stage):
    one = Stood(stage, "refused").serves(1)
    one.proxy.refuse()
    away(one.use(2), UNREACHABLE)
    one.logs("no server of store.conf can be reached")
    away(one.use(3), UNREACHABLE, "no database server can be reached")
    shows(one.host, "refused")
    one.proxy.listen()
    one.comes_back(4)


def took(function):
    began = time.monotonic()
    function()
    return time.monotonic() - began


@case()
@patient
def row_blackholed(stage):
    """Two deadlines of a load; then at once, until it is back."""
    one = Stood(stage, "silent", connections=2).serves(1)
    one.proxy.dark = True
    first = took(lambda: away(one.use(2), UNREACHABLE, "did not answer in time"))
    expect(hosts.LATE_S < first, "it took", first)
    if first > 4 * hosts.LATE_S:
        raise Slow("it took", first)
    one.logs(HOST_LOG)
    later = [took(lambda step=step: away(one.use(step), UNREACHABLE)) for step in (3, 4, 5)]
    if min(later) > 0.5:
        raise Slow("the next ones took", later)
    if SOAK:  # it waits for both sides
        shows(one.host, "silent", desk=True)
    one.proxy.dark = False
    one.comes_back(6)


def waits_once(stage, desk):
    """The database to each login, and the broker of this host: each is asked once, and all of them at the same time."""
    if os.geteuid() != 0:
        raise Skip("needs root")
    host = stage.realm.host(stage.realm.fresh("mute"), start=False)
    logins = ["desk", host.name] if desk else [host.name]
    places = [os.path.join(host.place, "of-" + login) for login in logins]
    for place in places:
        os.mkdir(place, 0o755)
    host.configure(servers=places[0] + ":5432")
    config = configure(host, desk)
    host.configure(servers=places[-1] + ":5432")
    with open(config, "a") as file:
        file.write("local = nobody-of-here\n")
    silent = [Silent(path) for path in (*[place + "/.s.PGSQL.5432" for place in places], host.socket)]
    said, _ = found(config, "en_CA.UTF-8", ())
    spans = [one.close() for one in silent]
    os.unlink(host.socket)
    same([(line["check"], line["where"]) for line in said], [("database", login) for login in logins])
    same([len(one) for one in spans], [1] * len(silent), "how often each was asked:")
    begins, ends = zip(*(one[0] for one in spans))
    if max(begins) > min(ends):
        raise Slow("they were asked one after the other: %s" % (spans,))


@case()
@patient
def doctor_waits_once_for_all_that_are_silent(stage):
    waits_once(stage, desk=True)


@case()
@patient
def doctor_on_a_plain_host_waits_once_for_all_that_are_silent(stage):
    waits_once(stage, desk=False)


@case()
@patient
def row_reset_while_sending_and_before_the_answer(stage):
    """What was not sent whole was not stored; what was answered was, and the code is used."""
    one = Stood(stage, "reset").serves(1)
    for step, way, at, then in ((2, ASK, 1, "yes"), (4, ASK, 200, "yes"), (6, TELL, 0, "used"), (8, TELL, 100, "used")):
        one.host.spoil("commit", way, at, RESET)
        away(one.use(step), LOST, "perhaps stored, perhaps not", "the connection ended before the answer")
        answered(one.use(step), then)
    shows(one.host, "nothing is wrong")
    one.host.stop()


@case()
@patient
def row_reset_at_a_load_is_asked_again(stage):
    one = Stood(stage, "again").serves(1)
    for step, way in ((2, ASK), (3, TELL)):
        one.host.spoil("load", way, 5, RESET)
        one.lets_in(step)
    one.host.stop()


@case()
@patient
def row_mac_wrong(stage):
    """A damaged record is one person's; the reason names them, and nobody else is kept out."""
    one = Stood(stage, "damaged", proxied=False).serves(1)
    unhurt = stage.realm.fresh("unhurt")
    stage.realm.person(unhurt)
    flip = "UPDATE lbr.%s SET %s = set_byte(%s, 90, get_byte(%s, 90) # 1) WHERE name = $1"
    for step, table, column, row in ((10, "accounts", "record", "account damaged"), (11, "counters", "slot", "counters damaged")):
        stage.realm.boss.ask(flip % (table, column, column, column), one.name)
        said = one.asker.ask("sign", one.name, stage.realm.step())
        answered(said, "no", table)
        expect(said.error == "damaged" and one.name in said.reason, table, said)
        answered(one.asker.ask("use", unhurt, step), "yes", "another person is kept out:")
        shows(one.host, row, one.name, desk=True)
        stage.realm.boss.ask(flip % (table, column, column, column), one.name)
    one.lets_in(2)
    one.host.stop()


@case()
def an_older_record_put_back_with_a_hosts_login_opens_nothing(stage):
    """Who has the login, and not the seal key, may store what was loaded with it before: no disabled person comes in by that."""
    one = Stood(stage, "older", proxied=False).serves(1)
    thief = Host(stage.realm.server.link(user=one.host.name, database="liberations"), 16, keys=("0123abcd",))
    old = thief.load("older")
    same(stage.realm.desk.ask("disable", "older")[0], "done")
    for raised in (0, 1):
        now = thief.load("older")
        expect(now["generation"] > old["generation"], "the generation was not raised")
        expect(thief.commit("older", now["version"], slot=None, before=now["generation"], generation=now["generation"] + raised,
                            record=old["record"])["done"], "the thief's record was not stored")
        said = one.asker.ask("sign", "older", stage.realm.step() + raised)
        same(said[:2], ("no", "damaged"), "a disabled person, with the record from before: %s" % (said,))
    one.host.stop()


def broken_by(stage, name, spoil, repair, logged, reason, shown):
    """Statements that break the database, or this host's way in, for connections that are made from now on; and undo it."""
    one = Stood(stage, name).serves(1)
    stage.realm.boss.ask(spoil % {"role": one.host.name})
    try:
        one.cut()
        one.logs(logged)
        away(one.use(2), UNREACHABLE, *reason)
        shows(one.host, shown)
    finally:
        stage.realm.boss.ask(repair % {"role": one.host.name})
    one.comes_back(3)


@case()
@patient
def row_limit_of_connections(stage):
    broken_by(stage, "limited", 'ALTER ROLE "%(role)s" CONNECTION LIMIT 0', 'ALTER ROLE "%(role)s" CONNECTION LIMIT 16',
              "it is out of space or connections", ["out of space or connections"], "too many connections")


@case()
@patient
def row_wrong_version_of_the_schema(stage):
    broken_by(stage, "version", "UPDATE lbr.versions SET version = 2", "UPDATE lbr.versions SET version = 1",
              "run `liberations store upgrade`", ["run `liberations store upgrade`"], "another schema")


@case()
@patient
def row_answered_and_then_not_committed(stage):
    """The function's answer comes before the commit, which may fail: no, and nothing is stored."""
    one = Stood(stage, "deferred").serves(1)
    boss = stage.realm.boss
    boss.ask("CREATE FUNCTION public.fails() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'too late'; END $$")
    boss.ask("CREATE CONSTRAINT TRIGGER late AFTER UPDATE ON lbr.counters DEFERRABLE INITIALLY DEFERRED FOR EACH ROW "
             "EXECUTE FUNCTION public.fails()")
    try:
        said = one.use(2)
    finally:
        boss.ask("DROP TRIGGER late ON lbr.counters")
        boss.ask("DROP FUNCTION public.fails()")
    away(said, UNREACHABLE, "the broker's answer is invalid")
    postgres.wait_until(lambda: one.asker.ask("load", one.name).word == "done", "it is loaded again")
    one.lets_in(2, "the code is good still:")
    one.host.stop()


@case()
@patient
def row_a_right_is_missing(stage):
    """A host that was shut out: at once, and everywhere."""
    one = Stood(stage, "shut-out").serves(1)
    stage.realm.boss.ask('REVOKE lbr_host FROM "%s"' % one.host.name)
    away(one.use(2), UNREACHABLE, "lacks a right", "42501")
    shows(one.host, "right missing")
    stage.realm.boss.ask('GRANT lbr_host TO "%s"' % one.host.name)
    postgres.wait_until(lambda: one.asker.ask("load", one.name).word == "done", "it is let in again")
    one.lets_in(3)
    one.host.stop()


@case()
@patient
def row_wrong_seal_key(stage):
    one = Stood(stage, "wrong-key", proxied=False).serves(1)
    one.host.key = os.path.join(one.host.place, "seal.key")
    stage.realm.write_key(one.host.key, "0123abcd %s\n" % ("ab" * 32))
    away(one.host.asker().ask("use", one.name, 2), UNREACHABLE, "seal key is not the key of the shared accounts")
    shows(one.host, "wrong seal key")
    stage.realm.write_key(one.host.key, "9999abcd %s\n" % ("ab" * 32))
    away(one.host.asker().ask("use", one.name, 2), UNREACHABLE, "0123abcd", "lacks")
    known = "SELECT bool_and(keys = '{9999abcd}') FROM lbr.hosts WHERE name = $1"
    postgres.wait_until(lambda: stage.realm.boss.value(known, one.host.name) == "t", "the database knows of it")
    shows(one.host, "seal key missing")
    one.lets_in(2, "the right key:")
    with_many_keys(stage, one)
    one.host.stop()


def with_many_keys(stage, one):
    """As many as a host may have, and the one in force behind all others: neither a sign-in nor doctor misses it."""
    stage.realm.write_key(one.host.key, "".join("%08x %s\n" % (at + 1, "%02x" % at * 32) for at in range(15)) + hosts.KEY)
    answered(one.host.asker().ask("use", one.name, 3), "yes")
    known = "SELECT bool_and(cardinality(keys) = 16) FROM lbr.hosts WHERE name = $1"
    postgres.wait_until(lambda: stage.realm.boss.value(known, one.host.name) == "t", "the database knows them")
    shows(one.host, "nothing is wrong", desk=True)


@case()
@patient
def row_password_or_certificate_wrong(stage):
    """Over TLS: the server proves itself first, and hears no password before."""
    one, server = Stood(stage, "tls", proxied=False), stage.realm.server
    stage.realm.boss.ask('ALTER ROLE "%s" PASSWORD \'right\'' % one.host.name)
    with open(server.path("pg_hba.conf")) as file:
        kept = file.read()
    with open(server.path("pg_hba.conf"), "w") as file:
        file.write('hostssl all "%s" 127.0.0.1/32 scram-sha-256\n' % one.host.name + kept)
    server.reload()
    password, authority = os.path.join(one.host.place, "password"), os.path.join(one.host.place, "ca.crt")
    with open(authority, "w") as file, open(server.path("tls.crt")) as crt:
        file.write(crt.read())

    def tried(text, **settings):
        stage.realm.write_key(password, text)
        os.chown(password, hosts.OWNER, -1)
        one.host.stop()
        one.host.configure(servers="localhost:%d" % server.port, tls_ca=authority, password_file=password, **settings)
        mark, asker = one.host.mark(), one.host.start().asker()
        postgres.wait_until(lambda: not asker.ask("load", one.name).late, "the server was asked for a connection")
        return mark, asker.ask("use", one.name, 5)

    mark, said = tried("wrong\n")
    away(said, UNREACHABLE, "refuses this host's credentials")
    one.host.wait_said("refuses this host's credentials", mark)
    shows(one.host, "credentials")
    answered(tried("right\n")[1], "yes")
    with open(authority, "w") as file:
        file.write(other_certificate(one.host.place))
    mark, said = tried("right\n")
    away(said, UNREACHABLE, "credentials")
    one.host.wait_said("or does not prove its own", mark)
    shows(one.host, "credentials")
    one.host.stop()


def other_certificate(place):
    words = ("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=localhost")
    return hosts.run("openssl", *words, "-keyout", os.path.join(place, "other.key"))


def shifted(stage, one, ahead_s):
    """The database's clock is so far ahead of this host's, and of every phone. Returns what signs somebody in."""
    name = stage.realm.fresh("%s%d" % (one.name, ahead_s))
    stage.realm.person(name)
    stage.realm.boss.ask(NOW_US % (ahead_s * 1000000))
    one.cut()
    postgres.wait_until(lambda: ahead_s > 90 or one.asker.ask("load", name).word == "done", "it is connected again")

    def sign_in(steps):
        shown = int(time.time()) // hosts.STEP_S
        said = one.asker.ask("sign", name, shown + steps)
        said.late |= shown != int(time.time()) // hosts.STEP_S  # the phone shows another code by now
        return said

    return sign_in


@case()
@patient
def row_the_hosts_clock_apart(stage):
    """By half a minute: served, by the database's clock. By two minutes: nobody is, and the log says by how much."""
    one = Stood(stage, "clocks").serves(1)
    try:
        for ahead_s in (30, -30):
            said = shifted(stage, one, ahead_s)(ahead_s // 30)
            answered(said, "yes", "a code by the database's clock,", ahead_s, "s ahead:")
            shows(one.host, "clock 30 s apart")
        one.mark = one.host.mark()
        shifted(stage, one, 120)
        one.logs("its clock and this host's are too far apart (-1")
        away(one.use(9), UNREACHABLE, "clock and the database's differ by -1")
        shows(one.host, "clock 2 min apart")
    finally:
        stage.realm.boss.ask(NOW_US % 0)
    one.comes_back(10)


@case()
@patient
def row_the_databases_clock_apart(stage):
    """By half a minute, phones that are right are at the window's edge; beyond it nobody gets in, and nobody is let in."""
    one = Stood(stage, "database-clock")
    try:
        for ahead_s, word in ((30, "yes"), (75, "no")):
            said = shifted(stage, one, ahead_s)(0)
            answered(said, word, "a phone that is right, and a database that is", ahead_s, "s ahead:")
    finally:
        stage.realm.boss.ask(NOW_US % 0)
    one.host.stop()


@case()
@patient
def row_disabled_between_load_and_commit(stage):
    """The commit finds another version: the sign-in is judged anew, on the account as it is."""
    one = Stood(stage, "disabled").serves(1)
    fault = one.host.spoil("commit", ASK, 0, HOLD)
    one.asker.tell_until(fault, "use", one.name, 2)
    stage.realm.at_desk("disable", one.name)
    fault.go.set()
    said = one.asker.hear()
    if said.word != "no" and said.error not in ("changed meanwhile", "stale"):
        raise hosts.wrong(said, "a disabled person:", said)
    answered(one.use(3), "no", "a disabled person signs in:")
    one.host.stop()


@case()
@patient
def row_many_hosts_on_one_account_a_lock_that_does_not_come(stage):
    """The row stays locked by another host: refused, and the connection serves the next one."""
    one = Stood(stage, "flooded").serves(1)
    other = stage.realm.host(one.name + "-other")
    stage.realm.boss.ask('ALTER ROLE "%s" SET lock_timeout = \'300ms\'' % one.host.name)
    one.cut()
    one.lets_in(2)
    fault = one.host.spoil("load_alone", ASK, 0, HOLD)
    one.asker.tell_until(fault, "late", one.name, 3, other.socket)
    with stage.realm.server.link(database="liberations") as boss:
        boss.ask("BEGIN; UPDATE lbr.counters SET slot = slot WHERE name = '%s'" % one.name)
        fault.go.set()
        away(one.asker.hear(), UNREACHABLE, "did not answer in time")
        boss.ask("ROLLBACK")
    for step in (4, 5, 6):
        one.lets_in(step, "after a lock that did not come:")
    shows(one.host, "nothing is wrong")
    one.host.stop()
    other.stop()


@case()
@patient
def a_login_that_keeps_an_account_locked_is_shown(stage):
    """For ten seconds, in a transaction that it does not end: nobody else can make it. An administrator shuts it out."""
    postgres.need_time()
    one = Stood(stage, "kept").serves(1)
    with stage.realm.server.link(user=one.host.name, database="liberations") as rogue:
        rogue.ask("SET idle_in_transaction_session_timeout = 0; BEGIN")
        rogue.ask("SELECT lbr_v1.load_locked($1, '.00')", one.name)
        away(one.use(2), UNREACHABLE, "did not answer in time")
        time.sleep(10.5)
        shows(one.host, "locked", one.host.name, desk=True)
    one.lets_in(3, "its session is over:")
    one.host.stop()


@case()
@patient
def a_forgotten_host_that_lives_reports_no_loss(stage):
    one = Stood(stage, "forgotten").serves(1)
    floor = "SELECT floor_step FROM lbr.realm"
    before = stage.realm.boss.value(floor)
    same(stage.realm.boss.value("SELECT lbr_v1.forget_host($1)", one.host.name), "t")
    one.cut()
    postgres.wait_until(lambda: one.asker.ask("load", one.name).word == "done", "it is connected again")
    one.lets_in(2, "after it was forgotten:")
    same(stage.realm.boss.value(floor), before, "the floor was raised:")
    one.host.stop()


@case()
@patient
def row_a_pooler_that_forgets_prepared_statements(stage):
    """Not supported, and not for ever: the connection is made anew."""
    one = Stood(stage, "forgetful").serves(1)
    for connection in one.proxy.open:
        connection.forgets = True
    away(one.use(2), UNREACHABLE, "the broker's answer is invalid")
    one.lets_in(3)
    one.host.stop()


@case()
@patient
def row_broker_killed_before_its_answer(stage):
    one = Stood(stage, "killed").serves(1)
    for step, way, then in ((2, ASK, "yes"), (3, TELL, "used")):
        fault = one.host.spoil("commit", way, 0, HOLD)
        one.asker.tell_until(fault, "use", one.name, step)
        one.host.process.send_signal(signal.SIGKILL)
        one.host.process.wait()
        away(one.asker.hear(), LOST)
        away(one.use(step), UNREACHABLE, "liberations-store is not running on this host")
        shows(one.host, "broker dead")
        os.unlink(one.host.socket)
        one.host.start()
        postgres.wait_until(lambda: one.asker.ask("load", one.name).word == "done", "the new one serves")
        answered(one.use(step), then, "killed", "before it sent:" if way == ASK else "before it answered:")
        fault.go.set()
    one.host.stop()


@case()
@patient
def row_agent_killed(stage):
    """The program that asks is killed between question and answer: what was stored stays stored."""
    one = Stood(stage, "orphan").serves(1)
    fault = one.host.spoil("commit", TELL, 0, HOLD)
    one.asker.tell_until(fault, "use", one.name, 2)
    one.asker.close()
    fault.go.set()
    answered(one.host.asker().ask("use", one.name, 2), "used")
    answered(one.host.asker().ask("use", one.name, 3), "yes")
    one.host.askers.remove(one.asker)
    one.host.stop()


@case()
@patient
def connections_that_ended_while_they_were_idle_keep_nobody_out(stage):
    """As after a restart of the server: not one sign-in is refused, and nothing is said to be wrong."""
    one = Stood(stage, "idle", proxied=False, connections=4).serves(1)
    mine, boss = " FROM pg_stat_activity WHERE usename = '%s'" % one.host.name, stage.realm.boss

    def cut():
        """One that ended while it was being greeted may be missing until it is needed."""
        idle = "SELECT count(*) > 0 AND bool_and(state = 'idle' AND query ~ 'beat|load|commit')" + mine
        postgres.wait_until(lambda: boss.value(idle) == "t", "none is asked or greeted")
        ended = [pid for pid, _ in boss.ask("SELECT pid, pg_terminate_backend(pid)" + mine)]
        postgres.wait_until(lambda: not any(os.path.exists("/proc/" + pid) for pid in ended), "they have ended")

    def first_afterwards(steps):
        cut()
        said = one.use(next(steps))
        if said.late:  # there was no time for a new one; then the next code shows it
            postgres.wait_until(lambda: one.asker.ask("load", one.name).word == "done", "there is a new one")
            cut()
            said = one.use(next(steps))
        answered(said, "yes", "the first one afterwards, %s:" % one.host.said())

    steps = iter(range(2, 10))
    for _ in range(2):
        first_afterwards(steps)
    cut()
    keys = os.path.join(one.host.place, "seal.key")
    stage.realm.write_key(keys, hosts.KEY + "9999abcd %s\n" % ("ab" * 32))
    one.host.key = keys
    more = one.host.asker()
    postgres.wait_until(lambda: more.ask("load", one.name).word == "done", "a program has more keys, of which the database hears")
    answered(more.ask("use", one.name, 10), "yes")
    said = one.host.said()
    if "the connection ended" in said:
        raise (hosts.Slow if "answer in time" in said or "can be reached" in said else hosts.Failure)(said)
    one.host.stop()
