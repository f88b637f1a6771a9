"""The listener's own life: floods, crashes, endings, sockets from outside."""
import os
import signal
import socket
import stat
import subprocess
import time

import dialogue
from harness import Skip, case, expect
from dialogue import ALLOW
from stage import PASSWORD, Listener, code_of

FLOODER, PERSON, OTHER = 64231, 64232, 64233
QUIET_S = 10  # the listener says so at most once in this time


def sign_in(path, user):
    talk = dialogue.connect(path)
    result = talk.sign_in(user, PASSWORD, code_of())
    talk.close()
    return result


def flood(path, count, keep=0):
    """Connects `count` times and says nothing; the last `keep` stay open, and are returned."""
    links = []
    for _ in range(count):
        link = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        link.connect(path)
        links.append(link)
        if len(links) > keep:
            links.pop(0).close()
    return links


@case(root=True, log=True)
def flood_of_10000_connects_stops_nobody_else(stage):
    name, mark, path = stage.person("uid=%d" % PERSON), stage.log.mark(), stage.listener.agent
    begin = time.monotonic()
    child = os.fork()
    if child == 0:
        os.setgroups([])
        os.setresgid(FLOODER, FLOODER, FLOODER)
        os.setresuid(FLOODER, FLOODER, FLOODER)
        links = flood(path, 10000, keep=900)
        time.sleep(60)
        os._exit(len(links) & 1)
    try:
        slowest = 0
        for _ in range(5):
            start = time.monotonic()
            expect(stage.as_user(PERSON, lambda: sign_in(path, name)) == ALLOW, "nobody else signs in during a flood")
            slowest = max(slowest, time.monotonic() - start)
            stage.fresh_code(name)
            time.sleep(0.1)
        expect(slowest < 30, "a sign-in took", slowest, "s during the flood")
        agents = len(stage.listener.at_work())
        expect(agents <= 33, agents, "agents run for one uid")
        stage.log.wait_for(mark, "uid %d" % FLOODER, "too many at once")
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    lines = [line for line in stage.log.lines[mark:] if "too many at once" in line]
    spent_s = time.monotonic() - begin
    expect(len(lines) <= 2 + spent_s / QUIET_S, "a flood of", spent_s, "s writes", len(lines), "lines")
    expect(stage.listener.process.poll() is None, "the listener ended")
    stage.listener.wait_agents(0)


def hold(path, count):
    """Connects and says hello `count` times: an agent that was greeted stays, however slow the machine is."""
    links = flood(path, count, keep=count)
    for link in links:
        try:
            link.sendall(dialogue.hello())
        except OSError:
            pass  # refused: there are too many
    return links


@case(root=True)
def owners_have_80_agents_and_root_still_comes_in(stage):
    listener = Listener(stage, "many").wait_ready()  # nobody came to it before: one that just left still counts for a second
    listener.wait_agents(0)
    path, name = listener.agent, stage.person()
    theirs = 80
    children = []
    for uid in range(64240, 64250):
        child = os.fork()
        if child == 0:
            os.setgroups([])
            os.setresuid(uid, uid, uid)
            while True:  # an agent of somebody who proves nothing ends soon
                links = hold(path, 60)
                time.sleep(1)
                for link in links:
                    link.close()
        children.append(child)
    try:
        most = 0
        for _ in range(30):
            most = max(most, len(listener.at_work()))
            time.sleep(0.1)
        expect(32 < most <= theirs, most, "agents run")
        expect(sign_in(path, name) == ALLOW, "root does not come in")
    finally:
        for child in children:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
        listener.stop()


@case()
def killed_agents_are_missed_and_nothing_else(stage):
    path, name = stage.listener.agent, stage.person()
    stage.listener.wait_agents(0)
    for number in (signal.SIGKILL, signal.SIGSEGV, signal.SIGTERM, signal.SIGABRT):
        talk = dialogue.connect(path)
        agent = stage.listener.only_agent()
        os.kill(agent, number)
        try:
            result = talk.sign_in(name, PASSWORD, code_of())
            expect(False, "a killed agent answered", result)
        except dialogue.Gone:
            pass
        talk.close()
        stage.listener.wait_agents(0)  # no zombie
    expect(stage.show(name)["last_sign_in"] == "0", "a sign-in is recorded")
    expect(sign_in(path, name) == ALLOW, "nobody signs in after crashes")
    stage.listener.wait_agents(0)


@case(root=True, log=True)
def crash_of_an_agent_is_one_line(stage):
    mark = stage.log.mark()
    stage.listener.wait_agents(0)
    talk = dialogue.connect(stage.listener.agent)
    agent = stage.listener.only_agent()
    os.kill(agent, signal.SIGBUS)
    stage.listener.wait_agents(0)
    talk.close()
    if not any("killed by signal" in line for line in stage.log.lines[:mark]):
        stage.log.wait_for(mark, "agent %d was killed by signal %d" % (agent, signal.SIGBUS))


@case()
def sigterm_ends_the_listener_and_no_dialogue(stage):
    listener, name = Listener(stage, "term").wait_ready(), stage.person()
    dialogue.connect(listener.agent).close()  # what came before this, a probe, was served
    listener.wait_agents(0)
    talk = dialogue.connect(listener.agent)
    agent = listener.only_agent()
    expect(listener.stop() == 0, "exit status", listener.process.returncode)
    os.kill(agent, 0)
    expect(talk.sign_in(name, PASSWORD, code_of()) == ALLOW, "the dialogue under way was cut")
    talk.close()
    again = Listener(stage, "term").wait_ready()  # over the stale socket
    stage.fresh_code(name)
    expect(sign_in(again.agent, name) == ALLOW, "a second listener does not serve")
    expect(again.stop() == 0, "exit status", again.process.returncode)


@case(log=True)
def second_listener_leaves_the_first_alone(stage):
    mark, name = stage.log.mark(), stage.person()
    second = Listener(stage, "run")
    expect(second.process.wait(timeout=600) == 78, "exit status", second.process.returncode)
    stage.log.wait_for(mark, "another listener")
    expect(sign_in(stage.listener.agent, name) == ALLOW, "the first one is gone")


@case(root=True)
def sec_1_50_listener_is_the_owner_and_cannot_go_back(stage):
    """The drop cannot be undone, in the listener and in its agents."""
    stage.listener.wait_agents(0)
    talk = dialogue.connect(stage.listener.agent)
    numbers = [stage.listener.process.pid] + [number for number, _ in stage.listener.agents()]
    for number in numbers:
        with open("/proc/%d/status" % number) as file:
            status = dict(line.split(":\t", 1) for line in file.read().split("\n") if ":\t" in line)
        for word in ("Uid", "Gid"):
            expect(set(status[word].split()) == {str(stage.owner)}, word, status[word])
        expect(status["Groups"].split() == [str(stage.owner)], "groups", status["Groups"])
        for word in ("CapInh", "CapPrm", "CapEff", "CapAmb"):
            expect(int(status[word], 16) == 0, word, status[word])
        expect(status["NoNewPrivs"] == "1", "new privileges are possible")
        with open("/proc/%d/environ" % number, "rb") as file:
            expect(number == stage.listener.process.pid or file.read() == b"", "an agent has an environment")
    if not stage.is_instrumented():
        expect(status["Seccomp"] == "2" or not os.path.exists("/proc/sys/kernel/seccomp"), "no filter of system calls")
    talk.close()


@case(root=True)
def listener_holds_no_secret(stage):
    """It never opens the seal key, nor the store."""
    stage.skip_if_instrumented()  # a sanitizer's shadow is larger than any memory
    with open("/proc/%d/maps" % stage.listener.process.pid) as file:
        maps = file.read()
    with open(stage.path("seal.key")) as file:
        key = bytes.fromhex(file.read().split()[-1])
    with open("/proc/%d/mem" % stage.listener.process.pid, "rb", buffering=0) as memory:
        for line in maps.split("\n"):
            words = line.split()
            if len(words) < 2 or "rw" not in words[1]:
                continue
            start, end = (int(word, 16) for word in words[0].split("-"))
            memory.seek(start)
            content = memory.read(end - start)
            expect(key not in content and key.hex().encode() not in content, "the seal key is in the listener's memory")
    opened = [os.readlink("/proc/%d/fd/%s" % (stage.listener.process.pid, number))
              for number in os.listdir("/proc/%d/fd" % stage.listener.process.pid)]
    expect(not any(stage.state in path or "seal" in path for path in opened), "open in the listener:", opened)


@case()
def unsafe_places_are_refused(stage):
    for name, prepare in (("open", lambda path: os.chmod(path, 0o777)),
                          ("file", lambda path: open(os.path.join(path, "agent.sock"), "w").close()),
                          ("link", lambda path: os.symlink("/etc/passwd", os.path.join(path, "agent.sock")))):
        os.makedirs(stage.path("place-" + name))
        prepare(stage.path("place-" + name))
        listener = Listener(stage, "place-" + name)
        expect(listener.process.wait(timeout=600) == 78, name, "was accepted")
        expect(not stat.S_ISSOCK(os.lstat(listener.directory).st_mode), "no")
    expect(os.path.getsize("/etc/passwd") > 0, "a link was followed")


@case(root=True)
def root_refuses_a_directory_of_the_owner(stage):
    os.makedirs(stage.path("theirs"))
    os.chown(stage.path("theirs"), stage.owner, stage.owner)
    listener = Listener(stage, "theirs")
    expect(listener.process.wait(timeout=600) == 78, "root made a socket where the owner can plant things")
    expect(os.listdir(stage.path("theirs")) == [], "something was made")


def hand_over(stage, path, names, words=("--idle", "1"), pid=None, count=1, server=None):
    """Starts a listener as systemd does: a listening socket at 3 and three variables. Our copy stays open, for a next listener."""
    if server is None:
        server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        server.bind(path)
        os.chmod(path, 0o666)
        server.listen(256)

    def prepare():
        for number in range(count):
            os.dup2(server.fileno(), 3 + number)
        if stage.root:
            os.setgroups([])
            os.setresgid(stage.owner, stage.owner, stage.owner)
            os.setresuid(stage.owner, stage.owner, stage.owner)
        text = "LISTEN_PID=%s LISTEN_FDS=%d LISTEN_FDNAMES=%s exec %s --listen --config %s %s" % (
            pid or "$$", count, names, stage.agent, stage.config, " ".join(words))
        os.execve("/bin/sh", ["sh", "-c", text], {})
    process = subprocess.Popen(["true"], preexec_fn=prepare, close_fds=False, stdin=subprocess.DEVNULL)
    return server, process


@case()
def sockets_are_taken_over_and_idleness_ends_it(stage):
    path, name = stage.path("handed.sock"), stage.person()
    server, process = hand_over(stage, path, "agent")
    try:
        expect(sign_in(path, name) == ALLOW, "no sign-in over a socket that was handed over")
        expect(process.wait(timeout=600) == 0, "idle, it ended with", process.returncode)
    finally:
        process.kill()
        process.wait()
        server.close()


@case(root=True)
def handed_over_verify_socket_reaches_anyone(stage):
    name = stage.person("uid=%d" % PERSON)
    for word, wanted in (("verify", ALLOW), ("agent", dialogue.REFUSED)):
        path = stage.path("handed-%s.sock" % word)
        server, process = hand_over(stage, path, word)
        try:
            stage.fresh_code(name)
            result = stage.as_user(OTHER, lambda: sign_in(path, name))
            expect(result == wanted, "a socket named", word, "answers", result)
        finally:
            process.kill()
            process.wait()
            server.close()


@case()
def strange_sockets_are_refused(stage):
    for number, (names, count) in enumerate((("other", 1), ("", 1), ("agent:agent", 2), ("agent:verify:agent", 3))):
        server, process = hand_over(stage, stage.path("strange%d.sock" % number), names, count=count)
        try:
            expect(process.wait(timeout=600) == 78, "names", repr(names), "were accepted")
        finally:
            process.kill()
            process.wait()
            server.close()


@case()
def replaced_program_serves_on(stage):
    """An upgrade renames a new program over the old one; the listener that runs starts the new one from then on."""
    copy = stage.path("liberations-agent")
    subprocess.run(["cp", stage.agent, copy], check=True)
    before, stage.agent = stage.agent, copy
    try:
        listener, name = Listener(stage, "upgrade").wait_ready(), stage.person()
    finally:
        stage.agent = before
    try:
        expect(sign_in(listener.agent, name) == ALLOW, "no sign-in before")
        subprocess.run(["cp", stage.agent, copy + ".new"], check=True)
        os.rename(copy + ".new", copy)
        stage.fresh_code(name)
        listener.wait_agents(0)
        talk = dialogue.connect(listener.agent)
        agent = listener.only_agent()
        expect(not stage.root or os.readlink("/proc/%d/exe" % agent) == copy, "the old program was started")
        expect(talk.sign_in(name, PASSWORD, code_of()) == ALLOW, "no sign-in after an upgrade")
        talk.close()
        os.unlink(copy)
        stage.fresh_code(name)
        expect(sign_in(listener.agent, name) == ALLOW, "no sign-in while the program is away")
    finally:
        listener.stop()


@case("systemd-analyze")
def units_expose_little(stage):
    top = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    unit = os.path.join(top, "packaging", "systemd", "liberations-agent.service")
    done = subprocess.run(["systemd-analyze", "security", "--offline=true", "--no-pager", unit], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True)
    found = [line for line in done.stdout.split("\n") if "Overall exposure level" in line]
    if not found:
        raise Skip("systemd-analyze cannot judge a file: " + done.stdout[-200:])
    exposure = float(found[0].split(":")[1].split()[0])
    expect(exposure < 1.5, "the unit's exposure is", exposure)
