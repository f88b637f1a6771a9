"""Each exchange between a broker and its server, cut or garbled at each byte in both directions: what is told is what is stored.

LBR_CUTS: how many of each kind a run tries (all: every one). The choice is the same in every run, until LBR_SEED is another one.
LBR_PART=2/6: the second sixth of what `all` is. LBR_LANES: how many are tried side by side (12); silence costs waiting alone.
"""
import os
import random
import threading

import hosts
import postgres
from cases_matrix import Stood
from fault_proxy import ASK, BLACKHOLE, GARBLE, HOLD, RESET, TELL
from harness import Failure, case, expect, same
from hosts import LATE_S, answered, away, wrong
from patience import GONE, Slow, patient, tries

CUTS = os.environ.get("LBR_CUTS", "4")
SEED = os.environ.get("LBR_SEED", "12")
LANES = hosts.LANES
PART, PARTS = (int(word) for word in os.environ.get("LBR_PART", "1/1").split("/"))
STEP = 700
MORE = "more-"  # begins the names of those whom a page shows
AFTER_THE_NUMBER = 26  # bytes of a commit's question: the format of the answer, Describe, Execute, Sync


class Lane:
    """A broker behind a proxy and a program that asks it; root's own, too; and a host that nothing happens to."""

    def __init__(self, realm, number):
        self.realm, self.name = realm, "lane%d" % number
        self.host = realm.host(self.name, proxied=True, connections=1)
        self.asker = self.host.asker()
        self.clean_host = realm.host(self.name + "c", connections=1)
        self.clean = self.clean_host.asker()
        realm.boss.ask("SELECT lbr_v1.add_host($1)", self.name + "a")
        realm.boss.ask("GRANT lbr_admin TO %sa" % self.name)
        self.admin_host = realm.host(self.name + "a", admin=True, proxied=True)
        self.admin = self.admin_host.asker()
        self.boss, self.how = realm.server.link(database="liberations"), None

    def row(self, name):
        return self.realm.row(name, self.boss)

    def renew(self):
        """Until both are connected. A program of root's has one broker, and may have lost it."""
        postgres.wait_until(lambda: self.asker.ask("load", MORE + "0").word == "done", self.name, "is connected")
        postgres.wait_until(self.renew_admin, self.name, "has another broker of root's")

    def renew_admin(self):
        said = self.admin.ask("load", MORE + "0")
        if GONE in said.reason:
            self.admin.close()
            self.admin_host.askers.remove(self.admin)
            self.admin = self.admin_host.asker()
        return said.word == "done"


# --- what is asked, and what must hold after it: each returns nothing, or raises --------------------------------------------------

def judge_code(lane, name, ask):
    """A code that nobody has used: at most one yes, and none that is not stored."""
    proxy = lane.host.proxy
    before, version = proxy.counts["commit"], lane.row(name)[0]
    said = ask(lane, name)
    if lane.how == GARBLE:  # what was garbled on its way may be stored, and be damage then
        again = lane.clean.ask("use", name, STEP)
        expect([said[0], again[0]].count("yes") < 2, "twice yes:", said, again)
        expect(said[0] != "yes" or lane.row(name)[0] > version, "yes, and nothing is stored:", said)
        return
    sent, (_, last_step) = proxy.counts["commit"] - before, lane.row(name)
    stored = last_step >= STEP
    expect(said[0] != "yes" or stored, "yes, and nothing is stored:", said)
    expect(said[1] != "unreachable" or not stored, "certainly not stored, and it is:", said)
    expect(sent <= (3 if ask is late else 1), "it was sent", sent, "times:", said)
    again = lane.clean.ask("use", name, STEP)
    if again.word not in ("yes", "used"):
        raise wrong(again, "another host says", again)
    late_commit = said[1] == "answer lost" and again[0] == "used"  # the server was still at it
    expect(late_commit or again[0] == ("used" if stored else "yes"), "stored is", stored, "and another host says", again, "after", said)


def use(lane, name):
    return lane.asker.ask("use", name, STEP)


def late(lane, name):
    return lane.asker.ask("late", name, STEP, lane.clean_host.socket)


def code(lane, name):
    judge_code(lane, name, use)


def code_alone(lane, name):
    judge_code(lane, name, late)


def told(said, done):
    expect(said[0] != "done" or done, "done, and it is not:", said)
    expect(said[1] != "unreachable" or not done, "certainly not done, and it is:", said)


def create(lane, name):
    new = name + "-new"
    told(lane.admin.ask("enroll", new), lane.row(new) is not None)


def remove(lane, name):
    told(lane.admin.ask("remove", name), lane.row(name) is None)


def rename(lane, name):
    new = name + "-new"
    said = lane.admin.ask("rename", name, new)
    old, now = lane.row(name), lane.row(new)
    expect((old is None) != (now is None), "one of the two names has the account:", old, now, said)
    told(said, now is not None)
    if lane.how != GARBLE:
        answered(lane.clean.ask("use", new if now else name, STEP), "yes", "under its name, after", said)


def rebuild(lane, name):
    before = lane.row(name)
    told(lane.admin.ask("rebuild", name), lane.row(name) != before)


def page(lane, _):
    said = lane.admin.ask("page", MORE, 3)
    expect(said[0] != "done" or int(said[2]) >= 3, "a page that lacks somebody is called whole:", said)


# The exchange, which of them it is, who asks, and over which broker.
EXCHANGES = [("load", 1, code, "host"), ("commit", 1, code, "host"), ("begin", 1, code_alone, "host"),
             ("load_alone", 1, code_alone, "host"), ("commit", 3, code_alone, "host"), ("end", 1, code_alone, "host"),
             ("create", 1, create, "admin_host"), ("remove", 1, remove, "admin_host"), ("rename", 1, rename, "admin_host"),
             ("rebuild", 1, rebuild, "admin_host"), ("page", 1, page, "admin_host")]


class Cuts:
    """Lanes work through a list of cuts side by side."""

    def __init__(self, realm):
        self.realm, self.count, self.faults, self.mutex = realm, 0, [], threading.Lock()
        self.lanes = [Lane(realm, at) for at in range(LANES)]
        for at in range(3):
            realm.person(MORE + "%d" % at)

    def enroll(self, count):
        names = ["cut%d" % (self.count + at) for at in range(count)]
        self.count += count
        self.realm.person(*names)
        return names

    def measure(self):
        """How long each exchange is, both ways, where nothing happens: nothing is garbled."""
        lane, sizes = self.lanes[0], {}
        for exchange in EXCHANGES:
            statement, nth, run, where = exchange
            proxy = getattr(lane, where).proxy
            self.try_one(lane, self.enroll(1)[0], exchange, ASK, 0, GARBLE, 0)
            for way in (ASK, TELL):
                sizes[statement, nth, way] = proxy.sizes[statement, way]
        return sizes

    def work(self, lane, jobs):
        while True:
            with self.mutex:
                if not jobs:
                    return
                job = jobs.pop()
            try:
                self.try_one(lane, *job)
            except (Failure, ValueError, TypeError) as trouble:
                with self.mutex:
                    self.faults.append("%s: %s" % (job, trouble))

    def try_one(self, lane, name, exchange, way, at, how, mask):
        """Again with somebody else, if the machine was too slow for the question to come so far, or for its judges."""
        statement, nth, run, where = exchange
        host, lane.how, trouble = getattr(lane, where), how, Failure("it did not happen")
        for _ in tries():
            fault = host.spoil(statement, way, at, how, nth=nth, mask=mask)
            try:
                run(lane, name)
            except Slow as slow:
                trouble = slow
                fault.hit.clear()
            finally:
                host.proxy.spoil(None)
            if fault.hit.is_set():
                return
            lane.renew()
            with self.mutex:
                name, = self.enroll(1)
        raise trouble

    def run(self, jobs):
        names = self.enroll(len(jobs))
        jobs = [(name, *job) for name, job in zip(names, jobs)]
        count, threads, self.faults = len(jobs), [], []
        for lane in self.lanes:
            threads.append(threading.Thread(target=self.work, args=(lane, jobs), daemon=True))
            threads[-1].start()
        for one in threads:
            one.join()
        expect(not self.faults, len(self.faults), "of", count, "cuts:", *("\n" + text for text in self.faults[:20]))
        return count


def cuts_of(stage):
    if stage.cuts is None:
        stage.cuts = Cuts(stage.realm)
    if stage.sizes is None:
        stage.sizes = stage.cuts.measure()
    return stage.cuts, stage.sizes


def is_meant(exchange, way, how):
    """Root's question, garbled on its way, is one about somebody else: TLS is there for that. A code's is judged in any case."""
    return how != GARBLE or way == TELL or exchange[3] == "host"


def chosen(sizes, how, masks=(0xff,)):
    every = [(exchange, way, at, how, mask) for exchange in EXCHANGES for way in (ASK, TELL) if is_meant(exchange, way, how)
             for at in range(sizes[exchange[0], exchange[1], way]) for mask in masks]
    draw = random.Random(SEED + how)
    if CUTS == "all":
        draw.shuffle(every)
        return every[PART - 1::PARTS]
    some = []
    for exchange in EXCHANGES:
        for way in (ASK, TELL):
            of_it = [one for one in every if one[0] is exchange and one[1] == way]
            some += draw.sample(of_it, min(max(int(CUTS) // (4 if how == BLACKHOLE else 1), 1), len(of_it)))
    return some


@case()
def a_connection_that_is_cut_at_any_byte_makes_no_yes_that_is_not_stored(stage):
    cuts, sizes = cuts_of(stage)
    stage.report("reset", cuts.run(chosen(sizes, RESET)))


@case()
def silence_from_any_byte_on_makes_no_yes_that_is_not_stored(stage):
    cuts, sizes = cuts_of(stage)
    stage.report("blackhole", cuts.run(chosen(sizes, BLACKHOLE)))


@case()
def garbage_at_any_byte_makes_no_yes_that_is_not_stored(stage):
    cuts, sizes = cuts_of(stage)
    stage.report("garble", cuts.run(chosen(sizes, GARBLE, (0xff, 0x01) if CUTS == "all" else (0x01,))))


@case()
@patient
def an_answer_that_is_held_back_is_not_believed_when_it_comes(stage):
    """It comes after the deadline: the connection that it comes on is gone."""
    one = Stood(stage, "held").serves(1)
    fault = one.host.spoil("commit", TELL, 0, HOLD)
    one.asker.tell_until(fault, "use", one.name, 2)
    away(one.asker.hear(), "answer lost", "did not answer in time")
    fault.go.set()
    answered(one.use(2), "used")
    one.host.stop()


@case()
@patient
def a_sign_in_is_two_round_trips_and_one_commit(stage):
    """For a name that has no account, too."""
    one, boss, step = Stood(stage, "counted").serves(1), stage.realm.boss, stage.realm.step()
    for name, word in ((one.name, "yes"), (one.name, "used"), ("nobody-there", "no")):
        one.proxy.order.clear()
        before = boss.value("SELECT pg_current_wal_insert_lsn()")
        said = one.asker.ask("sign", name, step)
        answered(said, word)
        if one.proxy.order != ["load", "commit"]:  # a load that is late is asked again
            raise (Slow if said.took_s > LATE_S else Failure)("the questions of a sign-in of %s: %s" % (name, one.proxy.order))
        expect(boss.value("SELECT pg_current_wal_insert_lsn() > $1::pg_lsn", before) == "t", "nothing was written")
    one.host.stop()


@case()
@patient
def a_commits_number_that_is_garbled_makes_no_loss(stage):
    """Commits that store nothing use up no number: a garbled one would fit into the gap, below what the host is told is stored."""
    one, step = Stood(stage, "gap").serves(1), 1
    rival, seqs = stage.realm.host(one.name + "-rival", connections=1), "SELECT seq, lost_seq FROM lbr.hosts WHERE name = $1"
    for _ in range(4):  # of numbers that are even, and others
        step, (before, _) = step + 2, stage.realm.boss.ask(seqs, one.host.name)[0]
        answered(one.asker.ask("late", one.name, step, rival.socket), "yes")
        same(stage.realm.boss.ask(seqs, one.host.name), [(str(int(before) + 1), "0")], "the number of the third try:")
        fault = one.host.spoil("commit", ASK, one.proxy.sizes["commit", ASK] - AFTER_THE_NUMBER - 1, GARBLE, nth=3, mask=0x01)
        one.asker.ask("late", one.name, step + 1, rival.socket)
        if not fault.hit.is_set():
            raise Slow("there was no third try")
        one.proxy.cut()
        postgres.wait_until(lambda: one.asker.ask("load", one.name).word == "done", "it is connected again")
        same(stage.realm.boss.ask(seqs, one.host.name)[0][1], "0", "it reports a loss:")
    one.host.stop()
    rival.stop()
