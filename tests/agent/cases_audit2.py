"""What an ordinary user, who may ask about nobody else, learns from the work of the agent that refuses."""
import os
import re
import socket
import statistics
import time

import dialogue
from cases_audit_f03 import plain
from harness import Skip, case, expect
from dialogue import REFUSED
from stage import Listener

PEER = 64298  # has no account
NAMES, QUESTIONS = 8, 12


def pair_of_another():
    """A socket pair whose peer, to the agent, is PEER."""
    os.seteuid(PEER)
    try:
        return socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
    finally:
        os.seteuid(0)


def calls(stage, name):
    """All calls of a refusal, from the request to the verdict, in the order of the alphabet."""
    trace = stage.path("trace-question")
    link, process = stage.start_agent(pair=pair_of_another(), under=["strace", "-qq", "-f", "-o", trace])
    expect(dialogue.Talk(link).sign_in(name, "x", "123456") == REFUSED, name, "was answered")
    link.close()
    process.wait(timeout=600)
    with open(trace) as file:
        lines = [line for line in file if re.match(r"\d+ +\w+\(", line)]
    os.unlink(trace)
    if not lines:
        raise Skip("strace may not trace here")
    begun = next(at for at, line in enumerate(lines) if re.match(r'\d+ +recvfrom\(3, ".*R\\1\\0\\10', line))
    ended = next(at for at, line in enumerate(lines) if re.match(r'\d+ +sendto\(3, ".*V\\1\\0\\10', line))
    made = [plain(line) for line in lines[begun + 1:ended]]
    return sorted(call for call in made if call != "clock_gettime")  # as often as it takes until a millisecond was spent


@case("strace", root=True)
def audit2_a_question_about_others_makes_the_same_calls(stage):
    stage.skip_if_instrumented()
    known, unknown = calls(stage, stage.person()), calls(stage, "nosuch")
    expect(known == unknown, "known:", known, "unknown:", unknown)


def spent_ns(pid):
    with open("/proc/%d/schedstat" % pid) as file:
        return int(file.read().split()[0])


def ask_again_and_again(listener, name):
    """What one question about that name takes, without those that something disturbed."""
    talk, spent = dialogue.connect(listener.agent), []
    pid = listener.only_agent()
    for _ in range(QUESTIONS):
        before = spent_ns(pid)
        expect(talk.sign_in(name, "x", "123456") == REFUSED, name, "was answered")
        time.sleep(0.01)
        spent.append(spent_ns(pid) - before)
    talk.close()
    return sorted(spent)[QUESTIONS // 4]


@case(root=True, log=True)
def audit2_a_volley_of_questions_about_others_takes_the_same_work(stage):
    """At the socket for everybody, in /proc/PID/schedstat: all names were told apart, since an account took a quarter more."""
    if not os.environ.get("LBR_VOLLEYS"):
        raise Skip("make soak runs it")
    listener = Listener(stage, "worked").wait_ready()
    try:
        listener.wait_agents(0)
        names = [("nosuch%d" % number, stage.person()) for number in range(NAMES)]
        spent = {False: [], True: []}
        for number, pair in enumerate(names):
            for known in (False, True) if number % 2 else (True, False):
                spent[known].append(stage.as_user(PEER, lambda name=pair[known]: ask_again_and_again(listener, name)))
                listener.wait_agents(0)
        known, unknown = spent[True], spent[False]
        ratio = statistics.median(known) / statistics.median(unknown)
        expect(0.97 < ratio < 1.03, "known", sorted(known), "unknown", sorted(unknown))
    finally:
        listener.stop()
