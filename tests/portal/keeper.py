"""A whole portal in a scratch directory: the keeper, its gate and pages, and perhaps nginx in front."""
import contextlib
import os
import re
import socket
import subprocess
import tempfile
import threading
import time

import slots
from page import BUILD, READERS

PROGRAM = os.path.abspath(os.path.join(BUILD, "liberations-portal"))
# Whose process the keeper becomes where root starts it.
OWNER = os.geteuid() or 64230
SESSIONS = "sessions = 64\n"
SPARES = 2  # page processes that wait for a connection
HEX = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"


def hear(client, keeps):
    """Status, head and body of an answer. `keeps`: the connection stays, and there is no body. ConnectionError: no answer came."""
    found = b""
    try:
        while not (keeps and b"\r\n\r\n" in found) and (piece := client.recv(65536)):
            found += piece
    except ConnectionResetError:  # the rest of the request was not read
        if not found:
            raise
    head, _, body = found.partition(b"\r\n\r\n")
    return int(head.split(b" ", 2)[1]), head.decode("latin-1"), body.decode("utf-8")


def status_and_name(status, head):
    return status, (re.findall(r"Remote-User: ([^\r]*)", head) or [None])[0]


class Portal:
    readers = READERS  # where the programs are that read HTTP

    def __init__(self, more="", people=(), site="https://app.example.org"):
        """`people`: whose sessions it finds at its start; `self.cookies` has their cookies, in that order."""
        self.scratch = tempfile.TemporaryDirectory(prefix="lbr-portal.")
        self.directory = self.scratch.name
        os.chmod(self.directory, 0o755)
        os.mkdir(self.directory + "/state", 0o700)
        self.write("portal.key", HEX + "\n", 0o600)
        if os.geteuid() == 0:
            os.chown(self.directory + "/state", OWNER, OWNER)
            os.chown(self.directory + "/portal.key", OWNER, OWNER)
        self.write("portal.conf", f"user = {OWNER}\nkey = {self.directory}/portal.key\nstate = {self.directory}/state\n"
                   f"agent = {self.directory}/verify.sock\npages = {self.directory}/pages.sock\ngate = {self.directory}/gate.sock\n"
                   f"{'' if 'sessions =' in more else SESSIONS}{more}site = {site}\nname = Intranet\nhelp = Desk 1234\n", 0o644)
        self.cookies = self.seed(people)
        self.keeper = None
        self.prepare()
        self.start()

    def prepare(self):
        """What a portal needs before it starts."""

    def seed(self, people):
        """Makes the table of sessions: each person is a name, or the arguments of Slots.make."""
        maker, ids = slots.Slots(bytes.fromhex(HEX)), [slots.fresh_id() for _ in people]
        made = [maker.make(at, ids[at], **({"user": one} if isinstance(one, str) else one)) for at, one in enumerate(people)]
        if made:
            slots.write(self.directory + "/state/sessions", made, max(64, len(made)))
        if made and os.geteuid() == 0:
            os.chown(self.directory + "/state/sessions", OWNER, OWNER)
        return [slots.cookie_of(one) for one in ids]

    def passes(self, cookie, host=None):
        """What the gate says to a cookie: its status, and whose it is."""
        path = "/authz" if host is None else "/authz/" + host
        status, head, _ = self.ask(path, fields=[("Cookie", f"__Host-liberations={cookie}")], socket_name="gate")
        return status_and_name(status, head)

    def write(self, name, text, mode):
        with open(f"{self.directory}/{name}", "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(f"{self.directory}/{name}", mode)

    def text(self, name):
        with open(f"{self.directory}/{name}", encoding="utf-8", errors="replace") as file:
            return file.read()

    def start(self, under=()):
        """`under`: a program that starts it. What it logs stands in the file "log" too."""
        with open(self.directory + "/log", "a", encoding="utf-8") as log:
            self.keeper = subprocess.Popen([*under, PROGRAM, "--config", self.directory + "/portal.conf", "--readers", self.readers],
                                           stdin=subprocess.DEVNULL, stderr=log)
        self.wait(self.is_up)

    def is_up(self):
        return self.ask("/liberations/up")[0] == 204

    def gates(self):
        """Its children but for the pages."""
        found, pid = [], self.keeper.pid
        with open(f"/proc/{pid}/task/{pid}/children", encoding="utf-8") as file:
            for child in file.read().split():
                try:
                    with open(f"/proc/{child}/cmdline", "rb") as line:
                        found += [int(child)] if line.read().endswith(b"-gate\0") else []
                except OSError:
                    pass
        return found

    def wait(self, ready):
        until = time.monotonic() + 600
        while time.monotonic() < until:
            try:
                if ready():
                    return
            except (OSError, IndexError):
                pass
            time.sleep(0.02)
        raise AssertionError("it did not come up")

    def stop(self):
        self.keeper.terminate()
        return self.keeper.wait(15)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
        self.scratch.cleanup()

    def connect(self, name):
        client = socket.socket(socket.AF_UNIX)
        client.settimeout(15)
        client.connect(f"{self.directory}/{name}.sock")
        return client

    def send(self, name, raw):
        """Status, head and body of what a socket of the portal answers."""
        with self.connect(name) as client:
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # it has heard enough
                client.sendall(raw)
            return hear(client, name == "gate")

    def begin(self, cookie):
        """Asks the gate; end() has its answer."""
        client = self.connect("gate")
        client.sendall(f"GET /authz HTTP/1.1\r\nHost: app.example.org\r\nCookie: __Host-liberations={cookie}\r\n\r\n".encode())
        return client

    @staticmethod
    def end(client):
        with client:
            return status_and_name(*hear(client, True)[:2])

    def settle(self):
        """Returns when the keeper has heard all that the gate was asked before. Who has no session is answered at once, after them:
        the gate accepts one after the other, and has read them all when it comes to the second."""
        for _ in range(2):
            self.passes("x" * 43)

    def ask(self, path, body=None, fields=(), host="app.example.org", socket_name="pages"):
        head = f"{'GET' if body is None else 'POST'} {path} HTTP/1.1\r\nHost: {host}\r\n"
        head += "".join(f"{name}: {value}\r\n" for name, value in fields)
        if body is not None:
            head += f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n"
        return self.send(socket_name, (head + "\r\n" + (body or "")).encode())

    def ask_at_once(self, path, count):
        """The statuses of so many visitors, who all come together."""
        found = []
        threads = [threading.Thread(target=lambda: found.append(self.ask(path)[0])) for _ in range(count)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        return found

    def form(self, path="/liberations/sign-in"):
        """The cookie and the number of a fresh form."""
        _, head, body = self.ask(path)
        return re.search(r"__Host-liberations-form=([\w-]{64});", head)[1], re.search(r'name="number" value="([\w-]+)"', body)[1]
