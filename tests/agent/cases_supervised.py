"""The shipped files for machines without systemd: supervisors and the container's first process run listener and portal, for real."""
import os
import re
import subprocess

from harness import Skip, case, expect

HERE = os.path.dirname(os.path.abspath(__file__))
ENTER = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--uts", "--ipc", "--net", "--propagation", "private"]
LIMIT_S = 600
KINDS = {"container": True, "runit": True, "s6": True, "openrc": True, "hand": False}  # True: starts again what crashed
NOT_ROOT = r"Uid: (?P<uid>[1-9]\d*) (?P=uid) (?P=uid) (?P=uid) CapEff: 0+"


def look(stage):
    scratch = stage.path("supervised")
    os.makedirs(scratch)
    done = subprocess.run(ENTER + [os.path.join(HERE, "boot-supervised"), scratch, stage.build,
                                   os.path.join(HERE, "probe-supervised")],
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=LIMIT_S, text=True)
    try:
        with open(scratch + "/out/log") as file:
            return file.read()
    except FileNotFoundError:
        raise Skip("no overlay can be mounted here: " + done.stdout[-100:]) from None


@case("unshare", "pivot_root", "mknod", "setpriv", "pgrep", "curl", "start-stop-daemon", "runsvdir", "s6-svscan", "busybox", root=True, log=True)
def supervisors_run_listener_and_portal(stage):
    """Both start as root and are not root afterwards, sign people in, come back after a crash, and go when they are stopped."""
    stage.skip_if_instrumented()
    said = look(stage)
    seen = dict(line.split(": ", 1) for line in said.strip().split("\n") if ": " in line)
    tried = [kind for kind in KINDS if kind + "_right" in seen]
    expect(tried == [kind for kind in KINDS if kind in tried or kind != "openrc"], "not all were tried:", said)

    def judge(word, pattern):
        expect(re.fullmatch(pattern, seen.get(word, "").strip()), word, "is", repr(seen.get(word)), "in", said)
    judge("container_asks", "liberations: set LIBERATIONS_ADDRESS to the address of the application, as https://wiki.example.com 1")
    judge("container_log", "[1-9]")
    for kind in tried:
        judge(kind + "_right", "a 0 m 0 e 0")
        judge(kind + "_agent", NOT_ROOT)
        judge(kind + "_portal", NOT_ROOT)
        judge(kind + "_locked", "yes")
        if kind != "container" and os.path.exists(os.path.join(stage.build, "liberations-store")):
            judge(kind + "_store", NOT_ROOT + " +660 _liberations")
        if KINDS[kind]:
            judge(kind + "_came_listener", "again")
            judge(kind + "_came_portal", "again")
            judge(kind + "_again", "a 0 m 0 e 0")
        judge(kind + "_gone", "yes")
        judge(kind + "_without", "a [1-9].*")
