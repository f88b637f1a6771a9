"""A commit that was perhaps stored, because the disk failed after the new file had its name: what the person hears and the log says."""
import os

from cases_notices import ask_with
from dialogue import ALLOW, AUTHENTICATE, CHANGE, DENY, NOT_CHANGED, PERHAPS, REPLACE_TOKEN, key_on_screen
from harness import case, expect
from stage import KEY, PASSWORD, Dialogue, code_of

NEW = "Une lamproie vire au quartz"
EITHER_PASSWORD = "Your password may have been changed, or not.\nTry the new one first, then the old one."
EITHER_TOKEN = "The new token may be active, or not."
EITHER_CODES = "Recovery codes may have been created, but they cannot be shown"
LOGGED = "perhaps stored, perhaps not"


def failing(stage, **calls):
    """A disk that fails in the agent: the second fsync is that of the account's directory, the sixth that of the account with recovery
    codes, after account and history of the new password."""
    return ["env", "LD_PRELOAD=" + os.path.join(stage.build, "tests", "agent", "bad_disk.so"),
            *("BAD_%s=%d" % (call.upper(), number) for call, number in calls.items())]


def settled_person(stage, *fields):
    """What another's failure left to the next who takes the same mutex is settled, on a disk that works."""
    name = stage.person(*fields)
    stage.run(stage.build + "/liberations", "enable", name, "--config", stage.config)
    return name


def said(talk, text):
    expect(any(text in line for line in talk.said), text, "was not said:", talk.said)


@case(root=True)
def a_change_that_was_perhaps_stored(stage):
    for version, result in ((3, PERHAPS), (2, PERHAPS), (1, NOT_CHANGED)):
        stage.skip_if_instrumented()
        name, mark = settled_person(stage, "age_days=10"), stage.log.mark()
        with Dialogue(stage, under=failing(stage, fsync=2), version=version) as talk:
            expect(talk.ask(CHANGE, name, answers=[PASSWORD, code_of(), NEW, NEW]) == result, "not told:", talk.said)
        said(talk, EITHER_PASSWORD)
        stage.log.wait_for(mark, "change for " + name, LOGGED)


@case(root=True)
def a_first_sign_in_that_was_perhaps_stored_is_refused(stage):
    stage.skip_if_instrumented()
    name, mark = settled_person(stage, "state=temporary"), stage.log.mark()
    with Dialogue(stage, under=failing(stage, fsync=2)) as talk:
        expect(talk.ask(AUTHENTICATE, name, PASSWORD, code_of(), [NEW, NEW]) == DENY, "was let in", talk.said)
    said(talk, EITHER_PASSWORD)
    stage.log.wait_for(mark, "change for " + name, LOGGED)


@case(root=True)
def recovery_codes_that_were_perhaps_stored_are_not_shown(stage):
    stage.skip_if_instrumented()
    name, mark = settled_person(stage, "state=temporary"), stage.log.mark()
    with Dialogue(stage, under=failing(stage, fsync=6)) as talk:
        expect(talk.ask(AUTHENTICATE, name, PASSWORD, code_of(), [NEW, NEW]) == ALLOW, "was refused", talk.said)
    said(talk, EITHER_CODES)
    expect(not any("Press Enter" in text for text in talk.asked), talk.asked)
    stage.log.wait_for(mark, "recovery codes for " + name, LOGGED)


@case(root=True)
def a_token_that_was_perhaps_replaced(stage):
    """Either token may be in force; here it is the new one."""
    stage.skip_if_instrumented()
    name, mark, key = settled_person(stage, "age_days=10"), stage.log.mark(), []

    def scan():
        key.append(key_on_screen(talk.asked[-1]))
        return code_of(key[0])
    with Dialogue(stage, under=failing(stage, fsync=2)) as talk:
        expect(ask_with(talk, REPLACE_TOKEN, name, [lambda: PASSWORD, code_of, scan]) == PERHAPS, "not told:", talk.said)
    said(talk, EITHER_TOKEN)
    stage.log.wait_for(mark, "token for " + name, LOGGED)
    expect(key and key[0] != KEY, "no new key")


@case(root=True)
def a_sign_in_that_was_perhaps_counted_is_refused(stage):
    """Its sync and the one that takes it back fail."""
    stage.skip_if_instrumented()
    name, mark = settled_person(stage), stage.log.mark()
    with Dialogue(stage, under=failing(stage, fdatasync=1)) as talk:
        expect(talk.sign_in(name, PASSWORD, code_of()) not in (ALLOW, PERHAPS), "was let in", talk.said)
    stage.log.wait_for(mark, "sign-in for " + name, LOGGED)


@case(root=True)
def a_failing_disk_is_told_as_an_outage_of_what_was_asked_for(stage):
    stage.skip_if_instrumented()
    for kind, text in ((AUTHENTICATE, "Signing in is not possible right now."), (CHANGE, "This is not possible right now."),
                       (REPLACE_TOKEN, "This is not possible right now.")):
        name = settled_person(stage, "age_days=10")
        with Dialogue(stage, under=failing(stage, fdatasync=1)) as talk:
            if kind == AUTHENTICATE:
                expect(talk.sign_in(name, PASSWORD, code_of()) != ALLOW, "was let in")
            else:
                expect(talk.ask(kind, name, answers=[PASSWORD, code_of()]) != ALLOW, "was changed")
        said(talk, text)
