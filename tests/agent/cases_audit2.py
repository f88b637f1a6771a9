"""What an ordinary user learns from the time that the processor spent on an agent, to which everybody may listen."""
import statistics
import time

import dialogue
from harness import case, expect
from dialogue import REFUSED
from stage import Listener

PEER = 64298  # has no account
NAMES, QUESTIONS = 8, 12


def spent_ns(pid):
    with open("/proc/%d/schedstat" % pid) as file:
        return int(file.read().split()[0])


def ask_again_and_again(listener, name):
    """What one question about that name takes, without those that something disturbed."""
    talk, spent = dialogue.connect(listener.agent), []
    (pid, _), = listener.agents()
    for _ in range(QUESTIONS):
        before = spent_ns(pid)
        expect(talk.sign_in(name, "x", "123456") == REFUSED, name, "was answered")
        time.sleep(0.01)
        spent.append(spent_ns(pid) - before)
    talk.close()
    return sorted(spent)[QUESTIONS // 4]


@case(root=True, log=True)
def audit2_a_question_about_others_takes_the_same_work(stage):
    """At the socket for everybody: all names were told apart, since an account took a quarter more."""
    listener = Listener(stage, "worked").wait_ready()
    try:
        listener.wait_agents(0)
        known, unknown = [], []
        for number in range(NAMES):
            for names, name in ((known, stage.person()), (unknown, "nosuch%d" % number)):
                names.append(stage.as_user(PEER, lambda name=name: ask_again_and_again(listener, name)))
                listener.wait_agents(0)
        ratio = statistics.median(known) / statistics.median(unknown)
        expect(0.9 < ratio < 1.1, "known", sorted(known), "unknown", sorted(unknown))
    finally:
        listener.stop()
