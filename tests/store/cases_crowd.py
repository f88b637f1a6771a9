"""Twenty hosts and one code: exactly one of them lets the person in. LBR_ROUNDS: how often (8)."""
import os

import postgres
from harness import case, expect
from hosts import Slow

HOSTS = 20
ROUNDS = int(os.environ.get("LBR_ROUNDS", "8"))
TRIES = 5  # of a round, on a machine that is too busy for all of them to be answered


class Crowd:
    """Twenty brokers, and a program of each."""

    def __init__(self, realm):
        self.realm, self.step = realm, 1000
        self.hosts = [realm.host(realm.fresh("crowd%d" % at), connections=1) for at in range(HOSTS)]
        self.askers = [host.asker() for host in self.hosts]
        self.people = [realm.fresh("rushed%d" % at) for at in range(4)]
        realm.person(*self.people)
        for one in self.askers:
            postgres.wait_until(lambda one=one: one.ask("load", self.people[0]).word == "done", "each host is connected")

    def round(self, name):
        """All at once with the same code: one is let in. False: the machine was too slow to say."""
        self.step += 1
        for one in self.askers:
            one.tell("use", name, self.step)
        said = [one.hear() for one in self.askers]
        yes, late = sum(one.word == "yes" for one in said), any(one.late for one in said)
        wrong = [one for one in said if one.word not in ("yes", "used") and one.error != "busy" and not one.late]
        expect(not wrong, "nothing is broken, and it is said:", wrong)
        expect(yes == 1 or (yes == 0 and late), "hosts that let the person in:", yes, said)
        expect(late or self.realm.row(name)[1] == self.step, "stored is", self.realm.row(name), "after", said)
        return not late

    def close(self):
        for host in self.hosts:
            host.stop()


def one_code_at_twenty_hosts(stage, rounds=ROUNDS):
    crowd, done = Crowd(stage.realm), 0
    for at in range(rounds * TRIES):
        done += crowd.round(crowd.people[at % len(crowd.people)])
        if done == rounds:
            break
    crowd.close()
    if done < rounds:
        raise Slow("of", rounds * TRIES, "rounds", done, "were answered in time")
    return rounds


@case()
def of_twenty_hosts_one_accepts_a_code(stage):
    stage.report("rounds", one_code_at_twenty_hosts(stage))
