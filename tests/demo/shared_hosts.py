"""What `make demo-store` stands on: servers of a database, and hosts that share one set of accounts, each in namespaces of its own.

Everything lives in mount, network and process namespaces that end with the demonstration, and on a tmpfs in them. A host has its own
/etc (a copy), /run, /var/lib, /var/log and /usr/libexec; the database's servers and the person's ssh stay outside of it.
"""
import os
import re
import shutil
import signal
import subprocess
import time

import postgres
import shared_database

DATABASE = "liberations"
SERVERS = {"db1": "10.77.0.1", "db2": "10.77.0.2", "db3": "10.77.0.3"}
PRIVATE = ("/etc", "/var/lib", "/var/log", "/run", "/usr/libexec")
MODULE_LINES = """auth     required   {module}
account  required   {module}
password required   {module}
session  optional   pam_limits.so
"""
SSHD = """Port 22
HostKey {place}/ssh_host_key
UsePAM yes
KbdInteractiveAuthentication yes
PasswordAuthentication no
PubkeyAuthentication no
PrintMotd no
PidFile none
"""
SSH = ("ssh -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o GlobalKnownHostsFile=/dev/null"
       " -o PreferredAuthentications=keyboard-interactive -o NumberOfPasswordPrompts=2 -F none")
NOISE = re.compile("SHE-IS-IN|Permission denied|Permanently added")


class Trouble(Exception):
    """What the demonstration cannot go on with."""


def run(*words, **more):
    done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, **more)
    if done.returncode != 0:
        raise Trouble(f"{' '.join(words)}: exit status {done.returncode}\n{done.stdout}")
    return done.stdout


class Authority:
    """Signs the certificates of the servers, and is what hosts believe."""

    def __init__(self, place):
        self.crt, self.key = place + "/ca.crt", place + "/ca.key"
        self.make("-x509", "-subj", "/CN=the demonstration's authority", "-keyout", self.key, "-out", self.crt)

    @staticmethod
    def make(*words):
        run("openssl", "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "90", *words)

    def sign(self, name, key, crt):
        self.make("-x509", "-CA", self.crt, "-CAkey", self.key, "-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}",
                  "-addext", "basicConstraints=CA:FALSE", "-keyout", key, "-out", crt)


class Server(postgres.Cluster):
    """One that answers at an address of its own, with a certificate for its name."""

    def start(self, **settings):
        self.port = 5432
        words = {"port": "5432", "listen_addresses": SERVERS[self.name], "primary_conninfo": self.follows, **settings}
        if not self.attempt({**postgres.SETTINGS, **words}):
            raise Trouble(f"{self.name} does not start:\n{self.said()}")
        return self

    def certify(self, authority):
        authority.sign(self.name, self.path("tls.key"), self.path("tls.crt"))
        os.chmod(self.path("tls.key"), 0o600)
        for name in ("tls.key", "tls.crt"):
            postgres.give(self.path(name))
        return self

    def second(self, name, authority):
        """A standby of this one."""
        self.copy(name)
        copy = Server(self.parent, name)
        os.unlink(copy.path(".s.PGSQL.5432.lock"))  # this one's
        self.follow(copy)
        return copy.certify(authority).start()

    def follow_now(self, primary):
        """A running standby of another primary from now on."""
        self.ask(f"ALTER SYSTEM SET primary_conninfo = 'host={primary.place} port={primary.port} user={postgres.BOSS}"
                 f" application_name={self.name}'")
        self.ask("SELECT pg_reload_conf()")

    def ask(self, text):
        with self.link() as boss:
            boss.ask(text)


class Host:
    """A machine with sshd, on a network of its own, that reaches the servers and is reached by the person."""

    def __init__(self, place, name, number, build):
        self.name, self.place, self.build = name, os.path.join(place, name), build
        self.address, self.children = f"10.77.{number}.2", []
        os.mkdir(self.place, 0o755)
        self.init = self.start(["unshare", "--net", "--mount", "--propagation", "private", "--", "sleep", "infinity"], inside=False)
        postgres.wait_until(self.is_apart, name, "is apart")
        self.plug_in(number)
        self.make_private()

    def is_apart(self):
        """Whether the process has left this network, and is in its last program."""
        here, there = os.stat("/proc/self/ns/net"), os.stat(f"/proc/{self.init.pid}/ns/net")
        with open(f"/proc/{self.init.pid}/comm", encoding="ascii") as file:
            return here.st_ino != there.st_ino and file.read() == "sleep\n"

    def enter(self):
        return ["nsenter", f"--net=/proc/{self.init.pid}/ns/net", f"--mount=/proc/{self.init.pid}/ns/mnt", "--wd=/", "--"]

    def run(self, *words, **more):
        return run(*self.enter(), *words, **more)

    def start(self, words, inside=True):
        with open(os.path.join(self.place, "log"), "ab") as log:
            child = subprocess.Popen((self.enter() if inside else []) + words, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self.children.append(child)
        return child

    def plug_in(self, number):
        run("ip", "link", "add", self.name, "type", "veth", "peer", "name", "eth0", "netns", str(self.init.pid))
        run("ip", "address", "add", f"10.77.{number}.1/24", "dev", self.name)
        run("ip", "link", "set", self.name, "up")
        for words in (["address", "add", self.address + "/24", "dev", "eth0"], ["link", "set", "eth0", "up"], ["link", "set", "lo", "up"],
                      ["route", "add", "10.77.0.0/24", "via", f"10.77.{number}.1"]):
            run("nsenter", f"--net=/proc/{self.init.pid}/ns/net", "ip", *words)

    def make_private(self):
        for path in PRIVATE:
            own = self.place + path
            if path == "/etc":
                shutil.copytree(path, own, symlinks=True, ignore_dangling_symlinks=True)
            else:
                os.makedirs(own)
            self.run("mount", "--bind", own, path)
        os.makedirs(self.place + "/home")
        for program in ("liberations-agent", "liberations-store"):
            shutil.copy(os.path.join(self.build, program), self.place + "/usr/libexec")
        with open(self.place + "/etc/hosts", "a", encoding="ascii") as file:
            file.writelines(f"{address} {name}\n" for name, address in SERVERS.items())
        self.run("useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", "_liberations-db")
        self.run("useradd", "--home-dir", self.place + "/home/alice", "--create-home", "--shell", "/bin/sh", "alice")

    def write(self, path, text, mode=0o644):
        os.makedirs(os.path.dirname(self.place + path), exist_ok=True)
        shared_database.write(self.place + path, text, mode)

    def own(self, path, mode):
        """For the broker's user to read, or to write where it is a directory."""
        self.run("chown", "_liberations-db" if os.path.isdir(self.place + path) else "root:_liberations-db", path)
        os.chmod(self.place + path, mode)

    def write_store_conf(self, authority, login, password, admin):
        """store.conf(5), or root's own one beside it."""
        stem, state = ("store-admin" if admin else "store"), "/var/lib/liberations-store" + ("-admin" if admin else "")
        self.write(f"/etc/liberations/{stem}.password", password + "\n")
        self.own(f"/etc/liberations/{stem}.password", 0o640)
        shutil.copy(authority.crt, self.place + "/etc/liberations/ca.crt")
        os.makedirs(self.place + state, exist_ok=True)
        self.own(state, 0o700)
        self.write(f"/etc/liberations/{stem}.conf", f"servers = {', '.join(SERVERS)}\nuser = {login}\ntls-ca = /etc/liberations/ca.crt\n"
                   f"password-file = /etc/liberations/{stem}.password\nstate = {state}\n", 0o600 if admin else 0o640)
        if not admin:
            self.own(f"/etc/liberations/{stem}.conf", 0o640)

    def liberations(self, *words):
        return self.run(os.path.join(self.build, "liberations"), *words)

    def start_broker(self):
        self.start(["/usr/libexec/liberations-store"])
        postgres.wait_until(lambda: os.path.exists(self.place + "/run/liberations-store/store.sock"), "the broker of", self.name, "listens")

    def start_sshd(self):
        module = os.path.join(self.build, "pam_liberations.so")
        self.write("/etc/pam.d/sshd", MODULE_LINES.format(module=module))
        run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", self.place + "/ssh_host_key")
        self.write("/etc/ssh/demo_config", SSHD.format(place=self.place))
        os.makedirs(self.place + "/run/sshd", 0o755, exist_ok=True)
        self.start(["/usr/sbin/sshd", "-D", "-e", "-f", "/etc/ssh/demo_config"])
        postgres.wait_until(self.answers, "sshd of", self.name, "answers")

    def answers(self):
        return subprocess.run(["bash", "-c", f": </dev/tcp/{self.address}/22"], stderr=subprocess.DEVNULL, check=False).returncode == 0

    def said(self):
        """The end of what its programs said."""
        with open(os.path.join(self.place, "log"), encoding="utf-8", errors="replace") as file:
            return f"{self.name}: {file.read()[-1000:]}"

    def end(self):
        for child in self.children[::-1]:
            if child.poll() is None:
                child.send_signal(signal.SIGKILL)
                child.wait()


def spawn(words):
    """A program at a terminal of its own, wide enough for a QR code."""
    import pexpect  # pylint: disable=import-outside-toplevel
    child = pexpect.spawn(words[0], words[1:], encoding="utf-8", timeout=600, dimensions=(70, 200))
    child.EOF_MARK = pexpect.EOF
    return child


def sign_in(host, answers):
    """ssh to a host, each prompt answered in turn. Returns whether a shell came, and the dialogue as it was seen. sshd shows why it
    refused with the next prompt, so there are two tries, and the second is left."""
    seen, left = [], list(answers)
    ssh = spawn(SSH.split() + [f"alice@{host.address}", "echo", "SHE-IS-IN"])
    while ssh.expect([r"[^\r\n]*: (?=$)", ssh.EOF_MARK]) == 0 and left:
        seen += clean(ssh.before)
        seen.append(clean(ssh.after)[0] + left[0])
        time.sleep(0.05)  # ssh turns the echo off after it has shown its prompt
        ssh.sendline(left.pop(0))
    seen += clean(ssh.before)
    ssh.close()
    return "SHE-IS-IN" in seen, [line for line in seen if not NOISE.search(line)]


def clean(text, keep=False):
    """The lines of a terminal without colours and without whom ssh asks for; empty ones on demand alone."""
    lines = [re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", line).strip("\r") for line in text.split("\n")]
    return [re.sub(r"^\(alice@[0-9.]*\) ", "", line) for line in lines if keep or line.strip()]
