"""What the portal keeps to itself: secrets that leave the memory with their page, refusals that are all alike, and no session before
its time."""
import concurrent.futures
import os
import random
import re
import signal

from cases_dialogue import LATE, SESSION, begin_set_up, without_date
from cases_sign_in import OWN_PASSWORD
from harness import Skip, case, expect, same
from world import PASSWORD, ROOT, Browser, World, code_of, wrong_code


def memory_of(number):
    """All that a process could write to, as a core of it would hold it."""
    found = []
    with open(f"/proc/{number}/maps", encoding="latin-1") as maps, open(f"/proc/{number}/mem", "rb", 0) as memory:
        for line in maps:
            place, rights = line.split()[:2]
            if rights[1] != "w":
                continue
            start, end = (int(word, 16) for word in place.split("-"))
            try:
                memory.seek(start)
                found.append(memory.read(end - start))
            except OSError:
                pass  # [vvar]
    return b"\0".join(found)


def held(world, **secrets):
    """The names of the secrets that the keeper's memory holds."""
    memory = memory_of(world.keeper.pid)
    return {name for name, secret in secrets.items() if secret.encode() in memory}


@case()
def portal_p28_a_secret_leaves_the_keeper_with_its_page():
    if not ROOT:
        raise Skip("only root reads the memory of a process that does not dump itself")
    with World() as world:
        browser = Browser(world)
        same(browser.sign_in("nobody", "a password of nobody", "135792").path, "/liberations/sign-in?said=no")
        same(held(world, password="a password of nobody", code="135792"), set())
        alice, key = begin_set_up(world, browser)
        shown = re.search(r'<code class="key">([A-Z2-7 ]+)</code>', browser.page.body)[1]
        bare = shown.replace(" ", "")
        # The finder finds: the open question must be kept, and it alone.
        same(held(world, key=shown, uri=bare, password=PASSWORD), {"key", "uri"})
        browser.follow(browser.post("set-up", token="975310"))
        same(held(world, token="975310", password=PASSWORD), set())
        browser.follow(browser.post("set-up", token=code_of(key)))
        same(held(world, key=shown, uri=bare), set())
        browser.follow(browser.post("password", new="kurz weg 7", again="kurz fort 8"))
        same(held(world, new="kurz weg 7", again="kurz fort 8"), set())
        browser.follow(browser.post("password", new=OWN_PASSWORD, again=OWN_PASSWORD))
        codes = browser.codes()
        same(held(world, new=OWN_PASSWORD), set())
        same(held(world, first=codes[0], last=codes[9]), {"first", "last"})
        same(browser.post("recovery-codes", noted="yes").path, "/")
        same(held(world, first=codes[0], last=codes[9]), set())
        # The history of the browser has nothing: the page is gone, and was never to be stored.
        same(browser.get("recovery-codes").path, LATE)
        # A dialogue that breaks off.
        _, key = begin_set_up(world, Browser(world), world.person("state=pending", "key=" + "42" * 20))
        world.kill_agents()
        world.wait(lambda: not held(world, key="IJBE EQSC"))


def unlocked(number, secret):
    """Where a process has the secret (how often), and which of these places may be written to the swap."""
    found, open_places, at = 0, [], None
    with open(f"/proc/{number}/smaps", encoding="latin-1") as maps, open(f"/proc/{number}/mem", "rb", 0) as memory:
        for line in maps:
            place = re.match(r"([0-9a-f]+)-([0-9a-f]+) .w", line)
            if re.match(r"[0-9a-f]+-", line):
                at = place and [int(word, 16) for word in place.groups()]
            elif line.startswith("VmFlags:") and at:
                try:
                    memory.seek(at[0])
                    here = secret.encode() in memory.read(at[1] - at[0])
                except OSError:
                    continue
                found += here
                open_places += [hex(at[0])] if here and " lo" not in line else []
    return found, open_places


@case()
def portal_p28_a_password_that_waits_for_the_agent_stays_out_of_the_swap():
    if not ROOT:
        raise Skip("only root reads the memory of a process that does not dump itself")
    with World("recheck = 0 s\n") as world:
        browser, secret = Browser(world), "un mot qui attend en silence"
        same(browser.sign_in(world.person()).path, "/")
        same(browser.get("change-password").status, 200)
        os.kill(world.listener.pid, signal.SIGSTOP)
        try:
            world.kill_agents()
            with concurrent.futures.ThreadPoolExecutor(1) as pool:
                sent = pool.submit(browser.post, "change-password", old=secret, token=wrong_code(), new=secret, again=secret)
                world.wait(lambda: unlocked(world.keeper.pid, secret)[0] > 0 or sent.done())
                same(sent.done(), False, "it did not wait:")
                same(unlocked(world.keeper.pid, secret)[1], [])
                os.kill(world.listener.pid, signal.SIGCONT)
                expect(sent.result().status in (303, 503), sent.result().head)
        finally:
            os.kill(world.listener.pid, signal.SIGCONT)
        same(held(world, password=secret), set())


@case()
def portal_p25_a_refusal_is_the_same_bytes_for_every_cause():
    with World() as world:
        names = [world.person("state=" + state) for state in ("own", "expired", "must-change", "temporary", "pending", "ended",
                                                               "disabled", "throttled", "locked")] + ["p999"]
        answers = {}

        def refused(name, password, token):
            browser = Browser(world)
            browser.get()
            answer = browser.post("sign-in", user=name, password=password, token=token)
            shown = browser.follow(answer)
            alike = re.sub(r'name="number" value="[\w-]+"', "", shown.body).replace(name, "NAME")
            status, head, body = without_date(answer)
            head = re.sub(r"(liberations-form=)[\w-]+", r"\1COOKIE", head)
            return (status, head, body), re.sub(r"Date: [^\r\n]*", "", shown.head), alike
        tries = [(name, password, token) for name in names
                 for password, token in (("wrong one", wrong_code()), ("wrong one", code_of()), (PASSWORD, wrong_code()), ("", ""))]
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            for one, answer in zip(tries, pool.map(lambda one: refused(*one), tries)):
                answers.setdefault(answer, []).append(one)
        same(len(answers), 1, [tried for tried in answers.values()])


@case()
def portal_p18_a_walk_through_all_pages_finds_a_session_only_at_the_end():
    seed = int(os.environ.get("LBR_SEED") or random.randrange(1 << 30))
    dice = random.Random(seed)
    leaves = ["sign-in", "set-up", "token", "password", "recovery-codes", "notice", "more-time", "account", "change-password",
              "new-phone", "sign-out", "sign-out-others", "continue", "sign-in?said=no"]
    with World() as world:
        for walk in range(int(os.environ.get("LBR_WALKS") or 6)):
            name = world.person("state=" + dice.choice(["pending", "temporary", "expired"]))
            browser, pages, noted = Browser(world), [], False
            pages.append(browser.get())
            for _ in range(25):
                if dice.random() < 0.4:
                    answer = browser.get(dice.choice(leaves))
                else:
                    right = dice.random() < 0.6
                    new = dice.choice([OWN_PASSWORD, "kurz"])
                    leaf = dice.choice(leaves[:13])
                    boxes = {"sign-in": {"user": name, "password": PASSWORD if right else "no", "token": ""},
                             "password": {"new": new, "again": new}, "recovery-codes": {"noted": "yes"}}.get(
                                 leaf, {"token": code_of() if right else wrong_code()})
                    page = dice.choice(pages[-3:])
                    noted = noted or leaf == "recovery-codes"
                    answer = browser.post(leaf, page, **boxes)
                expect(answer.status in (200, 303, 403, 405, 503), f"seed {seed}: {answer.head}")
                if answer.status == 303 and dice.random() < 0.8:
                    answer = browser.get(answer.path)
                if answer.status == 200 and 'name="number"' in answer.body:
                    pages.append(answer)
                stored = world.show(name) if SESSION in browser.cookies else {}
                if stored and stored["password"] != "own":
                    expect(world.gate(browser)[0] == 401, f"seed {seed}: a session before the password")
                if world.gate(browser)[0] == 200:
                    expect(world.show(name)["password"] == "own" and world.show(name)["must_change"] == "0",
                           f"seed {seed}, walk {walk}: {world.show(name)}")
                    break
