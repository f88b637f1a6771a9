"""What is left in the agent's memory after each way out of a request."""
import os
import subprocess

import dialogue
from harness import Failure, Skip, case, expect
from dialogue import ALLOW, AUTHENTICATE, CHANGE, CONVERSATION, DENY
from stage import KEY, PASSWORD, code_of

NEW = "Ein ganz neuer Satz 2027"
PROVEN = ("success", "a code in two groups", "a change with two different new ones", "a change that nobody finished")
MARK = b"a-service-that-is-remembered"
WRONG = "falsches Kennwort Nr 9"


def dump(stage, process):
    """The agent's memory, as root's debugger sees it."""
    base = stage.path("core")
    done = subprocess.run(["gcore", "-o", base, str(process.pid)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    path = "%s.%d" % (base, process.pid)
    if not os.path.exists(path):
        raise Skip("gcore cannot: " + done.stdout.decode("utf-8", "replace")[-200:])
    with open(path, "rb") as file:
        data = file.read()
    os.unlink(path)
    return data


def judge(stage, what, process, secrets, proven):
    data = dump(stage, process)
    expect(MARK in data, "the core lacks what the agent does remember")
    # The proven password is remembered, once, for as long as the dialogue may need it again.
    kept = 1 if proven else 0
    found = [name for name, secret in secrets.items() if data.count(secret) > (kept if name == "the password" else 0)]
    if found:
        raise Failure("after %s the agent still holds %s" % (what, ", ".join(found)))


def secrets_of(code, **more):
    found = {"the key": bytes.fromhex(KEY), "the password": PASSWORD.encode(), "the code": code.encode(),
             "a wrong password": WRONG.encode(), "a new password": NEW.encode()}
    found.update(more)
    return found


def ways(code):
    """Each way out: a sentence, the account's fields, the request's flags, answers, and the result that proves the way."""
    def wrong():
        return "%06d" % ((int(code()) + 4711) % 1000000)
    spaced = "%s %s" % (code()[:3], code()[3:])
    yield "success", [], AUTHENTICATE, PASSWORD, code(), [], ALLOW
    yield "a wrong password", [], AUTHENTICATE, WRONG, code(), [], DENY
    yield "a wrong code", [], AUTHENTICATE, PASSWORD, wrong(), [], DENY
    yield "a code in two groups", [], AUTHENTICATE, PASSWORD, spaced, [], ALLOW
    yield "a throttled attempt", ["failures=7", "wait=600"], AUTHENTICATE, PASSWORD, code(), [], DENY
    yield "a disabled account", ["state=disabled"], AUTHENTICATE, PASSWORD, code(), [], DENY
    yield "a damaged account", ["state=damaged"], AUTHENTICATE, PASSWORD, code(), [], DENY
    yield "an unknown account", ["state=unknown"], AUTHENTICATE, PASSWORD, code(), [], DENY
    yield "a change", ["age_days=10"], CHANGE, "", "", [PASSWORD, code(), NEW, NEW], ALLOW
    yield "a change with two different new ones", ["age_days=10"], CHANGE, "", "", [PASSWORD, code(), NEW, WRONG], CONVERSATION
    yield "a change that nobody finished", ["age_days=10"], CHANGE, "", "", [PASSWORD, code(), NEW], None
    yield "a change with a wrong password", ["age_days=10"], CHANGE, "", "", [WRONG, code()], dialogue.OLD_WRONG
    yield "a first sign-in", ["state=pending"], AUTHENTICATE, PASSWORD, "", [code(), NEW, NEW], ALLOW
    yield "a first sign-in that was broken off", ["state=pending"], AUTHENTICATE, PASSWORD, "", [], CONVERSATION


def troubles_of(stage, ahead, only=None):
    """What each way leaves behind; `only`: of these ways."""
    troubles = {}
    for what, fields, kind, password, code, answers, wanted in ways(lambda: code_of(ahead=ahead)):
        if only is not None and what not in only:
            continue
        name = stage.person(*fields)
        link, process = stage.start_agent()
        talk = dialogue.Talk(link, service=MARK.decode())
        try:
            result = talk.ask(kind, name, password, code, answers=answers)
            expect(wanted is None or result == wanted, what, "gave", result)
            more = {"the code in two groups": code.encode()} if " " in code else {}
            judge(stage, what, process, secrets_of(code_of(ahead=ahead), **more), proven=what in PROVEN)
        except Failure as trouble:
            troubles[what] = str(trouble)
        finally:
            link.close()
            process.wait()
    return troubles


@case("gcore", root=True)
def sec_1_65_nothing_typed_and_no_key_stays_in_the_agent(stage):
    """Six digits stand in any memory by chance: what is found must be found again with another code."""
    stage.skip_if_instrumented()
    troubles = troubles_of(stage, 0)
    if troubles:
        troubles = troubles_of(stage, 1, troubles)
    expect(not troubles, "; ".join(troubles.values()))
