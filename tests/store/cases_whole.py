"""Sign-ins through the real libpam, module and agent, while the database fails."""
import os
import signal
import subprocess
import time

import hosts
import postgres
from fault_proxy import RESET, TELL
from harness import Skip, case, expect, need, same

SUCCESS, AUTH_ERR, UNAVAILABLE, ACCT_EXPIRED = 0, 7, 9, 13
PASSWORD, TOKEN = "trois petits chats bleus 41", b"abcdefghijklmnopqrst"       # everybody's, as in asker.h
LOCAL_PASSWORD, LOCAL_TOKEN = "une phrase qui va bien", b"12345678901234567890"  # of lbr-world
PAM_HOST, WORLD = (os.path.join(hosts.BUILD, "tests", *words) for words in (("agent", "host"), ("lbr-world",)))


class Service:
    """A service of a host whose accounts are shared, but for `local`."""

    def __init__(self, stage, host, local):
        self.place = os.path.join(stage.scratch, "service-" + host.name)  # a realm's directory is the database server's
        os.mkdir(self.place, 0o755)
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

    def sign_in(self, name, ahead=0, password=PASSWORD, token=TOKEN):
        """PAM's code of one authenticate."""
        digits = hosts.code_of(token, int(time.time()) // hosts.STEP_S + ahead)
        with self.begin(name, "ae", digits, password) as program:
            said = program.stdout.read()
        codes = dict(line.split() for line in said.splitlines() if line)
        expect("a" in codes, "no answer:", said, program.returncode)
        return int(codes["a"])


@case()
def row_everything_away_local_people_sign_in(stage):
    """Shared people are told that signing in is not possible, unknown names too; a lost answer is a used code."""
    if os.geteuid() != 0:
        raise Skip("only root has other uids")
    need(PAM_HOST, WORLD)
    realm = stage.realm
    realm.person("whole")
    host = realm.host("whole-host", proxied=True, connections=1)
    os.chown(host.socket, hosts.OWNER, -1)  # a user without a name has no group of its own
    service = Service(stage, host, "lena")
    hosts.early_in_a_step()
    same(service.sign_in("whole"), SUCCESS, "a shared account:")
    same(service.sign_in("whole"), AUTH_ERR, "the same code:")
    host.spoil("commit", TELL, 0, RESET)
    same(service.sign_in("whole", ahead=1), UNAVAILABLE, "an answer that is lost:")
    same(service.sign_in("whole", ahead=1), AUTH_ERR, "the code whose answer was lost:")
    for away in (host.proxy.refuse, host.stop):
        away()
        for name in ("whole", "stranger"):
            same(service.sign_in(name), UNAVAILABLE, "%s, and everything is away:" % name)
    same(service.sign_in("lena", password=LOCAL_PASSWORD, token=LOCAL_TOKEN), SUCCESS, "whom this host keeps for itself:")
    same(service.sign_in("lena", password=LOCAL_PASSWORD, token=LOCAL_TOKEN), AUTH_ERR, "the same code:")


def questions(host):
    """What was asked about accounts."""
    return [one for one in host.proxy.order if one in ("load", "commit")]


def signs_in_with(host, service, name, digits):
    """A whole sign-in, and its questions."""
    host.proxy.order.clear()
    with service.begin(name, "ame", digits) as program:
        same(program.stdout.read(), "a 0\nm 0\ne 0\n")
    return questions(host)


def is_stopped(process):
    with open("/proc/%d/stat" % process.pid, encoding="ascii") as file:
        return file.read().rpartition(")")[2].split()[0] == "T"


@case()
def account_management_counts_the_commit_for_a_second(stage):
    """A whole sign-in is two round trips and one commit; an account that was disabled and not asked about since is loaded, and refused."""
    if os.geteuid() != 0:
        raise Skip("only root has other uids")
    need(PAM_HOST, WORLD)
    realm, people = stage.realm, ["prompt%d" % at for at in range(8)]
    realm.person("delayed", *people)
    host = realm.host("account-host", proxied=True, connections=1)
    os.chown(host.socket, hosts.OWNER, -1)
    service = Service(stage, host, "lena")
    hosts.early_in_a_step()
    digits = hosts.code_of(TOKEN, int(time.time()) // hosts.STEP_S)
    expect(any(signs_in_with(host, service, name, digits) == ["load", "commit"] for name in people),
           "no sign-in of a second was two round trips:", questions(host))  # the machine may be too busy for some
    host.proxy.order.clear()
    with service.begin("delayed", "awme", digits) as program:
        same(program.stdout.readline(), "a 0\n")
        postgres.wait_until(lambda: is_stopped(program), "the service waits")
        same(realm.desk.ask("disable", "delayed")[0], "done")
        time.sleep(1.1)  # longer than what was committed counts
        program.send_signal(signal.SIGCONT)
        same(program.stdout.read(), "w 0\nm %d\ne 0\n" % ACCT_EXPIRED, "disabled since the sign-in:")
    same(questions(host), ["load", "commit", "load"])
    host.stop()
