"""Questions that come at the same moment are asked as one, and each is answered as if it had come alone.

The broker of these cases waits a second for another question to end, where others wait 5 ms: so all that come meanwhile are one.
LBR_CUTS=all: the answer is cut at every byte.
"""
import contextlib
import functools
import os
import time

import hosts
import postgres
from cases_replaced import Pair
from fault_proxy import ASK, GARBLE, RESET, TELL
from harness import case, expect, need, same
from hosts import answered, away
from patience import Slow, patient

LONGER = os.path.join(hosts.BUILD, "tests", "store", "flawed", "waits_longer")
LOST, UNREACHABLE = "answer lost", "unreachable"
ARRAY = 5 + 136 + 11  # of the places in an answer: behind the names of its columns
KIND, COUNT, PLACE = ARRAY + 11, ARRAY + 15, ARRAY + 31
SETTLE_S = 0.15  # who has loaded commits within that time, or it is not this time that all are one
WAITING = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%%lbr_v1.%s%%'"
AT_STANDBY = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep' AND query LIKE '%%lbr_v1.%s%%'"
STAGES = {}


def longer(check):
    @functools.wraps(check)
    def run(stage):
        need(LONGER)
        if stage not in STAGES:
            STAGES[stage] = stage.flawed(broker=LONGER)
        return patient(check)(STAGES[stage])
    return run


class Crowd:
    """A host, and a program for each of so many people."""

    def __init__(self, stage, stem, count=6):
        self.realm = stage.realm
        self.names = [self.realm.fresh("%s%d" % (stem, at)) for at in range(count)]
        self.realm.person(*self.names)
        self.host = self.realm.host(self.names[0] + "-host", proxied=True, connections=4)
        self.proxy, self.askers = self.host.proxy, [self.host.asker() for _ in self.names]
        for one, name in zip(self.askers, self.names):
            postgres.wait_until(lambda one=one, name=name: one.ask("load", name).word == "done", name, "is loaded")
        postgres.wait_until(lambda: self.proxy.is_idle(4), "none is asked")

    @contextlib.contextmanager
    def behind(self, what, lock):
        """The first one waits for a lock, and what is told in here waits for that one."""
        self.before = dict(self.proxy.counts)
        with self.realm.server.link(database="liberations") as boss:
            boss.ask("BEGIN; " + lock)
            yield lambda: postgres.wait_until(lambda: self.realm.boss.value(WAITING % what) != "0", "the first one waits")
            time.sleep(SETTLE_S)
            boss.ask("COMMIT")

    def use(self, step, rest=None, meanwhile=lambda: None):
        """All use a code; the first one's commit is under way while the others come to theirs. What they are told."""
        askers, names = self.askers, [self.names[0], *(rest or self.names[1:])]
        with self.behind("commit(", "SELECT FROM lbr.counters WHERE name = '%s' FOR UPDATE" % names[0]) as first_waits:
            askers[0].tell("use", names[0], step)
            first_waits()
            for one, name in zip(askers[1:], names[1:]):
                one.tell("use", name, step)
            time.sleep(SETTLE_S)
            meanwhile()
        return askers[0].hear(), [one.hear() for one in askers[1:]]

    def came_as(self, **counts):
        """That the questions were these, or it was too slow to see it."""
        asked = {name: self.proxy.counts[name] - self.before.get(name, 0) for name in counts}
        if asked != counts:
            raise Slow("asked as", asked)

    def close(self):
        self.host.stop()


def stored(crowd):
    return [crowd.realm.row(name)[1] for name in crowd.names]


@case()
@longer
def those_that_come_together_are_asked_as_one(stage):
    one = Crowd(stage, "crowd")
    first, others = one.use(1)
    one.came_as(commit=1, commit_many=1)
    for said in (first, *others):
        answered(said, "yes")
    same(stored(one), [1] * 6)
    versions = [one.realm.row(name)[0] for name in one.names]
    first, others = one.use(1)
    for said in (first, *others):
        answered(said, "used")
    expect(all(now >= before for now, before in zip((one.realm.row(name)[0] for name in one.names), versions)), "a version fell")
    same(stored(one), [1] * 6)
    one.close()


@case()
@longer
def one_code_of_several_that_come_together_is_used_once(stage):
    one = Crowd(stage, "same")
    name = one.names[1]
    _, others = one.use(1, [name] * 5)
    same(sorted(said.word for said in others), ["used"] * 4 + ["yes"])
    same(one.realm.row(name)[1], 1)
    one.close()


@case()
@longer
def who_is_slower_among_those_that_come_together_is_told_so(stage):
    """Another host is faster with the code of one of them; and the epoch changes for all."""
    one = Crowd(stage, "slower")
    other = one.realm.host(one.names[0] + "-other").asker()
    postgres.wait_until(lambda: other.ask("load", one.names[2]).word == "done", "the other host is connected")
    _, others = one.use(1, meanwhile=lambda: answered(other.ask("use", one.names[2], 1), "yes"))
    one.came_as(commit_many=1)
    same([said.word for said in others], ["yes", "used", "yes", "yes", "yes"])
    first, others = one.use(2, meanwhile=lambda: one.realm.boss.ask("UPDATE lbr.realm SET epoch = epoch + 1"))
    for said in (first, *others):
        answered(said, "yes")
    same(stored(one), [2] * 6)
    one.proxy.cut()
    for asker, name in zip(one.askers, one.names):
        postgres.wait_until(lambda asker=asker, name=name: asker.ask("load", name).word == "done", name, "is loaded again")
    answered(one.askers[0].ask("use", one.names[0], 3), "yes")
    expect("ALERT" not in one.host.said(), "many of which none was done count as a commit that was lost:\n" + one.host.said())
    one.close()


@case()
@longer
def a_row_that_is_held_keeps_none_that_came_with_it(stage):
    one = Crowd(stage, "held")
    with one.realm.server.link(database="liberations") as boss:
        boss.ask("BEGIN")
        hold = "SELECT FROM lbr.counters WHERE name = '%s' FOR UPDATE" % one.names[3]
        with one.behind("commit(", "SELECT FROM lbr.counters WHERE name = '%s' FOR UPDATE" % one.names[0]) as first_waits:
            one.askers[0].tell("use", one.names[0], 1)
            first_waits()
            for asker, name in zip(one.askers[1:], one.names[1:]):
                asker.tell("use", name, 1)
            time.sleep(SETTLE_S)
            boss.ask(hold)
        for at in (0, 1, 2, 4, 5):
            answered(one.askers[at].hear(), "yes", one.names[at])
        same(one.realm.row(one.names[3])[1], 0, "stored though the row is held:")
        boss.ask("ROLLBACK")
    answered(one.askers[3].hear(), "yes")
    one.came_as(commit_many=1)
    one.close()


@case()
@longer
def one_that_the_database_refuses_harms_none_that_came_with_it(stage):
    one = Crowd(stage, "harm")
    boss = one.realm.boss
    boss.ask("CREATE FUNCTION public.fails() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'not this one'; END $$")
    boss.ask("CREATE TRIGGER fails BEFORE UPDATE ON lbr.counters FOR EACH ROW WHEN (NEW.name = '%s') EXECUTE FUNCTION public.fails()"
             % one.names[2])
    try:
        first, others = one.use(1)
    finally:
        boss.ask("DROP TRIGGER fails ON lbr.counters; DROP FUNCTION public.fails()")
    one.came_as(commit_many=1)
    answered(first, "yes")
    away(others.pop(1), UNREACHABLE)
    for said in others:
        answered(said, "yes")
    same(stored(one), [1, 1, 0, 1, 1, 1])
    one.close()


def lose(one, step, way, at, how=RESET, **more):
    """All that came together are told that it is not known, and none is sent again."""
    fault = one.host.spoil("commit_many", way, at, how, **more)
    first, others = one.use(step)
    if not fault.hit.is_set():
        raise Slow("they did not come together")
    one.came_as(commit=1, commit_many=1)
    answered(first, "yes")
    for said in others:
        away(said, LOST)
    same(stored(one), [step] * 6 if way is TELL else [step] + [step - 1] * 5, "%s at byte %d, stored:" % (way, at))
    postgres.wait_until(lambda: all(asker.ask("load", name).word == "done" for asker, name in zip(one.askers, one.names)), "they load")
    postgres.wait_until(lambda: one.proxy.is_idle(4), "none is asked")
    for asker, name in zip(one.askers[1:], one.names[1:]):
        answered(asker.ask("use", name, step), "used" if way is TELL else "yes")


@case()
@longer
def an_answer_for_many_that_is_lost_is_a_yes_for_none(stage):
    """Nor is a question that does not arrive whole."""
    one = Crowd(stage, "lost")
    _, others = one.use(1)
    one.came_as(commit_many=1)
    for said in others:
        answered(said, "yes")
    lengths, step = {way: one.proxy.sizes["commit_many", way] for way in (ASK, TELL)}, 2
    cuts = [(TELL, at) for at in range(lengths[TELL])] if os.environ.get("LBR_CUTS") == "all" else \
        [(TELL, 0), (TELL, 9), (TELL, lengths[TELL] // 2), (TELL, lengths[TELL] - 1)]
    for way, at in [*cuts, (ASK, 0), (ASK, lengths[ASK] // 2), (ASK, lengths[ASK] - 1)]:
        lose(one, step, way, at)
        step += 1
    for at, mask in ((KIND, 1), (COUNT, 1), (PLACE, 64)):
        lose(one, step, TELL, at, GARBLE, mask=mask)
        step += 1
    one.close()


@case()
@longer
def loads_that_come_together_are_asked_as_one(stage):
    """If the answer is lost, or they are refused, each is asked by itself."""
    one = Crowd(stage, "loads")
    nobody = one.names[:5] + ["nobody"]
    for fault in (None, ("load_many", TELL, 0, RESET), ("load_many", TELL, 900, RESET), ("load_many", ASK, 20, RESET)):
        if fault:
            fault = one.host.spoil(*fault)
        with one.behind("load(", "LOCK TABLE lbr.accounts IN ACCESS EXCLUSIVE MODE") as first_waits:
            one.askers[0].tell("load", nobody[0])
            first_waits()
            for asker, name in zip(one.askers[1:], nobody[1:]):
                asker.tell("load", name)
        said = [asker.hear() for asker in one.askers]
        for at in range(5):
            answered(said[at], "done")
        same(said[5][:2], ("no", "absent"))
        one.came_as(load_many=1, load=6 if fault else 1)
        postgres.wait_until(lambda: one.proxy.is_idle(4), "none is asked")
    one.close()


@case()
@longer
def those_that_come_together_are_asked_alone_where_the_schema_is_older(stage):
    """A host is upgraded before the database, or after it."""
    with open(hosts.SCHEMA) as file:
        text = file.read()
    functions = [text[text.index("CREATE OR REPLACE FUNCTION lbr_v1.%s(" % name):].split("\n$$;\n", 1)[0] + "\n$$;\n"
                 for name in ("load_many", "commit_many")]
    older = stage.flawed(broker=LONGER, schema=[(one, "") for one in functions] + [(" lbr_v1.load_many,", ""), (" lbr_v1.commit_many,", "")])
    one = Crowd(older, "older")
    first, others = one.use(1)
    one.came_as(commit=6, commit_many=0)
    for said in (first, *others):
        answered(said, "yes")
    one.close()


@case()
@longer
def many_that_no_standby_confirms_are_a_yes_for_none(stage):
    """That they were written without one is said of all of them, and that their wait was cancelled."""
    pair = Pair(stage, connections=4)
    pair.realm.person("carol")
    crowd = {name: pair.one.asker() for name in ("alice", "bob", "carol")}
    boss = pair.realm.boss
    boss.ask("ALTER FUNCTION lbr_v1.commit_many SET synchronous_commit = local")
    with pair.realm.server.link(database="liberations") as hold:
        hold.ask("BEGIN; SELECT FROM lbr.counters WHERE name = 'alice' FOR UPDATE")
        for name, asker in crowd.items():
            asker.tell("use", name, 1)
            postgres.wait_until(lambda: boss.value(WAITING % "commit(") != "0", "the first one waits")
        time.sleep(SETTLE_S)
        hold.ask("COMMIT")
    answered(crowd["alice"].hear(), "yes")
    told_to_none(pair, crowd, 1, "confirms without a standby")
    boss.ask("ALTER FUNCTION lbr_v1.commit_many RESET synchronous_commit")
    for name, asker in crowd.items():
        postgres.wait_until(lambda asker=asker, name=name: asker.ask("load", name).word == "done", name, "is loaded")
    pair.second.stop()
    for name, asker in crowd.items():
        asker.tell("use", name, 2)
        postgres.wait_until(lambda: boss.value(AT_STANDBY % "commit(") != "0", "the first one waits for the standby")
    cancel = "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'"
    postgres.wait_until(lambda: boss.value(AT_STANDBY % "commit_many") != "0", "so do the others")
    boss.ask(cancel)
    away(crowd["alice"].hear(), LOST, "without the standby's confirmation")
    told_to_none(pair, crowd, 2, "without the standby's confirmation")
    pair.close()


def told_to_none(pair, crowd, step, words):
    for name in ("bob", "carol"):
        said = crowd[name].hear()
        if said.word == "yes" and words.startswith("confirms"):
            raise Slow(name, "came by itself")
        away(said, LOST, words)
        same(pair.realm.row(name)[1], step, "it is stored here:")
