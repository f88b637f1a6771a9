"""What pictures, exports and letters have in common: a file of the caller's, all of it or none, however the command ends."""
import os
import re
import resource
import signal
import subprocess
import time

from cases_backup import PHRASE
from cases_picture import Desk, full_pipe
from harness import case, expect, need, same
from world import ROOT, Terminal, World


def until(held, what):
    end = time.monotonic() + 600
    while not held():
        expect(time.monotonic() < end, what)
        time.sleep(0.005)


def guards_of(pid):
    with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
        return [int(one) for one in file.read().split()]


def expect_own_alone(pid, directory):
    held = [os.readlink(f"/proc/{pid}/fd/{name}") for name in os.listdir(f"/proc/{pid}/fd")]
    others = [name for name in held if name != "/dev/null" and not name.startswith(directory)]
    expect(len(others) == 1 and others[0].startswith("socket:"), f"what is not its own: {held}")


class Shown:
    """An enrollment whose pictures are written and whose reader does not read, so nobody has seen the password."""

    def __init__(self, desk, name):
        self.out, self.full = full_pipe()
        self.desk = desk
        self.process = subprocess.Popen(desk.world.line("enroll", name, *desk.words), stdin=subprocess.PIPE, stdout=self.full,
                                        stderr=subprocess.PIPE, env=desk.world.environment(), cwd="/", start_new_session=True,
                                        pass_fds=[self.out])
        until(lambda: os.path.exists(desk.png) and os.path.getsize(desk.png), "no picture")
        (self.guard,) = guards_of(self.process.pid)

    def kill(self, how=os.kill):
        how(self.process.pid, signal.SIGKILL)
        self.process.communicate(timeout=600)
        os.close(self.out)
        os.close(self.full)


def killed_at(world, call, when, *words):
    """On its way into that call, before the kernel does it."""
    trace = ["strace", "-qq", "-o", "/dev/null", "-e", f"trace={call}", "-e", f"inject={call}:signal=KILL:when={when}"]
    done = subprocess.run([*trace, *world.line(*words)], input=b"\n", capture_output=True, check=False, cwd="/",
                          env=world.environment(), timeout=600)
    expect(done.returncode in (-signal.SIGKILL, 128 + signal.SIGKILL), f"{call} {when}: {done.returncode} {done.stderr}")


@case("strace")
def kept_files_are_there_together_or_not_at_all_wherever_the_command_is_killed():
    """Until the guard has heard that they stay, none does."""
    with World() as world:
        desk = Desk(world)
        for number, (call, when, left) in enumerate((("socketpair", 1, []), ("recvmsg", 1, []), ("recvmsg", 2, []), ("recvmsg", 4, []),
                                                     ("fsync", 1, []), ("fsync", 3, []), ("fsync", 4, []), ("renameat", 1, []),
                                                     ("wait4", 1, ["a.png", "a.svg"]))):
            killed_at(world, call, when, "enroll", f"u{number}", *desk.words)
            until(lambda: desk.left() == left, f"{call} {when}: {desk.left()}")  # pylint: disable=cell-var-from-loop
            same(desk.has_account(f"u{number}"), bool(left), f"{call} {when}")


@case("strace")
def kept_file_of_letters_stays_from_its_first_letter_on():
    with World() as world:
        desk = Desk(world)
        for call, when, left in (("recvmsg", 2, []), ("fsync", 2, []), ("renameat", 1, ["a.svg"])):
            killed_at(world, call, when, "invite", "zoe", "--letters-to", desk.svg)
            until(lambda: desk.left() == left, f"{call} {when}: {desk.left()}")  # pylint: disable=cell-var-from-loop
            expect(not desk.has_account("zoe"), f"{call} {when}")


@case()
def kept_files_go_from_a_directory_that_was_moved():
    with World() as world:
        desk = Desk(world)
        shown = Shown(desk, "alice")
        away = desk.directory + ".away"
        os.rename(desk.directory, away)
        os.mkdir(desk.directory, 0o755)
        with open(desk.svg, "w", encoding="ascii") as file:
            file.write("another's")
        shown.kill()
        until(lambda: not os.listdir(away), "left behind")
        same(desk.left(), ["a.svg"], "what has the name now")


@case()
def kept_files_are_not_taken_for_others_of_their_names():
    with World() as world:
        desk = Desk(world)
        shown = Shown(desk, "alice")
        os.rename(desk.svg, desk.svg + ".mine")
        with open(desk.svg, "w", encoding="ascii") as file:
            file.write("another's")
        shown.kill()
        until(lambda: not os.path.exists(desk.png), "left behind")
        same(desk.left(), ["a.svg", "a.svg.mine"])


@case()
def kept_files_have_a_guard_that_holds_no_output():
    """Who reads what the command prints is not kept waiting for it; and it alone removes."""
    with World() as world:
        desk = Desk(world)
        shown = Shown(desk, "alice")
        os.kill(shown.guard, signal.SIGSTOP)
        try:
            if ROOT:  # no one else may look into a process that may not be dumped
                expect_own_alone(shown.guard, desk.directory)
            shown.kill()  # to the end of its standard error
            same(desk.left(), ["a.png", "a.svg"])
        finally:
            os.kill(shown.guard, signal.SIGCONT)
        until(lambda: not desk.left(), "left behind")


@case()
def kept_files_go_with_the_whole_group_of_the_command():
    """As a shell's kill -9 %1 and `timeout --signal=KILL` end it."""
    with World() as world:
        desk = Desk(world)
        Shown(desk, "alice").kill(os.killpg)
        until(lambda: not desk.left(), "left behind")


@case()
def kept_files_go_when_the_terminal_hangs_up():
    with World() as world:
        path = os.path.join(world.home, "out")
        terminal = Terminal(world, "export", path)
        terminal.until_silent()
        same(os.path.getsize(path), 0)
        os.close(terminal.slave)
        os.close(terminal.fd)
        expect(terminal.process.wait(60) != 0, "a command without its terminal")
        until(lambda: not os.path.exists(path), "left behind")


@case("strace")
def kept_files_in_a_directory_that_may_only_be_searched():
    """Its caller may make files there and not list them. It cannot be synced by itself, so the file system is."""
    with World() as world:
        desk = Desk(world)
        os.chmod(desk.directory, 0o311)
        trace = os.path.join(world.directory, "trace")
        done = subprocess.run(["strace", "-qq", "-o", trace, "-e", "trace=fsync,syncfs", *world.line("enroll", "alice", *desk.words)],
                              input=b"\n", capture_output=True, check=False, cwd="/", env=world.environment(), timeout=600)
        same(done.returncode, 0, repr(done))
        os.chmod(desk.directory, 0o755)
        same(desk.left(), ["a.png", "a.svg"])
        with open(trace, encoding="ascii") as file:
            same(re.findall(r"syncfs\(\d+\) += (\d+)", file.read()), ["0", "0"], "one for each file")


@case()
def kept_files_do_not_outlive_a_full_disk():
    with World() as world:
        path = os.path.join(world.home, "out")
        same(world.run("invite", "zoe").code, 0)  # what the store itself writes is there by then
        # pylint: disable=subprocess-popen-preexec-fn
        done = subprocess.run(world.line("export", path), input=PHRASE.encode() + b"\n", capture_output=True, check=False,
                              env=world.environment(), cwd="/", timeout=600, preexec_fn=limit_files)
        same((done.returncode, b"too large" in done.stderr, os.path.exists(path)), (3, True, False), repr(done))


def limit_files():
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))


def add_cases():
    """Each is added where it stands."""
