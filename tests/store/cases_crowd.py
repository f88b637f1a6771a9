"""Twenty hosts and one code: exactly one of them lets the person in. LBR_ROUNDS: how often (20); LBR_SECONDS: and at most so long.

As root each host is on a network of its own, and its broker reaches the server over TLS alone.
"""
import contextlib
import os
import select
import time

import networks
import postgres
from harness import Failure, case, expect, same
from patience import Slow, patient

HOSTS = 20
ROUNDS = int(os.environ.get("LBR_ROUNDS", "20"))
SECONDS = int(os.environ.get("LBR_SECONDS", "36000"))
AT_ONCE = 250  # rounds without a look at the row
TURN_S = 600
SAID = ("%d rounds with one yes, %d with none: an answer was lost, %d wrong; %d answers busy, %d away; %d hosts had loaded an account whose "
        "code was good")


class Crowd:
    """Twenty brokers, and a program of each."""

    def __init__(self, realm, start):
        self.realm, self.step, self.sums = realm, 1000, [0] * 6
        self.hosts = [start(at, realm.fresh("crowd%d" % at)) for at in range(HOSTS)]
        self.askers = [host.asker() for host in self.hosts]
        self.people = [realm.fresh("rushed%d" % at) for at in range(4)]
        realm.person(*self.people)
        for one in self.askers:
            postgres.wait_until(lambda one=one: one.ask("load", self.people[0]).word == "done", "each host is connected")

    def rush(self, name, rounds):
        """So many rounds with a code each, which all of them use at once."""
        board = os.path.join(self.realm.scratch, "board")
        same(self.askers[0].ask("board", board, HOSTS, rounds)[0], "done")
        for one in self.askers:
            one.tell("rush", name, self.step, board)
        said = [int(word) for word in self.hear()]
        os.unlink(board)
        self.step += rounds
        self.sums = [sum(two) for two in zip(self.sums, said)]
        self.judge(name, said)

    def hear(self):
        """What all of them say. One that ends would leave the others waiting for it."""
        waiting, said = {one.process.stdout: one for one in self.askers}, None
        while waiting:
            ready = select.select(list(waiting), [], [], TURN_S)[0]
            if not ready:
                raise Failure("they do not end")
            for one in ready:
                said = waiting.pop(one).process.stdout.readline().split()
                expect(said, "a program that asks has ended")
        return said

    def judge(self, name, said):
        one, none, wrong, busy, away, _ = said
        if wrong == 0 and one == 0 and busy + away > 0:
            raise Slow("of", none, "rounds not one was answered in time")
        expect(wrong == 0 and one > 0, "rounds with none or several hosts that let the person in:", wrong + none, "of", one + none + wrong)
        if busy + away == 0:
            same(self.realm.row(name)[1], self.step - 1, "the last code that was used:")

    def close(self):
        for host in self.hosts:
            host.stop()


@contextlib.contextmanager
def in_networks(stage):
    """Twenty hosts on networks of their own; without root, on this machine's."""
    if stage.flaw or not networks.are_there():
        yield stage.realm, lambda at, name: stage.realm.host(name, connections=1)
        return
    with networks.Networks(HOSTS) as apart:
        realm = networks.Realm(stage.scratch, "apart")
        try:
            yield realm, lambda at, name: apart.host(realm, at, name)
        finally:
            realm.close()


def one_code_at_twenty_hosts(stage, rounds=ROUNDS):
    with in_networks(stage) as (realm, start):
        crowd, end = Crowd(realm, start), time.monotonic() + SECONDS
        for at in range(0, rounds, AT_ONCE):
            if time.monotonic() > end:
                break
            crowd.rush(crowd.people[at // AT_ONCE % len(crowd.people)], min(AT_ONCE, rounds - at))
            if rounds > AT_ONCE:
                print(SAID % tuple(crowd.sums), flush=True)
        crowd.close()
    return crowd.sums[0]


@case()
@patient
def of_twenty_hosts_one_accepts_a_code(stage):
    stage.report("rounds", one_code_at_twenty_hosts(stage))
