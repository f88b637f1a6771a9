"""Verbs on a store in trouble: damage, a full disk, a broken configuration; several users at once."""
import base64
import glob
import os
import subprocess

from harness import Skip, add_case, expect, same
from world import BUILD, OWNER, World, calm, code_at, lbr_world, need_root


def changed_or_not():
    """Each verb says in JSON whether it changed anything, and a second time that it did not; so does its line for people."""
    with World() as world:
        def changed(*words):
            answer = world.run(*words, "--json")
            same(answer.code, 0, repr((words, answer)))
            return [line["changed"] for line in answer.json()]
        same(changed("init"), [False])
        first, _ = world.enroll("alice")
        same(first["changed"], True)
        same(changed("invite", "bob", "carol"), [True, True])
        for words in (("disable", "alice", "bob"), ("enable", "alice", "bob"), ("contact", "alice", "a@example.org"),
                      ("contact", "alice", "--none")):
            count = 2 if words[0] != "contact" else 1
            same(changed(*words), [True] * count, repr(words))
            same(changed(*words), [False] * count, repr(words))
        same(changed("contact", "alice"), [False])
        same(changed("unlock", "alice"), [False])
        lbr_world(world, "alice", "state=throttled")
        same((changed("unlock", "alice"), changed("unlock", "alice")), ([True], [False]))
        same(changed("unlock", "alice", "--rebuild"), [True])
        same((changed("history", "alice"), changed("history", "alice", "--forget", "--yes")), ([False], [False]))
        same((changed("expire", "alice"), changed("expire", "alice"), changed("expire", "bob")), ([True], [False], [False]))
        same((changed("recovery-codes", "alice"), changed("passwd", "bob"), changed("reset-token", "alice", "--yes"),
              changed("remove", "carol", "--yes")), ([True],) * 4)
        world.run("disable", "alice")
        for words, said in ((("disable", "alice"), "alice: already disabled; nothing changed.\n"),
                            (("enable", "bob"), "bob: was not disabled; nothing changed.\n")):
            answer = world.run(*words)
            same((answer.code, answer.out), (0, said))
        same((changed("history", "alice", "--forget", "--yes"), changed("uid", "alice")), ([False], [False]))
        same(changed("invite", "bob", "dora", "--skip-existing"), [False, True])
        same(changed("invite", "bob", "--renew"), [True])
        same(changed("unlock", "--all"), [False] * 3)
        same(changed("unlock", "alice", "--clock"), [False])
        same(changed("notify")[-1:], [False])
        answer = world.run("enroll", "bob", "--json")
        same((answer.code, answer.json()), (1, [{"user": "bob", "changed": False}]))
        same(world.run("unlock", "alice").out, "alice: no failures and no waits; nothing changed.\n")
        answer = world.run("enroll", "bob")
        same(answer.code, 1)
        expect(all(verb in answer.err for verb in ("passwd", "reset-token", "invite --renew", "remove")), answer.err)

UNKNOWN = (("show", "x"), ("verify", "x"), ("unlock", "x"), ("unlock", "x", "--rebuild"), ("disable", "x"),
           ("enable", "x"), ("expire", "x"), ("sign-out", "x"), ("passwd", "x"), ("history", "x"), ("history", "x", "--forget", "--yes"),
           ("check-password", "x"), ("reset-token", "x", "--yes"), ("recovery-codes", "x"), ("invite", "x", "--renew"),
           ("remove", "x", "--yes"), ("show", "../x"), ("show", "a\x1b[2J"))


def unknown_users():
    with World() as world:
        for words in UNKNOWN:
            for more in ((), ("--json",)):
                answer = world.run(*words, *more, stdin="123456\n")
                same((answer.code, answer.out), (1, ""), repr(words))
                expect(len(answer.err.splitlines()) == 1 and "\x1b" not in answer.err, repr(answer.err))


def json_everywhere():
    with World() as world:
        world.enroll("alice")
        world.enroll("bob")
        for words, lines in ((("init",), 1), (("list",), 2), (("show", "alice"), 1), (("verify", "alice"), 1),
                             (("unlock", "alice", "bob"), 2), (("unlock", "--all"), 2), (("disable", "alice", "bob"), 2),
                             (("enable", "alice"), 1), (("sign-out", "alice", "bob"), 2), (("sign-out", "--all"), 2), (("remove", "bob", "--yes"), 1)):
            same(len(world.run(*words, "--json", stdin="123456\n").json()), lines, repr(words))


def flag_and_generation():
    with World() as world:
        world.enroll("alice")

        def fact(name):
            return world.run("show", "alice", "--json").json()[0][name]

        before = fact("generation")
        same(world.run("disable", "alice").code, 0)
        same((fact("disabled"), fact("generation")), (True, before + 1))
        same(world.run("disable", "alice").code, 0)
        same(fact("generation"), before + 1, "what is disabled already was written again")
        same(world.run("enable", "alice", "nobody-here").code, 1)
        same((fact("disabled"), fact("generation")), (False, before + 2))
        same(world.run("remove", "alice", "--yes").code, 0)
        same(world.run("remove", "alice", "--yes").code, 1)
        same(glob.glob(world.state + "/*/*/alice*"), [])


def signed_out():
    """One commit for each, and nothing else; no one if a name is wrong."""
    with World() as world:
        for name in ("alice", "bob"):
            world.enroll(name)
        world.run("disable", "bob")

        def facts():
            return [world.run("show", name, "--json").json()[0] for name in ("alice", "bob")]

        before = facts()
        for words in (("alice", "bob"), ("--all",), ("alice", "bob", "--json")):
            same(world.run("sign-out", *words).code, 0)
            after = facts()
            for one, other in zip(before, after):
                other["generation"], one["generation"] = other["generation"] - 1, one["generation"]
                same(other, one, repr(words))
                other["generation"] += 1
            before = after
        answer = world.run("sign-out", "alice", "nobody-here", "bob", "../x")
        same((answer.code, answer.out), (1, ""))
        expect(len(answer.err.splitlines()) == 3 and "nobody-here" in answer.err and "no one was signed out" in answer.err, answer.err)
        same(facts(), before, "some were signed out")


def spoil(world, room, name, at=40):
    path, = glob.glob(f"{world.state}/{room}/*/{name}")
    for offset in (at,) if room == "accounts" else range(0, 8192, 16):
        with open(path, "r+b") as file:
            file.seek(offset)
            byte = file.read(1)
            file.seek(offset)
            file.write(bytes([byte[0] ^ 1]))


def damaged_account():
    with World() as world:
        for name in ("alice", "bob"):
            world.enroll(name)
        spoil(world, "accounts", "alice")
        for more in ((), ("--json",)):
            answer = world.run("list", *more)
            same(answer.code, 3)
            expect("bob" in answer.out and "alice" in answer.err, repr(answer))
        for words in (("show", "alice"), ("verify", "alice"), ("unlock", "alice"), ("disable", "alice"), ("enable", "alice"),
                      ("sign-out", "alice"), ("sign-out", "bob", "alice")):
            answer = world.run(*words, stdin="123456\n")
            same((answer.code, answer.out), (3, ""), repr(words))
        same(world.run("unlock", "--all").code, 3)
        answer = world.run("sign-out", "--all")
        same((answer.code, answer.out), (3, "bob: signed out of the web portal.\n"), "one damaged account keeps the others in")
        same(world.run("remove", "alice", "--yes").code, 0)
        same(world.run("list").code, 0)


def clock_that_ran_ahead():
    """The way back from a clock that ran ahead voids no recovery code."""
    raw = bytes(range(1, 21))
    key = base64.b32encode(raw).decode()
    with World() as world:
        lbr_world(world, "alice", "state=own", f"key={raw.hex()}")
        same(world.run("recovery-codes", "alice").code, 0)
        lbr_world(world, "alice", "last_step=99999999")
        same(world.run("show", "alice", "--json").json()[0]["recovery_codes_left"], 10)
        same(world.run("unlock", "alice", "--clock", "--rebuild").code, 2)
        same(world.run("unlock", "alice", "--clock", "--rebuild", "--config", "/nonexistent", config=False).code, 2,
             "a store was looked for first")
        same(world.run("unlock", "alice").code, 0)
        calm()
        expect("already used" in world.run("verify", "alice", stdin=code_at(key, 60) + "\n").out or
               "already used" in world.run("verify", "alice", stdin=code_at(key) + "\n").out, "the clock did not run ahead")
        same(world.run("unlock", "alice", "--clock").code, 0)
        same(world.run("show", "alice", "--json").json()[0]["recovery_codes_left"], 10)
        calm()
        same(world.run("verify", "alice", stdin=code_at(key) + "\n").code, 1, "a code up to now counts as used")
        world.configure("window = 2")
        same(world.run("verify", "alice", stdin=code_at(key, 60) + "\n").code, 0, "the next code is refused")
        lbr_world(world, "alice", "last_step=3")
        same(world.run("unlock", "alice", "--clock").code, 0)
        same(world.run("verify", "alice", stdin=code_at(key) + "\n").code, 0, "a step of the past was raised")


def damaged_counters():
    with World() as world:
        first, _ = world.enroll("alice")
        spoil(world, "counters", "alice")
        same(world.run("unlock", "alice").code, 3)
        same(world.run("show", "alice").code, 3)
        calm()
        same(world.run("unlock", "alice", "--rebuild").code, 0)
        same(world.run("show", "alice").code, 0)
        for offset in (-30, 0, 30):
            answer = world.run("verify", "alice", stdin=code_at(first["key"], offset) + "\n")
            same(answer.code, 1, f"a code of {offset} s came back to life")


def configuration_faults():
    for line, word in (("hash-cots = 1", "unknown keyword"), ("window = 3", "window"), ("state = x", "state"),
                       ("window = 1\nwindow = 1", "window"), ("issuer = a\x07b", "column 11")):
        with World() as world:
            world.configure(line)
            answer = world.run("list")
            same((answer.code, answer.out), (3, ""), line)
            expect(world.config in answer.err and "line" in answer.err and word in answer.err, answer.err)
            expect("\x07" not in answer.err, "a control character reached the terminal")
    with World(founded=False) as world:
        same(world.run("list").code, 3)


def missing_pieces():
    with World() as world:
        world.enroll("alice")
        os.rename(world.key, world.key + ".away")
        same(world.run("list").code, 3)
        answer = world.run("init")
        same(answer.code, 3, "a new key was made over a store that is there")
        expect("backup" in answer.err and not os.path.exists(world.key), answer.err)
        os.rename(world.key + ".away", world.key)
        os.rename(world.state, world.state + ".away")
        answer = world.run("list")
        same(answer.code, 3)
        expect("liberations init" in answer.err, answer.err)
        os.symlink(world.state + ".away", world.state)
        expect(world.run("list").code in (3, 4), "a symbolic link was followed to the store")


def full_disk():
    """A tiny tmpfs, filled: what needs a new file says so, what is written in place works."""
    need_root()
    with World(founded=False) as world:
        mount = ["mount", "-t", "tmpfs", "-o", f"size=8m,nr_inodes=4k,mode=755,uid={OWNER},gid={OWNER}", "tmpfs", world.home]
        if subprocess.run(mount, check=False, capture_output=True).returncode != 0:
            raise Skip("no tmpfs can be mounted")
        try:
            world.found()
            world.enroll("alice")
            calm()
            same(world.enroll("carol", code=code_at)[1]["confirmed"], True)
            same(world.run("recovery-codes", "carol").code, 0)
            before = world.run("show", "carol", "--json").json()[0]
            subprocess.run(["dd", "if=/dev/zero", f"of={world.home}/ballast", "bs=4k"], check=False, capture_output=True)
            for words in (("disable", "alice"), ("enroll", "bob"), ("recovery-codes", "carol")):
                answer = world.run(*words, stdin="\n")
                same((answer.code, answer.out), (3, ""), repr(words))
                expect("No space left on device" in answer.err, answer.err)
            answer = world.run("reset-token", "carol", "--yes")
            same(answer.code, 3, repr(answer))
            expect("does not work" in answer.err, answer.err)
            same(world.run("show", "carol", "--json").json()[0], before, "what could not be replaced is lost")
            same(world.run("unlock", "alice").code, 0, "unlock needs no space")
            same(world.run("list").out.count("\n"), 2, "half an account stayed")
            os.unlink(world.home + "/ballast")
            same(world.run("disable", "alice").code, 0)
        finally:
            subprocess.run(["umount", world.home], check=True)


def perhaps_stored():
    """The disk fails once the new account has its name: the administrator hears that it may be done, and where to look."""
    bad = {"LD_PRELOAD": os.path.join(BUILD, "tests", "agent", "bad_disk.so"), "BAD_FSYNC": "2"}
    if "asan" in subprocess.run(["ldd", os.path.join(BUILD, "liberations")], capture_output=True, text=True, check=False).stdout:
        raise Skip("preloads nothing into a sanitizer")
    with World() as world:
        calm()

        def harm(*words, **more):
            """What another's failure left to the next who takes the same mutex is settled first, on a disk that works."""
            same(world.enroll(words[1], code=code_at)[1]["confirmed"], True)
            same(world.run("enable", words[1]).code, 0)
            return world.run(*words, **more, **bad)
        for words, more in ((("disable", "alice"), ""), (("recovery-codes", "bob"), "make new ones"),
                            (("reset-token", "carol", "--yes"), "may not work: make another one")):
            answer = harm(*words)
            same(answer.code, 3, repr(answer))
            expect("perhaps stored, perhaps not: " in answer.err and "Input/output error" in answer.err, answer.err)
            expect("this may have taken effect: look with `liberations show %s`" % words[1] in answer.err, answer.err)
            expect(more in answer.err and "does not work" not in answer.err, answer.err)
        for words in (("disable", "eve"), ("contact", "fay", "fay@example.org")):
            told = harm(*words, "--json")
            same((told.code, [one.get("changed") for one in told.json()[-1:]]), (3, [None]), repr((words, told)))
        answer = harm("disable", "dora", LC_ALL="fr_CA.UTF-8")
        expect("peut-être enregistré, peut-être pas : " in answer.err, answer.err)
        facts = world.run("show", "carol", "--json").json()[0]
        same(facts["token"], "pending", "here it was stored")


def add_cases():
    add_case("json_says_whether_anything_changed", changed_or_not)
    add_case("unknown_users_are_a_no", unknown_users)
    add_case("json_is_json", json_everywhere)
    add_case("flag_and_generation", flag_and_generation)
    add_case("signed_out_by_a_commit_of_nothing", signed_out)
    add_case("damaged_account_harms_one_person", damaged_account)
    add_case("damaged_counters_are_mended_and_revive_no_code", damaged_counters)
    add_case("audit_f14_unlock_clock_voids_no_recovery_code", clock_that_ran_ahead)
    add_case("sec_1_20_configuration_faults_are_named", configuration_faults)
    add_case("missing_pieces_are_named", missing_pieces)
    add_case("sec_1_35_full_disk", full_disk)
    add_case("what_was_perhaps_stored_is_told", perhaps_stored)
