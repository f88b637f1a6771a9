"""Control groups of a case's own, below the one in which the run began: a cgroup namespace shows that one as the root."""
import contextlib
import glob
import os
import subprocess
import tempfile
import time

from harness import Skip, expect

ROOT = "/sys/fs/cgroup"
OWN = set()
GENERIC = ("rw", "ro", "relatime", "noatime", "nosuid", "nodev", "noexec", "nsdelegate", "memory_recursiveprot")

# What lets everything in a group go on, else it dies slowly, or under version 1 not at all.
FREE = (("cgroup.freeze", "0"), ("freezer.state", "THAWED"), ("cpu.max", "max"), ("cpu.cfs_quota_us", "-1"),
        ("memory.oom_control", "0"))


def mounts():
    """Mount point, kind and the options that tell hierarchies apart."""
    with open("/proc/mounts") as file:
        lines = [line.split() for line in file]
    return [(words[1], words[2], [word for word in words[3].split(",") if word not in GENERIC and "=" not in word])
            for words in lines if words[2] in ("cgroup", "cgroup2") and words[1].startswith(ROOT)]


def mount_own():
    """Mounts the hierarchies anew, so that each one's root is where the run began. Hierarchies with a name stay as they are, and
    where this is not allowed, cases have no groups."""
    for point, kind, options in mounts():
        if kind == "cgroup" and not options:
            continue
        words = ["mount", "-t", kind, *(["-o", ",".join(options)] if options else []), kind, point]
        if all(subprocess.run(command, stderr=subprocess.DEVNULL).returncode == 0 for command in (["umount", point], words)):
            OWN.add(point)


def hierarchy(controller):
    """Where the hierarchy of version 1 with this controller is mounted, or the one of version 2 for "". None: nowhere."""
    for point, kind, options in mounts():
        if (kind == "cgroup2") if not controller else (controller in options):
            return point
    return None


def own(controller):
    """The same, if it was mounted anew."""
    top = hierarchy(controller)
    return top if top in OWN else None


class Group:
    def __init__(self, path):
        self.path = path

    def write(self, file, value):
        path = os.path.join(self.path, file)
        if not os.path.exists(path):
            raise Skip("this kernel has no %s here" % file)
        with open(path, "w") as out:
            out.write(value)

    def read(self, file):
        with open(os.path.join(self.path, file)) as out:
            return out.read()

    def enter(self):
        self.write("cgroup.procs", "0")

    def holds(self, process):
        return str(process) in self.read("cgroup.procs").split()

    def kill(self):
        """Until the group is empty, or gone."""
        end = time.monotonic() + 600
        for file, value in FREE:
            with contextlib.suppress(Skip, OSError):
                self.write(file, value)
        with contextlib.suppress(FileNotFoundError):
            while self.read("cgroup.procs"):
                for process in self.read("cgroup.procs").split():
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(int(process), 9)
                expect(time.monotonic() < end, "processes stay in", self.path)
                time.sleep(0.01)

    def remove(self):
        self.kill()
        end = time.monotonic() + 600
        while os.path.exists(self.path):
            try:
                os.rmdir(self.path)
            except FileNotFoundError:
                return
            except OSError:  # the last process is not quite gone
                if time.monotonic() > end:
                    raise
                time.sleep(0.01)


def make(top, name):
    """A new group and a process that stays in it: a systemd that another run boots removes groups without one."""
    while True:
        made = Group(tempfile.mkdtemp(prefix=name + "-", dir=top))
        try:
            return made, subprocess.Popen(["sleep", "1000"], preexec_fn=made.enter)
        except subprocess.SubprocessError:
            if os.path.exists(made.path):
                raise


@contextlib.contextmanager
def group(stage, controller="", uid=0):
    """A group that belongs to a uid, as a user's part of the tree does."""
    top = own(controller)
    if top is None:
        raise Skip("no control group can be made here with " + (controller or "version 2"))
    made, stays = make(top, os.path.basename(stage.scratch))
    try:
        os.chmod(made.path, 0o755)
        for path in (made.path, os.path.join(made.path, "cgroup.procs")):
            os.chown(path, uid, uid)
        yield made
    finally:
        made.remove()
        stays.wait()


def sweep(scratch):
    """Removes what a run left that was ended from outside: a frozen process would stay for ever."""
    lines = []
    with contextlib.suppress(FileNotFoundError), open("/proc/self/cgroup") as file:
        lines = [line.rstrip("\n").split(":", 2) for line in file]
    for _, controllers, path in lines:
        top = hierarchy(controllers.split(",")[0])
        for left in glob.glob("%s/%s/%s-*" % (top, path.strip("/"), os.path.basename(scratch))):
            Group(left).remove()
