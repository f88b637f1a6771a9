"""A database with its synchronous standby, and four hosts with a broker each: where histories are lived, and what befalls them."""
import os
import random
import re
import shutil
import signal
import subprocess
import tempfile
import threading
import time

import libpq
import packages
import postgres
from harness import Failure

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SCHEMA = os.path.join(TOP, "packaging", "store", "lbr_v1.sql")
BUILD = os.environ.get("LBR_BUILD", os.path.join(TOP, "build"))
BROKER = os.environ.get("LBR_BROKER", os.path.join(BUILD, "liberations-store"))
SKEWED = os.path.join(BUILD, "tests", "histories", "skewed-store")
DRIVER = os.path.join(BUILD, "tests", "histories", "histories")
HOSTS, TEAMS = 4, int(os.environ.get("LBR_TEAMS", "4"))
TEAM_DESKS = 9  # each worker of a team has one, and the team
DESKS = TEAMS * TEAM_DESKS
OWNER = 64201 if os.geteuid() == 0 else os.geteuid()
SKEWS = (0, 45, -45, 0)
PAUSE_S = 0.15
TRIES = 20
SHORT = (0.02, 0.02, 0.05, 0.05, 0.1, 0.1, 0.3)  # mostly; the longest are longer than every deadline
STORE_CONF = ("servers = {servers}\nuser = {user}\nconfirm = standby\nrun-as = {owner}\nagent-user = {owner}\nconnections = 4\n"
              "state = {place}/state\nsocket = {place}/store.sock\n")


def schema():
    with open(SCHEMA) as file:
        return file.read()


class Hosts:
    """Everything in one scratch directory."""

    def __init__(self, scratch):
        self.scratch, self.brokers, self.count = scratch, [None] * HOSTS, 0
        self.main = self.standby = None
        self.came_in = threading.Event()  # somebody, in the histories that are being lived

    def start(self):
        self.main = postgres.Cluster(self.scratch, "a").make()
        self.main.start(**self.settings())
        self.fill()
        self.standby = self.new_standby()
        with open(os.path.join(self.scratch, "seal.key"), "w") as file:
            file.write("0badcafe %s\n" % os.urandom(32).hex())
        self.own(os.path.join(self.scratch, "seal.key"), 0o600)
        self.write_confs()
        for at in range(HOSTS):
            self.start_broker(at)
        for _ in range(TRIES):
            status, _, reports = histories(self, 0, 0, 1, count=1)  # founds the accounts, once a broker has reached the database
            if status == 0:
                return self
        raise Failure(reports)

    def settings(self):
        """Others may look for a socket in the scratch directory, and a server that lost a process goes on."""
        return {"restart_after_crash": "on", "unix_socket_directories": "{place},%s" % self.scratch}

    def fill(self):
        with self.main.link() as boss:
            boss.ask("CREATE DATABASE liberations")
        self.load_schema(schema())
        with self.main.link(database="liberations") as boss:
            for at in range(HOSTS):
                boss.ask("SELECT lbr_v1.add_host('web%d')" % at)
            for at in range(DESKS):
                boss.ask("SELECT lbr_v1.add_host('desk%d'); GRANT lbr_admin TO desk%d" % (at, at))

    def load_schema(self, text):
        postgres.run("psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", self.main.words(database="liberations"), text=text)

    def new_standby(self):
        self.count += 1
        standby = self.main.standby("s%d" % self.count, **self.settings())
        self.main.require(standby)
        return standby

    @staticmethod
    def own(path, mode):
        os.chown(path, OWNER, -1)
        os.chmod(path, mode)

    def servers(self):
        return ", ".join("%s:%d" % (self.scratch, one.port) for one in (self.main, self.standby) if one)

    def write_confs(self):
        for at in range(HOSTS):
            self.write_conf("host%d" % at, "web%d" % at)
        for at in range(DESKS):
            self.write_conf("desk%d" % at, "desk%d" % at)

    def write_conf(self, name, user):
        place = os.path.join(self.scratch, name)
        os.makedirs(place + "/state", exist_ok=True)
        self.own(place + "/state", 0o700)
        with open(place + ".conf", "w") as file:
            file.write(STORE_CONF.format(servers=self.servers(), user=user, owner=OWNER, place=place))
        os.chmod(place + ".conf", 0o644)

    def start_broker(self, at):
        place, environment = os.path.join(self.scratch, "host%d" % at), {**postgres.ENVIRONMENT, "LBR_SKEW_S": str(SKEWS[at])}
        if os.path.exists(place + "/store.sock"):
            os.unlink(place + "/store.sock")
        self.brokers[at] = subprocess.Popen(["setpriv", "--pdeathsig=KILL", "--", SKEWED if SKEWS[at] else BROKER, "--config",
                                             place + ".conf"], stdin=subprocess.DEVNULL, stderr=self.log(), env=environment)
        postgres.wait_until(lambda: postgres.listens(place + "/store.sock"), "a broker listens")
        os.chmod(place + "/store.sock", 0o666)  # it asks the kernel who connects

    def log(self):
        return open(os.path.join(self.scratch, "brokers.log"), "ab")

    def stop(self):
        for one in self.brokers:
            if one and one.poll() is None:
                one.send_signal(signal.SIGCONT)
                one.kill()
                one.wait()

    # --- what befalls them ---

    def kill_broker(self, dice):
        at = dice.randrange(HOSTS)
        self.brokers[at].kill()
        self.brokers[at].wait()
        self.start_broker(at)

    def freeze(self, pids, seconds):
        for pid in pids:
            self.signal(pid, signal.SIGSTOP)
        time.sleep(seconds)
        for pid in pids:
            self.signal(pid, signal.SIGCONT)

    @staticmethod
    def signal(pid, number):
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            pass

    def freeze_broker(self, dice):
        self.freeze([self.brokers[dice.randrange(HOSTS)].pid], dice.choice(SHORT + (4.2,)))

    def backends(self, what="true"):
        with self.main.link() as boss:
            return [int(row[0]) for row in boss.ask("SELECT pid FROM pg_stat_activity WHERE datname = 'liberations' AND " + what)]

    def kill_backend(self, dice):
        """SIGKILL: the server ends all the others too, and recovers."""
        pids = self.backends()
        if pids:
            self.signal(dice.choice(pids), dice.choice((signal.SIGTERM, signal.SIGTERM, signal.SIGTERM, signal.SIGKILL)))

    def freeze_backend(self, dice):
        pids = self.backends()
        self.freeze(dice.sample(pids, min(len(pids), 3)), dice.choice(SHORT + (2.3,)))

    def freeze_primary(self, dice):
        """As a network that carries nothing to it and back."""
        self.freeze(children(self.main.process.pid), dice.choice(SHORT + (2.4,)))

    def freeze_standby(self, dice):
        """No commit is confirmed meanwhile."""
        self.freeze(children(self.standby.process.pid), dice.choice(SHORT + (2.4,)))

    def cancel_waits(self, dice):
        """With the standby stopped: success, and the warning that nobody confirmed it."""
        family = children(self.standby.process.pid)
        for pid in family:
            self.signal(pid, signal.SIGSTOP)
        try:
            with self.main.link() as boss:
                for _ in range(dice.randrange(1, 4)):
                    time.sleep(0.05)
                    boss.ask("SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'")
        finally:
            for pid in family:
                self.signal(pid, signal.SIGCONT)

    def fail_over(self, dice):
        """The primary dies or is cut off for good; its standby takes over, and gets one of its own."""
        old = self.main
        if dice.random() < 0.5:
            old.stop(signal.SIGQUIT)
        else:
            for pid in children(old.process.pid):
                self.signal(pid, signal.SIGSTOP)
        self.standby.promote()
        self.main, self.standby = self.standby, None
        if old.process.poll() is None:
            for pid in children(old.process.pid):
                self.signal(pid, signal.SIGKILL)
            old.process.wait()
            postgres.RUNNING.remove(old)
        shutil.rmtree(old.place)
        self.standby = self.new_standby()
        self.write_confs()
        for at in range(HOSTS):  # store.conf names another server: the administrator restarts the broker
            self.brokers[at].kill()
            self.brokers[at].wait()
            self.start_broker(at)


def children(pid):
    """A process and what it started."""
    with open("/proc/%d/task/%d/children" % (pid, pid)) as file:
        return [pid] + [int(word) for word in file.read().split()]


FAULTS = ("kill_broker", "kill_broker", "freeze_broker", "kill_backend", "kill_backend", "freeze_backend", "freeze_primary",
          "freeze_standby", "cancel_waits", "cancel_waits")


class Trouble(threading.Thread):
    """Lets one thing after the other befall them. `failovers`: when, in seconds after the first yes, for no code is good for a while
    after a failover, and a slow machine would get no yes at all."""

    def __init__(self, hosts, seed, failovers=()):
        super().__init__(daemon=True)
        self.hosts, self.dice, self.failovers = hosts, random.Random(seed), list(failovers)
        self.counts, self.over, self.broken, self.first_yes_s = {}, threading.Event(), None, None

    def is_failover_due(self):
        if self.first_yes_s is None and self.hosts.came_in.is_set():
            self.first_yes_s = time.monotonic()
        return self.failovers and self.first_yes_s is not None and time.monotonic() - self.first_yes_s > self.failovers[0]

    def run(self):
        try:
            while not self.over.wait(self.dice.uniform(0, 2 * PAUSE_S)):
                due = self.is_failover_due()
                self.befall("fail_over" if due else self.dice.choice(FAULTS))
                if due:
                    self.failovers.pop(0)
        except Exception as trouble:  # for the case to tell
            self.broken = trouble

    def befall(self, name):
        try:
            getattr(self.hosts, name)(self.dice)
        except libpq.Refused:
            if name == "fail_over":
                raise
            return  # the server is just recovering from the last one
        self.counts[name] = self.counts.get(name, 0) + 1

    def end(self):
        self.over.set()
        self.join(postgres.DEADLINE_S)


class Team:
    """A driver, with people of its own. While one waits for a host that is frozen, the others go on."""

    def __init__(self, hosts, number, rounds, seed, seconds, program):
        words = [program, hosts.scratch, rounds, seed * 100 + number, seconds, number * TEAM_DESKS]
        self.errors = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen([str(word) for word in words], stdin=subprocess.DEVNULL, text=True, stdout=subprocess.PIPE,
                                        stderr=self.errors, env=dict(os.environ, LBR_BROKER=BROKER))
        self.said, self.came_in = "", hosts.came_in

    def finish(self, teams, ended):
        """The first one that finds something ends them all."""
        with self.process.stdout as lines:
            for line in lines:
                if line == "in\n":
                    self.came_in.set()
                else:
                    self.said += line
        self.process.wait()
        ended.append(self.process.returncode)
        for one in teams if ended[-1] else ():
            one.process.kill()

    def reports(self):
        with self.errors as file:
            file.seek(0)
            return file.read()


def added(lines):
    """One line with the sums of the numbers that stand at the same place in all of them."""
    sums = iter([sum(int(number) for number in numbers) for numbers in zip(*(re.findall("[0-9]+", line) for line in lines))])
    return re.sub("[0-9]+", lambda _: str(next(sums)), lines[0]) if lines else ""


def histories(hosts, rounds, seed, seconds, program=None, count=TEAMS):
    """Runs the teams: the exit status, what they said together, and the reports of what went wrong."""
    share, ended = (rounds + count - 1) // count, []
    hosts.came_in.clear()
    teams = [Team(hosts, at, share, seed, seconds, program or DRIVER) for at in range(count)]
    threads = [threading.Thread(target=one.finish, args=(teams, ended), daemon=True) for one in teams]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    status = next((code for code in ended if code), 0)
    return status, added([one.said for one in teams if one.said]), "".join([one.reports() for one in teams])


def why_not():
    return postgres.why_not() or ("" if os.path.exists(BROKER) else "liberations-store is not built: libpq is not installed") \
        or packages.why_not("setpriv")
