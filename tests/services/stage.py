"""The stage: private /etc, /dev, /run and logs, the users, the pam.d files, the store and the log socket.

Everything is mounted in the namespace that namespace.py made, so nothing here is ever undone by hand.
"""
import ctypes
import os
import re
import shutil
import stat
import subprocess
import time

import consumers
import groups
import logbox
import namespace
import private
import servers
import world
from private import mount

USERS = ["alice", "bob", "carol", "dora", "emile", "fanny", "gaston", "heloise", "igor", "jeanne", "kevin", "lucie",
         "marc", "nadia", "olga", "paul", "quentin", "rose", "simon", "theo", "ursule", "victor", "wanda", "xavier",
         "yves", "rosa", "sven", "tina", "ursula", "viktor"]
FIRST_UID = 59001
UNIX_PASSWORD = "Ancre bleue 4 vagues"  # carol's own, in the private /etc/shadow
NODES = {"null": (1, 3), "zero": (1, 5), "full": (1, 7), "random": (1, 8), "urandom": (1, 9), "tty": (5, 0),
         "ptmx": (5, 2)}
AT_WORK = "lbr-agent"  # the name that the agent kept ready takes with its connection
MODULE = "{lib}/pam_liberations.so config={config} agent={lib}/liberations-agent socket=/nonexistent debug"
ACCOUNT = """account [success=ok new_authtok_reqd=ok user_unknown=ignore default=bad] {module} unknown=ignore
account required pam_unix.so
"""
STACKS = {
    "sshd": """auth required {module}
""" + ACCOUNT + """password required {module}
session required pam_permit.so
""",
    "su": """auth sufficient pam_rootok.so
auth required {module}
""" + ACCOUNT + """password required {module}
session required pam_permit.so
""",
    "passwd": """password [success=done user_unknown=ignore default=die] {module} unknown=ignore
password required pam_unix.so yescrypt
""",
    "cron": """auth required {module}
""" + ACCOUNT + """session required pam_permit.so
""",
}
STACKS["login"] = STACKS["sudo"] = STACKS["sshd"]
STACKS["su-l"] = STACKS["su"].replace("{module}", "{module} language=fr")


def hash_unix(password):
    """A crypt(5) hash for the private shadow file."""
    crypt = ctypes.CDLL("libcrypt.so.1").crypt
    crypt.restype = ctypes.c_char_p
    return crypt(password.encode(), b"$6$lbrservices$").decode()


class Stage:
    def __init__(self, scratch, build, verbose):
        self.scratch, self.build, self.verbose = scratch, build, verbose
        self.lib = os.path.join(scratch, "lib")
        self.log = None
        self.world = None
        self.running = []

    def path(self, *words):
        return os.path.join(self.scratch, *words)

    def prepare(self):
        os.umask(0o022)
        mount("-t", "tmpfs", "-o", "mode=0755,size=64m", "tmpfs", self.scratch)
        for name in ["lib", "home", "dev", "etc", "disk"]:
            os.mkdir(self.path(name))
        mount("-t", "tmpfs", "-o", "mode=0755,size=6m", "tmpfs", self.path("disk"))
        for name in ["pam_liberations.so", "liberations-agent", "liberations"]:
            shutil.copy(os.path.join(self.build, name), self.lib)
        shutil.copy(os.path.join(self.build, "tests", "lbr-world"), self.lib)
        self.prepare_etc()
        self.prepare_dev()
        groups.mount_own()
        for path in ["/run", "/var/log", "/var/spool/cron", "/var/lib/sudo", "/var/mail"]:
            if os.path.isdir(path):
                mount("-t", "tmpfs", "-o", "mode=0755", "tmpfs", os.path.realpath(path))
        for path in ["/run/sshd", "/var/spool/cron/crontabs", "/run/screen"]:
            os.makedirs(path)
        os.chmod("/run/screen", 0o1777)
        os.mkdir("/run/tmp")
        private.own_tmp("/run/tmp", namespace.TOP, self.build, self.scratch)
        self.log = logbox.LogBox("/dev/log")
        self.world = world.World(self)

    def prepare_etc(self):
        """A copy of /etc over /etc: programs that replace a file by renaming work as ever."""
        mount("-t", "tmpfs", "-o", "mode=0755", "tmpfs", self.path("etc"))
        subprocess.run(["cp", "-a", "/etc/.", self.path("etc")], check=True)
        mount("--move", self.path("etc"), "/etc")
        if os.path.exists("/etc/nologin"):
            os.unlink("/etc/nologin")
        self.write("/etc/nsswitch.conf", "passwd: files\ngroup: files\nshadow: files\nhosts: files\n")
        self.write("/etc/sudoers", "Defaults !lecture, passwd_tries=1, timestamp_timeout=0\n"
                                   "root ALL=(ALL) ALL\nkevin ALL=(ALL) ALL\nyves ALL=(ALL) ALL\n", 0o440)
        for line, name in enumerate(USERS):
            self.add_user(name, FIRST_UID + line)
        self.move_root()
        with open("/etc/group", "a") as file:
            file.write("liberations-verify:x:%d:www-data,postgres\n" % servers.VERIFIERS)
        for service in STACKS:
            self.set_service(service)

    def set_service(self, service, arguments=""):
        """The service's file in the private /etc/pam.d, with further arguments for every line of the module's."""
        module = MODULE.format(lib=self.lib, config=self.path("liberations.conf")) + arguments
        self.write("/etc/pam.d/" + service, STACKS[service].format(module=module))

    def example(self, name):
        """A file of packaging/examples, as it is shipped."""
        with open(os.path.join(namespace.TOP, "packaging", "examples", name)) as file:
            return file.read()

    def use_example(self, name, service=None):
        """A shipped pam.d file in the private /etc/pam.d, word for word but for the module's place. No agent and no
        configuration are named: the listener serves, and the configuration lies where it lies on every machine."""
        ours = "%s/pam_liberations.so" % self.lib
        self.write("/etc/pam.d/" + (service or name), self.example(name).replace(" pam_liberations.so", " " + ours))
        os.makedirs("/etc/liberations", exist_ok=True)
        shutil.copy(self.world.config, "/etc/liberations/liberations.conf")
        self.serve(servers.Listener)

    def add_user(self, name, uid):
        home = self.path("home", name)
        os.mkdir(home, 0o700)
        os.chown(home, uid, uid)
        self.write(os.path.join(home, ".hushlogin"), "")
        crypted = hash_unix(UNIX_PASSWORD) if name == "carol" else "*"
        for path, line in [("/etc/passwd", "%s:x:%d:%d::%s:/bin/sh" % (name, uid, uid, home)),
                           ("/etc/group", "%s:x:%d:" % (name, uid)),
                           ("/etc/shadow", "%s:%s:19000:0:99999:7:::" % (name, crypted))]:
            with open(path, "a") as file:
                file.write(line + "\n")

    def move_root(self):
        """What this machine's root has set up for a session is no part of a test."""
        home = self.path("home", "root")
        os.mkdir(home, 0o700)
        self.write(os.path.join(home, ".hushlogin"), "")
        lines = self.read("/etc/passwd").splitlines()
        self.write("/etc/passwd", "".join(re.sub("^root:.*", "root:x:0:0::%s:/bin/sh" % home, line) + "\n" for line in lines))

    def give_unix_password(self, name):
        """The one that stands in UNIX_PASSWORD, whatever was chosen meanwhile."""
        line = "%s:%s" % (name, hash_unix(UNIX_PASSWORD))
        subprocess.run(["chpasswd", "-e"], input=line, text=True, check=True)

    def prepare_dev(self):
        """A /dev of our own: a socket at /dev/log must not appear on the machine."""
        device = self.path("dev")
        mount("-t", "tmpfs", "-o", "mode=0755", "tmpfs", device)
        for name, number in NODES.items():
            os.mknod(os.path.join(device, name), 0o666 | stat.S_IFCHR, os.makedev(*number))
            os.chmod(os.path.join(device, name), 0o666)
        for name in ["pts", "shm"]:
            os.mkdir(os.path.join(device, name))
            mount("--bind", "/dev/" + name, os.path.join(device, name))
        for name, number in [("stdin", 0), ("stdout", 1), ("stderr", 2)]:
            os.symlink("/proc/self/fd/%d" % number, os.path.join(device, name))
        os.symlink("/proc/self/fd", os.path.join(device, "fd"))
        os.mkdir(os.path.join(device, "net"))
        if private.own_network():
            private.tunnel_device(os.path.join(device, "net", "tun"))
        mount("--move", device, "/dev")

    def read(self, path):
        with open(path) as file:
            return file.read()

    def write(self, path, text, mode=0o644):
        with open(path, "w") as file:
            file.write(text)
        os.chmod(path, mode)

    def uid(self, name):
        return FIRST_UID + USERS.index(name)

    def agents(self):
        """The process numbers of the agents at work now: not the listener, nor the one that it keeps ready."""
        found = []
        for number in filter(str.isdigit, os.listdir("/proc")):
            try:
                if os.readlink("/proc/%s/exe" % number) != os.path.join(self.lib, "liberations-agent"):
                    continue
                with open("/proc/%s/cmdline" % number, "rb") as file, open("/proc/%s/comm" % number) as name:
                    words = file.read().split(b"\0")
                    if b"--listen" not in words and (b"--spare" not in words or name.read().strip() == AT_WORK):
                        found.append(int(number))
            except OSError:
                continue
        return found

    def agents_that_stay(self, wait_s=30):
        """Those that still run when they had time to end."""
        end = time.monotonic() + wait_s
        while self.agents() and time.monotonic() < end:
            time.sleep(0.02)
        return self.agents()

    def serve(self, kind):
        """The one server of a kind, started at its first use."""
        for server in self.running:
            if server.method == kind.method:
                return server
        server = kind(self)
        self.running.append(server)
        return server

    def stop(self, kind):
        """Ends the server of a kind for good."""
        server = self.serve(kind)
        self.running.remove(server)
        server.stop()

    def sshd(self, method="keyboard-interactive"):
        """The one sshd for a method, started at its first use."""
        for server in self.running:
            if server.method == method:
                return server
        server = consumers.Sshd(self, method)
        self.running.append(server)
        return server

    def close(self):
        for server in self.running:
            server.stop()
