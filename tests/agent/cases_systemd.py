"""The shipped units: judged by systemd, and lived under it, booted in namespaces of its own."""
import os
import re
import socket
import subprocess

import dialogue
from harness import Skip, case, expect
from cases_listener import sign_in

HERE = os.path.dirname(os.path.abspath(__file__))
UNITS = os.path.join(os.path.dirname(os.path.dirname(HERE)), "packaging", "systemd")
ENTER = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--cgroup", "--uts", "--ipc", "--net", "--propagation",
         "private"]
LIMIT_S = 600


def control_groups():
    """The test's own and all below, in the hierarchy that systemd makes its own in."""
    with open("/proc/self/cgroup") as file:
        own = [line.strip()[3:] for line in file if line.startswith("0::")]
    with open("/proc/self/mounts") as file:
        tops = [words[1] for words in map(str.split, file) if words[2] == "cgroup2"]
    return [room for top in tops for path in own for room, _, _ in os.walk(top + path)]


def remove_new_groups(before):
    """systemd leaves them behind when it halts; they are the machine's, not the namespace's."""
    for room in sorted(set(control_groups()) - set(before), reverse=True):
        try:
            os.rmdir(room)
        except OSError:
            pass  # somebody else's


@case("systemd-analyze")
def units_are_understood_word_for_word(stage):
    room = stage.path("units")
    os.makedirs(room)
    broker = os.path.join(stage.build, "liberations-store")
    names = [name for name in os.listdir(UNITS) if name.endswith((".service", ".socket", ".timer"))
             and (os.path.exists(broker) or "-store." not in name)]
    for name in names:
        with open(os.path.join(UNITS, name)) as file:
            text = file.read().replace("/usr/libexec/liberations-agent", stage.agent).replace("/usr/libexec/liberations-store", broker)
            text = text.replace("/usr/sbin/liberations", os.path.join(stage.build, "liberations"))
        with open(os.path.join(room, name), "w") as file:
            file.write(text)
    done = subprocess.run(["systemd-analyze", "verify", "--man=no"] + [os.path.join(room, name) for name in names],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    # In tenths. The broker alone reaches the network.
    for name, most in (("liberations-agent.service", 10), ("liberations-portal.service", 10), ("liberations-store.service", 15)):
        if name not in names:
            continue
        exposed = subprocess.run(["systemd-analyze", "security", "--no-pager", "--offline=true", f"--threshold={most}", os.path.join(room, name)],
                                 stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        expect(exposed.returncode == 0, name, exposed.stdout[-300:])
    said = [line for line in done.stdout.split("\n") if "liberations" in line]
    expect(done.returncode == 0 and not said, "systemd says:", done.returncode, done.stdout)


@case("/lib/systemd/systemd", "systemctl", "unshare", "setpriv", "pivot_root", "mknod", root=True, log=True)
def units_serve_under_a_real_systemd(stage):
    """Socket activation, confinement as written, a crash, a stop; the callers have no new privileges."""
    stage.skip_if_instrumented()
    scratch = stage.path("boot")
    os.makedirs(scratch)
    groups = control_groups()
    try:
        subprocess.run(ENTER + [os.path.join(HERE, "boot"), scratch, stage.build, os.path.join(HERE, "probe")],
                       stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=LIMIT_S)
    except subprocess.TimeoutExpired:
        pass
    remove_new_groups(groups)
    left = {room for room in set(control_groups()) - set(groups) if room.endswith("/init.scope")}
    expect(not left, "control groups are left:", left)
    try:
        with open(scratch + "/out/log") as file:
            said = file.read()
    except FileNotFoundError:
        raise Skip("systemd does not boot in a namespace here") from None
    seen = dict(line.split(": ", 1) for line in said.strip().split("\n") if ": " in line)

    def judge(word, pattern):
        expect(re.fullmatch(pattern, seen.get(word, "").strip()), word, "is", repr(seen.get(word)), "in", said)
    judge("sockets", "666 root root 660 root liberations-verify")
    judge("before", "inactive")
    judge("wrong", "a 7 m 6 e 0|a 7 m [0-9]+ e 0")
    judge("right", "a 0 m 0 e 0")
    judge("other", "a 7 m 6 e 0")
    judge("after", "active")
    judge("status", r"Uid: (?P<uid>[1-9]\d*) (?P=uid) (?P=uid) (?P=uid) CapEff: 0+ CapBnd: 0+ NoNewPrivs: 1 Seccomp: 2")
    expect(seen["status"].split()[1] == seen.get("owner"), "it is not the store's owner:", said)
    judge("crashed", "a 0 m 0 e 0")
    judge("stopped", "a 0 m 0 e 0")
    judge("failures", r"(\w+=0 ?)+")
    if "web_up" in seen:
        judge("web_sockets", "660 root liberations-web 660 root liberations-web")
        judge("web_before", "inactive")
        judge("web_up", "HTTP/1.1 204 No Content")
        judge("web_check", "/etc/liberations/portal.conf: 1 site; the agent answers 0")
        judge("web_booting", "HTTP/1.1 503 Service Unavailable")
        judge("web_gate", "HTTP/1.1 200 OK Remote-User: alice")
        judge("web_status", r"Uid: (?P<uid>[1-9]\d*) (?P=uid) (?P=uid) (?P=uid) CapEff: 0+ CapBnd: 0+ NoNewPrivs: 1 Seccomp: 2")
        judge("web_owner", r"(?P<uid>\d+) (?P=uid) 700")
        judge("web_restart", "HTTP/1.1 200 OK")
        judge("web_crash", "HTTP/1.1 200 OK")
        if "web_bans" in seen:
            judge("web_bans", r"192\.0\.2\.66 2001:db8::66")
        judge("web_stranger", "HTTP/1.1 401 Unauthorized")
        expect(seen["web_status"].split()[1] == seen["web_owner"].split()[0], "not its own user:", said)
    if os.path.exists(os.path.join(stage.build, "liberations-store")):
        judge("store_socket", "660 root _liberations")
        judge("store_before", "inactive")
        judge("store_away", r"a 9 m [0-9]+ e 0")
        judge("store_status", r"Uid: (?P<uid>[1-9]\d*) (?P=uid) (?P=uid) (?P=uid) CapEff: 0+ CapBnd: 0+ NoNewPrivs: 1 Seccomp: 2")
        judge("store_owner", r"(?P<uid>\d+) (?P=uid) 700")
        expect(seen["store_status"].split()[1] == seen["store_owner"].split()[0], "not its own user:", said)
        judge("store_hidden", "0 0")
        judge("store_crash", "active")
        judge("store_log", "the database cannot be used: no server of store.conf can be reached .*until it can, nobody signs in;")
        judge("store_stopped", "success")


CONFINED = """
mount --make-rprivate / && mount --bind "$2" "$2" && mount -o remount,bind,ro / || exit 90
! touch "$3/x" 2>/dev/null || exit 91
exec setpriv --reuid "$4" --regid "$4" --clear-groups --no-new-privs --bounding-set=-all --inh-caps=-all sh -c '
	export LISTEN_PID=$$ LISTEN_FDS=1 LISTEN_FDNAMES=agent; exec "$0" --listen --idle 1 --config "$1"' "$1" "$5"
"""


@case("unshare", "setpriv", "mount", root=True, log=True)
def listener_serves_on_a_read_only_root_without_network_or_privileges(stage):
    """What the unit asks for, by the kernel's own means: any supervisor can do as much."""
    path, name = stage.path("confined.sock"), stage.person()
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as server:
        server.bind(path)
        server.listen(64)
        process = subprocess.Popen(
            ["unshare", "--mount", "--net", "--ipc", "--uts", "sh", "-c", CONFINED, "sh", stage.agent, stage.state,
             stage.scratch, str(stage.owner), stage.config], stdin=subprocess.DEVNULL, close_fds=False,
            preexec_fn=lambda: os.dup2(server.fileno(), 3))
        try:
            expect(sign_in(path, name) == dialogue.ALLOW, "no sign-in")
            expect(process.wait(timeout=600) == 0, "idle, it ended with", process.returncode)
        finally:
            process.kill()
            process.wait()
    expect(stage.show(name)["last_sign_in"] != "0", "nothing was written")
