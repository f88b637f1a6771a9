"""A store, people, a log, and agents in every way of starting them."""
import hashlib
import hmac
import operator
import os
import pickle
import signal
import socket
import struct
import subprocess
import threading
import time
import traceback

import dialogue
import groups
from harness import Failure, Skip

OWNER = 64201
VERIFIERS = 64210
PASSWORD = "une phrase qui va bien"
KEY = "3132333435363738393031323334353637383930"
STEP_S = 30
AT_WORK = "lbr-agent"  # the name that a spare takes with its connection
PF_EXITING = 4  # of the kernel's flags in /proc/PID/stat


class Log:
    """What the machine's log would get."""
    def __init__(self, path):
        self.lines = []
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(path)
        os.chmod(path, 0o666)
        threading.Thread(target=self.collect, daemon=True).start()

    def collect(self):
        while True:
            self.lines.append(self.socket.recv(65536).rstrip(b"\0\n").decode("utf-8", "replace"))

    def mark(self):
        return len(self.lines)

    def tail(self, mark):
        """For the report of a failure."""
        return self.lines[mark:][-8:]

    def wait_for(self, mark, *words, timeout_s=600):
        """The first line after the mark that contains all the words."""
        end = time.monotonic() + timeout_s
        while time.monotonic() < end:
            for line in self.lines[mark:]:
                if all(word in line for word in words):
                    return line
            time.sleep(0.01)
        raise Failure("no line in the log says %r; it says %r" % (words, self.lines[mark:]))


def code_of(key=KEY, ahead=0, moment=None):
    step = int(moment or time.time()) // STEP_S + ahead
    digest = hmac.new(bytes.fromhex(key), struct.pack(">Q", step), hashlib.sha1).digest()
    at = digest[19] & 15
    return "%06d" % ((struct.unpack(">I", digest[at:at + 4])[0] & 0x7fffffff) % 1000000)


def is_ending(number):
    """Whether a process exits, has exited or is about to be killed."""
    try:
        with open("/proc/%d/stat" % number) as file:
            state, flags = operator.itemgetter(0, 6)(file.read().rpartition(")")[2].split())
        with open("/proc/%d/status" % number) as file:
            pending = [int(line.split()[1], 16) for line in file if line.startswith(("SigPnd:", "ShdPnd:"))]
    except OSError:
        return True
    return state in "ZX" or int(flags) & PF_EXITING != 0 or any(signals >> signal.SIGKILL - 1 & 1 for signals in pending)


class Listener:
    """A listener with scratch sockets, in a session of its own."""
    def __init__(self, stage, name, words=(), before=None, environment=None, pass_fds=()):
        self.directory = stage.path(name)
        os.makedirs(self.directory, exist_ok=True)
        self.agent, self.verify = (os.path.join(self.directory, word) for word in ("agent.sock", "verify.sock"))
        self.process = subprocess.Popen(
            [stage.agent, "--listen", "--config", stage.config, "--agent-socket", self.agent, "--verify-socket", self.verify]
            + list(words), start_new_session=True, stdin=subprocess.DEVNULL, preexec_fn=before, env=environment,
            pass_fds=pass_fds)

    def wait_ready(self, path=None):
        end = time.monotonic() + 600
        while time.monotonic() < end:
            if self.process.poll() is not None:
                raise Failure("the listener ended with %s" % self.process.returncode)
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
                try:
                    probe.connect(path or self.agent)
                    return self
                except OSError:
                    time.sleep(0.01)
        raise Failure("the listener does not listen")

    def children(self):
        """Its processes: number, state, name, words."""
        found = []
        for number in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open("/proc/%s/stat" % number) as file:
                    name, _, rest = file.read().partition("(")[2].rpartition(")")
                with open("/proc/%s/cmdline" % number, "rb") as file:
                    words = file.read().split(b"\0")
                if int(rest.split()[1]) == self.process.pid:
                    found.append((int(number), rest.split()[0], name, words))
            except OSError:
                continue
        return found

    def agents(self):
        """The numbers of its agents, and of zombies it left; not the one that it keeps ready, nor that one before its exec."""
        return [(number, state) for number, state, name, words in self.children()
                if name == AT_WORK or not {b"--spare", b"--listen"}.intersection(words)]

    def at_work(self):
        """The numbers of agents that lived at one moment, between two looks, and that nobody had ended: a look takes a while, and
        counts who left during it together with who came for the place."""
        before = {number for number, _ in self.agents()}
        return [number for number, _ in self.agents() if number in before and not is_ending(number)]

    def spares(self):
        return [number for number, state, name, words in self.children() if b"--spare" in words and name != AT_WORK]

    def wait_agents(self, count, timeout_s=600):
        end = time.monotonic() + timeout_s
        while time.monotonic() < end:
            if len(self.agents()) == count:
                return
            time.sleep(0.02)
        agents = self.agents()
        raise Failure("%d agents expected, %d are there: %s" % (count, len(agents), agents[:8]))

    def only_agent(self):
        """Its number. A spare that was dropped counts as an agent until it is collected."""
        end = time.monotonic() + 600
        while time.monotonic() < end:
            agents = self.agents()
            if len(agents) == 1:
                return agents[0][0]
            time.sleep(0.02)
        raise Failure("one agent expected: %s" % agents[:8])

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(timeout=600)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()


class Dialogue:
    """An agent of our own and a talk with it; its end waits for the agent, which may have something to do when we have closed."""
    def __init__(self, stage, config=None, under=(), **terms):
        argv = [stage.agent, "--fd", "3", "--config", config] if config else None
        self.link, self.process = stage.start_agent(argv=argv, under=under)
        self.talk = dialogue.Talk(self.link, **terms)

    def __enter__(self):
        return self.talk

    def __exit__(self, *trouble):
        self.link.close()
        self.process.wait(timeout=600)


class Stage:
    def __init__(self, scratch, build, private):
        self.scratch, self.build, self.private = scratch, build, private
        self.root = os.geteuid() == 0
        self.owner = OWNER if self.root else os.geteuid()
        self.config, self.state = self.path("liberations.conf"), self.path("state")
        self.agent = os.path.join(build, "liberations-agent")
        self.log, self.listener, self.names = None, None, 0
        self.reserved = os.open("/dev/null", os.O_RDONLY)  # 3 must be nobody else's when an agent gets it

    def path(self, *words):
        return os.path.join(self.scratch, *words)

    def why_not(self, case):
        """Why a case cannot run here. Its traits are `root`: other uids; `log`: a mount namespace of our own, with its /dev/log
        and its group of verifiers."""
        if case.traits.get("root") and not self.root:
            return "only root has other uids"
        if case.traits.get("log") and not self.log:
            return "no mount namespace of our own can be had here"
        return ""

    def prepare(self):
        os.umask(0o022)
        signal.signal(signal.SIGPIPE, signal.SIG_IGN)
        if self.private:
            self.prepare_private()
        with open(self.config, "w") as file:
            file.write("state = %s\nuser = %d\nseal-key = %s\nhash-cost = 1\n" % (self.state, OWNER, self.path("seal.key")))
        self.run(self.build + "/liberations", "init", "--config", self.config,
                 *(["--owner", str(OWNER)] if self.root else []))
        self.listener = Listener(self, "run").wait_ready()

    def prepare_private(self):
        """A /dev/log, and a group of verifiers that the machine need not have."""
        with open("/etc/group") as file:
            lines = [line for line in file if not line.startswith("liberations-verify:")]
        with open(self.path("group"), "w") as file:
            file.writelines(lines + ["liberations-verify:x:%d:\n" % VERIFIERS])
        self.run("mount", "--bind", self.path("group"), "/etc/group")
        os.mkdir(self.path("dev"))
        self.run("mount", "-t", "tmpfs", "-o", "mode=0755", "tmpfs", self.path("dev"))
        for name, minor in (("null", 3), ("zero", 5), ("full", 7), ("random", 8), ("urandom", 9)):
            os.mknod(self.path("dev", name), 0o020666, os.makedev(1, minor))
            os.chmod(self.path("dev", name), 0o666)
        for name in ("pts", "shm"):
            os.mkdir(self.path("dev", name))
            self.run("mount", "--bind", "/dev/" + name, self.path("dev", name))
        os.symlink("/proc/self/fd", self.path("dev", "fd"))
        self.run("mount", "--move", self.path("dev"), "/dev")
        groups.mount_own()
        self.log = Log("/dev/log")

    def run(self, *words):
        done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if done.returncode != 0:
            raise Failure("%s: exit status %d: %s" % (" ".join(words), done.returncode, done.stdout))
        return done.stdout

    def close(self):
        if self.listener:
            self.listener.stop()

    # --- people ---------------------------------------------------------------------------------------------------------

    def set(self, name, *fields):
        self.run(os.path.join(self.build, "tests", "lbr-world"), self.config, "set", name, *fields)

    def person(self, *fields, name=None):
        """A new account with PASSWORD and KEY."""
        self.names += 1
        name = name or "p%03d" % self.names
        self.set(name, *fields)
        return name

    def show(self, name):
        lines = self.run(os.path.join(self.build, "tests", "lbr-world"), self.config, "show", name).split("\n")
        return dict(line.split("=", 1) for line in lines if line)

    def files_of(self, name):
        """Contents of everything that is stored about a person."""
        found = {}
        for room, _, names in os.walk(self.state):
            for file_name in names:
                if file_name == name:
                    with open(os.path.join(room, file_name), "rb") as file:
                        found[os.path.join(room, file_name)] = file.read()
        return found

    # --- agents and peers -----------------------------------------------------------------------------------------------

    def start_agent(self, before=None, argv=None, environment=None, words=(), under=(), pair=None, pass_fds=()):
        """An agent on a socket pair, as the module starts it; our end of the pair and the process."""
        ours, theirs = pair or socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)

        def prepare():
            os.dup2(theirs.fileno(), 3)
            if before:
                before()
        command = argv or list(under) + [self.agent, "--fd", "3", "--config", self.config] + list(words)
        process = subprocess.Popen(command, executable=None if under else self.agent, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, preexec_fn=prepare, pass_fds=[3, *pass_fds],
                                   env={} if environment is None else environment, close_fds=True)
        theirs.close()
        return ours, process

    def judged(self, name, **start):
        """One right sign-in through an agent that is started so: its result, or None if it denied by dying."""
        link, process = self.start_agent(**start)
        try:
            talk = dialogue.Talk(link)
            return talk.sign_in(name, PASSWORD, code_of())
        except dialogue.Gone:
            return None
        finally:
            link.close()
            try:
                process.wait(timeout=600)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
                raise Failure("the agent does not end")

    def fresh_code(self, name):
        """Lets the present code be used again."""
        self.set(name, "last_step=0", "failures=0")

    def as_user(self, uid, function, groups=()):
        """What `function` returns when it is called with another uid, in a child."""
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            try:
                os.close(reader)
                os.setgroups(list(groups))
                os.setresgid(uid, uid, uid)
                os.setresuid(uid, uid, uid)
                answer = (True, function())
            except BaseException as trouble:
                answer = (False, "%s: %s" % (type(trouble).__name__, trouble) if isinstance(
                    trouble, (dialogue.Gone, OSError)) else traceback.format_exc())
            with os.fdopen(writer, "wb") as file:
                pickle.dump(answer, file)
            os._exit(0)
        os.close(writer)
        with os.fdopen(reader, "rb") as file:
            good, answer = pickle.load(file)
        os.waitpid(child, 0)
        if not good:
            raise PeerFailure(answer)
        return answer

    def is_instrumented(self):
        with open(self.agent, "rb") as file:
            data = file.read()
        return b"__asan_init" in data or b"__gcov_" in data

    def skip_if_instrumented(self):
        if self.is_instrumented():
            raise Skip("the agent is built with a sanitizer or counters, and without confinement")


class PeerFailure(Failure):
    """What went wrong in another uid's process."""
