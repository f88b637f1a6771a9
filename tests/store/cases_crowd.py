"""Twenty hosts and one code: exactly one of them lets the person in. LBR_ROUNDS: how often (20)."""
import os

from harness import case, expect, same

HOSTS = 20
ROUNDS = int(os.environ.get("LBR_ROUNDS", "20"))


class Crowd:
    """Twenty brokers, and a program of each."""

    def __init__(self, realm):
        self.realm, self.step = realm, 1000
        self.hosts = [realm.host("crowd%d" % at, connections=1) for at in range(HOSTS)]
        self.askers = [host.asker() for host in self.hosts]
        self.people = ["rushed%d" % at for at in range(4)]
        realm.person(*self.people)

    def round(self, name):
        """All at once with the same code; how many were let in."""
        self.step += 1
        for one in self.askers:
            one.tell("use", name, self.step)
        said = [one.hear() for one in self.askers]
        wrong = [one for one in said if one[0] not in ("yes", "used")]
        expect(not wrong or all(one[1] == "busy" for one in wrong), "nothing is broken, and it is said:", wrong)
        yes = sum(one[0] == "yes" for one in said)
        same(yes, 1, "hosts that let the person in:")
        same(self.realm.row(name)[1], self.step)

    def close(self):
        for host in self.hosts:
            host.stop()


def one_code_at_twenty_hosts(stage, rounds=ROUNDS):
    crowd = Crowd(stage.realm)
    for at in range(rounds):
        crowd.round(crowd.people[at % len(crowd.people)])
    crowd.close()
    return rounds


@case()
def of_twenty_hosts_one_accepts_a_code(stage):
    stage.report("rounds", one_code_at_twenty_hosts(stage))
