"""The private namespace in which the cases run, and the proof that it left nothing behind."""
import ctypes
import glob
import hashlib
import importlib.util
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile

import harness

INSIDE = "LIBERATIONS_SERVICES_INSIDE"
LIMIT_S = 4800
PR_SET_PDEATHSIG = 1
ROOM = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(ROOM))
ENTER = ["unshare", "--mount", "--cgroup", "--pid", "--fork", "--kill-child", "--mount-proc", "--propagation", "private"]
NETWORK = ["--net"]  # where it can be had: a loopback of our own, on which the services listen
GATES = ["cases_cockpit", "cases_databases", "cases_gates", "cases_lockers", "cases_remote", "cases_vpn"]
LAST = "cases_last"
UNTOUCHED = ["/etc/pam.d", "/etc/passwd", "/etc/shadow", "/etc/group", "/etc/sudoers", "/etc/cron.d", "/run/sshd",
             "/dev/log", "/var/spool/cron", "/var/lib/sudo", "/etc/systemd", "/etc/init.d", *glob.glob("/etc/rc?.d"),
             "/usr/sbin/policy-rc.d"]


def load_cases(groups):
    """Those of the groups, or all; the last ones always."""
    for path in sorted(glob.glob(os.path.join(ROOM, "cases_*.py"))):
        name = os.path.basename(path)[:-3]
        if not groups or name == LAST or ("gates" if name in GATES else "own") in groups:
            importlib.import_module(name)


def fingerprint(path):
    """Names, modes, owners and contents under a path, or that it does not exist."""
    if not os.path.lexists(path):
        return [(path, "absent")]
    info = os.lstat(path)
    facts = (path, info.st_mode, info.st_uid, info.st_gid)
    if os.path.isdir(path):
        return [facts] + [line for name in sorted(os.listdir(path)) for line in fingerprint(os.path.join(path, name))]
    if not os.path.isfile(path):
        return [facts]
    with open(path, "rb") as file:
        return [facts + (hashlib.sha256(file.read()).hexdigest(),)]


def is_ours(point):
    """Whether a mount that these tests let slip could be there: anybody may mount below /tmp meanwhile."""
    return not point.startswith("/tmp/") or point.startswith("/tmp/lbr-")


def snapshot():
    facts = [fact for path in UNTOUCHED for fact in fingerprint(path)]
    with open("/proc/self/mountinfo") as file:
        mounts = [line.split() for line in file]
    return set(facts) | {("mount", " ".join(words[2:])) for words in mounts if is_ours(words[4])}


def changes(before, after):
    """What differs between two snapshots, for a person to read."""
    return ["changed: " + " ".join(map(str, fact)) for fact in sorted(before ^ after, key=str)[:6]]


def processes_with(text):
    """Processes whose command line contains `text`: there must be none in the end."""
    found = []
    for path in glob.glob("/proc/[0-9]*/cmdline"):
        try:
            with open(path, "rb") as file:
                if text.encode() in file.read():
                    found.append(path.split("/")[2])
        except OSError:
            continue
    return found


def works(enter):
    return subprocess.run(enter + ["true"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0


def why_not():
    """Why the namespace cannot be had here, or nothing."""
    if os.geteuid() != 0:
        return "only root can do this"
    if not works(ENTER):
        return "no private mount namespace can be made here"
    module = subprocess.run(["nm", "-D", os.path.join(build_directory(), "pam_liberations.so")],
                            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    if b"__asan_" in module.stdout:
        return "an instrumented module cannot be loaded by installed programs"
    return ""


def build_directory():
    return os.path.join(TOP, os.environ.get("LBR_BUILD") or os.environ.get("BUILD", "build"))


def die_with_parent():
    """However this run ends, the namespace and everything in it ends too."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def run_namespace(script, arguments, scratch):
    """Runs the script inside; the counts come back through a pipe. None if it died or took too long."""
    reader, writer = os.pipe()
    environment = dict(os.environ, LC_ALL="C.UTF-8", LIBERATIONS_SERVICES_PIPE=str(writer), **{INSIDE: scratch})
    enter = ENTER + NETWORK if works(ENTER + NETWORK) else ENTER
    process = subprocess.Popen(enter + [sys.executable, script] + arguments, env=environment, pass_fds=[writer],
                               stdin=subprocess.DEVNULL, preexec_fn=die_with_parent)
    os.close(writer)
    try:
        process.wait(timeout=LIMIT_S)
    except subprocess.TimeoutExpired:
        pass
    finally:
        process.kill()
        process.wait()
    with os.fdopen(reader) as file:
        text = file.read()
    return json.loads(text) if text else None


def run_outside(script, arguments, groups, words):
    tally = harness.Tally()
    if importlib.util.find_spec("pexpect") is None:
        tally.note("skipped", "all", "python3-pexpect is not installed")
        return tally.close()
    load_cases(groups)
    chosen, reason = harness.choose(words), why_not()
    if reason:
        harness.run_all(chosen, tally, why_not=lambda one: reason)
        return tally.close()
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda received, frame: sys.exit(128 + received))
    before = snapshot()
    scratch = tempfile.mkdtemp(prefix="lbr-services-", dir="/tmp")
    try:
        counts = run_namespace(script, arguments, scratch)
        if counts:
            tally.counts = counts
        else:
            tally.note("failed", "all", "the run ended before its last case")
        trouble = changes(before, snapshot())
        trouble += ["left: process " + number for number in processes_with(scratch)]
        trouble += ["left: " + name for name in os.listdir(scratch)]
    finally:
        shutil.rmtree(scratch)
    tally.note("failed" if trouble else "passed", "the_system_is_as_before", "\n".join(trouble))
    return tally.close()


def run_inside(scratch, groups, words, verbose):
    import stage
    load_cases(groups)
    chosen, tally = harness.choose(words), harness.Tally()
    scene = stage.Stage(scratch, build_directory(), verbose)
    try:
        scene.prepare()
        harness.run_all(chosen, tally, scene, log=scene.log)
    finally:
        scene.close()
    with os.fdopen(int(os.environ["LIBERATIONS_SERVICES_PIPE"]), "w") as file:
        json.dump(tally.counts, file)
    return 0
