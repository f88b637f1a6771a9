"""A service that uses the module: its files, and sign-ins through the real libpam, each in a host of its own."""
import os
import signal
import subprocess

SUCCESS, PERM_DENIED, AUTH_ERR, UNAVAILABLE, NEW_AUTHTOK_REQD, ACCT_EXPIRED = 0, 6, 7, 9, 12, 13
CONV_ERR, AUTHTOK_ERR, AUTHTOK_RECOVERY_ERR, MODULE_UNKNOWN = 19, 20, 21, 28


def write(services, name, module, *arguments):
    os.makedirs(services, exist_ok=True)
    line = " ".join((module,) + arguments)
    with open(os.path.join(services, name), "w") as file:
        for kind in ("auth", "account", "password", "session"):
            file.write("%s required %s\n" % (kind, line))


class Host:
    """One host process. `steps` and `answers` as tests/agent/host.c has them. `before` is called in it before the exec; `under`
    is a program that starts it, `program` another host."""
    def __init__(self, stage, services, service, user, steps, answers, uid=None, before=None, under=(), pass_fds=(),
                 program=None):
        ids = {} if uid is None else {"user": uid, "group": uid, "extra_groups": []}
        self.process = subprocess.Popen(
            list(under) + [program or os.path.join(stage.build, "tests", "agent", "host"), services, service, user, steps],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={}, cwd="/", preexec_fn=before,
            pass_fds=pass_fds, **ids)
        self.process.stdin.write("".join(answer + "\n" for answer in answers).encode())
        self.process.stdin.close()

    def wait_stopped(self):
        """Until the host stands still; False: it ended."""
        _, status = os.waitpid(self.process.pid, os.WUNTRACED)
        if os.WIFSTOPPED(status):
            return True
        self.process.returncode = os.waitstatus_to_exitcode(status)
        return False

    def go_on(self):
        os.kill(self.process.pid, signal.SIGCONT)

    def finish(self):
        """The code of each call by its letter, the last one of each; "died": the signal that ended it."""
        with self.process.stdout as file:
            lines = file.read().decode().split("\n")
        status = self.process.wait()
        codes = {line.split()[0]: int(line.split()[1]) for line in lines if line}
        if status < 0:
            codes["died"] = -status
        return codes


def sign_in(stage, services, service, user, answers, uid=None):
    """PAM's code of one authenticate, or minus the signal that ended the host."""
    codes = Host(stage, services, service, user, "ae", answers, uid).finish()
    return -codes["died"] if "died" in codes else codes.get("a", 255)
