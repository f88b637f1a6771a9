"""A first sign-in where the token alone is asked and its code is typed: the temporary password comes next, then both are judged."""
import time

import dialogue
from dialogue import ALLOW, CONVERSATION, DENY
from harness import case, expect
from rows import WRONG, wrong_code
from stage import PASSWORD, Dialogue, code_of

CHOSEN = "une autre phrase, plus longue"
CHOICE = [CHOSEN, CHOSEN, ""]
STEP_S = 30


def token_alone(stage, **terms):
    return Dialogue(stage, **dict({"factors": dialogue.FACTORS["token"], "password": 1}, **terms))


def counted(stage, name):
    seen = stage.show(name)
    return int(seen["stranger_password_failures"]), int(seen["stranger_code_failures"])


@case(log=True)
def a_code_of_a_confirmed_token_and_the_temporary_password_enroll(stage):
    name, code, mark = stage.person("state=temporary"), code_of(), stage.log.mark()
    with token_alone(stage) as talk:
        expect(talk.sign_in(name, "", code, answers=[PASSWORD] + CHOICE) == ALLOW, talk.said, talk.asked)
        expect(talk.asked[:2] == ["Password: ", "New password: "], talk.asked)
    stage.log.wait_for(mark, "sign-in for " + name, "accepted: the first sign-in is complete")
    with Dialogue(stage) as talk:
        expect(talk.sign_in(name, CHOSEN, code) == DENY and "already used" in talk.said[0], "the code was not used up", talk.said)
    stage.fresh_code(name)
    with Dialogue(stage) as talk:
        expect(talk.sign_in(name, CHOSEN, code_of()) == ALLOW, talk.said)


@case(log=True)
def whoever_has_the_code_alone_gets_no_further(stage):
    name, code = stage.person("state=temporary"), code_of()
    for guesses in (1, 2):
        mark = stage.log.mark()
        with token_alone(stage) as talk:
            expect(talk.sign_in(name, "", code, answers=[WRONG + str(guesses)]) == DENY and not talk.said, talk.said)
        stage.log.wait_for(mark, "sign-in for " + name, "refused: wrong password")
        expect(counted(stage, name)[0] == guesses, counted(stage, name))
    with token_alone(stage) as talk:
        expect(talk.sign_in(name, "", code) == CONVERSATION, "no answer is none")
    expect(counted(stage, name)[0] == 2 and stage.show(name)["password"] == "temporary", stage.show(name))


@case()
def nothing_but_a_fresh_code_of_an_open_invitation_asks_for_the_password(stage):
    for fields, code in ((("state=temporary",), wrong_code()), (("state=pending",), code_of()), (("state=ended",), code_of()),
                         (("state=temporary", "failures=7", "wait=600"), code_of()),
                         (("state=temporary", "failures=100"), code_of()), (("state=disabled",), code_of())):
        name = stage.person(*fields)
        before = counted(stage, name)
        with token_alone(stage) as talk:
            expect(talk.sign_in(name, "", code, answers=[PASSWORD] + CHOICE) == DENY, fields, "is let in")
            expect(not talk.asked and not talk.said, fields, "is told", talk.asked, talk.said)
        more = 0 if before[1] else 1
        expect(counted(stage, name) == (before[0], before[1] + more), fields, "counts", counted(stage, name))


@case(log=True)
def a_service_that_cannot_enroll_refuses_the_code_and_says_why(stage):
    for terms, flags, said in (({}, {"silent": 1}, "asked for silence"), ({"enroll": 1}, {}, "does not enroll")):
        name, mark = stage.person("state=temporary"), stage.log.mark()
        with token_alone(stage, **terms) as talk:
            expect(talk.sign_in(name, "", code_of(), answers=[PASSWORD], **flags) == DENY, terms, flags)
            expect(not talk.asked and not talk.said, talk.asked, talk.said)
        stage.log.wait_for(mark, "first sign-in for " + name, said)
        expect(counted(stage, name) == (0, 0), counted(stage, name))


@case()
def a_code_used_before_is_named_without_the_password(stage):
    name, code = stage.person("state=temporary"), code_of()
    with Dialogue(stage) as talk:
        talk.sign_in(name, PASSWORD, code)
    with token_alone(stage) as talk:
        expect(talk.sign_in(name, "", code, answers=[PASSWORD]) == DENY, talk.asked)
        expect(not talk.asked and "already used" in talk.said[0], talk.asked, talk.said)
    expect(counted(stage, name) == (0, 0), counted(stage, name))


class Slowly(list):
    """Answers of which the first is typed when the code of the step before has ended."""
    def __init__(self, *answers):
        super().__init__(answers)
        self.slow = True

    def pop(self, *where):
        if self.slow:
            time.sleep(STEP_S - time.time() % STEP_S + 1)
        self.slow = False
        given = super().pop(*where)
        return given() if callable(given) else given


@case()
def a_code_that_ends_while_the_password_is_typed_is_asked_anew(stage):
    name = stage.person("state=temporary")
    if time.time() % STEP_S > STEP_S - 10:
        time.sleep(10)
    with token_alone(stage) as talk:
        verdict = talk.request(dialogue.AUTHENTICATE, name, "", code_of(ahead=-1), Slowly(PASSWORD, code_of, *CHOICE))
        expect(verdict == ALLOW, talk.said, talk.asked)
        expect(talk.asked[:2] == ["Password: ", "Security token: "], talk.asked)
    expect(stage.show(name)["password"] == "own", stage.show(name))
