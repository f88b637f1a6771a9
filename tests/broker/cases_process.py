"""What the broker's process is, and what it takes no notice of."""
import os
import pwd
import signal
import socket
import stat
import subprocess
import sys

import place as places
import postgres
import wire
from harness import Skip, case, expect, same
from patience import patient
from wire import answered

HOSTILE = {"PGHOST": "192.0.2.1", "PGHOSTADDR": "192.0.2.1", "PGPORT": "1", "PGUSER": "boss", "PGPASSWORD": "x", "PGSERVICE": "none",
           "PGOPTIONS": "-c search_path=x", "PGSSLMODE": "disable", "PGREQUIREPEER": "none", "PGSYSCONFDIR": "/nonexistent", "PGTZ": "x",
           "PGTARGETSESSIONATTRS": "standby", "LOCALDOMAIN": "x", "HOSTALIASES": "/nonexistent", "LC_ALL": "fr_FR.UTF-8",
           "OPENSSL_CONF": "/nonexistent", "SSL_CERT_FILE": "/nonexistent"}

CONNECTS = "import socket, sys; socket.socket(socket.AF_UNIX).connect(sys.argv[1])"


def status(pid):
    with open("/proc/%d/status" % pid) as file:
        return dict(line.rstrip("\n").split(":\t", 1) for line in file if ":\t" in line)


@case()
def the_broker_is_confined(place):
    broker = place.start()
    with broker.served():
        for task in os.listdir("/proc/%d/task" % broker.process.pid):
            said = status(int(task))
            same((said["NoNewPrivs"], said["Seccomp"], said["CapEff"].strip("0"), said["CapPrm"].strip("0")), ("1", "2", "", ""))
            same(set(said["Uid"].split()), {str(places.USER)})
            if os.geteuid() == 0:
                same(said["Groups"].split(), said["Gid"].split()[:1])
    with open("/proc/%d/limits" % broker.process.pid) as file:
        limits = file.read()
    expect("Max core file size        0                    0" in limits, limits)


@case()
def the_environment_says_nothing(place):
    home = place.path("home")
    os.makedirs(os.path.join(home, ".postgresql"))
    with open(os.path.join(home, ".postgresql", "root.crl"), "w") as file:
        file.write("nonsense")
    broker = place.start(environment={**HOSTILE, "HOME": home}, **place.tcp(user="secret", password_file=place.keep("password", places.PASSWORD + "\n")))
    broker.served().link.close()


@case()
def an_agent_that_is_named_by_its_number_has_the_socket(place):
    """With the group of its account; a number without an account has the socket itself. Root's group has neither."""
    if os.geteuid() != 0:
        raise Skip("gives a socket to another user")
    account = pwd.getpwnam("nobody")
    known, stranger = place.start(agent_user=account.pw_uid), place.start(agent_user=64207)
    seen = [os.stat(one.socket) for one in (known, stranger)]
    same([(stat.S_IMODE(one.st_mode), one.st_uid) for one in seen], [(0o660, 0), (0o600, 64207)])
    same(seen[0].st_gid, account.pw_gid)
    for broker, (uid, gid) in ((known, (account.pw_uid, account.pw_gid)), (stranger, (64207, 64207))):
        words = ["setpriv", "--reuid=%d" % uid, "--regid=%d" % gid, "--clear-groups", sys.executable, "-c", CONNECTS, broker.socket]
        same(subprocess.run(words, cwd="/").returncode, 0)
        broker.stop()  # a role has sixteen connections


@case()
def a_supervisor_may_hand_over_the_socket(place):
    text, path = place.settings()
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen(16)
    os.chmod(path, 0o666)
    handed = os.dup2(listener.fileno(), os.dup(listener.fileno()))
    process, log = place.spawn("/bin/sh", "-c", 'exec 3<&%d; LISTEN_PID=$$ LISTEN_FDS=1 exec "$@"' % handed, "sh", text=text, pass_fds=(handed,))
    broker = places.Broker(process, path, log)
    place.brokers.append(broker)
    broker.served().link.close()
    same(broker.stop(), 0, "status:")
    os.close(handed)
    with broker.client() as waiting:  # in the queue of the next one
        waiting.link.sendall(wire.question(wire.HELLO, count=wire.VERSION))
    listener.close()


@case()
@patient
def what_was_asked_before_the_end_is_answered(place):
    broker = place.start()
    with broker.served() as client, broker.client() as idle, place.main.link(database=places.DATABASE) as boss:
        told = client.load("nobody")
        answered(told, wire.DONE)
        boss.ask("BEGIN; SELECT 1 FROM lbr.counters WHERE name = '.00' FOR UPDATE")
        client.link.sendall(wire.question(wire.COMMIT, name=".00", epoch=told["epoch"], row=wire.row(told["version"], b"slot" * 40)))
        postgres.wait_until(lambda: boss.value("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'") != "0", "it waits")
        broker.process.send_signal(signal.SIGTERM)
        postgres.wait_until(lambda: not idle.link.recv(1), "the idle one is told")
        boss.ask("ROLLBACK")
        answered(client.hear(), wire.DONE)
    same(broker.process.wait(20), 0, "status:")


@case()
def a_killed_broker_is_replaced_at_its_socket(place):
    text, path = place.settings()
    for how in (signal.SIGKILL, signal.SIGHUP, signal.SIGTERM):
        process, log = place.spawn(text=text)
        broker = places.Broker(process, path, log)
        place.brokers.append(broker)
        postgres.wait_until(lambda: answers(broker), "the new one answers")
        process.send_signal(how)
        if how == signal.SIGHUP:  # it has no meaning
            same(answers(broker), True)
            process.send_signal(signal.SIGTERM)
        process.wait(20)


def answers(broker):
    try:
        with broker.client() as client:
            return client.hello()["result"] == wire.DONE
    except (EOFError, OSError):
        return False


class RootsOwn:
    """A broker for one client, as a command of root's starts it."""

    def __init__(self, place, **settings):
        text, _ = place.settings(**settings)
        config = place.keep("desk.conf", text, owner=os.geteuid())
        mine, its = socket.socketpair()
        self.process = subprocess.Popen([places.BROKER, "--admin", "--config", config], stdin=its, env={}, cwd="/")
        its.close()
        self.client = wire.Client.__new__(wire.Client)
        self.client.link = mine
        mine.settimeout(20)

    def end(self):
        self.client.link.close()
        return self.process.wait(20)


@case()
def roots_own_broker_serves_its_one_client_and_ends_with_it(place):
    one = RootsOwn(place, user="desk")
    postgres.wait_until(lambda: one.client.hello()["result"] == wire.DONE, "it serves")
    said = status(one.process.pid)
    same((said["NoNewPrivs"], said["Seccomp"], said["Uid"].split()[0]), ("1", "2", str(places.USER)))
    same(one.end(), 0)


@case()
def roots_own_broker_has_a_password_that_its_user_cannot_read(place):
    """Or that only this user may read: `store join` starts one with the host's own store.conf."""
    if os.geteuid() != 0:
        raise Skip("root's file, and another user")
    for owner in (0, places.USER):
        file = place.keep(f"of-{owner}-alone", places.PASSWORD + "\n", owner=owner)
        one = RootsOwn(place, **place.tcp(user="secret", password_file=file))
        postgres.wait_until(lambda one=one: one.client.hello()["result"] == wire.DONE, "it serves")
        same(status(one.process.pid)["Uid"].split()[0], str(places.USER))
        same(one.end(), 0)


WARNS = """CREATE FUNCTION warn() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN RAISE WARNING ''as a wait that was cancelled''; END';
CREATE EVENT TRIGGER warn ON ddl_command_end EXECUTE FUNCTION warn()"""


@case()
def a_schema_that_came_with_a_warning_is_not_said_to_be_installed(place):
    """But for its own, of a right that its owner lacks: see store_init."""
    place.boss("CREATE DATABASE warned")
    place.boss(WARNS, "warned")
    one = RootsOwn(place, user=postgres.BOSS, database="warned")
    told = one.client.ask(wire.INSTALL)
    same((told["result"], told["cause"]), (wire.UNKNOWN, wire.NOT_CONFIRMED))
    place.boss("DROP EVENT TRIGGER warn", "warned")
    same(one.client.ask(wire.INSTALL)["result"], wire.DONE)
    same(one.end(), 0)


@case()
def agents_may_not_ask_what_is_roots(place):
    broker = place.start()
    with broker.client() as client:
        same(client.ask(wire.CREATE, name="eve", folded="eve", row=wire.row(0, b"s", 0, 1, b"a"))["result"], wire.REFUSED)
