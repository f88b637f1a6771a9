"""The register of cases, and how they are run and counted. A case is a function of the stage that passes when it returns."""
import shutil
import time
import traceback

REGISTER = []


class Failure(Exception):
    """What a case expected and did not see."""


class Skip(Exception):
    """Why a case cannot be judged here."""


def case(*needs, root=False, log=False):
    """Registers a case. `needs`: programs; `root`: other uids; `log`: a mount namespace of
    our own, with its /dev/log and its group of verifiers."""
    def register(function):
        REGISTER.append((function.__name__, function, needs, root, log))
        return function
    return register


def expect(condition, *what):
    if not condition:
        raise Failure(" ".join(str(word) for word in what))


def why_not(stage, needs, root, log):
    missing = [need for need in needs if not shutil.which(need)]
    if missing:
        return "there is no " + ", ".join(missing)
    if root and not stage.root:
        return "only root has other uids"
    if log and not stage.log:
        return "no mount namespace of our own can be had here"
    return ""


def run_one(stage, name, function):
    start = time.monotonic()
    try:
        function(stage)
    except Skip as reason:
        print("skipped  %s: %s" % (name, reason), flush=True)
        return "skipped"
    except Exception as trouble:
        words = str(trouble) if isinstance(trouble, Failure) else traceback.format_exc()
        print("FAILED   %s: %s" % (name, words), flush=True)
        for line in stage.log.tail() if stage.log else []:
            print("         log:", line, flush=True)
        return "failed"
    print("ok       %s: %.1f s" % (name, time.monotonic() - start), flush=True)
    return "passed"


def run_all(stage, words):
    counts = {"passed": 0, "failed": 0, "skipped": 0}
    for name, function, needs, root, log in REGISTER:
        if words and not any(word in name for word in words):
            continue
        reason = why_not(stage, needs, root, log)
        if reason:
            print("skipped  %s: %s" % (name, reason), flush=True)
            counts["skipped"] += 1
        else:
            counts[run_one(stage, name, function)] += 1
    line = "%(passed)d passed, %(failed)d failed" % counts
    print(line + (", %(skipped)d skipped" % counts if counts["skipped"] else ""), flush=True)
    return 1 if counts["failed"] else 0
