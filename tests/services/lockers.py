"""Screen lockers that run as the person, on screens that nobody sees: i3lock under X, swaylock under sway."""
import os
import subprocess
import time

from harness import Failure
from consumers import ENVIRONMENT
from servers import Server

DISPLAY = ":39"
PATIENCE_S = 600


def until(true, trouble, locker):
    for _ in range(3000):
        if true():
            return
        time.sleep(0.02)
    raise Failure(trouble, locker.said())


class Xvfb(Server):
    """An X server that believes everybody: its socket lies in the private /tmp."""
    method = "Xvfb"

    def words(self):
        return ["Xvfb", DISPLAY, "-ac", "-noreset", "-nolisten", "local", "-nolisten", "tcp"]

    def connect(self):
        if not os.path.exists("/tmp/.X11-unix/X" + DISPLAY[1:]):
            raise OSError


class Locker:
    """One lock of one person's screen, and what is typed into it."""
    def __init__(self, stage, name, words, **variables):
        self.stage, self.name = stage, name
        self.environment = dict(ENVIRONMENT, HOME=stage.path("home", name), USER=name, LOGNAME=name, **variables)
        self.log_path = "/var/log/locker-%s.log" % name
        self.process = self.start(words)

    def said(self):
        with open(self.log_path, errors="replace") as file:
            return file.read()[-2000:]

    def demoted(self):
        uid = self.stage.uid(self.name)
        return ["setpriv", "--reuid=%d" % uid, "--regid=%d" % uid, "--clear-groups", "--"]

    def start(self, words):
        with open(self.log_path, "ab") as file:
            return subprocess.Popen(self.demoted() + words, stdin=subprocess.DEVNULL, stdout=file, stderr=file,
                                    env=self.environment, cwd="/")

    def run(self, *words):
        with open(self.log_path, "ab") as file:
            status = subprocess.run(list(words), env=self.environment, stdout=file, stderr=file, timeout=600).returncode
        if status != 0:
            raise Failure(words[0], "ends with", status, self.said())

    def judged(self, answer):
        """Whether the answer, typed, ends the lock. It stays when a line in the log says that the person was refused."""
        mark = self.stage.log.mark()
        self.type(answer)
        end = time.monotonic() + PATIENCE_S
        nudge = time.monotonic() + 2
        while time.monotonic() < end:
            if time.monotonic() > nudge:
                self.wake()
                nudge += 2
            if self.process.poll() is not None:
                if self.process.returncode != 0:
                    raise Failure("the locker ended with", self.process.returncode)
                return True
            if any(b"refused" in line for line in self.stage.log.since(mark, self.name.encode())):
                time.sleep(0.3)
                return self.process.poll() is not None
            time.sleep(0.02)
        raise Failure("nothing came of what was typed:", self.said())

    def wake(self):
        pass

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
        self.process.wait()


class I3lock(Locker):
    def __init__(self, stage, name):
        stage.serve(Xvfb)
        super().__init__(stage, name, ["i3lock", "--nofork"], DISPLAY=DISPLAY)
        self.run("xdotool", "search", "--sync", "--onlyvisible", "--class", "i3lock")
        until(self.has_a_child, "the locker does not lock", self)

    def has_a_child(self):
        """It begins one, which keeps its window on top, when it has the keyboard."""
        with open("/proc/%d/task/%d/children" % (self.process.pid, self.process.pid)) as file:
            return file.read() != ""

    def wake(self):
        """Keys that came before it was ready are looked at when another one comes."""
        self.run("xdotool", "key", "Shift_L")

    def type(self, answer):
        if answer:
            self.run("xdotool", "type", "--delay", "1", answer)
        self.run("xdotool", "key", "Return")


SWAY = """xwayland disable
output * bg #000000 solid_color
exec touch {place}/ready
"""


class Orphan:
    """A process that ours left in the background: now a child of this namespace's first process, which this is. The last
    one of the name, since swaylock has begun another for PAM before."""
    def __init__(self, program):
        self.pid = max(int(number) for number in filter(str.isdigit, os.listdir("/proc")) if runs(number, program))
        self.returncode = None

    def poll(self):
        if self.returncode is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            self.returncode = os.waitstatus_to_exitcode(status) if pid else None
        return self.returncode

    def terminate(self):
        os.kill(self.pid, 15)

    def wait(self):
        while self.poll() is None:
            time.sleep(0.02)


def runs(number, program):
    try:
        with open("/proc/%s/stat" % number) as file:
            return "(%s) S" % program in file.read()
    except OSError:
        return False


class Swaylock(Locker):
    """With a desktop of the person's own, since a compositor serves one person."""
    def __init__(self, stage, name):
        self.place = stage.path("sway-" + name)
        runtime = os.path.join(self.place, "runtime")
        for path in (self.place, runtime):
            os.makedirs(path, 0o700, exist_ok=True)
            os.chown(path, stage.uid(name), stage.uid(name))
        stage.write(os.path.join(self.place, "config"), SWAY.format(place=self.place))
        super().__init__(stage, name, ["sway", "-c", os.path.join(self.place, "config")], XDG_RUNTIME_DIR=runtime,
                         WAYLAND_DISPLAY="wayland-1", WLR_BACKENDS="headless", WLR_RENDERER="pixman",
                         WLR_LIBINPUT_NO_DEVICES="1")
        self.desktop = self.process
        ready = os.path.join(self.place, "ready")
        until(lambda: os.path.exists(ready), "the desktop does not begin:", self)
        os.unlink(ready)
        self.run(*self.demoted(), "swaylock", "--daemonize")  # comes back when the screen is locked
        self.process = Orphan("swaylock")

    def type(self, answer):
        """A keyboard that is plugged in, and a moment later used."""
        self.run("wtype", "-s", "600", *([answer] if answer else []), "-k", "Return")

    def stop(self):
        super().stop()
        self.desktop.terminate()
        self.desktop.wait()
