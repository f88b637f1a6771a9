"""One database, and hosts that share its accounts: each with its own directory, brokers and logins.

    with Hosts("a", "b") as hosts:          root only: a command of root's starts a broker of its own
        hosts.a.run("list")                 a World of which the caller is root
    hosts.psql("SELECT ...")                as the database's administrator
"""
import atexit
import os
import shutil
import subprocess
import tempfile

import postgres
from harness import Failure, Skip, same
from patience import in_time
from world import BUILD, OWNER, World, need_root

BROKER_USER = 64205
PLACE = "/usr/libexec"  # where the command looks for the broker: seen so by its own mount namespace alone
TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BIND = 'mount -t tmpfs tmpfs "$1" && cp "$2" "$1" && shift 2 && '
RUN = 'exec "$@"'
# A whole host with another clock, whatever it starts and however empty its environment is.
SHIFT = """mount -t tmpfs tmpfs /mnt && mkdir /mnt/up /mnt/work && echo '%s' >/mnt/up/faketimerc && echo '%s' >/mnt/up/ld.so.preload &&
mount -t overlay overlay -o lowerdir=/etc,upperdir=/mnt/up,workdir=/mnt/work /etc && """
FAKETIME = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1"


def why_not():
    built = subprocess.run(["strings", "-a", os.path.join(BUILD, "liberations")], capture_output=True, text=True, check=False)
    if PLACE + "/liberations-store\n" not in built.stdout or not os.path.isdir(PLACE):
        return "built for another place"
    return postgres.why_not()


class SharedHost(World):
    """A host whose accounts are in the database."""

    def __init__(self, hosts, name):
        self.hosts, self.name, self.broker, self.shift = hosts, name, None, ""
        super().__init__(as_root=True)
        self.config = os.path.join(self.home, "liberations.conf")
        for word, login in (("store", name), ("store-admin", name + "_desk")):
            marks = os.path.join(self.home, word + ".marks")
            os.mkdir(marks, 0o700)
            os.chown(marks, BROKER_USER, BROKER_USER)
            with open(os.path.join(self.home, word + ".conf"), "w", encoding="utf-8") as file:
                file.write(f"servers = {hosts.scratch}:{hosts.main.port}\nuser = {login}\nconfirm = server\n"
                           f"run-as = {BROKER_USER}\nagent-user = {OWNER}\nstate = {marks}\nsocket = {self.socket()}\n")

    def run(self, *words, **more):
        answer = super().run(*words, **more)
        if answer.code:
            in_time(words, answer)
        return answer

    def enroll(self, name, code=None):
        try:
            return super().enroll(name, code)
        except Failure as trouble:
            in_time(trouble)
            raise

    def socket(self):
        return os.path.join(self.home, "store.sock")

    def share(self):
        self.configure("store = postgres", f"store-socket = {self.socket()}")

    def start_broker(self):
        with open(os.path.join(self.home, "broker.log"), "ab") as log:
            self.broker = subprocess.Popen([*self.around(), PLACE + "/liberations-store", "--config", os.path.join(self.home, "store.conf")],
                                           stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/", env=self.environment())
        postgres.wait_until(lambda: postgres.listens(self.socket()) or self.broker.poll() is not None, "the broker listens")
        same(self.broker.poll(), None, self.said())
        os.chown(self.socket(), -1, OWNER)  # the owner's number has no group of its own

    def stop_broker(self):
        if self.broker:
            self.broker.kill()
            self.broker.wait()
        if os.path.exists(self.socket()):
            os.unlink(self.socket())
        self.broker = None

    def take_key(self, other):
        """The site's administrator copies the key file."""
        if other is self:
            return
        before = os.stat(self.key)
        shutil.copy(other.key, self.key + ".new")
        os.chown(self.key + ".new", before.st_uid, before.st_gid)
        os.chmod(self.key + ".new", before.st_mode & 0o777)
        os.rename(self.key + ".new", self.key)

    def said(self):
        with open(os.path.join(self.home, "broker.log"), encoding="utf-8", errors="replace") as file:
            return file.read()

    def set_clock(self, shift):
        """Puts this host's clock wrong by so much, as "-45s"; "" puts it right. The broker under way keeps its own."""
        if not os.path.exists(FAKETIME):
            raise Skip("faketime is not installed")
        self.shift = shift

    def around(self):
        """What stands before a program of this host."""
        script = BIND + (SHIFT % (self.shift, FAKETIME) if self.shift else "") + RUN
        return ["unshare", "-m", "sh", "-c", script, "sh", PLACE, os.path.join(BUILD, "liberations-store")]

    def line(self, *words, **more):
        return [*self.around(), *super().line(*words, **more)]


class Hosts:
    def __init__(self, *names):
        need_root()
        reason = why_not()
        if reason:
            raise Skip(reason)
        self.scratch, self.all = tempfile.mkdtemp(prefix="lbr-hosts-"), []
        os.chmod(self.scratch, 0o755)
        try:
            self.begin(names)
        except BaseException:
            self.__exit__()
            raise

    def begin(self, names):
        self.main = postgres.Cluster(self.scratch, "main").make()
        self.main.start(unix_socket_directories=self.main.path() + "," + self.scratch)
        self.main.link().ask("CREATE DATABASE liberations")
        postgres.run("psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", os.path.join(TOP, "packaging", "store", "lbr_v1.sql"),
                     "-d", self.main.words(database="liberations"))
        for name in names:
            self.psql("SELECT lbr_v1.add_host($1)", name)
            self.psql("SELECT lbr_v1.add_host($1)", name + "_desk")
            self.psql(f"GRANT lbr_admin TO {name}_desk")
            host = SharedHost(self, name)
            setattr(self, name, host)
            self.all.append(host)
        first = self.all[0]
        done = subprocess.run([os.path.join(BUILD, "tests", "cli", "found"), os.path.join(BUILD, "liberations-store"),
                               os.path.join(first.home, "store-admin.conf"), first.key], capture_output=True, text=True, check=False)
        same(done.returncode, 0, done.stderr)
        for host in self.all:
            host.take_key(first)
            host.share()
            host.start_broker()
        up = ("SELECT count(DISTINCT usename) FROM pg_stat_activity WHERE usename = ANY ($1) AND state = 'idle'"
              " AND query ~ 'beat|load'")
        postgres.wait_until(lambda: self.psql(up, list(names)) == [(str(len(names)),)], "the brokers serve")

    def psql(self, text, *values):
        with self.main.link(database="liberations") as boss:
            return boss.ask(text, *values)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for host in self.all:
            host.stop_broker()
            host.__exit__()
        postgres.stop_all()
        shutil.rmtree(self.scratch, ignore_errors=True)


def shared(made=[]):
    """Two hosts, made once for all cases that leave them as they found them."""
    if not made:
        made.append(Hosts("a", "b"))
        atexit.register(made[0].__exit__)
    return made[0]
