"""What is left of a portal that has ended: none of its processes, and no question that came in whole."""
import contextlib
import os
import signal
import socket
import ssl
import subprocess
import time

from cases_end import HEAD, NOBODY, PAGE, Held, over
from cases_nginx import Nginx
from cases_operation import connect, read_all, readers
from harness import case, expect, same
from keeper import PROGRAM, SPARES, Portal, hear
from patience import Slow, patient

IDLE = 200
SOON_S = 2.5  # a page ends ten seconds after its client came, a portal waits for pages for five
FORM = b"name=alice&password=secret&code=123456&number="
POST = (b"POST /liberations/sign-in HTTP/1.1\r\nHost: app.example.org\r\nOrigin: https://app.example.org\r\nConnection: close\r\n"
        b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%s" % (len(FORM), FORM))


def lives(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as file:
            return file.read().rpartition(") ")[2].split()[0] not in "ZX"
    except OSError:
        return False


def wait_until(found, what, pause=0.01):
    until = time.monotonic() + 600
    while not found():
        expect(time.monotonic() < until, what)
        time.sleep(pause)


@contextlib.contextmanager
def all_of(portal, busy):
    """The pids of its processes: the gate, pages that wait for a connection, and `busy` pages that have one. They are killed at the
    end, if they live."""
    wait_until(lambda: len(readers(portal)[0]) == SPARES + busy, "not every page process waits again")
    pages, gates = readers(portal)
    try:
        yield pages + gates
    finally:
        for pid in filter(lives, pages + gates):
            os.kill(pid, signal.SIGKILL)


@case()
def no_process_outlives_a_keeper_that_is_killed():
    """Nor does one that was stopped, which hears nothing of it."""
    for stopped in (False, True):
        with Portal() as portal, connect(portal) as slow, connect(portal, "gate") as half:
            slow.sendall(PAGE[:20])
            half.sendall(HEAD.encode()[:20])
            portal.settle()
            with all_of(portal, busy=1) as pids:
                for pid in pids if stopped else ():
                    os.kill(pid, signal.SIGSTOP)
                portal.keeper.kill()
                portal.keeper.wait()
                wait_until(lambda: not any(map(lives, pids)), f"stopped={stopped}: some are left of {pids}")
            same(slow.recv(1), b"")


def come_and_stay(portal):
    """Clients that have their answer, and whose connections stay."""
    came = [connect(portal, "gate") for _ in range(IDLE)]
    for client in came:
        client.sendall((HEAD % NOBODY).encode())
        same(hear(client, True)[0], 401)
    return came


@contextlib.contextmanager
def asked_to_end(make, stopped):
    """A portal that has been asked to end, with a page process that a client holds; and a gate that is stopped, or idle clients."""
    with contextlib.ExitStack() as stack:
        one = stack.enter_context(make())
        portal = getattr(one, "portal", one)
        idle = [] if stopped else [stack.enter_context(client) for client in come_and_stay(portal)]
        begun = time.monotonic()
        slow, quick, form = (stack.enter_context(connect(portal)) for _ in range(3))
        slow.sendall(PAGE[:20])
        quick.sendall(PAGE[:20])
        form.sendall(POST[:-5])
        portal.settle()
        pids = stack.enter_context(all_of(portal, busy=3))
        if stopped:
            os.kill(pids[-1], signal.SIGSTOP)
        portal.keeper.terminate()
        if time.monotonic() - begun > SOON_S:
            raise Slow("the portal was asked to end after", time.monotonic() - begun, "s")
        for client in idle:
            same(client.recv(1), b"")
            client.close()
        quick.sendall(PAGE[20:])
        form.sendall(POST[-5:])
        yield portal, pids, slow, quick, form


@patient
def asked_in_time(stack, make, stopped):
    return stack.enter_context(asked_to_end(make, stopped))


@case()
def at_its_limit_the_portal_ends_and_what_came_in_whole_was_answered():
    """A client holds a page process for good, and so does, where the gate is stopped, the kernel."""
    with contextlib.ExitStack() as stack:
        ends = [asked_in_time(stack, make, stopped) for make in (Held, Portal) for stopped in (False, True)]
        for _, _, _, quick, form in ends:
            expect(read_all(quick).startswith(b"HTTP/1.1 200 "), "the page that was under way")
            expect(read_all(form).startswith(b"HTTP/1.1 4"), "the form that was under way has none of our numbers")
        yield
        for portal, pids, slow, _, _ in ends:
            same(over(portal), 0)
            expect("ends before all requests are answered" in portal.text("log"), portal.text("log"))
            wait_until(lambda: not any(map(lives, pids)), "it leaves processes behind")  # pylint: disable=cell-var-from-loop
            same(slow.recv(1), b"")


@case()
def who_comes_while_it_starts_is_answered_although_it_is_told_to_end():
    with Portal() as portal:
        portal.stop()
        for name, asks in (("pages", PAGE), ("gate", (HEAD % NOBODY).encode())) * 10:
            with connect_at_once(portal, name) as client:
                portal.keeper.terminate()
                client.sendall(asks)
                same(hear(client, name == "gate")[0], 401 if name == "gate" else 200)
            same(over(portal), 0)


def connect_at_once(portal, name):
    """To the socket of a portal that is just making it."""
    path = f"{portal.directory}/{name}.sock"
    with contextlib.suppress(FileNotFoundError):
        os.unlink(path)
    with open(portal.directory + "/log", "a", encoding="utf-8") as log:
        portal.keeper = subprocess.Popen([PROGRAM, "--config", portal.directory + "/portal.conf", "--readers", portal.readers],
                                         stdin=subprocess.DEVNULL, stderr=log)
    client = socket.socket(socket.AF_UNIX)
    client.settimeout(20)
    wait_until(lambda: client.connect_ex(path) == 0, "it makes no socket", pause=0)
    return client


@case("nginx", "curl", "openssl")
def an_upload_at_nginx_outlives_the_portal():
    """A form of which half has come is nginx's, and so are the browsers' connections: the portal ends at once, and the next one
    answers."""
    with Held() as one, Nginx(gate=f"{one.portal.directory}/gate.sock", pages=f"{one.portal.directory}/pages.sock") as nginx:
        tls = ssl._create_unverified_context()  # pylint: disable=protected-access
        with contextlib.ExitStack() as stack:
            clients = []
            for _ in range(4):
                plain = stack.enter_context(socket.create_connection(("127.0.0.1", nginx.port), timeout=600))
                clients.append(stack.enter_context(tls.wrap_socket(plain, server_hostname="app.example.org")))
                clients[-1].sendall(POST[:-5])
            same(nginx.ask("/liberations/up")[0], 204)
            same(one.portal.stop(), 0)
            for client in clients:
                client.sendall(POST[-5:])
            one.start()
            for client in clients:
                expect(read_all(client).startswith(b"HTTP/1.1 4"), "the form that was under way has none of our numbers")
        expect("before all" not in one.portal.text("log"), one.portal.text("log"))
