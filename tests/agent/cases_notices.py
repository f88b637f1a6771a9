"""What the agent leaves for `liberations notify`: when, for whom, and how little of it an attacker chooses."""
import fcntl
import os
import shutil
import socket
import subprocess
import time

import dialogue
from harness import case, expect
from dialogue import ALLOW, CHANGE, DENY, REPLACE_TOKEN
from stage import OWNER, PASSWORD, Dialogue, code_of

NEW = "Une lamproie vire au quartz"
HOSTILE = "evil\r\nBcc: everybody@example.org\x1b[2J\u202e/%s"
WRITERS_WAIT_S = 1.9  # whoever writes a notice waits for the lock 2 s and no longer


def room(stage):
    return os.path.join(stage.state, "notices")


def notices(stage, name):
    """kind => the fields of its file."""
    found = {}
    for file_name in os.listdir(room(stage)):
        person, _, kind = file_name.partition(":")
        if person == name:
            with open(os.path.join(room(stage), file_name), "rb") as file:
                lines = file.read().decode("ascii").splitlines()
            found[kind] = dict(line.split(" ", 1) for line in lines)
    return found


def wrong(times=1):
    return "%06d" % ((int(code_of()) + 4711 + times) % 1000000)


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
    one = first["password-known"]
    expect((one["service"], one["rhost"], one["sent"]) == ("sshd", "203.0.113.7", "0"), one)
    expect(abs(int(one["raised"]) - time.time()) < 60, one)
    guess(stage, name, 3, service="su", rhost="203.0.113.8")
    expect(notices(stage, name) == first, "a further event changed the notice")


@case()
def it_is_written_when_nobody_waits_any_more(stage):
    """While the dialogue lasts there is no file: whoever talks to the agent cannot measure what was noticed."""
    name = stage.person()
    with Dialogue(stage) as talk:
        for _ in range(4):
            expect(talk.sign_in(name, PASSWORD, wrong()) == DENY, "a wrong code is accepted")
        expect(notices(stage, name) == {}, "written before the peer had closed")
    expect(list(notices(stage, name)) == ["password-known"], notices(stage, name))


@case()
def a_name_that_nobody_has_leaves_no_file(stage):
    before = sorted(os.listdir(room(stage)))
    with Dialogue(stage) as talk:
        for _ in range(12):
            talk.sign_in("nobody-%d" % os.getpid(), PASSWORD, wrong())
    expect(sorted(os.listdir(room(stage))) == before, sorted(os.listdir(room(stage))))


@case()
def a_lock_is_noticed(stage):
    name = stage.person("failures=99")
    with Dialogue(stage) as talk:
        talk.sign_in(name, "not the password", wrong())
    expect("locked" in notices(stage, name), notices(stage, name))


@case()
def a_decoys_lock_leaves_no_file(stage):
    """An unknown name locks its decoy as an account is locked; of that nobody needs to hear."""
    name = "made-up-%d" % os.getpid()
    stage.run(os.path.join(stage.build, "tests", "cli", "forge"), stage.config, "decoy", name, "99")
    before = sorted(os.listdir(room(stage)))
    mark = stage.log.mark() if stage.log else None
    with Dialogue(stage) as talk:
        talk.sign_in(name, PASSWORD, wrong())
    if stage.log:
        stage.log.wait_for(mark, "locked after too many failures", name)
    expect(sorted(os.listdir(room(stage))) == before, "a file for a name that nobody has")


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
            text = talk.asked[-1]
            line = [one for one in text.splitlines() if len(one.replace(" ", "")) == 32 and " " in one][0]
            import base64
            key.append(base64.b32decode(line.replace(" ", "")).hex())
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
    expect(set(one["service"]) <= allowed and len(one["service"]) <= 32, one)
    expect(one["rhost"] == "x" * 64, one)
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
    opened = [line for line in lines if "notices" in line and "mkdir" not in line]
    expect(not opened, opened)


@case()
def a_spool_that_cannot_be_written_changes_no_verdict(stage):
    """Read-only, gone, or a file: the refusal and the sign-in are what they were, and the log says what was lost."""
    spoilt = {"closed": lambda path: os.chmod(path, 0o500), "a file": lambda path: (shutil.rmtree(path), open(path, "w").close())}
    kept = room(stage) + ".kept"
    for what, spoil in spoilt.items():
        name = stage.person()
        os.rename(room(stage), kept)
        os.mkdir(room(stage), 0o700)
        if stage.root:
            os.chown(room(stage), OWNER, OWNER)
        spoil(room(stage))
        mark = stage.log.mark() if stage.log else None
        try:
            guess(stage, name, 3)
            stage.fresh_code(name)
            with Dialogue(stage) as talk:
                expect(talk.sign_in(name, PASSWORD, code_of()) == ALLOW, "no sign-in with a spool that is", what)
            if stage.log:
                stage.log.wait_for(mark, "correct password with three wrong codes", name)
                stage.log.wait_for(mark, "cannot keep")
        finally:
            if os.path.isdir(room(stage)):
                os.chmod(room(stage), 0o700)
                shutil.rmtree(room(stage))
            else:
                os.unlink(room(stage))
            os.rename(kept, room(stage))


@case()
def a_store_without_the_directory_gets_it(stage):
    kept = room(stage) + ".kept"
    os.rename(room(stage), kept)
    try:
        name = stage.person()
        guess(stage, name, 3)
        expect(list(notices(stage, name)) == ["password-known"], notices(stage, name))
        expect(os.stat(room(stage)).st_mode & 0o7777 == 0o700, "open to others")
    finally:
        shutil.rmtree(room(stage))
        os.rename(kept, room(stage))


class HeldSpool:
    """Nobody else writes a notice meanwhile: whoever waits for one to be written waits for us."""
    def __init__(self, stage):
        self.path = os.path.join(room(stage), ".lock")

    def __enter__(self):
        self.file = os.open(self.path, os.O_RDWR)
        fcntl.lockf(self.file, fcntl.LOCK_EX, 1, 0)

    def __exit__(self, *trouble):
        os.close(self.file)


def took(function):
    start = time.monotonic()
    function()
    return time.monotonic() - start


@case(root=True, log=True)
def no_refused_peer_sees_a_notice_being_written(stage):
    """Neither by closing one half of the connection, nor by many events in one dialogue."""
    guess(stage, stage.person(), 3)  # the lock's file is there
    name, locked = stage.person(), [stage.person("failures=99") for _ in range(16)]
    with HeldSpool(stage):
        talk = dialogue.connect(stage.listener.verify)
        for times in range(3):
            expect(talk.sign_in(name, PASSWORD, wrong(times)) == DENY, "accepted")
        talk.link.shutdown(socket.SHUT_WR)
        expect(took(lambda: talk.link.recv(1)) < WRITERS_WAIT_S, "the end comes after the notice")
        talk.close()
        expect(notices(stage, name) == {}, "the lock was not waited for")
        talk = dialogue.connect(stage.listener.verify)
        waits = sorted(took(lambda one=one: talk.sign_in(one, "not this one", wrong())) for one in locked)
        expect(waits[len(waits) // 2] < WRITERS_WAIT_S, "answers wait for a notice:", waits)
        talk.close()
    stage.listener.wait_agents(0)


@case(root=True)
def a_thief_who_stays_silences_no_notice(stage):
    name = stage.person("age_days=10")
    talk = dialogue.connect(stage.listener.agent)
    expect(talk.ask(CHANGE, name, answers=[PASSWORD, code_of(), NEW, NEW]) == ALLOW, talk.said)
    end = time.monotonic() + 60
    while "password-changed" not in notices(stage, name) and time.monotonic() < end:
        time.sleep(0.05)
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
