"""A scriptlet of the spec in a scratch directory: what it reads and starts is there, what it starts is written down."""
import os
import re
import shutil
import subprocess

import spec

# Everything that a scriptlet may name outside the shell; another one would act on this machine, and is refused.
PLACES = ("/etc/pam.conf", "/etc/pam.d/", "/etc/authselect/", "/etc/liberations/protect/", "/etc/liberations/liberations.conf",
          "/usr/lib/pam.d/", "/usr/bin/systemctl", "/usr/lib/sysusers.d/")
PACKED = ("/usr/share/selinux/packages/",)  # handed on to a program, and read by it alone
PROGRAMS = ("systemctl", "systemd-sysusers", "systemd-tmpfiles", "semodule", "authselect")
# Fails at the call whose number the file `fault` holds: it ends with status 1, or takes the shell of the scriptlet with it.
STUB = """#!/bin/sh
echo "${0##*/} $*" >>"%(root)s/calls"
number=$(($(cat "%(root)s/count" 2>/dev/null || echo 0) + 1))
echo $number >"%(root)s/count"
[ "$number" != "$(cat "%(root)s/fault" 2>/dev/null)" ] || { [ ! -e "%(root)s/kill" ] || kill -9 $PPID; exit 1; }
"""


class Root:
    def __init__(self, directory):
        self.root = directory
        for place in ("etc/pam.d", "etc/authselect", "etc/liberations/protect", "usr/lib/pam.d", "usr/lib/sysusers.d", "usr/bin"):
            os.makedirs(os.path.join(directory, place))
        self.write("usr/lib/sysusers.d/liberations.conf", "")
        self.write("etc/authselect/authselect.conf", "local\nwith-faillock\n")
        self.write("etc/pam.d/su", "auth required x.so\n# auth required pam_liberations.so\nauth x.so # pam_liberations.so\n")
        for name in PROGRAMS:
            self.write("usr/bin/" + name, STUB % {"root": directory}, 0o755)

    def write(self, path, text, mode=0o644):
        with open(os.path.join(self.root, path), "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(os.path.join(self.root, path), mode)

    def forget(self):
        for name in ("calls", "count", "fault", "kill"):
            if os.path.exists(os.path.join(self.root, name)):
                os.remove(os.path.join(self.root, name))

    def calls(self):
        path = os.path.join(self.root, "calls")
        return open(path, encoding="utf-8").read().splitlines() if os.path.exists(path) else []

    def run(self, lines, count, fault=0, kill=False):
        """Runs a scriptlet as rpm does, with its one argument: (status, what it said, what it called)."""
        self.forget()
        if fault:
            self.write("fault", str(fault))
        if kill:
            self.write("kill", "")
        text = "\n".join(lines)
        for place in PLACES:
            text = re.sub(r"(?<![\w/])" + re.escape(place), self.root + place, text)
        done = subprocess.run([shutil.which("sh"), "-c", text, "scriptlet", str(count)], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, check=False, timeout=600,
                              env=spec.plain() | {"PATH": self.root + "/usr/bin:/usr/bin:/bin"})
        return done.returncode, done.stdout.replace(self.root, ""), [call.replace(self.root, "") for call in self.calls()]


def strange(lines):
    """Paths that it names and that are none of the known ones."""
    code = re.sub(r"(?m)^\s*#.*", "", "\n".join(lines))
    found = re.findall(r"(?<![\w}*.])/(?:etc|usr|var|run|bin|sbin|lib)[\w./-]*", code)
    return [path for path in found if not path.startswith(PLACES + PACKED)]
