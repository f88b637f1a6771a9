"""The shipped pam.d files on a host of shared accounts whose database is away: root and local people come in, and no one else."""
import contextlib
import os
import socket
import subprocess
import time

from harness import Failure, case, expect, need
from cases_examples import shipped
from cases_root import root_by_console
from judge import says, signed_in
from world import OWNER

AWAY = "Signing in is not possible right now"
BROKER = """servers = {place}:5432
user = web1
confirm = server
run-as = {owner}
agent-user = {owner}
state = {place}/state
socket = {place}/store.sock
"""


@contextlib.contextmanager
def shared(stage, path):
    """The accounts are in a database, behind the broker at this socket; rose is this host's own."""
    paths = (stage.world.config, "/etc/liberations/liberations.conf")
    kept = [stage.read(path) for path in paths]
    for config, text in zip(paths, kept):
        stage.write(config, text + "store = postgres\nstore-socket = %s\nlocal = rose\n" % path)
    try:
        yield
    finally:
        for config, text in zip(paths, kept):
            stage.write(config, text)


class SilentDatabase:
    """A broker before a server that takes connections and never answers. It needs a while to see that."""

    def __init__(self, stage, place):
        self.stage, self.socket, self.log, config = stage, place + "/store.sock", place + "/log", place + "/store.conf"
        os.makedirs(place + "/state", mode=0o700)
        os.chown(place + "/state", OWNER, OWNER)
        stage.write(config, BROKER.format(place=place, owner=OWNER))
        self.server = socket.socket(socket.AF_UNIX)
        self.server.bind(place + "/.s.PGSQL.5432")
        os.chmod(self.server.getsockname(), 0o777)
        self.server.listen(64)
        with open(self.log, "wb") as file:
            self.broker = subprocess.Popen([os.path.join(stage.build, "liberations-store"), "--config", config], cwd="/",
                                           stdin=subprocess.DEVNULL, stdout=file, stderr=file)

    def __enter__(self):
        return self

    def is_seen(self):
        end = time.monotonic() + 600
        while "the database cannot be used" not in self.stage.read(self.log):
            if self.broker.poll() is not None or time.monotonic() > end:
                raise Failure("the broker says", self.stage.read(self.log))
            time.sleep(0.02)
        os.chown(self.socket, OWNER, -1)  # the owner's number has no group of its own

    def __exit__(self, *_):
        self.broker.kill()
        self.broker.wait()
        self.server.close()


def is_refused(stage, person, reason):
    """By key, where account management alone is asked, and by password."""
    mark = stage.log.mark()
    talk = stage.sshd().with_key(person.name)
    expect(talk.status != 0 and person.name not in talk.shown(), "a key opens:", repr(talk.text))
    stage.log.wait_for(mark, reason)
    talk = stage.sshd().sign_in(person.name, person.password, person.code())
    expect(talk.status != 0, "a shared account opens:", repr(talk.text))
    says(talk, AWAY)


@case("sshd", "ssh", "login", "oathtool")
def root_and_local_people_come_in_while_the_shared_accounts_are_away(stage):
    """The broker is down; then the database is silent. Root's key and console are as ever, in the files that are shipped."""
    need(os.path.join(stage.build, "liberations-store"))
    with shipped(stage, "sshd", "sshd"), shipped(stage, "login", "login"), SilentDatabase(stage, "/run/shared") as silent:
        nadia, rose = stage.world.account("nadia"), stage.world.account("rose")
        with shared(stage, "/run/shared/nowhere.sock"):
            signed_in(stage.sshd().with_key("root"), "root")
            root_by_console(stage)
            is_refused(stage, nadia, b"liberations-store is not running")
            talk = stage.sshd().with_key("olga")
            expect(talk.status != 0, "a key opens, and nobody can know whether that account is disabled:", repr(talk.text))
        silent.is_seen()
        with shared(stage, silent.socket):
            signed_in(stage.sshd().with_key("root"), "root")
            root_by_console(stage)
            is_refused(stage, nadia, b"no database server can be reached")
            signed_in(stage.sshd().sign_in("rose", rose.password, rose.code()), "rose")
            signed_in(stage.sshd().with_key("rose"), "rose")
