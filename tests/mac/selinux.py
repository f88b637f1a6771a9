"""The policy module for SELinux: what its rules say, and which rights the table of deeds needs."""
import os
import re
import shutil
import subprocess

MODULE = "packaging/selinux"
PLACE = os.environ.get("LBR_SELINUX", "/")  # another policy than the one that is installed: see `linked`
DEVEL = "/usr/share/selinux/devel"
MAKEFILE = DEVEL + "/Makefile"
DOMAIN_OF = {"agent": "liberations_agent_t", "portal": "liberations_portal_t", "reader": "liberations_reader_t",
             "notify": "liberations_notify_t", "store": "liberations_store_t"}
# What each deed asks of the file and of the directory that it is in.
FILE = {"read": "open read getattr", "write": "open write", "create": "create open", "rename": "rename", "onto": "unlink", "unlink": "unlink",
        "chmod": "setattr", "truncate": "setattr", "allocate": "write", "lock": "lock", "mmap": "map", "map": "map execute"}
PARENT = {"create": "write add_name search", "rename": "write remove_name search", "onto": "write add_name search",
          "unlink": "write remove_name search", "bind": "write add_name search", "mkdir": "write add_name search"}
DIRECTORIES = re.compile(r"^(/run/liberations(-store)?|/var/lib/liberations(-portal|-store|-store-admin)?(/(accounts|counters|history)(/[^/.]*)?|/spool|/notices)?)/?$")


def compile_module(directory):
    """Builds the module there, with the headers of this machine's policy; returns the text of its rules."""
    for name in ("liberations.te", "liberations.fc", "liberations.if"):
        shutil.copy(os.path.join(MODULE, name), directory)
    headers = os.path.join(PLACE, DEVEL.lstrip("/"), "include")
    if not os.path.isdir(headers):
        headers = DEVEL + "/include"
    done = subprocess.run(["make", "-s", "-f", MAKEFILE, "HEADERDIR=" + headers, "NAME=default", "liberations.pp"], cwd=directory, text=True, check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env={"PATH": os.environ.get("PATH", "")})
    if done.returncode != 0 or "rror" in done.stdout or "arning" in done.stdout:
        raise AssertionError(done.stdout)
    with open(os.path.join(directory, "tmp", "liberations.tmp"), encoding="utf-8") as file:
        return file.read()


def words(text):
    return text.strip("{} ").split()


def rules(text):
    """(source, target, class, permissions) of each allow rule."""
    text = re.sub(r"(?m)^#.*", "", text)
    for found in re.finditer(r"\ballow\s+(\{[^}]*\}|\w+)\s+(\{[^}]*\}|\w+)\s*:\s*(\{[^}]*\}|\w+)\s+(\{[^}]*\}|\w+)\s*;", text):
        sources, targets, classes, given = map(words, found.groups())
        for source in sources:
            for target in targets:
                for one in classes:
                    yield source, source if target == "self" else target, one, set(given)


class Contexts(list):
    """(pattern, kind, type) of each line of a file of contexts; the last that matches counts. `run`: under which of its two names a
    policy looks /run up, which the file beside it says."""
    run = "/run/"


def contexts(path):
    found = Contexts()
    with open(path, encoding="utf-8") as file:
        for line in file:
            one = re.match(r"(/\S*)\s+(?:(-\S)\s+)?(?:gen_context\()?\w+:\w+:(\w+)", line)
            if one:
                found.append((re.compile(one[1]), one[2] or "", one[3]))
    if os.path.exists(path + ".subs_dist"):
        with open(path + ".subs_dist", encoding="utf-8") as file:
            found.run = "/var/run/" if re.search(r"(?m)^/run\s+/var/run$", file.read()) else "/run/"
    return found


def type_of(path, of):
    """The type of the file at this path."""
    path = re.sub("^(?:/var)?/run/", of.run, path.rstrip("/")) or "/"
    return ([name for pattern, _, name in of if pattern.fullmatch(path)] or [""])[-1]


def needs(program, deed, path):
    """(class, path or None for the process itself, permissions) of a line of the table."""
    if deed == "capability":
        yield "capability", None, {path}
        return
    parent = os.path.dirname(path.rstrip("/"))
    is_directory = DIRECTORIES.match(path)
    if deed in PARENT:
        yield "dir", parent, set(PARENT[deed].split())
    if deed == "open" or deed == "list":
        yield "dir", path.rstrip("/"), {"open", "read", "search", "getattr"}
    elif deed == "mkdir":
        yield "dir", path, {"create"}
    elif deed == "chmod" and (is_directory or path.endswith(".sock")):
        yield "dir" if is_directory else "sock_file", path, {"setattr"}
    elif deed == "bind":
        yield "sock_file", path, {"create"}
    elif deed == "connect":
        yield "sock_file", path, {"write"}
    elif deed == "exec":
        yield "file", path, {"execute", "open", "read", "getattr", "map"} | ({"execute_no_trans"} if program == "agent" else set())
    elif deed in FILE:
        yield "file", path, set(FILE[deed].split())
