"""What a newer release wrote: every format of include/liberations/formats.h in its next version, and each command that meets it."""
import base64
import glob
import os
import re

from cases_backup import account, content as accounts_of, restore, seal
from cases_notify import noticed, notify, waiting
from cases_rekey import key_ids, step, wait_in_the_spools
from cases_releases import mac_of, owned, put_newer_counters
from formats import read, versions
from harness import add_case, expect, same
from mta import Recorder
from person import PASSWORD, Person
from world import World, lbr_world

VERSIONS = versions()
# What administrators do with an account, and what they do with everybody's.
ALICE = (("show", "alice"), ("contact", "alice", "b@example.org"), ("rename", "alice", "agnes"), ("expire", "alice"),
         ("unlock", "alice"), ("unlock", "--rebuild", "alice"), ("disable", "alice"), ("enable", "alice"), ("sign-out", "alice"),
         ("recovery-codes", "alice"), ("passwd", "alice", "--json"), ("reset-token", "alice", "--yes"))
HISTORY = (("history", "alice"), ("history", "alice", "--forget", "--yes"), ("rename", "alice", "agnes"))
ALL = (("list",), ("notify",), ("message", "--deliver"), ("unlock", "--all", "--yes"), ("rekey", "--reseal"), ("init",))


def line(place, kind):
    """How a fault ends, as a regular expression."""
    newest, name = VERSIONS[kind], {"COUNTERS": "counters"}.get(kind, "liberations-" + kind.lower())
    return (f"{place}: written by a newer release of liberations, in format {name} {newest + 1} \\(this one reads up to {newest}\\); "
            "install the release that wrote it, or a newer one")


def bytes_of(path):
    with open(path, "rb") as file:
        return file.read()


def put(path, data):
    with open(path, "wb") as file:
        file.write(data)
    owned(path)


def put_text(world, path, kind, name, change):
    """A record of text lines, changed, with a MAC that is right."""
    text = bytes_of(path)
    body = change(text[:text.rindex(b"mac ")])
    key, mac = mac_of(world, kind.encode(), name.encode(), body)
    put(path, body + f"mac {key} {base64.b64encode(mac).decode()}\n".encode())


def put_newer(world, kind, path, name="alice"):
    """The file in its next version; returns its bytes."""
    number = VERSIONS[kind] + 1
    put_text(world, path, kind.lower(), name, lambda body: re.sub(rb"\Aliberations-(\S+) \d+", rb"liberations-\1 %d" % number, body, count=1)
             + b"more 1\n")
    expect(bytes_of(path).startswith(b"liberations-%s %d\n" % (kind.lower().encode(), number)), path)
    return bytes_of(path)


def found(world, check):
    """What doctor says under this word, and never anything else about alice."""
    return [(one["where"], one["fix"], one["text"]) for one in world.run("doctor", "--json", "--confdir", world.home).json()
            if one["check"] == check]


def refused(world, lines, verbs):
    """Each of these commands ends with 3 and that line alone."""
    for words in verbs:
        answer = world.run(*words)
        same((answer.code, answer.out), (3, ""), repr((words, answer)))
        expect(re.fullmatch(f"liberations: (alice: )?{lines}\n", answer.err), words, repr(answer))


def unharmed(world, path, whole, verbs):
    for words in verbs:
        world.run(*words)
        same(bytes_of(path), whole, f"{words!r} wrote over it")


def key_stays(world, path, whole):
    """Nobody knows whether such a record can do without the key that it names."""
    old = key_ids(world)[0]
    new = step(world, "--add")["key"]
    step(world, "--activate", new)
    same(world.run("rekey", "--reseal").code, 3)
    answer = world.run("rekey", "--retire", old, "--yes")
    expect(answer.code != 0 and old in key_ids(world), repr(answer))
    same(bytes_of(path), whole, "rekey wrote over it")


def kept(world):
    """Alice, with an account, a history, and a notice and a message that wait."""
    world.configure("window = 2", "history = 3")
    alice = Person(world, "alice")
    alice.enroll()
    wait_in_the_spools(world, "alice")
    return alice


def the(world, *parts):
    path, = glob.glob(os.path.join(world.state, *parts))
    return path


def newer_record(tree, title, put):
    """Without this part of it nobody signs in."""
    with World() as world:
        alice, path = kept(world), the(world, tree, "*", "alice")
        whole = put(world, path)
        same(alice.sign_in(PASSWORD, alice.code()).code, 1)
        refused(world, line(f"{tree}/alice", title), ALICE + HISTORY)
        unharmed(world, path, whole, ALL)
        same([one[:2] for one in found(world, "account")], [("alice", "man liberations-formats")])
        key_stays(world, path, whole)


def newer_account():
    newer_record("accounts", "ACCOUNT", lambda world, path: put_newer(world, "ACCOUNT", path))


def newer_counters():
    newer_record("counters", "COUNTERS", lambda world, path: put_newer_counters(world, path, b"counters", b"alice"))


def newer_history():
    """Read for a change of the password alone: she signs in, and does not change it."""
    with World() as world:
        alice, path = kept(world), the(world, "history", "*", "alice")
        whole = put_newer(world, "HISTORY", path)
        expect(alice.may_sign_in(), "a history that is not needed keeps her out")
        refused(world, line("history(/alice)?", "HISTORY"), HISTORY)
        unharmed(world, path, whole, ALL)
        (where, fix, text), = found(world, "history")
        expect((where, fix) == ("alice", "man liberations-formats") and re.fullmatch(line("history/alice", "HISTORY"), text), text)
        same(world.run("expire", "alice").code, 0)
        answer = alice.sign_in(PASSWORD, alice.code(), PASSWORD[::-1], PASSWORD[::-1])
        expect(answer.code == 1, "a password was changed without its history", repr(answer))
        same(bytes_of(path), whole)
        key_stays(world, path, whole)
        put(path, b"x" + whole[1:])
        same([one[:2] for one in found(world, "history")], [("alice", "sudo liberations history --forget alice")])
        same(world.run("history", "alice", "--forget", "--yes").code, 0, "a damaged history is no longer repaired")
        same(found(world, "history"), [])


def newer_notice():
    with World() as world:
        alice, path = kept(world), the(world, "notices", "alice*locked")
        whole = put_newer(world, "NOTICE", path)
        expect(alice.may_sign_in(), "a notice keeps her out")
        answer = world.run("notify")
        same(answer.code, 3, repr(answer))
        expect(re.search(line("notices: alice:\\S+", "NOTICE"), answer.err), repr(answer))
        unharmed(world, path, whole, ALL + (("unlock", "alice"), ("contact", "alice", "b@example.org")))
        (where, fix, text), = found(world, "notice")
        expect((where, fix) == ("alice", "man liberations-formats") and re.fullmatch(line("notices: alice:\\S+", "NOTICE"), text), text)
        key_stays(world, path, whole)


def newer_mark():
    """A notice in the spool that cannot be marked as sent is not sent, and does not keep the others."""
    with World() as world:
        recorder = Recorder(world, after="exit 75").set_up()
        noticed(world, "alice", "bob")
        same(notify(world, 3)[1]["kept"], 2)
        path = the(world, "notices", "alice*")
        whole = put_newer(world, "NOTICE", path)
        for one in glob.glob(os.path.join(world.state, "spool", "[!.]*")):
            put_text(world, one, "message", os.path.basename(one), lambda body: body.replace(b"\nstate waiting\n", b"\nstate held\n"))
        recorder.behave()
        recorder.calls()
        each, total, err = notify(world, 3)
        same(([one["user"] for one in each if one["result"] == "sent"], total["sent"]), (["bob"], 1))
        expect(re.search(line("notices: alice:\\S+", "NOTICE"), err), err)
        same((bytes_of(path), waiting(world)), (whole, ["alice"]))
        os.unlink(path)
        same(notify(world)[1]["sent"], 1)


def newer_message():
    with World() as world:
        alice = kept(world)
        path = next(one for one in glob.glob(os.path.join(world.state, "spool", "[!.]*")) if b"\nkind message\n" in bytes_of(one))
        whole = put_newer(world, "MESSAGE", path, os.path.basename(path))
        expect(alice.may_sign_in(), "a message keeps her out")
        for words in (("message", "--deliver"), ("notify",)):
            answer = world.run(*words)
            same(answer.code, 3, repr(answer))
        answer = world.run("message", "--deliver")
        said = line(f"spool: {os.path.basename(path)}", "MESSAGE")
        expect(re.search(said, answer.err), repr(answer))
        unharmed(world, path, whole, ALL + (("contact", "alice", "b@example.org"), ("unlock", "alice")))
        (where, fix, text), = found(world, "spool")
        expect((where, fix) == (os.path.basename(path), "man liberations-formats") and re.fullmatch(said, text), text)
        key_stays(world, path, whole)


def newer_export():
    with World() as world:
        lbr_world(world, "kim", "state=own")
        path, before = seal(world, [account("ann")]), accounts_of(world)
        number = VERSIONS["EXPORT"]
        put(path, bytes_of(path).replace(b'export":%d' % number, b'export":%d' % (number + 1), 1))
        whole = bytes_of(path)
        for more in ((), ("--merge",), ("--dry-run",)):
            answer = restore(world, path, *more)
            same((answer.code, answer.out), (3, ""), repr(answer))
            expect(re.fullmatch(f"liberations: {line(path, 'EXPORT')}\n", answer.err), repr(answer))
        same((accounts_of(world), bytes_of(path)), (before, whole))


def newer_locks():
    """Nothing in it is needed: it is made anew, and nobody is refused."""
    with World() as world:
        world.configure("window = 2")
        alice = Person(world, "alice")
        alice.enroll()
        path, mark = os.path.join(world.state, "locks"), b"LBRLOCK%d"
        whole = bytes_of(path)
        expect(whole.startswith(mark % VERSIONS["LOCKS"]), whole[:8])
        put(path, mark % (VERSIONS["LOCKS"] + 1) + whole[8:])
        expect(alice.may_sign_in(), "she cannot sign in")
        expect(bytes_of(path).startswith(mark % VERSIONS["LOCKS"]), "it is not made anew")


def without_a_version():
    """A keyword and a key of another form: named with file and line, and left as they are. Nobody signs in."""
    with World() as world:
        world.configure("window = 2")
        alice = Person(world, "alice")
        alice.enroll()
        for path, more, words in ((world.config, "keyword-of-tomorrow = 1\n", "unknown keyword"),
                                  (world.key, "key 2 0123456789abcdef0123456789abcdef\n", "line")):
            before = bytes_of(path)
            put(path, before + more.encode())
            last = (before + more.encode()).count(b"\n")
            same(alice.sign_in(PASSWORD, alice.code()).code, 1, path)
            for verb in (("list",), ("init",), ("unlock", "alice")):
                answer = world.run(*verb)
                same((answer.code, answer.err.count("\n")), (3, 1), repr((verb, answer)))
                expect(f"line {last}" in answer.err and words in answer.err and os.path.basename(path) in answer.err, verb, repr(answer))
                same(bytes_of(path), before + more.encode(), f"{verb} wrote to {path}")
            put(path, before)
        expect(alice.may_sign_in(), "she cannot sign in again")


# By the word of its macro: the case, or where it is and how it is called.
FORMATS = {
    "ACCOUNT": newer_account, "COUNTERS": newer_counters, "HISTORY": newer_history, "NOTICE": newer_notice,
    "MESSAGE": newer_message, "EXPORT": newer_export, "LOCKS": newer_locks,
    "SESSIONS": ("tests/portal/cases_sessions.py", "sessions_of_a_newer_release_are_named_and_end_with_the_portal"),
    "WIRE": ("tests/agent/cases_upgrade.py", "releases_that_follow_each_other_understand_each_other_or_refuse_unharmed"),
}


def every_format():
    same(set(FORMATS), set(VERSIONS), "a format without a case of its next version, or a case without a format:")
    for place in FORMATS.values():
        if isinstance(place, tuple):
            expect(f"\ndef {place[1]}(" in read(place[0]), "no such case:", place)


def add_cases():
    for kind, function in FORMATS.items():
        if callable(function):
            add_case(f"the_next_version_of_{kind.lower()}_is_named_and_stays", function)
    add_case("a_mark_of_a_newer_release_keeps_one_message_and_not_the_others", newer_mark)
    add_case("what_has_no_version_is_refused_with_file_and_line", without_a_version)
    add_case("every_format_has_a_case_of_its_next_version", every_format)
