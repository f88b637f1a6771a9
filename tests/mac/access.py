"""What strace(1) saw, as a table: which program did what to which file, and which rights of root it used.

A line of it is a program, what it did, and to what: `agent read /etc/liberations/seal.key`. Names of people and the numbers of
processes are taken out of paths, so that the table is the same after each run.
"""
import glob
import os
import re

PROGRAM_OF = {"/usr/libexec/liberations-agent": "agent", "/usr/sbin/liberations-portal": "portal",
              "/usr/libexec/liberations-portal-page": "reader", "/usr/libexec/liberations-portal-gate": "reader",
              "/usr/sbin/liberations": "notify", "/usr/libexec/liberations-store": "store"}
NAMES = (
    (r"^/usr/lib/(?:x86_64|aarch64)-linux-gnu/(?:[^/]+/)*[^/]+\.so[^/]*$|^/etc/ld\.so\.(?:cache|preload)$|^/usr/lib64/ld-.*", "<libraries>"),
    (r"^/usr/share/zoneinfo/.*|^/etc/localtime$", "<localtime>"),
    (r"^/usr/lib/locale/.*|^/usr/share/locale/.*|^/usr/lib/.*/gconv/.*|^/etc/locale.alias$", "<locale>"),
    (r"^(/var/lib/liberations/(?:accounts|counters|history)/)[^/]+/\.[^/]+$", r"\1*/.*"),
    (r"^(/var/lib/liberations/(?:accounts|counters|history)/)[^/]+/[^/]+$", r"\1*/*"),
    (r"^(/var/lib/liberations/(?:accounts|counters|history)/)[^/]+$", r"\1*"),
    (r"^(/var/lib/liberations/(?:spool|notices)/)\.(?!sent$|lock$)[^/]+$", r"\1.*"),
    (r"^(/var/lib/liberations/(?:spool|notices)/)[^./][^/]*$", r"\1*"),
    (r"^/run/liberations/store\.sock$", "/run/liberations-store/store.sock"),  # a name without its directory
    (r"^/proc/(?:\d+|self)/", "/proc/*/"), (r"^/sys/fs/cgroup/.*/", "/sys/fs/cgroup/"),
)
# Every process may do this, or it has no name.
NOTHING = re.compile(r"^(?:/dev/null|/|<libraries>|socket:.*|pipe:.*|anon_inode:.*|/dev/urandom|)$")
CAPABILITY_OF = {"setuid": "setuid", "setresuid": "setuid", "setgid": "setgid", "setresgid": "setgid", "setgroups": "setgid",
                 "fchown": "chown", "fchownat": "chown", "chown": "chown", "lchown": "chown", "setpriority": "sys_nice"}
CALL = re.compile(r"^(\w+)\((.*)\)\s+= (-?\d+|0x[0-9a-f]+|\?)(?:<([^>]*)>)?(?: ([A-Z]+))?")
PLACE = re.compile(r'(?:AT_FDCWD|\d+)<([^>]*)>, "([^"]*)"')


def named(path):
    path = os.path.normpath(path) if path.startswith("/") else path
    for pattern, name in NAMES:
        path, count = re.subn(pattern, name, path)
        if count:
            break
    return path


def places(words):
    """The paths in the arguments of a call that names a directory and a file in it."""
    return [os.path.join(*pair) for pair in PLACE.findall(words)]


def opened(words, path, failed):
    """What an open asks for. `path`: where the kernel arrived, behind links, or what was asked for."""
    if "O_PATH" in words:
        return
    if failed:
        if failed == "ENOENT" and "O_CREAT" not in words:
            yield "read", path
        return
    if "O_DIRECTORY" in words:
        yield "open", path + "/"
        return
    if "O_CREAT" in words:
        yield "create", path
    if "O_RDWR" in words or "O_WRONLY" in words:
        yield "write", path
    if "O_WRONLY" not in words:
        yield "read", path


def deeds(call, words, failed, result):
    """(deed, path) of one call."""
    if call in ("openat", "openat2"):
        yield from opened(words, result or (places(words) or [""])[0], failed)
    elif failed and (call, failed) not in (("connect", "ENOENT"), ("connect", "ECONNREFUSED"), ("mkdir", "EEXIST")):
        return
    elif call == "execve":
        yield "exec", re.match(r'"([^"]*)"', words)[1]
    elif call in ("connect", "bind"):
        path = re.search(r'sun_path="([^"]*)"', words)
        if path:
            yield call, path[1] if path[1].startswith("/") else "/run/liberations/" + path[1]
    elif call in ("renameat", "renameat2", "linkat"):
        source, target = places(words)
        yield call[:6].rstrip("a2").replace("linkat", "link"), source
        yield "onto", target
    elif call in ("unlinkat", "unlink", "mkdir", "mkdirat", "rmdir", "chmod", "fchmodat", "chown", "fchownat", "readlink", "statfs"):
        paths = places(words) or re.findall(r'^"([^"]*)"', words)
        yield call.removesuffix("at").removeprefix("f"), os.path.join("/run/liberations", paths[0])
    elif call in ("fchmod", "fchown", "ftruncate", "fallocate", "getdents64", "flock"):
        yield {"getdents64": "list", "flock": "lock"}.get(call, call.removeprefix("f")), re.search(r"<([^>]*)>", words)[1]
    elif call == "fcntl" and "SETLK" in words:
        yield "lock", re.search(r"<([^>]*)>", words)[1]
    elif call == "mmap" and "PROT_EXEC" in words and re.search(r"\d+<(/[^>]*)>", words):
        yield "map", re.search(r"\d+<(/[^>]*)>", words)[1]
    elif call == "mmap" and re.search(r"\d+<(/[^>]*)>", words):
        yield "mmap", re.search(r"\d+<(/[^>]*)>", words)[1]


class Processes:
    """The processes of one program that was started, from the files NAME.PID."""

    def __init__(self, directory, name):
        self.files = {int(path.rpartition(".")[2]): open(path, encoding="latin-1").read().splitlines()
                      for path in glob.glob(os.path.join(directory, name + ".*"))}
        self.told = set()
        children = {child for lines in self.files.values() for child in map(self.child, lines) if child}
        for number in set(self.files) - children:
            self.follow(number, None)

    @staticmethod
    def child(line):
        found = re.match(r"(?:clone3?|v?fork)\(.* = (\d+)", line)
        return int(found[1]) if found else 0

    def follow(self, number, program):
        for line in self.files.get(number, ()):
            if self.child(line):
                self.follow(self.child(line), program)
            found = CALL.match(line)
            if not found:
                continue
            call, words, _, result, failed = found.groups()
            if program:
                self.tell(program, call, words, failed, result)
            if call == "execve" and not failed:
                program = PROGRAM_OF.get(re.match(r'"([^"]*)"', words)[1])

    def tell(self, program, call, words, failed, result):
        if CAPABILITY_OF.get(call) and not failed:
            self.told.add(f"{program} capability {CAPABILITY_OF[call]}")
        if call == "kill" and not failed:
            self.told.add(f"{program} kill")
        for deed, path in deeds(call, words, failed, result):
            name = named(path) + ("/" if path.endswith("/") and path != "/" else "")
            if not NOTHING.match(name) and name != "<libraries>/":
                self.told.add(f"{program} {deed} {name}")
            if deed == "write" and name.endswith("/oom_score_adj"):
                self.told.add(f"{program} capability sys_resource")


def table(directory):
    names = {os.path.basename(path).partition(".")[0] for path in glob.glob(os.path.join(directory, "*.*"))}
    return sorted(set().union(*(Processes(directory, name).told for name in names)))
