"""Another seal key, step by step: everybody signs in at each step, and at the end nothing names the old key."""
import fcntl
import os
import re
import stat
import subprocess

from harness import add_case, expect, same
from person import PASSWORD, Person
from world import OWNER, ROOT, STRANGER, World, lbr_world, root_world, tool


def key_ids(world):
    with open(world.key, encoding="ascii") as file:
        return re.findall(r"(?m)^([0-9a-f]{8}) [0-9a-f]{64}$", file.read())


def naming(world, key):
    """The files of the store in which a key's id stands."""
    found = []
    for directory, _, files in os.walk(world.state):
        for name in files:
            with open(os.path.join(directory, name), "rb") as file:
                if key.encode() in file.read():
                    found.append(os.path.relpath(os.path.join(directory, name), world.state))
    return found


def step(world, *words, code=0):
    answer = world.run("rekey", *words, "--json")
    same(answer.code, code, repr(answer))
    return answer.json()[-1]


def wait_in_the_spools(world, name):
    """A notice and a message that no mail system takes."""
    program = os.path.join(world.directory, "sendmail")
    with open(program, "w", encoding="ascii") as file:
        file.write("#!/bin/sh\nexit 75\n")
    os.chmod(program, 0o755)
    world.configure(f"sendmail = {program}", "mail-from = it@example.org")
    same(world.run("contact", name, "a@example.org").code, 0)
    tool(world, "cli/forge", "spool", name, "locked", "sshd", "")
    world.run("message", name, stdin="hello")
    for room in ("notices", "spool"):
        expect(any(not one.startswith(".") for one in os.listdir(os.path.join(world.state, room))), room)


def the_life_of_a_key():
    with World() as world:
        world.configure("window = 2")
        alice = Person(world, "alice")
        sheet = alice.enroll()
        wait_in_the_spools(world, "alice")
        (old,) = key_ids(world)
        new = step(world, "--add")["key"]
        same(key_ids(world), [old, new])
        used = alice.code()
        expect(alice.may_sign_in(code=used), "after --add")
        same(step(world, "--activate", new), {"key": new, "active": True, "changed": True})
        same(step(world, "--activate", new)["changed"], False)
        same(key_ids(world), [new, old])
        expect(alice.may_sign_in(), "after --activate")
        same(step(world, "--retire", old, "--yes", code=1)["retired"], False)
        would = step(world, "--reseal", "--dry-run")
        expect(would["resealed"] > 256 and not would["changed"], would)
        done = step(world, "--reseal")
        same((done["key"], done["resealed"], done["unreadable"]), (new, would["resealed"], 0))
        same(step(world, "--reseal")["resealed"], 0)
        same([name.split("/")[0] for name in naming(world, old)], ["accounts"], "but for the sheet")
        expect(not alice.may_sign_in(code=used), "a used code after --reseal")
        expect(alice.may_sign_in(code=sheet[3]), "a code on paper")
        expect(not alice.may_sign_in(code=sheet[3]), "the same one again")
        retired_once_the_sheet_is_replaced(world, alice, old)
        same(step(world)["keys"], [{**step(world)["keys"][0], "id": new, "active": True}])


def retired_once_the_sheet_is_replaced(world, alice, old):
    answer = world.run("rekey", "--retire", old, "--yes")
    same(answer.code, 1, repr(answer))
    expect("1 person" in answer.err and "recovery-codes" in answer.err, answer.err)
    answer = world.run("rekey", "--retire", old, "--dry-run")
    same((answer.code, answer.out), (1, "alice\n"), repr(answer))
    fresh = world.run("recovery-codes", "alice", "--json").json()[0]["recovery_codes"]
    same(naming(world, old), [])
    same(step(world, "--retire", old, "--dry-run")["retired"], False)
    same(step(world, "--retire", old, "--yes")["retired"], True)
    expect(old not in key_ids(world) and len(key_ids(world)) == 1, key_ids(world))
    expect(alice.may_sign_in(), "after --retire")
    expect(alice.may_sign_in(PASSWORD, fresh[0]), "a code of the new sheet")


def roots_file_stays_roots():
    """Owner, group, mode and comments; what a killed run left is no obstacle, and no link is followed."""
    with root_world() as world:
        with open(world.key, encoding="ascii") as file:
            comment = file.readline()
        left = world.key + ".new"
        os.symlink(world.config, left)
        with open(world.config, encoding="utf-8") as file:
            config = file.read()
        before = os.stat(world.key)
        new = step(world, "--add")["key"]
        step(world, "--activate", new)
        after = os.stat(world.key)
        same((after.st_uid, after.st_gid, stat.S_IMODE(after.st_mode)), (before.st_uid, before.st_gid, stat.S_IMODE(before.st_mode)))
        same((after.st_uid, after.st_gid, stat.S_IMODE(after.st_mode)), (0, OWNER, 0o640))
        same(sorted(os.listdir(world.home)), ["liberations.conf", "seal.key", "state"])
        with open(world.config, encoding="utf-8") as file:
            same(file.read(), config)
        with open(world.key, encoding="ascii") as file:
            text = file.read()
        expect(text.startswith(comment) and re.search(rf"(?m)^# {new} added \S+Z\n{new} ", text), "the comments")
        step(world, "--reseal")
        lbr_world(world, "tom", "state=own")
        os.rename(world.key, world.key + ".real")
        os.symlink(world.key + ".real", world.key)
        same(world.run("rekey", "--add").code, 3)


def what_is_refused():
    with World() as world:
        (old,) = key_ids(world)
        for words, code in ((("--add", "--reseal"), 2), (("--add", "--dry-run"), 2), (("--dry-run",), 2), (("alice",), 2),
                            (("--activate", "0badc0de"), 1), (("--activate", ""), 2), (("--activate", old + "0"), 1),
                            (("--retire", "0badc0de", "--yes"), 1), (("--retire", old, "--yes"), 1)):
            answer = world.run("rekey", *words)
            same(answer.code, code, f"{words}: {answer!r}")
            expect(not answer.out and answer.err.startswith("liberations: "), repr(answer))
        new = step(world, "--add")["key"]
        same(world.run("rekey", "--retire", new).code, 2, "nobody to ask")
        with open(world.key, encoding="ascii") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            answer = world.run("rekey", "--add")
            same(answer.code, 1, repr(answer))
            expect("another `liberations rekey`" in answer.err, answer.err)
        for _ in range(14):
            step(world, "--add")
        answer = world.run("rekey", "--add")
        same((answer.code, len(key_ids(world))), (1, 16), repr(answer))
        same(step(world, "--retire", new, "--yes")["retired"], True)
        if ROOT:
            same(world.run("rekey", uid=STRANGER).code, 4)


def what_cannot_be_read_keeps_every_key():
    """It may need the key: retirement fails closed, and the others are sealed again all the same."""
    with World() as world:
        lbr_world(world, "ann", "state=own")
        lbr_world(world, "bob", "state=own")
        (old,) = key_ids(world)
        step(world, "--activate", step(world, "--add")["key"])
        (broken,) = [name for name in naming(world, old) if name.startswith("history") and name.endswith("/bob")] or \
                    [name for name in naming(world, old) if name.startswith("accounts") and name.endswith("/bob")]
        with open(os.path.join(world.state, broken), "r+b") as file:
            file.truncate(40)
        answer = world.run("rekey", "--reseal")
        same(answer.code, 3, repr(answer))
        expect("bob" in answer.err and "ann" not in answer.err, answer.err)
        expect(not any(name.endswith("/ann") for name in naming(world, old)), naming(world, old))
        answer = world.run("rekey", "--retire", old, "--yes")
        same(answer.code, 3, repr(answer))
        expect(old in key_ids(world), "the key is gone")
        same(world.run("remove", "bob", "--yes").code, 0)
        stray = os.path.join(world.state, "accounts", "00", "ann")
        with open(stray, "wb"):
            answer = world.run("rekey", "--retire", old, "--yes")
        same((answer.code, "accounts/00" in answer.err), (3, True), f"a file where it does not belong: {answer}")
        os.unlink(stray)
        same(step(world, "--retire", old, "--yes")["retired"], True)


def a_killed_run_goes_on():
    with World() as world:
        for number in range(12):
            lbr_world(world, f"p{number}", "state=own")
        (old,) = key_ids(world)
        step(world, "--activate", step(world, "--add")["key"])
        for wait in (0.01, 0.03, 0.06):
            process = world.start("rekey", "--reseal")
            try:
                process.wait(wait)
            except subprocess.TimeoutExpired:
                process.kill()
            process.stdin.close()
            process.stdout.close()
            process.stderr.close()
            process.wait()
        answer = world.run("rekey", "--reseal", "--json")
        while answer.code == 3 and "already" in answer.err:  # the one that was killed is not gone yet
            answer = world.run("rekey", "--reseal", "--json")
        same(answer.code, 0, repr(answer))
        same(naming(world, old), [])
        same(len(world.run("list", "--json").json()), 12)


def add_cases():
    add_case("rekey_from_one_key_to_another_and_everybody_signs_in", the_life_of_a_key)
    add_case("rekey_leaves_the_key_file_roots", roots_file_stays_roots)
    add_case("rekey_refuses_what_makes_no_sense", what_is_refused)
    add_case("rekey_retires_no_key_that_damage_may_need", what_cannot_be_read_keeps_every_key)
    add_case("rekey_goes_on_where_it_was_killed", a_killed_run_goes_on)
