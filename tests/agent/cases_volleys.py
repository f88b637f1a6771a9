"""How long refusals take, for accounts and for names that nobody has, alone and in volleys, on a store that has aged and whose
hash-cost was raised. Long, so only `make soak` runs it: LBR_VOLLEYS says how many answers of each kind and size are measured."""
import os
import select
import time

import dialogue
import likeness
import rows
from harness import Skip, case, expect
from dialogue import AUTHENTICATE, DENY, request
from stage import Listener

ANSWERS = int(os.environ.get("LBR_VOLLEYS", "0"))
RESULT = os.environ.get("LBR_VOLLEYS_RESULT")
KNOWN = ("account", "account, cheaper hash")
NOBODY = tuple("nobody, decoy at %d" % failures for failures in rows.DECOY_AGES)
COST = 5  # the accounts with a cheaper hash have 1


class World:
    def __init__(self, stage):
        self.stage, self.cheap = stage, stage.config
        self.dear = stage.path("volleys.conf")
        with open(stage.config) as file:
            kept = [line for line in file if not line.startswith("hash-cost")]
        with open(self.dear, "w") as file:
            file.writelines(kept + ["hash-cost = %d\n" % COST])
        self.names = rows.Names(stage)

    def name_of(self, kind):
        if kind in NOBODY:
            return self.names.of_nobody(rows.DECOY_AGES[NOBODY.index(kind)])
        self.stage.config = self.dear if kind == KNOWN[0] else self.cheap
        try:
            return self.stage.person()
        finally:
            self.stage.config = self.cheap


def volley(path, names):
    """How long each answer took; all are asked for at once. Chance decides whose agent starts first, and who asks first."""
    talks = {at: (dialogue.connect(path, rhost="192.0.2.1"), names[at]) for at in likeness.shuffled(range(len(names)))}
    answer = [word.encode() for word in rows.answers()["both wrong"]]
    poll, open_ones, took = select.poll(), {}, [None] * len(names)
    try:
        for at in likeness.shuffled(range(len(names))):
            talk, name = talks[at]
            open_ones[talk.link.fileno()] = (at, time.monotonic())
            talk.send(request(AUTHENTICATE, 1, name, *answer))
            poll.register(talk.link, select.POLLIN)
        while open_ones:
            now = [number for number, _ in poll.poll(60000)]
            came = time.monotonic()
            expect(now, len(open_ones), "were not answered")
            for number in now:
                at, sent = open_ones.pop(number)
                took[at] = came - sent
                poll.unregister(number)
        verdicts = [talk.receive() for talk, _ in talks.values()]
        expect(all(kind == "V" and fields[0] == dialogue.number(DENY) for kind, fields in verdicts), "not refused:", verdicts)
    finally:
        for talk, _ in talks.values():
            talk.close()
    return took


def blocks(size):
    """What is asked at once, and how often: kinds that share whatever load there is."""
    if size == 1:
        return [(KNOWN + NOBODY) * 5] * (ANSWERS // 5)
    if size == 8:
        return [KNOWN + NOBODY] * (ANSWERS // size)
    return [(KNOWN[at % 2], NOBODY[at % 3]) for at in range(6 * (ANSWERS // size + 1))]


def measure(world, listener, size):
    """For each block the times by kind. A single name is asked for ten times before it is replaced."""
    found, names, used = [], {}, 0
    for kinds in blocks(size):
        if size > 1 or used % 10 == 0:
            names = {at: world.name_of(kind) for at, kind in enumerate(kinds)}
        used += 1
        listener.wait_agents(0)
        took = volley(listener.verify, [names[at] for at in names for _ in range(size)])
        block = {}
        for at, kind in enumerate(kinds):
            block.setdefault(kind, []).extend(took[at * size:(at + 1) * size])
        found.append(block)
    return found


@case()
def audit_f03_no_volley_tells_an_account_from_a_decoy(stage):
    if ANSWERS == 0:
        raise Skip("make soak runs it")
    stage.skip_if_instrumented()
    world, outside = World(stage), []
    stage.config = world.dear
    listener = Listener(stage, "volleys").wait_ready()
    stage.config = world.cheap
    try:
        for size in (1, 8, 48):
            for line, is_outside in likeness.lines_of(size, measure(world, listener, size), KNOWN, NOBODY):
                outside += [line] * is_outside
                if RESULT:
                    with open(RESULT, "a") as file:
                        file.write(line + "\n")
    finally:
        listener.stop()
    expect(not outside, "surely beyond 0.49 to 0.51:\n" + "\n".join(outside))
