"""Sessions on a disk, with a real portal and real agents: restarts, a full disk, a full table, damage, clocks, several sites."""
import os
import re
import signal
import threading
import time

import slots
from cases_account import within
from cases_sign_in import OWN_PASSWORD, WORDS, says
from cases_standing import Scene
from harness import Skip, case, expect, same
from keeper import OWNER
from world import ORIGIN, PASSWORD, ROOT, Browser, World, code_of


@case()
def portal_p33_a_restart_under_load_loses_no_session():
    with Scene("recheck = 1 s\n", people=["alice", "bob", "carol", "dora"]) as one:
        portal, stop, wrong, served = one.portal, threading.Event(), [], []

        def load(who):
            name = ["alice", "bob", "carol", "dora"][who]
            while not stop.is_set():
                try:
                    status, user = portal.passes(portal.cookies[who])
                except (OSError, IndexError):
                    continue  # it is not there at the moment
                if (status, user) == (200, name):
                    served.append(who)
                elif status not in (500, 502, 503):
                    wrong.append((status, user))
        threads = [threading.Thread(target=load, args=(who,)) for who in range(4)]
        for thread in threads:
            thread.start()
        for end in (signal.SIGTERM, signal.SIGKILL):
            before = len(served)
            portal.wait(lambda: len(served) > before + 40)
            portal.keeper.send_signal(end)
            portal.keeper.wait(15)
            portal.start()
        stop.set()
        for thread in threads:
            thread.join(30)
        same(wrong, [])
        for who, name in enumerate(("alice", "bob", "carol", "dora")):
            portal.wait(lambda: portal.passes(portal.cookies[who]) == (200, name))


@case()
def portal_p33_whoever_was_signed_out_stays_out_after_a_kill():
    with Scene(people=["alice"] * 8) as one:
        portal = one.portal
        cookie, number = portal.form("/liberations/sign-out")
        for who in range(4):
            fields = [("Cookie", f"__Host-liberations={portal.cookies[who]}; __Host-liberations-form={cookie}"), ("Sec-Fetch-Site", "same-origin")]
            number = portal.form("/liberations/sign-out")
            status, head, _ = portal.ask("/liberations/sign-out", f"number={number[1]}",
                                         [(fields[0][0], f"__Host-liberations={portal.cookies[who]}; __Host-liberations-form={number[0]}"), fields[1]])
            same(status, 303)
            expect("/signed-out" in head, head)
            portal.keeper.kill()
            portal.keeper.wait()
            portal.start()
            same([portal.passes(one)[0] for one in portal.cookies], [401] * (who + 1) + [200] * (7 - who))


@case()
def portal_p34_damage_ends_one_session_and_leaves_the_others():
    with Scene(people=["alice", "bob", "carol"]) as one:
        portal = one.portal
        same([one.passes(who)[0] for who in range(3)], [200] * 3)
        path = portal.directory + "/state/sessions"
        with open(path, "r+b") as file:  # while it runs
            file.seek(slots.SLOT + 110)
            byte = file.read(1)
            file.seek(slots.SLOT + 110)
            file.write(bytes([byte[0] ^ 1]))
        same([one.passes(who)[0] for who in range(3)], [200, 401, 200])
        portal.stop()
        with open(path, "r+b") as file:  # a slot in another place
            first = file.read(slots.SLOT)
            file.seek(0)
            file.write(bytes(slots.SLOT))
            file.seek(5 * slots.SLOT)
            file.write(first)
        portal.start()
        same([one.passes(who)[0] for who in range(3)], [401, 401, 200])


@case("unshare", "mount")
def portal_p35_a_full_disk_signs_nobody_out_and_keeps_nobody_out():
    if not ROOT:
        raise Skip("wants root, for a disk of its own")
    with World("recheck = 0 s\n") as world:
        world.stop()
        state = world.directory + "/state"
        world.start(under=["unshare", "-m", "--propagation", "private", "sh", "-c",
                           f'mount -t tmpfs -o size=32k,mode=700,uid={OWNER},gid={OWNER} none "{state}" && exec "$@"', "sh"])
        inside = f"/proc/{world.keeper.pid}/root{state}"
        with open(inside + "/fill", "wb", buffering=0) as file:
            try:
                while True:
                    file.write(bytes(512))
            except OSError:
                pass
        same(os.statvfs(inside).f_bavail, 0)
        alice = world.person()
        browser = Browser(world)
        same(browser.sign_in(alice).status, 303)
        same(world.gate(browser), (200, alice))
        same(world.gate(browser), (200, alice), "asked about anew:")
        browser.get("sign-out")
        same(browser.post("sign-out").path, "/liberations/signed-out")
        same(world.gate(browser)[0], 401)


class Small(World):
    """A table of sixteen."""

    def prepare(self):
        self.write("portal.conf", self.text("portal.conf").replace("sessions = 64\n", "sessions = 16\n"), 0o644)
        super().prepare()


@case()
def portal_p36_a_full_table_tells_to_wait_and_throws_nobody_out():
    with Small() as world:
        people = [world.person() for _ in range(3)]
        browsers = [Browser(world) for _ in people]
        for browser, name in zip(browsers, people):
            same(browser.sign_in(name).status, 303)
        world.stop()
        maker, path = slots.Slots(bytes.fromhex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f")), world.directory + "/state/sessions"
        with open(path, "r+b") as file:
            table = bytearray(file.read())
            same(len(table), 16 * slots.SLOT)
            for at in range(16):
                if not any(table[at * slots.SLOT:(at + 1) * slots.SLOT]):
                    table[at * slots.SLOT:(at + 1) * slots.SLOT] = maker.make(at, slots.fresh_id(), f"other{at}")
            file.seek(0)
            file.write(table)
        world.start()
        late = Browser(world)
        answer = late.sign_in(world.person())
        same(answer.status, 503)
        expect("Retry-After: " in answer.head, answer.head)
        same([world.gate(browser) for browser in browsers], [(200, name) for name in people])
        # One signs out, and the next one is in.
        browsers[0].get("sign-out")
        browsers[0].post("sign-out")
        bob = world.person()
        same(late.sign_in(bob).status, 303)
        same(world.gate(late), (200, bob))


@case()
def a_first_sign_in_that_ends_at_a_full_table_is_told_that_the_account_is_set_up():
    with Small() as world:
        browser, alice = Browser(world), world.person("state=pending")
        browser.follow(browser.sign_in(alice, token="", back="/wiki"))
        browser.follow(browser.post("set-up", token=code_of(browser.key())))
        browser.follow(browser.post("password", new=OWN_PASSWORD, again=OWN_PASSWORD))
        for _ in range(16):
            same(Browser(world).sign_in(world.person()).status, 303)
        answer = browser.post("recovery-codes", noted="yes")
        same(answer.path, "/liberations/sign-in?said=set-up&rd=/wiki")
        says(browser.follow(answer), WORDS["en"]["ready"])
        expect(f"no room for a session for {alice} (site={ORIGIN} rhost=192.0.2.7)" in world.text("log"), world.text("log"))
        same(world.show(alice)["password"], "own")


FAILING_DISK = ["strace", "-D", "-I1", "-qq", "-o", "/dev/null", "-e", "trace=fdatasync", "-e", "inject=fdatasync:error=EIO"]


@case("strace")
def a_change_on_a_disk_that_fails_is_told_and_leaves_no_session():
    for language in ("en", "fr"):
        with World() as world:
            world.stop()
            world.start(under=FAILING_DISK)
            alice = world.person("age_days=10")
            browser, elsewhere = Browser(world, language), Browser(world)
            for one in (browser, elsewhere):
                same(one.sign_in(alice).status, 303)
                world.fresh_code(alice)
            before = dict(browser.cookies)
            browser.get("change-password")
            answer = browser.post("change-password", old=PASSWORD, token=code_of(), new=OWN_PASSWORD, again=OWN_PASSWORD)
            same(answer.path, "/liberations/sign-in?said=changed")
            expect("__Host-liberations" not in browser.cookies, browser.cookies)
            says(browser.follow(answer), WORDS[language]["changed"])
            same([world.gate(one)[0] for one in (Browser(world, cookies=before), elsewhere)], [401, 401])
            with open(world.directory + "/state/sessions", "rb") as file:
                expect(not any(file.read()), "a session stands in the table")
            world.fresh_code(alice)
            same(browser.sign_in(alice, OWN_PASSWORD).status, 303)
            same(world.gate(browser), (200, alice))
            lines = [line for line in world.text("log").splitlines() if "cannot be written" in line]
            same(lines, ["liberations-portal: the table of sessions cannot be written: Input/output error; sign-outs are told to try again"])


@case("strace")
def a_sign_out_on_a_disk_that_fails_is_no_yes_and_is_written_later():
    with World() as world:
        world.stop()
        world.start(under=FAILING_DISK)
        alice = world.person()
        browser, elsewhere = Browser(world), Browser(world)
        for one in (browser, elsewhere):
            same(one.sign_in(alice).status, 303)
            world.fresh_code(alice)
        browser.get("account")
        same(browser.post("sign-out-others").status, 503)
        same([world.gate(one)[0] for one in (browser, elsewhere)], [200, 401])
        with open(f"/proc/{world.keeper.pid}/status", encoding="ascii") as file:
            os.kill(int(re.search(r"TracerPid:\s+(\d+)", file.read())[1]), signal.SIGTERM)  # the disk is well again
        world.wait(lambda: "the table of sessions is written again" in world.text("log"))
        same(browser.post("sign-out-others").path, "/liberations/account")


@case()
def portal_p29_a_session_that_was_idle_or_is_too_old_is_over():
    now = int(time.time())
    people = [{"user": "idle", "born": now - 7200, "seen": now - 3600}, {"user": "nearly", "born": now - 7200, "seen": now - 3000},
              {"user": "old", "born": now - 43200}, {"user": "nearly-old", "born": now - 42600}]
    with Scene(people=people) as one:
        same([one.passes(who)[0] for who in range(4)], [401, 200, 401, 200])


@case()
def portal_p15_a_session_of_one_site_is_none_at_another():
    people = ["alice", {"user": "bob", "origin": "https://other.example.org"}]
    with Scene(people=people, site="https://other.example.org\nsite = https://app.example.org") as one:
        portal = one.portal
        same([portal.passes(portal.cookies[0], host) for host in ("app.example.org", "other.example.org")], [(200, "alice"), (401, None)])
        same([portal.passes(portal.cookies[1], host) for host in ("app.example.org", "other.example.org")], [(401, None), (200, "bob")])
        same(portal.passes(portal.cookies[0], "evil.example")[0], 400)
        # A site that is taken away takes its sessions with it.
        portal.stop()
        text = portal.text("portal.conf").replace("site = https://other.example.org\n", "")
        portal.write("portal.conf", text, 0o644)
        portal.start()
        same(portal.passes(portal.cookies[0]), (200, "alice"))
        same(portal.passes(portal.cookies[1]), (401, None))


@case()
def portal_p31_the_administrators_sign_out_ends_sessions_within_two_seconds():
    with World() as world:
        people = [world.person() for _ in range(3)]
        browsers = [Browser(world) for _ in people]
        for browser, name in zip(browsers, people):
            same(browser.sign_in(name).status, 303)
        world.command("sign-out", people[0])
        within(2, world, browsers[0], 401)
        same([world.gate(browser)[0] for browser in browsers], [401, 200, 200])
        world.command("sign-out", "--all")
        for browser in browsers[1:]:
            within(2, world, browser, 401)
        same([world.gate(browser)[0] for browser in browsers], [401, 401, 401])
