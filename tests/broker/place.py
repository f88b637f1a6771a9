"""One database with the shared store in it, its certificates, and brokers that ask it."""
import contextlib
import os
import shutil
import signal
import subprocess

import packages
import postgres
import wire
from harness import expect
from patience import Slow

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SCHEMA = os.path.join(TOP, "packaging", "store", "lbr_v1.sql")
BROKER = os.path.join(os.environ.get("LBR_BUILD", os.path.join(TOP, "build")), "liberations-store")
DATABASE, PASSWORD = "liberations", "sesame-open-9d1c"
USER = 64201 if os.geteuid() == 0 else os.geteuid()
LATE = ("no server of store.conf can be reached", "it does not answer in time")
REALM, KEY = "0f7c3c1e-66a0-4f0e-9d0c-52f1e0a3b001", "00000001"
HBA = """local all all trust
hostssl all secret 127.0.0.1/32 scram-sha-256
hostssl all certain 127.0.0.1/32 cert
hostssl all old 127.0.0.1/32 md5
"""
INIT = "SELECT lbr_v1.init('%s', 1, '%s', 'probe', 'dummy', ARRAY(SELECT convert_to('decoy ' || n, 'UTF8') FROM generate_series(0, 255) n))"
ROLES = """SELECT lbr_v1.add_host('plain'), lbr_v1.add_host('secret'), lbr_v1.add_host('certain'), lbr_v1.add_host('desk'), lbr_v1.add_host('limited'), lbr_v1.add_host('cut');
GRANT lbr_admin TO desk;
ALTER ROLE secret PASSWORD '%(password)s'; CREATE ROLE nobody_here LOGIN; CREATE ROLE old LOGIN;
SET password_encryption = md5; ALTER ROLE old PASSWORD '%(password)s'; RESET password_encryption;
"""


class Broker:
    """A running broker."""

    def __init__(self, process, socket, log, keep=False):
        self.process, self.socket, self.log, self.keep = process, socket, log, keep

    def said(self):
        with open(self.log, errors="replace") as file:
            return file.read()

    def in_time(self):
        """What it said, if nothing of that is about a machine that is too busy."""
        said = self.said()
        if any(words in said for words in LATE):
            raise Slow(said)
        return said

    def client(self):
        return wire.Client(self.socket)

    def served(self):
        """A client that was greeted: the broker has its connections."""
        client = self.client()
        postgres.wait_until(lambda: client.hello()["result"] == wire.DONE, "the broker serves")
        return client

    def stop(self, how=signal.SIGTERM):
        if self.process.poll() is None:
            self.process.send_signal(how)
        return self.process.wait(20)


class Place:
    """The database is made at its first use."""

    def __init__(self, scratch):
        self.scratch, self.made, self.brokers, self.count, self.reason = scratch, None, [], 0, None

    def why_not(self):
        if self.reason is None:
            self.reason = postgres.why_not() or packages.why_not("psql") or \
                ("" if os.path.exists(BROKER) else "liberations-store is not built: libpq-dev is not installed")
        return self.reason

    def path(self, *words):
        return os.path.join(self.scratch, *words)

    @property
    def main(self):
        if self.made is None:
            made = postgres.Cluster(self.scratch, "main").make()
            self.certificates(made)
            with open(made.path("pg_hba.conf"), "w") as file:
                file.write(HBA)
            self.made = made.start(unix_socket_directories=made.path() + "," + self.scratch, ssl_ca_file=self.path("ca.crt"))
            self.boss("CREATE DATABASE liberations", "postgres")
            self.sql(SCHEMA)
            self.boss(ROLES % {"password": PASSWORD})
            self.boss(INIT % (REALM, KEY))
        return self.made

    def sql(self, file, database=DATABASE):
        postgres.run("psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", file, "-d", self.made.words(database=database))

    def boss(self, text, database=DATABASE):
        with self.made.link(database=database) as boss:
            return boss.ask(text)

    # --- certificates ----------------------------------------------------------------------------------------------------

    def sign(self, name, subject, alternative="", days=2, by="ca"):
        """NAME.key and NAME.crt, signed by BY; by itself, if `by` is its own name."""
        words = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", str(days),
                 "-subj", "/CN=" + subject, "-keyout", self.path(name + ".key"), "-out", self.path(name + ".crt")]
        if alternative:
            words += ["-addext", "subjectAltName=" + alternative]
        if by != name:
            request = [word for word in words if word != "-x509"]
            del request[request.index("-days"):request.index("-days") + 2]
            request[request.index("-out") + 1] = self.path(name + ".csr")
            self.openssl(*request)
            words = ["openssl", "x509", "-req", "-in", self.path(name + ".csr"), "-CA", self.path(by + ".crt"), "-CAkey", self.path(by + ".key"),
                     "-CAcreateserial", "-days", str(days), "-copy_extensions", "copy", "-out", self.path(name + ".crt")]
        self.openssl(*words)
        os.chmod(self.path(name + ".key"), 0o600)

    @staticmethod
    def openssl(*words):
        done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        expect(done.returncode == 0, " ".join(words), done.stdout)

    def certificates(self, server):
        self.sign("ca", "test authority", by="ca")
        self.sign("server", "localhost", "DNS:localhost")
        self.use(server, "server")

    def use(self, server, name):
        """Lets the server show this certificate."""
        for kind in ("key", "crt"):
            shutil.copy(self.path(name + "." + kind), server.path("tls." + kind))
            os.chmod(server.path("tls." + kind), 0o600)
            postgres.give(server.path("tls." + kind))

    # --- brokers ---------------------------------------------------------------------------------------------------------

    def keep(self, name, text, mode=0o600, owner=None):
        """A file of the broker's."""
        path = self.path(name)
        with open(path, "w") as file:
            file.write(text)
        os.chmod(path, mode)
        if os.geteuid() == 0:
            os.chown(path, USER if owner is None else owner, -1)
        return path

    def settings(self, **words):
        """The text of a store.conf, and its socket."""
        self.count += 1
        state, sockets = self.path("state%d" % self.count), self.path("run%d" % self.count)
        os.mkdir(state, 0o700)
        os.mkdir(sockets, 0o755)
        if os.geteuid() == 0:
            os.chown(state, USER, -1)
        at = {"servers": "%s:%d" % (self.scratch, self.main.port), "user": "plain", "confirm": "server", "run-as": USER, "agent-user": USER,
              "connections": 2, "state": state, "socket": os.path.join(sockets, "store.sock")}
        at.update({name.replace("_", "-"): value for name, value in words.items()})
        return "".join("%s = %s\n" % item for item in at.items() if item[1] is not None), at["socket"]

    def spawn(self, *more, text="", environment=None, **how):
        config = self.path("store%d.conf" % self.count)
        with open(config, "w") as file:
            file.write(text)
        log = self.path("log%d" % self.count)
        with open(log, "wb") as file:
            return subprocess.Popen([*more, BROKER, "--config", config], stdin=subprocess.DEVNULL, stdout=file, stderr=file,
                                    env=environment or {"PATH": "/usr/bin:/bin"}, cwd="/", **how), log

    def start(self, under=(), environment=None, keep=False, **words):
        """Returns once the broker listens; `under`: what starts it. One that is kept stays when the others are stopped."""
        text, socket = self.settings(**words)
        process, log = self.spawn(*under, text=text, environment=environment)
        broker = Broker(process, socket, log, keep)
        self.brokers.append(broker)
        postgres.wait_until(lambda: postgres.listens(socket) or process.poll() is not None, "the broker listens")
        expect(process.poll() is None, "the broker ended:", broker.said())
        return broker

    def refused(self, **words):
        """Starts a broker that must not start: its status, and what it says."""
        text, socket = self.settings(**words)
        process, log = self.spawn(text=text)
        broker = Broker(process, socket, log)
        self.brokers.append(broker)
        return process.wait(20), broker.said()

    def tcp(self, **words):
        """The words of a broker that comes over TLS."""
        return {"servers": "localhost:%d" % self.main.port, "tls_ca": self.path("ca.crt"), **words}

    @contextlib.contextmanager
    def aside(self):
        """What is started ends, if the case is Slow."""
        try:
            yield
        except Slow:
            self.stop_all(even_kept=False)
            raise

    def stop_all(self, even_kept=True):
        for one in self.brokers:
            if even_kept or not one.keep:
                one.stop(signal.SIGKILL)
