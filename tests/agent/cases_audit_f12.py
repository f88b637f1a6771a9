"""What a process gets through fork and exec: an agent must have none of it from the person who called su."""
import ctypes
import os

from cases_audit_f01 import CALLER, agent_of
from harness import Skip, case, expect, same

LIBC = ctypes.CDLL(None, use_errno=True)
PR_SET_TIMERSLACK, PR_SET_THP_DISABLE = 29, 41
PER_LINUX, UNAME26 = 0, 0x20000
IOPRIO_WHO_PROCESS, IDLE = 1, 3 << 13
MPOL_BIND = 2
SCHED_ATTR_BYTES, SLICE_AT, LONG_SLICE_NS = 48, 24, 90 * 10 ** 6
NUMBERS = {"x86_64": {"ioprio_set": 251, "ioprio_get": 252, "set_mempolicy": 238, "sched_setattr": 314, "sched_getattr": 315},
           "aarch64": {"ioprio_set": 30, "ioprio_get": 31, "set_mempolicy": 237, "sched_setattr": 274, "sched_getattr": 275}}
NUMBERS["riscv64"] = NUMBERS["aarch64"]


def call(name, *words):
    numbers = NUMBERS.get(os.uname().machine)
    if numbers is None:
        raise Skip("the numbers of system calls are not known here")
    return LIBC.syscall(numbers[name], *words)


def read(process, file):
    with open("/proc/%d/%s" % (process, file)) as lines:
        return lines.read()


def of_status(process, key):
    return next(line.split()[1] for line in read(process, "status").split("\n") if line.startswith(key + ":"))


def write_own(file, value):
    with open("/proc/self/" + file, "w") as out:
        out.write(value)


def set_attributes(**fields):
    """struct sched_attr: size and policy in the first words, the length of a time slice where a deadline's run time is."""
    data = (ctypes.c_uint32 * (SCHED_ATTR_BYTES // 4))(SCHED_ATTR_BYTES)
    data[SLICE_AT // 4] = fields["slice_ns"]
    call("sched_setattr", 0, data, 0)


def slice_of(process):
    data = (ctypes.c_uint32 * (SCHED_ATTR_BYTES // 4))()
    return data[SLICE_AT // 4] if call("sched_getattr", process, data, SCHED_ATTR_BYTES, 0) == 0 else None


def bind_memory():
    call("set_mempolicy", MPOL_BIND, (ctypes.c_ulong * 1)(1), 64)


def policies_of(process):
    """The memory policies of its mappings, or nothing where the kernel does not tell."""
    path = "/proc/%d/numa_maps" % process
    if not os.path.exists(path):
        return []
    with open(path) as file:
        return sorted({line.split()[1] for line in file})


# What is inherited, how the caller sets it, how one reads it.
INHERITED = (
    ("processors", lambda: os.sched_setaffinity(0, {min(os.sched_getaffinity(0))}),
     lambda process: len(os.sched_getaffinity(process))),
    ("io_class", lambda: call("ioprio_set", IOPRIO_WHO_PROCESS, 0, IDLE),
     lambda process: call("ioprio_get", IOPRIO_WHO_PROCESS, process) >> 13),
    ("timer_slack", lambda: LIBC.prctl(PR_SET_TIMERSLACK, 10 ** 9, 0, 0, 0), lambda process: read(process, "timerslack_ns")),
    ("oom_score", lambda: write_own("oom_score_adj", "1000"), lambda process: read(process, "oom_score_adj")),
    ("small_pages", lambda: LIBC.prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0), lambda process: of_status(process, "THP_enabled")),
    ("personality", lambda: LIBC.personality(UNAME26), lambda process: read(process, "personality")),
    ("memory_policy", bind_memory, policies_of),
    ("time_slice", lambda: set_attributes(slice_ns=LONG_SLICE_NS), slice_of),
    ("policy", lambda: os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0)), os.sched_getscheduler),
    ("nice", lambda: os.nice(19), lambda process: os.getpriority(os.PRIO_PROCESS, process)),
)


def value_in_agent(stage, real, change, look):
    with agent_of(stage, real, before=change) as agent:
        return look(agent)


def kept_by_fork(change, look):
    """What the caller itself has, before and after the change: a kernel that refuses or hides it has no such thing."""
    found = []
    for prepare in (lambda: None, change):
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reader)
            try:
                prepare()
                os.write(writer, repr(look(os.getpid())).encode())
            finally:
                os._exit(0)
        os.close(writer)
        with os.fdopen(reader) as file:
            found.append(file.read())
        os.waitpid(child, 0)
    return found


def add_inherited(name, change, look):
    def inherited(stage):
        before, after = kept_by_fork(change, look)
        if before == after:
            raise Skip("this kernel has no such thing, or does not show it")
        quiet = value_in_agent(stage, CALLER, lambda: None, look)
        same(value_in_agent(stage, CALLER, change, look), quiet, "in the agent:")
        if name == "processors":
            expect(quiet == len(os.sched_getaffinity(0)), "the agent may use", quiet, "processors")
    inherited.__name__ = "audit_f12_inherited_" + name
    case(root=True, log=True)(inherited)


for words in INHERITED:
    add_inherited(*words)
