"""Applications that hang up at one prompt after the other: nothing is lost, and in the end everything can be done."""
import os

import pam
from applications import Terminal
from cases_states import FAILURES, KEPT, check_words, expected, play, same
from harness import add_case, expect


class Passwd(Terminal):
    """A change that was not forced."""
    def play(self, services, service):
        handle = pam.Handle(services, service, self.typed.name, self.converse)
        try:
            return [handle.call("chauthtok")]
        finally:
            handle.end()


class Judging(Terminal):
    """A new password is asked in authenticate."""
    arguments = "expired=auth"


WAYS = {
    "error": lambda: (_ for _ in ()).throw(pam.Broken()),
    "abort": lambda: (_ for _ in ()).throw(pam.Broken(pam.ABORT)),
    "null": lambda: None,
    "nothing": lambda: pam.Handle.NOTHING,
    "killed": lambda: os._exit(9),
}
# The application, the account, what is typed as the code, and how many prompts come before the one commit.
FLOWS = {
    "first_sign_in": (Terminal, ("state=pending",), None, 5),
    "first_sign_in_confirmed_at_the_desk": (Terminal, ("state=temporary",), True, 4),
    "first_sign_in_with_the_code_left_empty": (Terminal, ("state=temporary",), None, 5),
    "expired": (Terminal, ("state=expired",), True, 4),
    "expired_and_judged_in_authenticate": (Judging, ("state=expired",), True, 4),
    "passwd": (Passwd, ("state=own", "age_days=10"), True, 4),
}


def hanging(kind, number, way):
    """The same application, which hangs up at the prompt of this number."""
    class HangsUp(kind):
        def ask(self, style, text):
            return WAYS[way]() if len(self.asked) == number else super().ask(style, text)
    return HangsUp


def hang_up(world, kind, person, service, way):
    """In a process of its own if that is to die. Returns the codes, or nothing if there is nobody to return them."""
    if way != "killed":
        application = kind(person)
        codes = application.play(world.services, service)
        check_words(application, person)
        return codes
    child = os.fork()
    if child == 0:
        try:
            kind(person).play(world.services, service)
        finally:
            os._exit(1)
    expect(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9, "the prompt never came")
    return None


def hang_up_at_every_prompt(world, flow, way):
    kind, state, code, prompts = FLOWS[flow]
    person = world.person("hangs-%s-%d" % (way, list(FLOWS).index(flow)), *state)
    service = world.service("hangs-" + person.name, kind.arguments)
    invited = world.show(person.name)["password"] == "temporary"
    for number in range(1, prompts + 1):
        world.set(person.name, *(["last_step=0"] if invited else ["last_step=0", "failures=0"]))
        before = world.show(person.name)
        codes = hang_up(world, hanging(kind, number, way), person.types(True, code), service, way)
        expect(codes is None or codes[-1] not in (pam.SUCCESS, pam.NEW_AUTHTOK_REQD), "prompt", number, codes)
        same(before, world.show(person.name), KEPT + (FAILURES if invited else ()))
    world.set(person.name, "last_step=0", "failures=0")
    application = kind(person.types(True, code))
    expect(application.play(world.services, service)[-1] == pam.SUCCESS, "in the end:", application.told)
    expect(len(application.asked) == prompts + invited, "asked", len(application.asked), "times:", application.asked)
    return [person]


def hang_up_at_the_recovery_codes(world, way):
    """That is behind the commit: the account is the person's, and the new password opens."""
    person = world.person("recovery-" + way, "state=pending")
    service = world.service("hangs-" + person.name)
    codes = hang_up(world, hanging(Terminal, 6, way), person.types(True, None), service, way)
    expect(codes in (None, [pam.SUCCESS] * 3), "at the recovery codes:", codes)
    seen = world.show(person.name)
    expect(seen["password"] == "own" and seen["token"] == "confirmed", seen)
    world.set(person.name, "last_step=0")
    person.password = person.new
    play(world, Terminal, person.types(True, True), expected(Terminal, "own"))
    return [person]


def add_cases():
    for way in WAYS:
        for flow in FLOWS:
            add_case("hang_up_%s.%s" % (way, flow), hang_up_at_every_prompt, flow, way)
        add_case("hang_up_%s.at_the_recovery_codes" % way, hang_up_at_the_recovery_codes, way)
