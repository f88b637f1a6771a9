"""A scratch directory with a store in it, an unused uid to own it, and the command."""
import codecs
import fcntl
import json
import os
import select
import shutil
import struct
import subprocess
import tempfile
import termios
import time

import schema
from harness import Skip, expect, need, same

OWNER = 64201
STRANGER = 64203
ROOT = os.geteuid() == 0
BUILD = os.path.abspath(os.environ.get("LBR_BUILD", "build"))


# A /dev of a mount namespace's own, at "$dev", for a script that gives it a log and moves it into place. What the host has in
# memory stays: a world may be there.
OWN_DEV = r"""
mkdir -p "$dev"
mount -t tmpfs -o mode=0755 tmpfs "$dev"
mknod -m 666 "$dev/null" c 1 3
mknod -m 666 "$dev/urandom" c 1 9
mkdir "$dev/shm"
! [ -d /dev/shm ] || mount --bind /dev/shm "$dev/shm"
"""


class Answer:
    def __init__(self, code, out, err):
        self.code, self.out, self.err = code, out, err

    def json(self):
        return [json.loads(line) for line in self.out.splitlines()]

    def __repr__(self):
        return f"exit {self.code}\n{self.out}{self.err}"


class Process(subprocess.Popen):
    """The command, under way; what communicate() returns has been judged."""

    words = ()

    def communicate(self, *arguments, **more):
        out, err = super().communicate(*arguments, **more)
        schema.judge(self.words, out)
        return out, err


class World:
    """with World() as world: a founded store, unless founded=False."""

    def __init__(self, language="en_CA.UTF-8", founded=True, as_root=False):
        self.language, self.as_root = language, as_root
        self.directory = tempfile.mkdtemp(prefix="liberations-cli.")
        os.chmod(self.directory, 0o755)
        self.command = os.path.join(self.directory, "liberations")
        shutil.copy(os.path.join(BUILD, "liberations"), self.command)
        self.home = os.path.join(self.directory, "home")
        os.mkdir(self.home, 0o755)
        self.config = os.path.join(self.home, "liberations.conf")
        self.state = os.path.join(self.home, "state")
        self.key = os.path.join(self.home, "seal.key")
        if ROOT and not as_root:
            os.chown(self.home, OWNER, OWNER)
        if founded:
            self.found()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.directory, ignore_errors=True)

    def found(self):
        answer = self.run("init", *(["--owner", str(OWNER)] if self.as_root else []))
        same(answer.code, 0, repr(answer))
        self.configure("hash-cost = 1")

    def configure(self, *lines):
        with open(self.config, "a", encoding="utf-8") as file:
            file.write("".join(line + "\n" for line in lines))

    def environment(self, **more):
        keep = {name: value for name, value in os.environ.items() if name in ("PATH", "TMPDIR", "LD_LIBRARY_PATH")}
        # A process that may not be dumped may not be searched for leaks either.
        options = {"ASAN_OPTIONS": "detect_leaks=0", "LC_ALL": self.language, "TZ": "UTC"}
        return {**keep, **options, **more}

    def line(self, *words, uid=None, config=True):
        own = [self.command, *words]
        if config and words[:1] not in ((), ("try",), ("unprotect",), ("help",), ("--version",), ("--help",)):
            own += ["--config", self.config]
        if ROOT and (uid or not self.as_root):
            number = str(uid or OWNER)
            own = ["setpriv", "--reuid", number, "--regid", number, "--clear-groups", *own]
        return own

    def run(self, *words, stdin="", uid=None, config=True, out=subprocess.PIPE, **more):
        done = subprocess.run(self.line(*words, uid=uid, config=config), input=stdin.encode(), stdout=out,
                              stderr=subprocess.PIPE, env=self.environment(**more), timeout=600, check=False, cwd="/")
        schema.judge(words, (done.stdout or b"").decode())
        return Answer(done.returncode, (done.stdout or b"").decode(), done.stderr.decode())

    def start(self, *words, **more):
        process = Process(self.line(*words), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, env=self.environment(**more), cwd="/", text=True)
        process.words = words
        return process

    def enroll(self, name, code=None):
        """Through --json; `code` is a function of the key, or None for an empty line. Returns (first, last)."""
        process = self.start("enroll", name, "--json")
        line = process.stdout.readline()
        schema.judge(process.words, line)
        first = json.loads(line or "null")
        expect(first, process.stderr.read() if not first else "")
        out, err = process.communicate((code(first["key"]) if code else "") + "\n", timeout=600)
        same(err, "")
        return first, json.loads(out)


def need_root():
    if not ROOT:
        raise Skip("needs root")


def root_world():
    """Of which the caller is root, and not its owner."""
    need_root()
    return World(as_root=True)


def need_default_places():
    """Root, and a command that keeps its configuration in /etc."""
    need_root()
    default = subprocess.run(["strings", "-a", os.path.join(BUILD, "liberations")], capture_output=True, text=True, check=False)
    if default.returncode == 0 and "/etc/liberations/liberations.conf\n" not in default.stdout:
        raise Skip("built for another place than /etc")


def tool(world, name, *words):
    """A tool of the tests, as the store's owner: it does to an account what no verb can."""
    path = os.path.join(BUILD, "tests", name)
    if not os.path.exists(path):
        raise Skip(f"{name} is not built")
    copy = os.path.join(world.directory, os.path.basename(name))
    shutil.copy(path, copy)
    own = ["setpriv", "--reuid", str(OWNER), "--regid", str(OWNER), "--clear-groups"] if ROOT and not world.as_root else []
    done = subprocess.run([*own, copy, world.config, *words], capture_output=True, text=True, check=False)
    same(done.returncode, 0, done.stdout + done.stderr)
    return done.stdout


def raised(world, name):
    """The notices that wait in somebody's counters: kind => (when, service, address)."""
    lines = [line.split("\t") for line in tool(world, "cli/forge", "raised", name).splitlines()]
    return {kind: (int(when), service, address) for kind, when, service, address in lines}


def lbr_world(world, name, *fields):
    tool(world, "lbr-world", "set", name, *fields)


def code_at(key, offset_s=0):
    """The code of another computation, oathtool's, `offset_s` from now."""
    need("oathtool")
    done = subprocess.run(["oathtool", "--totp", "-b", "--now", f"@{int(time.time()) + offset_s}", "-"],
                          input=key, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def calm():
    """Waits until the step has some seconds left, so that a code computed now is judged in the same one."""
    left = 30 - time.time() % 30
    if left < 6:
        time.sleep(left + 0.2)


def of_two(function, *arguments):
    """A code of long ago may be one of a nearer step too: what fails must fail with another key."""
    try:
        function(*arguments)
    except AssertionError:
        function(*arguments)


class Terminal:
    """The command at a pty, whose settings outlive it."""

    def __init__(self, world, *words, before=(), columns=0, **more):
        self.fd, self.slave = os.openpty()
        fcntl.ioctl(self.slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        self.seen, self.decoder = "", codecs.getincrementaldecoder("utf-8")("replace")
        # pylint: disable=subprocess-popen-preexec-fn
        self.process = subprocess.Popen(
            [*before, *world.line(*words)], stdin=self.slave, stdout=self.slave, stderr=self.slave, cwd="/",
            env=world.environment(**{"TERM": "xterm", **more}), start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0))

    def echoes(self):
        return bool(termios.tcgetattr(self.slave)[3] & termios.ECHO)

    def until_silent(self, timeout=600):
        """What is typed before the echo is off is thrown away with it."""
        end = time.time() + timeout
        while self.echoes():
            if time.time() > end:
                raise AssertionError("the echo was never off")
            time.sleep(0.02)

    def until(self, text, timeout=600):
        end = time.time() + timeout
        while text not in self.seen:
            self.more()
            if time.time() > end:
                raise AssertionError(f"{text!r} never came; came: {self.seen!r}")
        return self.seen

    def more(self):
        ready, _, _ = select.select([self.fd], [], [], 0.05)
        if ready:
            self.seen += self.decoder.decode(os.read(self.fd, 65536))
        return bool(ready)

    def type(self, text):
        os.write(self.fd, text.encode())

    def wait(self, timeout=600):
        """Reads to the end; the exit status, or minus the signal."""
        end = time.time() + timeout
        while self.more() or self.process.poll() is None:
            if time.time() > end:
                self.process.kill()
        return self.process.wait()

    def close(self):
        status = self.wait()
        os.close(self.fd)
        os.close(self.slave)
        return status
