"""The programs that people meet: sshd with a stock ssh client, and whatever else runs on a terminal."""
import os
import pwd
import re
import signal
import socket
import subprocess
import sys
import time

import pexpect

from harness import Failure

ENVIRONMENT = {"LC_ALL": "C.UTF-8", "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
               "HOME": "/nonexistent", "TERM": "dumb"}
PASSWORD = "Password: "
TOKEN = "Security token: "
OLD = "Current password: "
NEW = "New password: "
AGAIN = "Retype new password: "
PATIENCE_S = 600  # nobody waits that long unless for ever
METHODS = {  # the shipped drop-in file, or what there is none for
    "keyboard-interactive": "sshd_config",
    "publickey,keyboard-interactive": "sshd_config-key",
    "password": "UsePAM yes\nKbdInteractiveAuthentication no\nPasswordAuthentication yes\n",
}
# The first value wins: the drop-in is read before what the machine has, and so before this.
SSHD_CONFIG = """Include {place}/drop-in
ListenAddress 127.0.0.1
Port {port}
HostKey {place}/host_key
PidFile {place}/pid
UsePAM no
KbdInteractiveAuthentication no
PasswordAuthentication no
PubkeyAuthentication yes
AuthorizedKeysFile {place}/client_key.pub
StrictModes no
PermitRootLogin prohibit-password
MaxStartups 100
LogLevel DEBUG3
"""


class Talk:
    """A dialogue on a pseudo-terminal."""
    def __init__(self, argv, stage, uid=None, **variables):
        self.stage = stage
        self.argv = argv
        self.text = ""
        environment = dict(ENVIRONMENT, **variables)
        if uid is not None:
            environment.update(HOME=pwd.getpwuid(uid).pw_dir, USER=pwd.getpwuid(uid).pw_name)
        self.child = pexpect.spawn(argv[0], argv[1:], env=environment, timeout=PATIENCE_S, encoding="utf-8",
                                   codec_errors="backslashreplace", cwd="/", preexec_fn=lambda: become(uid))
        self.child.delaybeforesend = None
        self.child.logfile_read = self

    def write(self, text):
        self.text += text
        if self.stage.verbose:
            sys.stdout.write(text)

    def flush(self):
        pass

    def expect(self, text):
        try:
            self.child.expect_exact(text)
        except (pexpect.TIMEOUT, pexpect.EOF) as reason:
            self.kill()
            raise Failure("%s: expected %r, %s after %r" % (self.argv[0], text, type(reason).__name__, self.text))

    def answer(self, prompt, answer):
        """Waits for a prompt that hides what is typed, then types; bytes as they are."""
        self.expect(prompt)
        end = time.monotonic() + PATIENCE_S
        while not self.takes_a_secret():
            if time.monotonic() > end:
                raise Failure("%r does not hide the answer" % prompt)
            time.sleep(0.005)
        if isinstance(answer, bytes):
            os.write(self.child.child_fd, answer + b"\n")
            return
        if len(answer) >= 6:
            self.stage.world.secret(answer)
        self.child.sendline(answer)

    def takes_a_secret(self):
        """Whether what is typed now is hidden, and reaches the program."""
        return not self.child.getecho()

    def type_after(self, prompt, answer):
        """The same where what is typed is shown."""
        self.expect(prompt)
        self.child.sendline(answer)

    def which(self, *texts):
        """The one of several texts that is shown first."""
        try:
            return texts[self.child.expect_exact(list(texts))]
        except (pexpect.TIMEOUT, pexpect.EOF) as reason:
            self.kill()
            raise Failure("%s: one of %r, %s after %r" % (self.argv[0], texts, type(reason).__name__, self.text))

    def is_asked(self, prompt):
        """Whether the prompt comes, or the end instead."""
        return self.child.expect_exact([prompt, pexpect.EOF]) == 0

    def kill(self):
        if self.child.isalive():
            self.child.kill(signal.SIGKILL)
        self.child.close(force=True)

    def finish(self):
        """Waits for the end. The exit status stands in `status`, all that was shown in `text`."""
        self.expect(pexpect.EOF)
        self.child.close()
        self.status = self.child.exitstatus
        return self

    def shown(self):
        """The lines that were shown, without the empty ones."""
        return [line.strip() for line in self.text.splitlines() if line.strip()]


def become(uid):
    if uid is not None:
        os.fchown(0, uid, -1)  # the terminal is theirs, as after a login
        os.setgroups([])
        os.setgid(uid)
        os.setuid(uid)


def free_port():
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return trial.getsockname()[1]


class Sshd:
    front = []  # what starts it

    def __init__(self, stage, method):
        self.stage, self.method = stage, method
        self.port = free_port()
        self.place = stage.path("sshd-" + method)
        os.mkdir(self.place)
        self.known_hosts = os.path.join(self.place, "known_hosts")
        self.client_key = os.path.join(self.place, "client_key")
        for path in [os.path.join(self.place, "host_key"), self.client_key]:
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path], check=True)
        with open(os.path.join(self.place, "host_key.pub")) as file:
            stage.write(self.known_hosts, "[127.0.0.1]:%d %s" % (self.port, file.read()))
        self.start()

    def start(self):
        config = os.path.join(self.place, "sshd_config")
        words = METHODS[self.method]
        drop_in = words if "\n" in words else self.stage.example(words)
        self.stage.write(os.path.join(self.place, "drop-in"), drop_in)
        self.stage.write(config, SSHD_CONFIG.format(port=self.port, place=self.place))
        with open(config, "a") as file:
            file.write(without_penalties())
        self.log_path = os.path.join(self.place, "log")
        # With -e its lines would reach the client of root's session too, before the answer or behind it.
        words = [*self.front, "/usr/sbin/sshd", "-D", "-E", self.log_path, "-f", config]
        self.process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.wait()

    def wait(self):
        for _ in range(1200):
            try:
                socket.create_connection(("127.0.0.1", self.port)).close()
                return
            except OSError:
                time.sleep(0.05)
        raise Failure("sshd does not answer: " + open(self.log_path, errors="replace").read()[-2000:])

    def stop(self):
        self.process.terminate()
        self.process.wait()

    def talk(self, user, command="id -un", method=None, options=(), **variables):
        """A stock client with nothing configured, which has met this host before; variables of its environment."""
        chosen = method or self.method
        argv = ["/usr/bin/ssh", "-F", "none", "-p", str(self.port), *options, "-o", "NumberOfPasswordPrompts=1",
                "-o", "UserKnownHostsFile=" + self.known_hosts,
                "-o", "PreferredAuthentications=" + chosen,
                "-o", "PubkeyAuthentication=" + ("yes" if "publickey" in chosen else "no"),
                "-i", self.client_key, "-o", "IdentitiesOnly=yes"]
        return Talk(argv + [user + "@127.0.0.1", command], self.stage, **variables)

    def with_key(self, user, command="id -un"):
        return self.talk(user, command, "publickey").finish()

    def sign_in(self, user, password, code, command="id -un"):
        talk = self.talk(user, command)
        talk.answer(PASSWORD, password)
        talk.answer(TOKEN, code)
        return talk.finish()


def without_penalties():
    """A newer sshd shuts out an address after a few failures; the cases make many."""
    version = subprocess.run(["ssh", "-V"], stderr=subprocess.PIPE, text=True).stderr
    found = re.search(r"OpenSSH_(\d+)\.(\d+)", version)
    return "PerSourcePenalties no\n" if found and tuple(map(int, found.groups())) >= (9, 8) else ""
