"""The audit trail of the kernel: what the command leaves there, who leaves it, and what happens where there is none."""
import os
import re
import select
import signal
import subprocess
import time

from audit_trail import need_audit, records, tracing
from cases_desk_log import desk
from harness import Skip, add_case, expect, same
from world import BUILD, OWNER, STRANGER, lbr_world, need_root, root_world

AUDIT = r"socket\((?:AF_NETLINK|0x10), [^,]*, (?:NETLINK_AUDIT|0x9)\)"
HOSTILE = "é" * 32  # of 64 bytes, the longest name there is
ONLY_AUDIT_WRITE = "0000000020000000"
# Where a login was noted already, it stays.
LOGGED_IN = ("sh", "-c", "echo 64203 >/proc/self/loginuid 2>/dev/null; exec \"$@\"", "sh")


def read(path):
    with open(path, encoding="ascii") as file:
        return file.read()


def children(pid):
    return [int(word) for word in read(f"/proc/{pid}/task/{pid}/children").split()]


def status(pid):
    return dict(line.split(":\t", 1) for line in read(f"/proc/{pid}/status").splitlines())


def unconfined():
    """A sanitizer or a counter of coverage wants calls of its own."""
    with open(os.path.join(BUILD, "liberations"), "rb") as file:
        data = file.read()
    return b"__asan_init" in data or b"__gcov_" in data


class Waiting:
    """`enroll` at its question, and the child beside it."""

    def __init__(self, at):
        self.process = subprocess.Popen(at.line("enroll", "zoe", "--json", before=LOGGED_IN), stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd="/", env=at.world.environment())
        expect(self.process.stdout.readline(), "it shows no token")
        (self.child,) = children(self.process.pid)
        self.handle = os.pidfd_open(self.child)
        while self.lives() and (status(self.child)["CapEff"] != ONLY_AUDIT_WRITE or status(self.child)["State"][0] != "S"):
            time.sleep(0.01)  # it confines itself while the command works, and then waits

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()
        if self.lives():
            signal.pidfd_send_signal(self.handle, signal.SIGKILL)
        os.close(self.handle)

    def ends(self):
        return bool(select.select([self.handle], [], [], 30)[0])

    def lives(self):
        return not select.select([self.handle], [], [], 0)[0]


def the_child():
    """It can do nothing but what it is for, no signal of a terminal reaches it, and it goes when the command goes."""
    need_root()
    need_audit()
    world, at = desk()
    with world, Waiting(at) as waiting:
        about = status(waiting.child)
        for name in ("CapPrm", "CapEff"):
            same(about[name], ONLY_AUDIT_WRITE, name)
        same((about["CapInh"], about["CapAmb"], about["NoNewPrivs"], about["Groups"].strip()), ("0" * 16, "0" * 16, "1", ""))
        same(about["Seccomp"], "0" if unconfined() else "2", "Seccomp")
        same((about["Uid"].split(), read(f"/proc/{waiting.child}/loginuid")), (["0"] * 4, read(f"/proc/{waiting.process.pid}/loginuid")))
        same(status(waiting.process.pid)["Uid"].split(), [str(OWNER)] * 4)
        held = {number: os.readlink(f"/proc/{waiting.child}/fd/{number}") for number in os.listdir(f"/proc/{waiting.child}/fd")}
        same(sorted(held), ["0", "1"], held)
        expect(all(target.startswith("socket:") for target in held.values()), held)
        for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM, signal.SIGTSTP, signal.SIGQUIT, signal.SIGPIPE):
            os.kill(waiting.child, number)
        expect(waiting.lives() and status(waiting.child)["State"][0] in "RS", status(waiting.child)["State"])  # not stopped
        waiting.process.kill()
        expect(waiting.ends(), "the child outlives a command that was killed")


def a_slow_trail():
    """The command does not wait for a kernel that takes no record; the record comes late."""
    need_root()
    need_audit()
    world, at = desk()
    with world, Waiting(at) as waiting:
        os.kill(waiting.child, signal.SIGSTOP)
        waiting.process.communicate(b"\n", timeout=30)
        same(waiting.process.returncode, 1)
        expect(waiting.lives(), "the child went")
        os.kill(waiting.child, signal.SIGCONT)
        expect(waiting.ends(), "the child stays for ever")
        expect(any("audit: 1 records are missing" in text for text in at.texts()), "the log was not told")


def no_trail():
    """A kernel without it, no right to write to it, or nothing that takes a record: the verb does its work, and a loss is told in the
    log."""
    need_root()
    need_audit()
    world, at = desk()
    with world:
        path = os.path.join(world.directory, "trace")
        deaf = ("env", "LD_PRELOAD=" + os.path.join(BUILD, "tests", "cli", "deaf_kernel.so"))
        for before, lost in ((tracing(path, "-e", "inject=socket:error=EPROTONOSUPPORT"), []),
                             ((*tracing(path), "setpriv", "--bounding-set", "-audit_write"), []), (deaf, ["2"])):
            done = at.answer("invite", "ann", "bea", before=before)
            same((done.returncode, len(world.run("list", "--json").json())), (0, 2), done)
            same([number for text in at.texts() for number in re.findall(r"audit: (\d+) records", text)], lost, before)
            same(lost or records(path), lost)
            for name in ("ann", "bea"):
                same(world.run("remove", name, "--yes").code, 0)


def a_container():
    """Root of a user namespace: the kernel refuses its records, which is no loss to tell anybody."""
    need_root()
    need_audit()
    with root_world() as world:
        path = os.path.join(world.directory, "trace")
        line = [*tracing(path), *world.line("invite", "ann", "bea")]
        process = subprocess.Popen(["unshare", "-U", "sh", "-c", "echo && read go && exec \"$@\"", "sh", *line], stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd="/", env=world.environment())
        if process.stdout.readline() != b"\n":
            raise Skip("no user namespace: " + process.communicate()[1].decode())
        for kind in ("uid", "gid"):
            with open(f"/proc/{process.pid}/{kind}_map", "w", encoding="ascii") as file:
                file.write("0 0 65536\n")
        done = process.communicate(b"go\n", timeout=30)
        same((process.returncode, len(world.run("list", "--json").json())), (0, 2), done)
        same([record[2] for record in records(path)], ["ann", "bea"])
        expect(r'sendto(0, "\x00\x00\x00\x00", 4' in read(path), "the child told of a loss")


def no_attempt():
    """What ordinary people do with their own account, what the owner of the store does, and what changes nothing."""
    need_root()
    need_audit()
    world, at = desk()
    with world:
        lbr_world(world, "kim", "state=own")
        path = os.path.join(world.directory, "trace")
        for uid, words in ((STRANGER, ("passwd",)), (STRANGER, ("token", "kim", "--replace")), (STRANGER, ("unlock", "kim")),
                           (OWNER, ("disable", "kim")), (None, ("unlock", "kim", "--dry-run")), (None, ("show", "kim")),
                           (None, ("message", "kim", "a text"))):
            subprocess.run([*tracing(path), *world.line(*words, uid=uid)], input=b"", capture_output=True, check=False, cwd="/",
                           env=world.environment())
            expect("socket(" in read(path) or uid is None, words)
            same(re.findall(AUDIT, read(path)), [], words)


def names():
    """A name that could mean something in a record is written in hexadecimal, and whole."""
    need_root()
    need_audit()
    world, at = desk()
    with world:
        path = os.path.join(world.directory, "trace")
        for words, wanted in ((("invite", HOSTILE, "--system"), ("ADD_USER", "invite", HOSTILE, "success")),
                              (("invite", HOSTILE, "--renew"), ("USER_CHAUTHTOK", "invite", HOSTILE, "success")),
                              (("remove", 'ann" res=success', "--yes"), ("DEL_USER", "remove", "?", "failed"))):
            at.run(*words, before=tracing(path))
            same(records(path), [wanted], words)


def add_cases():
    add_case("the_audit_child_can_do_nothing_else", the_child)
    add_case("a_slow_audit_trail_keeps_nobody_waiting", a_slow_trail)
    add_case("a_verb_works_without_an_audit_trail", no_trail)
    add_case("a_container_has_no_audit_trail_and_misses_none", a_container)
    add_case("ordinary_people_leave_no_audit_records_of_their_own", no_attempt)
    add_case("a_name_in_the_audit_trail_is_whole_and_encoded", names)
