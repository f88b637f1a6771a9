"""`liberations sessions`: who is signed in, as an administrator sees it."""
import json
import os
import subprocess
import time

import schema
import slots
from formats import versions
from harness import case, expect, same
from keeper import HEX
from page import BUILD
from world import ORIGIN, ROOT, Browser, World


def run(world, *words, **more):
    if ROOT:  # as on a real host
        os.chown(world.directory + "/portal.key", 0, 0)
    return subprocess.run([BUILD + "/liberations", "sessions", *words, "--config", world.directory + "/liberations.conf"],
                          capture_output=True, text=True, check=False, env={**os.environ, "LC_ALL": "C.UTF-8", **more})


def listed(world, *words):
    done = run(world, "--json", *words)
    same((done.returncode, done.stderr), (0, ""))
    schema.judge(("sessions", "--json"), done.stdout)
    return [json.loads(line) for line in done.stdout.splitlines()]


@case()
def an_administrator_sees_who_is_signed_in_and_nobody_else():
    with World() as world:
        alice, bob = world.person(), world.person()
        first = Browser(world, address="192.0.2.9")
        first.sign_in(alice)
        world.fresh_code(alice)
        second = Browser(world, address="2001:db8::1")
        second.sign_in(alice)
        Browser(world).sign_in(bob)
        found = listed(world)
        same([(one["user"], one["site"]) for one in found], [(alice, ORIGIN)] * 2 + [(bob, ORIGIN)])
        same({one["address"] for one in found[:2]}, {"192.0.2.9", "2001:db8::1"})
        same(sorted(found[0]), ["address", "last_seen", "since", "site", "user"])
        same([one["user"] for one in listed(world, bob)], [bob])
        line = run(world, bob).stdout.rstrip("\n").split("\t")
        same((line[0], line[3], line[4], len(line)), (bob, "192.0.2.7", ORIGIN, 5))
        expect(line[1] <= line[2] and line[1].endswith("Z"), line)
        # What has ended is not listed: by the person, or by an administrator, whether or not the portal knows it yet.
        first.get("sign-out")
        first.post("sign-out")
        same(len(listed(world, alice)), 1)
        world.command("sign-out", alice)
        same(listed(world, alice), [])
        world.command("disable", bob)
        same(listed(world), [])
        done = run(world, "nobody-here")
        same((done.returncode, done.stdout), (1, ""))
        expect("nobody-here" in done.stderr, done.stderr)


@case()
def sessions_are_listed_as_the_table_judges_them():
    with World() as world:
        alice, now = world.person(), int(time.time())
        browser = Browser(world)
        browser.sign_in(alice)
        world.stop()
        path = world.directory + "/state/sessions"
        with open(path, "rb") as file:
            table = file.read()
        index = next(at for at in range(0, len(table), slots.SLOT) if any(table[at:at + slots.SLOT]))
        standing, maker = table[index + 52:index + 68], slots.Slots(bytes.fromhex(HEX))
        seen = {"idle": {"seen": now - 3600, "born": now - 7200}, "old": {"born": now - 43200}, "other site": {"origin": "https://other.example"},
                "other standing": {"standing": bytes(16)}, "good": {"born": now - 43000, "seen": now - 3500}}
        for wanted, (what, terms) in zip((0, 0, 0, 0, 1), seen.items()):
            one = maker.make(0, slots.fresh_id(), alice, **{"standing": standing, **terms})
            with open(path, "r+b") as file:
                file.write(one.ljust(len(table), b"\0"))
            same(len(listed(world)), wanted, what)
            with open(path, "r+b") as file:
                file.write(one[:-1] + bytes([one[-1] ^ 1]))
            same(len(listed(world)), 0, what + ", damaged")


@case()
def sessions_of_a_newer_release_are_named_and_end_with_the_portal():
    """`sessions` says what it cannot read, and leaves it; the portal of this release ends them, and says how many."""
    newest = versions()["SESSIONS"]
    with World() as world:
        alice = world.person()
        browser = Browser(world)
        browser.sign_in(alice)
        world.stop()
        path, maker = world.directory + "/state/sessions", slots.Slots(bytes.fromhex(HEX))
        with open(path, "r+b") as file:
            table = file.read()
            index = next(at for at in range(len(table) // slots.SLOT) if any(table[at * slots.SLOT:(at + 1) * slots.SLOT]))
            body = bytes([newest + 1]) + table[index * slots.SLOT + 1:(index + 1) * slots.SLOT - 32]
            file.seek(index * slots.SLOT)
            file.write(body + maker.mac(maker.slot, index.to_bytes(4, "big") + body))
        with open(path, "rb") as file:
            table = file.read()
        owner = os.stat(world.directory + "/portal.key")
        done = run(world, "--json")
        os.chown(world.directory + "/portal.key", owner.st_uid, owner.st_gid)
        same((done.returncode, done.stdout), (3, ""))
        same(done.stderr, f"liberations: {path}: written by a newer release of liberations, in format sessions {newest + 1} (this one reads "
             f"up to {newest}); install the release that wrote it, or a newer one\n")
        with open(path, "rb") as file:
            same(file.read(), table, "a list wrote to the table")
        world.start()
        same(browser.get("account").status, 303)
        expect(f"sessions: 1 sessions of another release ended (this one reads format sessions {newest}); these people sign in again"
               in world.text("log"), "the portal does not say that it ended them")
        same(listed(world), [])


@case()
def without_a_portal_it_says_so():
    with World() as world:
        os.rename(world.directory + "/portal.conf", world.directory + "/portal.conf.away")
        done = run(world)
        same((done.returncode, done.stdout, done.stderr.count("\n")), (3, "", 1))
        expect("no web portal" in done.stderr and "portal.conf does not exist" in done.stderr, done.stderr)
        done = run(world, LC_ALL="fr_CA.UTF-8", LANGUAGE="fr")
        expect("portail web" in done.stderr, done.stderr)
        os.rename(world.directory + "/portal.conf.away", world.directory + "/portal.conf")
        world.stop()
        # One that has never run has no table.
        os.unlink(world.directory + "/state/sessions")
        same(listed(world), [])


@case()
def what_is_planted_in_the_place_of_the_table_is_not_read():
    if not ROOT:
        return
    with World() as world:
        world.stop()
        path = world.directory + "/state/sessions"
        os.unlink(path)
        for plant in (lambda: os.symlink("/etc/passwd", path), lambda: os.mkfifo(path), lambda: os.mkdir(path),
                      lambda: os.link(world.directory + "/portal.key", path)):
            plant()
            done = run(world)
            same((done.returncode, done.stdout), (3, ""), done.stderr)
            os.rmdir(path) if os.path.isdir(path) and not os.path.islink(path) else os.unlink(path)
