"""A machine of its own as far as a command of root's sees: /etc, /run, programs and module, in a mount namespace."""
import os
import shutil
import signal
import subprocess
import tempfile

import schema
from harness import Skip, need, same
from world import BUILD, OWN_DEV, Answer, need_default_places

PASSWORD = "Le cheval de bois court 7 fois"

# $1: the place, $2: the build, $3: libpam's modules
BUILDING = r"""
set -e
mount -t tmpfs -o mode=0755 tmpfs "$1"
cd "$1"
for part in etc sbin exec security; do mkdir "$part" "$part.work"; done
mount -t overlay overlay -o "lowerdir=/etc,upperdir=$1/etc,workdir=$1/etc.work" /etc
mount -t overlay overlay -o "lowerdir=/usr/sbin,upperdir=$1/sbin,workdir=$1/sbin.work" /usr/sbin
mkdir -p /usr/libexec
mount -t overlay overlay -o "lowerdir=/usr/libexec,upperdir=$1/exec,workdir=$1/exec.work" /usr/libexec
mount -t overlay overlay -o "lowerdir=$3,upperdir=$1/security,workdir=$1/security.work" "$3"
mount -t tmpfs tmpfs /var/lib -o mode=755
mount -t tmpfs tmpfs /run -o mode=755
mount -t tmpfs tmpfs /root -o mode=700
mkdir /run/sshd
cp "$2/liberations" /usr/sbin/liberations
cp "$2/liberations-agent" /usr/libexec/liberations-agent
cp "$2/pam_liberations.so" "$3/pam_liberations.so"
cp "$2/tests/lbr-world" /run/lbr-world
rm -rf /etc/liberations /etc/ssh/sshd_config.d
mkdir /etc/ssh/sshd_config.d

dev="$1/dev"
""" + OWN_DEV + r"""
mkdir -p "$dev/pts"
mount --bind /dev/pts "$dev/pts"
ln -s pts/ptmx "$dev/ptmx"
mknod -m 666 "$dev/tty" c 5 0
: > "$dev/log"
mount --move "$dev" /dev
liberations init > /dev/null
echo "hash-cost = 1" >> /etc/liberations/liberations.conf
echo ready
exec cat
"""


def modules():
    for place in ("/lib/x86_64-linux-gnu/security", "/usr/lib/x86_64-linux-gnu/security", "/lib64/security", "/usr/lib/security"):
        if os.path.exists(os.path.join(place, "pam_unix.so")):
            return os.path.realpath(place)
    raise Skip("libpam's modules are in no place that is known")


class House:
    """with House() as house: alice has an account, unless people=False."""

    def __init__(self, people=True):
        need_default_places()
        need("unshare", "nsenter", "mount")
        self.place = tempfile.mkdtemp(prefix="liberations-house.")
        os.chmod(self.place, 0o755)
        self.holder = subprocess.Popen(["unshare", "-m", "sh", "-c", BUILDING, "sh", self.place, BUILD, modules()],
                                       stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        if self.holder.stdout.readline() != "ready\n":
            err = self.holder.communicate()[1]
            self.close()
            raise Skip("no such place can be made: " + (err.splitlines() or ["?"])[-1])
        if people:
            self.person("alice")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        """A switch outlives the command that started it: what lives here and nowhere else ends with the house."""
        home = f"/proc/{self.holder.pid}/ns/mnt"
        place = os.readlink(home) if os.path.exists(home) else None
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                if place not in (None, os.readlink("/proc/self/ns/mnt")) and os.readlink(f"/proc/{pid}/ns/mnt") == place:
                    os.kill(int(pid), signal.SIGKILL)
            except OSError:
                continue
        self.holder.kill()
        self.holder.communicate()
        shutil.rmtree(self.place, ignore_errors=True)

    def inside(self, *words):
        return ["nsenter", "-m", "-t", str(self.holder.pid), *words]

    def sh(self, script, *words, code=0, stdin=""):
        done = subprocess.run(self.inside("sh", "-c", script, "sh", *words), input=stdin, capture_output=True, text=True,
                              timeout=600, check=False)
        if code is not None:
            same(done.returncode, code, script + "\n" + done.stdout + done.stderr)
        return done.stdout

    def run(self, *words, before=(), stdin="", language="en_CA.UTF-8"):
        done = subprocess.run(self.inside("env", "-i", "PATH=" + os.environ["PATH"], "LC_ALL=" + language, "TZ=UTC",
                                          "ASAN_OPTIONS=detect_leaks=0", *before, "/usr/sbin/liberations", *words),
                              input=stdin, capture_output=True, text=True, timeout=600, check=False, cwd="/")
        schema.judge(words, done.stdout)
        return Answer(done.returncode, done.stdout, done.stderr)

    def person(self, name):
        """With nothing that counts against them, and no code used."""
        tool = "cd / && exec setpriv --reuid _liberations --regid _liberations --clear-groups /run/lbr-world " \
               '/etc/liberations/liberations.conf set "$@"'
        self.sh(tool, name, "state=unknown")
        self.sh(tool, name, "password=" + PASSWORD, "key=3dc6caa4824a6d288767b23ba207343166cb85d9")

    def path(self, name):
        """Where the tests see a file of the house: in what /proc shows of its holder."""
        return f"/proc/{self.holder.pid}/root{name}"

    def read(self, name):
        with open(self.path(name), encoding="utf-8", newline="") as file:
            return file.read()

    def write(self, name, text, mode=0o644):
        with open(self.path(name), "w", encoding="utf-8", newline="") as file:
            file.write(text)
        os.chmod(self.path(name), mode)

    def exists(self, name):
        return os.path.lexists(self.path(name))
