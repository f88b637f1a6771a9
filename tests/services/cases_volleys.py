"""How long a real sshd takes to refuse accounts and names that nobody has, alone and in volleys. Long, so only `make soak` runs it:
LBR_VOLLEYS says how many answers of each kind and size are measured."""
import os
import select
import time

import likeness
from consumers import PASSWORD, TOKEN
from harness import Failure, Skip, case, expect

ANSWERS = int(os.environ.get("LBR_VOLLEYS", "0"))
RESULT = os.environ.get("LBR_VOLLEYS_RESULT")
PEOPLE, STRANGERS = ("quentin", "rose", "simon", "theo"), ("ursule", "victor", "wanda", "xavier")
AGES = (0, 12, 100)
KNOWN, NOBODY = ("account",), tuple("nobody, decoy at %d" % failures for failures in AGES)
REFUSED = b"Permission denied"


def ask_at_once(stage, names):
    """How long each refusal took from the second answer on; everybody was asked for it before."""
    talks = {at: stage.sshd().talk(names[at]) for at in likeness.shuffled(range(len(names)))}
    for talk in talks.values():
        talk.answer(PASSWORD, "Pas le bon, celui-la")
    for talk in talks.values():
        talk.expect(TOKEN)
    poll, open_ones, took = select.poll(), {}, [None] * len(names)
    for at in likeness.shuffled(range(len(names))):
        child = talks[at].child
        open_ones[child.child_fd] = [at, time.monotonic(), b""]
        child.sendline("000000")
        poll.register(child.child_fd, select.POLLIN)
    while open_ones:
        ready = [number for number, _ in poll.poll(60000)]
        came = time.monotonic()
        expect(ready, len(open_ones), "were not answered")
        for number in ready:
            state = open_ones[number]
            try:
                state[2] += os.read(number, 4096)
            except OSError:
                raise Failure("ended without a refusal:", state[2])
            if REFUSED in state[2]:
                took[state[0]] = came - state[1]
                poll.unregister(number)
                del open_ones[number]
    for talk in talks.values():
        talk.finish()
    return took


def set_up(stage, person, stranger, failures):
    stage.world.set(person, "state=own")
    stage.world.set(stranger, "state=unknown")
    stage.world.call([os.path.join(stage.build, "tests", "cli", "forge"), stage.world.config, "decoy", stranger, str(failures)])


def measure(stage, size):
    """Singles in blocks of four and four, larger volleys in blocks of one and one."""
    blocks, pairs = [], 4 if size == 1 else 1
    for at in range(max(2 * len(AGES), ANSWERS // (size * pairs))):
        age = at % len(AGES)
        chosen = [(at + more) % len(PEOPLE) for more in range(pairs)]
        for one in chosen:
            set_up(stage, PEOPLE[one], STRANGERS[one], AGES[age])
        names = [room[one] for room in (PEOPLE, STRANGERS) for one in chosen for _ in range(size)]
        took = ask_at_once(stage, names)
        blocks.append({KNOWN[0]: took[:len(took) // 2], NOBODY[age]: took[len(took) // 2:]})
    return blocks


@case("sshd", "ssh")
def audit_f03_no_volley_through_sshd_tells_an_account_from_a_decoy(stage):
    if ANSWERS == 0:
        raise Skip("make soak runs it")
    for name in PEOPLE:
        stage.world.account(name)
    outside = []
    for size in (1, 8, 48):
        for line, is_outside in likeness.lines_of(size, measure(stage, size), KNOWN, NOBODY):
            outside += [line] * is_outside
            if RESULT:
                with open(RESULT, "a") as file:
                    file.write(line + "\n")
    expect(not outside, "surely beyond 0.49 to 0.51:\n" + "\n".join(outside))
