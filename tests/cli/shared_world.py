"""A host of shared accounts: a PostgreSQL server in a scratch directory, the command, and its broker where the command looks for it."""
import atexit
import os
import shutil
import subprocess
import tempfile

import harness
import packages
import postgres
from patience import in_time
from world import BUILD, OWNER, World, need_default_places, same

DBA, HOST = "dba", "web1"
# The command sees its own /usr/libexec.
OWN_BROKER = 'mount --make-rprivate / && mount --bind "$0" /usr/libexec && exec "$@"'


class Server:
    """One for all cases; each takes a database of its own."""
    made, scratch, count = None, None, 0

    @classmethod
    def get(cls):
        if cls.made is None:
            atexit.register(cls.end)
            cls.scratch = tempfile.mkdtemp(prefix="lbr-shared-")
            os.chmod(cls.scratch, 0o755)
            postgres.give(cls.scratch)
            cls.made = postgres.Cluster(cls.scratch, "main").make()
            cls.made.start(unix_socket_directories=cls.made.path() + "," + cls.scratch)
            with cls.made.link() as boss:
                boss.ask("CREATE ROLE dba LOGIN CREATEROLE; GRANT pg_read_all_stats TO dba WITH ADMIN OPTION")
        return cls.made

    @classmethod
    def end(cls):
        postgres.stop_all()
        if cls.scratch:
            shutil.rmtree(cls.scratch)


def need():
    need_default_places()
    reason = postgres.why_not() or packages.why_not("psql")
    if reason:
        raise harness.Skip(reason)
    if not os.path.exists(os.path.join(BUILD, "liberations-store")):
        raise harness.Skip("built without libpq")


class SharedWorld(World):
    """with SharedWorld() as world: files for the local people, and an empty database."""

    def __init__(self, language="en_CA.UTF-8", **settings):
        need()
        self.libexec = tempfile.mkdtemp(prefix="lbr-libexec-")
        os.chmod(self.libexec, 0o755)
        shutil.copy(os.path.join(BUILD, "liberations-store"), self.libexec)
        super().__init__(language, as_root=True)
        self.server = Server.get()
        Server.count += 1
        self.database = "liberations%d" % Server.count
        with self.server.link() as boss:
            boss.ask('CREATE DATABASE %s OWNER dba' % self.database)
        self.socket = os.path.join(self.directory, "store.sock")
        self.marks = {}
        for name, user in (("store-admin", DBA), ("store", HOST)):
            self.store_conf(name, user, **settings)
        self.broker, self.expects_it_away = None, False

    def run(self, *words, **more):
        answer = super().run(*words, **more)
        if answer.code and not self.expects_it_away:
            in_time(words, answer)
        return answer

    def store_conf(self, name, user, confirm="server", **more):
        state = self.marks.setdefault(name, os.path.join(self.directory, "marks-" + name))
        if not os.path.exists(state):
            os.mkdir(state, 0o700)
            os.chown(state, OWNER, OWNER)
        path = os.path.join(self.home, name + ".conf")
        words = {"servers": "%s:%d" % (Server.scratch, self.server.port), "database": self.database, "user": user, "confirm": confirm,
                 "run-as": str(OWNER), "agent-user": str(OWNER), "state": state, "socket": self.socket, **more}
        with open(path, "w", encoding="ascii") as file:
            file.writelines("%s = %s\n" % item for item in words.items())
        os.chmod(path, 0o600 if name == "store-admin" else 0o644)

    def line(self, *words, **more):
        return ["unshare", "-m", "sh", "-c", OWN_BROKER, self.libexec, *super().line(*words, **more)]

    def only_scram(self):
        """Over the network: TLS and a password, for this database."""
        path = self.server.path("pg_hba.conf")
        with open(path, encoding="ascii") as file:
            rules = file.read()
        with open(path, "w", encoding="ascii") as file:
            file.write("hostssl %s all 127.0.0.1/32 scram-sha-256\n" % self.database + rules)
        self.server.reload()

    def sql(self, text, user=postgres.BOSS):
        with self.server.link(user=user, database=self.database) as link:
            return link.ask(text)

    def start_broker(self):
        """That of the host, as its agents use it, once it has greeted the database."""
        before = self.sql("SELECT clock_timestamp()")[0][0]
        self.broker = subprocess.Popen([os.path.join(self.libexec, "liberations-store"), "--config", os.path.join(self.home, "store.conf")],
                                       stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        up = "SELECT 1 FROM pg_stat_activity WHERE usename = '%s' AND datname = '%s' AND state = 'idle' AND query ~ 'beat|load'"
        postgres.wait_until(lambda: postgres.listens(self.socket) and self.sql(up % (HOST, self.database)), "the broker serves")
        os.chmod(self.socket, 0o666)  # the owner of the accounts is in no group here
        postgres.wait_until(lambda: self.sql("SELECT 1 FROM lbr.hosts WHERE seen > '%s'" % before), "the broker greets")

    def stop_broker(self):
        if self.broker:
            self.broker.kill()
            self.broker.wait()
            self.broker = None
            if os.path.exists(self.socket):
                os.unlink(self.socket)

    def shared(self):
        """Founded, with a broker, and in use."""
        same(self.run("store", "init").code, 0)
        self.configure("store = postgres", "store-socket = " + self.socket)
        self.start_broker()
        return self

    def __exit__(self, *what):
        self.stop_broker()
        shutil.rmtree(self.libexec)
        super().__exit__(*what)
