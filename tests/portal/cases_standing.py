"""Sessions whose account must be asked about: what the gate says while, after and without it."""
import fcntl
import os
import signal
import sys
import termios
import threading

import standing
from harness import case, expect, same
from keeper import Portal
from standing import ALLOW, DENY, HANG_UP, SILENT, UNAVAILABLE, Agent

QUIET = "recheck = 60 s\n"
ALWAYS = "recheck = 0 s\n"


class Scene:
    """A portal and its agent. `self.verdicts`: what the agent says of a name; ALLOW of the others."""

    def __init__(self, more=QUIET, people=("alice", "bob"), **terms):
        self.portal = Portal(more, people, **terms)
        self.verdicts = {}
        self.agent = Agent(self.portal.directory + "/verify.sock", lambda user, _: self.verdicts.get(user, ALLOW))

    def __enter__(self):
        self.agent.__enter__()
        return self

    def __exit__(self, *_):
        self.agent.__exit__()
        self.portal.__exit__()

    def passes(self, who=0):
        return self.portal.passes(self.portal.cookies[who])


@case()
def a_session_of_one_host_opens_nothing_on_another_with_the_same_key():
    """Hosts that share their accounts, and even the portal's key, keep tables of their own: what ended at one was never good at the
    other. A change of the account is seen by every host's agent, and ends the sessions of each."""
    with Scene(ALWAYS, ("alice",)) as here, Scene(ALWAYS, ("bob", "alice")) as there:
        same(here.passes(), (200, "alice"))
        same(there.portal.passes(here.portal.cookies[0]), (401, None))
        same(here.portal.passes(there.portal.cookies[1]), (401, None))
        same((here.passes(), there.passes(1)), ((200, "alice"), (200, "alice")))
        here.verdicts["alice"] = there.verdicts["alice"] = DENY
        same((here.passes(), there.passes(1), there.passes(0)), ((401, None), (401, None), (200, "bob")))


@case()
def a_session_counts_once_its_account_was_asked_about():
    with Scene() as one:
        same([one.passes(0), one.passes(0), one.passes(1), one.passes(0)], [(200, "alice")] * 2 + [(200, "bob"), (200, "alice")])
        same(one.agent.asked, ["alice", "bob"])
        same(one.agent.connections, 1)


@case()
def portal_p31_a_session_whose_account_changed_ends_for_ever():
    with Scene() as one:
        one.verdicts["alice"] = DENY
        same([one.passes(0), one.passes(1)], [(401, None), (200, "bob")])
        del one.verdicts["alice"]
        same(one.passes(0), (401, None))
        same(one.agent.asked, ["alice", "bob"])
        one.portal.stop()
        one.portal.start()
        same([one.passes(0), one.passes(1)], [(401, None), (200, "bob")])


@case()
def portal_p31_every_session_of_that_standing_ends_and_no_other():
    people = ["alice", "alice", {"user": "alice", "standing": b"2" * 16}]
    with Scene(people=people) as one:
        one.agent.judge = lambda _, proven: ALLOW if proven == b"2" * 16 else DENY
        same(one.passes(0), (401, None))
        one.agent.judge = lambda *_: ALLOW
        same([one.passes(1), one.passes(2)], [(401, None), (200, "alice")])


@case()
def portal_p09_an_agent_that_cannot_be_asked_opens_nothing():
    with Portal(QUIET, ["alice"]) as portal:
        same(portal.passes(portal.cookies[0]), (503, None))
        with Agent(portal.directory + "/verify.sock", lambda *_: ALLOW):
            same(portal.passes(portal.cookies[0]), (200, "alice"))


@case()
def portal_p09_no_other_answer_opens():
    with Scene(ALWAYS) as one:
        for verdict in (UNAVAILABLE, standing.REFUSED, 2, 3, 4, 5, 7, 8, 9, 10, 11):
            one.verdicts["alice"] = verdict
            same(one.passes(0), (503, None), verdict)
        one.verdicts["alice"] = 0x6c627258
        same(one.passes(0), (503, None))
        one.verdicts["alice"] = ALLOW
        same(one.passes(0), (200, "alice"))


@case()
def portal_p09_a_silent_agent_opens_nothing_and_holds_up_nobody_else():
    with Scene() as one:
        same(one.passes(1), (200, "bob"))
        one.verdicts["alice"] = SILENT
        found = []
        thread = threading.Thread(target=lambda: found.append(one.passes(0)))
        thread.start()
        one.portal.wait(lambda: "alice" in one.agent.asked)
        same(one.passes(1), (200, "bob"))
        same(one.portal.ask("/liberations/sign-in")[0], 200)
        thread.join(30)
        same(found, [(503, None)])
        one.verdicts["alice"] = ALLOW
        one.portal.wait(lambda: one.passes(0) == (200, "alice"))


@case()
def a_connection_that_the_agent_ends_is_opened_again():
    with Scene(ALWAYS) as one:
        same(one.passes(0), (200, "alice"))
        one.agent.hang_up()
        same(one.passes(0), (200, "alice"))
        same(one.agent.connections, 2)
        refusals = [HANG_UP]
        one.agent.judge = lambda *_: refusals.pop() if refusals else ALLOW
        same(one.passes(0), (200, "alice"))
        same(one.agent.connections, 3)
        one.agent.judge = lambda *_: HANG_UP
        same(one.passes(0), (503, None))
        same(one.agent.connections, 4)


@case()
def many_that_wait_for_one_account_share_a_question():
    with Scene(people=["alice"] * 3 + ["bob"]) as one:
        gate = threading.Event()
        one.agent.judge = lambda user, _: gate.wait(10) and ALLOW
        asking = [one.portal.begin(one.portal.cookies[who]) for who in [0, 1, 2] * 6]
        one.portal.settle()
        gate.set()
        same([one.portal.end(client) for client in asking], [(200, "alice")] * 18)
        same(one.agent.asked, ["alice"])


def unread(link):
    """How many bytes wait in a socket."""
    return int.from_bytes(fcntl.ioctl(link, termios.FIONREAD, bytes(4)), sys.byteorder)


@case()
def questions_about_many_accounts_are_under_way_at_once():
    """A busy machine costs one wait for the agent's turn, not one for each person at work: the agent has them all before it answers
    the first. Who comes meanwhile and finds sixteen under way is asked about afterwards."""
    people = [f"person{number}" for number in range(40)]
    with Scene(people=people) as one:
        gate = threading.Event()
        one.agent.judge = lambda user, _: gate.wait(10) and ALLOW
        asking = [one.portal.begin(cookie) for cookie in one.portal.cookies]
        one.portal.wait(lambda: len(one.agent.asked) == 1 and unread(one.agent.open[0]) > 15 * 30)
        gate.set()
        same([one.portal.end(client) for client in asking], [(200, user) for user in people])
        same((sorted(one.agent.asked), one.agent.connections), (sorted(people), 1))


def ask_one_by_one(one):
    """Each person's question is under way before the next one asks; the agent reads the first."""
    asking, before = [], -1
    for cookie in one.portal.cookies:
        asking.append(one.portal.begin(cookie))
        one.portal.wait(lambda: len(one.agent.asked) == 1 and unread(one.agent.open[0]) > before)  # pylint: disable=cell-var-from-loop
        before = unread(one.agent.open[0])
    return asking


@case()
def questions_that_were_lost_with_their_connection_are_asked_again():
    people = ["alice", "bob", "carol"]
    with Scene(people=people) as one:
        gate, verdicts = threading.Event(), [ALLOW, HANG_UP]
        one.agent.judge = lambda user, _: gate.wait(10) and (verdicts.pop(0) if verdicts else DENY if user == "carol" else ALLOW)
        asking = ask_one_by_one(one)
        gate.set()
        told = dict(zip(people, [one.portal.end(client) for client in asking]))
        first = one.agent.asked[0]  # its answer came, and the connection ended with the next question
        same(told, {user: (200, user) if user == first or user != "carol" else (401, None) for user in people})
        same((len(one.agent.asked), one.agent.asked[1] in one.agent.asked[2:], one.agent.connections), (4, True, 2))
    with Scene(people=people) as one:
        gate, lost = threading.Event(), []

        def hang_up(*_):
            """Once all three have come: a question that meets a closed connection is not lost, and opens another."""
            gate.wait(10)
            one.portal.wait(lambda: unread(one.agent.open[-1]) >= lost[0])
            return HANG_UP
        one.agent.judge = hang_up
        asking = ask_one_by_one(one)
        lost.append(unread(one.agent.open[0]))
        gate.set()
        same([one.portal.end(client) for client in asking], [(503, None)] * 3)
        same(one.agent.connections, 2)


@case()
def with_no_grace_each_request_is_asked_about_anew():
    with Scene(ALWAYS, people=["alice"]) as one:
        same([one.passes(0) for _ in range(5)], [(200, "alice")] * 5)
        same(len(one.agent.asked), 5)
        gate = threading.Event()
        one.agent.judge = lambda *_: gate.wait(10) and ALLOW
        first = one.portal.begin(one.portal.cookies[0])
        one.portal.wait(lambda: len(one.agent.asked) == 6)
        threading.Event().wait(0.01)  # a request of the same millisecond is answered by the question that was asked in it
        later = one.portal.begin(one.portal.cookies[0])
        one.portal.settle()
        gate.set()
        same([one.portal.end(client) for client in (first, later)], [(200, "alice")] * 2)
        same(len(one.agent.asked), 7)


@case()
def portal_p16_a_new_gate_hears_nothing_that_the_old_one_asked():
    with Scene() as one:
        free = threading.Event()
        one.agent.judge = lambda user, _: (user == "bob" or free.wait(10)) and ALLOW
        one.portal.wait(lambda: len(one.portal.gates()) == 1)
        gate, = one.portal.gates()
        unheard = one.portal.begin(one.portal.cookies[0])
        one.portal.wait(lambda: one.agent.asked == ["alice"])
        os.kill(gate, signal.SIGKILL)
        one.portal.wait(lambda: one.portal.gates() not in ([], [gate]))
        asking = one.portal.begin(one.portal.cookies[1])
        one.portal.settle()
        free.set()
        same(one.portal.end(asking), (200, "bob"))
        unheard.close()
