"""Hosts that share the accounts: a broker each, and programs that ask it (asker.c), before a real PostgreSQL.

    realm = Realm(scratch)                       a server, the schema, a seal key, a realm
    host = realm.host("web1", proxied=True)      a broker; host.proxy is between it and the server
    host.asker().ask("sign", "alice", step)      -> ("yes", "ok", "")
    answered(host.asker().ask(...), "yes")       or the case fails, and shows the whole answer

A broker gives the database 1.5 seconds for a load and 2 for a commit, and says so if that was too little: see patience.py.
"""
import collections
import hashlib
import hmac
import os
import select
import shutil
import signal
import struct
import subprocess
import time

import fault_proxy
import postgres
from harness import Failure, expect
from patience import LATE_S, Slow, is_late

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SCHEMA = os.path.join(TOP, "packaging", "store", "lbr_v1.sql")
BUILD = os.path.abspath(os.environ.get("LBR_BUILD", "build"))
BROKER, ASKER = os.path.join(BUILD, "liberations-store"), os.path.join(BUILD, "tests", "store", "asker")
OWNER = 64201 if os.geteuid() == 0 else os.geteuid()
KEY = "0123abcd 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n"
STEP_S = 30
LANES = int(os.environ.get("LBR_LANES", "12"))
CONNECTIONS = str(max(120, 8 * LANES))
RUNNING = []


def why_not():
    missing = [path for path in (BROKER, ASKER) if not os.access(path, os.X_OK)]
    return postgres.why_not() or (missing and "not built: " + missing[0]) or ""


def run(*words):
    return subprocess.run(words, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout


def code_of(token, step):
    digest = hmac.new(token, struct.pack(">Q", step), hashlib.sha1).digest()
    at = digest[19] & 15
    return "%06d" % ((struct.unpack(">I", digest[at:at + 4])[0] & 0x7fffffff) % 1000000)


class Told(collections.namedtuple("Told", ("word", "error", "reason"))):
    """An answer: the word, the error's name, the reason."""

    took_s = 0
    late = False  # given because a deadline was over


def wrong(said, *what):
    return (Slow if said.late else Failure)(*what, "after %.1f s" % said.took_s)


def answered(said, word, *what):
    """That this was the word."""
    if said.word != word:
        raise wrong(said, *what, "wanted", repr(word) + ", and was told", said)


def away(said, error, *words):
    """That signing in is not possible, for this reason."""
    if said[:2] != ("away", error) or not all(word in said.reason for word in words):
        raise wrong(said, "wanted", ("away", error, *words), "and was told", said)


class Aside:
    """with Aside(stage): what is started and not stopped, is, if the case fails."""

    def __init__(self, stage):
        self.stage, self.made, self.brokers, self.servers = stage, stage.made, list(RUNNING), list(postgres.RUNNING)

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        if kind is None:
            return
        for one in [one for one in RUNNING if one not in self.brokers][::-1]:
            one.stop()
        for one in [one for one in postgres.RUNNING if one not in self.servers][::-1]:
            one.stop(signal.SIGQUIT)
        self.stage.made = self.made


class Asker:
    """A program of a host. Questions of several may be under way at once: tell(), then hear()."""

    def __init__(self, *words):
        self.asked_s = 0
        self.process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1,
                                        stderr=subprocess.DEVNULL)

    def tell(self, *words):
        self.asked_s = time.monotonic()
        self.process.stdin.write("\t".join(str(word) for word in words) + "\n")
        self.process.stdin.flush()

    def hear(self):
        line = self.process.stdout.readline()
        if not line:
            raise Failure("the program that asks has ended")
        said = Told(*line.rstrip("\n").split("\t"))
        said.took_s = time.monotonic() - self.asked_s
        said.late = said.error in ("unreachable", "answer lost") and (said.took_s > LATE_S or is_late(said.reason))
        return said

    def ask(self, *words):
        self.tell(*words)
        return self.hear()

    def tell_until(self, fault, *words):
        """Asks, and returns once the question has come as far as the fault."""
        self.tell(*words)
        while not fault.hit.wait(0.005):
            if select.select([self.process.stdout], [], [], 0)[0] and not fault.hit.is_set():
                raise Slow("wanted:", fault, "and was told before:", self.hear())

    def close(self):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.kill()
        self.process.wait()


class Host:
    """A broker. `settings` go into its store.conf."""

    def __init__(self, realm, name, admin=False, **settings):
        self.realm, self.name, self.admin, self.program, self.askers = realm, name, admin, realm.broker, []
        self.place = os.path.join(realm.scratch, "host-" + name)
        self.socket, self.config = os.path.join(self.place, "store.sock"), os.path.join(self.place, "store.conf")
        self.log, self.process, self.proxy = os.path.join(self.place, "log"), None, None
        self.key, state = realm.key, os.path.join(self.place, "state")
        for path, mode in ((self.place, 0o755), (state, 0o700)):
            os.makedirs(path, exist_ok=True)
            os.chmod(path, mode)
        if os.geteuid() == 0:
            os.chown(state, OWNER, OWNER)
        self.settings = {"user": name, "confirm": "server", "run-as": OWNER, "agent-user": OWNER, "state": state,
                         "socket": self.socket, **{word.replace("_", "-"): value for word, value in settings.items()}}
        self.configure()

    def configure(self, **settings):
        self.settings.update((word.replace("_", "-"), value) for word, value in settings.items())
        with open(self.config, "w") as file:
            file.writelines("%s = %s\n" % item for item in self.settings.items())
        os.chmod(self.config, 0o644)

    def start(self, *under):
        if self.admin:
            return self
        log = open(self.log, "ab")
        self.process = subprocess.Popen([*under, self.program, "--config", self.config], stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        log.close()
        RUNNING.append(self)
        postgres.wait_until(lambda: postgres.listens(self.socket) or self.process.poll() is not None, "the broker listens")
        expect(self.process.poll() is None, "the broker ends:", self.said())
        return self

    def said(self):
        with open(self.log, errors="replace") as file:
            return file.read()

    def mark(self):
        return os.path.getsize(self.log)

    def wait_said(self, words, since=0):
        postgres.wait_until(lambda: words in self.said()[since:], "the broker of", self.name, "says", words)

    def asker(self):
        words = (self.program, self.config) if self.admin else (self.socket,)
        if self not in RUNNING:
            RUNNING.append(self)
        self.askers.append(Asker(self.realm.asker, self.key, *words))
        return self.askers[-1]

    def stop(self, how=signal.SIGKILL):
        for one in self.askers:
            one.close()
        self.askers = []
        if self in RUNNING:
            RUNNING.remove(self)
        if self.process and self.process.poll() is None:
            self.process.send_signal(how)
            self.process.wait()
        if os.path.exists(self.socket):
            os.unlink(self.socket)

    def spoil(self, *words, **more):
        return self.proxy.spoil(fault_proxy.Fault(*words, **more))


def stop_all():
    for one in RUNNING[::-1]:
        one.stop()


class Realm:
    """`schema`: what differs from the one that is shipped, [(old, new)]; `asker` and `broker`: other programs."""

    def __init__(self, scratch, name="main", schema=(), asker=ASKER, broker=BROKER):
        self.asker, self.broker = asker, broker
        self.scratch, self.hosts, self.names = os.path.join(scratch, name), {}, collections.Counter()
        os.mkdir(self.scratch, 0o755)
        self.server = self.start(postgres.Cluster(self.scratch, "main").make(os.path.join(scratch, "empty")))
        self.key = os.path.join(self.scratch, "seal.key")
        self.write_key(self.key, KEY)
        with self.server.link() as boss:
            boss.ask("CREATE DATABASE liberations")
        self.boss = self.server.link(database="liberations")
        self.load_schema(schema)
        self.boss.ask("SELECT lbr_v1.add_host('desk'); GRANT lbr_admin TO desk")
        self.desk = self.host("desk", admin=True).asker()
        self.at_desk("found")

    def start(self, server, **settings):
        """A broker has no way to a socket in a server's own directory."""
        return server.start(unix_socket_directories="%s,%s" % (server.place, self.scratch), max_connections=CONNECTIONS, **settings)

    def at_desk(self, *words):
        """What root makes, once it is there. A program of root's has one broker, and no other after one that is late."""
        said = self.desk.ask(*words)
        if not said.late:
            answered(said, "done", *words)
            return
        again = postgres.wait_until(lambda: self.at_another_desk(*words), *words, "is done")
        expect(again.word == "done" or again.error == "exists", *words, "at last:", again)

    def at_another_desk(self, *words):
        self.desk.close()
        self.hosts["desk"].askers.remove(self.desk)
        self.desk = self.hosts["desk"].asker()
        said = self.desk.ask(*words)
        return None if said.late else said

    @staticmethod
    def write_key(path, text):
        with open(path, "w") as file:
            file.write(text)
        os.chmod(path, 0o600)

    def load_schema(self, changes):
        with open(SCHEMA) as file:
            text = file.read()
        for old, new in changes:
            expect(text.count(old) == 1, "the schema has it", text.count(old), "times:", old)
            text = text.replace(old, new)
        self.boss.ask(text)

    def host(self, name, admin=False, proxied=False, start=True, server=None, **settings):
        server = server or self.server
        if self.boss.value("SELECT count(*) FROM pg_roles WHERE rolname = $1", name) == "0":
            self.boss.ask("SELECT lbr_v1.add_host($1)", name)
        host = Host(self, name, admin, **{"servers": "%s:%d" % (self.scratch, server.port), **settings})
        if proxied:
            host.proxy = fault_proxy.Proxy(host.place, server.place, server.port)
            host.configure(servers=host.proxy.servers)
        self.hosts[name] = host
        return host.start() if start else host

    def person(self, *names):
        for name in names:
            self.at_desk("enroll", name)

    def fresh(self, name):
        """A name that nobody had; it itself the first time."""
        self.names[name] += 1
        return name if self.names[name] == 1 else "%s-%d" % (name, self.names[name])

    def row(self, name, boss=None):
        """version and last step, as they are stored."""
        rows = (boss or self.boss).ask("SELECT version, last_step FROM lbr.counters WHERE name = $1", name)
        return tuple(int(value) for value in rows[0]) if rows else None

    def step(self):
        return int(self.boss.value("SELECT extract(epoch FROM clock_timestamp())::bigint")) // STEP_S

    def close(self):
        """With all servers that are in its directory."""
        for host in self.hosts.values():
            host.stop()
        for server in [one for one in postgres.RUNNING if one.parent == self.scratch]:
            server.stop(signal.SIGQUIT)
        shutil.rmtree(self.scratch)
