"""Every verb that changes something leaves one line in the machine's log, and one record in its audit trail: who, about whom, how it
ended; never a secret."""
import glob
import os
import re
import socket
import subprocess

import audit_trail
import schema
from cases_notify import noticed
from harness import Skip, add_case, expect, same
from mta import Recorder
from world import OWN_DEV, OWNER, World, lbr_world, root_world

# The log is the file "$1/log", in a mount namespace of the command's own.
OWN_LOG = r"""
set -eu
dev=$1/dev
""" + OWN_DEV + r"""
touch "$dev/log"
mount --bind "$1/log" "$dev/log"
mount --move "$dev" /dev
shift
exec "$@"
"""
LINE = re.compile(r"liberations\[\d+\]: desk: (\S+) user=(\S+) outcome=(\S+) by=(\S+) loginuid=(\S+) uid=(\d+) tty=(\S+)( count=\d+| other=\S+| service=\S+ step=\w+)?$")


class Desk:
    """Root's command, and what it writes to the log."""

    def __init__(self, world):
        self.world = world
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
        self.socket.bind(os.path.join(world.directory, "log"))
        os.chmod(os.path.join(world.directory, "log"), 0o666)
        self.secrets = set()

    def line(self, *words, config=True, before=()):
        return ["unshare", "-m", "sh", "-c", OWN_LOG, "sh", self.world.directory, *before, *self.world.line(*words, config=config)]

    def answer(self, *words, stdin="", config=True, before=(), **more):
        done = subprocess.run(self.line(*words, config=config, before=before), input=stdin.encode(), capture_output=True, check=False,
                              timeout=600, cwd="/", env=self.world.environment(**{"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", **more}))
        if b"mount:" in done.stderr or b"mknod:" in done.stderr:
            raise Skip("no /dev of one's own: " + done.stderr.decode())
        schema.judge(words, done.stdout.decode())
        self.secrets.update(re.findall(r"\b[a-z0-9]{5}(?:-[a-z0-9]{5}){3}\b|\b[A-Z2-7]{32}\b|\b[0-9A-Z]{5}-[0-9A-Z]{5}\b",
                                       done.stdout.decode()))
        return done

    def run(self, *words, **more):
        """The answer, and the lines as tuples (verb, user, outcome, by, loginuid, uid, tty)."""
        done = self.answer(*words, **more)
        return done, self.lines()

    def texts(self):
        found = []
        while True:
            try:
                found.append(self.socket.recv(65536).decode().rstrip("\0\n"))
            except BlockingIOError:
                return found

    def lines(self):
        found = []
        for text in self.texts():
            expect(not any(secret in text for secret in self.secrets), "a secret in the log:", text)
            match = LINE.search(text)
            expect(match and text.startswith("<8"), "not a line of the desk, or not to authpriv:", text)
            found.append(match.groups())
        return found


def desk():
    world = root_world()
    return world, Desk(world)


# words, standard input, exit status, (user, outcome) of each line. In this order, on one store.
STEPS = (
    (("enroll", "zoe", "--json"), "\n", 1, [("zoe", "done")]),
    (("enroll", "zoe", "--json"), "", 1, [("zoe", "refused")]),
    (("enroll", "z oe"), "", 2, [("z?oe", "refused")]),
    (("enroll", "z\u009b\u202eoe"), "", 2, [("z??oe", "refused")]),
    (("invite", "ann", "bea"), "", 0, [("ann", "done"), ("bea", "done")]),
    (("invite", "ann", "cleo"), "", 1, [("-", "refused")]),
    (("invite", "ann", "--renew"), "", 0, [("ann", "done")]),
    (("invite", "ann", "eli", "--skip-existing"), "", 0, [("ann", "unchanged"), ("eli", "done")]),
    (("invite", "--csv", "-"), "dora,dora@example.org\n", 0, [("dora", "done")]),
    (("passwd", "ann"), "", 0, [("ann", "done")]),
    (("passwd", "nobody"), "", 1, [("nobody", "refused")]),
    (("reset-token", "ann", "bea", "nobody", "--yes"), "", 1, [("ann", "done"), ("bea", "done"), ("nobody", "refused")]),
    (("reset-token", "ann"), "", 2, [("ann", "refused")]),
    (("expire", "ann", "kim", "nobody"), "", 1, [("ann", "unchanged"), ("kim", "done"), ("nobody", "refused")]),
    (("disable", "ann"), "", 0, [("ann", "done")]),
    (("disable", "ann", "--json"), "", 0, [("ann", "unchanged")]),
    (("enable", "ann"), "", 0, [("ann", "done")]),
    (("enable", "ann"), "", 0, [("ann", "unchanged")]),
    (("sign-out", "ann"), "", 0, [("ann", "done")]),
    (("sign-out", "ann", "kim", "--json"), "", 0, [("ann", "done"), ("kim", "done")]),
    (("sign-out", "ann", "nobody", "kim", "noone"), "", 1, [("nobody", "refused"), ("noone", "refused")]),
    (("unlock", "lou"), "", 0, [("lou", "done")]),
    (("unlock", "lou"), "", 0, [("lou", "unchanged")]),
    (("unlock", "lou", "--clock"), "", 0, [("lou", "unchanged")]),
    (("unlock", "ann", "--rebuild"), "", 0, [("ann", "done")]),
    (("contact", "ann", "ann@example.org"), "", 0, [("ann", "done")]),
    (("contact", "ann", "ann@example.org"), "", 0, [("ann", "unchanged")]),
    (("contact", "ann", "--none"), "", 0, [("ann", "done")]),
    (("uid", "ann"), "", 0, [("ann", "unchanged")]),
    (("uid", "kim", "nobody"), "", 1, [("kim", "done"), ("nobody", "refused")]),
    (("contact", "ann", "x y"), "", 2, [("-", "refused")]),
    (("history", "ann", "--forget", "--yes"), "", 0, [("ann", "unchanged")]),
    (("history", "kim", "--forget", "--yes"), "", 0, [("kim", "done")]),
    (("history", "kim", "--forget", "--yes"), "", 0, [("kim", "unchanged")]),
    (("recovery-codes", "ann"), "", 1, [("ann", "refused")]),
    (("recovery-codes", "kim"), "", 0, [("kim", "done")]),
    (("remove", "bea", "--yes"), "", 0, [("bea", "done")]),
    (("remove", "bea", "--yes"), "", 1, [("bea", "refused")]),
    (("remove", "eli"), "no\n", 2, [("eli", "refused")]),
    (("rename", "kim", "kim.roy", "--system"), "", 0, [("kim", "done"), ("kim.roy", "done")]),
    (("rename", "kim", "kim.roy"), "", 1, [("kim", "refused"), ("kim.roy", "refused")]),
    (("rename", "kim.roy", "kim"), "", 0, [("kim.roy", "done"), ("kim", "done")]),
    (("init",), "", 0, [("-", "unchanged")]),
    (("rekey", "--add"), "", 0, [("-", "done")]),
    (("rekey", "--reseal"), "", 0, [("-", "unchanged")]),
    (("rekey", "--retire", "0badc0de"), "", 1, [("-", "refused")]),
    (("unlock", "ann\nliberations[1]: desk: remove user=zoe outcome=done"), "", 1,
     [("ann?liberations?1?:?desk:?remove?user?zoe?outcome?done", "refused")]),
)
# What only looks.
LOOKS = (("list",), ("show", "ann"), ("contact", "ann"), ("history", "ann"), ("check-password",), ("notify", "--dry-run"),
         ("status",), ("doctor",), ("metrics",), ("rekey",), ("rekey", "--reseal", "--dry-run"),
         ("log", "ann", "--file", "-"), ("verify", "ann"), ("rename", "ann", "anna", "--dry-run"))
# What leaves its line elsewhere: the agent logs what a person changes and what a service asks. The portal's sessions are listed
# where there is a portal. A service of PAM is no account: cases_protect.
ELSEWHERE = {"message", "token", "try", "sessions", "import", "export", "restore", "protect",
             "unprotect", "store"}


def damage_history(world, name):
    """To forget it is a change."""
    (account,) = glob.glob(os.path.join(world.state, "accounts", "*", name))
    path = os.path.join(world.state, "history", os.path.basename(os.path.dirname(account)), name)
    os.makedirs(os.path.dirname(path), 0o700, exist_ok=True)
    with open(path, "w", encoding="ascii") as file:
        file.write("damaged\n")
    os.chmod(path, 0o600)
    for one in (os.path.dirname(path), path):
        os.chown(one, OWNER, OWNER)


def one_line_each():
    """Where the command's calls can be read, its records are those of its lines."""
    world, at = desk()
    traced = audit_trail.can_be_traced()
    with world:
        lbr_world(world, "kim", "state=own", "uid=64999")
        lbr_world(world, "lou", "state=locked")
        damage_history(world, "kim")
        for words, stdin, code, wanted in STEPS:
            trace = os.path.join(world.directory, "trace")
            done, lines = at.run(*words, stdin=stdin, before=audit_trail.tracing(trace) if traced else ())
            same(done.returncode, code, f"{words} {done}")
            same([line[:3] for line in lines], [(words[0], *pair) for pair in wanted], words)
            if traced:
                same(audit_trail.records(trace), audit_trail.of_lines(lines, "--renew" in words), words)
        for words in LOOKS:
            same(at.run(*words)[1], [], words)
        everyone = [line[1] for line in at.run("unlock", "--all")[1]]
        same(sorted(everyone), ["ann", "dora", "eli", "kim", "lou", "zoe"])
        expect(len(at.secrets) > 8, "the secrets were not seen:", at.secrets)


def every_verb_is_walked():
    """A new verb is listed here, and with what it writes, or it fails this."""
    with World(founded=False) as world:
        verbs = set(re.findall(r"(?m)^  ([a-z-]+) +\S", world.run("help").out))
    changing = {words[0] for words, _, _, lines in STEPS if any(outcome == "done" for _, outcome in lines)} | {"init"}
    looking = {words[0] for words in LOOKS}
    same(verbs - changing - looking - ELSEWHERE, set())
    same((changing | looking | ELSEWHERE) - verbs, set())
    changing |= {"notify", "message"}  # what_mails_people, cases_message
    settling = {"notify", "message", "enroll", "invite", "passwd", "reset-token", "remove", "recovery-codes", "sign-out", "init", "rename"}
    same({words[0] for words, _, _, lines in STEPS if any(outcome == "unchanged" for _, outcome in lines)} | settling, changing)


def the_first_init_is_logged():
    world, at = desk()
    with world:
        for wanted in ("done", "unchanged"):
            line = ["init", "--owner", str(OWNER), "--config", os.path.join(world.directory, "other.conf")]
            done, lines = at.run(*line, config=False)
            same((done.returncode, [one[:3] for one in lines]), (0, [("init", "-", wanted)]), done)


def who_it_was():
    world, at = desk()
    with world:
        at.run("invite", "ann")
        with open("/proc/self/loginuid", encoding="ascii") as file:
            login = file.read().strip()
        login = "-" if login == "4294967295" else login
        for more, by in (({}, None), ({"SUDO_USER": "helen", "SUDO_UID": "0"}, "helen"), ({"DOAS_USER": "root"}, "root"),
                         ({"SUDO_USER": "a b=c\nd", "SUDO_UID": "0"}, "a?b?c?d"), ({"SUDO_USER": "", "SUDO_UID": "0"}, "-"),
                         ({"PKEXEC_UID": "65534"}, "nobody"), ({"SUDO_USER": "mallory", "SUDO_UID": "0", "DOAS_USER": "root"}, "root/mallory")):
            (line,) = at.run("unlock", "ann", **more)[1]
            same(line[3:6], (by if by is not None else line[3], login, "0"), more)
        (line,) = at.run("unlock", "ann", before=("setpriv", "--ruid", str(OWNER), "--euid", "0"), SUDO_USER="helen")[1]
        expect(line[3] != "helen" and line[5] == str(OWNER), "the environment of a setuid program was believed:", line)
        world.as_root = False  # the store's owner: nobody wrote that environment but the owner
        (line,) = at.run("unlock", "ann", SUDO_USER="helen")[1]
        expect(line[3] != "helen" and line[5] == str(OWNER), "an environment was believed:", line)


def what_failed():
    world, at = desk()
    with world:
        at.run("invite", "ann")
        os.rename(world.key, world.key + ".gone")
        same([line[:3] for line in at.run("unlock", "ann")[1]], [("unlock", "ann", "failed")])
        same([line[:3] for line in at.run("invite", "bea", "cleo")[1]], [("invite", "-", "failed")])
        os.rename(world.key + ".gone", world.key)
        os.chmod(world.config, 0o600)
        same([line[:3] for line in at.run("unlock", "ann", SUDO_UID="64203")[1]], [("unlock", "ann", "not-allowed")])
        os.chmod(world.config, 0o644)
        world.as_root = False  # a stranger who may nothing fills no log
        os.chown(world.state, 0, 0)
        same([at.run(*words)[1] for words in (("enroll", "bea"), ("unlock", "ann"), ("passwd",))], [[], [], []])


def what_mails_people():
    """One line for the whole run, a person's or cron's, with the count; none for a dry run."""
    world, at = desk()
    with world:
        recorder = Recorder(world).set_up("window = 2")
        noticed(world, "ann", "bea")
        same(at.run("notify", "--dry-run")[1], [])
        for outcome, count in (("done", 2), ("unchanged", 0)):
            done, lines = at.run("notify", SUDO_USER="helen", SUDO_UID="0")
            same([(*line[:4], line[-1]) for line in lines], [("notify", "-", outcome, "helen", f" count={count}")], done)
            same(len(recorder.calls()), count)
        same(world.run("contact", "bea", "--none").code, 0)
        noticed(world, "dan", contact=False)
        done, lines = at.run("message", "ann", "dan", "a text with blanks", SUDO_USER="helen", SUDO_UID="0")
        same([line[:4] for line in lines], [("message", "dan", "unchanged", "helen"), ("message", "ann", "done", "helen")], done)
        same(at.run("message", "ann", "nobody", "a text with blanks")[1][0][:3], ("message", "nobody", "refused"))
        same(at.run("message", "--deliver")[1], [], "nothing to do fills the log")
        noticed(world, "cleo")
        recorder.behave(after="exit 75")
        done, lines = at.run("notify")
        same([(*line[:3], line[-1]) for line in lines], [("notify", "-", "failed", " count=0")], done)


def add_cases():
    add_case("the_desk_leaves_one_line_and_one_record_for_each_account", one_line_each)
    add_case("the_desk_logs_each_verb_of_the_help", every_verb_is_walked)
    add_case("the_desk_logs_the_first_init", the_first_init_is_logged)
    add_case("the_desk_logs_who_it_was", who_it_was)
    add_case("the_desk_logs_what_failed", what_failed)
    add_case("the_desk_logs_each_run_of_notify", what_mails_people)
