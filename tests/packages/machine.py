"""A distribution's machine: made by mmdebstrap in a directory, with a chroot to prepare it and a systemd that boots it.

It has a network of its own, which ends at its loopback. Everything is gone when it is closed.
"""
import hashlib
import os
import shutil
import subprocess
import time

HERE = os.path.dirname(os.path.abspath(__file__))
CALM = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8", "DEBIAN_FRONTEND": "noninteractive", "HOME": "/root"}
# What is another with each boot, or belongs to the package manager, which the trial uses more than once.
VOLATILE = ("dev", "proc", "sys", "run", "tmp", "var/tmp", "var/log", "var/cache/apt", "var/cache/ldconfig", "var/cache/man", "var/lib/apt",
            "var/lib/dpkg", "var/lib/systemd/random-seed", "var/lib/systemd/timers", "var/lib/systemd/catalog", "root", "trial",
            "etc/machine-id", "etc/ld.so.cache", "var/lib/private", "var/cache/private", "etc/.updated", "var/.updated",
            "var/lib/logrotate", "var/lib/ucf", "etc/resolv.conf", "etc/hostname", "var/lib/systemd/linger")


class Trouble(Exception):
    """What a step wanted and did not see."""


def expect(condition, *what):
    if not condition:
        raise Trouble(" ".join(str(one) for one in what))


def run(*words, check=True, **more):
    done = subprocess.run(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, **more)
    if check and done.returncode:
        raise Trouble("%s: %d\n%s" % (" ".join(words), done.returncode, done.stdout[-3000:]))
    return done


class Machine:
    def __init__(self, directory, base):
        """`base`: a tarball of a root file system."""
        self.root, self.init, self.pid = os.path.join(directory, "root"), None, None
        self.console = os.path.join(directory, "console")
        os.makedirs(self.root)
        run("tar", "--extract", "--file", base, "--directory", self.root, "--exclude=./dev/*")

    def path(self, name):
        return os.path.join(self.root, name.lstrip("/"))

    def write(self, name, text, mode=0o644):
        os.makedirs(os.path.dirname(self.path(name)), exist_ok=True)
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(self.path(name), mode)

    def prepare(self, script, network=True):
        """Runs a shell script in it before it is booted, with the machine's network."""
        shutil.copy("/etc/resolv.conf", self.path("etc/resolv.conf"))
        words = ["unshare", "--mount", "--pid", "--fork", "--propagation", "private"] + ([] if network else ["--net"])
        return run(*words, os.path.join(HERE, "in-root"), self.root, "sh", "-ec", script, env=CALM).stdout

    def start_anew(self, boot_id):
        """As after a power failure. The same `boot_id` again: a container, whose kernel is the one of before."""
        self.init.kill()
        self.init.wait()
        self.boot(boot_id)

    def boot(self, *boot_id):
        with open(self.console, "w", encoding="utf-8") as console:
            self.init = subprocess.Popen(
                ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--cgroup", "--uts", "--ipc", "--net", "--propagation", "private",
                 os.path.join(HERE, "boot-root"), self.root, *boot_id], stdin=subprocess.DEVNULL, stdout=console, stderr=subprocess.STDOUT)
        for _ in range(600):
            child = run("ps", "-o", "pid=", "--ppid", str(self.init.pid), check=False).stdout.split()
            self.pid = child[0] if child else None
            if self.pid and self.do("systemctl is-system-running 2>/dev/null", check=False).stdout.strip() in ("running", "degraded"):
                return
            expect(self.init.poll() is None, "it did not boot:", open(self.console, encoding="utf-8").read()[-2000:])
            time.sleep(0.2)
        raise Trouble("it does not boot: " + open(self.console, encoding="utf-8").read()[-2000:])

    def enter(self, *words):
        return ["nsenter", "--target", self.pid, "--all", *words]

    def do(self, script, check=True):
        """Runs a shell script in it while it runs. Returns what subprocess.run returns."""
        done = run(*self.enter("sh", "-c", script), check=False, env=CALM)
        if check and done.returncode:
            raise Trouble("%s: %d\n%s" % (script, done.returncode, done.stdout[-3000:]))
        return done

    def tree(self):
        """Every path that is not volatile: what it is, and whose."""
        found = {}
        for place, directories, files in os.walk(self.root):
            inside = os.path.relpath(place, self.root)
            directories[:] = [name for name in directories if os.path.normpath(os.path.join(inside, name)) not in VOLATILE]
            for name in directories + files:
                path, key = os.path.join(place, name), os.path.normpath(os.path.join(inside, name))
                if key not in VOLATILE and not name.endswith((".pyc", "__pycache__")):
                    found[key] = describe(path)
        return found

    def close(self):
        if self.init:
            self.init.kill()
            self.init.wait()
        shutil.rmtree(self.root)


def describe(path):
    facts = os.lstat(path)
    what = "%o %d:%d " % (facts.st_mode, facts.st_uid, facts.st_gid)
    if os.path.islink(path):
        return what + os.readlink(path)
    if os.path.isfile(path):
        with open(path, "rb") as file:
            return what + hashlib.sha256(file.read()).hexdigest()
    return what
