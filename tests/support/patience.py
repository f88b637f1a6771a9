"""Cases on a machine that is too busy for them.

What is tested has deadlines of its own, and keeps them: then it answers that it was too late, and the case has seen nothing of
what it came for. It says so by Slow, and begins again; it fails if that happens each time, five times and for a minute and a half.

    @patient                      for a case; what it had started ends with stage.aside(), if there is that
    raise (Slow if late else Failure)(...), in_time(text)
"""
import contextlib
import functools
import time

from harness import Failure

TRIES, PATIENCE_S = 5, 90
LATE_S = 1.4  # the shortest deadline of a broker, and a little less


# What is said after a deadline; and at once by a broker that has just met three, or whose program has lost it to one.
LATE = ("the database did not answer in time", "no database server can be reached", "another host changed the key in force")
GONE = "the connection ended before the answer"


class Slow(Failure):
    """Not what a case wants to see, after a deadline."""


def is_late(text):
    return any(late in text for late in LATE)


def in_time(*said, took_s=None):
    """That a command does not say this of its own broker. `took_s`: of one that asks no other broker, and that ran so long; before a
    deadline can be over, a server that cannot be reached and a broker that has ended are faults, and no busy machine."""
    text = " ".join(str(word) for word in said)
    if (is_late(text) or GONE in text) and (took_s is None or took_s > LATE_S):
        raise Slow(text)


def tries():
    """The numbers of the tries, up to the last one's."""
    end, at = time.monotonic() + PATIENCE_S, 0
    while at < TRIES or time.monotonic() < end:
        at += 1
        yield at


def patient(function):
    @functools.wraps(function)
    def run(*stage):
        for _ in tries():
            try:
                with getattr(stage[0] if stage else None, "aside", contextlib.nullcontext)():
                    return function(*stage)
            except Slow as slow:
                late = slow
        raise late
    return run
