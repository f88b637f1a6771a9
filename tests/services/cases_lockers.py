"""Lockers as packaging/examples tells to set them up: the person's own process, which asks through the listener."""
import time

import lockers
from harness import case, expect
from gates import WRONG, in_one_field, lines_about, walk, wrong_code


def locked(stage, kind):
    """A sign-in for `walk`: a lock, and one answer to it."""
    def sign_in(name, answer):
        lock = kind(stage, name)
        try:
            return lock.judged(answer)
        finally:
            lock.stop()
    return sign_in


# No locker calls account management: the person whose password expired is there already.
EXPIRED = [("state=expired", "PC")]


@case("i3lock", "Xvfb", "xdotool", "oathtool")
def i3lock_takes_password_and_code_in_one_answer(stage):
    stage.use_example("swaylock", "i3lock")
    walk(stage, "alice", in_one_field(locked(stage, lockers.I3lock)), opens_too=EXPIRED, strangers=("carol",))


@case("i3lock", "Xvfb", "xdotool", "oathtool")
def i3lock_stays_until_the_right_answer_and_asks_for_its_own_person_alone(stage):
    stage.use_example("swaylock", "i3lock")
    bob = stage.world.account("bob")
    lock = lockers.I3lock(stage, "bob")
    try:
        for answer in (WRONG, bob.password + wrong_code(bob)):
            expect(not lock.judged(answer), "opened by", answer)
            time.sleep(4)  # for two seconds it takes no further answer
        expect(lock.judged(bob.password + bob.code()), "stays locked")
    finally:
        lock.stop()
    stage.world.set("bob", "uid=%d" % stage.uid("carol"), "state=own")
    mark = stage.log.mark()
    expect(not locked(stage, lockers.I3lock)("bob", bob.password + bob.code()), "opened by somebody else's account")
    expect(lines_about(stage, mark, b"may not ask"), "no line says that it is not bob's account")


@case("sway", "swaylock", "wtype", "oathtool")
def swaylock_takes_password_and_code_in_one_answer(stage):
    stage.use_example("swaylock")
    walk(stage, "alice", in_one_field(locked(stage, lockers.Swaylock)), opens_too=EXPIRED, strangers=("carol",))
