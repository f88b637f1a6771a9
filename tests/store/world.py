"""One database with the shared store in it, and who connects to it: hosts, a desk, a monitor, the database's administrator."""
import os
import threading

import postgres
from harness import Failure
from libpq import Refused

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SCHEMA = os.path.join(TOP, "packaging", "store", "lbr_v1.sql")
DATABASE, DBA, DESK, WATCH = "liberations", "dba", "desk", "watch"
REALM, KEY, PROBE, DUMMY = "0f7c3c1e-66a0-4f0e-9d0c-52f1e0a3b001", "00000001", b"a sealed constant", b"d" * 700
DECOY = ".00"
ROUNDS = int(os.environ.get("LBR_ROUNDS", "20"))
STEP_US = 30000000
MOST = 16  # connections of a host
COMMIT = "SELECT * FROM lbr_v1.commit($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"


# A busy machine is not what a role's own limits are there for: a_host_begins_with_its_limits.
PATIENCE = "SET lock_timeout = '60s'; SET statement_timeout = '60s'; SET idle_in_transaction_session_timeout = '60s'"


class Host:
    """What a broker does with one connection."""

    def __init__(self, link, conn, keys=(KEY,)):
        self.link, self.conn = link, conn
        link.ask(PATIENCE)
        self.said = self.hello(keys)
        self.epoch, self.seq = self.said["epoch"], self.said["seq"]

    def hello(self, keys=(KEY,)):
        return self.link.named("SELECT * FROM lbr_v1.hello($1, '1.0', $2)", self.conn, list(keys))

    def load(self, name, history=False, locked=False):
        found = self.link.named("SELECT * FROM lbr_v1.load%s($1, $2, $3)" % ("_locked" if locked else ""), name, DECOY, history)
        self.epoch = found["epoch"]
        return found

    def commit(self, name, version, slot=b"slot", step=0, before=None, generation=None, record=None, history=None,
               with_history=False, epoch=None, seq=None):
        self.seq = self.seq + 1 if seq is None else seq
        return self.link.named(COMMIT, name, version, slot, step, before, generation, record, history, with_history,
                               self.epoch if epoch is None else epoch, self.conn, self.seq)


class World:
    """The database is made at its first use. Every case takes names of its own."""

    def __init__(self, scratch):
        self.scratch, self.made, self.reason, self.links = scratch, None, None, {}

    def why_not(self):
        if self.reason is None:
            self.reason = postgres.why_not()
        return self.reason

    @property
    def main(self):
        if self.made is None:
            self.made = postgres.Cluster(self.scratch, "main").make().start(unix_socket_directories="{place}," + self.scratch)
            self.fill()
        return self.made

    def fill(self):
        with self.made.link() as boss:
            boss.ask("CREATE ROLE dba LOGIN CREATEROLE; GRANT pg_read_all_stats TO dba WITH ADMIN OPTION")
            boss.ask("CREATE DATABASE liberations OWNER dba")
        self.load_schema()
        self.link(DBA).ask("SELECT lbr_v1.add_host('web1'), lbr_v1.add_host('web2');"
                           "CREATE ROLE desk LOGIN IN ROLE lbr_admin; CREATE ROLE watch LOGIN IN ROLE lbr_watch")
        init(self.desk())

    def load_schema(self, server=None, user=DBA, database=DATABASE):
        """As its head says."""
        server = server or self.main
        return postgres.run("psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", SCHEMA, "-d", server.words(user=user, database=database))

    def link(self, user, conn=0, server=None, tls=False):
        """A connection, the same one as the last time if it still lives: a host has sixteen. It begins as a new one would."""
        server = server or self.main
        key = (server, user, conn, tls)
        if key in self.links:
            try:
                self.links[key].ask("ROLLBACK; RESET ALL; DEALLOCATE ALL")
                return self.links[key]
            except Refused:
                self.links.pop(key).close()
        mine = [one for one in self.links if one[:2] == key[:2]]
        for one in mine if len(mine) == MOST else ():
            self.links.pop(one).close()
        self.links[key] = postgres.retried(lambda: server.link(user=user, database=DATABASE, tls=tls))
        return self.links[key]

    def host(self, name="web1", conn=1, server=None, tls=False):
        return Host(self.link(name, conn, server, tls), conn)

    def hosts(self, count):
        """So many connections, up to 16 of one host and as many of another."""
        return [self.host("web%d" % (at // 16 + 1), at % 16 + 1) for at in range(count)]

    def desk(self, server=None):
        return self.link(DESK, server=server)

    def boss(self, server=None):
        return self.link(postgres.BOSS, server=server)

    def person(self, name, generation=1, step=0, history=None):
        """A new account, as it is loaded."""
        create(self.desk(), name, generation=generation, step=step, history=history)
        return self.host().load(name, history=True)


def init(desk, slots=256):
    return desk.value("SELECT lbr_v1.init($1, 1, $2, $3, $4, $5)", REALM, KEY, PROBE, DUMMY,
                      [b"decoy %d" % at for at in range(slots)])


def create(desk, name, folded=None, generation=1, record=b"record", slot=b"slot", step=0, history=None, epoch=None):
    """`done` and `taken_by`."""
    if epoch is None:
        epoch = desk.value("SELECT epoch FROM lbr_v1.status()")
    return desk.row("SELECT * FROM lbr_v1.create($1, $2, $3, $4, $5, $6, $7, $8)", name, folded or name.lower(), generation, record,
                    slot, step, history, epoch)


def together(jobs):
    """Calls all at the same moment, each in a thread; what they returned."""
    barrier, results = threading.Barrier(len(jobs)), [None] * len(jobs)

    def run(at):
        barrier.wait()
        try:
            results[at] = jobs[at]()
        except Exception as trouble:  # for the case to judge
            results[at] = trouble

    threads = [threading.Thread(target=run, args=(at,), daemon=True) for at in range(len(jobs))]
    for one in threads:
        one.start()
    for one in threads:
        one.join(postgres.DEADLINE_S)
        if one.is_alive():
            raise Failure("a thread does not end")
    return results
