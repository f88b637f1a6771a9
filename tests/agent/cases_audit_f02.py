"""Places in the listener: nothing is held for somebody who has proven nothing, and no class of callers takes another's."""
import itertools
import os
import resource
import select
import shutil
import signal
import socket
import threading
import time

import dialogue
import service
from harness import case, expect
from dialogue import ACCOUNT, ALLOW, AUTHENTICATE, CHANGE, DENY, REFUSED
from stage import PASSWORD, VERIFIERS, Dialogue, Listener, code_of
from unix_people import UnixPeople

OWNER, PERSON, WEB, STRANGER = 64261, 64262, 64263, 64264
SUBORDINATE = 131072
LONG_S = 90  # for whatever takes 30 s, on a machine with other things to do


def open_link(path, uid=None):
    """Connected as that effective uid, which is all that the kernel tells the listener."""
    link = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    if uid is not None:
        os.seteuid(uid)
    try:
        dialogue.connect_within(link, path, 5)
    finally:
        if uid is not None:
            os.seteuid(0)
    return link


def say(link, data):
    try:
        link.sendall(data)
    except OSError:
        pass  # refused


def press(path, callers, most):
    """Connects as each uid and says its words, with so many connections open at a time. The listener alone closes them: one that
    its caller closes may not have had its turn yet, and presses nobody."""
    links, waiting = {}, select.poll()
    for uid, words in callers:
        link = open_link(path, uid)
        say(link, words)
        links[link.fileno()] = link
        waiting.register(link, select.POLLRDHUP)
        for number, _ in waiting.poll() if len(links) == most else ():
            waiting.unregister(number)
            links.pop(number).close()


def expect_at_most(listener, bound):
    agents = len(listener.at_work())
    expect(agents <= bound, agents, "agents run")


def wait_closed(links, timeout_s=LONG_S):
    """How long each of these dialogues lasts in which nobody says anything any more."""
    begin, lasted, rest = time.monotonic(), {}, dict(links)
    while rest and time.monotonic() - begin < timeout_s:
        ready, _, _ = select.select(list(rest.values()), [], [], 1)
        for name in [name for name, link in rest.items() if link in ready]:
            try:
                more = rest[name].recv(65536)
            except ConnectionResetError:
                more = b""
            if not more:
                lasted[name] = time.monotonic() - begin
                del rest[name]
    expect(not rest, "still open after", timeout_s, "s:", list(rest))
    return lasted


@case()
def audit_f02_a_dialogue_in_which_nothing_was_proven_ends_soon(stage):
    """Without a hello, after it, after a refusal, in the middle of the questions that a module of version 1 lets the agent ask."""
    name, path, links = stage.person(), stage.listener.agent, {}
    links["no hello"] = open_link(path)
    for version in (1, 2, 3):
        links["hello %d" % version] = dialogue.connect(path, version=version).link
    links["half a frame"] = dialogue.connect(path).link
    links["half a frame"].sendall(dialogue.request(AUTHENTICATE, 1, name, b"x", b"y")[:9])
    talk = dialogue.connect(path)
    expect(talk.sign_in(name, "wrong", code_of()) == DENY, "accepted")
    links["refused"] = talk.link
    talk = dialogue.connect(path, version=1)
    talk.send(dialogue.request(CHANGE, 1, name))
    expect(talk.receive()[0] == "Q", "an older module is asked nothing")
    links["asked"] = talk.link
    lasted = wait_closed(links)
    asked = lasted.pop("asked")
    expect(asked > 20, "an older module's person had", asked, "s to answer")
    expect(min(lasted.values()) > 3, lasted)
    expect(max(lasted.values()) < asked, lasted, asked)


@case()
def audit_f02_the_questions_of_version_1_have_no_time_of_their_own(stage):
    """The listener takes a dialogue of 35 s for one in which something was proven, and gives its place to nobody."""
    name = stage.person()
    silent, talk = [dialogue.connect(stage.listener.agent, version=1) for _ in range(2)]
    for one in (silent, talk):
        one.send(dialogue.request(CHANGE, 1, name))
        expect(one.receive()[0] == "Q", "not asked for the password")
    time.sleep(20)
    talk.send(dialogue.frame("A", dialogue.number(1), PASSWORD.encode()))
    expect(talk.receive()[0] == "Q", "not asked for the code")
    lasted = wait_closed({"silent": silent.link, "asked": talk.link})
    expect(lasted["asked"] < lasted["silent"] + 10, lasted)


@case()
def audit_f02_a_dialogue_of_refusals_ends_too(stage):
    """A frame now and then keeps no agent: the bound is on the whole."""
    name, begin = stage.person(), time.monotonic()
    talk = dialogue.connect(stage.listener.agent)
    try:
        while time.monotonic() - begin < LONG_S:
            talk.ask(ACCOUNT, "nosuchaccount")
            time.sleep(1)
        expect(False, "still served after", LONG_S, "s")
    except dialogue.Gone:
        expect(time.monotonic() - begin > 5, "ended after", time.monotonic() - begin)
    expect(dialogue.connect(stage.listener.agent).sign_in(name, PASSWORD, code_of()) == ALLOW, "nobody signs in")


@case()
def audit_f02_whoever_has_proven_something_may_take_their_time(stage):
    name, other = stage.person("age_days=10"), stage.person("state=pending")
    talk = dialogue.connect(stage.listener.agent)
    expect(talk.sign_in(name, PASSWORD, code_of()) == ALLOW, "refused")
    first = dialogue.connect(stage.listener.agent)
    first.send(dialogue.request(AUTHENTICATE, 1, other, PASSWORD.encode()))
    expect(first.receive()[0] == "Q", "no first sign-in")
    time.sleep(35)
    expect(talk.ask(ACCOUNT, name) == ALLOW, "the handle of a session was dropped")
    expect(talk.ask(CHANGE, name, prelim=1) == ALLOW, "the person must prove it again")
    expect(first.receive_ready() is None, "a person with a phone in hand was left")
    talk.close()
    first.close()


@case()
def audit_f02_how_long_the_agent_waits_tells_nothing(stage):
    """A right temporary password, where it is refused like any other."""
    name, lasted = stage.person("state=pending"), {}
    links = {}
    for what, password, terms in (("right", PASSWORD, {"enroll": 1}), ("wrong", "wrong", {"enroll": 1})):
        talk = dialogue.connect(stage.listener.agent, **terms)
        expect(talk.sign_in(name, password, "") == DENY, what)
        links[what] = talk.link
    lasted = wait_closed(links)
    expect(max(lasted.values()) < 28, lasted)


@case()
def audit_f02_an_agent_asks_nothing_before_something_was_proven(stage):
    name = stage.person("age_days=10")
    for kind in (CHANGE, dialogue.REPLACE_TOKEN):
        with Dialogue(stage) as talk:
            expect(talk.request(kind, name, "", "", []) == dialogue.ASK_FIRST, kind, talk.asked)
            expect(not talk.asked, talk.asked)
    with Dialogue(stage, factors=2) as talk:  # the password alone is not enough for a change, but it is something
        expect(talk.sign_in(name, PASSWORD, "") == ALLOW, "refused")
        talk.request(CHANGE, name, "", "", [PASSWORD, code_of()])
        expect(talk.asked[:3] == ["Current password: ", "Security token: ", "New password: "], talk.asked)


def served_meanwhile(stage, listener, rounds=3):
    """The web server, somebody's screen lock and root sign in, each as often."""
    for _ in range(rounds):
        web, lock, root = stage.person(), stage.person("uid=%d" % PERSON), stage.person()
        result = stage.as_user(WEB, lambda: sign_in(listener.verify, web), [VERIFIERS])
        expect(result == ALLOW, "the web server's sign-in gives", result)
        result = stage.as_user(PERSON, lambda: sign_in(listener.agent, lock))
        expect(result == ALLOW, "the screen lock's sign-in gives", result)
        result = sign_in(listener.agent, root)
        expect(result == ALLOW, "root's sign-in gives", result)
        time.sleep(0.3)


def sign_in(path, user, **terms):
    talk = dialogue.connect(path, **terms)
    result = talk.sign_in(user, PASSWORD, code_of())
    talk.close()
    return result


class Attacker:
    """A process of root's that connects as others, again and again, until it is killed."""
    def __init__(self, attack):
        self.child = os.fork()
        if self.child == 0:
            try:
                resource.setrlimit(resource.RLIMIT_NOFILE, (4096, 4096))
                while True:
                    attack()
            except BaseException as trouble:
                os.write(2, ("attacker: %s\n" % trouble).encode())
            os._exit(1)

    def __enter__(self):
        return self

    def __exit__(self, *trouble):
        os.kill(self.child, signal.SIGKILL)
        os.waitpid(self.child, 0)


@case(root=True, log=True)
def audit_f02_256_idle_dialogues_of_one_uid_keep_nobody_out(stage):
    """As passwd made them: hello, one request, silence; in all versions, on one's own account."""
    listener, own, mark = Listener(stage, "idle").wait_ready(), stage.person("uid=%d" % OWNER), stage.log.mark()

    def attack():
        press(listener.agent, ((OWNER, dialogue.hello(version=1 + number % 3) + dialogue.request(CHANGE, 1, own))
                               for number in itertools.count()), 256)
    try:
        with Attacker(attack):
            line = stage.log.wait_for(mark, "uid %d" % OWNER, "too many at once", "of owners")
            expect("by uid %d;" % OWNER in line, line)
            served_meanwhile(stage, listener)
            expect_at_most(listener, 40)
        listener.wait_agents(0)
    finally:
        listener.stop()


@case(root=True, log=True)
def audit_f02_10000_subordinate_uids_keep_nobody_out(stage):
    listener, mark, done = Listener(stage, "subordinate").wait_ready(), stage.log.mark(), os.pipe()

    def callers():
        for number in range(10000):
            yield SUBORDINATE + number, dialogue.hello()
            if number % 1000 == 999:
                os.write(done[1], b"x")

    def attack():
        press(listener.agent, callers(), 900)
    try:
        with Attacker(attack):
            while os.read(done[0], 1) != b"x":
                pass
            served_meanwhile(stage, listener)
            line = stage.log.wait_for(mark, "too many at once", "of owners")
            stage.log.wait_for(mark, "too many at once", "by uids %d to %d;" % (SUBORDINATE, SUBORDINATE + 65535))
            expect("80 places" in line, line)
        expect(not [line for line in stage.log.lines[mark:] if "killed by signal" in line], "displaced agents are reported")
        listener.wait_agents(0)
    finally:
        listener.stop()
        for end in done:
            os.close(end)


@case(root=True, log=True)
def audit_f02_root_s_module_is_counted_for_whoever_called_it(stage):
    """su and passwd are root to the kernel."""
    listener, mark = Listener(stage, "called").wait_ready(), stage.log.mark()
    links = []
    try:
        for _ in range(200):
            links.append(open_link(listener.agent))
            say(links[-1], dialogue.hello(real_uid=OWNER))
        line = stage.log.wait_for(mark, "uid %d" % OWNER, "too many at once", "of owners")
        expect("by uid %d;" % OWNER in line, line)
        expect_at_most(listener, 32)
        expect(sign_in(listener.agent, stage.person()) == ALLOW, "root is refused")
        for _ in range(200):  # somebody else is not believed
            links.append(open_link(listener.agent, STRANGER))
            say(links[-1], dialogue.hello(real_uid=0))
        stage.log.wait_for(mark, "too many at once", "of owners")
        expect_at_most(listener, 80)
        expect(sign_in(listener.agent, stage.person()) == ALLOW, "root is refused")
    finally:
        for link in links:
            link.close()
        listener.stop()


@case(root=True)
def audit_f02_a_refused_caller_of_su_gets_none_of_root_s_places(stage):
    """Refused, the real module tries again in the version before, which tells its caller too."""
    listener, name, talks = Listener(stage, "again").wait_ready(), stage.person("uid=%d" % OWNER), []
    setuid, services = stage.path("refused-host"), stage.path("refused-services")
    known = UnixPeople(stage)
    known.put({name: OWNER})
    shutil.copy(os.path.join(stage.build, "tests", "agent", "host"), setuid)
    os.chmod(setuid, 0o4755)
    service.write(services, "su", os.path.join(stage.build, "pam_liberations.so"), "config=" + stage.config,
                  "socket=" + listener.agent)

    def run_su():
        return service.Host(stage, services, "su", name, "ae", [PASSWORD, code_of()], OWNER, program=setuid).finish().get("a")
    try:
        for _ in range(32):  # proven, so that each keeps its place
            talks.append(dialogue.connect(listener.agent, factors=dialogue.FACTORS["password"], real_uid=OWNER))
            expect(talks[-1].sign_in(name, PASSWORD, "") == ALLOW, "refused")
        expect(run_su() == service.UNAVAILABLE, "served beside", len(talks), "others")
        for talk in talks:
            talk.close()
        listener.wait_agents(0)
        time.sleep(1.5)  # an owner's place is held for a second
        expect(run_su() == service.SUCCESS, "never served")
    finally:
        for talk in talks:
            talk.close()
        known.close()
        listener.stop()


@case(root=True)
def audit_f02_a_module_that_says_nothing_holds_no_place(stage):
    """Stopped between connect and hello: the listener waits for it, and for no agent."""
    listener, links = Listener(stage, "mute").wait_ready(), []
    listener.wait_agents(0)
    try:
        for _ in range(300):
            links.append(open_link(listener.agent))
        expect(sign_in(listener.agent, stage.person()) == ALLOW, "root is refused")
        listener.wait_agents(0)
        expect(max(wait_closed(dict(enumerate(links))).values()) < 28, "the listener keeps them")
    finally:
        for link in links:
            link.close()
        listener.stop()


def wait_all(hosts):
    for host in hosts:
        expect(host.wait_stopped(), "a host ended:", host.process.returncode)


@case(root=True)
def audit_f02_256_people_who_type_nothing_hold_no_agent(stage):
    """The real module in a setuid program, as passwd is; each stands at a prompt, the first or the second."""
    listener, name = Listener(stage, "typing").wait_ready(), stage.person("uid=%d" % OWNER, "age_days=10")
    setuid, services, hosts = stage.path("setuid-host"), stage.path("typing-services"), []
    shutil.copy(os.path.join(stage.build, "tests", "agent", "host"), setuid)
    os.chmod(setuid, 0o4755)
    service.write(services, "passwd", os.path.join(stage.build, "pam_liberations.so"), "config=" + stage.config,
                  "socket=" + listener.agent)
    try:
        for number in range(256):
            typed = ["="] if number % 2 else [PASSWORD, "="]
            hosts.append(service.Host(stage, services, "passwd", name, "C", typed, OWNER, program=setuid))
        wait_all(hosts)
        listener.wait_agents(0)
        served_meanwhile(stage, listener, 1)
    finally:
        for host in hosts:
            host.process.kill()
            host.process.wait()
            host.process.stdout.close()
        listener.stop()


@case(root=True, log=True)
def audit_f08_what_a_stranger_repeats_is_counted(stage):
    """Refusals by the hundred, over many connections, of a uid without an account; then somebody signs in, and that is logged."""
    listener, mark, begin = Listener(stage, "lines").wait_ready(), stage.log.mark(), time.monotonic()
    own = stage.person("uid=%d" % STRANGER)
    refused = []

    def repeat():
        while time.monotonic() - begin < 6:
            try:
                talk = dialogue.connect(listener.agent)
                refused.extend(talk.ask(ACCOUNT, "nosuchaccount") for _ in range(5))
                talk.close()
            except dialogue.Gone:
                pass

    def attack():
        threads = [threading.Thread(target=repeat) for _ in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        while True:
            try:
                return len(refused), set(refused), sign_in(listener.agent, own)
            except dialogue.Gone:
                time.sleep(0.2)
    try:
        count, results, result = stage.as_user(STRANGER, attack)
        spent_s = time.monotonic() - begin
        expect(results == {REFUSED} and count > 100, count, results)
        expect(result == ALLOW, "one's own account is refused:", result)
        stage.log.wait_for(mark, "sign-in for " + own, "accepted")
        stage.log.wait_for(mark, "uid %d is refused more often than is logged" % STRANGER)
        lines = [line for line in stage.log.lines[mark:] if "may not ask" in line]
        most = 90 * (1 + spent_s / 10)
        expect(0 < len(lines) <= most, count, "refusals wrote", len(lines), "lines in", spent_s, "s")
    finally:
        listener.stop()


@case(root=True, log=True)
def audit_f08_a_broken_configuration_is_not_told_to_each_of_a_flood(stage):
    """Every connection starts an agent that cannot serve, and says so; a stranger's connections are told in part, and summed up."""
    listener, mark, begin = Listener(stage, "broken").wait_ready(), stage.log.mark(), time.monotonic()
    with open(stage.config) as file:
        sound = file.read()
    with open(stage.config, "w") as file:
        file.write(sound + "no keyword\n")

    def attack():
        count = 0
        while time.monotonic() - begin < 8 or count < 100:
            try:
                dialogue.connect(listener.agent).close()
            except dialogue.Gone:
                pass
            count += 1
        return count
    try:
        count = stage.as_user(STRANGER, attack)
        spent_s = time.monotonic() - begin
        stage.log.wait_for(mark, "uid %d is refused more often than is logged" % STRANGER)
        for word in ("cannot serve", "line "):
            lines = [line for line in stage.log.lines[mark:] if word in line]
            expect(0 < len(lines) <= 40 * (1 + spent_s / 10), count, "connections wrote", len(lines), "lines in", spent_s, "s")
    finally:
        with open(stage.config, "w") as file:
            file.write(sound)
        listener.stop()
