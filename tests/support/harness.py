"""The test runner: which cases run, how each one ended, and the last line that tests/run adds up.

A suite in Python is an executable that puts this directory on its path, adds its cases and runs them:

    sys.dont_write_bytecode = True  # the checkout stays as it is
    sys.path.insert(1, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

    import harness

Every suite takes the same arguments:

    run            every case
    run NAME...    the cases of these names; a name may be a shell pattern, as in 'sec_1_*'
    run --list     prints the names and runs nothing

A case is a function. It passes when it returns, is skipped when it raises Skip, and fails when it raises anything else. A
case may yield once: what follows runs after all the other cases, so that no case waits for a clock.
"""
import fnmatch
import inspect
import sys
import time
import traceback

import packages

REGISTER = {}  # by name, in the order in which the cases run
OVER = object()


class Failure(AssertionError):
    """What a case expected and did not see."""

    def __str__(self):
        return " ".join(str(word) for word in self.args)


class Skip(Exception):
    """Why a case cannot run here."""


class Case:
    """A function with its arguments; the programs and files that it needs; and traits that only its suite understands."""

    def __init__(self, name, function, arguments=(), needs=(), traits=None):
        self.name, self.function, self.arguments = name, function, arguments
        self.needs, self.traits = needs, traits or {}

    def __call__(self, *context):
        need(*self.needs)
        return self.function(*context, *self.arguments)


def add_case(name, function, *arguments):
    register(Case(name, function, arguments))


def case(*needs, **traits):
    """Adds the function that follows, by its own name. `needs`: programs or files, see need()."""
    def decorate(function):
        register(Case(function.__name__, function, (), needs, traits))
        return function
    return decorate


def register(one):
    if one.name in REGISTER:
        raise ValueError("two cases are called " + one.name)
    REGISTER[one.name] = one


# --- what a case says -----------------------------------------------------------------------------------------------------

def expect(condition, *what):
    if not condition:
        raise Failure(" ".join(str(word) for word in what))


def same(got, wanted, what=""):
    if got != wanted:
        raise Failure(f"{what} got {got!r}, wanted {wanted!r}")


def need(*needs):
    """Skips the case unless all of these exist: programs by name, files by path."""
    reason = packages.why_not(*needs)
    if reason:
        raise Skip(reason)


# --- which cases run ------------------------------------------------------------------------------------------------------

def choose(words):
    """The cases that these arguments select. Ends the program after --list, and with status 2 if a word selects nothing."""
    if "--list" in words:
        print("".join(name + "\n" for name in REGISTER), end="")
        sys.exit(0)
    for word in words:
        if not any(fnmatch.fnmatchcase(name, word) for name in REGISTER):
            print(f"{word}: no case has this name; --list prints the names", file=sys.stderr)
            sys.exit(2)
    return [one for name, one in REGISTER.items()
            if not words or any(fnmatch.fnmatchcase(name, word) for word in words)]


# --- how they ended -------------------------------------------------------------------------------------------------------

class Tally:
    """Counts the cases, and prints a line about each."""

    WORDS = {"passed": "ok", "failed": "FAILED", "skipped": "skipped"}

    def __init__(self):
        self.counts = {"passed": 0, "failed": 0, "skipped": 0}

    def note(self, kind, name, why="", log=()):
        self.counts[kind] += 1
        lines = str(why).rstrip("\n").split("\n") + ["log: " + line for line in log]
        text = "%-8s %s%s" % (self.WORDS[kind], name, ": " + lines[0] if lines[0] else "")
        print("\n         ".join([text] + lines[1:]), flush=True)

    def close(self):
        """Prints the last line; returns the exit status of the suite."""
        text = "%(passed)d passed, %(failed)d failed" % self.counts
        print(text + (", %(skipped)d skipped" % self.counts if self.counts["skipped"] else ""), flush=True)
        return 1 if self.counts["failed"] else 0


def attempt(function, *arguments):
    """Calls the function: how that ended, what there is to say about it, and what it returned."""
    try:
        return "passed", "", function(*arguments)
    except Skip as reason:
        return "skipped", str(reason), None
    except AssertionError as trouble:
        return "failed", str(trouble) or repr(trouble), None
    except Exception as trouble:  # a case that breaks has failed, whatever it broke on
        return "failed", "%s: %s\n%s" % (type(trouble).__name__, trouble, traceback.format_exc()), None


def begin(one, context):
    """The rest of a case that has more to do when the others are done, or None."""
    rest = one(*context)
    return rest if inspect.isgenerator(rest) and next(rest, OVER) is not OVER else None


def finish(rest):
    next(rest, None)


def run_part(tally, name, log, function, *arguments):
    """Notes how a part of a case ended, unless the part has a rest, which it returns."""
    start, mark = time.monotonic(), log.mark() if log else None
    kind, why, rest = attempt(function, *arguments)
    if rest is None:
        tally.note(kind, name, why or "%.1f s" % (time.monotonic() - start),
                   log.tail(mark) if log and kind == "failed" else ())
    return rest


def run_all(chosen, tally, *context, log=None, why_not=None):
    """Runs the cases with the context as their first arguments. `log` has mark() and tail(mark), the lines for the report of a
    failure. `why_not` says of a case why it cannot run here, or nothing."""
    later = []
    for one in chosen:
        reason = why_not(one) if why_not else ""
        if reason:
            tally.note("skipped", one.name, reason)
            continue
        rest = run_part(tally, one.name, log, begin, one, context)
        if rest is not None:
            later.append((one.name, rest))
    for name, rest in later:
        run_part(tally, name, log, finish, rest)


def main(words=None):
    """A suite whose cases need nothing prepared. Returns the exit status."""
    chosen, tally = choose(sys.argv[1:] if words is None else words), Tally()
    run_all(chosen, tally)
    return tally.close()
