"""The register of cases, and how they are run and counted.

A case is a function of the stage. It passes when it returns. A generator is a case in two parts: what stands before its
`yield` is set going, what stands after is looked at when all the others are done, so that nobody waits for a clock.
"""
import glob
import inspect
import os
import shutil
import sys
import time
import traceback

REGISTER = []


class Failure(Exception):
    """What a case expected and did not see."""


def case(*needs):
    """Registers a case; `needs` are programs, or files, without which it is skipped."""
    def register(function):
        REGISTER.append((function.__name__, function, needs))
        return function
    return register


def expect(condition, *what):
    if not condition:
        raise Failure(" ".join(str(word) for word in what))


class Tally:
    def __init__(self):
        self.passed, self.failed, self.skipped = 0, 0, 0

    def note(self, kind, name, why=""):
        setattr(self, kind, getattr(self, kind) + 1)
        words = {"passed": "ok", "failed": "FAILED", "skipped": "skipped"}
        print("%-8s %s%s" % (words[kind], name, why and ": " + why), flush=True)

    def last_line(self):
        text = "%d passed, %d failed" % (self.passed, self.failed)
        return text + (", %d skipped" % self.skipped if self.skipped else "")


def lacking(needs):
    places = ":".join([os.environ.get("PATH", ""), "/usr/sbin:/sbin"] + glob.glob("/usr/lib/postgresql/*/bin"))
    return [need for need in needs if not (os.path.exists(need) if need[0] == "/" else shutil.which(need, path=places))]


def step(stage, tally, name, action):
    """Runs one part of a case. The generator that is to be resumed later, or None when the case is decided."""
    start, mark = time.monotonic(), stage.log.mark()
    try:
        later = action()
        if inspect.isgenerator(later):
            next(later)
            return later
    except StopIteration:
        pass
    except Failure as failure:
        tally.note("failed", name, "\n         ".join([str(failure)] + stage.log.tail(mark)))
        return None
    except Exception:
        tally.note("failed", name, traceback.format_exc())
        return None
    tally.note("passed", name, "%.1f s" % (time.monotonic() - start))
    return None


def run_all(stage, tally, words):
    """Every registered case whose name contains one of the words (no words: all)."""
    later = []
    for name, function, needs in REGISTER:
        if words and not any(word in name for word in words):
            continue
        missing = lacking(needs)
        if missing:
            tally.note("skipped", name, "there is no " + ", ".join(missing))
            continue
        rest = step(stage, tally, name, lambda: function(stage))
        if rest:
            later.append((name, rest))
    for name, rest in later:
        step(stage, tally, name, lambda: next(rest))
    sys.stdout.flush()
