"""Sign-ins through the real libpam, module and agent, while the database fails."""
import os
import subprocess
import time

import hosts
from fault_proxy import RESET, TELL
from harness import Skip, case, expect, need, same

SUCCESS, AUTH_ERR, UNAVAILABLE = 0, 7, 9
PASSWORD, TOKEN = "trois petits chats bleus 41", b"abcdefghijklmnopqrst"       # everybody's, as in asker.h
LOCAL_PASSWORD, LOCAL_TOKEN = "une phrase qui va bien", b"12345678901234567890"  # of lbr-world
PAM_HOST, WORLD = (os.path.join(hosts.BUILD, "tests", *words) for words in (("agent", "host"), ("lbr-world",)))


class Service:
    """A service of a host whose accounts are shared, but for `local`."""

    def __init__(self, stage, host, local):
        self.place = os.path.join(stage.scratch, "service")  # a realm's directory is the database server's
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
            file.write("auth required %s config=%s socket=%s/nowhere.sock agent=%s\n" % (
                os.path.join(hosts.BUILD, "pam_liberations.so"), shared, self.place, os.path.join(hosts.BUILD, "liberations-agent")))

    def sign_in(self, name, ahead=0, password=PASSWORD, token=TOKEN):
        """PAM's code of one authenticate."""
        digits = hosts.code_of(token, int(time.time()) // hosts.STEP_S + ahead)
        done = subprocess.run([PAM_HOST, self.services, "door", name, "ae"], input="%s\n%s\n" % (password, digits), text=True, env={},
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd="/")
        codes = dict(line.split() for line in done.stdout.splitlines() if line)
        expect("a" in codes, "no answer:", done.stdout, done.returncode)
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
