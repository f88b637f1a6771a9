"""Notices on their way to people: contact, and notify with a real mail system."""
import base64
import email
import email.policy
import glob
import itertools
import os
import re
import shlex
import signal
import subprocess
import time

from mta import Exim, Recorder
from person import PASSWORD, Person
from harness import add_case, expect, need, same
from world import OWNER, ROOT, Terminal, World, lbr_world, raised, root_world, tool

UNITS = os.path.join(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))), "packaging", "systemd")
WRONG = map("{:06d}".format, itertools.cycle(range(1000)))  # the same answer again would be no guess
HOSTILE = ("", "a", "@", "a b@c.example", "a@b@c.example", "-a@b.example", "a@b.example\nBcc: c@d.example", "a@b.example\r",
           "<a@b.example>", "a@b.example,c@d.example", "\x1b[2J@b.example", "a@b.example ", "|a@b.example", "a" * 120 + "@b.example",
           "zoé@b.example", "a@b.example\n", "a\t@b.example", "\"a b\"@c.example", "a@[127.0.0.1]", "/tmp/x@b.example")


def agents_are_gone(world):
    """An agent may have something to do when its peer has closed, and nobody waits for it but a test."""
    mark = world.config.encode()
    end = time.time() + 600
    while time.time() < end:
        if not any(mark in words and b"liberations-agent" in words for words in command_lines()):
            return
        time.sleep(0.02)
    raise AssertionError("an agent does not end")


def command_lines():
    for number in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{number}/cmdline", "rb") as file:
                yield file.read()
        except OSError:
            continue


def spool(world):
    """The files: one for each notice that was mailed, or that an earlier release left."""
    agents_are_gone(world)
    room = os.path.join(world.state, "notices")
    return sorted(name for name in os.listdir(room) if not name.startswith("."))


def contacted(world, name, address=None, language=None):
    """Somebody with an account of their own; the notice of the first password is out of the way."""
    person = Person(world, name)
    person.enroll()
    same(list(raised(world, name)), ["password-changed"], "no notice of the first password")
    tool(world, "cli/forge", "settle", name)
    if language:
        lbr_world(world, name, f"language={language}")
    if address:
        same(world.run("contact", name, address).code, 0)
    return person


def noticed(world, *names, contact=True):
    """Accounts with a notice that waits, without the sign-ins that would raise it."""
    for name in names:
        lbr_world(world, name, "state=own")
        if contact:
            same(world.run("contact", name, f"{name}@example.org").code, 0)
        tool(world, "cli/forge", "notice", name, "password-known", "desk", "")


def guess(person, times=3):
    """The right password with wrong codes; waits are forgotten, the failures too, so three at a time."""
    for _ in range(times):
        same(person.sign_in(PASSWORD, next(WRONG)).code, 1)
    agents_are_gone(person.world)


def notify(world, code=0, *words):
    agents_are_gone(world)
    answer = world.run("notify", "--json", *words)
    same(answer.code, code, repr(answer))
    *each, total = answer.json()
    done = sum(total.get(word, 0) for word in ("sent", "failed", "unknown", "without_contact", "damaged"))
    same(total.pop("changed"), done > 0 and "--dry-run" not in words)
    return each, total, answer.err


def totals(**more):
    return {"sent": 0, "kept": 0, "failed": 0, "unknown": 0, "without_contact": 0, "damaged": 0, **more}


def waiting(world):
    """What is in the spool, by its account, without the text."""
    room = os.path.join(world.state, "spool")
    return sorted(re.search(r"^name (.*)$", read_text(os.path.join(room, name)), re.M).group(1)
                  for name in os.listdir(room) if not name.startswith("."))


# --- contact ------------------------------------------------------------------------------------------------------------


def contact_is_kept_shown_and_taken_back():
    with World() as world:
        world.run("invite", "bob", "--contact", "bob@example.org")
        world.enroll("alice")
        same(world.run("contact", "bob").out, "bob@example.org\n")
        same(world.run("contact", "alice").out, "-\n")
        same(world.run("contact", "alice", "5145551234@txt.bell.ca").code, 0)
        same(world.run("contact", "alice", "--json").json(), [{"user": "alice", "contact": "5145551234@txt.bell.ca", "carrier": None, "verified": None, "notices": "all", "changed": False}])
        expect("5145551234@txt.bell.ca" in world.run("show", "alice").out, "show does not show it")
        generation = world.run("show", "alice", "--json").json()[0]["generation"]
        same(world.run("contact", "alice", "5145551234@txt.bell.ca").code, 0)
        same(world.run("show", "alice", "--json").json()[0]["generation"], generation, "the same address was written again")
        same(world.run("contact", "alice", "--none").code, 0)
        same(world.run("contact", "alice", "--json").json(), [{"user": "alice", "contact": None, "carrier": None, "verified": None, "notices": "all", "changed": False}])
        same(world.run("contact", "nobody-here").code, 1)
        process = world.start("enroll", "carol", "--contact", "carol@example.org", "--json")
        process.communicate("\n", timeout=600)
        same(world.run("contact", "carol").out, "carol@example.org\n")


def no_hostile_contact():
    """An address that a header line or an argument could be made of something else with is refused, wherever it is given."""
    with World() as world:
        world.enroll("alice")
        for address in HOSTILE:
            for words in (("contact", "alice", address), ("invite", "bob", f"--contact={address}"),
                          ("enroll", "bob", f"--contact={address}")):
                answer = world.run(*words[:2], *(("--",) if address[:1] == "-" and words[0] == "contact" else ()), *words[2:])
                same((answer.code, answer.out), (2, ""), repr(words))
                expect(len(answer.err.splitlines()) == 1 and "\x1b" not in answer.err, repr(answer.err))
            quoted = address.replace('"', '""')
            if address.strip(" \t") == address != "":  # blanks around a cell are no part of it
                same(world.run("invite", "--csv", "-", stdin=f'bob,"{quoted}"\n').code, 2, repr(address))
        same(world.run("contact", "alice").out, "-\n")
        same(world.run("show", "bob").code, 1)


# --- notify with a real mail system -------------------------------------------------------------------------------------


def everything_in_a_mailbox(language, texts):
    """Each kind, raised by the real agent, delivered by a real mail system, and read."""
    with World(language="en_CA.UTF-8") as world:
        exim = Exim(world).set_up("window = 2", "mail-from = securite@example.org", "max-age = 7 days")
        alice = contacted(world, "alice", "alice+sms@gateway.example", language)
        codes = world.run("recovery-codes", "alice", "--json").json()[0]["recovery_codes"]
        guess(alice)
        same(world.run("unlock", "alice").code, 0)
        same(alice.sign_in(PASSWORD, codes[0]).code, 0)
        same(list(raised(world, "alice")), ["recovery-code-used", "password-known"])
        same(spool(world), [])
        each, total, _ = notify(world)
        same(total, totals(sent=3))
        same(sorted(one["kind"] for one in each), ["password-expires", "password-known", "recovery-code-used"])
        mails = exim.box()
        same(len(mails), 3)
        for mail in mails:
            judge_mail(mail)
        bodies = "\n".join(mail.get_content().strip() for mail in mails)
        for text in texts:
            expect(re.search(text, bodies), f"{text!r} is missing in {bodies!r}")
        same(notify(world)[1]["sent"], 0, "sent twice")
        same(exim.box(), [])


def judge_mail(mail):
    same(mail["To"], "alice+sms@gateway.example")
    same(mail["Envelope-To"], "alice+sms@gateway.example")
    same(mail["Return-Path"], "<securite@example.org>")
    same(mail["From"], "securite@example.org")
    same(mail["Subject"], "Libérations")
    same(mail["Auto-Submitted"], "auto-generated")
    same(mail["MIME-Version"], "1.0")
    same((mail.get_content_type(), mail.get_content_charset(), mail["Content-Transfer-Encoding"]),
         ("text/plain", "utf-8", "8bit"))
    expect(re.fullmatch(r"<\d+\.[0-9a-f]{24}@example\.org>", mail["Message-ID"]), mail["Message-ID"])
    expect(abs(mail["Date"].datetime.timestamp() - time.time()) < 300, mail["Date"])
    same(mail.defects, [])
    text = mail.get_content().strip()
    expect(len(text) <= 160 and "\n" not in text, f"{len(text)} characters: {text}")
    for name in mail.keys():
        same(len(mail.get_all(name)), 1, f"{name} stands twice")


def down_then_up():
    """A mail system that is down loses nothing, says so, and gets it the next time."""
    with World() as world:
        exim = Exim(world).set_up("window = 2")
        noticed(world, "alice")
        exim.down()
        each, total, err = notify(world, 3)
        same((total["sent"], total["kept"], [one["result"] for one in each]), (0, 1, ["kept"]))
        expect("alice: password-known: " in err and "exited with status" in err, err)
        same((list(raised(world, "alice")), waiting(world)), ([], ["alice"]))
        exim.up()
        same(notify(world)[1], totals(sent=1))
        same(len(exim.box()), 1)


# --- notify and what may go wrong ---------------------------------------------------------------------------------------


def the_interface_word_for_word():
    with World() as world:
        recorder = Recorder(world).set_up("window = 2", "issuer = ACME")
        noticed(world, "alice")
        answer = world.run("notify", SECRET="leaks", LD_LIBRARY_PATH="/nonexistent")
        same(answer.code, 0, repr(answer))
        (words, environment, message), = recorder.calls()
        same(words, ["-i", "-f", "root", "--", "alice@example.org"])
        kept = [line for line in environment if line.split("=")[0] not in ("PWD", "OLDPWD", "SHLVL", "_")]  # the shell's own
        same(kept, ["PATH=/usr/sbin:/usr/bin:/sbin:/bin"])
        head, _, body = message.partition(b"\n\n")
        names = [line.split(b":")[0].decode() for line in head.split(b"\n")]
        same(names, ["From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type",
                     "Content-Transfer-Encoding"])
        expect(b"\r" not in message and body.endswith(b"\n") and body.count(b"\n") == 1, message)
        expect(b"\nSubject: ACME\n" in message, message)


def subjects():
    """RFC 2047 in words of at most 75 characters, none of them cut within a character."""
    with World() as world:
        recorder = Recorder(world, "exit 75").set_up("window = 2")
        noticed(world, "alice")
        for issuer in ("Libérations", "é" * 31, "a=?UTF-8?B?eA==?=b", "Ministère des Communications — 機関", "x" * 63):
            set_issuer(world, issuer)
            notify(world, 3)
            message = recorder.calls()[0][2]
            subject = re.search(rb"^Subject: (.*(?:\n .*)*)$", message, re.M).group(1)
            expect(all(len(line) <= 75 for line in subject.split(b"\n")) and subject.isascii(), subject)
            same(email.message_from_bytes(message, policy=email.policy.default)["Subject"], issuer)
            for word in re.findall(rb"=\?UTF-8\?B\?([^?]*)\?=", subject):
                base64.b64decode(word).decode()


def set_issuer(world, issuer):
    with open(world.config, encoding="utf-8") as file:
        lines = [line for line in file if not line.startswith("issuer")]
    with open(world.config, "w", encoding="utf-8") as file:
        file.writelines(lines + [f"issuer = {issuer}\n"])


def a_stored_contact_that_is_none():
    """What older releases let into the store still makes no header and no argument."""
    with World() as world:
        recorder = Recorder(world).set_up("window = 2")
        noticed(world, "alice")
        tool(world, "cli/forge", "contact", "alice", "a b@example.org")
        each, total, err = notify(world, 3)
        same((total["sent"], total["kept"], [one["result"] for one in each]), (0, 1, ["kept"]))
        expect("not an e-mail address" in err, err)
        same(recorder.calls(), [])
        same(world.run("contact", "alice", "alice@example.org").code, 0)
        same(notify(world)[1]["sent"], 1)


def statuses():
    """What a later try may change keeps the notice, and the others are tried all the same; what none changes is given up."""
    with World() as world:
        recorder = Recorder(world).set_up("window = 2")
        noticed(world, "alice", "bob")
        for after, said in (("exit 75", "status 75"), ("exit 1", "status 1"), ("kill -9 $$", "signal 9")):
            recorder.behave(after)
            _, total, err = notify(world, 3)
            same((total["sent"], total["kept"]), (0, 2), after)
            same(err.count(said), 2, err)
            same(len(recorder.calls()), 2)
        recorder.behave(after='case $5 in *alice*) exit 67 ;; esac')
        each, total, err = notify(world, 3)
        same(({one["user"]: one["result"] for one in each}, total["failed"]), ({"alice": "failed", "bob": "sent"}, 1))
        expect("liberations contact alice" in err, err)
        same((waiting(world), notify(world)[1]), ([], totals()))


def a_reader_that_does_not_read():
    with World() as world:
        recorder = Recorder(world, before="exit 0").set_up("window = 2")
        noticed(world, "alice")
        same(notify(world)[1]["sent"], 1)
        same(recorder.calls()[0][2], b"")


def nothing_there():
    with World() as world:
        recorder = Recorder(world).set_up("window = 2")
        noticed(world, "alice", "bob")
        os.unlink(recorder.program)
        _, total, err = notify(world, 3)
        same((total["sent"], total["kept"], err.count("No such file")), (0, 2, 1), err)
        expect(err.startswith("liberations: no mail system: ") and "sendmail =" in err, err)
        same([list(raised(world, name)) for name in ("alice", "bob")], [["password-known"]] * 2)
        recorder.behave()
        same(notify(world)[1]["sent"], 2)


def without_mail_it_says_so_first():
    """Before anything else, also where nothing is due, and in a dry run, which goes on."""
    for language, said, sums in (("en_CA.UTF-8", "liberations: no mail system: cannot run /nonexistent/sendmail (", "Sent: 0"),
                                 ("fr_CA.UTF-8", "liberations: pas de système de courriel : impossible de lancer", "Envoyés : 0")):
        with World(language) as world:
            world.configure("sendmail = /nonexistent/sendmail")
            answer = world.run("notify")
            expect((answer.code, answer.out.startswith(sums), answer.err.startswith(said)) == (0, True, True), repr(answer))
            terminal = Terminal(world, "notify", "--dry-run")
            same(terminal.close(), 0)
            expect(" ".join(terminal.seen.split()).startswith(" ".join(said.split())[:40]), terminal.seen)
            noticed(world, "alice")
            for words, code in ((("notify", "--dry-run"), 0), (("notify",), 3)):
                answer = world.run(*words)
                same((answer.code, answer.err.startswith(said)), (code, True), repr(answer))
            expect("alice" in world.run("notify", "--dry-run").out, "a dry run says what it would send all the same")


def hangs():
    """Killed with its children after the time that is set, kept, and nobody else is made to wait as long."""
    with World() as world:
        recorder = Recorder(world, "sleep 987 & echo $! >child; wait").set_up("window = 2", "sendmail-wait = 5 s")
        noticed(world, "alice", "bob", "carol", "dora")
        begin = time.monotonic()
        _, total, err = notify(world, 3)
        expect(time.monotonic() - begin < 60, "waited for too long")
        same((total["sent"], total["kept"]), (0, 4))
        expect("within 5 s and was killed" in err, err)
        with open(os.path.join(recorder.directory, "calls", "0", "child"), encoding="ascii") as file:
            child = int(file.read())
        expect(ended(child), "its child lives on")
        same(len(recorder.calls()), 3, "after three, nobody else is waited for")
        recorder.behave()
        same(notify(world)[1]["sent"], 4)


def hangs_for_one():
    """At one address: it silences nobody else."""
    with World() as world:
        Recorder(world, 'case $5 in *alice*) sleep 987 ;; esac').set_up("window = 2", "sendmail-wait = 5 s")
        noticed(world, "alice", "bob", "carol")
        _, total, err = notify(world, 3)
        same((total["sent"], total["kept"]), (2, 1), err)


def children_reaped_by_the_kernel():
    """A starter that ignores SIGCHLD hands that on; what a child ended with must be heard nevertheless."""
    with World() as world:
        recorder = Recorder(world).set_up("window = 2")
        noticed(world, "alice")
        line = " ".join(shlex.quote(word) for word in world.line("notify", "--json"))
        done = subprocess.run(["sh", "-c", "trap '' CHLD; exec " + line], env=world.environment(), stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, timeout=600, check=False, cwd="/")
        same((done.returncode, done.stderr.decode()), (0, ""))
        same(len(recorder.calls()), 1)
        same(notify(world)[1]["sent"], 0, "mailed again")


def ended(number):
    end = time.time() + 600
    while time.time() < end:
        try:
            with open(f"/proc/{number}/stat", encoding="ascii") as file:
                if file.read().rpartition(")")[2].split()[0] == "Z":
                    return True
        except FileNotFoundError:
            return True
        time.sleep(0.05)
    os.kill(number, signal.SIGKILL)
    return False


BUSY = "liberations: notify: another notify or message is sending: try again when it has finished\n"


def two_at_once():
    """Each notice goes out once; the second run says why it does nothing."""
    with World() as world:
        recorder = Recorder(world, "while [ ! -e ../../go ]; do sleep 0.1; done").set_up("window = 2")
        noticed(world, "alice", "bob")
        first = world.start("notify")
        end = time.time() + 600
        while not os.listdir(os.path.join(recorder.directory, "calls")) and time.time() < end:
            time.sleep(0.02)
        for _ in range(3):
            answer = world.run("notify")
            same((answer.code, answer.out, answer.err), (1, "", BUSY))
        same(world.run("notify", "--dry-run").code, 0, "looking is always allowed")
        with open(os.path.join(recorder.directory, "go"), "w", encoding="ascii"):
            pass
        first.communicate(timeout=600)
        same(first.returncode, 0)
        same(world.run("notify").code, 0)
        same(sorted(words[-1] for words, _, _ in recorder.calls()), ["alice@example.org", "bob@example.org"])


def of_unit(name, key):
    """What the shipped unit says there, in all its lines."""
    with open(os.path.join(UNITS, f"liberations-{name}.service"), encoding="utf-8") as file:
        return [word for line in file if line.startswith(key + "=") for word in line.split("=", 1)[1].split()]


def jobs_at_once():
    """That systemd starts while the other one sends: the one is no failure, the other waits for it."""
    with World() as world:
        recorder = Recorder(world, "while [ ! -e ../../go ]; do sleep 0.1; done").set_up("window = 2")
        noticed(world, "alice")
        first = world.start(*of_unit("notify", "ExecStart")[1:])
        end = time.time() + 600
        while not os.listdir(os.path.join(recorder.directory, "calls")) and time.time() < end:
            time.sleep(0.02)
        answer = world.run(*of_unit("deliver", "ExecStart")[1:])
        same([str(answer.code)], of_unit("deliver", "SuccessExitStatus"), answer)
        with open(os.path.join(recorder.directory, "go"), "w", encoding="ascii"):
            pass
        first.communicate(timeout=600)
        same((first.returncode, of_unit("notify", "SuccessExitStatus")), (0, []))
        expect("liberations-deliver.service" in of_unit("notify", "After"), of_unit("notify", "After"))


def a_storm_of_runs():
    with World() as world:
        recorder = Recorder(world).set_up("window = 2")
        noticed(world, "alice", "bob", "carol")
        runs = [world.start("notify") for _ in range(8)]
        codes = [(run.communicate(timeout=600), run.returncode)[1] for run in runs]
        expect(set(codes) <= {0, 1}, codes)
        same(len(recorder.calls()), 3)


def once_a_day():
    """The same again on the same day is kept until the day is over, however often it happens."""
    with World() as world:
        recorder = Recorder(world).set_up("window = 2")
        alice = contacted(world, "alice", "alice@example.org")
        codes = world.run("recovery-codes", "alice", "--json").json()[0]["recovery_codes"]
        for code in codes[:4]:
            same(alice.sign_in(PASSWORD, code).code, 0)
            notify(world)
        same(len(recorder.calls()), 1)
        same((spool(world), list(raised(world, "alice"))), (["alice:recovery-code-used"], ["recovery-code-used"]))


def a_flood_is_one_mail():
    with World() as world:
        recorder = Recorder(world).set_up("window = 2")
        alice = contacted(world, "alice", "alice@example.org")
        for _ in range(4):
            guess(alice)
            world.run("unlock", "alice")
        guess(Person(world, "nobody-here"), 3)
        same((spool(world), list(raised(world, "alice"))), ([], ["password-known"]))
        same(notify(world)[1]["sent"], 1)
        same(len(recorder.calls()), 1)


def expiry():
    """14, 7, 3, 1 days before and once expired: one mail at each, however often it runs."""
    with World() as world:
        recorder = Recorder(world).set_up("max-age = 100 days")
        world.enroll("alice")
        lbr_world(world, "alice", "state=own", "age_days=80", "language=en")
        same(world.run("contact", "alice", "alice@example.org").code, 0)
        same(notify(world)[1]["sent"], 0)
        told = []
        for age, wanted in ((87, "in 13 days"), (94, "in 6 days"), (98, "in 2 days"), (99, "in 1 day,"), (101, "has expired")):
            lbr_world(world, "alice", f"age_days={age}")  # another password to the account, and so another mark
            for _ in range(3):
                notify(world)
            calls = recorder.calls()
            same(len(calls), 1, f"at {age} days")
            told.append(wanted.encode() in calls[0][2])
        same(told, [True] * 5)
        lbr_world(world, "alice", "age_days=1")
        same(notify(world)[1]["sent"], 0)
        same(spool(world), [], "the mark of a password that is gone stays")


def without_contact():
    with World() as world:
        recorder = Recorder(world).set_up("window = 2")
        noticed(world, "alice", contact=False)
        each, total, _ = notify(world)
        same((total["without_contact"], total["sent"], each[0]["result"]), (1, 0, "no-contact"))
        same((spool(world), raised(world, "alice"), recorder.calls()), ([], {}, []))
        same(notify(world)[1]["without_contact"], 0)


def dry():
    """Says it all, sends nothing, changes nothing."""
    with World() as world:
        recorder = Recorder(world).set_up("window = 2")
        noticed(world, "alice")
        noticed(world, "bob", contact=False)
        before = files(world)
        each, total, _ = notify(world, 0, "--dry-run")
        same(sorted((one["user"], one["result"]) for one in each), [("alice", "would-send"), ("bob", "no-contact")])
        text = [one["text"] for one in each if one["user"] == "alice"][0]
        expect(text.startswith("alice: correct password, three wrong codes on "), text)
        same((total["would_send"], total["people"], "sent" in total), (1, 1, False))
        same((files(world), recorder.calls()), (before, []))
        tool(world, "cli/forge", "notice", "alice", "locked", "desk", "")
        noticed(world, "carol")
        answer = world.run("notify", "--dry-run")
        expect("\nWould be sent: 3 (people: 2). Without a contact: 1." in answer.out, answer.out)


def files(world):
    found = {}
    for path, _, names in os.walk(world.state):
        for name in names:
            with open(os.path.join(path, name), "rb") as file:
                found[os.path.join(path, name)] = file.read()
    return found


def damaged():
    """Never sent: one line, and it is gone; the others go out."""
    with World() as world:
        recorder = Recorder(world).set_up("window = 2")
        noticed(world, "alice", "bob")
        left_before(world, "alice")
        path = os.path.join(world.state, "notices", "alice:locked")
        with open(path, "r+b") as file:
            data = bytearray(file.read())
            data[data.index(b"raised ") + 7] ^= 1
            file.seek(0)
            file.write(data)
        _, total, err = notify(world, 3)
        same((total["damaged"], total["sent"], len(err.splitlines())), (1, 2, 1), err)
        expect(not any(b"locked" in message for _, _, message in recorder.calls()), "a damaged notice was sent")
        same(notify(world)[1]["damaged"], 0)


def unreadable_counters():
    """They harm one person, who is named; the others' notices go out."""
    with World() as world:
        recorder = Recorder(world).set_up("window = 2")
        noticed(world, "alice", "bob")
        path, = glob.glob(f"{world.state}/counters/*/alice")
        with open(path, "r+b") as file:
            file.write(bytes(8192))
        _, total, err = notify(world, 3)
        same((total["sent"], [words[-1] for words, _, _ in recorder.calls()]), (1, ["bob@example.org"]), err)
        expect("alice" in err and "bob" not in err, err)


def removed_accounts_are_forgotten():
    with World() as world:
        recorder = Recorder(world).set_up("window = 2")
        noticed(world, "alice", "bob")
        for name in ("alice", "bob"):
            left_before(world, name)
        same(world.run("remove", "alice", "--yes").code, 0)
        same(spool(world), ["bob:locked"])
        for tree in ("accounts", "history", "counters"):  # as if a removal had been cut off before its last step
            for path, _, names in os.walk(os.path.join(world.state, tree)):
                if "bob" in names:
                    os.unlink(os.path.join(path, "bob"))
        same(notify(world)[1]["sent"], 0)
        same((spool(world), recorder.calls()), ([], []))


def an_older_store():
    """One that was founded before there were notices: the first that needs the directory makes it."""
    with World() as world:
        Recorder(world).set_up("window = 2")
        os.rmdir(os.path.join(world.state, "notices"))
        same(notify(world)[1]["sent"], 0)
        same(os.stat(os.path.join(world.state, "notices")).st_mode & 0o7777, 0o700)
        os.rmdir(os.path.join(world.state, "notices"))
        guess(contacted(world, "alice", "alice@example.org"))
        same(list(raised(world, "alice")), ["password-known"])
        expect(not os.path.exists(os.path.join(world.state, "notices")), "a sign-in made a directory")
        same(notify(world)[1]["sent"], 1)


def left_before(world, name, rhost="203.0.113.7"):
    """A notice in a file, as a release left it that did not have it in the counters."""
    tool(world, "cli/forge", "spool", name, "locked", "sshd", rhost)


def what_an_earlier_release_left():
    """Mailed like any other, once, and without the name of a host; what waits in the counters follows when the day is over."""
    with World() as world:
        recorder = Recorder(world).set_up("window = 2")
        lbr_world(world, "alice", "state=own", "language=en")
        same(world.run("contact", "alice", "alice@example.org").code, 0)
        left_before(world, "alice", "evil-phish.example.com")
        tool(world, "cli/forge", "notice", "alice", "locked", "su", "203.0.113.8")
        recorder.behave("exit 75")
        same((notify(world, 3)[1]["kept"], len(recorder.calls())), (1, 1), "the later one was tried before the earlier one went out")
        recorder.behave()
        same(notify(world)[1]["sent"], 1)
        (_, _, message), = recorder.calls()
        expect(b"(sshd)" in message and b"evil" not in message, message)
        same((spool(world), list(raised(world, "alice"))), (["alice:locked"], ["locked"]))
        same(notify(world)[1]["sent"], 0, "a second mail on the same day")
        os.unlink(os.path.join(world.state, "notices", "alice:locked"))  # as if the day were over
        same(notify(world)[1]["sent"], 1)
        (_, _, message), = recorder.calls()
        expect(b"(su, 203.0.113.8)" in message, message)
        same(raised(world, "alice"), {})


def an_address_and_no_name():
    """A phone makes a link of a host's name, and the other side's DNS may have chosen it."""
    with World() as world:
        recorder = Recorder(world).set_up("window = 2")
        for name, rhost in (("alice", "evil-phish.example.com"), ("bob", "2001:db8::7"), ("carol", "fe80::1%evil.example")):
            lbr_world(world, name, "state=own")
            same(world.run("contact", name, f"{name}@example.org").code, 0)
            tool(world, "cli/forge", "notice", name, "password-known", "sshd", rhost)
        same(notify(world)[1]["sent"], 3)
        bodies = {words[-1].split("@")[0]: message.partition(b"\n\n")[2] for words, _, message in recorder.calls()}
        expect(b"(sshd)" in bodies["alice"] and b"(sshd, 2001:db8::7)" in bodies["bob"] and b"(sshd, fe80::1)" in bodies["carol"], bodies)
        expect(not any(b"evil" in body for body in bodies.values()), bodies)


def events_during_a_run():
    """What happens while a mail goes out is neither lost nor told twice."""
    with World() as world:
        recorder = Recorder(world, "while [ ! -e ../../go ]; do sleep 0.1; done").set_up("window = 2")
        noticed(world, "alice")
        run = world.start("notify")
        end = time.time() + 600
        while not os.listdir(os.path.join(recorder.directory, "calls")) and time.time() < end:
            time.sleep(0.02)
        tool(world, "cli/forge", "settle", "alice")
        time.sleep(1.1)  # another second than the one that is being mailed
        tool(world, "cli/forge", "notice", "alice", "password-known", "su", "")
        same(world.run("contact", "alice", "alice@example.net").code, 0)  # the account is another one now
        with open(os.path.join(recorder.directory, "go"), "w", encoding="ascii"):
            pass
        run.communicate(timeout=600)
        same(run.returncode, 0)
        same(raised(world, "alice")["password-known"][1], "su", "what happened meanwhile is gone")


def runs_as_the_owner():
    with root_world() as world:
        recorder = Recorder(world, before="id -u >uid; id -G >groups").set_up("max-age = 2 days")
        world.enroll("alice")
        lbr_world(world, "alice", "state=own", "age_days=1")
        same(world.run("contact", "alice", "alice@example.org").code, 0)
        same(world.run("notify").code, 0)
        at = os.path.join(recorder.directory, "calls", "0")
        same([read_text(os.path.join(at, name)) for name in ("uid", "groups")], [f"{OWNER}\n"] * 2)
        same(os.stat(os.path.join(world.state, "notices")).st_uid, OWNER)


def read_text(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def no_mark_no_more_mail():
    """What cannot be marked is not sent, and comes once when it can: nobody is mailed again and again."""
    with World() as world:
        recorder = Recorder(world).set_up("window = 2")
        noticed(world, "alice", "bob")
        room = os.path.join(world.state, "notices")
        for kind in ("alice", "bob"):
            os.mkdir(os.path.join(room, f".{kind}:password-known.tmp"))
        for _ in range(2):
            _, total, err = notify(world, 3)
            same((total["sent"], total["kept"], len(recorder.calls())), (0, 2, 0), err)
            expect("cannot be recorded as sent" in err, err)
        same(sorted(waiting(world)), ["alice", "bob"])
        for kind in ("alice", "bob"):
            os.rmdir(os.path.join(room, f".{kind}:password-known.tmp"))
        same((notify(world)[1], len(recorder.calls())), (totals(sent=2), 2))
        same(notify(world)[1], totals())


KILLED_AT = (("pwrite64", 9), ("renameat", 9), ("unlinkat", 9), ("clone3,clone,vfork", 1), ("wait4", 1))


def killed_at_every_step():
    """Before each step that changes something: at most one mail, whatever runs next, or one that is said to be perhaps sent."""
    need("strace")
    with World() as world:
        exim = Exim(world).set_up("window = 2")
        world.run("invite", "alice", "--contact", "alice@example.org")
        outcomes = []
        for calls, last in KILLED_AT:
            for number in range(1, last + 1):
                outcome = killed_at(world, exim, calls, number)
                outcomes.append(outcome)
                if outcome == "ran":
                    break
        same(set(outcomes), {"ran", "sent later", "perhaps sent"})
        expect(len(outcomes) > 12, outcomes)


def killed_at(world, exim, calls, number):
    for name in os.listdir(os.path.join(world.state, "notices")):
        os.unlink(os.path.join(world.state, "notices", name))
    tool(world, "cli/forge", "notice", "alice", "locked", "desk", "")
    line = world.line("notify", "--json")
    at = line.index(world.command)
    line[at:at] = ["strace", "-o", "/dev/null", "-e", f"trace={calls}", "-e", f"inject={calls}:signal=KILL:when={number}"]
    done = subprocess.run(line, capture_output=True, env=world.environment(), timeout=600, check=False, cwd="/")
    results = []
    for words in (("message", "--deliver"), ("notify",)):
        answer = world.run(*words, "--json")
        results += [one["result"] for one in answer.json() if "result" in one]
    mails = len(exim.box())
    same((waiting(world), raised(world, "alice")), ([], {}))
    if done.returncode == 0:
        same((mails, results), (1, []), (calls, number))
        return "ran"
    same(done.returncode, -9, done.stderr)
    expect((mails, results) in ((1, ["sent"]), (0, ["unknown"]), (1, ["unknown"])), (calls, number), mails, results)
    return "sent later" if results == ["sent"] else "perhaps sent"


EN = (r"(?m)^alice: correct password, three wrong codes on \d{4}-\d\d-\d\d \d\d:\d\d \(desk\)\. Not you\? Someone knows it",
      r"(?m)^alice: a recovery code was used on \d{4}-\d\d-\d\d \d\d:\d\d \(desk\)\. Not you\?",
      r"(?m)^alice: your password expires in 7 days, on \d{4}-\d\d-\d\d \d\d:\d\d\.")
FR = (r"(?m)^alice : bon mot de passe, trois mauvais codes le \d{4}-\d\d-\d\d \d\d:\d\d \(desk\)\. Pas vous\?",
      r"(?m)^alice : un code de secours a servi le \d{4}-\d\d-\d\d \d\d:\d\d \(desk\)\. Pas vous\?",
      r"(?m)^alice : votre mot de passe expire dans 7 jours, le \d{4}-\d\d-\d\d \d\d:\d\d\.")


def add_cases():
    add_case("contact_is_kept_shown_and_taken_back", contact_is_kept_shown_and_taken_back)
    add_case("sec_1_77_no_hostile_contact_is_taken", no_hostile_contact)
    add_case("notices_arrive_in_a_mailbox_in_english", everything_in_a_mailbox, "en", EN)
    add_case("notices_arrive_in_a_mailbox_in_french", everything_in_a_mailbox, "fr", FR)
    add_case("a_mail_system_that_is_down_loses_nothing", down_then_up)
    add_case("sec_1_77_sendmail_is_called_without_shell_and_environment", the_interface_word_for_word)
    add_case("subjects_are_encoded_words", subjects)
    add_case("a_stored_contact_that_is_no_address_is_not_used", a_stored_contact_that_is_none)
    add_case("every_status_but_0_keeps_the_notice", statuses)
    add_case("a_sendmail_that_does_not_read_is_no_death", a_reader_that_does_not_read)
    add_case("no_sendmail_ends_the_run", nothing_there)
    add_case("without_a_mail_system_notify_says_so_first", without_mail_it_says_so_first)
    add_case("a_sendmail_that_hangs_is_killed", hangs)
    add_case("a_sendmail_that_hangs_for_one_silences_nobody_else", hangs_for_one)
    add_case("children_that_the_kernel_would_reap_are_heard", children_reaped_by_the_kernel)
    add_case("two_at_once_send_each_notice_once", two_at_once)
    add_case("eight_at_once_send_each_notice_once", a_storm_of_runs)
    add_case("the_shipped_jobs_do_not_fail_because_of_each_other", jobs_at_once)
    add_case("one_mail_of_a_kind_a_day", once_a_day)
    add_case("a_flood_is_one_mail_and_strangers_are_no_file", a_flood_is_one_mail)
    add_case("an_expiry_is_told_five_times", expiry)
    add_case("without_a_contact_it_is_dropped_and_counted", without_contact)
    add_case("a_dry_run_changes_nothing", dry)
    add_case("a_damaged_notice_is_never_sent", damaged)
    add_case("unreadable_counters_silence_one_person", unreadable_counters)
    add_case("what_an_earlier_release_left_is_mailed", what_an_earlier_release_left)
    add_case("audit_f14_an_address_is_mailed_and_a_name_is_not", an_address_and_no_name)
    add_case("an_event_during_a_run_is_kept", events_during_a_run)
    add_case("a_removed_account_is_not_written_to", removed_accounts_are_forgotten)
    add_case("an_older_store_gets_its_directory", an_older_store)
    add_case("sec_1_50_sendmail_runs_as_the_owner", runs_as_the_owner)
    add_case("sec_1_78_a_notice_is_never_doubled_wherever_the_sender_is_killed", killed_at_every_step)
    add_case("a_mark_that_cannot_be_written_ends_the_run", no_mark_no_more_mail)
