"""What a starter may leave behind: descriptors, limits, signals, environment, arguments, roots. The agent is right or denies."""
import ctypes
import itertools
import os
import signal
import socket
import struct
import subprocess

import dialogue
from harness import Skip, case, expect
from dialogue import ALLOW
from stage import PASSWORD, code_of

LIMITS = ["cpu", "fsize", "data", "stack", "core", "rss", "nproc", "nofile", "memlock", "as", "sigpending", "msgqueue",
          "nice", "rtprio", "rttime", "locks"]
SMALL = {"cpu": 2, "fsize": 100, "data": 1 << 20, "stack": 1 << 16, "as": 1 << 23, "nofile": 5, "memlock": 4096}


def whole(stage, name, before):
    """The stored files have the length they had, and the store still reads them."""
    after = stage.files_of(name)
    expect({path: len(data) for path, data in after.items()} == {path: len(data) for path, data in before.items()},
           "a file has another length")
    expect(stage.show(name)["error"] == "ok", "the account cannot be read")


@case()
def sec_1_52_closed_standard_descriptors(stage):
    name = stage.person()
    for closed in itertools.chain.from_iterable(itertools.combinations((0, 1, 2), count) for count in range(4)):
        before = stage.files_of(name)
        result = stage.judged(name, before=lambda: [os.close(number) for number in closed])
        expect(result == ALLOW, "with", closed, "closed:", result)
        whole(stage, name, before)
        stage.fresh_code(name)


def may_raise_limits():
    with open("/proc/self/status") as file:
        mask, = [int(line.split()[1], 16) for line in file if line.startswith("CapEff")]
    return bool(mask >> 24 & 1)


@case("prlimit")
def sec_1_53_limits(stage):
    name, right = stage.person(), 0
    for limit in LIMITS:
        for value in (0, 1, SMALL.get(limit, 2)):
            before = stage.files_of(name)
            result = stage.judged(name, under=["prlimit", "--%s=%d:%d" % (limit, value, value)])
            # A write that was cut short can neither be kept nor taken back: perhaps stored.
            expect(result in (ALLOW, dialogue.DENY, dialogue.UNAVAILABLE, None), limit, value, result)
            right += result == ALLOW
            whole(stage, name, before)
            stage.fresh_code(name)
    if not stage.is_instrumented():
        # What root may raise again it raises; as anybody else writing and mapping nothing stays a no.
        expect(right >= (36 if may_raise_limits() else 28), "only", right, "of 48 limits let the right person in")


@case()
def sec_1_56_signals_ignored_blocked_pending(stage):
    name = stage.person()

    block = {"x86_64": 14, "aarch64": 135, "riscv64": 135}.get(os.uname().machine)
    if block is None:
        raise Skip("the number of rt_sigprocmask is not known here")

    def set_up(number, how):
        def prepare():
            if how == "ignored":
                signal.signal(number, signal.SIG_IGN)
            else:  # a bare call: libc blocks all but its own two
                ctypes.CDLL(None).syscall(block, 0, struct.pack("=Q", 1 << (number - 1)), None, 8)
            if how == "pending":
                os.kill(os.getpid(), number)
        return prepare
    for number in range(1, 65):
        for how in ("ignored", "blocked", "pending"):
            if number in (signal.SIGKILL, signal.SIGSTOP) or (number in (32, 33) and how == "ignored"):
                continue
            result = stage.judged(name, before=set_up(number, how))
            expect(result == ALLOW, "signal", number, how, ":", result)
            stage.fresh_code(name)


@case()
def sec_1_56_masks_timers_and_lost_directories(stage):
    name = stage.person()
    gone = stage.path("gone")

    def lose_directory():
        os.mkdir(gone)
        os.chdir(gone)
        os.rmdir(gone)
    for what in (lambda: os.umask(0o777), lambda: os.umask(0), lambda: signal.setitimer(signal.ITIMER_REAL, 0.001),
                 lambda: signal.setitimer(signal.ITIMER_PROF, 0.001), lose_directory, lambda: os.nice(5)):
        before = stage.files_of(name)
        expect(stage.judged(name, before=what) in (ALLOW, None), "wrong")
        whole(stage, name, before)
        stage.fresh_code(name)


@case()
def sec_1_56_descriptors_left_open_are_closed(stage):
    name = stage.person()
    secret = os.open("/dev/zero", os.O_RDONLY)
    link, process = stage.start_agent(before=lambda: [os.dup2(secret, number) for number in range(4, 200)] and None)
    os.close(secret)
    talk = dialogue.Talk(link)
    try:
        numbers = os.listdir("/proc/%d/fd" % process.pid)
        expect(len(numbers) < 16, len(numbers), "descriptors are open")
    except PermissionError:
        pass  # not dumpable: its own uid may not look
    expect(talk.sign_in(name, PASSWORD, code_of()) == ALLOW, "no sign-in")
    link.close()
    process.wait()


def hostile_environment(where):
    path = where + "/evil"
    words = ["LD_PRELOAD", "LD_LIBRARY_PATH", "LD_AUDIT", "LD_DEBUG_OUTPUT", "LD_PROFILE_OUTPUT", "LD_ORIGIN_PATH", "LOCPATH",
             "NLSPATH", "GCONV_PATH", "TZ", "TZDIR", "HOSTALIASES", "RES_OPTIONS", "LOCALDOMAIN", "RESOLV_HOST_CONF", "TMPDIR",
             "TMP", "TEMP", "HOME", "PATH", "CDPATH", "ENV", "BASH_ENV", "SHELL", "IFS", "TERMINFO", "TERMINFO_DIRS",
             "TERMCAP", "INPUTRC", "LANG", "LANGUAGE", "LC_ALL", "LC_MESSAGES", "LC_CTYPE", "LC_TIME", "MALLOC_TRACE",
             "MALLOC_CHECK_", "MALLOC_ARENA_MAX", "MALLOC_PERTURB_", "GLIBC_TUNABLES", "GETCONF_DIR", "PGHOST",
             "PGSERVICEFILE", "PGSYSCONFDIR", "PGPASSFILE", "PGSSLROOTCERT", "PGSSLCERT", "PGSSLKEY", "PGOPTIONS", "PGDATA",
             "OPENSSL_CONF", "OPENSSL_MODULES", "OPENSSL_ENGINES", "SSL_CERT_FILE", "SSL_CERT_DIR", "SSLKEYLOGFILE",
             "RANDFILE", "KRB5_CONFIG", "KRB5CCNAME", "KRB5_KTNAME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR",
             "XDG_CACHE_HOME", "DBUS_SESSION_BUS_ADDRESS", "DBUS_SYSTEM_BUS_ADDRESS", "NOTIFY_SOCKET", "LISTEN_FDNAMES",
             "PYTHONPATH", "PERL5LIB", "RUBYLIB", "LUA_PATH", "NODE_PATH", "CLASSPATH", "GIT_DIR", "EDITOR", "PAGER",
             "LESSOPEN", "MANPATH", "INFOPATH", "PWD", "OLDPWD", "CRYPT_CONF", "PASSWDQC_CONFIG", "SODIUM_CONF", "OATH_FILE",
             "LIBERATIONS_CONFIG", "LBR_CONFIG", "LBR_STATE", "LBR_BUILD", "NSS_FILES", "NSSWITCH", "PAM_CONFDIR",
             "GCOV_PREFIX", "LLVM_PROFILE_FILE", "ASAN_OPTIONS", "UBSAN_OPTIONS", "GMON_OUT_PREFIX", "JANSSON_HASH_SEED"]
    values = {word: path for word in words}
    values["GLIBC_TUNABLES"] = "glibc.malloc.check=3:glibc.malloc.tcache_count=" + "9" * 60
    values["TZ"], values["LD_PRELOAD"], values["LC_ALL"] = ":" + path, path + ".so", path
    for index in range(200 - len(values)):
        values["HOSTILE_%d_PATH" % index] = path
    return values


@case("strace")
def sec_1_55_sec_1_57_hostile_environment_opens_nothing(stage):
    stage.skip_if_instrumented()
    name, trace = stage.person(), stage.path("trace")
    where = stage.path("attacker")
    os.makedirs(where, exist_ok=True)
    variables = hostile_environment(where)
    expect(len(variables) == 200, len(variables))
    # ld.so obeys LD_* in a process that was not raised; the module and the listener therefore start the agent with none.
    variables = {word: value for word, value in variables.items() if not word.startswith("LD_")}
    result = stage.judged(name, environment=dict(variables, PATH=os.environ["PATH"]), under=[
        "strace", "-f", "-o", trace, "-e", "trace=file,network", "-E", "LIBERATIONS=1"] + [
        word for variable in variables.items() for word in ("-E", "=".join(variable))])
    expect(result == ALLOW, "no sign-in with a hostile environment:", result)
    with open(trace) as file:
        lines = [line for line in file if "execve(" not in line]
    expect(any("openat2" in line or "liberations.conf" in line for line in lines), "strace saw nothing")
    touched = [line for line in lines if "evil" in line or where in line]
    expect(not touched, "an attacker's path was touched:", touched)


@case()
def sec_1_55_both_starters_hand_on_no_environment(stage):
    """What the agent sees of LD_* is nothing at all: the listener's own environment holds it all and its agents' none."""
    from stage import Listener
    environment = dict(hostile_environment(stage.path("attacker")))
    if stage.is_instrumented():
        environment.pop("ASAN_OPTIONS"), environment.pop("UBSAN_OPTIONS")
    environment.pop("LD_PRELOAD"), environment.pop("LD_AUDIT")
    listener = Listener(stage, "hostile", environment=environment).wait_ready()
    try:
        name = stage.person()
        talk = dialogue.connect(listener.agent)
        for number, _ in listener.agents():
            try:
                with open("/proc/%d/environ" % number, "rb") as file:
                    expect(file.read() == b"", "an agent has an environment")
            except PermissionError:
                pass
        expect(talk.sign_in(name, PASSWORD, code_of()) == ALLOW, "no sign-in")
        talk.close()
    finally:
        listener.stop()


@case()
def sec_1_54_arguments(stage):
    agent, config = "liberations-agent", stage.config
    bad = [[""], [agent], [agent, "--fd"], [agent, "--fd", "0"], [agent, "--fd", "2"], [agent, "--fd", "-3"],
           [agent, "--fd", "3x"], [agent, "--fd", ""], [agent, "--fd", "99999999999999999999"], [agent, "--fd", "3", "extra"],
           [agent, "--config", config], [agent, "--fd", "3", "--peer", "all"], [agent, "--fd", "3", "--listen"],
           [agent, "--fd", "3", "--config"], [agent, "--help"], [agent, ""], [agent, "--fd", "3", ""],
           [agent] + ["x"] * 100000, [agent, "--listen", "--idle", "0"], [agent, "--listen", "--peer"]]
    for argv in bad:
        link, process = stage.start_agent(argv=argv)
        expect(process.wait(timeout=600) == 64, "argv", argv[:6], "ended with", process.returncode)
        link.close()
    no_arguments = subprocess.run(["python3", "-c", "import ctypes,sys; ctypes.CDLL(None).execve(%r.encode(), "
                                   "(ctypes.c_char_p * 1)(None), (ctypes.c_char_p * 1)(None))" % stage.agent],
                                  stderr=subprocess.PIPE)
    expect(no_arguments.returncode == 64, "with no argument at all:", no_arguments.returncode)


@case()
def agent_wants_a_connected_unix_socket(stage):
    for make in (lambda: os.open("/dev/zero", os.O_RDWR), lambda: os.pipe()[0],
                 lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM).detach(),
                 lambda: socket.socket(socket.AF_UNIX, socket.SOCK_STREAM).detach()):
        descriptor = make()
        link, process = stage.start_agent(before=lambda: os.dup2(descriptor, 3))
        expect(process.wait(timeout=600) in (0, 78), "it ended with", process.returncode)
        os.close(descriptor)
        link.close()
    link, process = stage.start_agent(before=lambda: os.close(3))
    process.wait(timeout=600)
    link.close()


@case(root=True)
def sec_1_50_no_capability_no_verdict(stage):
    """Root without the power to leave root is no owner: setpriv keeps uid 0 and takes the capabilities away."""
    name = stage.person()
    for under in (["setpriv", "--bounding-set", "-setuid", "--inh-caps", "-all"],
                  ["setpriv", "--bounding-set", "-setgid", "--inh-caps", "-all"]):
        result = stage.judged(name, under=under, environment={"PATH": os.environ["PATH"]})
        expect(result is None, "it went on without", under[2], ":", result)


@case(root=True)
def sec_1_72_strange_roots_and_user_namespaces_are_refused(stage):
    name = stage.person()

    def enter_root():
        os.chroot(stage.path("cave"))
        os.chdir("/")
    os.makedirs(stage.path("cave"), exist_ok=True)
    cave = stage.path("cave")
    subprocess.run("cp --parents $(ldd %s | grep -o '/[^ ]*') %s %s" % (stage.agent, stage.agent, cave), shell=True, check=True,
                   stdout=subprocess.DEVNULL)
    os.makedirs(cave + "/dev", exist_ok=True)
    if not os.path.exists(cave + "/dev/null"):
        os.mknod(cave + "/dev/null", 0o020666, os.makedev(1, 3))
    expect(stage.judged(name, before=enter_root) is None, "an agent in a chroot without a store goes on")
    # An attacker's root with a configuration and a store of the attacker's making, but none of this host's accounts.
    probe = subprocess.run(["unshare", "--user", "--map-root-user", "true"], stderr=subprocess.DEVNULL)
    if probe.returncode != 0:
        raise Skip("no user namespaces here")

    def become(uid):
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
    for uid in (64251, 0):
        result = stage.judged(name, before=lambda: uid and become(uid), under=["unshare", "--user", "--map-root-user"],
                              environment={"PATH": os.environ["PATH"]})
        expect(result is None, "an agent that is root of a user namespace alone goes on, uid", uid, ":", result)


@case()
def agent_is_filtered_before_the_first_byte(stage):
    stage.skip_if_instrumented()
    link, process = stage.start_agent()
    talk = dialogue.Talk(link)
    try:
        with open("/proc/%d/status" % process.pid) as file:
            status = file.read()
    finally:
        talk.close()
        process.wait()
    expect("Seccomp:\t2" in status, "no filter")
    expect("Threads:\t1" in status, "threads before there is work")


@case()
def confined_agent_hashes_in_threads(stage):
    """A history of several passwords is compared in threads: the filter must let them begin and end."""
    name, present = stage.person("age_days=200"), PASSWORD
    for number in range(6):
        stage.set(name, "age_days=200", "last_step=0", "failures=0")
        link, process = stage.start_agent()
        talk = dialogue.Talk(link)
        new = "Satz Nummer %d im Herbst" % number
        result = talk.ask(dialogue.CHANGE, name, answers=[present, code_of(), new, new])
        expect(result == ALLOW, "change", number, "gave", result, talk.said)
        present = new
        link.close()
        expect(process.wait(timeout=600) == 0, "the agent ended with", process.returncode)
    stage.set(name, "age_days=200", "last_step=0", "failures=0")
    link, process = stage.start_agent()
    talk = dialogue.Talk(link)
    used = "Satz Nummer 1 im Herbst"
    result = talk.ask(dialogue.CHANGE, name, answers=[present, code_of(), used])
    expect(result != ALLOW, "a used password was taken again")
    link.close()
    expect(process.wait(timeout=600) == 0, "the agent ended with", process.returncode)
