"""A proxy between a broker and its PostgreSQL server, over Unix sockets, that spoils what it is told to, to the byte.

    proxy = Proxy(directory, server.place, server.port)     a broker's `servers` is proxy.servers
    proxy.counts["commit"]                                  how often that statement was asked
    proxy.sizes["commit", ASK]                              how long the last one was; TELL: its answer
    fault = proxy.spoil(Fault("commit", TELL, 17, RESET))   the next commit's answer is cut after 17 bytes
    fault.hit.wait(9); fault.go.set()                       HOLD: it has come so far; it goes on

An exchange is what a client sends up to Sync, and all that comes until the server is ready for the next one: a round trip. What
is cut was sent whole by the other side: after an answer that is cut, the server has done its work.
"""
import collections
import os
import select
import socket
import struct
import threading

ASK, TELL = "ask", "tell"
RESET, BLACKHOLE, GARBLE, HOLD = "reset", "blackhole", "garble", "hold"
STARTUP = "startup"
IDLE_AFTER = ("beat", "load", "load_many", "commit", "commit_many")
HOLD_S = 60


class Fault:
    """One exchange is spoiled: the `nth` of that statement from now on, after `at` bytes. HOLD waits there for `go`."""

    def __init__(self, statement, way, at, how, nth=1, mask=0xff):
        self.statement, self.way, self.at, self.how, self.left, self.mask = statement, way, at, how, nth, mask
        self.hit, self.go = threading.Event(), threading.Event()

    def __repr__(self):
        return "%s of %s at byte %d: %s" % (self.way, self.statement, self.at, self.how)


def ready(*sides):
    """Waits until something has come, and returns whence. select() knows 1,024 descriptors; so many proxies have more."""
    poll, numbers = select.poll(), {}
    for side in sides:
        poll.register(side, select.POLLIN)
        numbers[side.fileno()] = side
    return [numbers[number] for number, _ in poll.poll()]


class Ended(Exception):
    """One of the two sides has closed, or was cut off."""


def frames_of(data):
    """The whole frames at its beginning, and how long they are together."""
    found, at = [], 0
    while len(data) >= at + 5:
        size = 1 + struct.unpack("!I", data[at + 1:at + 5])[0]
        if len(data) < at + size:
            break
        found.append(bytes(data[at:at + size]))
        at += size
    return found, at


def statement_of(frames):
    """Which prepared statement is bound; "prepare": one is made."""
    for frame in frames:
        if frame[:1] == b"B":
            return frame[5:].split(b"\0", 2)[1].decode()
        if frame[:1] == b"P":
            return "prepare"
    return "other"


class Proxy:
    """Listens until it is closed; each connection has a thread."""

    def __init__(self, directory, place, port):
        self.port, self.upstream = port, os.path.join(place, ".s.PGSQL.%d" % port)
        self.path = os.path.join(directory, ".s.PGSQL.%d" % port)
        self.servers = "%s:%d" % (directory, port)
        self.counts, self.sizes, self.order = collections.Counter(), {}, []
        self.fault, self.dark, self.delay_s, self.mutex, self.open = None, False, 0, threading.Lock(), []
        self.listener = None
        self.listen()

    def listen(self):
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(self.path)
        os.chmod(self.path, 0o777)
        self.listener.listen(64)
        threading.Thread(target=self.accept, args=(self.listener,), daemon=True).start()

    def refuse(self):
        """As if there were no server: connections end, and none is accepted."""
        os.unlink(self.path)
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.cut()

    def cut(self):
        """Ends every connection."""
        with self.mutex:
            ended, self.open = self.open, []
        for one in ended:
            for side in (one.client, one.server):
                try:
                    side.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass

    def accept(self, listener):
        while True:
            try:
                client, _ = listener.accept()
                server = socket.socket(socket.AF_UNIX)
            except OSError:
                return
            try:
                server.connect(self.upstream)
            except OSError:
                client.close()
                continue
            one = Connection(self, client, server)
            with self.mutex:
                self.open.append(one)
            threading.Thread(target=one.run, daemon=True).start()

    def is_idle(self, count):
        """So many connections, each past its greeting, which ends with a beat; none waits for an answer."""
        with self.mutex:
            return [one.statement in IDLE_AFTER and not one.waits for one in self.open] == [True] * count

    def spoil(self, fault):
        with self.mutex:
            self.fault = fault
        return fault

    def note(self, statement):
        """Counts an exchange; the fault that is meant for it, or None."""
        with self.mutex:
            self.counts[statement] += 1
            self.order.append(statement)
            fault = self.fault
            if fault is None or fault.statement != statement:
                return None
            fault.left -= 1
            if fault.left == 0:
                self.fault = None
            return fault if fault.left == 0 else None


class Connection:
    def __init__(self, proxy, client, server):
        self.proxy, self.client, self.server = proxy, client, server
        self.asked, self.told = bytearray(), bytearray()
        self.statement, self.fault, self.started = STARTUP, None, False
        self.waits = False
        self.forgets = False  # the statements that were prepared on it

    def run(self):
        try:
            while True:
                for side in ready(self.client, self.server):
                    data = side.recv(65536)
                    if not data:
                        raise Ended
                    if self.proxy.dark:
                        continue
                    if side is self.client:
                        self.take_asked(data)
                    else:
                        self.take_told(data)
        except (OSError, Ended):
            pass
        for side in (self.client, self.server):
            side.close()
        with self.proxy.mutex:
            if self in self.proxy.open:
                self.proxy.open.remove(self)

    def take_asked(self, data):
        if not self.started:
            self.server.sendall(data)
            return
        self.asked += data
        frames, size = frames_of(self.asked)
        if not frames or frames[-1][:1] not in (b"S", b"X"):
            return
        exchange = bytes(self.asked[:size])
        del self.asked[:size]
        if frames[-1][:1] == b"X":
            raise Ended
        if self.proxy.delay_s:
            threading.Event().wait(self.proxy.delay_s)
        self.waits = True
        self.statement = statement_of(frames)
        self.fault = self.proxy.note(self.statement)
        self.proxy.sizes[self.statement, ASK] = size
        if self.forgets:
            exchange = exchange.replace(b"\0%s\0" % self.statement.encode(), b"\0%s\0" % self.statement[::-1].encode(), 1)
        self.send(self.server, exchange, ASK)

    def take_told(self, data):
        self.told += data
        frames, size = frames_of(self.told)
        if not self.started:
            self.client.sendall(data)
            del self.told[:size]
            self.started = bool(frames) and frames[-1][:1] == b"Z"
            return
        if not frames or frames[-1][:1] != b"Z":
            return
        answer = bytes(self.told[:size])
        del self.told[:size]
        self.proxy.sizes[self.statement, TELL] = size
        self.send(self.client, answer, TELL)
        self.waits = False

    def send(self, to, data, way):
        fault = self.fault if self.fault and self.fault.way == way else None
        if fault is None:
            to.sendall(data)
            return
        fault.hit.set()  # before the other side can answer
        if fault.how == GARBLE:
            at = min(fault.at, len(data) - 1)
            to.sendall(data[:at] + bytes([data[at] ^ fault.mask]) + data[at + 1:])
            return
        to.sendall(data[:fault.at])
        if fault.how == RESET:
            raise Ended
        if fault.how == BLACKHOLE:
            self.swallow()
        fault.go.wait(HOLD_S)
        to.sendall(data[fault.at:])

    def swallow(self):
        """Nothing passes any more; the client finds that out by itself."""
        while True:
            for side in ready(self.client, self.server):
                if not side.recv(65536):
                    if side is self.client:
                        raise Ended
                    ready(self.client)
