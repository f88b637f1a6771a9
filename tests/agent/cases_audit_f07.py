"""A flood of sign-ins: how many hashes are computed at once on the whole machine, and who is served meanwhile."""
import os
import select
import socket
import struct
import time

import dialogue
from harness import Skip, case, expect
from dialogue import ALLOW, AUTHENTICATE, DENY
from stage import PASSWORD, code_of

PROCESSORS = len(os.sched_getaffinity(0))
TURNS = max(2 * PROCESSORS, 3)
TURN_S = 1.5  # then a turn may be somebody else's
HASH_PAGES = (16 << 20) // os.sysconf("SC_PAGE_SIZE")
WRONG = "no word of hers"
STRANGER = 64233
FLOOD = int(os.environ.get("LBR_FLOOD", "400"))


def config_with(stage, name, *lines):
    path = stage.path(name)
    with open(stage.config) as file:
        kept = [line for line in file if not line.startswith("hash-cost")]
    with open(path, "w") as file:
        file.writelines(kept + [line + "\n" for line in lines])
    return path


class Gate:
    """Agents wait for nobody longer than a few seconds, and starting hundreds takes longer: so they start behind a gate, with all
    that their peers will ever say in their sockets, and pass it together."""
    def __init__(self):
        self.reader, self.writer = os.pipe()
        os.set_inheritable(self.reader, True)

    def words(self):
        return ["/bin/sh", "-c", "read -r line <&%d; exec \"$@\"" % self.reader, "gate"]

    def open(self):
        os.close(self.writer)
        os.close(self.reader)


class Agent:
    """An agent behind the gate; its peer is root, or the one that `uid` names."""
    def __init__(self, stage, config, gate, uid=0, **terms):
        try:
            os.seteuid(uid)  # the kernel notes who makes the pair
            pair = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        finally:
            os.seteuid(0)
        self.answer, self.answered = None, 0.0
        words = gate.words() + [stage.agent, "--fd", "3", "--peer", "any", "--config", config]
        self.link, self.process = stage.start_agent(argv=words, under=words[:1], pair=pair, pass_fds=[gate.reader])
        self.link.settimeout(60)
        self.link.sendall(dialogue.hello(**terms))
        self.data = b""

    def ask(self, user, password, code):
        self.link.sendall(dialogue.request(AUTHENTICATE, 1, user, password.encode(), code.encode()))

    def listen(self):
        """Whatever came; the verdict is kept."""
        part = self.link.recv(65536)
        if not part:
            raise dialogue.Gone("closed")
        self.data += part
        while len(self.data) >= 4 and len(self.data) >= 4 + struct.unpack(">I", self.data[:4])[0]:
            end = 4 + struct.unpack(">I", self.data[:4])[0]
            body, self.data = self.data[4:end], self.data[end:]
            if body[:1] == b"V":
                self.answer, self.answered = struct.unpack(">Q", dialogue.fields_of(body)[0])[0], time.monotonic()

    def size(self):
        """In pages."""
        try:
            with open("/proc/%d/statm" % self.process.pid) as file:
                return int(file.read().split()[1])
        except (OSError, IndexError):
            return 0

    def stop(self):
        self.link.close()
        self.process.wait(timeout=600)


class Memory:
    """Who computes a hash at one moment: who was seen at it in two rounds that follow each other was at it between them, since an
    attempt computes only one. One that needs longer than a turn lasts may have lost it, and is not counted."""
    def __init__(self, agents):
        self.agents = agents
        self.since, self.last, self.most = {}, set(), 0

    def look(self):
        busy = {agent for agent in self.agents if agent.answer is None and agent.size() > HASH_PAGES * 3 // 4}
        now = time.monotonic()
        self.since = {agent: self.since.get(agent, now) for agent in busy}
        both = [agent for agent in busy & self.last if now - self.since[agent] < TURN_S * 0.8]
        self.most, self.last = max(self.most, len(both)), busy


def collect(agents, memory=None, timeout_s=600):
    """Until all have answered."""
    poll, open_ones = select.poll(), {}
    for agent in agents:
        poll.register(agent.link, select.POLLIN)
        open_ones[agent.link.fileno()] = agent
    end, looked = time.monotonic() + timeout_s, 0.0
    while open_ones and time.monotonic() < end:
        for number, _ in poll.poll(20):
            agent = open_ones[number]
            agent.listen()
            if agent.answer is not None:
                poll.unregister(number)
                del open_ones[number]
        if memory and time.monotonic() - looked > 0.02:  # often enough for a hash, and most of the machine is left to the flood
            memory.look()
            looked = time.monotonic()
    expect(not open_ones, len(open_ones), "of", len(agents), "were not answered")


def person_of(stage, config, *fields):
    """Their hash costs what that configuration says."""
    name = stage.person()
    stage.run(os.path.join(stage.build, "tests", "lbr-world"), config, "set", name, "password=" + PASSWORD, *fields)
    return name


def start_flood(stage, config, gate, count, **terms):
    return [Agent(stage, config, gate, **terms) for _ in range(count)]


def served_before(agent, flood):
    return sum(other.answered < agent.answered for other in flood)


def need_memory():
    with open("/proc/meminfo") as file:
        available = next(int(line.split()[1]) for line in file if line.startswith("MemAvailable"))
    if available < 3 << 20:
        raise Skip("less than 3 GiB of memory are free")


@case(root=True, log=True)
def audit_f07_a_flood_computes_as_many_hashes_at_once_as_there_are_turns(stage):
    """Half of it at an account that is throttled, half at accounts that are open and at names that nobody has."""
    stage.skip_if_instrumented()
    need_memory()
    config = config_with(stage, "dear.conf", "hash-cost = 5")
    throttled = person_of(stage, config, "failures=7", "wait=3600")
    names = [person_of(stage, config) for _ in range(4)] + ["nobody%d" % at for at in range(4)]
    gate = Gate()
    agents = start_flood(stage, config, gate, FLOOD, rhost="192.0.2.1")
    try:
        for at, agent in enumerate(agents):
            agent.ask(throttled if at % 2 else names[at // 2 % len(names)], WRONG, "000000")
        memory, began = Memory(agents), time.monotonic()
        gate.open()
        collect(agents, memory)
        expect(time.monotonic() - began < 30, "the module would have left long before")
        expect(memory.most <= TURNS, memory.most, "hashes at once, but", TURNS, "turns")
        expect(memory.most >= 1, "no hash was seen: the case proves nothing")
        expect({agent.answer for agent in agents} == {DENY}, "answers:", {agent.answer for agent in agents})
    finally:
        for agent in agents:
            agent.stop()


def judge_way_in(stage, flood_terms, own_terms):
    """The flood asks first. The person asks a little later, and is answered before most of it."""
    config = config_with(stage, "dear.conf", "hash-cost = 5")
    name, victim = person_of(stage, config), person_of(stage, config, "failures=7", "wait=3600")
    gate, later = Gate(), Gate()
    flood = start_flood(stage, config, gate, FLOOD // 4, **flood_terms)
    person = Agent(stage, config, later, **own_terms)
    try:
        for agent in flood:
            agent.ask(victim, WRONG, "000000")
        person.ask(name, PASSWORD, code_of())
        gate.open()
        time.sleep(0.2)
        later.open()
        collect(flood + [person])
        expect(person.answer == ALLOW, "the person was refused:", person.answer)
        before = served_before(person, flood)
        expect(before < len(flood) // 2, before, "of", len(flood), "of a flood were answered first")
    finally:
        for agent in flood + [person]:
            agent.stop()


@case(root=True, log=True)
def audit_f07_root_signs_in_during_a_flood_of_others(stage):
    stage.skip_if_instrumented()
    judge_way_in(stage, {"uid": STRANGER}, {"rhost": "192.0.2.7"})


@case(root=True, log=True)
def audit_f07_the_console_signs_in_during_a_flood_through_roots_services(stage):
    stage.skip_if_instrumented()
    judge_way_in(stage, {"rhost": "192.0.2.1"}, {"tty": "/dev/tty1"})


@case(log=True)
def audit_f07_no_page_of_turns_refuses_nobody_and_is_logged(stage):
    """A full disk, or a directory that cannot be written: the bound is gone, nobody is."""
    name, page, aside = stage.person(), os.path.join(stage.state, "turns"), stage.path("turns.aside")
    os.rename(page, aside)
    os.mkdir(page, 0o700)
    try:
        mark = stage.log.mark()
        expect(stage.judged(name) is None, "an agent serves although a directory stands where the page should be")
        stage.log.wait_for(mark, "cannot serve", "turns")
        os.rmdir(page)
        with open(aside, "rb") as file:
            before = file.read()
        expect(stage.judged(name) == ALLOW, "no page was made")
        expect(os.path.getsize(page) == len(before), "the new page has another size")
    finally:
        if os.path.isdir(page):
            os.rmdir(page)
        os.rename(aside, page)


@case(root=True, log=True)
def audit_f07_turns_show_in_no_table_of_locks(stage):
    name, inode = stage.person("failures=7", "wait=3600"), ":%d " % os.stat(os.path.join(stage.state, "turns")).st_ino
    gate = Gate()
    agents = start_flood(stage, stage.config, gate, 24, rhost="192.0.2.1")
    try:
        for agent in agents:
            agent.ask(name, WRONG, "000000")
        gate.open()
        while not all(agent.answer is not None for agent in agents):
            with open("/proc/locks") as file:
                expect(inode not in file.read(), "a turn shows in /proc/locks")
            for agent in agents:
                if agent.answer is None and select.select([agent.link], [], [], 0)[0]:
                    agent.listen()
    finally:
        for agent in agents:
            agent.stop()
