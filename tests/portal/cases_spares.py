"""Page processes that wait for a connection: who ends them, what replaces them, and what they cannot do to their keeper."""
import contextlib
import os
import shutil
import signal
import time

import page
from cases_hostile import Taken
from cases_operation import as_root, connect, read_all, readers
from harness import case, expect, same
from keeper import SPARES, Portal

WINDOW_S = 1.2


def spares(portal):
    """Those that wait, once all do: one that has just answered may be among as many, but not for long."""
    found = set()

    def stay():
        nonlocal found
        found, before = set(readers(portal)[0]), found
        time.sleep(0.2)
        return len(found) == SPARES and found == before
    portal.wait(stay)
    return found


def runs(pid):
    with contextlib.suppress(OSError):
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as file:
            return file.read().rpartition(") ")[2][0] != "Z"
    return False


def descriptors(portal):
    return len(os.listdir(f"/proc/{portal.keeper.pid}/fd"))


class Apart(Portal):
    """Its programs lie in its own directory, where they can be replaced."""
    script = None

    def is_up(self):
        return self.ask("/authz", socket_name="gate")[0] == 401

    def prepare(self):
        self.readers = self.directory + "/readers"
        os.mkdir(self.readers)
        os.chmod(self.readers, 0o1777)
        for name in ("page", "gate"):
            shutil.copy(f"{page.BUILD}/liberations-portal-{name}", self.readers)
        if self.script is not None:
            self.replace(f"#!/bin/sh\necho >>{self.readers}/started\n{self.script}\n")

    def replace(self, text=None):
        """By the real program in another file, or by a script."""
        path = self.readers + "/liberations-portal-page"
        shutil.copy(page.BUILD + "/liberations-portal-page", path + ".new")
        if text is not None:
            with open(path + ".new", "w", encoding="utf-8") as file:
                file.write(text)
        os.rename(path + ".new", path)


@case()
def a_page_that_waits_serves_the_next_visitor_and_is_replaced():
    with Portal() as portal:
        before = spares(portal)
        with connect(portal) as client:
            portal.wait(lambda: len(readers(portal)[0]) == 1 + SPARES)
            same(len(before & set(readers(portal)[0])), SPARES, "those that waited:")
            for pid in before:
                os.kill(pid, signal.SIGALRM)
            same(read_all(client), b"", "one of them had the connection, which ended with it:")
        same(portal.ask("/liberations/sign-in")[0], 200)


@case()
def pages_that_wait_end_with_their_keeper():
    with Portal() as portal:
        for number in (signal.SIGKILL, signal.SIGTERM):
            waiting = spares(portal)
            portal.keeper.send_signal(number)
            portal.keeper.wait(15)
            portal.wait(lambda: not any(map(runs, waiting)))
            portal.start()


@case()
def a_page_that_was_killed_while_it_waited_is_missed_by_nobody():
    with Portal() as portal:
        for number in (signal.SIGKILL, signal.SIGSEGV):
            before = spares(portal)
            for pid in before:
                os.kill(pid, number)
            portal.wait(lambda: not any(map(runs, before)))
            for _ in range(5):
                same(portal.ask("/liberations/sign-in")[0], 200)
            expect(not before & spares(portal), "the dead are kept")


def cannot_wait(words):
    """Its pages do this instead, twice in this time at most; the gate and the next visitor notice nothing."""
    begun = time.monotonic()
    with type("Broken", (Apart,), {"script": words})() as portal:
        started = portal.readers + "/started"
        portal.wait(lambda: os.path.exists(started) and os.path.getsize(started) >= SPARES)
        time.sleep(WINDOW_S)
        count, took = os.path.getsize(started), time.monotonic() - begun
        expect(count <= SPARES * (1 + int(took)), count, "were started in", took)
        same(portal.passes("x" * 43)[0], 401)
        portal.replace()
        same(portal.ask("/liberations/sign-in")[0], 200)


@case()
def pages_that_end_at_once_are_tried_once_a_second():
    cannot_wait("exit 1")


@case()
def pages_that_speak_before_their_turn_are_let_go_and_tried_once_a_second():
    cannot_wait("printf x >&4; read nothing <&4")


@case()
def a_page_of_an_older_program_serves_nobody():
    with Apart() as portal:
        old = spares(portal)
        portal.replace()
        with connect(portal):
            portal.wait(lambda: not any(map(runs, old)))
            portal.wait(lambda: len(readers(portal)[0]) == 1 + SPARES)
        same(portal.ask("/liberations/sign-in")[0], 200)


@case()
def a_burst_of_visitors_is_served_and_leaves_as_many_waiting_as_before():
    with Portal("requests = 64\n") as portal:
        spares(portal)
        same(portal.ask_at_once("/liberations/sign-in", 60), [200] * 60)
        spares(portal)


@case()
@as_root
def portal_p06_descriptors_that_a_page_sends_are_dropped():
    frame = page.ask(b"GET /liberations/sign-in HTTP/1.1\r\nHost: app.example.org\r\n\r\n", page.tell(page.UP))[3]
    with Taken() as portal:
        spares(portal)
        before = descriptors(portal)
        for _ in range(10):
            expect(portal.say(b"d", frame), "it was answered nevertheless")
        spares(portal)
        same(descriptors(portal), before)
