"""The agent killed at chosen system calls of a sign-in that changes an expired password."""
import os
import shutil
import time

from harness import case, expect
from cases_broken import replaced
from consumers import AGAIN, NEW, PASSWORD, TOKEN
from judge import signed_in

CHOSEN = "Huit gouttes sur le toit 6"
NOT_KNOWN = "Your password may have been changed, or not."
KILLER = """#!/bin/sh
exec %s -qq -o %s -e trace=%s -e inject=%s:signal=SIGKILL:when=%d %s "$@"
"""
# Around giving up root, the request, the charge, the commit of the code, what it says, and each file of the change.
MOMENTS = ["setresuid 1", "openat2 2", "recvfrom 3", "recvfrom 4", "pwrite64 1", "fdatasync 1", "sendto 4",
           "recvfrom 7", "renameat2,renameat,rename 1", "fsync 2", "renameat2,renameat,rename 2", "fsync 4",
           "sendto 12"]


def converse(stage, name, answers):
    """The dialogue, as far as it goes."""
    talk = stage.sshd().talk(name)
    for prompt, answer in answers:
        if not talk.is_asked(prompt):
            break
        talk.answer("", answer)
    return talk.finish()


def tells_of_a_kill(trace, patience_s):
    """strace writes so after the agent has died, and sshd may be faster."""
    until = time.monotonic() + patience_s
    while True:
        with open(trace) as file:
            if "killed by SIGKILL" in file.read():
                return True
        if time.monotonic() >= until:
            return False
        time.sleep(0.05)


def answers(account, code):
    return [(PASSWORD, account.password), (TOKEN, code), (NEW, CHOSEN), (AGAIN, CHOSEN)]


@case("sshd", "ssh", "oathtool", "strace")
def an_agent_killed_at_any_moment_leaves_the_old_or_the_new_password(stage):
    trace, agent = stage.path("trace"), os.path.join(stage.lib, "liberations-agent")
    killed = told = 0
    for moment in MOMENTS:
        account = stage.world.account("xavier", *stage.world.EXPIRED)
        calls, number = moment.split()
        script = KILLER % (shutil.which("strace"), trace, calls, calls, int(number), agent + ".good")
        broken, mended = replaced(stage, script)
        broken()
        try:
            talk = converse(stage, "xavier", answers(account, account.code(-1)))
        finally:
            mended()
        was_killed = tells_of_a_kill(trace, patience_s=0 if talk.status == 0 else 10)
        killed += was_killed
        expect(was_killed or talk.status == 0, "refused, though not killed at", moment, repr(talk.text))
        if AGAIN in talk.text and talk.status != 0:
            expect(NOT_KNOWN in talk.text, "not told that nothing is known, killed at", moment, repr(talk.text))
            told += 1
        settle(stage, account, moment, talk.status == 0)
    expect(killed >= len(MOMENTS) - 2, "only", killed, "of the moments came")
    expect(told > 1, "only", told, "of the kills fell into the change")


def settle(stage, account, moment, entered):
    """One of the two passwords is in force, and works: the new one for sure if the person was let in."""
    stage.world.forgive(account.name)
    talk = converse(stage, account.name, answers(account, account.code()))
    old = talk.status == 0
    if not old:
        stage.world.forgive(account.name)
        account.password = CHOSEN
        talk = converse(stage, account.name, answers(account, account.code(1))[:2])
    expect(not (old and entered), "let in, but the old password still stands after a kill at", moment)
    try:
        signed_in(talk, account.name)
    except Exception as reason:
        raise type(reason)("after a kill at %s: %s" % (moment, reason))
