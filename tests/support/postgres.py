"""PostgreSQL servers in a scratch directory: primary, standby, promotion, base backup, restore.

    main = postgres.Cluster(place, "main"); main.make(); main.start()
    main.link()                      a connection as the superuser BOSS; link(user=, tls=True, database=)
    second = main.standby("second")  a copy that follows; main.require(second) waits for it at every commit
    second.promote()
    main.copy("kept"), restore: see the cases that use them
    main.stop()                      and stop_all() at the end of a suite, whatever happened

PostgreSQL refuses to run as root: its servers are then those of the user `postgres`, or of nobody. An ordinary user starts
them as themselves; one whom the system does not know, in a user namespace as nobody. Start servers in the main thread: they end with it.
"""
import os
import pwd
import shutil
import signal
import socket
import subprocess
import time

import libpq
import packages
from harness import Failure, Skip, expect

BOSS = "boss"
WITH_STARTER = ["--pdeathsig=QUIT", "--"]
DEADLINE_S = 600
ENVIRONMENT = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C", "TZ": "UTC"}
SETTINGS = {
    "unix_socket_directories": "{place}", "listen_addresses": "127.0.0.1", "unix_socket_permissions": "0777",
    "ssl": "on", "ssl_cert_file": "{place}/tls.crt", "ssl_key_file": "{place}/tls.key",
    "fsync": "off",  # no test takes the machine's power away
    "shared_buffers": "16MB", "max_connections": "120", "max_wal_senders": "6", "wal_level": "replica", "hot_standby": "on",
    "wal_keep_size": "32MB", "max_wal_size": "256MB", "wal_receiver_status_interval": "100ms", "wal_retrieve_retry_interval": "50ms",
    "autovacuum_naptime": "1d", "jit": "off", "log_min_messages": "fatal", "log_statement": "none", "max_prepared_transactions": "0",
    "restart_after_crash": "off",
}
# A standby counts from its next message on, and sends one if there is something new.
CONFIRMING = ("SELECT pg_create_restore_point('new'); SELECT pg_switch_wal();"
              "SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'quorum' AND state = 'streaming'")
RUNNING = []


def why_not():
    """Why no server can be started here, or nothing."""
    missing = packages.why_not("initdb", "openssl", "setpriv", "unshare")
    if missing or libpq.PQ is None:
        return missing or "postgresql is not installed"
    if enter() is None:
        return "a database server needs a user whom the system knows, or a user namespace"
    return ""


def need_time():
    """For a case of seconds, in a suite that has enough of them without it."""
    if os.environ.get("LBR_SOAK") != "1":
        raise Skip("make soak-store runs it: it takes long")


def known(uid):
    try:
        return pwd.getpwuid(uid)
    except KeyError:
        return None


def servant():
    """Whom root lets the servers run as."""
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    return None


def enter():
    """The words in front of a server's command, or None if there is no way. What is started ends with its starter."""
    if os.geteuid() == 0:
        one = servant()
        return one and ["setpriv", "--reuid=%d" % one.pw_uid, "--regid=%d" % one.pw_gid, "--clear-groups", *WITH_STARTER]
    if known(os.geteuid()):
        return ["setpriv", *WITH_STARTER]
    nobody = known(65534)
    words = ["unshare", "--user", "--map-user=65534", "--map-group=65534", "--", "setpriv", *WITH_STARTER]
    able = nobody and subprocess.run(words + ["true"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0
    return words if able else None


def give(path):
    """Lets the servers own a directory."""
    if os.geteuid() == 0:
        shutil.chown(path, servant().pw_uid, servant().pw_gid)


def run(*words, text=""):
    done = subprocess.run(enter() + [packages.find(words[0])] + list(words[1:]), input=text, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, cwd="/", env=ENVIRONMENT)
    if done.returncode != 0:
        raise Failure(words[0], done.stdout[-1500:])
    return done.stdout


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(condition, *what):
    """Asks again until the condition holds, and returns what it said."""
    end = time.monotonic() + DEADLINE_S
    while time.monotonic() < end:
        found = condition()
        if found:
            return found
        time.sleep(0.01)
    raise Failure("waited in vain until", *what)


def listens(path):
    """Whether somebody takes connections at this socket. Its name is there a moment before."""
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(path)
            return True
        except OSError:
            return False


def retried(connect):
    """Connects; waits while the server still counts connections that were just closed."""
    end = time.monotonic() + DEADLINE_S
    while True:
        try:
            return connect()
        except libpq.Refused as trouble:
            if "too many connections" not in trouble.message or time.monotonic() > end:
                raise
            time.sleep(0.01)


class Cluster:
    """One server: its directory, its process."""

    def __init__(self, place, name):
        self.name, self.place = name, os.path.join(place, name)
        self.parent, self.process, self.port, self.follows = place, None, None, ""
        self.log, self.settings = os.path.join(place, name + ".log"), {}

    def path(self, *words):
        return os.path.join(self.place, *words)

    def make(self, like=""):
        """An empty one, of `boss`, whom everybody on this machine may be: that is for the tests to change. `like`: where the files
        of an empty one are kept for those that come later."""
        reason = why_not()
        if reason:
            raise Skip(reason)
        give(self.parent)
        if not like:
            self.init(self.path())
        elif not os.path.isdir(like):
            os.mkdir(like)
            give(like)
            self.init(like)
        if like:
            subprocess.run(["cp", "-a", like, self.path()], check=True)
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                        "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", self.path("tls.key"),
                        "-out", self.path("tls.crt")], check=True, stderr=subprocess.DEVNULL)
        os.chmod(self.path("tls.key"), 0o600)
        for name in ("tls.key", "tls.crt"):
            give(self.path(name))
        return self

    @staticmethod
    def init(place):
        run("initdb", "-D", place, "-A", "trust", "--no-sync", "--no-instructions", "--locale=C", "-E", "UTF8", "-U", BOSS,
            "--wal-segsize=1")

    def start(self, **settings):
        """Returns once it answers. Another program may take the port first; then it takes another one."""
        for _ in range(5):
            self.port = free_port()
            if self.attempt({**SETTINGS, "port": str(self.port), "primary_conninfo": self.follows, **settings}):
                return self
        raise Failure(self.name, "does not start:", self.said())

    def start_again(self):
        """As it was, at the same port."""
        expect(self.attempt(self.settings), self.name, "does not start again:", self.said())

    def attempt(self, settings):
        self.settings = settings
        with open(self.path("postgresql.conf"), "w") as file:
            file.writelines("%s = '%s'\n" % (name, value.format(place=self.place)) for name, value in settings.items())
        give(self.path("postgresql.conf"))
        words = [packages.find("postgres"), "-D", self.path()]
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(enter() + words, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/",
                                            env=ENVIRONMENT)
        RUNNING.append(self)
        end = time.monotonic() + DEADLINE_S
        while time.monotonic() < end and self.process.poll() is None:
            try:
                self.link().close()
                return True
            except libpq.Refused:
                time.sleep(0.01)
        self.stop()
        return False

    def said(self):
        with open(self.log, errors="replace") as file:
            return file.read()[-1500:]

    def stop(self, how=signal.SIGINT):
        """SIGINT: at once, and in order. SIGQUIT: as a crash."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(how)
            self.process.wait()
        if self in RUNNING:
            RUNNING.remove(self)

    def remove(self):
        """Stops it, and leaves nothing of it: it may be in memory."""
        self.stop(signal.SIGQUIT)
        shutil.rmtree(self.place)

    def words(self, user=BOSS, database="postgres", tls=False, **more):
        where = "host=127.0.0.1 sslmode=require" if tls else "host=%s sslmode=disable" % self.place
        return "%s port=%s user=%s dbname=%s connect_timeout=20 sslcert=/none passfile=/none %s" % (
            where, self.port, user, database, " ".join("%s='%s'" % item for item in more.items()))

    def link(self, **words):
        return libpq.Link(self.words(**words))

    def follow(self, copy):
        """Makes a copy of the files a standby of this server."""
        copy.follows = "host=%s port=%d user=%s application_name=%s" % (self.place, self.port, BOSS, copy.name)
        open(copy.path("standby.signal"), "w").close()

    def copy(self, name):
        """A base backup of the running server, not started."""
        copy = Cluster(self.parent, name)
        run("pg_basebackup", "-D", copy.path(), "-h", self.place, "-p", str(self.port), "-U", BOSS, "--no-sync", "-c", "fast")
        os.truncate(copy.path("postgresql.auto.conf"), 0)  # it waits for nobody
        return copy

    def standby(self, name, **settings):
        copy = self.copy(name)
        self.follow(copy)
        return copy.start(**settings)

    def require(self, *standbys):
        """Every commit waits for one of these, however long; for nothing if there are none."""
        names = "ANY 1 (%s)" % ", ".join(one.name for one in standbys) if standbys else ""
        with self.link() as boss:
            boss.ask("ALTER SYSTEM SET synchronous_standby_names = '%s'" % names)
            boss.ask("SELECT pg_reload_conf()")
            wait_until(lambda: boss.value("SHOW synchronous_standby_names") == names, "the setting is read")
            wait_until(lambda: not standbys or boss.value(CONFIRMING) != "0", "a standby confirms")
            self.link().close()  # by now every process of the server was told
            boss.ask("CHECKPOINT")  # and the one that keeps the setting for all others has read it

    def reload(self):
        """Reads its files again, for all who connect from now on."""
        def read():
            with self.link() as boss:
                return boss.value("SELECT pg_conf_load_time()")

        before = read()
        with self.link() as boss:
            boss.ask("SELECT pg_reload_conf()")
        wait_until(lambda: read() != before, "its files are read")

    def promote(self):
        with self.link() as boss:
            expect(boss.value("SELECT pg_promote(true, 60)") == "t", self.name, "is not promoted:", self.said())


def stop_all():
    for one in RUNNING[::-1]:
        one.stop(signal.SIGQUIT)
