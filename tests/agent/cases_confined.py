"""A kernel that lacks a part of the confinement is told to the administrator: once, not at each connection."""
import ctypes
import errno
import struct

import dialogue
from harness import case, expect
from dialogue import ALLOW
from stage import PASSWORD, Listener, code_of

LIBC = ctypes.CDLL(None, use_errno=True)
PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, FILTER = 38, 22, 2
LANDLOCK_CREATE_RULESET = 444  # on every architecture
WORDS = "running with reduced confinement"


def without_landlock():
    """As a kernel that was built without it, or has it switched off at boot."""
    steps = ((0x20, 0, 0, 0), (0x15, 0, 1, LANDLOCK_CREATE_RULESET), (0x06, 0, 0, 0x00050000 | errno.ENOSYS), (0x06, 0, 0, 0x7fff0000))
    code = b"".join(struct.pack("=HBBI", *step) for step in steps)
    text = ctypes.create_string_buffer(code)
    program = ctypes.create_string_buffer(struct.pack("@HP", len(steps), ctypes.addressof(text)))
    if LIBC.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 or LIBC.prctl(PR_SET_SECCOMP, FILTER, program, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "seccomp")


def warnings(stage, mark):
    """Lines of priority warning; a debug line begins with <87>."""
    return [line for line in stage.log.lines[mark:] if WORDS in line and line.startswith("<84>")]


@case(root=True, log=True)
def audit_f14_an_agent_of_the_module_warns_that_the_kernel_lacks_landlock(stage):
    stage.skip_if_instrumented()
    for before, count in ((None, 0), (without_landlock, 1)):
        name, mark = stage.person(), stage.log.mark()
        expect(stage.judged(name, before=before) == ALLOW, "a right sign-in is refused")
        stage.log.wait_for(mark, name, "accepted")
        expect(len(warnings(stage, mark)) == count, "warnings:", warnings(stage, mark))


@case(root=True, log=True)
def audit_f14_a_listener_warns_once_for_all_its_agents(stage):
    stage.skip_if_instrumented()
    mark = stage.log.mark()
    listener = Listener(stage, "bare", before=without_landlock).wait_ready()
    try:
        for _ in range(3):
            name = stage.person()
            talk = dialogue.connect(listener.agent)
            expect(talk.sign_in(name, PASSWORD, code_of()) == ALLOW, "a right sign-in is refused")
            talk.close()
            stage.log.wait_for(mark, name, "accepted")
        expect(len(warnings(stage, mark)) == 1, "warnings:", warnings(stage, mark))
    finally:
        listener.stop()
