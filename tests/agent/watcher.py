"""An ordinary user who watches what the kernel tells everybody while others sign in; and a store on a file system of its own, where
nobody else changes the numbers that it sees."""
import ast
import fcntl
import os
import subprocess
import sys
import time

from harness import expect
from stage import OWNER

STRANGER = 64203

# Its arguments: the store's file system as /proc/locks names it, a directory of that, one of sockets, the listener or 0. It prints
# what it has seen, each once, by kind.
WATCH = """import os, select, sys
here, room, sockets, listener = sys.argv[1:]
seen = {"locks": set(), "numbers": set(), "sockets": set(), "files": set(), "agents": set()}
KEPT = ("Threads", "Uid", "Gid", "Groups", "SigBlk", "SigIgn", "SigCgt", "CapEff", "NoNewPrivs", "Seccomp",
        "Seccomp_filters", "Cpus_allowed_list")

def read(*path):
    try:
        with open(os.path.join(*path)) as file:
            return file.read()
    except OSError:
        return ""

def agents():
    for number in filter(str.isdigit, os.listdir("/proc")):
        words = read("/proc", number, "stat").rpartition(")")[2].split()
        if len(words) < 20 or words[1] != listener:
            continue
        status = [line.split(":", 1) for line in read("/proc", number, "status").splitlines() if ":" in line]
        kept = tuple((word, value.strip()) for word, value in status if word in KEPT)
        more = read("/proc", number, "oom_score_adj"), read("/proc", number, "cgroup")
        if dict(kept).get("Seccomp") == "2" and all(more) and "VmSize" in dict(status):  # it may hear something, and has not ended
            yield (words[2] == number, words[3] == number, words[4], words[15:18], more, kept)

def look():
    seen["locks"].update(line.split(":", 1)[1].strip() for line in read("/proc/locks").splitlines() if here in line)
    free = os.statvfs(room)
    seen["numbers"].add((free.f_bfree, free.f_bavail, free.f_ffree, free.f_favail))
    words = [line.split() for line in read("/proc/net/unix").splitlines() if sockets in line]
    seen["sockets"].update(tuple(line[3:6] + line[7:]) for line in words)
    for place in (room, sockets):
        for path, _, names in os.walk(place):
            for name in [path] + [os.path.join(path, name) for name in names]:
                try:
                    state = os.stat(name)
                except FileNotFoundError:
                    continue
                seen["files"].add((name, state.st_size, state.st_nlink, state.st_mtime_ns, state.st_ctime_ns))
    if listener != "0":
        seen["agents"].update(str(agent) for agent in agents())

print("begun", flush=True)
while True:
    look()
    if select.select([0], [], [], 0)[0]:
        break
print({kind: sorted(found) for kind, found in seen.items()})
"""


class Watched:
    """A store of its own on a file system of its own."""
    def __init__(self, stage):
        self.stage, self.before = stage, (stage.config, stage.state)
        self.room = stage.path("watched")
        os.mkdir(self.room)
        stage.run("mount", "-t", "tmpfs", "-o", "mode=0755", "tmpfs", self.room)
        stage.config, stage.state = os.path.join(self.room, "conf"), os.path.join(self.room, "state")
        with open(stage.config, "w") as file:
            file.write("state = %s\nuser = %d\nseal-key = %s\nhash-cost = 1\n"
                       % (stage.state, OWNER, os.path.join(self.room, "seal.key")))
        stage.run(stage.build + "/liberations", "init", "--config", stage.config, "--owner", str(OWNER))
        stage.judged(stage.person())  # whatever the first sign-in of a store makes

    def __enter__(self):
        return self

    def __exit__(self, *trouble):
        self.stage.config, self.stage.state = self.before
        self.stage.run("umount", self.room)
        os.rmdir(self.room)

    def seen(self):
        """What an ordinary user can ask for; and, which is more, the dates of every directory and the size of every file."""
        free = self.stage.as_user(STRANGER, lambda: os.statvfs(self.room))
        places = [(path, [os.path.join(path, name) for name in names]) for path, _, names in os.walk(self.stage.state)]
        dates = {path: (os.stat(path).st_mtime_ns, os.stat(path).st_ctime_ns) for path, _ in places}
        sizes = {file: (os.stat(file).st_size, os.stat(file).st_blocks) for _, files in places for file in files}
        return free.f_bfree, free.f_ffree, dates, sizes


class Watcher:
    """`listener`: whose agents it looks at, if any."""
    def __init__(self, room, sockets=None, listener=None):
        number = os.stat(room).st_dev
        here = " %02x:%02x:" % (os.major(number), os.minor(number))
        self.process = subprocess.Popen(
            ["setpriv", "--reuid", str(STRANGER), "--regid", str(STRANGER), "--clear-groups", sys.executable, "-c", WATCH, here,
             room, sockets or room, str(listener or 0)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        expect(self.process.stdout.readline() == "begun\n", "nobody watches")

    def stop(self):
        said = self.process.communicate("", timeout=600)[0]
        expect(self.process.returncode == 0, "the watcher failed")
        return {kind: set(found) for kind, found in ast.literal_eval(said).items()}


def watch(function, *where):
    """What was seen while it ran: by kind, a set."""
    watcher = Watcher(*where)
    try:
        function()
    finally:
        seen = watcher.stop()
    return seen


def see_that_it_sees(room):
    """A watcher that sees nothing proves nothing."""
    seen = watch(lambda: hold_a_lock(room), room)
    expect(len(seen["locks"]) == 1 and len(seen["numbers"]) > 1 and len(seen["files"]) > 1, "the watcher does not see a lock", seen)


def hold_a_lock(room):
    path = os.path.join(room, "any")
    time.sleep(0.5)
    with open(path, "w") as file:
        fcntl.lockf(file, fcntl.LOCK_EX)
        time.sleep(0.5)
    os.unlink(path)
    time.sleep(0.5)
