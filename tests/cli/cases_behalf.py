"""Root that works for somebody else: nothing of a file that the caller may not read is shown, and nothing of the caller's is run."""
import os
import re
import shutil
import socket
import stat
import subprocess
import sys
import threading

from audit_trail import can_be_traced, records, tracing
from harness import Skip, add_case, expect, need, same
from world import OWN_DEV, STRANGER, lbr_world, need_default_places, root_world

HERE = os.path.dirname(os.path.abspath(__file__))
RECIPE = os.path.join(HERE, "..", "..", "packaging", "examples", "sudoers-help-desk")
MARK = "geheim"
NOBODY = 65534  # has a name, and so rights
# What a secret file may look like: /etc/shadow, a key, a table, binary.
SECRETS = {
    "shadow": f"root:{MARK}:19000:0:99999:7:::\n{MARK}:x\n",
    "pairs": f"{MARK} = {MARK}\nwindow = {MARK}\nlanguage={MARK}\nstate = {MARK}\n",
    "key": f"-----BEGIN {MARK}-----\n{MARK}\n",
    "table": f"{MARK},{MARK}@x,{MARK}\n\"{MARK}\n",
    "open": MARK,
    "control": f"{MARK}\t{MARK}\r\n\x1b{MARK}\n",
    "long": MARK * 500 + "\n",
}
WITHOUT_A_NAME = ("list", "notify", "message", "init", "status", "doctor", "metrics", "rekey", "store", "protect")
MORE_WORDS = {"token": ["--replace"], "rename": ["yan"], "store": ["status"]}
WITHOUT_A_CONFIGURATION = ("try", "unprotect")


def verbs(world):
    """All that the help names: a new one is tried too."""
    found = re.findall(r"(?m)^  ([a-z-]+) +\S", world.run("help").out)
    expect(len(found) > 20 and "show" in found, found)
    return [verb for verb in found if verb not in WITHOUT_A_CONFIGURATION]


def secret(world, text, mode=0o600):
    path = os.path.join(world.directory, "secret")
    with open(path, "w", encoding="utf-8", newline="") as file:
        file.write(text)
    os.chmod(path, mode)
    return path


def silent(answer, what):
    expect(MARK not in answer.out + answer.err, what, repr(answer))
    expect(answer.code != 0, what, "succeeded:", repr(answer))


def nothing_is_shown():
    """Even to root itself: the sentence may reach a log, a screen or a ticket that others read."""
    with root_world() as world:
        for kind, text in SECRETS.items():
            path = secret(world, text)
            for verb in verbs(world):
                words = [verb, *([] if verb in WITHOUT_A_NAME else ["zoe"]), *MORE_WORDS.get(verb, [])]
                silent(world.run(*words, "--config", path, config=False), f"{kind} {verb}")
                answer = world.run(*words, "--config", path, config=False, SUDO_UID=str(STRANGER))
                silent(answer, f"{kind} {verb} by sudo")
                same(answer.code, 3 if verb in ("status", "doctor") else 4, f"{kind} {verb} by sudo: {answer}")
            silent(world.run("invite", "--csv", path, SUDO_UID=str(STRANGER)), f"{kind} --csv")


# Every keyword that names a file, and what reads it.
NAMED = {
    "seal-key": (("list",), ("show", "zoe"), ("status",), ("unlock", "zoe"), ("enroll", "yan"), ("notify",), ("init",), ("verify", "zoe")),
    "breached": (("check-password",), ("status",), ("list",), ("passwd", "zoe")),
    "sendmail": (("notify",), ("status",)),
    "state": (("list",), ("show", "zoe"), ("status",), ("unlock", "zoe"), ("init",)),
    "store-socket": (("list",), ("show", "zoe"), ("status",), ("unlock", "zoe"), ("store", "status")),
}


def paths_of_the_configuration(world):
    """As `init` writes them, with an absolute path for a value, or asks for one."""
    with open(world.config, encoding="utf-8") as file:
        return set(re.findall(r"(?m)^#?([a-z-]+) = /", file.read()))


def as_key_and_more():
    """A file that the configuration names, in place of a key, a list, a program or a store: to root, and to a caller of sudo."""
    with root_world() as world:
        world.run("enroll", "zoe", stdin="\n")
        same(paths_of_the_configuration(world) - set(NAMED), set(), "a keyword that names a file")
        lbr_world(world, "kim", "state=own", "age_days=300")
        same(world.run("contact", "kim", "kim@example.org").code, 0)
        with open(world.config, encoding="utf-8") as file:
            sound = file.read()
        for kind, text in SECRETS.items():
            path = secret(world, text, 0o640)
            for keyword, lines in NAMED.items():
                with open(world.config, "w", encoding="utf-8") as file:
                    file.writelines(line for line in sound.splitlines(True) if not line.startswith(keyword + " ="))
                    file.write(f"{keyword} = {path}\n" + "store = postgres\n" * (keyword == "store-socket"))
                for words in lines:
                    for more in ({}, {"SUDO_UID": str(NOBODY)}):
                        answer = world.run(*words, stdin="eine ganz andere Phrase\n", **more)
                        expect(MARK not in answer.out + answer.err, kind, keyword, words, more, repr(answer))
                        if keyword in ("seal-key", "state", "store-socket"):
                            expect(answer.code != 0, kind, keyword, words, more, "succeeded:", repr(answer))


def device(path, kind):
    os.mknod(path, 0o666 | kind, os.makedev(1, 5 if kind == stat.S_IFCHR else 0))
    os.chmod(path, 0o666)
    return path


def no_list_of_people():
    """Whatever else --csv may name: refused at once, in a sentence, with nothing of it shown, and in little memory."""
    with root_world() as world:
        at = lambda name: os.path.join(world.directory, name)
        os.mkfifo(at("fifo"))
        os.chmod(at("fifo"), 0o666)
        with open(at("closed"), "w", encoding="utf-8") as file:
            file.write(MARK + "\n")
        os.chmod(at("closed"), 0o600)
        with open(at("huge"), "wb") as file:
            file.write(b"zoe\n" + MARK.encode() * 500 + b"\n")
            file.truncate(3 << 30)
        with open(at("nul"), "wb") as file:
            file.write(b"zoe\nyan\0" + MARK.encode() + b"\n\0\0\n")
        os.chmod(at("huge"), 0o644)
        os.chmod(at("nul"), 0o644)
        rows = [("fifo", "not a regular file"), (world.directory, "not a regular file"), ("closed", "Permission denied"),
                ("/proc/self/fd/7", ""), ("/proc/self/mem", ""), ("/proc/1/mem", ""), ("/proc/self/environ", ""),
                ("/dev/zero", "not a regular file"), (device(at("null"), stat.S_IFCHR), "not a regular file"),
                ("huge", "larger than 16 MiB"), ("nul", "line 2, column 4")]
        with open(at("closed"), "rb") as kept:
            for name, words in rows:
                line = world.line("invite", "--csv", at(name))
                done = subprocess.run(
                    ["prlimit", "--as=%d" % (1 << 30), "--", *line], capture_output=True, check=False, timeout=600, cwd="/",
                    stdin=subprocess.DEVNULL, env=world.environment(SUDO_UID=str(NOBODY), SUDO_GID=str(NOBODY)),
                    preexec_fn=lambda: os.dup2(kept.fileno(), 7), pass_fds=(7,))
                said = done.stdout.decode() + done.stderr.decode()
                expect(done.returncode in (2, 3, 4) and words in said and len(said) < 2000, name, repr(done))
                expect(MARK not in said and "\0" not in said, name, repr(done))
        same(world.run("list").out.count("zoe"), 0, "somebody of a bad list was invited")
        # Without end, on standard input.
        for source in ("/dev/zero", at("huge")):
            with open(source, "rb") as file:
                done = subprocess.run(["prlimit", "--as=%d" % (1 << 30), "--", *world.line("invite", "--csv", "-")], stdin=file,
                                      capture_output=True, check=False, timeout=600, cwd="/", env=world.environment())
            expect(done.returncode == 2 and b"larger than 16 MiB" in done.stderr, source, repr(done))
        # Root's own shell may hand over a pipe.
        done = subprocess.run(["sh", "-c", "echo wim | \"$@\" /dev/fd/0", "sh", *world.line("invite"), "--csv"], capture_output=True, check=False, timeout=600, cwd="/", env=world.environment())
        expect(done.returncode == 0 and "wim" in world.run("list").out, repr(done))


def with_the_callers_rights():
    with root_world() as world:
        table = os.path.join(world.directory, "people")
        with open(table, "w", encoding="utf-8") as file:
            file.write("zoe\n")
        caller = {"SUDO_UID": "65534", "SUDO_GID": "65534"}
        for mode, code in ((0o600, 3), (0o644, 0)):
            os.chmod(table, mode)
            answer = world.run("invite", "--csv", table, **caller)
            same(answer.code, code, repr(answer))
        same(world.run("invite", "--csv", "-", stdin="yan\n", **caller).code, 0)
        same(world.run("list", **caller).code, 0, "a configuration that everybody may read")
        os.chmod(world.config, 0o600)
        answer = world.run("list", **caller)
        same((answer.code, "Permission denied" in answer.err), (4, True), repr(answer))
        for variable in ("SUDO_UID", "PKEXEC_UID"):
            same(world.run("list", **{variable: "0"}).code, 0, "root's own sudo")
            for wrong in ("", "x", "-1", "4294967295", "99999999999999999999", "0x0", " 0"):
                same(world.run("list", **{variable: wrong}).code, 4, f"{variable}={wrong}")
        same(world.run("list", DOAS_USER="nobody").code, 4)
        same(world.run("list", DOAS_USER="no-such-user").code, 4)


def nothing_of_the_callers_is_run():
    with root_world() as world:
        trap, sprung = os.path.join(world.directory, "trap"), os.path.join(world.directory, "sprung")
        with open(trap, "w", encoding="utf-8") as file:
            file.write(f"#!/bin/sh\ntouch {sprung}\n")
        os.chmod(trap, 0o755)
        for words in (("passwd", "--agent", trap), ("token", "zoe", "--replace", "--agent", trap), ("passwd", "--socket", trap),
                      ("try", "desk", "zoe", "--confdir", world.directory)):
            answer = world.run(*words, SUDO_UID=str(STRANGER))
            same((answer.code, answer.out, words[-2] in answer.err), (4, "", True), f"{words}: {answer}")
        expect(not os.path.exists(sprung), "the caller's program ran as root")


# A process of the caller's that may not be dumped: in /proc its name is a file of root's, and a line of a configuration.
TITLE = """
import ctypes, sys
ctypes.CDLL(None).prctl(15, b"window = 2", 0, 0, 0)
ctypes.CDLL(None).prctl(4, 0, 0, 0, 0)
print("ready", flush=True)
sys.stdin.read()
"""


def what_a_process_says_is_no_configuration():
    with root_world() as world:
        with subprocess.Popen([sys.executable, "-c", TITLE], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                              user=NOBODY, group=NOBODY, extra_groups=[]) as process:
            process.stdout.readline()
            path = f"/proc/{process.pid}/comm"
            with open(path, encoding="ascii") as file:
                same((file.read(), os.stat(path).st_uid), ("window = 2\n", 0), "no such trick here")
            for more in ({}, {"SUDO_UID": str(NOBODY)}):
                answer = world.run("list", "--config", path, config=False, **more)
                expect(answer.code in (3, 4) and ("not a regular file" in answer.err or "nosuid" in answer.err), repr(answer))
            process.stdin.close()


def another_name_gets_no_other_file():
    """The caller gives the name to another file between two looks. What cannot be read is never read, nor its faults told."""
    with root_world() as world:
        own, closed, name = (os.path.join(world.directory, part) for part in ("own", "closed", "name"))
        os.mkdir(own)
        shutil.copy(world.config, own)
        os.mkdir(closed, 0o700)
        with open(os.path.join(closed, os.path.basename(world.config)), "w", encoding="utf-8") as file:
            file.write("\n" * 16 + MARK + "\n")
        os.symlink(own, name)
        over = threading.Event()

        def swap():
            while not over.is_set():
                for target in (closed, own):
                    os.symlink(target, name + ".new")
                    os.rename(name + ".new", name)

        thread = threading.Thread(target=swap)
        thread.start()
        try:
            path = os.path.join(name, os.path.basename(world.config))
            answers, met = [], set()
            while len(answers) < 150 or (not {0, 4} <= met and len(answers) < 3000):
                answers.append(world.run("status" if len(answers) % 2 else "list", "--config", path, config=False, SUDO_UID=str(NOBODY)))
                met.add(answers[-1].code)
        finally:
            over.set()
            thread.join()
        for answer in answers:
            expect("line 17" not in answer.out + answer.err, repr(answer))
        expect({0, 4} <= met, "one of the two files was never met", met)


def the_environment_of_a_setuid_program_is_its_callers():
    with root_world() as world:
        path = secret(world, SECRETS["pairs"])
        for more in ({}, {"SUDO_UID": "0"}, {"PKEXEC_UID": "0"}, {"DOAS_USER": "root"}):
            line = ["setpriv", "--ruid", str(NOBODY), "--euid", "0", *world.line("list", "--config", path, config=False)]
            done = subprocess.run(line, capture_output=True, text=True, check=False, cwd="/", env=world.environment(**more))
            same((done.returncode, MARK in done.stdout + done.stderr), (4, False), f"{more} {done}")
        # For people named beside root: doas.conf may keep what the caller set.
        for more in ({"SUDO_UID": "0", "DOAS_USER": "nobody"}, {"SUDO_UID": "0", "PKEXEC_UID": "65534"},
                     {"SUDO_UID": "65534", "PKEXEC_UID": "0"}):
            same(world.run("list", "--config", path, config=False, **more).code, 4, more)
        # Two strangers: neither's rights.
        os.chown(path, NOBODY, NOBODY)
        answer = world.run("list", "--config", path, config=False, SUDO_UID=str(STRANGER), DOAS_USER="nobody")
        same(answer.code, 4, repr(answer))


NOSUID = r"""
set -eu
mkdir "$1/disk"
mount -t tmpfs -o "mode=755,$2" tmpfs "$1/disk"
cp "$3" "$1/disk/liberations.conf"
chmod 644 "$1/disk/liberations.conf"
shift 3
exec "$@"
"""


def a_disk_that_the_caller_brought():
    """Its files may say that they are root's."""
    with root_world() as world:
        path = os.path.join(world.directory, "disk", "liberations.conf")
        for option, caller, code in (("nosuid", NOBODY, 4), ("suid", NOBODY, 0), ("nosuid", 0, 0)):
            line = ["unshare", "-m", "sh", "-c", NOSUID, "sh", world.directory, option, world.config,
                    *world.line("list", "--config", path, config=False)]
            done = subprocess.run(line, capture_output=True, text=True, check=False, cwd="/",
                                  env=world.environment(SUDO_UID=str(caller)))
            if "mount:" in done.stderr or "unshare:" in done.stderr:
                raise Skip("nothing can be mounted: " + done.stderr)
            same((done.returncode, "nosuid" in done.stderr), (code, code == 4), f"{option} {caller}: {done}")
            os.rmdir(os.path.dirname(path))


def nothing_is_made_where_the_caller_says():
    with root_world() as world:
        path = os.path.join(world.directory, "made", "liberations.conf")
        os.mkdir(os.path.dirname(path))
        answer = world.run("init", "--config", path, config=False, SUDO_UID=str(NOBODY))
        same((answer.code, os.listdir(os.path.dirname(path))), (4, []), repr(answer))


# A help desk of one, on copies of /etc and of the command that only this process sees.
DESK = r"""
set -eu
mount -t tmpfs tmpfs "$1"
mkdir "$1/etc" "$1/etc.work" "$1/sbin" "$1/sbin.work"
mount -t overlay overlay -o "lowerdir=/etc,upperdir=$1/etc,workdir=$1/etc.work" /etc
mount -t overlay overlay -o "lowerdir=/usr/sbin,upperdir=$1/sbin,workdir=$1/sbin.work" /usr/sbin
mount -t tmpfs tmpfs /var/lib -o mode=755
dev=$1/dev
""" + OWN_DEV + r"""
touch "$dev/log"
mount --bind "$4" "$dev/log"
mount --move "$dev" /dev
rm -rf /etc/liberations /etc/sudoers.d/*
cp "$2" /usr/sbin/liberations
chmod 755 /usr/sbin/liberations
printf 'helen:x:64203:64203::/:/bin/sh\nzoe:x:30004:30004::/:/bin/sh\n' >>/etc/passwd
printf 'helpdesk:x:64203:\n' >>/etc/group
printf 'helen:*:19000::::::\n' >>/etc/shadow
printf 'auth required pam_permit.so\naccount required pam_permit.so\nsession required pam_permit.so\n' >/etc/pam.d/sudo
visudo -qcf "$3"
install -m 440 "$3" /etc/sudoers.d/liberations-help-desk
sed -i 's/^%helpdesk ALL = (root) /&NOPASSWD: /' /etc/sudoers.d/liberations-help-desk
liberations init >/dev/null
printf 'hash-cost = 1\n' >>/etc/liberations/liberations.conf
liberations invite zoe >/dev/null
desk() { ${trace:-} setpriv --reuid 64203 --regid 64203 --clear-groups env -i PATH=/usr/sbin:/usr/bin:/bin LC_ALL=C sudo -n liberations "$@"; }
may() { desk "$@" </dev/null >/dev/null || { echo "refused: $*"; exit 1; }; }
listed() { sudo -n -l -U helen liberations "$@" >/dev/null 2>&1; }
notListed() { if listed "$@"; then echo "listed: $*"; exit 1; fi; }
mayNot() {
	notListed "$@"
	if desk "$@" </dev/null >out 2>&1; then echo "allowed: $*"; exit 1; fi
	grep -Eq 'is not allowed to execute|a password is required' out || { echo "sudo let it through: $*"; cat out; exit 1; }
	cat out >>said
}
cd "$(mktemp -d)"
may show zoe
may list
may unlock zoe
trace=$5
may passwd zoe
trace=
if desk reset-token zoe </dev/null >reset.out 2>&1; then echo "nobody was asked"; exit 1; fi
grep -q -- --yes reset.out
for verb in $(liberations help | sed -n 's/^  \([a-z-]*\)  .*/\1/p'); do
	case $verb in
	list) listed list || { echo "not listed: list"; exit 1; } ;;
	show | verify | unlock | log | passwd | reset-token | recovery-codes)
		listed "$verb" zoe || { echo "not listed: $verb"; exit 1; }
		notListed "$verb"
		notListed "$verb" zoe --json
		notListed "$verb" zoe yan ;;
	*) mayNot "$verb" zoe; notListed "$verb" ;;
	esac
done
for words in "show zoe --config /etc/shadow" "show --config=/etc/shadow zoe" "list --config /etc/shadow" "unlock zoe --rebuild" \
	"passwd --agent /bin/sh" "passwd zoe --agent /bin/sh" "invite --csv /etc/shadow" "remove zoe --yes" "reset-token zoe --yes" \
	"unlock --all" "show -x" "try sshd zoe" "log zoe --file /etc/shadow" "passwd root" "reset-token root" "recovery-codes root"; do
	mayNot $words
done
mayNot show 'zoe
'
mayNot show 'zoe
--config=/etc/shadow'
if desk 'passwd zoe' </dev/null >/dev/null 2>&1; then echo 'two words in one are a verb'; exit 1; fi # sudo joins words
mayNot list ''
! grep -q 'root:' said
echo good
"""


def the_recipe():
    need("sudo", "visudo")
    need_default_places()
    if not shutil.which("sudo"):
        raise Skip("no sudo")
    version = subprocess.run(["sudo", "-V"], capture_output=True, text=True, check=True).stdout.split()[2]
    if [int(part.split("p")[0]) for part in version.split(".")[:3]] < [1, 9, 10]:
        raise Skip("sudo knows no expressions: " + version)
    with root_world() as world:
        log, path, traced = os.path.join(world.directory, "log"), os.path.join(world.directory, "trace"), can_be_traced()
        server = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        server.bind(log)
        os.chmod(log, 0o666)
        lines = []
        reader = threading.Thread(target=read_until_empty, args=(server, lines))
        reader.start()
        done = subprocess.run(["unshare", "-m", "sh", "-c", DESK, "sh", world.home, world.command, os.path.abspath(RECIPE), log,
                               " ".join(tracing(path, setuid=True)) if traced else ""],
                              capture_output=True, text=True, check=False, cwd="/",
                              env=world.environment(PATH="/usr/sbin:/usr/bin:/sbin:/bin"))
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as last:
            last.sendto(b"", log)
        reader.join()
        if "mount:" in done.stderr or "unshare:" in done.stderr:
            raise Skip("no overlay can be mounted: " + done.stderr.splitlines()[0])
        same((done.returncode, done.stdout), (0, "good\n"), done.stdout + done.stderr)
        same(acts_of(lines, "helen"), ["unlock user=zoe outcome=unchanged", "passwd user=zoe outcome=done", "reset-token user=zoe outcome=refused"])
        if traced:
            same(records(path), [("USER_CHAUTHTOK", "passwd", "zoe", "success")])


def read_until_empty(server, lines):
    """A log that nobody reads would stop those who write to it."""
    with server:
        while line := server.recv(65536).decode(errors="replace"):
            lines.append(line)


def acts_of(lines, person):
    """What the command logged about what that person did."""
    found = [re.search(r"liberations\[\d+\]: desk: (.*) by=(\S+) ", line) for line in lines]
    return [match.group(1) for match in found if match and match.group(2) == person]


def add_cases():
    add_case("behalf_nothing_of_a_file_is_shown", nothing_is_shown)
    add_case("behalf_nor_of_a_file_that_the_configuration_names", as_key_and_more)
    add_case("behalf_a_list_of_people_is_a_file", no_list_of_people)
    add_case("behalf_files_are_read_with_the_callers_rights", with_the_callers_rights)
    add_case("behalf_root_runs_nothing_of_a_callers", nothing_of_the_callers_is_run)
    add_case("behalf_what_a_process_says_is_no_configuration", what_a_process_says_is_no_configuration)
    add_case("behalf_another_name_gets_no_other_file", another_name_gets_no_other_file)
    add_case("behalf_a_setuid_program_s_environment_is_not_believed", the_environment_of_a_setuid_program_is_its_callers)
    add_case("behalf_a_disk_of_the_callers_proves_no_owner", a_disk_that_the_caller_brought)
    add_case("behalf_init_makes_nothing_where_the_caller_says", nothing_is_made_where_the_caller_says)
    add_case("the_help_desks_recipe_allows_what_it_says", the_recipe)
