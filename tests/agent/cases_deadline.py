"""A service that leaves before the answer: nothing is recorded that nobody hears of."""
import fcntl
import os
import struct

import dialogue
from dialogue import ALLOW, AUTHENTICATE, CHANGE
from harness import case, expect
from stage import PASSWORD, code_of

LOCK = getattr(fcntl, "F_OFD_SETLK", 37)  # named since Python 3.9


class Locked:
    """Holds the lock of an account's counters from outside."""
    def __init__(self, stage, name):
        self.path = next(path for path in stage.files_of(name) if "/counters/" in path)

    def __enter__(self):
        self.file = os.open(self.path, os.O_RDWR)
        fcntl.fcntl(self.file, LOCK, struct.pack("hhqqi4x", fcntl.F_WRLCK, os.SEEK_SET, 0, 0, 0))

    def __exit__(self, *trouble):
        os.close(self.file)


def leave_while_locked(stage, name, kind, code):
    """Asks and is gone before the agent can decide: the lock is taken before anything is said."""
    talk = dialogue.connect(stage.listener.agent)
    with Locked(stage, name):
        talk.send(dialogue.request(kind, 1, name, PASSWORD.encode(), code.encode(), answered=1))
        talk.close()
    stage.listener.wait_agents(0)


@case()
def no_sign_in_is_recorded_for_a_service_that_has_left(stage):
    name, code = stage.person(), code_of()
    before = stage.show(name)
    leave_while_locked(stage, name, AUTHENTICATE, code)
    after = stage.show(name)
    expect(after["last_step"] == before["last_step"], "the code was used up:", after)
    talk = dialogue.connect(stage.listener.agent)
    expect(talk.sign_in(name, PASSWORD, code) == ALLOW, "the code that nobody heard of is refused")
    talk.close()


@case()
def no_change_is_begun_for_a_service_that_has_left(stage):
    name, code = stage.person(), code_of()
    before = stage.files_of(name)
    leave_while_locked(stage, name, CHANGE, code)
    after = stage.files_of(name)
    changed = [path for path in before if "/accounts/" in path and before[path] != after[path]]
    expect(not changed, "the account was written:", changed)
    talk = dialogue.connect(stage.listener.agent)
    expect(talk.sign_in(name, PASSWORD, code) == ALLOW, "the code that nobody heard of is refused")
    talk.close()
