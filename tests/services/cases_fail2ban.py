"""The shipped filter and jail of fail2ban: on real lines of every kind, and on a network of its own."""
import re
import socket
import subprocess
import time

from harness import Failure, Skip, case, expect
from cases_examples import shipped
from consumers import ENVIRONMENT, PASSWORD, Talk
from gates import wrong_code
from judge import refused, signed_in

WRONG = "Pas le bon, celui-la"
FORGED = "zoe: refused: x (service=sshd rhost=192.0.2.1 tty=ssh uid=0 pid=1)"
LOG = "/var/log/auth.log"
FILTER = ("fail2ban-regex", "/etc/fail2ban/filter.d/common.conf", "sshd", "ssh", "oathtool")
LOCAL = """[DEFAULT]
ignoreip =
ignoreself = false
[sshd]
enabled = false
[liberations]
backend = polling
logpath = %s
""" % LOG


def lines_since(stage, mark):
    """As a syslog daemon writes them into its file."""
    lines = [line.split(b">", 1)[1].decode() for line in stage.log.since(mark)]
    return [re.sub(r"^(.{15}) ", r"\1 host ", line) for line in lines if "liberations" in line]


def matched(stage, lines):
    """Those of the lines that the shipped filter takes for a refusal, each with its address."""
    path = stage.path("auth.log")
    stage.write(path, "".join(line + "\n" for line in lines))
    done = subprocess.run(["fail2ban-regex", "-o", "row", path, "liberations"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, cwd="/")
    return done.stdout


def kinds(nadia):
    """What becomes of the account before, who signs in with what, whether that bans, and what stands in the line."""
    right, miss = nadia.password, wrong_code(nadia)
    return [
        ("state=own", "nadia", WRONG, miss, True, "wrong password and no correct code"),
        ("", "nadia", WRONG, miss, False, "not counted: the same wrong answer"),
        ("", "nadia", right, "", False, "not counted: such an answer"),
        ("", "nadia", right, miss, True, "wrong code"),
        ("", "nadia", WRONG, nadia.code, True, "wrong password"),
        ("state=disabled", "nadia", right, nadia.code, True, "disabled"),
        ("state=ended", "nadia", right, miss, False, "the temporary password has expired"),
        ("state=throttled", "nadia", WRONG, miss, True, "waiting, "),
        ("state=throttled", "nadia", right, nadia.code, False, "correct password and code"),
        ("state=locked", "nadia", WRONG, miss, True, "locked, "),
        ("state=locked", "nadia", right, nadia.code, False, "correct password and code"),
        ("", "zoe", WRONG, miss, True, "no such account"),
        ("", "zoe", WRONG, miss, True, "no such account"),
        ("state=unknown", "carol", WRONG, miss, True, "no such account"),
        ("", "carol", "", "", True, "no such account"),
    ]


@case(*FILTER)
def the_shipped_filter_takes_every_refusal_but_those_of_the_right_person(stage):
    """A name that no Unix user has comes from sshd with a password that can never be right: it bans all the same."""
    stage.write("/etc/fail2ban/filter.d/liberations.conf", stage.example("fail2ban-filter.conf"))
    with shipped(stage, "sshd", "sshd"):
        nadia = stage.world.account("nadia")
        for state, name, password, token, bans, words in kinds(nadia):
            if state:
                stage.world.set(name, state)
            mark = stage.log.mark()
            refused(stage.sshd().sign_in(name, password, token() if callable(token) else token))
            judge(stage, lines_since(stage, mark), bans, words)
        mark = stage.log.mark()
        sign_in_as(stage, FORGED)
        judge(stage, lines_since(stage, mark), True, "no such account")
        bans_no_right_code(stage, stage.world.account("nadia"))


def judge(stage, lines, bans, words):
    told = [line for line in lines if "sign-in for" in line]
    expect(len(told) == 1 and words in told[0], words, "stands not in", told)
    found = matched(stage, told)
    expect(("127.0.0.1'" in found) == bans and "192.0.2.1'" not in found, told, "bans" if bans else "does not ban", "is wanted:",
           found)


def sign_in_as(stage, name):
    """ssh takes such a name from a file alone."""
    server, path = stage.sshd(), stage.path("ssh_config")
    stage.write(path, 'User "%s"\nUserKnownHostsFile %s\nNumberOfPasswordPrompts 1\n'
                      'PreferredAuthentications keyboard-interactive\n' % (name, server.known_hosts))
    talk = Talk(["/usr/bin/ssh", "-F", path, "-p", str(server.port), "127.0.0.1", "id"], stage)
    talk.answer(PASSWORD, WRONG)
    talk.answer("Security token: ", "")
    refused(talk.finish())


def bans_no_right_code(stage, nadia):
    """Neither a sign-in nor a code that was just used."""
    mark, code = stage.log.mark(), nadia.code()
    signed_in(stage.sshd().sign_in("nadia", nadia.password, code), "nadia")
    refused(stage.sshd().sign_in("nadia", nadia.password, code))
    lines = lines_since(stage, mark)
    expect(any("already used" in line for line in lines) and any("accepted" in line for line in lines), lines)
    expect("127.0.0.1'" not in matched(stage, lines), lines)


class Jail:
    """fail2ban with the shipped files, its state in the private /run; what it bans is shut out by the kernel."""
    def __init__(self, stage):
        self.socket = "/run/fail2ban.sock"
        for kind in ("filter", "jail"):
            stage.write("/etc/fail2ban/%s.d/liberations.conf" % kind, stage.example("fail2ban-%s.conf" % kind))
        stage.write("/etc/fail2ban/jail.d/zz-here.local", LOCAL)
        stage.write("/etc/fail2ban/fail2ban.local", "[Definition]\ndbfile = None\nlogtarget = /var/log/fail2ban.log\n")
        stage.write(LOG, "")
        self.process = subprocess.Popen(["fail2ban-server", "-f", "-s", self.socket, "-p", "/run/fail2ban.pid", "start"],
                                        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/")
        self.wait_for("Jail list")

    def ask(self, *words):
        done = subprocess.run(["fail2ban-client", "-s", self.socket, *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True, cwd="/", env=ENVIRONMENT)
        return done.stdout

    def wait_for(self, text, *words):
        end = time.monotonic() + 600
        while text not in self.ask("status", *words):
            if time.monotonic() > end or self.process.poll() is not None:
                with open("/var/log/fail2ban.log", errors="replace") as file:
                    raise Failure(text, "stands not in", self.ask("status", *words), file.read()[-2000:])
            time.sleep(0.2)

    def stop(self):
        self.process.terminate()
        self.process.wait()


def is_shut(port):
    try:
        socket.create_connection(("127.0.0.1", port), timeout=20).close()
    except OSError:
        return True
    return False


@case("fail2ban-server", "nft", *FILTER)
def the_shipped_jail_shuts_an_address_out_after_its_tenth_refusal(stage):
    if [name for _, name in socket.if_nameindex()] != ["lo"]:
        raise Skip("no network of its own can be made here")
    with shipped(stage, "sshd", "sshd"):
        stage.world.set("carol", "state=unknown")
        server, mark = stage.sshd(), stage.log.mark()
        refused(server.sign_in("carol", WRONG, "246813"))
        line = next(one for one in lines_since(stage, mark) if "sign-in for" in one)
        jail = Jail(stage)
        try:
            jail.wait_for("liberations")
            write_log([line] * 9)
            jail.wait_for("Total failed:\t9", "liberations")
            expect(not is_shut(server.port), "shut before the tenth")
            write_log([line])
            jail.wait_for("Banned IP list:\t127.0.0.1", "liberations")
            end = time.monotonic() + 600
            while not is_shut(server.port) and time.monotonic() < end:
                time.sleep(0.2)
            expect(is_shut(server.port), "banned, and still open")
        finally:
            jail.stop()
        expect(not is_shut(server.port), "the ban outlives its jail")


def write_log(lines):
    with open(LOG, "a") as file:
        file.write("".join(line + "\n" for line in lines))
