"""The end: questions that have come in are answered."""
import contextlib
import os
import signal
import socket
import threading
import time

from cases_nginx import Nginx
from cases_operation import connect, hand_over, read_all, readers
from harness import case, expect, same
from keeper import Portal, hear
from sizes import size

TIMES, CLIENTS = size(3, 20), 16
NOBODY = "x" * 43  # the keeper is asked about it all the same
HEAD = "GET /authz HTTP/1.1\r\nHost: app.example.org\r\nCookie: __Host-liberations=%s\r\n\r\n"
PAGE = b"GET /liberations/sign-in HTTP/1.1\r\nHost: app.example.org\r\n\r\n"


class Held(contextlib.ExitStack):
    """A portal whose sockets the test holds, as a supervisor does."""

    def __enter__(self):
        super().__enter__()
        self.portal = self.enter_context(Portal())
        self.portal.stop()
        self.sockets = []
        for name in ("pages", "gate"):
            path = f"{self.portal.directory}/{name}.sock"
            with contextlib.suppress(FileNotFoundError):
                os.unlink(path)
            one = self.enter_context(socket.socket(socket.AF_UNIX))
            one.bind(path)
            one.listen(4096)
            os.chmod(path, 0o666)
            self.sockets.append(one)
        self.start()
        return self

    def start(self):
        hand_over(self.portal, self.sockets, "pages:gate")
        self.portal.wait(self.portal.is_up)


class Crowd:
    """Clients that ask without pause, by `ask`: it returns what came, or raises OSError where nobody could be asked."""

    def __init__(self, ask, count=CLIENTS):
        self.answers, self.refused, self.wrong, self.over = 0, 0, [], threading.Event()
        self.threads = [threading.Thread(target=self.run, args=(ask, at)) for at in range(count)]
        for thread in self.threads:
            thread.start()

    def run(self, ask, at):
        while not self.over.is_set():
            try:
                ask(at)
                self.answers += 1
            except (ConnectionRefusedError, FileNotFoundError):
                self.refused += 1
                time.sleep(0.002)
            except Exception as error:  # an answer that is none, or the wrong one
                self.wrong.append((at, repr(error)))

    def more(self, count):
        before, until = self.answers, time.monotonic() + 600
        while self.answers < before + count and not self.wrong:
            expect(time.monotonic() < until, "nobody is answered")
            time.sleep(0.002)

    def end(self):
        self.over.set()
        for thread in self.threads:
            thread.join(60)
        expect(not self.wrong, f"{len(self.wrong)} beside {self.answers} answers:", self.wrong[:8])


def ask_of(portal):
    """Some on a connection for each question, some on one that is kept; every fourth asks for a page."""
    kept = {}

    def ask(at):
        if at % 4 == 3:
            with connect(portal) as client:
                client.sendall(PAGE)
                same(hear(client, False)[0], 200)
            return
        client = kept.pop(at, None)
        try:
            if client is not None:
                client.sendall((HEAD % NOBODY).encode())
        except BrokenPipeError:  # it was closed before: nobody has read this
            client.close()
            client = None
        if client is None:
            client = connect(portal, "gate")
            client.sendall((HEAD % NOBODY).encode())
        status, head, _ = hear(client, True)
        same(status, 401)
        if at % 4 == 0 or "Connection: close" in head:
            client.close()
        else:
            kept[at] = client
    return ask


def end_and_start(portal, start, crowd, between=2 * CLIENTS):
    for _ in range(TIMES):
        crowd.more(between)
        same(portal.stop(), 0)
        start()
    crowd.more(CLIENTS)
    crowd.end()
    expect(not any("before all" in line or "signal" in line or "taken" in line for line in portal.text("log").splitlines()), portal.text("log"))


@case()
def no_question_is_lost_while_a_supervisor_holds_the_sockets():
    with Held() as one:
        crowd = Crowd(ask_of(one.portal))
        end_and_start(one.portal, one.start, crowd)
        same(crowd.refused, 0)


@case()
def no_question_that_was_taken_is_lost_where_the_portal_makes_its_sockets():
    with Portal() as portal:
        end_and_start(portal, portal.start, Crowd(ask_of(portal)))


@case("nginx", "curl", "openssl")
def nginx_hears_an_answer_to_every_question():
    with Held() as one, Nginx(gate=f"{one.portal.directory}/gate.sock", pages=f"{one.portal.directory}/pages.sock") as nginx:
        cookie = f"Cookie: __Host-liberations={NOBODY}"

        def ask(at):
            # Who asked a gate that did not answer hears 503.
            status = nginx.ask("/", "-H", cookie)[0] if at % 4 else nginx.ask("/liberations/up")[0]
            same(status, 401 if at % 4 else 204)
        end_and_start(one.portal, one.start, Crowd(ask), CLIENTS // 4)


def over(portal):
    return portal.keeper.wait(60)


@case()
def a_connection_that_waits_is_closed_at_once_and_one_with_half_a_head_is_served():
    with Held() as one:
        portal = one.portal
        head = (HEAD % NOBODY).encode()
        with connect(portal, "gate") as idle, connect(portal, "gate") as half:
            idle.sendall(head)
            same(hear(idle, True)[0], 401)
            half.sendall(head[:40])
            portal.settle()
            portal.keeper.terminate()
            same(idle.recv(100), b"")
            same(portal.keeper.poll(), None)
            half.sendall(head[40:])
            status, fields, _ = hear(half, True)
            same((status, "Connection: close" in fields, half.recv(100)), (401, True, b""))
        same(over(portal), 0)
        one.start()


@case()
def a_second_signal_ends_it_at_once():
    with Held() as one:
        for number in (signal.SIGTERM, signal.SIGINT):
            with connect(one.portal) as slow:
                slow.sendall(PAGE[:20])
                one.portal.wait(one.portal.is_up)
                one.portal.keeper.terminate()
                while one.portal.keeper.poll() is None:  # one that follows at once is the same one
                    one.portal.keeper.send_signal(number)
                    time.sleep(0.05)
                same(one.portal.keeper.returncode, 0)
                expect("ends at a second signal" in one.portal.text("log"), one.portal.text("log"))
                one.start()


@case()
def a_signal_for_all_of_its_processes_is_the_keepers():
    with Held() as one, connect(one.portal) as slow:
        portal = one.portal
        slow.sendall(PAGE[:20])
        portal.wait(portal.is_up)
        pages, gates = readers(portal)
        for pid in (*pages, *gates):
            for number in (signal.SIGTERM, signal.SIGINT):
                os.kill(pid, number)
        portal.keeper.terminate()
        slow.sendall(PAGE[20:])
        expect(read_all(slow).startswith(b"HTTP/1.1 200 "), "the page that was under way")
        same(over(portal), 0)
        expect("signal" not in portal.text("log"), portal.text("log"))
        one.start()
