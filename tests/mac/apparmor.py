"""The profiles of AppArmor: which paths their rules name, and whether these are what the table says."""
import os
import re

PROFILES = "packaging/apparmor"
ABSTRACTIONS = "/etc/apparmor.d"
VARIABLES = {"PROC": "/proc", "sys": "/sys", "pid": "[0-9]+", "pids": "[0-9]+", "tid": "[0-9]+", "run": "/(?:var/)?run", "etc_ro": "(?:/usr)?/etc",
             "multiarch": "[^/]*-linux-gnu[^/]*", "HOME": "/(?:root|home/[^/]*)", "HOMEDIRS": "/home/", "etc_rw": "/etc",
             "flatpak_exports_root": "/x", "system_share_dirs": "/usr/share", "user_share_dirs": "/x", "profile_name": "x"}
PERMISSIONS = {"read": "r", "write": "w", "create": "w", "open": "r", "list": "r", "rename": "rw", "onto": "w", "unlink": "w", "mkdir": "w",
               "chmod": "w", "truncate": "w", "allocate": "w", "exec": "x", "map": "m", "connect": "rw", "bind": "rw", "lock": "k"}
PLAIN = {"readlink", "statfs", "mmap"}  # no rule speaks of these
RULE = re.compile(r"^(?:owner\s+)?([/@{\"][^\s\"]*)\"?\s+([rwmkxlaUuPpCi]+),$")


def pattern_of(glob):
    """The regular expression of a path in a rule."""
    out, depth, at = "", 0, 0
    while at < len(glob):
        if variable := re.match(r"@\{(\w+)\}", glob[at:]):
            out, at = out + VARIABLES[variable[1]], at + len(variable[0])
            continue
        if glob.startswith("**", at):
            out, at = out + ".*", at + 2
            continue
        char = glob[at]
        depth += (char == "{") - (char == "}")
        out += {"*": "[^/]*", "?": "[^/]", "{": "(?:", "}": ")", ",": "|" if depth else ","}.get(char, re.escape(char) if char not in "[]" else char)
        at += 1
    return re.compile(out)


class Profile:
    """`own`: (line, pattern, permissions) of the file itself; `base`: of what it includes."""

    def __init__(self, name):
        self.own, self.base, self.capabilities, self.seen = [], [], set(), set()
        self.read(os.path.join(PROFILES, name), self.own)

    def read(self, path, rules):
        with open(path, encoding="utf-8") as file:
            lines = [re.sub(r"\s*#(?!include).*", "", line).strip() for line in file]
        for line in lines:
            included = re.match(r"#?include (?:if exists )?<(.*)>", line)
            if included and included[1].startswith("abstractions/") and included[1] not in self.seen:
                self.seen.add(included[1])
                target = os.path.join(ABSTRACTIONS, included[1])
                if os.path.isfile(target):
                    self.read(target, self.base)
            elif line.startswith("capability ") and rules is self.own:
                self.capabilities.update(line[11:].rstrip(",").split())
            elif rule := RULE.match(line):
                rules.append((line, pattern_of(rule[1]), rule[2]))

    def allowed(self, path, wanted):
        """The rules of the file that speak of this path; whether all together give every permission."""
        mine = [rule for rule in self.own if rule[1].fullmatch(path)]
        given = "".join(rule[2] for rule in mine + [rule for rule in self.base if rule[1].fullmatch(path)])
        return mine, all(one in given for one in wanted)


def wanted(deed, path):
    """The permissions that the kernel asks for. A datagram goes one way."""
    return "w" if (deed, path) == ("connect", "/dev/log") else PERMISSIONS[deed]


def example(name):
    """A path that a line of the table stands for."""
    name = {"<localtime>": "/usr/share/zoneinfo/Etc/UTC", "<locale>": "/usr/share/locale/fr", "<libraries>": "/etc/ld.so.cache"}.get(name, name)
    return name.replace("*", "7")
