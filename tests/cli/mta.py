"""Mail systems for `notify`: a real one, and others that hang, fail, or write down what they are given."""
import email
import email.policy
import os
import shutil
import stat

from harness import Skip, need
from world import OWNER, ROOT

EXIM = "/usr/sbin/exim4"

# Exim from a configuration of its own: it gives up its rights at once, and delivers every address to one maildir.
EXIM_CONFIG = """\
exim_user = {uid}
exim_group = {gid}
spool_directory = {directory}/spool
log_file_path = {directory}/log/%slog
process_log_path = {directory}/log/process
primary_hostname = mail.example
qualify_domain = mail.example
untrusted_set_sender = *
no_local_from_check
unknown_login = nobody
never_users =
deliver_drop_privilege
keep_environment =
begin routers
everybody:
  driver = accept
  transport = box
begin transports
box:
  driver = appendfile
  directory = {directory}/box
  maildir_format
  create_directory
  envelope_to_add
  return_path_add
"""

RECORDER = """\
#!/bin/sh
umask 077
n=0
while ! mkdir {directory}/calls/$n 2>/dev/null; do n=$((n + 1)); done
cd {directory}/calls/$n || exit 75
for word in "$@"; do printf '%s\\n' "$word"; done >words
env >environment
{before}
cat >message
: >whole
{after}
"""


def script(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    os.chmod(path, 0o755)


class Mailer:
    """What stands at `sendmail` in a world's configuration."""

    def __init__(self, world):
        self.world = world
        self.directory = os.path.join(world.directory, "mail")
        self.program = os.path.join(self.directory, "sendmail")
        os.mkdir(self.directory, 0o755)
        for name in ("spool", "log", "box", "calls"):
            os.mkdir(os.path.join(self.directory, name), 0o700)
            if ROOT:
                os.chown(os.path.join(self.directory, name), OWNER, OWNER)

    def set_up(self, *lines):
        self.world.configure(f"sendmail = {self.program}", *lines)
        return self


class Exim(Mailer):
    def __init__(self, world):
        need(EXIM)
        if not os.stat(EXIM).st_mode & stat.S_ISUID or "nosuid" in mount_options(EXIM):
            raise Skip("exim4 cannot give up its rights here")
        super().__init__(world)
        uid = OWNER if ROOT else os.getuid()
        config = os.path.join(self.directory, "exim.conf")
        with open(config, "w", encoding="utf-8") as file:
            file.write(EXIM_CONFIG.format(directory=self.directory, uid=uid, gid=OWNER if ROOT else os.getgid()))
        script(self.program, f'#!/bin/sh\nexec {EXIM} -C {config} -odf "$@"\n')

    def box(self):
        """Everything that was delivered, in its order, taken out of the box."""
        new = os.path.join(self.directory, "box", "new")
        mails = []
        for name in sorted(os.listdir(new)) if os.path.isdir(new) else ():
            with open(os.path.join(new, name), "rb") as file:
                mails.append(email.message_from_binary_file(file, policy=email.policy.default))
            os.unlink(os.path.join(new, name))
        return mails

    def down(self):
        os.rename(os.path.join(self.directory, "spool"), os.path.join(self.directory, "gone"))
        script(os.path.join(self.directory, "spool"), "")  # a file where its directory was

    def up(self):
        os.unlink(os.path.join(self.directory, "spool"))
        os.rename(os.path.join(self.directory, "gone"), os.path.join(self.directory, "spool"))


class Recorder(Mailer):
    """Keeps words, environment and message of every call; `after` and `before` are lines of shell."""

    def __init__(self, world, after="exit 0", before=""):
        super().__init__(world)
        self.behave(after, before)

    def behave(self, after="exit 0", before=""):
        script(self.program, RECORDER.format(directory=self.directory, after=after, before=before))

    def calls(self):
        """(words, environment, message) of each call since the last time; the message as bytes."""
        room, found = os.path.join(self.directory, "calls"), []
        for name in sorted(os.listdir(room), key=int):
            at = os.path.join(room, name)
            found.append(tuple(read(os.path.join(at, one)) for one in ("words", "environment", "message")))
            shutil.rmtree(at)
        return [(words.decode().splitlines(), environment.decode().splitlines(), message)
                for words, environment, message in found]


def read(path):
    try:
        with open(path, "rb") as file:
            return file.read()
    except FileNotFoundError:
        return b""


def mount_options(path):
    best, options = "", ""
    with open("/proc/self/mounts", encoding="utf-8") as file:
        for line in file:
            _, where, _, words, *_ = line.split()
            if path.startswith(where) and len(where) > len(best):
                best, options = where, words
    return options.split(",")
