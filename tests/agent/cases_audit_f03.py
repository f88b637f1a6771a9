"""Equal work: what an agent does between a request and its refusal, whatever stands behind the name and whatever was right."""
import contextlib
import os
import re
import struct
import time

import patience
import rows
from harness import Skip, case, expect
from dialogue import AUTHENTICATE, DENY, Gone, request
from stage import Dialogue

TRIES = 96
AT_ONCE = 4  # of each kind
MACHINE_WAIT_S = 5  # LBR_MACHINE_WAIT_MS
BYTES = re.compile(r'"(?:[^"\\]|\\.)*"(?:\.\.\.)?')
STRANGER = 65534
MEMORY_TRIES = 16
MEMORY_BOUNDS = {"faults": 3, "VmHWM": 256, "VmPeak": 0}  # the last two in KiB
IMPORTED = "$6$saltsaltsaltsalt$RPHbQkvXu12WIQywfD6BsgWU4t21RJ2mHzcbOIt9YQxLbnLTjSdR6Q6P8X08OaLSAxW/RlXLhrxBqm6zUFC2u0"


def refuse(stage, name, answer, **start):
    dialogue = Dialogue(stage, rhost="192.0.2.1", **start)
    with dialogue as talk:
        expect(talk.sign_in(name, *answer) == DENY, name, "was let in")


def plain(line):
    """One call without what is the name's own: texts, sizes, times. What is written keeps its length and its place."""
    line = BYTES.sub('""', line.split(" ", 1)[1].strip())
    name = line.partition("(")[0]
    if name == "pwrite64":
        return re.sub(r", (0|4096)\)", ", PLACE)", line)
    if name == "openat2":
        return re.sub(r"openat2\(\d+", "openat2(DIRECTORY", re.sub(r" = \d+$", " = FD", line))
    if name == "mmap":
        return "mmap " + line.split(", ")[1]
    return name


def calls(stage, name, answer):
    """Those from the request, which is the second frame, to the verdict, without the two that send it."""
    trace = stage.path("trace-work")
    refuse(stage, name, answer, under=["strace", "-qq", "-f", "-o", trace])
    with open(trace) as file:
        lines = file.read().splitlines()
    os.unlink(trace)
    begun = [at for at, line in enumerate(lines) if re.match(r'\d+ +recvfrom\(3, ".*R\\1\\0\\10', line)]
    ended = [at for at, line in enumerate(lines) if re.match(r'\d+ +sendto\(3, ".*V\\1\\0\\10', line)]
    if not lines:
        raise Skip("strace may not trace here")
    expect(len(begun) == len(ended) == 1, "no request and verdict in the trace:", lines[-30:])
    return [plain(line) for line in lines[begun[0] + 1:ended[0]]]


def without_look_up(found):
    """What is left without the look at a name that nobody has: no file "moving", a directory opened, no file, the directory closed.
    The decoy's load then looks for "moving" as an account's does."""
    miss = next((at for at, call in enumerate(found) if call.startswith("openat2") and "ENOENT" in call), None)
    expect(miss is not None and found[miss - 4] == "openat" and found[miss - 3].startswith("openat2(DIRECTORY") and
           found[miss - 2:miss] == ["newfstatat", "geteuid"] and found[miss + 1] == "close", "no look at the name:", found)
    return found[:miss - 4] + found[miss + 2:]


def first_difference(one, other):
    at = next((at for at, pair in enumerate(zip(one, other)) if pair[0] != pair[1]), min(len(one), len(other)))
    return "call %d of %d and %d: %s, not %s" % (at, len(one), len(other), one[at:at + 4], other[at:at + 4])


@case("strace", root=True)
def audit_f03_the_same_calls_whatever_stands_behind_a_name(stage):
    """One look that finds no account is all that a name costs more that nobody has."""
    stage.skip_if_instrumented()
    for title, answer in rows.answers().items():
        reference = None
        for state, make in rows.known(stage) + rows.unknown(stage):
            found = calls(stage, make(), answer)
            if state.startswith("nobody"):
                found = without_look_up(found)
            if reference is None:
                reference = found
                expect(sum(call.startswith("pwrite64") for call in found) == found.count("fdatasync") == 1, "commits:", found)
            expect(found == reference, title, state, first_difference(found, reference))


def at_cost(stage, cost):
    """A function that makes an account whose hash has that cost."""
    def make():
        with raised_cost(stage, cost):
            return stage.person()
    return make


@contextlib.contextmanager
def raised_cost(stage, cost):
    """The stage's configuration has it meanwhile."""
    before, raised = stage.config, stage.path("raised.conf")
    with open(before) as file:
        kept = [line for line in file if not line.startswith("hash-cost")]
    with open(raised, "w") as file:
        file.writelines(kept + ["hash-cost = %d\n" % cost])
    stage.config = raised
    try:
        yield
    finally:
        stage.config = before


@case("strace", root=True)
def audit_f03_the_same_calls_after_the_cost_was_raised(stage):
    """A cheap hash and what follows it are computed in one region, which is that of one dear hash: not even a mapping differs."""
    stage.skip_if_instrumented()
    for title, answer in rows.answers().items():
        cheap = stage.person()
        with raised_cost(stage, 3):
            found = {"cheap": calls(stage, cheap, answer), "dear": calls(stage, stage.person(), answer)}
            found.update({state: without_look_up(calls(stage, make(), answer)) for state, make in rows.unknown(stage)})
        for state, row in found.items():
            expect(row == found["dear"], title, state, first_difference(row, found["dear"]))


# --- what every user may read of a process ------------------------------------------------------------------------------

def page_faults(pid):
    with open("/proc/%d/stat" % pid) as file:
        return int(file.read().rpartition(")")[2].split()[7])


def verdict(talk):
    kind, fields = talk.receive()
    expect(kind == "V", "no verdict:", kind)
    return struct.unpack(">Q", fields[0])[0]


def peaks(pid):
    """The most memory that it ever had, resident and in all, in KiB."""
    with open("/proc/%d/status" % pid) as file:
        lines = [line.split() for line in file]
    return {line[0].rstrip(":"): int(line[1]) for line in lines if line[0] in ("VmHWM:", "VmPeak:")}


def seen(stage, tries, look, left=patience.TRIES):
    """For each pair of a name and an answer, tried at once: what `look` finds of its agent's process before the request and after the
    refusal, as any user. An agent waits MACHINE_WAIT_S for its request: where the others were longer in coming, fewer are tried at
    once."""
    begun = time.monotonic()
    try:
        return seen_once(stage, tries, look)
    except Gone:
        if time.monotonic() - begun < MACHINE_WAIT_S or left == 0:
            raise
    half = (len(tries) + 1) // 2
    return [pair for part in (tries[:half], tries[half:]) if part for pair in seen(stage, part, look, left - 1)]


def seen_once(stage, tries, look):
    def look_at_all():
        pids = [dialogue.process.pid for dialogue in dialogues]
        return stage.as_user(STRANGER, lambda: [look(pid) for pid in pids]) if stage.root else list(map(look, pids))
    with contextlib.ExitStack() as stack:
        dialogues = [Dialogue(stage, rhost="192.0.2.1") for _ in tries]
        talks = [stack.enter_context(dialogue) for dialogue in dialogues]
        before = look_at_all()
        for talk, (name, answer) in zip(talks, tries):
            talk.send(request(AUTHENTICATE, 1, name, *[word.encode() for word in answer]))
        expect([verdict(talk) for talk in talks] == [DENY] * len(talks), "somebody was let in")
        return list(zip(before, look_at_all()))


def faults(stage, tries):
    """Pages that were touched for the first time."""
    return [after - before for before, after in seen(stage, tries, page_faults)]


def middle(row):
    """The mean without the tails: a busy machine takes a page back now and then."""
    tail = len(row) // 8
    return sum(sorted(row)[tail:len(row) - tail]) / (len(row) - 2 * tail)


@case()
def audit_f03_the_same_pages_are_touched_whatever_stands_behind_a_name(stage):
    """Code that runs only for an account shows in a number that every user may read. A page or two come and go from try to try, so
    the means of many tries are compared: they differed by more than one."""
    stage.skip_if_instrumented()
    answer = rows.answers()
    own, nobody = rows.known(stage, (("own",),))[0][1], rows.unknown(stage)[0][1]
    kinds = [("account", own, answer["both wrong"]), ("right password", own, answer["right password"]),
             ("nobody", nobody, answer["both wrong"])] * AT_ONCE
    found = {title: [] for title, _, _ in kinds}
    for _ in range(TRIES // AT_ONCE):
        for (title, _, _), count in zip(kinds, faults(stage, [(make(), given) for _, make, given in kinds])):
            found[title].append(count)
    means = {title: middle(row) for title, row in found.items()}
    expect(max(means.values()) - min(means.values()) < 0.6, "page faults, mean:", means)


@case()
def audit_f03_the_same_memory_whatever_the_hash_costs(stage):
    """The peaks that every user may read, and the pages touched, under a cost that was raised from 1 to 5."""
    stage.skip_if_instrumented()
    answer = rows.answers()
    nobody = rows.unknown(stage)[0][1]
    costs = {cost: at_cost(stage, cost) for cost in (1, 4, 5)}
    kinds = [("cost %d" % cost, make, answer["both wrong"]) for cost, make in costs.items()]
    kinds += [("cost 1, right password", costs[1], answer["right password"]), ("nobody", nobody, answer["both wrong"]),
              ("imported", lambda: stage.person("hash=" + IMPORTED), answer["both wrong"])]
    found = {word: {title: [] for title, _, _ in kinds} for word in MEMORY_BOUNDS}
    for _ in range(MEMORY_TRIES):
        tries = [(make(), given) for _, make, given in kinds]
        with raised_cost(stage, 5):
            looks = seen(stage, tries, lambda pid: dict(peaks(pid), faults=page_faults(pid)))
        for (title, _, _), (before, after) in zip(kinds, looks):
            for word in found:
                found[word][title].append(after[word] - (before[word] if word == "faults" else 0))
    # The least of each: a machine short of large pages gives small ones, in more faults.
    for word, bound in MEMORY_BOUNDS.items():
        least = {title: min(row) for title, row in found[word].items()}
        expect(max(least.values()) - min(least.values()) <= bound, word, least)
