"""What is left in a host's memory: a small service that loads the module through the real libpam, answers, and ends its
handle. Its own answers it wipes; everything else in its writable memory is libpam's, libc's or ours."""
import base64
import os

import service
from harness import case, expect
from service import (ACCT_EXPIRED, AUTH_ERR, AUTHTOK_ERR, AUTHTOK_RECOVERY_ERR, CONV_ERR, NEW_AUTHTOK_REQD, SUCCESS,
                     UNAVAILABLE)
from stage import KEY, PASSWORD, code_of

NEW = "Ein ganz neuer Satz 2027"
WRONG = "falsches Kennwort Nr 9"
SHORT = "kurz+dumm"


def memory(process):
    """Everything that the process can write, by its mapping's name."""
    found = []
    with open("/proc/%d/maps" % process) as maps, open("/proc/%d/mem" % process, "rb", buffering=0) as file:
        for line in maps:
            words = line.split()
            if "w" not in words[1] or words[-1] in ("[vvar]", "[vsyscall]"):
                continue
            start, end = (int(word, 16) for word in words[0].split("-"))
            file.seek(start)
            found.append((" ".join(words[5:]) or "anonymous", file.read(end - start)))
    return found


def secrets(code):
    key = base64.b32encode(bytes.fromhex(KEY)).decode()
    grouped = " ".join(key[at:at + 4] for at in range(0, len(key), 4))
    return {"the password": PASSWORD, "a wrong password": WRONG, "a new password": NEW, "a refused new password": SHORT,
            "the code": code, "the key": bytes.fromhex(KEY), "the key's text": key,
            "the key in groups": grouped, "the key in hex": KEY}


def found_in(process, code):
    """Which secrets, and where."""
    rooms, found = memory(process), []
    for name, secret in secrets(code).items():
        secret = secret if isinstance(secret, bytes) else secret.encode()
        places = [room for room, data in rooms for _ in range(data.count(secret))]
        if places:
            found.append("%s in %s" % (name, ", ".join(places)))
    return found


WAYS = (  # a sentence, the account, the module's arguments, the steps, what is answered, what each step must say
    ("success", "own", "", "a", "P C", {"a": SUCCESS}),
    ("a whole session", "own", "", "ams", "P C", {"a": SUCCESS, "m": SUCCESS, "s": SUCCESS}),
    ("a wrong password", "own", "", "a", "X C", {"a": AUTH_ERR}),
    ("a wrong code", "own", "", "a", "P W", {"a": AUTH_ERR}),
    ("one answer for both", "own", "entry=combined", "a", "P+C", {"a": SUCCESS}),
    ("one wrong answer for both", "own", "entry=combined", "a", "P+W", {"a": AUTH_ERR}),
    ("a disabled account", "disabled", "", "am", "P C", {"a": AUTH_ERR, "m": ACCT_EXPIRED}),
    ("an unknown account", "unknown", "", "a", "P C", {"a": AUTH_ERR}),
    ("an expired password that is changed", "expired", "", "amc", "P C N N",
     {"a": SUCCESS, "m": NEW_AUTHTOK_REQD, "c": SUCCESS}),
    ("a change with refused new ones", "expired", "", "amc", "P C S S S S", {"m": NEW_AUTHTOK_REQD, "c": AUTHTOK_ERR}),
    ("a change that is broken off", "expired", "", "amc", "P C N", {"m": NEW_AUTHTOK_REQD, "c": AUTHTOK_ERR}),
    ("a change of one's own accord", "own age_days=10", "", "C", "P C N N", {"C": SUCCESS}),
    ("a change that comes too soon", "own", "", "C", "P C N N", {"C": AUTHTOK_ERR}),
    ("a change with a wrong old password", "own age_days=10", "", "C", "X C", {"C": AUTHTOK_RECOVERY_ERR}),
    ("a first sign-in", "pending", "", "a", "P - C N N -", {"a": SUCCESS}),
    ("a first sign-in that is broken off at the QR code", "pending", "", "a", "P -", {"a": CONV_ERR}),
    ("a conversation error at the first question", "own", "", "a", "!", {"a": CONV_ERR}),
    ("a conversation error at the second question", "own", "entry=separate", "a", "P", {"a": CONV_ERR}),
    ("an agent that is killed", "own", "killed", "a", "P C", {"a": UNAVAILABLE}),
    ("an agent that cuts its answer", "own", "cut", "a", "P C", {"a": UNAVAILABLE}),
    ("an agent that is not there", "own", "agent=/nonexistent", "a", "P C", {"a": UNAVAILABLE}),
    ("an over-long password", "own", "", "a", "PPP C", {"a": AUTH_ERR}),
    ("a broken argument", "own", "factors=none", "a", "P C", {"a": UNAVAILABLE}),
    ("nothing at all", "own", "", "", "", {}),
)


def spelled(answers, code):
    wrong = "%06d" % ((int(code) + 4711) % 1000000)
    words = {"P": PASSWORD, "X": WRONG, "N": NEW, "S": SHORT, "C": code, "W": wrong, "P+C": PASSWORD + code,
             "P+W": PASSWORD + wrong, "PPP": PASSWORD * 30, "-": "", "!": "!"}
    return [words[word] for word in answers.split()]


def write_service(stage, services, words):
    """The service's name chooses what the false agent does."""
    fake = words if words in ("killed", "cut") else ""
    name = "fake-" + fake if fake else "host"
    agent = os.path.join(stage.build, "tests", "pam", "fake-agent") if fake else stage.agent
    arguments = [word for word in words.split() if word != fake]
    if not words.startswith("agent="):
        arguments.append("agent=" + agent)
    service.write(services, name, stage.build + "/pam_liberations.so", "config=" + stage.config,
                  "socket=%s/none" % stage.scratch, *arguments)
    return name


def judge(stage, code, what, state, words, steps, answers, wanted):
    services = stage.path("host-services")
    name, typed = stage.person(*("state=" + state).split()), spelled(answers, code)
    host = service.Host(stage, services, write_service(stage, services, words), name, steps + "fwew", typed)
    found = []
    try:
        for moment in ("before the end", "after the end"):
            expect(host.wait_stopped(), what, ": the host ended early")
            found += ["after %s, %s of the handle: %s" % (what, moment, one) for one in found_in(host.process.pid, code)]
            host.go_on()
    finally:
        if host.process.returncode is None:
            host.go_on()
    codes = host.finish()
    expect(all(codes.get(step) == value for step, value in wanted.items()), what, "gave", codes, "and not", wanted)
    return found


@case()
def sec_1_65_no_code_no_key_no_password_stays_in_the_host(stage):
    stage.skip_if_instrumented()
    found = []
    for way in WAYS:
        # Six digits stand in any memory by chance: what is found must be found again with another code.
        if judge(stage, code_of(), *way):
            found += judge(stage, code_of(ahead=1), *way)
    expect(not found, "; ".join(found))


@case()
def what_stays_in_a_host_would_be_found(stage):
    """Answers that nobody asked for are still the host's own: they must be seen, or the search sees nothing."""
    code, services = code_of(), stage.path("host-services")
    host = service.Host(stage, services, write_service(stage, services, ""), stage.person(), "w", spelled("P C", code))
    expect(host.wait_stopped(), "the host ended early")
    found = found_in(host.process.pid, code)
    host.go_on()
    host.finish()
    expect(len(found) == 2 and found[0].startswith("the password in") and found[1].startswith("the code in"), "found:", found)
