"""Cases on a machine that is too busy for them.

What is tested has deadlines of its own, and keeps them: then it answers that it was too late, and the case has seen nothing of what it
came for. It says so by Slow, and begins again; it fails if that happens each time.

    @patient                      for a case; what it had started ends with stage.aside(), if there is that
    raise (Slow if late else Failure)(...)
"""
import contextlib
import functools

from harness import Failure

TRIES = 5


class Slow(Failure):
    """Not what a case wants to see, after a deadline."""


def patient(function):
    @functools.wraps(function)
    def run(stage):
        for _ in range(TRIES - 1):
            try:
                with getattr(stage, "aside", contextlib.nullcontext)():
                    return function(stage)
            except Slow:
                continue
        return function(stage)
    return run
