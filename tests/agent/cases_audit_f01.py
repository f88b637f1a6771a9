"""Who starts su decides when su runs, by the control group it is in. No agent may stay there: while it holds what others need, they
would wait for it."""
import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import time

import groups
import service
from harness import Skip, case, expect, same
from service import SUCCESS, UNAVAILABLE
from stage import PASSWORD, code_of

CALLER = 64251
POINTS = ("start", "before", "hash", "lock", "sync")
LONGEST_S, BUSY_S = 5, 60  # the first is how long the module waits for an agent
AGAIN_S = 30  # for one that tries again until a late holder has been ended
CLONE_NEWNS, MS_RDONLY, MS_REMOUNT, MS_BIND = 0x20000, 1, 32, 4096


def write_service(stage, socket_path="none"):
    services = stage.path("host-services")
    service.write(services, "su", stage.build + "/pam_liberations.so", "config=" + stage.config, "agent=" + stage.agent,
                  "socket=" + stage.path(socket_path))
    return services


def start_by(real, *entered, before=lambda: None):
    """For a process that a person with this real uid starts as root, from these groups."""
    def prepare():
        before()
        for one in entered:
            one.enter()
        os.setresgid(real, 0, 0)
        os.setresuid(real, 0, 0)
    return prepare


def agents_of(stage):
    """The agents that serve no listener."""
    found = []
    for number in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError):
            if os.readlink("/proc/%s/exe" % number) == os.path.realpath(stage.agent):
                with open("/proc/%s/cmdline" % number, "rb") as file:
                    words = file.read().split(b"\0")
                if b"--fd" in words and not {b"--peer", b"--spare"} & set(words) and stage.config.encode() in words:
                    found.append(int(number))
    return found


@contextlib.contextmanager
def agent_of(stage, real, *entered, before=lambda: None, steps="aw"):
    """The agent of a service that such a person started, after a right sign-in and while its handle is open."""
    host = service.Host(stage, write_service(stage), "su", stage.person(), steps, [PASSWORD, code_of()],
                        before=start_by(real, *entered, before=before))
    try:
        expect(host.wait_stopped(), "the service ended early")
        found = agents_of(stage)
        same(len(found), 1, "agents:")
        yield found[0]
    finally:
        host.go_on()
        codes = host.finish()
    same(codes.get("a"), SUCCESS, "the sign-in:")


@contextlib.contextmanager
def groups_everywhere(stage, uid=0):
    """A group in each hierarchy that can hold a process back."""
    with contextlib.ExitStack() as stack:
        made = []
        for controller in ("", "freezer", "cpu", "memory", "pids", "blkio"):
            with contextlib.suppress(Skip):
                made.append(stack.enter_context(groups.group(stage, controller, uid)))
        if not made:
            raise Skip("no hierarchy of control groups is mounted here")
        yield made


@case(root=True, log=True)
def audit_f01_an_agent_leaves_the_groups_of_a_person(stage):
    with groups_everywhere(stage, CALLER) as made, agent_of(stage, CALLER, *made) as agent:
        stayed = [one.path for one in made if one.holds(agent)]
        expect(not stayed, "the agent is still in", stayed)


@case(root=True, log=True)
def audit_f01_a_person_stays_one_when_the_program_becomes_root(stage):
    """Some setuid programs make themselves root in every id before they call PAM."""
    with groups_everywhere(stage) as made, agent_of(stage, CALLER, *made, steps="raw") as agent:
        stayed = [one.path for one in made if one.holds(agent)]
        expect(not stayed, "the agent is still in", stayed)


@case(root=True, log=True)
def audit_f01_root_in_a_persons_group_leaves_it_too(stage):
    """A root shell in a terminal runs in a part of the tree that is the person's."""
    with groups_everywhere(stage, CALLER) as made, agent_of(stage, 0, *made) as agent:
        stayed = [one.path for one in made if one.holds(agent)]
        expect(not stayed, "the agent is still in", stayed)


@case(root=True, log=True)
def an_agent_of_root_stays_in_roots_group(stage):
    """Moving costs milliseconds, and an administrator's limits for sshd are meant for its agents too."""
    with groups_everywhere(stage) as made, agent_of(stage, 0, *made) as agent:
        left = [one.path for one in made if not one.holds(agent)]
        expect(not left, "the agent has left", left)


def in_read_only_tree(real, *entered):
    """The same where the tree cannot be written to, as in a container."""
    libc = ctypes.CDLL(None, use_errno=True)
    points = [point.encode() for point, _, _ in groups.mounts()]

    def prepare_all():
        for one in entered:
            one.enter()
        if libc.unshare(CLONE_NEWNS) != 0:
            raise OSError(ctypes.get_errno(), "unshare")
        for point in points:
            if libc.mount(None, point, None, MS_RDONLY | MS_REMOUNT | MS_BIND, None) != 0:
                raise OSError(ctypes.get_errno(), "mount")
        start_by(real)()
    return prepare_all


def sign_in(stage, before, steps="ae", **words):
    """PAM's code of a right sign-in, and what the log said meanwhile."""
    mark = stage.log.mark()
    codes = service.Host(stage, write_service(stage, **words), "su", stage.person(), steps, [PASSWORD, code_of()],
                         before=before).finish()
    return codes.get("a"), mark


@case(root=True, log=True)
def audit_f01_an_agent_that_cannot_leave_a_persons_group_refuses(stage):
    with groups_everywhere(stage) as made:
        code, mark = sign_in(stage, in_read_only_tree(CALLER, *made))
        same(code, UNAVAILABLE, "a person's sign-in:")
        line = stage.log.wait_for(mark, "cannot serve", "uid %d" % CALLER)
        expect("liberations-agent.socket" in line, "the line does not name the way out:", line)


@case(root=True, log=True)
def an_agent_of_root_that_cannot_leave_says_so_and_serves(stage):
    with groups_everywhere(stage, CALLER) as made:
        code, mark = sign_in(stage, in_read_only_tree(0, *made))
        same(code, SUCCESS, "root's sign-in:")
        stage.log.wait_for(mark, "control group", "may be stopped")


@case(root=True, log=True)
def an_agent_in_the_root_group_has_nothing_to_leave(stage):
    same(sign_in(stage, in_read_only_tree(CALLER))[0], SUCCESS, "a person's sign-in:")


# --- a listener that does not answer ----------------------------------------------------------------------------------------

@contextlib.contextmanager
def dead_socket(stage):
    """What a listener leaves that was killed."""
    path = stage.path("dead.sock")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as one:
        one.bind(path)
        one.listen()
    try:
        yield "dead.sock"
    finally:
        os.unlink(path)


@case(root=True, log=True)
def audit_f01_no_agent_for_a_person_where_a_listener_is_configured(stage):
    with dead_socket(stage) as path:
        for real, steps, wanted in ((CALLER, "ae", UNAVAILABLE), (CALLER, "rae", UNAVAILABLE), (0, "ae", SUCCESS)):
            same(sign_in(stage, start_by(real), steps, socket_path=path)[0], wanted, "real uid %d, %s:" % (real, steps))
    for steps in ("ae", "rae"):
        same(sign_in(stage, start_by(CALLER), steps)[0], SUCCESS, "no listener, %s:" % steps)


# --- whatever the caller does, wherever the agent is ------------------------------------------------------------------------

class Halted:
    """A person's service in these groups, whose agent stands still at a point of a wrong attempt."""
    def __init__(self, stage, point, name, entered):
        heard, out = os.pipe()
        given, self.go = os.pipe()
        under = [os.path.join(stage.build, "tests", "agent", "halter"), str(CALLER),
                 ":".join(one.path for one in entered) or "-", point, str(out), str(given)]
        self.host = service.Host(stage, write_service(stage), "su", name, "ae", ["another password", code_of()], under=under,
                                 pass_fds=(out, given))
        os.close(out)
        os.close(given)
        with os.fdopen(heard) as file:
            self.agent = int(file.readline() or 0)
        expect(self.agent, "the agent never came to", point)

    def go_on(self):
        os.close(self.go)

    def end(self):
        self.host.process.kill()
        self.host.finish()
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.agent, signal.SIGKILL)


def timed(function, *words):
    start = time.monotonic()
    return function(*words), time.monotonic() - start


def sign_in_within(stage, name, seconds):
    """The person's right sign-in, tried again until the time is over."""
    services, end = write_service(stage), time.monotonic() + seconds
    while True:
        code = service.sign_in(stage, services, "su", name, [PASSWORD, code_of()])
        if code == SUCCESS or time.monotonic() >= end:
            return code


def others_go_on(stage, name, limit_s, what, again_s=0):
    """The person and root, while the agent of somebody else stands somewhere."""
    code, took_s = timed(sign_in_within, stage, name, again_s)
    same(code, SUCCESS, "%s: the right person, after %.1f s:" % (what, took_s))
    expect(took_s <= limit_s + again_s, what, ": the right person waited", took_s)
    for words in (["show", name], ["unlock", name], ["remove", name, "--yes"]):
        _, took_s = timed(stage.run, stage.build + "/liberations", *words, "--config", stage.config)
        expect(took_s <= limit_s + again_s, what, ":", words, "waited", took_s)


def longest_s():
    """How long others may wait. On a machine that is busy with other things only the outcome counts."""
    return LONGEST_S if os.getloadavg()[0] <= os.cpu_count() else BUSY_S


def withstands(stage, act, controller=None, again_s=0):
    """The act is one on the agent and, with a controller, on the group in which its service was started."""
    for point in POINTS:
        name = stage.person()
        with contextlib.ExitStack() as stack:
            made = [] if controller is None else [stack.enter_context(groups.group(stage, controller, CALLER))]
            halted = Halted(stage, point, name, made)
            stack.callback(halted.end)
            for one in made:
                stack.callback(one.kill)  # before that: what version 1 froze cannot be killed
            stayed = [one.path for one in made if one.holds(halted.agent) and point != "start"]
            act(halted.agent, *made)
            halted.go_on()
            others_go_on(stage, name, longest_s(), "at " + point, again_s)
            expect(not stayed, "at", point, ": the agent is in its caller's group", stayed)


def signal_as_person(stage, number, agent):
    def is_refused():
        try:
            os.kill(agent, number)
        except PermissionError:
            return True
        return False
    expect(stage.as_user(CALLER, is_refused), "its caller may send the agent signals")


@case(root=True, log=True)
def audit_f01_stopped_by_its_caller(stage):
    withstands(stage, lambda agent: signal_as_person(stage, signal.SIGSTOP, agent))


@case(root=True, log=True)
def audit_f01_killed_by_its_caller(stage):
    withstands(stage, lambda agent: signal_as_person(stage, signal.SIGKILL, agent))


@case(root=True, log=True)
def audit_f01_stopped_by_root(stage):
    """The worst that can happen: an agent that has left every group, and stands still with all that it holds. The next ones end
    it once it is late."""
    withstands(stage, lambda agent: os.kill(agent, signal.SIGSTOP), again_s=AGAIN_S)


@case(root=True, log=True)
def audit_f01_more_agents_stopped_in_a_hash_than_hash_at_once(stage):
    name = stage.person()
    with contextlib.ExitStack() as stack:
        for _ in range(2 * os.cpu_count() + 1):
            halted = Halted(stage, "hash", stage.person(), [])
            stack.callback(halted.end)
            os.kill(halted.agent, signal.SIGSTOP)
            halted.go_on()
        others_go_on(stage, name, longest_s(), "after them")


def few_bytes_more(one):
    """An agent that asks for more waits for memory, and is not killed."""
    one.write("memory.oom_control", "1")
    one.write("memory.limit_in_bytes", str(int(one.read("memory.usage_in_bytes")) + 65536))


def keep_busy(one, file, value):
    """Others in the group use up what it may have of the processors."""
    one.write(file, value)
    for _ in range(4):
        subprocess.Popen(["sh", "-c", "while :; do :; done"], preexec_fn=one.enter)


# What the owner of a group may do, by hierarchy.
HOLDS = (
    ("frozen", "", lambda one: one.write("cgroup.freeze", "1")),
    ("frozen_by_version_1", "freezer", lambda one: one.write("freezer.state", "FROZEN")),
    ("killed_with_its_group", "", lambda one: one.write("cgroup.kill", "1")),
    ("held_back_by_cpu_max", "", lambda one: keep_busy(one, "cpu.max", "1000 1000000")),
    ("held_back_by_cpu_quota", "cpu", lambda one: keep_busy(one, "cpu.cfs_quota_us", "1000")),
    ("held_back_by_memory_high", "", lambda one: one.write("memory.high", "0")),
    ("held_back_by_memory_limit", "memory", few_bytes_more),
    ("held_back_by_pids_max", "", lambda one: one.write("pids.max", "1")),
    ("held_back_by_pids_max_of_version_1", "pids", lambda one: one.write("pids.max", "1")),
)


def add_hold(name, controller, act):
    def hold(stage):
        withstands(stage, lambda agent, one: act(one), controller)
    hold.__name__ = "audit_f01_" + name
    case(root=True, log=True)(hold)


for words in HOLDS:
    add_hold(*words)
