"""Every application with an account in every state, with right and with wrong parts."""
import applications
import pam
from applications import WRITTEN, Terminal
from harness import add_case, expect
from world import find_secret

OPEN = ("own", "old", "throttled-console", "locked-console")
EXPIRED = ("expired", "must-change")
INVITED = ("temporary", "pending")
SHUT = ("used", "ended", "ended-pending", "own-pending", "disabled", "throttled", "locked", "damaged", "damaged-counters",
        "no-counters", "unknown")
FIELDS = {"old": ("state=own", "age_days=10"), "used": ("state=own", "last_accepted=+2m")}
KEPT = ("error", "generation", "password", "token", "disabled", "password_set")
FAILURES = ("console_password_failures", "console_code_failures", "stranger_password_failures", "stranger_code_failures")


def fields(state):
    return FIELDS.get(state, ("state=" + state,))


def expected(kind, state):
    """What the calls return when everything that is typed is right."""
    if state in OPEN or (state in INVITED and kind.dialogue):
        return [pam.SUCCESS] * (3 if kind.knows_account else 2)
    if state in EXPIRED and kind is not applications.LockerThatJudges:
        if not kind.knows_account:
            return [pam.SUCCESS] * 2
        return [pam.SUCCESS, pam.NEW_AUTHTOK_REQD] + ([pam.SUCCESS] * 2 if kind.changes else [])
    return [pam.AUTH_ERR]


def check_words(application, person):
    """No secret in a text, none in a prompt but where it belongs, and nothing that is typed is ever shown."""
    for text in application.told:
        expect(not find_secret(person.secrets(), text), "a secret in a text:", repr(text))
    for style, text in application.asked:
        if not text.endswith((applications.FIRST_CODE, WRITTEN)):
            expect(not find_secret(person.secrets(), text), "a secret in a prompt:", repr(text))
        expect(style == pam.ECHO_OFF or application.asks_name and text.startswith("login"), "shown:", repr(text))
    expect(not application.silent or not application.told, "texts in spite of PAM_SILENT:", application.told)


def same(before, after, words):
    for word in words:
        expect(before.get(word) == after.get(word), word, "was", before.get(word), "and is", after.get(word))


def play(world, kind, person, wanted, service=None):
    application = kind(person)
    codes = application.play(world.services, service or world.service(person.name, kind.arguments))
    expect(codes == wanted, "returned", [pam.NAMES.get(code, code) for code in codes], "not",
           [pam.NAMES.get(code, code) for code in wanted], "told:", application.told, "asked:", application.asked)
    check_words(application, person)
    return application


def right_parts(world, kind, state):
    person = world.person("%s-%s" % (kind.__name__.lower(), state), *fields(state))
    before = world.show(person.name)
    play(world, kind, person.types(True, None if state == "pending" and kind.dialogue else True), expected(kind, state))
    after = world.show(person.name)
    if expected(kind, state)[-1] != pam.SUCCESS:
        same(before, after, KEPT)
    elif state in INVITED:
        expect(after["password"] == "own" and after["token"] == "confirmed", after)
    if state in INVITED and not kind.dialogue:
        same(before, after, FAILURES)
    if state in INVITED + EXPIRED and expected(kind, state)[-1] != pam.SUCCESS:
        come_in(world, person, state)
    return [person]


def come_in(world, person, state):
    """Nothing was lost: the same person, where a dialogue is possible."""
    world.set(person.name, "failures=0", "last_step=0")
    play(world, Terminal, person.types(True, None if state == "pending" else True), expected(Terminal, state))


WRONG = [("own", False, True), ("own", True, False), ("own", True, None), ("own", False, False), ("expired", False, True),
         ("expired", True, False), ("temporary", False, True), ("pending", False, True), ("disabled", True, True),
         ("disabled", False, True), ("unknown", True, True), ("unknown", False, True)]


def wrong_parts(world, kind):
    """Refused alike, in the same words."""
    people, seen = [], set()
    for number, (state, password, code) in enumerate(WRONG):
        person = world.person("%s-wrong%d" % (kind.__name__.lower(), number), *fields(state))
        before = world.show(person.name)
        application = play(world, kind, person.types(password, code), [pam.AUTH_ERR])
        same(before, world.show(person.name), KEPT)
        seen.add(repr((application.asked, application.told)))
        people.append(person)
    expect(len(seen) == 1, "refusals differ:", seen)
    return people


def add_cases():
    for kind in applications.ALL:
        for state in OPEN + EXPIRED + INVITED + SHUT:
            add_case("right_parts_%s.%s" % (kind.__name__, state), right_parts, kind, state)
        add_case("sec_1_58_wrong_parts_" + kind.__name__, wrong_parts, kind)
