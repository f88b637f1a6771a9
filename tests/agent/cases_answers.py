"""What people answer, and what the log says of it."""
import re

from harness import Case, case, expect, register
from dialogue import DENY
from stage import PASSWORD, Dialogue, code_of

WRONG = "no word of hers"
NO_CODE, NO_GUESS = "no code at all", "; not counted: such an answer can never be right"
UNTIL = r"waiting, not counted, until \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ: "


def far_code(steps=None):
    """A code of another moment, or of none within the hour and two minutes."""
    if steps is not None:
        return code_of(ahead=steps)
    near = {code_of(ahead=ahead) for ahead in range(-125, 126)}
    return next(digits for digits in map("{:06d}".format, range(500)) if digits not in near)


# What was typed for an account in that state, and what the log says after "refused: ".
SAID = {
    "a phone that is 2 minutes fast": ("own", PASSWORD, lambda: far_code(4), r"wrong code: the phone is (120|90) s fast"),
    "a phone that is 5 minutes fast": ("own", PASSWORD, lambda: far_code(10), r"wrong code: the phone is (300|270) s fast"),
    "a phone that is an hour slow": ("own", PASSWORD, lambda: far_code(-119), r"wrong code: the phone is (3570|3600) s slow"),
    "a code of no moment": ("own", PASSWORD, far_code, "wrong code"),
    "a code of another moment and a wrong password": ("own", WRONG, lambda: far_code(10), "wrong password and no correct code"),
    "a wrong password": ("own", WRONG, code_of, "wrong password"),
    "no code": ("own", PASSWORD, str, NO_CODE + NO_GUESS),
    "no password": ("own", "", code_of, "wrong password; no password at all" + NO_GUESS),
    "swapped": ("own", code_of, lambda: PASSWORD, "wrong password and no correct code; a code in place of the password: were they "
                "swapped?" + NO_GUESS),
    "together": ("own", lambda: PASSWORD + code_of(), str, "wrong password and no correct code; a code behind the password, and none "
                 "at its own prompt: were they typed together?" + NO_GUESS),
    "a pending token": ("pending", PASSWORD, lambda: "hello", "the token is not set up: it must be left empty" + NO_GUESS),
    "a pending token and a code": ("pending", PASSWORD, far_code, "the token is not set up: it must be left empty"),
    "an invitation that is over": ("ended", PASSWORD, str, "the temporary password has expired" + NO_GUESS),
    "a disabled account": ("disabled", PASSWORD, code_of, "the account is disabled"),
    "waiting, both wrong": ("throttled", WRONG, far_code, UNTIL + "wrong password and no correct code"),
    "waiting, a wrong code": ("throttled", PASSWORD, far_code, UNTIL + "wrong code"),
    "locked, a wrong code": ("locked", PASSWORD, far_code, "locked, not counted: wrong code"),
    "locked, both wrong": ("locked", WRONG, far_code, "locked, not counted: wrong password and no correct code"),
    "the marks of a paste": ("own", "\033[200~%s\033[201~" % PASSWORD, code_of,
                             "wrong password; the password holds a terminal's marks around a paste"),
    "a tab": ("own", "\t" + PASSWORD, code_of, "wrong password; the password holds control characters or hidden ones"),
}


def log_says(stage, row):
    state, password, code, said = SAID[row]
    password = password() if callable(password) else password
    name, mark = stage.person("state=" + state), stage.log.mark()
    with Dialogue(stage) as talk:
        expect(talk.sign_in(name, password, code()) == DENY, "accepted")
    line = stage.log.wait_for(mark, "sign-in for " + name)
    expect(re.search(": refused: " + (said if "\\d" in said or "(" in said else re.escape(said)) + r" \(service=", line), line)
    expect(WRONG not in line and PASSWORD not in line, "the log holds what was typed:", line)


for a_row in SAID:
    register(Case("the_log_says_of_" + re.sub(r"\W+", "_", a_row), lambda stage, row=a_row: log_says(stage, row), (), (),
                  {"log": True}))


@case(log=True)
def the_log_says_that_an_answer_was_wrong_before(stage):
    name, code = stage.person(), far_code()
    for said in ("refused: wrong code (", "refused: wrong code; not counted: the same wrong answer as before ("):
        mark = stage.log.mark()
        with Dialogue(stage) as talk:
            expect(talk.sign_in(name, PASSWORD, code) == DENY, "accepted")
        expect(said in stage.log.wait_for(mark, "sign-in for " + name), said)
    expect(stage.show(name)["stranger_code_failures"] == "1", stage.show(name))


@case(log=True)
def the_log_names_the_account_that_a_name_resembles(stage):
    """Dovecot makes zoe.tremblay of Zoe.Tremblay; the person is told nothing of it."""
    stage.set("Zoe.Tremblay", "state=own")
    for typed in ("zoe.tremblay", "ZOE.TREMBLAY", "\uff3aoe.Tremblay"):
        for unknown in (0, 1):
            mark = stage.log.mark()
            with Dialogue(stage, unknown=unknown) as talk:
                expect(talk.sign_in(typed, PASSWORD, code_of()) == DENY and not talk.said, typed, talk.said)
            line = stage.log.wait_for(mark, "refused: no such account")
            expect("looks like Zoe.Tremblay" in line, line)
    mark = stage.log.mark()
    with Dialogue(stage) as talk:
        talk.sign_in("zoe.trembley", PASSWORD, code_of())
    expect("resembles" not in stage.log.wait_for(mark, "refused: no such account"), "a name that resembles nothing")


@case(log=True)
def audit_f32_a_log_s_size_does_not_tell_a_password(stage):
    """Every user may see how long /var/log/auth.log is, and what is not counted may be tried for ever."""
    def length(name, password, code):
        mark = stage.log.mark()
        with Dialogue(stage) as talk:
            expect(talk.sign_in(name, password, code) == DENY, "accepted")
        line = stage.log.wait_for(mark, "sign-in for %s: refused: " % name)
        return len(line.split("]: ", 1)[1].strip("\n"))
    for state in ("own", "locked"):
        name = stage.person("state=" + state)
        counters = stage.show(name)
        for code in ("no code", far_code()) if state == "locked" else ("no code", ""):
            lengths = {length(name, password, code) for password in (PASSWORD, WRONG, WRONG)}
            expect(len(lengths) == 1, "a right password makes another line:", state, lengths)
        expect(stage.show(name) == counters, "the tries were counted")
