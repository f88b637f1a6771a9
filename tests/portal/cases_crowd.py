"""A day on which everybody enrolls: LBR_PEOPLE people at once, through nginx, with the settings of a first portal.conf and real hashes.

It is no part of `make check`. GOLDEN=write leaves what it found in tests/portal/results/enroll.txt.
"""
import concurrent.futures
import os
import re
import threading
import time

import walk
from cases_sameness import Stranger
from harness import Skip, case, expect, same
from page import BUILD
from website import PROGRAMS, Site

PEOPLE = int(os.environ.get("LBR_PEOPLE", "0"))
RESULTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "results", "enroll.txt")
LONGEST_S = 900


class Person(Stranger):
    """Somebody with a temporary password, who waits as long as he is told."""

    def __init__(self, site, user, temporary):
        super().__init__(site)
        self.user, self.temporary, self.told_to_wait = user, temporary, 0

    def get(self, path):
        """A page, however often it takes."""
        while True:
            status, head, text = self.ask(path)
            if status != 503:
                return status, head, text
            self.wait(dict(head))

    def wait(self, head):
        self.told_to_wait += 1
        expect(head.get("Retry-After", "").isdigit(), "503 without Retry-After")
        time.sleep(int(head["Retry-After"]))

    def send(self, path, **boxes):
        """A form of this page; where its answer leads."""
        while True:
            _, _, text = self.get(path)
            found = re.search(r'name="number" value="([\w-]+)"', text)
            expect(found, self.user, path, text)
            status, head, _ = self.ask(path, {"number": found[1], **boxes})
            if status == 503:
                self.wait(dict(head))
                continue
            same(status, 303, self.user)
            where = dict(head)["Location"][len(self.origin):]
            if "said=busy" not in where:
                return where
            self.wait({"Retry-After": "2"})

    def enroll(self):
        begun = time.monotonic()
        same(self.send("/liberations/sign-in", user=self.user, password=self.temporary, token=""), "/liberations/set-up")
        key = re.search(r"secret=([A-Z2-7]{32})", self.get("/liberations/set-up")[2])[1]
        same(self.send("/liberations/set-up", token=walk.Phone(key).code()), "/liberations/password")
        same(self.send("/liberations/password", new=walk.FIRST, again=walk.FIRST), "/liberations/recovery-codes")
        same(self.send("/liberations/recovery-codes", noted="yes"), "/")
        status, _, text = self.ask("/")
        expect(f"Good day, {self.user}!" in text, self.user, "is not greeted:", status, text[:300])
        return time.monotonic() - begun


def watch(site, person, ended, waits):
    """Somebody who works in the application meanwhile."""
    while not ended.wait(0.1):
        begun = time.monotonic()
        status, _, text = person.ask("/")
        waits.append(time.monotonic() - begun)
        same((status, f"Good day, {person.user}!" in text), (200, True), "people at work are disturbed:")


@case("oathtool", *PROGRAMS)
def people_who_enroll_at_once_all_get_in_and_disturb_nobody():
    if PEOPLE == 0:
        raise Skip("LBR_PEOPLE names no number")
    with Site(BUILD) as site:
        people = [Person(site, user, site.invite(user)[0]) for user in [f"p{number}" for number in range(PEOPLE + 1)]]
        worker, people = people[0], people[1:]
        worker.enroll()
        ended, waits = threading.Event(), []
        with concurrent.futures.ThreadPoolExecutor(PEOPLE + 1) as pool:
            watcher = pool.submit(watch, site, worker, ended, waits)
            begun = time.monotonic()
            took = sorted(pool.map(lambda person: person.enroll(), people, timeout=LONGEST_S))
            whole = time.monotonic() - begun
            ended.set()
            watcher.result()
        told = sum(person.told_to_wait for person in people)
    waits.sort()
    lines = [f"LBR_PEOPLE={PEOPLE} GOLDEN=write tests/portal/run-browsers 'people_who*', on {os.cpu_count()} processors under a load of "
             f"{os.getloadavg()[0]:.0f}",
             f"{len(took)} people enrolled at once in {whole:.0f} s; half of them within {took[len(took) // 2]:.0f} s",
             f"told to wait {told} times, by 503 with Retry-After or by the page",
             f"meanwhile somebody at work asked {len(waits)} pages, never refused: half within {1000 * waits[len(waits) // 2]:.0f} ms, "
             f"99 of 100 within {1000 * waits[len(waits) * 99 // 100]:.0f} ms"]
    print("\n".join(lines))
    if os.environ.get("GOLDEN") == "write":
        with open(RESULTS, "w", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")
