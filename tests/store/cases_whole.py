"""Sign-ins through the real libpam, module and agent, while the database fails."""
import os
import signal
import subprocess
import tempfile
import time

import hosts
import postgres
from doctor import shows
from fault_proxy import RESET, TELL
from harness import Failure, Skip, case, expect, need, same
from patience import Slow, patient

SUCCESS, AUTH_ERR, UNAVAILABLE, ACCT_EXPIRED = 0, 7, 9, 13
PASSWORD, TOKEN = "trois petits chats bleus 41", b"abcdefghijklmnopqrst"       # everybody's, as in asker.h
LOCAL_PASSWORD, LOCAL_TOKEN = "une phrase qui va bien", b"12345678901234567890"  # of lbr-world
PAM_HOST, WORLD = (os.path.join(hosts.BUILD, "tests", *words) for words in (("agent", "host"), ("lbr-world",)))


class Service:
    """A service of a host whose accounts are shared, but for `local`."""

    def __init__(self, stage, host, local):
        self.place = tempfile.mkdtemp(prefix="service-", dir=stage.scratch)  # a realm's directory is the database server's
        os.chmod(self.place, 0o755)
        files, shared = os.path.join(self.place, "files.conf"), os.path.join(self.place, "liberations.conf")
        text = "state = %s/state\nuser = %d\nseal-key = %s/seal.key\nhash-cost = 1\n" % (self.place, hosts.OWNER, self.place)
        stage.realm.write_key(os.path.join(self.place, "seal.key"), hosts.KEY)
        for path, more in ((files, ""), (shared, "store = postgres\nstore-socket = %s\nlocal = %s\n" % (host.socket, local))):
            with open(path, "w") as file:
                file.write(text + more)
        hosts.run(os.path.join(hosts.BUILD, "liberations"), "init", "--config", files, "--owner", str(hosts.OWNER))
        hosts.run(WORLD, files, "set", local)
        self.services = os.path.join(self.place, "services")
        os.mkdir(self.services)
        with open(os.path.join(self.services, "door"), "w") as file:
            line = "required %s config=%s socket=%s/nowhere.sock agent=%s\n" % (
                os.path.join(hosts.BUILD, "pam_liberations.so"), shared, self.place, os.path.join(hosts.BUILD, "liberations-agent"))
            file.write("auth " + line + "account " + line)

    def begin(self, name, steps, digits, password=PASSWORD):
        """A program that takes these steps (tests/agent/host.c)."""
        program = subprocess.Popen([PAM_HOST, self.services, "door", name, steps], text=True, env={}, cwd="/", stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        program.stdin.write("%s\n%s\n" % (password, digits))
        program.stdin.close()
        return program

    def sign_in(self, name, step, wanted, what, password=PASSWORD, token=TOKEN):
        """PAM's code of one authenticate."""
        began, digits = time.monotonic(), hosts.code_of(token, step)
        with self.begin(name, "ae", digits, password) as program:
            answer = program.stdout.read()
        codes = dict(line.split() for line in answer.splitlines() if line)
        expect("a" in codes, "no answer:", answer, program.returncode)
        said, late = int(codes["a"]), time.monotonic() - began > hosts.LATE_S or time.time() // hosts.STEP_S > step
        if said != wanted:
            raise (Slow if late else Failure)("%s wanted %d, and PAM says %d" % (what, wanted, said))


@case()
@patient
def row_everything_away_local_people_sign_in(stage):
    """Shared people are told that signing in is not possible, unknown names too; a lost answer is a used code."""
    if os.geteuid() != 0:
        raise Skip("only root has other uids")
    need(PAM_HOST, WORLD)
    realm, name = stage.realm, stage.realm.fresh("whole")
    realm.person(name)
    host = realm.host(name + "-host", proxied=True, connections=1)
    os.chown(host.socket, hosts.OWNER, -1)  # a user without a name has no group of its own
    service, step = Service(stage, host, "lena"), int(time.time()) // hosts.STEP_S
    service.sign_in(name, step, SUCCESS, "a shared account:")
    service.sign_in(name, step, AUTH_ERR, "the same code:")
    host.spoil("commit", TELL, 0, RESET)
    service.sign_in(name, step + 1, UNAVAILABLE, "an answer that is lost:")
    service.sign_in(name, step + 1, AUTH_ERR, "the code whose answer was lost:")
    for leave in (host.proxy.refuse, host.stop):
        leave()
        for one in (name, "stranger"):
            service.sign_in(one, step, UNAVAILABLE, "everything is away:")
        shows(host, "everything away" if leave == host.stop else "refused")
    step = int(time.time()) // hosts.STEP_S
    service.sign_in("lena", step, SUCCESS, "whom this host keeps for itself:", LOCAL_PASSWORD, LOCAL_TOKEN)
    service.sign_in("lena", step, AUTH_ERR, "the same code:", LOCAL_PASSWORD, LOCAL_TOKEN)


def questions(host):
    """What was asked about accounts."""
    return [one for one in host.proxy.order if one in ("load", "commit")]


def is_stopped(process):
    with open("/proc/%d/stat" % process.pid, encoding="ascii") as file:
        return file.read().rpartition(")")[2].split()[0] == "T"


def got(said, wanted, began, within_s, *what):
    """Slow: the machine was too busy for it."""
    if said != wanted:
        raise (Slow if time.monotonic() - began > within_s else Failure)("%s: %r, and wanted %r" % (" ".join(what), said, wanted))


@case()
@patient
def account_management_counts_the_commit_for_a_second(stage):
    """A whole sign-in is two round trips and one commit; an account that was disabled more than a second later is loaded, and refused."""
    if os.geteuid() != 0:
        raise Skip("only root has other uids")
    need(PAM_HOST, WORLD)
    realm, name, other = stage.realm, stage.realm.fresh("prompt"), stage.realm.fresh("delayed")
    realm.person(name, other)
    host = realm.host(name + "-host", proxied=True, connections=1)
    os.chown(host.socket, hosts.OWNER, -1)
    service, step = Service(stage, host, "lena"), int(time.time()) // hosts.STEP_S
    began = time.monotonic()
    with service.begin(name, "ame", hosts.code_of(TOKEN, step)) as program:
        got(program.stdout.read(), "a 0\nm 0\ne 0\n", began, hosts.LATE_S, "a whole sign-in")
    got(questions(host), ["load", "commit"], began, 0.9, "its questions")  # what was committed counts for a second
    host.proxy.order.clear()
    began = time.monotonic()
    with service.begin(other, "awme", hosts.code_of(TOKEN, step)) as program:
        got(program.stdout.readline(), "a 0\n", began, hosts.LATE_S, "a sign-in")
        postgres.wait_until(lambda: is_stopped(program), "the service waits")
        same(realm.desk.ask("disable", other).word, "done")
        time.sleep(1.1)
        began = time.monotonic()
        program.send_signal(signal.SIGCONT)
        got(program.stdout.read(), "w 0\nm %d\ne 0\n" % ACCT_EXPIRED, began, hosts.LATE_S, "disabled since the sign-in")
    same(questions(host)[-1], "load")
    host.stop()
