"""What the log says of each part, and what is counted, in every state and for every kind of service."""
import re

import dialogue
from dialogue import ALLOW, DENY
from harness import case, expect
from rows import WRONG, wrong_code
from stage import PASSWORD, Dialogue, code_of

BOTH, TOKEN, ALONE = "both", "token", "password"
OPEN, WAITS, LOCKED = ("failures=2",), ("failures=7", "wait=600"), ("failures=100",)
# By service and what is typed: what the log says of the parts; the failures counted (password, code) where the lane is open, and
# where it is shut. A word in capitals is a verdict of its own: ALLOW where open, and the line where shut.
ROWS = (
    (BOTH, "wrong", "wrong", "wrong password and no correct code", (1, 1), (0, 0)),
    (BOTH, "wrong", "none", "wrong password and no correct code", (0, 0), (0, 0)),
    (BOTH, "wrong", "right", "wrong password", (1, 1), (1, 0)),
    (BOTH, "wrong", "recovery", "wrong password", (1, 1), (0, 0)),
    (BOTH, "right", "wrong", "wrong code", (-2, 1), (0, 0)),
    (BOTH, "right", "recovery", "correct password and recovery code", ALLOW, (0, 0)),
    (BOTH, "right", "old recovery", "correct password, but this recovery code was already used", None, (0, 0)),
    (BOTH, "right", "old", "correct password, but this code was already used", None, (0, 0)),
    (ALONE, "right", "none", "correct password", ALLOW, (0, 0)),
    (ALONE, "wrong", "none", "wrong password", (1, 0), (0, 0)),
    (TOKEN, "none", "wrong", "wrong code", (0, 1), (0, 0)),
    (TOKEN, "none", "old", "this code was already used", None, (0, 0)),
    (TOKEN, "none", "recovery", "correct recovery code", ALLOW, (0, 0)),
)


GOES_ON, ENDED = "temporary password accepted; first sign-in continues", "the temporary password has expired"
UNSET, OFF = "the token is not set up: it must be left empty", "the account is disabled"
RENEWS = {("right", "right"): ("accepted", (-2, -2), "correct password and code"), ("right", "wrong"): ("wrong code", (-2, 1)),
          ("right", "none"): ("no code at all", (0, 0)), ("wrong", "none"): ("wrong password and no correct code", (0, 0))}
# By state and by what is typed (password, code): what the log says and what is counted where the lane is open; what else it says of
# the parts while it is shut.
FIRST = {
    "temporary": {("right", "right"): (GOES_ON, (-2, 0), "correct password and code"), ("right", "wrong"): ("wrong code", (-2, 1)),
                  ("right", "none"): (GOES_ON, (-2, 0), "correct temporary password")},
    "pending": {("right", "right"): (GOES_ON, (-2, 0), "correct password and code"), ("right", "wrong"): (UNSET, (-2, 1)),
                ("right", "none"): (GOES_ON, (-2, 0), "correct temporary password")},
    "ended": {("right", "right"): (ENDED, (0, 0)), ("right", "wrong"): (ENDED, (0, 0)), ("right", "none"): (ENDED, (0, 0))},
    "expired": RENEWS,
    "must-change": RENEWS,
    "disabled": {("right", "right"): (OFF, (-2, 1)), ("right", "wrong"): (OFF, (-2, 1)), ("right", "none"): (OFF, (0, 0)),
                 ("wrong", "right"): (OFF, (1, 1)), ("wrong", "wrong"): (OFF, (1, 1)), ("wrong", "none"): (OFF, (0, 0))},
}
ANY_STATE = {("wrong", "right"): ("wrong password", (1, 1)), ("wrong", "wrong"): ("wrong password and no correct code", (1, 1)),
             ("wrong", "none"): ("wrong password and no correct code", (1, 1))}
# The token alone is asked: an empty one is followed by the question for the password.
FIRST_TOKEN = {
    "temporary": {("none", "right"): ("correct code of a first sign-in: the temporary password comes next", (0, 0), "correct code"),
                  ("none", "wrong"): ("wrong code", (0, 1)), ("right", "none"): (GOES_ON, (-2, 0), "correct temporary password")},
    "pending": {("none", "right"): ("correct code, but " + UNSET, (0, 1)), ("none", "wrong"): (UNSET, (0, 1)),
                ("right", "none"): (GOES_ON, (-2, 0), "correct temporary password")},
    "ended": {("none", "right"): ("correct code, but " + ENDED, (0, 1)), ("none", "wrong"): ("wrong code", (0, 1)),
              ("right", "none"): (ENDED, (0, 0))},
    "expired": {("none", "right"): ("accepted", (0, -2), "correct code"), ("none", "wrong"): ("wrong code", (0, 1)),
                ("right", "none"): ("no code at all", (0, 0))},
}
FIRST_ALONE = {
    "temporary": {("right", "none"): (GOES_ON, (-2, 0), "correct password"), ("wrong", "none"): ("wrong password", (1, 0))},
    "pending": {("right", "none"): (GOES_ON, (-2, 0), "correct password"), ("wrong", "none"): ("wrong password", (1, 0))},
    "ended": {("right", "none"): (ENDED, (0, 0)), ("wrong", "none"): ("wrong password", (1, 0))},
    "expired": {("right", "none"): ("accepted", (-2, 0), "correct password"), ("wrong", "none"): ("wrong password", (1, 0))},
    "disabled": {("right", "none"): (OFF, (-2, 0)), ("wrong", "none"): (OFF, (1, 0))},
}
ONE_ANSWER, SILENT = {"one_answer": 1}, {"silent": 1}
NO_DIALOGUE = {"one_answer": "a first sign-in needs a dialogue", "silent": "a first sign-in must show text"}


def counted(stage, name):
    seen = stage.show(name)
    return int(seen["stranger_password_failures"]), int(seen["stranger_code_failures"])


def typed(stage, name, kind):
    """What somebody types as the code; whatever it takes to make it old is done here."""
    if kind == "wrong":
        return wrong_code()
    if kind in ("right", "old"):
        return code_of()
    if kind == "none":
        return ""
    codes = stage.run(stage.build + "/liberations", "recovery-codes", name, "--json", "--config", stage.config)
    return re.search(r'"recovery_codes":\["([^"]+)"', codes).group(1)


def attempt(stage, name, service, password, code, **terms):
    with Dialogue(stage, **dict({"factors": dialogue.FACTORS[service], "password": 1}, **terms)) as talk:
        return talk.sign_in(name, {"right": PASSWORD, "wrong": WRONG, "none": ""}[password], code)


def judge(stage, row, state, shut):
    service, password, kind, words, open_counts, shut_counts = row
    name = stage.person("age_days=10")
    code = typed(stage, name, kind)
    if kind.startswith("old"):
        mark = stage.log.mark()
        expect(attempt(stage, name, BOTH, "right", code) == ALLOW, row, "does not begin with a sign-in")
        stage.log.wait_for(mark, "sign-in for " + name, "accepted")
    stage.set(name, *state)
    before, mark = counted(stage, name), stage.log.mark()
    verdict = attempt(stage, name, service, password, code)
    after = tuple(now - then for now, then in zip(counted(stage, name), before))
    if not shut and open_counts == ALLOW:
        return expect(verdict == ALLOW, row, "is refused")
    line = stage.log.wait_for(mark, "sign-in for " + name)
    expect(verdict == DENY, row, state, "is answered by", verdict)
    if not shut and open_counts is None:
        return expect("already used" in line, row, line)
    expect(after == (shut_counts if shut else open_counts), row, state, "counts", after)
    told = "counted" if sum(after) else "not counted"
    front = {OPEN: "", WAITS: "waiting, %s, until 20[-0-9T:]{17}Z: " % told, LOCKED: "locked, %s: " % told}[state]
    expect(re.search(": refused: " + front + re.escape(words), line), row, state, "is logged as", line)
    return None


@case(log=True)
def the_log_tells_the_truth_about_each_part_in_every_state(stage):
    for row in ROWS:
        for state, shut in ((OPEN, False), (WAITS, True), (LOCKED, True)):
            judge(stage, row, state, shut)


def judge_first(stage, service, state, shut, typing, row, **flags):
    """One attempt of somebody in that state, and its lines and counts."""
    name, (password, kind) = stage.person("state=" + state, *shut), typing
    words, counts, *in_vain = row
    password, code = {"right": PASSWORD, "wrong": WRONG, "none": ""}[password], typed(stage, name, kind)
    if "one_answer" in flags:
        password, code = password + code, ""
    before, mark, what = counted(stage, name), stage.log.mark(), (service, state, shut, typing, flags)
    with Dialogue(stage, factors=dialogue.FACTORS[service], password=int(service == TOKEN)) as talk:
        verdict = talk.sign_in(name, password, code, **flags)
    line = stage.log.wait_for(mark, "sign-in for " + name)
    after = tuple(now - then for now, then in zip(counted(stage, name), before))
    if shut != OPEN:
        wrong_alone = service == BOTH and typing == ("wrong", "right")
        counts, told = ((1, 0), "counted") if wrong_alone else ((0, 0), "not counted")
        front = {WAITS: "waiting, %s, until 20[-0-9T:]{17}Z: " % told, LOCKED: "locked, %s: " % told}[shut]
        words = (in_vain or [words])[0]
    else:
        front = ""
    answered = shut == OPEN and in_vain
    expect(re.search(": " + ("" if answered else "refused: " + front) + re.escape(words) + "[ ;]", line), what, "is logged as", line)
    expect(after == counts, what, "counts", after)
    expect((verdict == DENY) == (not answered or bool(flags) and words == GOES_ON), what, "is answered by", verdict)
    if answered and flags and words == GOES_ON:
        stage.log.wait_for(mark, "sign-in for " + name, "refused: " + NO_DIALOGUE[next(iter(flags))])


@case(log=True)
def the_log_tells_the_truth_in_every_state_of_a_first_sign_in_and_a_renewal(stage):
    for state, rows in FIRST.items():
        for typing, row in {**ANY_STATE, **rows}.items():
            for flags in ({}, ONE_ANSWER, SILENT):
                judge_first(stage, BOTH, state, OPEN, typing, row, **flags)
            judge_first(stage, BOTH, state, WAITS, typing, row)
            judge_first(stage, BOTH, state, LOCKED, typing, row)


@case(log=True)
def the_log_tells_the_truth_where_one_part_of_a_first_sign_in_is_asked(stage):
    for service, table in ((TOKEN, FIRST_TOKEN), (ALONE, FIRST_ALONE)):
        for state, rows in table.items():
            for typing, row in rows.items():
                for shut in (OPEN, WAITS, LOCKED):
                    judge_first(stage, service, state, shut, typing, row)


@case(log=True)
def no_state_of_a_waiting_name_says_who_has_an_account(stage):
    """The line about nobody is the same at every age of what stands in for it."""
    mark = stage.log.mark()
    expect(attempt(stage, "nobody.at.all", BOTH, "wrong", wrong_code()) == DENY, "accepted")
    line = stage.log.wait_for(mark, "sign-in for nobody.at.all")
    expect(": refused: no such account (service=" in line, line)


@case(log=True)
def a_token_before_its_first_sign_in_is_logged_as_that(stage):
    for state, said in (("pending", "refused: correct code, but the token is not set up: it must be left empty"),
                        ("ended", "refused: correct code, but the temporary password has expired"),
                        ("temporary", "correct code of a first sign-in: the temporary password comes next")):
        name, mark = stage.person("state=" + state), stage.log.mark()
        expect(attempt(stage, name, TOKEN, "none", code_of()) != ALLOW, "accepted")
        expect(said in stage.log.wait_for(mark, "sign-in for " + name), state)


@case(root=True, log=True)
def a_service_that_is_not_root_hears_in_the_log_that_both_parts_are_judged(stage):
    uid = 64229
    name, mark = stage.person("uid=%d" % uid), stage.log.mark()

    def ask(factors):
        talk = dialogue.connect(stage.listener.agent, factors=dialogue.FACTORS[factors])
        return talk.sign_in(name, PASSWORD, "")
    expect(stage.as_user(uid, lambda: ask(ALONE)) == DENY, "a password alone is enough")
    line = stage.log.wait_for(mark, "sign-in for " + name)
    expect("both parts are judged for a caller that is not root" in line, line)
    mark = stage.log.mark()
    expect(stage.as_user(uid, lambda: ask(BOTH)) == DENY, "a password alone is enough")
    line = stage.log.wait_for(mark, "sign-in for " + name)
    expect("factors=" not in line, "a service that asks both hears of factors:", line)


@case()
def a_first_sign_in_with_password_and_code_clears_earlier_failures(stage):
    answers = ["une autre phrase, plus longue", "une autre phrase, plus longue", ""]
    for state, code in (("temporary", code_of()), ("pending", "")):
        name = stage.person("state=" + state, "failures=2")
        with Dialogue(stage) as talk:
            more = ([code_of()] if state == "pending" else []) + answers
            expect(talk.sign_in(name, PASSWORD, code, answers=more) == ALLOW, state, talk.said, talk.asked)
        expect(counted(stage, name) == (0, 0), state, "keeps", counted(stage, name))
        stage.fresh_code(name)
