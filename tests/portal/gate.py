"""A gate process with a socket that it listens on, and a keeper's end of the test's own."""
import os
import socket
import subprocess
import tempfile
import threading
import time

from handing import start_with
from page import READERS, Frame, fields_of

PROGRAM = os.path.join(READERS, "liberations-portal-gate")
TROUBLE, NO, UNREADABLE, YES = 0, 1, 2, 0x6c627259


def tell(serial, verdict, user="", origin="", base="", elsewhere=False):
    return Frame("g").number(serial, verdict).text(user, origin, base).number(elsewhere).bytes


def busy(pid, seconds=1):
    """How much of a processor it takes, from now on."""
    def used():
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as file:
            words = file.read().rpartition(") ")[2].split()
        return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")
    before = used()
    time.sleep(seconds)
    return (used() - before) / seconds


class Gate:
    """One gate. `judge`: what its keeper says to (site, session): a verdict and a user; None: it does not answer. `under`: what
    starts it."""

    def __init__(self, judge, under=()):
        self.directory = tempfile.TemporaryDirectory()
        self.path = os.path.join(self.directory.name, "gate.sock")
        listening = socket.socket(socket.AF_UNIX)
        listening.bind(self.path)
        listening.listen(64)
        os.chmod(self.path, 0o666)
        os.chmod(self.directory.name, 0o755)
        self.keeper, asks = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.asked = []
        self.process = start_with([*under, PROGRAM], (listening.fileno(), asks.fileno()), env={}, stdout=subprocess.DEVNULL,
                                  stderr=subprocess.PIPE)
        listening.close()
        asks.close()
        self.judge = judge
        self.thread = threading.Thread(target=self.keep, daemon=True)
        self.thread.start()

    def keep(self):
        while True:
            try:
                question = self.keeper.recv(20000)
            except OSError:
                return
            if not question:
                return
            _, serial, site, session = fields_of(question)
            self.asked.append((site.decode(), session.decode()))
            verdict = self.judge(site.decode(), session.decode())
            if verdict is not None:
                try:
                    self.keeper.send(tell(int.from_bytes(serial, "big"), *verdict))
                except OSError:
                    return

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.keeper.close()
        self.process.kill()
        self.process.wait()
        self.process.stderr.close()
        self.directory.cleanup()

    def connect(self):
        client = socket.socket(socket.AF_UNIX)
        client.settimeout(15)
        client.connect(self.path)
        return client

    def ask(self, target="/authz", fields=(), client=None, method="GET"):
        """Status and fields of the answer."""
        own = client or self.connect()
        own.sendall((f"{method} {target} HTTP/1.1\r\nHost: gate\r\n" +
                     "".join(f"{name}: {value}\r\n" for name, value in fields) + "\r\n").encode("latin-1"))
        answer = read_answer(own)
        if client is None:
            own.close()
        return answer


def read_answer(client):
    raw = b""
    while b"\r\n\r\n" not in raw:
        piece = client.recv(65536)
        if not piece:
            break
        raw += piece
    head, _, rest = raw.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    found = [tuple(line.split(": ", 1)) for line in lines[1:]]
    assert rest == b"", rest
    return int(lines[0].split(" ")[1]) if head else 0, found
