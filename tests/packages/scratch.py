"""A machine for maintainer scripts: a directory with the files that they look at, and programs that only note what they were told."""
import contextlib
import os
import re
import shutil
import subprocess
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
SOURCE = os.path.join(os.path.dirname(os.path.dirname(HERE)), "packaging", "debian")
PACKAGES = ("libpam-liberations", "liberations-agent", "liberations", "liberations-portal", "liberations-store")
SCRIPTS = ("config", "preinst", "postinst", "prerm", "postrm")

# What the scripts call. The first changes something, as the real one does.
NOTING = """#!/bin/sh
echo "${0##*/} $*" >>"$LBR_NOTES"
case "${0##*/} $*" in
"pam-auth-update --package") mkdir -p "$LBR_ROOT/var/lib/pam" && echo liberations >"$LBR_ROOT/var/lib/pam/seen" ;;
"pam-auth-update --package --remove "*) rm -f "$LBR_ROOT/var/lib/pam/seen" ;;
esac
"""
TOLD = ("pam-auth-update", "systemctl", "systemd-sysusers", "deb-systemd-helper", "deb-systemd-invoke", "aa-enabled", "apparmor_parser")

# debconf: what somebody answers is in a file; without it the question cannot be asked, and its default counts.
CONFMODULE = """
db_version() { :; }
db_stop() { :; }
db_fset() { :; }
db_input() { echo "db_input $*" >>"$LBR_NOTES"; [ -e "$LBR_ROOT/answer" ] || return 30; }
db_go() { :; }
db_get() { RET=false; if [ -e "$LBR_ROOT/answer" ]; then read -r RET <"$LBR_ROOT/answer"; fi; }
db_purge() { echo "db_purge" >>"$LBR_NOTES"; }
"""

# Ends the script before its Nth command, counted in all its functions.
BREAK = """
lbr_count=0
trap 'lbr_count=$((lbr_count + 1)); [ "$lbr_count" != "$LBR_BREAK_AT" ] || { : >"$LBR_BROKEN"; exit 77; }' DEBUG
set -o functrace
"""


def script_text(package, name):
    """As it is in the package that LBR_DEBS holds, or as it is before debhelper adds its own lines. None: there is no such script."""
    built = os.environ.get("LBR_DEBS")
    if not built:
        try:
            with open(os.path.join(SOURCE, package + "." + name), encoding="utf-8") as file:
                return file.read().replace("#DEBHELPER#", "")
        except FileNotFoundError:
            return None
    deb = [one for one in os.listdir(built) if one.startswith(package + "_") and one.endswith(".deb")]
    done = subprocess.run(["dpkg-deb", "--info", os.path.join(built, deb[0]), name], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                          check=False, text=True)
    return done.stdout if done.returncode == 0 else None


class Scratch:
    """Paths of the scripts lead into it."""

    def __init__(self):
        self.top = tempfile.mkdtemp(prefix="liberations-packages.")
        self.root, self.bin = os.path.join(self.top, "root"), os.path.join(self.top, "bin")
        self.notes, self.broken = os.path.join(self.top, "notes"), os.path.join(self.top, "broken")
        os.makedirs(self.bin)
        for name in TOLD:
            self._program(os.path.join(self.bin, name), NOTING)
        self._write(os.path.join(self.top, "break"), BREAK)
        self.anew()

    @staticmethod
    def _write(path, text):
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)

    def _program(self, path, text):
        self._write(path, text)
        os.chmod(path, 0o755)

    def anew(self):
        """A machine on which everything is installed, and `init` and `init --portal` have run."""
        shutil.rmtree(self.root, ignore_errors=True)
        self.put("usr/share/debconf/confmodule", CONFMODULE)
        self.put("usr/bin/deb-systemd-helper", "#!/bin/sh\n")
        os.chmod(self.path("usr/bin/deb-systemd-helper"), 0o755)
        for directory in ("run/systemd/system", "run/liberations", "run/liberations-store", "etc/pam.d", "usr/lib/pam.d"):
            os.makedirs(self.path(directory))
        for file in ("liberations.conf", "seal.key", "portal.conf", "portal.key", "store.conf"):
            self.put("etc/liberations/" + file, file)
        self.put("var/lib/liberations/accounts/aa/alice", "sealed")
        self.put("var/lib/liberations/spool/.lock", "")
        self.put("var/lib/liberations-portal/sessions", "sealed")
        self.put("var/lib/liberations-store/marks", "what was confirmed")
        self.put("var/lib/liberations-store-admin/marks", "what was confirmed")
        self.put("var/lib/systemd/timers/stamp-liberations-notify.timer", "")
        self.put("etc/liberations/protect/su.edited", "what somebody had written")
        self.put("etc/pam.d/sshd", "@include common-auth\n# auth required pam_liberations.so\n")
        self.put("elsewhere/kept", "kept")

    def path(self, name):
        return os.path.join(self.root, name)

    def put(self, name, text):
        self._write(self.path(name), text)

    def answer(self, word):
        self.put("answer", word + "\n")

    def has(self, name):
        return os.path.lexists(self.path(name))

    def tree(self):
        """Every path with what it holds."""
        found = {}
        for place, directories, files in os.walk(self.root):
            for name in directories + files:
                path = os.path.join(place, name)
                if os.path.islink(path):
                    found[path] = os.readlink(path)
                elif name in files:
                    with open(path, encoding="utf-8") as file:
                        found[path] = file.read()
                else:
                    found[path] = None
        return found

    def noted(self):
        try:
            with open(self.notes, encoding="utf-8") as file:
                return file.read()
        except FileNotFoundError:
            return ""

    def prepare(self, text):
        text = re.sub(r'\$\{DPKG_ROOT:-\}("?/)', lambda one: self.root + one[1], text)
        text = re.sub(r"(?<![\w}])/(run/systemd|usr/share/debconf|usr/bin/deb-|etc/apparmor\.d|var/cache/apparmor)", self.root + r"/\1", text)
        path = os.path.join(self.top, "script")
        self._write(path, text)
        return path

    def run(self, text, *arguments, break_at=None):
        """The exit status and what it said. `break_at`: it ends before its command of that number; see was_broken()."""
        for path in (self.notes, self.broken):
            if os.path.exists(path):
                os.unlink(path)
        environment = {"PATH": self.bin + ":/usr/sbin:/usr/bin:/sbin:/bin", "LBR_ROOT": self.root, "LBR_NOTES": self.notes,
                       "LBR_BROKEN": self.broken, "LC_ALL": "C"}
        shell = ["sh"]
        if break_at is not None:
            environment.update(BASH_ENV=os.path.join(self.top, "break"), LBR_BREAK_AT=str(break_at))
            shell = ["bash"]
        done = subprocess.run(shell + [self.prepare(text), *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, env=environment, text=True, check=False)
        return done.returncode, done.stdout.replace(self.root, "")

    @contextlib.contextmanager
    def failing(self, name):
        """A program that says no meanwhile."""
        path = os.path.join(self.bin, name)
        self._program(path, "#!/bin/sh\nexit 1\n")
        try:
            yield
        finally:
            self._program(path, NOTING)

    def was_broken(self):
        return os.path.exists(self.broken)

    def close(self):
        shutil.rmtree(self.top, ignore_errors=True)
