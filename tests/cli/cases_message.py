"""Text messages: telephones and their carriers, and what a gateway is given."""
import glob
import json
import os
import re
import shutil
import signal
import subprocess
import time

from cases_notify import noticed, notify
from harness import Skip, add_case, expect, need, same
from mta import Exim, Recorder, script
from world import Terminal, World, lbr_world, tool

HERE = os.path.dirname(os.path.abspath(__file__))
SHIPPED = os.path.join(HERE, "..", "..", "packaging", "carriers.conf")
HOSTILE = ("", "514555012", "5145550123\nBcc: x@y.example", "5145550123\r", "-X/tmp/x", "|id", "5145550123@evil.example", "\x1b[2J",
           "+0145550123", "514 555 0123,514 555 0124", "zoé", "5" * 70000)


def carriers(world, *lines):
    """The table that ships, and what the host adds."""
    path = os.path.join(world.home, "carriers.conf")
    shutil.copy(SHIPPED, path)
    with open(path, "a", encoding="utf-8") as file:
        file.write("".join(line + "\n" for line in lines))
    os.chmod(path, 0o644)


def phoned(world, name="alice", carrier="telus"):
    noticed(world, name, contact=False)
    answer = world.run("contact", name, "--phone", "(514) 555-0123", "--carrier", carrier)
    same(answer.code, 0, repr(answer))


def a_number_and_a_carrier_are_kept():
    with World() as world:
        carriers(world)
        world.run("invite", "alice")
        answer = world.run("contact", "alice", "--phone", "514 555-0123", "--carrier", "telus")
        same((answer.code, answer.out), (0, "alice: notices go to +15145550123.\n"))
        expect("telus" in answer.err and len(answer.err.splitlines()) == 1, "an unverified gateway is not told")
        same(world.run("contact", "alice", "--json").json(), [
            {"user": "alice", "contact": "+15145550123", "carrier": "telus", "verified": None, "notices": "all", "changed": False}])
        generation = world.run("show", "alice", "--json").json()[0]["generation"]
        same(world.run("contact", "alice", "--phone", "+15145550123", "--carrier", "telus").code, 0)
        same(world.run("show", "alice", "--json").json()[0]["generation"], generation, "the same number was written again")
        same(world.run("contact", "alice", "--no-notices").out, "alice: gets only notices about security.\n")
        same(world.run("contact", "alice", "a@b.example", "--json").json()[0]["notices"], "security", "a choice does not stay")
        same(world.run("contact", "alice", "--notices").code, 0)
        same(world.run("contact", "alice", "--none").code, 0)
        same(world.run("contact", "alice", "--no-notices").code, 1)


def a_dead_carrier_is_refused_and_an_ending_one_warns():
    with World() as world:
        carriers(world)
        world.run("invite", "alice")
        for name in ("rogers", "fido", "chatr"):
            answer = world.run("contact", "alice", "--phone", "5145550123", "--carrier", name)
            same((answer.code, answer.out), (1, ""), name)
            expect("2023-07-01" in answer.err and "liberations contact alice ADDRESS" in answer.err and "telus" in answer.err, answer.err)
        answer = world.run("contact", "alice", "--phone", "5145550123", "--carrier", "bell")
        same(answer.code, 0)
        expect("2025-10-28" in answer.err, answer.err)
        for words in (("--phone", "5145550123"), ("--phone", "5145550123", "--carrier", "att"), ("--carrier", "telus")):
            same(world.run("contact", "alice", *words).code, 2, repr(words))


def a_number_is_nothing_else():
    """What is no number is refused in one line that does not repeat it."""
    with World() as world:
        carriers(world)
        world.run("invite", "alice")
        for number in HOSTILE:
            for words in (("--phone=" + number, "--carrier", "telus"), ("--phone", "5145550123", "--carrier=" + number)):
                answer = world.run("contact", "alice", *words)
                same((answer.code, answer.out), (2, ""), repr(words)[:80])
                expect(len(answer.err.splitlines()) == 1 and "\x1b" not in answer.err and len(answer.err) < 700, repr(answer.err))
        same(world.run("contact", "alice").out, "-\n")


def a_faulty_table_is_refused_by_its_line():
    with World() as world:
        carriers(world, "telus works 2026-11-01 {national}@gateway.example here", "secret-word nonsense")
        world.run("invite", "alice")
        answer = world.run("contact", "alice", "--phone", "5145550123", "--carrier", "telus")
        same(answer.code, 3)
        with open(SHIPPED, encoding="utf-8") as file:
            number = len(file.readlines()) + 2
        expect(f"line {number}" in answer.err and "secret-word" not in answer.err, answer.err)
        same(world.run("notify").code, 3)


def a_gateway_gets_one_recipient_no_subject_and_plain_signs():
    """The bytes on the wire: also what the carrier's address becomes when the table changes."""
    with World(language="fr_CA.UTF-8") as world:
        recorder = Recorder(world).set_up("mail-from = it@example.org")
        carriers(world)
        phoned(world)
        lbr_world(world, "alice", "language=fr")
        each, total, err = notify(world)
        same((total["sent"], err), (1, ""))
        same(each[0]["contact"], "+15145550123")
        (words, _, message), = recorder.calls()
        same(words, ["-i", "-f", "it@example.org", "--", "5145550123@msg.telus.com"])
        head, body = message.split(b"\n\n", 1)
        same([line.split(b":")[0] for line in head.split(b"\n")],
             [b"From", b"To", b"Date", b"Message-ID", b"Auto-Submitted", b"MIME-Version", b"Content-Type", b"Content-Transfer-Encoding"])
        text = body.decode()
        expect(len(text) <= 161 and text.count("\n") == 1 and not set(text) & set("çêâîôû’«»…œ\u00a0"), repr(text))
        tool(world, "cli/forge", "notice", "alice", "locked", "desk", "")
        carriers(world, "telus works 2026-11-01 {number}@new.example moved")
        same(notify(world)[1]["sent"], 1)
        same(recorder.calls()[0][0][-1], "15145550123@new.example")


def a_gateway_that_died_keeps_the_notice():
    with World() as world:
        recorder = Recorder(world).set_up()
        carriers(world)
        phoned(world)
        carriers(world, "telus dead 2026-11-01 none told us")
        _, total, err = notify(world, 3)
        same((total["sent"], total["kept"]), (0, 1))
        expect("liberations contact alice" in err, err)
        same(world.run("contact", "alice", "alice@example.org").code, 0)
        same(notify(world)[1]["sent"], 1)
        same(recorder.calls()[0][0][-1], "alice@example.org")


def who_wants_no_notices_gets_those_about_security():
    with World() as world:
        recorder = Recorder(world).set_up("max-age = 7 days")
        noticed(world, "alice")
        same(world.run("contact", "alice", "--no-notices").code, 0)
        same([one["kind"] for one in notify(world)[0]], ["password-known"])
        same(len(recorder.calls()), 1)
        same(world.run("contact", "alice", "--notices").code, 0)
        same([one["kind"] for one in notify(world)[0]], ["password-expires"])


def a_real_mail_system_takes_it():
    with World() as world:
        exim = Exim(world).set_up("mail-from = it@example.org")
        carriers(world)
        phoned(world)
        same(notify(world)[1]["sent"], 1)
        mail, = exim.box()
        same((mail["To"], mail["Envelope-to"], mail["Subject"]), ("5145550123@msg.telus.com", "5145550123@msg.telus.com", None))


# --- telephones in a list of people -------------------------------------------------------------------------------------

def invited(world, data, *more, code=0):
    answer = world.run("invite", "--csv", "-", *more, stdin=data)
    same((answer.code, answer.out == ""), (code, code != 0), repr(answer))
    return answer.err


def a_list_has_telephones_and_carriers():
    """In either language and any order, as people write them; what is not filled in is not there; warned once a carrier."""
    rows = "Fournisseur;Identifiant;Téléphone;Courriel\nPublic Mobile;alice;(514) 555-0123;\n;bob;;bob@example.org\n"
    rows += "VIDÉOTRON;carol;+1 418 555 0199;\nTelus;dan;15145550124;\npublic-mobile;erin;514.555.0125;\n;frank;;\n"
    with World() as world:
        carriers(world)
        err = invited(world, rows)
        same([err.count(f"{name}'s gateway") for name in ("public-mobile", "videotron", "telus")], [1, 1, 1], err)
        found = {name: world.run("contact", name, "--json").json()[0] for name in ("alice", "bob", "carol", "dan", "erin", "frank")}
        same({name: (one["contact"], one["carrier"]) for name, one in found.items()},
             {"alice": ("+15145550123", "public-mobile"), "bob": ("bob@example.org", None), "carol": ("+14185550199", "videotron"),
              "dan": ("+15145550124", "telus"), "erin": ("+15145550125", "public-mobile"), "frank": (None, None)})


def a_list_with_both_keeps_the_addresses():
    """An account has one contact; the option says how many telephones that costs."""
    rows = "login,phone,carrier,email\nann,5145550123,telus,ann@example.org\nben,5145550124,klingon,ben@example.org\n"
    rows += "cat,5145550125,telus,\n"
    with World() as world:
        carriers(world)
        err = invited(world, rows, code=2)
        same(err.count("add --ignore-columns to keep the addresses"), 2, err)
        err = invited(world, rows, "--ignore-columns")
        expect("telephones not kept, since these people have an e-mail address: 2" in err, err)
        same([world.run("contact", name).out.split()[0] for name in ("ann", "ben", "cat")],
             ["ann@example.org", "ben@example.org", "+15145550125"])


def every_fault_of_telephones_by_its_place():
    rows = "login,phone,carrier,email\na1,514 555 012,telus,\na2,5145550123,,\na3,5145550123,Teluss,\na4,5145550123,rogers,\n"
    rows += "a5,,telus,\na6,5145550123,telus,a@b.test\na7,5145550123\\nBcc: x@y.example,telus,\na8,5145550123,klingon,\n"
    with World() as world:
        carriers(world)
        err = invited(world, rows, code=2)
        same(re.findall(r"line (\d+), column (\d+): (?!it is )([a-z-]+ [a-z]+)", err),
             [("2", "4", "not a"), ("3", "15", "write the"), ("4", "15", "no such"), ("5", "15", "rogers has"), ("6", "5", "a carrier"),
              ("7", "4", "a person"), ("8", "4", "not a"), ("9", "15", "write the")], err)
        expect("did you mean telus?" in err and "2023-07-01" in err and "bell, " in err, err)
        for secret in ("Teluss", "Bcc", "klingon", "514"):
            expect(secret not in err.replace("514-555-0123", ""), f"the list's {secret} is shown: {err}")
        same(world.run("list").out, "")
        err = invited(world, "login,carrier\nzoe,telus\n", code=2)
        expect("line 1, column 7: carrier: " in err, err)


# --- message ------------------------------------------------------------------------------------------------------------


def crowd(world, *names):
    carriers(world)
    for name in names:
        lbr_world(world, name, "state=own")
        same(world.run("contact", name, f"{name}@example.org").code, 0)


def send(world, *words, code=0, stdin=""):
    """The result of each person, and the sums."""
    answer = world.run("message", *words, "--json", stdin=stdin)
    same(answer.code, code, repr(answer))
    lines = answer.json()
    return {line["user"]: line["result"] for line in lines if "user" in line}, lines[-1]


def waiting(world):
    return sorted(name for name in os.listdir(os.path.join(world.state, "spool")) if not name.startswith("."))


def everybody_gets_a_mail_of_their_own():
    with World() as world:
        recorder = Recorder(world).set_up("mail-from = it@example.org")
        crowd(world, "alice", "bob")
        lbr_world(world, "carol", "state=own")
        results, total = send(world, "--all", "L’atelier « Nord »… ferme à 20\u00a0h – merci")
        same(results, {"alice": "sent", "bob": "sent", "carol": "no-contact"})
        same(total, {"sent": 2, "queued": 0, "failed": 0, "unknown": 0, "changed": True})
        calls = recorder.calls()
        same(sorted(words[-1] for words, _, _ in calls), ["alice@example.org", "bob@example.org"])
        for words, environment, message in calls:
            same(words[:4], ["-i", "-f", "it@example.org", "--"])
            expect(not any("atelier" in line for line in environment), environment)
            head, body = message.decode().split("\n\n", 1)
            expect("Subject" not in head and head.count("To: ") == 1, head)
            same(body, "L'atelier \"Nord\"... ferme à 20 h - merci\n")
        same(waiting(world), [])
        same(send(world, "alice", stdin=".\n")[0], {"alice": "sent"})
        expect(recorder.calls()[0][2].endswith(b"\n\n.\n"), "a dot alone is not kept")


def a_text_is_measured_before_it_is_sent():
    with World() as world:
        recorder = Recorder(world).set_up()
        crowd(world, "alice")
        for text in ("a" * 161, "ê" * 71):
            answer = world.run("message", "alice", stdin=text)
            same((answer.code, answer.out), (1, ""))
            expect("2 text messages" in answer.err, answer.err)
        answer = world.run("message", "alice", "--long", stdin="a" * 161)
        expect(answer.code == 0 and answer.err.startswith("Length: 161 of 306 characters"), repr(answer))
        for text in ("", "\n", "a\nb", "a\r\nBcc: x@y.example", "\x1b[2J", "a\0b", "\u2028", "\u202e", "a" * 2**20):
            same(world.run("message", "alice", "--long", stdin=text).code, 2, repr(text)[:40])
        same(len(recorder.calls()), 1)
        same(world.run("message", "alice", "nobody-here", stdin="hello").code, 1)
        same((len(recorder.calls()), waiting(world)), (0, []), "somebody got a message of a run that was refused")


def what_is_not_taken_waits_and_comes_once():
    """Missing, failing and hanging mail systems: nothing lost, nothing doubled."""
    with World() as world:
        recorder = Recorder(world, after="exit 75").set_up("sendmail-wait = 1 s")
        crowd(world, "alice")
        same(send(world, "alice", stdin="one")[0], {"alice": "queued"})
        recorder.behave(after="", before="sleep 60")
        same(send(world, "alice", stdin="two")[0], {"alice": "queued"})
        os.unlink(recorder.program)
        same(send(world, "alice", stdin="three")[0], {"alice": "queued"})
        recorder.calls()
        recorder.behave()
        same(send(world, "--deliver")[1]["queued"], 3, "the pause is not kept")
        for _ in range(2):
            run_later(world, 61)
        same(sorted(message.split(b"\n\n")[1] for _, _, message in recorder.calls()), [b"one\n", b"three\n", b"two\n"])
        same(waiting(world), [])


def run_later(world, seconds, code=0, *words):
    need("faketime")
    library = "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1"
    if not os.path.exists(library):
        raise Skip("no libfaketime")
    line = world.line(*(words or ("message", "--deliver")), "--json")
    at = line.index(world.command)
    line[at:at] = ["env", f"LD_PRELOAD={library}", f"FAKETIME=+{seconds}s", "FAKETIME_DONT_FAKE_MONOTONIC=1"]
    done = subprocess.run(line, capture_output=True, env=world.environment(), timeout=600, check=False, cwd="/", text=True)
    expect(code in (None, done.returncode), done.returncode, done.stdout + done.stderr)
    return [json.loads(line) for line in done.stdout.splitlines()]


def after_two_days_it_is_given_up():
    with World() as world:
        recorder = Recorder(world, after="exit 75").set_up()
        crowd(world, "alice")
        same(send(world, "alice", stdin="one")[0], {"alice": "queued"})
        same(run_later(world, 86400)[0]["result"], "queued")
        same(run_later(world, 3 * 86400, 3)[0]["result"], "failed")
        same((len(recorder.calls()), waiting(world)), (3, []))


def who_has_the_name_next_gets_nothing_of_it():
    with World() as world:
        recorder = Recorder(world, after="exit 75").set_up()
        crowd(world, "alice", "bob")
        tool(world, "cli/forge", "notice", "alice", "locked", "desk", "")
        same(notify(world, 3)[1]["kept"], 1)
        same(send(world, "alice", "bob", stdin="one")[0], {"alice": "queued", "bob": "queued"})
        same(world.run("remove", "alice", "--yes").code, 0)
        crowd(world, "alice")
        recorder.behave()
        recorder.calls()
        same([(one["user"], one["result"]) for one in run_later(world, 61) if "user" in one], [("bob", "sent")])
        same([words[-1] for words, _, _ in recorder.calls()], ["bob@example.org"])


def nor_while_another_process_is_sending():
    """What waits goes at once, without a turn, and what is being handed over is not put back."""
    with World() as world:
        recorder = Recorder(world, after="exit 75").set_up()
        crowd(world, "alice", "bob")
        same(send(world, "alice", "bob", stdin="one")[0], {"alice": "queued", "bob": "queued"})
        door = os.path.join(recorder.directory, "door")
        os.mkfifo(door)
        os.chmod(door, 0o644)
        recorder.behave(after=f"read go <{door}; exit 75")
        running = world.start("message", "alice")
        running.stdin.write("two")
        running.stdin.close()
        running.stdin = None
        with open(door, "w", encoding="ascii"):  # from now on the mail program waits for its end
            same(world.run("remove", "alice", "--yes").code, 0)
            crowd(world, "alice")
        out, err = running.communicate(timeout=600)
        same(running.returncode, 3, out + err)
        recorder.behave()
        recorder.calls()
        same([(one["user"], one["result"]) for one in run_later(world, 61) if "user" in one], [("bob", "sent")])
        same(([words[-1] for words, _, _ in recorder.calls()], waiting(world)), (["bob@example.org"], []))


def a_killed_sender_doubles_nothing():
    """Killed while it hands over: perhaps sent, so said and not sent again. Killed before: nobody got anything."""
    with World() as world:
        recorder = Recorder(world, after="kill -9 $PPID; exit 0").set_up()
        crowd(world, "alice", "bob")
        answer = world.run("message", "alice", "bob", stdin="one")
        same(answer.code, -9, repr(answer))
        same(len(recorder.calls()), 1)
        recorder.behave()
        results, total = send(world, "--deliver", code=3)
        same(results, {"alice": "unknown", "bob": "sent"})
        same([words[-1] for words, _, _ in recorder.calls()], ["bob@example.org"])
        same(waiting(world), [])
        same(send(world, "alice", stdin="two")[0], {"alice": "sent"})


def what_a_killed_run_left_is_not_sent():
    with World() as world:
        recorder = Recorder(world, after="exit 75").set_up()
        crowd(world, "alice", "bob")
        same(send(world, "alice", "bob", stdin="one")[0], {"alice": "queued", "bob": "queued"})
        for name in waiting(world):
            if name.endswith(".released"):
                os.unlink(os.path.join(world.state, "spool", name))
        recorder.behave()
        same(send(world, "--deliver")[0], {})
        same(waiting(world), [])


def a_day_has_its_measure():
    """The others wait for tomorrow and come once; what is about security never waits, and counts."""
    with World() as world:
        recorder = Recorder(world).set_up("messages-a-day = 2", "max-age = 7 days", "window = 2")
        crowd(world, "alice", "bob")
        tool(world, "cli/forge", "notice", "alice", "locked", "desk", "")
        each, total, _ = notify(world)
        same([one["kind"] for one in each], ["locked", "password-expires", "password-expires"], "security does not come first")
        same(total["sent"], 3)
        same(send(world, "alice", "bob", stdin="one")[0], {"alice": "queued", "bob": "sent"})
        same(send(world, "bob", stdin="two")[0], {"bob": "queued"})
        tool(world, "cli/forge", "notice", "alice", "password-known", "desk", "")
        same([one["kind"] for one in notify(world)[0]], ["password-known"])
        expect(world.run("message", "alice", stdin="x").out.startswith("alice: not sent yet; next try: "), "nobody is told")
        same(send(world, "--deliver")[1]["queued"], 3)
        recorder.calls()
        run_later(world, 86400)
        same(sorted((words[-1][:3], message.split(b"\n\n")[1]) for words, _, message in recorder.calls()),
             [("ali", b"one\n"), ("ali", b"x\n"), ("bob", b"two\n")])
        same(waiting(world), [])


def a_line_that_was_cut_counts_for_nobody():
    """What a crash leaves of the day's file: whole lines count."""
    with World() as world:
        Recorder(world).set_up("messages-a-day = 2")
        crowd(world, "alice")
        same(send(world, "alice", stdin="one")[0], {"alice": "sent"})
        with open(os.path.join(world.state, "spool", ".sent"), "a", encoding="ascii") as file:
            file.write("ali")
        same([send(world, "alice", stdin="x")[0]["alice"] for _ in range(2)], ["sent", "queued"])


PROVIDER = """\
#!/bin/sh
n=0
while ! mkdir {directory}/calls/$n 2>/dev/null; do n=$((n + 1)); done
cd {directory}/calls/$n || exit 75
printf '%s\\n' "$@" >words
env >environment
id -u >uid
cat >message
exit {status}
"""


def provider(recorder, status=0):
    path = os.path.join(recorder.directory, "sms")
    script(path, PROVIDER.format(directory=recorder.directory, status=status))
    return path


def a_provider_gets_number_and_text():
    """A program instead of mail: its words, the number last, the text on standard input; addresses still go by mail."""
    with World() as world:
        recorder = Recorder(world)
        recorder.set_up(f"command = {provider(recorder)} --from  5145550000 $HOME;id", "window = 2")
        carriers(world)
        noticed(world, "alice", "bob", contact=False)
        same(world.run("contact", "alice", "--phone", "5145550123").code, 0, "a provider needs no carrier")
        same(world.run("contact", "bob", "bob@example.org").code, 0)
        same(notify(world)[1]["sent"], 2)
        calls = {words[-1]: (words, environment, message) for words, environment, message in recorder.calls()}
        words, environment, message = calls["+15145550123"]
        same(words, ["--from", "5145550000", "$HOME;id", "+15145550123"])
        same([line for line in environment if not line.startswith(("PWD=", "OLDPWD=", "_=", "SHLVL="))],
             ["PATH=/usr/sbin:/usr/bin:/sbin:/bin"])
        expect(message.startswith(b"alice: correct password") and message.count(b"\n") == 1, message)
        expect(b"Subject: " in calls["bob@example.org"][2], calls["bob@example.org"])
        invited(world, "identifiant;téléphone\nzoe;418 555-0199\n")
        same(world.run("contact", "zoe", "--json").json()[0]["contact"], "+14185550199")
        same(send(world, "alice", stdin="one")[0], {"alice": "sent"})
        provider(recorder, 75)
        same(send(world, "alice", stdin="two")[0], {"alice": "queued"})
        provider(recorder, 67)
        recorder.calls()
        same(run_later(world, 61, 3)[0]["result"], "failed")
        same((len(recorder.calls()), waiting(world)), (1, []))


def doctor_finds_what_nothing_sends():
    with World() as world:
        Recorder(world, after="exit 75").set_up()
        crowd(world, "alice")

        def found():
            return [one for one in world.run("doctor", "--json", "--confdir", world.home).json() if one.get("check") == "spool"]
        same((found(), os.path.exists(os.path.join(world.state, "spool"))), ([], False))
        same(send(world, "alice", stdin="one")[0], {"alice": "queued"})
        same(found(), [])
        before = waiting(world)
        later = [one for one in run_later(world, 7200, None, "doctor", "--confdir", world.home) if one.get("check") == "spool"]
        same([(one["severity"], one["fix"]) for one in later], [("warning", "sudo systemctl enable --now liberations-deliver.timer")])
        same(waiting(world), before)


def states_choose_whom():
    with World() as world:
        recorder = Recorder(world).set_up("max-age = 30 days")
        crowd(world, "alice", "bob", "carol")
        world.run("invite", "dan", "--contact", "dan@example.org")
        same(world.run("disable", "carol").code, 0)
        lbr_world(world, "bob", "age_days=25")
        for words, names in ((("--state", "disabled,invited"), ["carol", "dan"]), (("--state=active",), ["alice", "bob"]),
                             (("--expiring", "7d"), ["bob", "dan"]), (("--never-signed-in", "--state", "invited"), ["dan"]),
                             (("--state", "locked"), [])):
            results, total = send(world, *words, "one")
            same((sorted(results), total["sent"]), (names, len(names)), words)
        same(len(recorder.calls()), 7)
        for words in (("--state", "klingon"), ("--state", "no-unix-user"), ("--state", ""), ("--deliver", "--state", "active"),
                      ("alice", "hello there", "--state", "active")):
            same(world.run("message", *words, stdin="one").code, 2, words)
        for words in (("--all",), ("--state", "active"), ("--never-signed-in",)):  # whom, and the text is missing
            answer = world.run("message", "alice", *words)
            same((answer.code, answer.out), (2, ""), repr(answer))
            expect("alice is a user" in answer.err, repr(answer))
        same(recorder.calls(), [])
        send(world, "--state", "active", stdin="alice\n")
        same(len(recorder.calls()), 2)


def an_unreadable_account_is_told():
    """The others get the message, and the status says that somebody does not."""
    with World() as world:
        recorder = Recorder(world).set_up()
        crowd(world, "alice", "bob")
        path = glob.glob(os.path.join(world.state, "accounts", "*", "bob"))[0]
        os.truncate(path, 10)
        results, _ = send(world, "--all", "hello there", code=3)
        same((results, len(recorder.calls())), ({"alice": "sent"}, 1))


def sent_word(recorder, process):
    """(the word, its message)"""
    end = time.time() + 600
    while not os.path.exists(os.path.join(recorder.directory, "calls", "0", "whole")) and process.poll() is None:
        expect(time.time() < end, "nothing was sent")
        time.sleep(0.02)
    (words, _, message), = recorder.calls()
    return re.search(r"(?:word is|mot est) ([a-z]{6})\.", message.decode()).group(1), words, message


def check(world, recorder, answer_of, *more):
    """contact --test; what is typed comes from the word that was sent. (status, standard output, standard error, message)"""
    process = world.start("contact", "alice", "--test", *more)
    try:
        word, words, message = sent_word(recorder, process)
        out, err = process.communicate(answer_of(word), timeout=600)
    finally:
        process.kill()
    return process.returncode, out, err, (words, message)


def a_word_is_read_back():
    with World() as world:
        recorder = Recorder(world).set_up()
        carriers(world)
        lbr_world(world, "alice", "state=own", "language=fr")
        same(world.run("contact", "alice", "--test").code, 1, "nobody to send to")
        same(world.run("contact", "alice", "--phone", "5145550123", "--carrier", "telus").code, 0)
        for wrong in (lambda word: word[:-1] + "\n", lambda word: "\n", lambda word: "", lambda word: word + "a\n"):
            code, out, err, _ = check(world, recorder, wrong)
            same((code, out), (1, ""), err)
            expect("contact alice --test" in err, err)
        same(world.run("contact", "alice", "--json").json()[0]["verified"], None)
        code, out, err, (words, message) = check(world, recorder, lambda word: f" {word.upper()} \n", "--json")
        same(code, 0, err)
        fact, = [json.loads(line) for line in out.splitlines()]
        expect(fact["verified"] and fact["changed"], fact)
        same(words[-1], "5145550123@msg.telus.com")
        head, body = message.split(b"\n\n", 1)
        expect(b"Subject" not in head and "le mot est" in body.decode() and body.count(b"\n") == 1, message)
        same(world.run("contact", "alice", "--phone", "5145550124", "--carrier", "telus").code, 0)
        same(world.run("contact", "alice", "--json").json()[0]["verified"], None, "a new number is believed")


def a_word_is_typed_at_a_terminal():
    """It is no secret, so it shows; a signal at the question leaves the contact as it was."""
    for language, question in (("en", "The word that alice reads: "), ("fr", "Le mot que alice vous lit : ")):
        with World(language + "_CA.UTF-8") as world:
            recorder = Recorder(world).set_up()
            crowd(world, "alice")
            for typed, code in ((None, -signal.SIGINT), (True, 0)):
                terminal = Terminal(world, "contact", "alice", "--test")
                terminal.until(question)
                word = sent_word(recorder, terminal.process)[0]
                terminal.type(word + "\n" if typed else "\x03")
                same(terminal.wait(), code, terminal.seen)
                expect(terminal.echoes(), "the echo stayed off")
                terminal.close()
                same(terminal.seen.count(word), 1 if typed else 0, terminal.seen)
                same(bool(world.run("contact", "alice", "--json").json()[0]["verified"]), code == 0, terminal.seen)


def a_word_that_is_not_taken_is_told():
    with World() as world:
        recorder = Recorder(world, after="exit 75").set_up()
        crowd(world, "alice")
        answer = world.run("contact", "alice", "--test", stdin="x\n")
        same((answer.code, answer.out), (3, ""))
        expect("(75)" in answer.err, answer.err)
        os.unlink(recorder.program)
        same(world.run("contact", "alice", "--test").code, 3)
        for words in (("--none",), ("a@b.example",), ("--notices",), ("--phone", "5145550123", "--carrier", "telus")):
            same(world.run("contact", "alice", "--test", *words).code, 2, words)


def without_randomness_nothing_is_sent():
    need("strace")
    with World() as world:
        recorder = Recorder(world).set_up("mail-from = it@example.org")
        crowd(world, "alice")
        for words in (("message", "alice", "a text"), ("contact", "alice", "--test")):
            line = world.line(*words)
            at = line.index(world.command)
            line[at:at] = ["strace", "-qq", "-e", "trace=getrandom", "-e", "inject=getrandom:error=EIO", "-o", "/dev/null"]
            done = subprocess.run(line, input="", capture_output=True, text=True, check=False, cwd="/", env=world.environment())
            same((done.returncode, done.stdout, done.stderr.splitlines()[-1:]),
                 (3, "", ["liberations: the kernel returned no random bytes"]), words)
        same(recorder.calls(), [])


def add_cases():
    add_case("message_without_randomness_nothing_is_sent", without_randomness_nothing_is_sent)
    add_case("message_who_has_the_name_next_gets_nothing_of_it", who_has_the_name_next_gets_nothing_of_it)
    add_case("message_who_has_the_name_next_gets_nothing_of_a_run_under_way", nor_while_another_process_is_sending)
    add_case("contact_a_word_is_read_back", a_word_is_read_back)
    add_case("contact_a_word_is_typed_at_a_terminal", a_word_is_typed_at_a_terminal)
    add_case("contact_a_word_that_is_not_taken_is_told", a_word_that_is_not_taken_is_told)
    add_case("message_states_choose_whom", states_choose_whom)
    add_case("message_an_unreadable_account_is_told", an_unreadable_account_is_told)
    add_case("doctor_finds_what_nothing_sends", doctor_finds_what_nothing_sends)
    add_case("message_a_day_has_its_measure", a_day_has_its_measure)
    add_case("message_a_line_that_was_cut_counts_for_nobody", a_line_that_was_cut_counts_for_nobody)
    add_case("sec_1_77_a_provider_gets_number_and_text", a_provider_gets_number_and_text)
    add_case("message_everybody_gets_a_mail_of_their_own", everybody_gets_a_mail_of_their_own)
    add_case("sec_1_77_a_text_is_measured_before_it_is_sent", a_text_is_measured_before_it_is_sent)
    add_case("sec_1_78_what_is_not_taken_waits_and_comes_once", what_is_not_taken_waits_and_comes_once)
    add_case("message_after_two_days_it_is_given_up", after_two_days_it_is_given_up)
    add_case("sec_1_78_a_killed_sender_doubles_nothing", a_killed_sender_doubles_nothing)
    add_case("message_what_a_killed_run_left_is_not_sent", what_a_killed_run_left_is_not_sent)
    add_case("invite_a_list_has_telephones_and_carriers", a_list_has_telephones_and_carriers)
    add_case("invite_a_list_with_both_keeps_the_addresses", a_list_with_both_keeps_the_addresses)
    add_case("sec_1_77_every_fault_of_telephones_in_a_list_by_its_place", every_fault_of_telephones_by_its_place)
    add_case("message_a_number_and_a_carrier_are_kept", a_number_and_a_carrier_are_kept)
    add_case("message_a_dead_carrier_is_refused_and_an_ending_one_warns", a_dead_carrier_is_refused_and_an_ending_one_warns)
    add_case("sec_1_77_a_number_is_nothing_else", a_number_is_nothing_else)
    add_case("message_a_faulty_table_is_refused_by_its_line", a_faulty_table_is_refused_by_its_line)
    add_case("sec_1_77_a_gateway_gets_one_recipient_no_subject_and_plain_signs", a_gateway_gets_one_recipient_no_subject_and_plain_signs)
    add_case("message_a_gateway_that_died_keeps_the_notice", a_gateway_that_died_keeps_the_notice)
    add_case("message_who_wants_no_notices_gets_those_about_security", who_wants_no_notices_gets_those_about_security)
    add_case("message_a_real_mail_system_takes_it", a_real_mail_system_takes_it)
