"""What a sign-in leaves for `liberations notify`: when, for whom, how little of it an attacker chooses, and what others see of it."""
import itertools
import os
import re
import subprocess
import time

import dialogue
from harness import case, expect
from dialogue import ALLOW, CHANGE, DENY, REPLACE_TOKEN, key_on_screen
from stage import OWNER, PASSWORD, Dialogue, code_of
from watcher import Watched, see_that_it_sees, watch

NEW = "Une lamproie vire au quartz"
HOSTILE = "evil\r\nBcc: everybody@example.org\x1b[2J\u202e/%s"
STRANGER = 64203


def room(stage):
    return os.path.join(stage.state, "notices")


def forge(stage, *words):
    return stage.run(os.path.join(stage.build, "tests", "cli", "forge"), stage.config, *words)


def notices(stage, name):
    """What waits in the counters: kind => (when, service, address)."""
    lines = [line.split("\t") for line in forge(stage, "raised", name).splitlines()]
    return {kind: (int(when), service, address) for kind, when, service, address in lines}


TIMES = itertools.count(1)


def wrong():
    """Another one each time: the same answer again is no guess."""
    return "%06d" % ((int(code_of()) + 4711 + next(TIMES)) % 1000000)


def guess(stage, name, count, **terms):
    for _ in range(count):
        with Dialogue(stage, **terms) as talk:
            expect(talk.sign_in(name, PASSWORD, wrong()) == DENY, "a wrong code is accepted")


@case()
def a_plain_sign_in_leaves_no_notice(stage):
    name = stage.person()
    with Dialogue(stage) as talk:
        expect(talk.sign_in(name, PASSWORD, code_of()) == ALLOW, "no sign-in")
    guess(stage, name, 2)
    expect(notices(stage, name) == {}, notices(stage, name))


@case()
def a_known_password_is_noticed_once(stage):
    name = stage.person()
    guess(stage, name, 3, service="sshd", rhost="203.0.113.7")
    first = notices(stage, name)
    expect(list(first) == ["password-known"], first)
    when, *where = first["password-known"]
    expect(where == ["sshd", "203.0.113.7"] and abs(when - time.time()) < 60, first)
    guess(stage, name, 3, service="su", rhost="203.0.113.8")
    expect(notices(stage, name) == first, "a further event changed the notice")
    expect([file for file in os.listdir(room(stage)) if file.startswith(name)] == [], "a sign-in wrote a file")


@case()
def a_lock_is_noticed(stage):
    name = stage.person("failures=99")
    with Dialogue(stage) as talk:
        talk.sign_in(name, "not the password", wrong())
    expect("locked" in notices(stage, name), notices(stage, name))


@case()
def a_decoys_lock_is_nobodys_notice(stage):
    """An unknown name locks its decoy as an account is locked; of that nobody needs to hear."""
    name = "made-up-%d" % os.getpid()
    forge(stage, "decoy", name, "99")
    before = sorted(os.listdir(room(stage)))
    mark = stage.log.mark() if stage.log else None
    with Dialogue(stage) as talk:
        talk.sign_in(name, PASSWORD, wrong())
    if stage.log:
        stage.log.wait_for(mark, "locked after too many failures from new places; unlock it", name)
    expect(sorted(os.listdir(room(stage))) == before, "a file for a name that nobody has")
    expect(forge(stage, "decoy-raised", name) == "", "a notice to nobody")


@case()
def a_change_and_a_new_token_are_noticed(stage):
    name = stage.person("age_days=10")
    with Dialogue(stage) as talk:
        expect(talk.ask(CHANGE, name, answers=[PASSWORD, code_of(), NEW, NEW]) == ALLOW, "no change", talk.said)
    expect(list(notices(stage, name)) == ["password-changed"], notices(stage, name))
    stage.fresh_code(name)
    with Dialogue(stage) as talk:
        key = []

        def scan():
            key.append(key_on_screen(talk.asked[-1]))
            return code_of(key[0])
        expect(ask_with(talk, REPLACE_TOKEN, name, [lambda: NEW, code_of, scan]) == ALLOW, "no new token", talk.said)
    expect(sorted(notices(stage, name)) == ["password-changed", "token-replaced"], notices(stage, name))
    with Dialogue(stage) as talk:
        expect(talk.ask(CHANGE, name, answers=[NEW, "000000", PASSWORD, PASSWORD]) != ALLOW, "changed without a code")
    expect(sorted(notices(stage, name)) == ["password-changed", "token-replaced"], "a refused change was noticed")


def ask_with(talk, kind, user, answers):
    """As Talk.ask, with old password and code first, and answers that are made when the question is there."""
    import struct
    talk.serial += 1
    typed = [answers.pop(0)().encode() for _ in range(2)]
    talk.send(dialogue.request(kind, talk.serial, user, *typed, answered=1))
    while True:
        what, fields = talk.receive()
        if what == "Q":
            talk.asked.append(fields[2].decode())
            text = answers.pop(0)().encode()
            talk.send(dialogue.frame("A", dialogue.number(1), text))
        elif what == "S":
            talk.said.append(fields[1].decode())
        else:
            return struct.unpack(">Q", fields[0])[0]


@case()
def hostile_claims_stay_harmless(stage):
    """Service and host are an attacker's words: bounded, of a few characters, one header line more for nobody."""
    name = stage.person()
    guess(stage, name, 3, service=HOSTILE, rhost="x" * 250)
    one = notices(stage, name)["password-known"]
    allowed = set("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ._:-?")
    expect(set(one[1]) <= allowed and len(one[1]) <= 23 and one[2] == "", one)
    mails = stage.path("mails-" + name)
    program = stage.path("sendmail-" + name)
    with open(program, "w") as file:
        file.write("#!/bin/sh\ncat >>%s\n" % mails)
    os.chmod(program, 0o755)
    with open(mails, "w"):
        pass
    if stage.root:
        os.chown(mails, OWNER, OWNER)
    config = stage.path("notify-" + name)
    with open(stage.config) as base, open(config, "w") as file:
        file.write(base.read() + "sendmail = %s\n" % program)
    command = [os.path.join(stage.build, "liberations"), "--config", config]
    for words in (["contact", name, name + "@example.org"], ["notify"]):
        subprocess.run([command[0], *words, *command[1:]], check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with open(mails, "rb") as file:
        mail = file.read()
    head, _, body = mail.partition(b"\n\n")
    expect(b"To: " + name.encode() in head, "no mail:", mail)
    expect(b"Bcc" not in head and mail.count(b"To: ") == 1 and b"\x1b" not in mail and b"\r" not in mail, mail)
    expect(body.count(b"\n") == 1, body)


@case("strace")
def an_ordinary_sign_in_costs_what_it_did(stage):
    """One fdatasync, no rename, no fsync, and no look into the spool."""
    stage.skip_if_instrumented()
    name, trace = stage.person(), stage.path("trace-notices")
    expect(stage.judged(name, under=["strace", "-f", "-o", trace]) == ALLOW, "no sign-in")
    with open(trace) as file:
        lines = file.readlines()
    count = {call: sum(" %s(" % call in line for line in lines) for call in ("fdatasync", "fsync", "rename", "renameat", "renameat2")}
    expect(count == {"fdatasync": 1, "fsync": 0, "rename": 0, "renameat": 0, "renameat2": 0}, count)
    opened = [line for line in lines if "notices" in line]
    expect(not opened, opened)


@case(root=True)
def a_thief_who_stays_silences_no_notice(stage):
    name = stage.person("age_days=10")
    talk = dialogue.connect(stage.listener.agent)
    expect(talk.ask(CHANGE, name, answers=[PASSWORD, code_of(), NEW, NEW]) == ALLOW, talk.said)
    expect("password-changed" in notices(stage, name), "no notice while the dialogue goes on")
    talk.close()


@case()
def a_lock_that_comes_while_throttled_is_noticed(stage):
    """By somebody who holds codes and guesses passwords; a remembered password with old codes locks nobody."""
    name = stage.person("failures=99", "wait=600")
    guess(stage, name, 1)
    expect(notices(stage, name) == {}, notices(stage, name))
    with Dialogue(stage) as talk:
        expect(talk.sign_in(name, "not this one", code_of()) == DENY, "accepted")
    expect("locked" in notices(stage, name), notices(stage, name))
    expect("password-known" not in notices(stage, name), notices(stage, name))


# --- what others see ----------------------------------------------------------------------------------------------------

# Calls that leave a trace outside the agent.
TRACED = ("openat", "openat2", "pwrite64", "write", "fdatasync", "fsync", "sync_file_range", "rename", "renameat", "renameat2",
          "unlink", "unlinkat", "mkdirat", "linkat", "fcntl", "flock", "fallocate", "ftruncate")


def third_try(stage, name, password, **start):
    """Two tries with the right password and wrong codes have been; this is the one that tells or does not."""
    with Dialogue(stage, **start) as talk:
        expect(talk.sign_in(name, password, wrong()) == DENY, "accepted")


@case("strace")
def audit_f05_no_call_depends_on_whether_the_password_was_right(stage):
    stage.skip_if_instrumented()
    calls = {}
    for password in (PASSWORD, "not the password"):
        name, trace = stage.person(), stage.path("trace-third")
        guess(stage, name, 2)
        third_try(stage, name, password, under=["strace", "-f", "-s", "0", "-e", "trace=" + ",".join(TRACED), "-o", trace])
        with open(trace) as file:
            lines = [line.split(" ", 1)[1].strip() for line in file]
        # Descriptors, lengths and results, but not the names: they are two people.
        calls[password] = [re.sub('"[^"]*"|0x[0-9a-f]+', '""', line) for line in lines if not line.startswith(("+++", "---"))]
        expect(any(line.startswith("pwrite64") for line in calls[password]), "no commit in the trace:", calls[password])
        expect(("password-known" in notices(stage, name)) == (password == PASSWORD), notices(stage, name))
    right, other = calls.values()
    expect(right == other, "other calls:", [pair for pair in itertools.zip_longest(right, other) if pair[0] != pair[1]][:4])


@case("setpriv", root=True, log=True)
def audit_f05_a_known_password_is_not_seen_from_outside(stage):
    """Nor that somebody was locked, nor anything else that the person is told of."""
    rows = ((PASSWORD, 2, ()), ("not the password", 2, ()), (PASSWORD, 0, ("failures=99",)), ("not the password", 0, ("failures=99",)))
    with Watched(stage) as watched:
        see_that_it_sees(watched.room)
        for password, before, fields in rows:
            name = stage.person(*fields)
            guess(stage, name, before)
            seen = watched.seen()
            while_it_ran = watch(lambda: third_try(stage, name, password), watched.room)
            told = list(notices(stage, name))
            expect(bool(told) == (password == PASSWORD or bool(fields)), told)
            expect(watched.seen() == seen, told, "other numbers than before:", seen[:2], watched.seen()[:2])
            expect(while_it_ran["locks"] == set() and len(while_it_ran["numbers"]) == 1, told, "seen:", while_it_ran)
