"""The rows of a sameness table: what may stand behind a name, and what somebody may answer who is refused."""
import os

from stage import PASSWORD, code_of

WRONG = "no word of hers"
DECOY_AGES = (0, 12, 100)  # failures before
STATES = (
    ("own",), ("own", "uid=64203"), ("own", "language=fr"), ("expired",), ("must-change",), ("temporary",), ("pending",),
    ("ended",), ("disabled",), ("throttled",), ("locked",),
)
UNREADABLE = (("damaged",), ("damaged-counters",), ("no-counters",))


def wrong_code():
    """Six digits that are no code of these moments."""
    near = {code_of(ahead=ahead) for ahead in range(-3, 4)}
    return next(digits for digits in ("%06d" % (246813 + more) for more in range(8)) if digits not in near)


def answers():
    """By name: a password and a code of which at least one is wrong."""
    return {"both wrong": (WRONG, wrong_code()), "right password": (PASSWORD, wrong_code()), "right code": (WRONG, code_of())}


def age(stage, name, failures):
    """Makes what stands in for a name that nobody has as old as that."""
    stage.run(os.path.join(stage.build, "tests", "cli", "forge"), stage.config, "decoy", name, str(failures))


class Names:
    """A fresh name for every try, since a try leaves a failure behind."""
    def __init__(self, stage):
        self.stage, self.made = stage, 0

    def of_state(self, state):
        first, *more = state
        return self.stage.person("state=" + first, *more)

    def of_nobody(self, failures):
        self.made += 1
        name = "nobody-%d-%d" % (os.getpid(), self.made)
        age(self.stage, name, failures)
        return name


def known(stage, states=STATES):
    """For each state its title and a function that makes a name in it."""
    names = Names(stage)
    return [(" ".join(state), lambda state=state: names.of_state(state)) for state in states]


def unknown(stage):
    names = Names(stage)
    return [("nobody, decoy at %d" % failures, lambda failures=failures: names.of_nobody(failures)) for failures in DECOY_AGES]
