"""Has SPIN look at attempt.pml and hosts.pml: every order of the steps, for one store, with one planted fault or none."""
import os
import re
import shutil
import subprocess
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
STORES = {"file": [], "sql": ["SQL"]}
# Many hosts: their database fails over to a standby that confirms or to one that lags, or is put back from a copy: files, whose
# server must be started, or a running machine with its memory.
MANY = {"sync": ["SYNC"], "async": [], "backup": ["SYNC", "RESTORE", "STARTED", "FAILOVERS=0"],
        "memory": ["SYNC", "RESTORE", "FAILOVERS=0"]}
# What is planted, and the property that finds it; "nothing": it is not needed there.
FAULTS = {
    "file": {
        "loaded_row": "P3", "skip_generation": "P4", "tell_before_sync": "P2", "write_last_commit": "P2", "retry_sync": "P2",
        "keep_failed": "P2", "trust_unsynced": "P2", "forget_doubt": "P2",
        "repair_by_sync": "P2", "no_lock": "P2", "break_lock": "P2", "not_robust": "P7",
        "spare_late_holder": "P7", "rename_unsynced": "P5", "tell_before_rename_sync": "P5", "same_step": "P1", "no_limit": "P3",
    },
    "sql": {
        "loaded_row": "P3", "skip_version": "P3", "skip_generation": "P4", "tell_before_sync": "P2", "repeat_unknown": "P6",
        "ask_unknown": "P1", "believe_unknown": "P2", "same_step": "P1", "no_limit": "P3",
    },
    "sync": {"loaded_row": "P1", "skip_version": "P1", "retry_unknown": "P6", "believe_unknown": "P2"},
    "async": {"loaded_row": "P1", "no_floor": "P1", "low_floor": "P1", "ignore_epoch": "P1", "ignore_line": "P1", "retry_unknown": "P6"},
    "backup": {"no_floor": "P1", "low_floor": "P1", "ignore_epoch": "P1", "ignore_line": "P1", "no_witness": "nothing"},
    "memory": {"no_witness": "P1"},
}
# A property that nothing comes near to would hold as well: each of these verdicts must be told in some order.
VERDICTS = ("yes", "no", "used", "wait", "done")
TOLD_BY_MANY = ("yes", "used")  # by the server that took over as well
# The verifier prints an assertion that failed as it stands in the model, without what its names mean.
SIGNS = (("P1", r"yes_told|\.told&"), ("P2", r"seq_told|last_told|t>=a\["), ("P3", r"guesses"), ("P4", r"disabled"), ("P5", r"gen_told"),
         ("P6", r"counted"), ("P7", r"invalid end state"), ("told", r"verdict!="))
SMALL = {"AGENTS": 2, "TRIES": 2, "EDITS": 1, "CUTS": 1, "ERRORS": 1, "LIMIT": 1}
SMALL_MANY = {"TRIES": 3, "ERRORS": 1}
DEPTH = 1000000


class Result:
    """What the verifier said. `found`: the property that failed, "nothing", or why the search is worth nothing."""

    def __init__(self, said):
        number = {}
        for name, pattern in (("states", r"(\S+) states, stored"), ("depth", r"depth reached (\d+)"), ("errors", r"errors: (\d+)")):
            match = re.search(pattern, said)
            number[name] = int(float(match[1])) if match else -1
        self.states, self.depth = number["states"], number["depth"]
        self.found = self.judge(said, number["errors"])

    @staticmethod
    def judge(said, errors):
        failed = re.search(r"^pan:\d+: (assertion violated .*|invalid end state) \(at depth \d+\)$", said, re.M)
        if failed:
            return next((name for name, sign in SIGNS if re.search(sign, failed[1])), failed[1])
        if errors != 0 or "Search not completed" in said or "max search depth too small" in said:
            return "no result: " + said[-400:]
        return "nothing"


def run(command, place):
    done = subprocess.run(command, cwd=place, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          check=False)
    if done.returncode < 0 or done.returncode > 0 and command[0] != "./pan":
        raise RuntimeError("%s: status %d: %s" % (" ".join(command), done.returncode, done.stdout))
    return done.stdout


def verify(store, bounds, words=(), optimise="-O0", table=20):
    """Searches everything within the bounds, until the first error. `table`: the hash table has 2^table places."""
    place = tempfile.mkdtemp(prefix="liberations-model.")
    model = "attempt.pml" if store in STORES else "hosts.pml"
    words = ["-D%s=%d" % bound for bound in bounds.items()] + ["-D" + word for word in [*{**STORES, **MANY}[store], *words]]
    try:
        run(["spin", "-a", *words, os.path.join(HERE, model)], place)
        run(["gcc", optimise, "-w", "-DSAFETY", "-DCOLLAPSE", "-o", "pan", "pan.c"], place)
        return Result(run(["./pan", "-m%d" % DEPTH, "-w%d" % table], place))
    finally:
        shutil.rmtree(place)


def verify_fault(store, fault, bounds, **how):
    return verify(store, bounds, ["FAULT_" + fault.upper()], **how)


def verify_told(store, verdict, bounds, at=0, **how):
    return verify(store, bounds, ["NEVER_TOLD=" + verdict, "TOLD_AT=%d" % at], **how)
