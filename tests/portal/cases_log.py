"""What the keeper logs: one line an event, with the claimed address, and never a secret."""
import contextlib
import os
import re
import signal
import time

from cases_account import NEW, signed_in
from cases_standing import Scene
from harness import case, expect, same
from world import KEY, PASSWORD, Browser, World, code_of, wrong_code

LINE = re.compile(r"liberations-portal: (.*) for (\S+) \(site=(\S+) rhost=(\S+)\)")
SITE = "https://app.example.org"


def events(world):
    """(what, who, from where) of each line about a person, and the number of the others."""
    lines = world.text("log").splitlines()
    found = [LINE.fullmatch(line) for line in lines]
    expect(all(one is None or one[3] == SITE for one in found), lines)
    return [(one[1], one[2], one[4]) for one in found if one], [line for line, one in zip(lines, found) if one is None]


def wait_for(world, what):
    world.wait(lambda: any(event[0] == what for event in events(world)[0]))


@case()
def each_session_begins_and_ends_in_one_line():
    with World() as world:
        alice, bob = world.person(), world.person()
        first = signed_in(world, alice, address="192.0.2.1")
        second = signed_in(world, alice, address="2001:db8::2")
        same(events(world)[0], [("session began", alice, "192.0.2.1"), ("session began", alice, "2001:db8::2")])
        first.get("account")
        first.post("sign-out-others")
        same(world.gate(second)[0], 401)
        first.get("sign-out")
        first.post("sign-out")
        third = signed_in(world, bob, address="nonsense) for root (site=x")
        world.command("disable", bob)
        world.wait(lambda: world.gate(third)[0] == 401)
        wait_for(world, "session ended by the state of the account")
        same(events(world)[0][2:], [("other sessions ended by signing them out", alice, "192.0.2.1"),
                                    ("session ended by signing out", alice, "192.0.2.1"), ("session began", bob, "-"),
                                    ("session ended by the state of the account", bob, "-")])
        same(events(world)[1], ["liberations-portal: started: 1 sites, 0 sessions"])


@case()
def a_change_and_another_sign_in_tell_what_they_ended():
    with World() as world:
        alice, bob = world.person("age_days=10"), world.person()
        first = signed_in(world, alice)
        signed_in(world, alice)
        first.get("change-password")
        answer = first.post("change-password", old=PASSWORD, token=code_of(), new=NEW, again=NEW)
        same(answer.status, 303, answer.head + answer.body)
        expect(("other sessions ended by a change", alice, "192.0.2.7") in events(world)[0], events(world))
        first.cookies.pop("__Host-liberations-form", None)
        same(first.sign_in(bob).status, 303)
        same([what for what, _, _ in events(world)[0][-2:]], ["session began", "session ended by another sign-in"])


@case()
def a_session_that_ends_by_itself_is_a_line_though_nobody_asks():
    now = int(time.time())
    people = [{"user": "idle", "born": now - 7200, "seen": now - 3600}, {"user": "old", "born": now - 43200}, "alice"]
    with Scene(people=people) as one:
        one.portal.wait(lambda: one.portal.text("log").count("session ended") == 2)
        same({event[:2] for event in events(one.portal)[0]}, {("session ended by being idle", "idle"), ("session ended by its age", "old")})
        same([one.passes(who)[0] for who in range(3)], [401, 401, 200])
    with World("sessions-per-person = 2\n") as world:
        alice = world.person()
        for _ in range(3):
            signed_in(world, alice)
            world.fresh_code(alice)
        same([what for what, _, _ in events(world)[0]], ["session began", "session began", "session ended by one sign-in too many", "session began"])


@case()
def an_agent_that_is_away_is_one_line_and_its_return_another():
    with World("recheck = 0 s\n") as world:
        alice = world.person()
        browser = signed_in(world, alice)
        under_way = world.agents()
        world.stop_agent()
        for number in under_way:
            with contextlib.suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)
        world.wait(lambda: world.gate(browser)[0] == 503)
        for _ in range(3):
            same(world.gate(browser)[0], 503)
            same(Browser(world).sign_in(alice).status, 503)
        same(sum("the agent cannot be asked: " in line for line in events(world)[1]), 1, events(world)[1])
        world.start_agent()
        world.wait(lambda: world.gate(browser)[0] == 200)
        told = [line for line in events(world)[1] if "the agent answers again, after " in line]
        same(len(told), 1, events(world)[1])


@case()
def portal_p08_no_line_holds_a_secret():
    with World() as world:
        alice, zoe = world.person(), world.person("state=pending")
        browser, secrets = signed_in(world, alice), {PASSWORD, NEW, KEY}
        for token in (code_of(), wrong_code()):
            Browser(world).sign_in(alice, token=token)
            Browser(world).sign_in(alice, password="un secret que personne", token=token)
            secrets |= {token, "un secret que personne"}
        Browser(world).sign_in("pas un nom: " + PASSWORD, token=code_of())
        world.fresh_code(zoe)
        new = Browser(world)
        new.follow(new.sign_in(zoe, token=""))
        secrets |= {new.key(), new.number(), *new.cookies.values(), *browser.cookies.values(), browser.number()}
        new.follow(new.post("set-up", token=code_of(new.key())))
        secrets.add(new.number())
        new.follow(new.post("password", new=NEW, again=NEW))
        secrets |= set(new.codes())
        browser.get("/liberations/sign-in?rd=/x?token=" + "7" * 12)
        world.stop()
        text = world.text("log")
        expect(len(secrets) > 18, secrets)
        for secret in secrets:
            expect(secret not in text, secret, text)
        world.start()
        expect(os.path.getsize(world.directory + "/log") > 0, "no log")
