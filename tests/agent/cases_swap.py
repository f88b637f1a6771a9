"""Somebody who may write somewhere on the way swaps what stands there, while root signs people in and administers.

LBR_SWAPS: how many swaps in all (8000); LBR_SWAPS_RESULT: a file that gets the counts."""
import os
import random
import subprocess
import threading
import time

import dialogue
import service
from harness import Failure, case, expect
from dialogue import ALLOW, DENY, UNAVAILABLE
from stage import OWNER, PASSWORD, code_of
from swap_world import OTHER, World

SWAPS = int(os.environ.get("LBR_SWAPS") or 8000)
LIMIT_S = 600  # nobody waits that long unless for ever
WORKERS = 3
ATTACKERS = 4


class Work:
    """What root does meanwhile, again and again; each piece ends by itself, with an answer."""
    def __init__(self, world):
        self.world, self.stage = world, world.stage
        self.counts, self.troubles, self.lock = {}, [], threading.Lock()
        self.pieces = [self.sign_in_wrongly, self.sign_in_rightly, self.sign_in_unknown, self.through_pam,
                       self.found_again, self.listen] + [self.administer] * 6

    def count(self, what, answer):
        with self.lock:
            self.counts[(what, answer)] = self.counts.get((what, answer), 0) + 1

    def total(self, *answers):
        return sum(count for (_, answer), count in self.counts.items() if answer in answers)

    def run(self, over):
        while not over.is_set() and not self.troubles:
            try:
                random.choice(self.pieces)()
            except Exception as trouble:
                self.troubles.append(trouble)

    def ask_agent(self, what, name, password, code):
        start = time.monotonic()
        link, process = self.stage.start_agent(
            argv=["liberations-agent", "--fd", "3", "--config", self.world.config])
        try:
            answer = dialogue.Talk(link, timeout=LIMIT_S).sign_in(name, password, code)
        except dialogue.Gone as gone:
            expect(str(gone) != "silence", "the agent hung")
            answer = UNAVAILABLE
        finally:
            link.close()
            process.wait(timeout=LIMIT_S)
        expect(time.monotonic() - start < LIMIT_S, "an agent took too long")
        self.count(what, answer)
        return answer

    def sign_in_wrongly(self):
        name = random.choice(self.world.victims)
        password, code = random.choice(((PASSWORD + "x", code_of()), (PASSWORD, "%06d" % ((int(code_of()) + 4711) % 10**6))))
        expect(self.ask_agent("wrong sign-in", name, password, code) != ALLOW, "a wrong sign-in was let in")

    def sign_in_rightly(self):
        self.ask_agent("right sign-in", "right", PASSWORD, code_of(ahead=random.choice((-1, 0, 1))))

    def sign_in_unknown(self):
        expect(self.ask_agent("unknown name", "nobody-at-all", PASSWORD, code_of()) != ALLOW, "somebody unknown was let in")

    def through_pam(self):
        host = service.Host(self.stage, self.world.services, "swap", random.choice(self.world.victims), "ae",
                            [PASSWORD + "x", code_of()])
        try:
            host.process.wait(timeout=LIMIT_S)
        except subprocess.TimeoutExpired:
            host.process.kill()
            raise Failure("a host hung")
        code = host.finish().get("a")
        expect(code in (service.AUTH_ERR, service.UNAVAILABLE), "PAM answers", code)
        self.count("wrong sign-in through PAM", DENY if code == service.AUTH_ERR else UNAVAILABLE)

    def command(self, *words):
        done = subprocess.run([self.stage.build + "/liberations", *words, "--config", self.world.config], timeout=LIMIT_S,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd="/")
        expect(done.returncode in (0, 1, 2, 3, 4), words, "ended with", done.returncode, done.stdout[-300:])
        self.count(words[0], DENY if done.returncode else ALLOW)

    def administer(self):
        victim, self.world.fresh = random.choice(self.world.victims), self.world.fresh + 1
        self.command(*random.choice((
            ("list",), ("show", victim), ("unlock", victim), ("unlock", victim, "--rebuild"), ("disable", victim),
            ("enable", victim), ("expire", victim), ("invite", "fresh%d" % self.world.fresh), ("passwd", victim),
            ("reset-token", victim, "--yes"), ("recovery-codes", victim), ("history", victim), ("sign-out", victim),
            ("remove", "fresh%d" % random.randrange(self.world.fresh + 1), "--yes"))))

    def found_again(self):
        self.command("init", "--owner", str(OWNER))

    def listen(self):
        process = subprocess.Popen(
            [self.stage.agent, "--listen", "--config", self.world.config, "--agent-socket", self.world.run + "/agent.sock",
             "--verify-socket", self.world.run + "/verify.sock"], stdin=subprocess.DEVNULL, start_new_session=True)
        time.sleep(random.random() / 4)
        refused = process.poll() is not None
        process.terminate()
        process.wait(timeout=LIMIT_S)
        self.count("listener", DENY if refused else ALLOW)


def attack(stage, world, uid, base, relatives, swaps):
    """Runs the attackers until they are done, and the work beside them."""
    before, work, over = world.seen_outside(), Work(world), threading.Event()
    outsides = [os.path.normpath(os.path.join(world.outside, name, os.path.relpath(base, world.top)))
                for name in ("owner", "owner", "root", "other")]
    shares = [relatives[number::ATTACKERS] for number in range(min(ATTACKERS, len(relatives)))]
    attackers = [subprocess.Popen(
        [os.path.join(stage.build, "tests", "agent", "swapper"), str(swaps // len(shares)), str(uid), base, *share, "--",
         *outsides], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for share in shares]
    for attacker in attackers:
        expect(attacker.stdout.readline() == "ready\n", "an attacker is not ready")
    for attacker in attackers:
        attacker.stdin.write("!")
        attacker.stdin.close()
    threads = [threading.Thread(target=work.run, args=(over,)) for _ in range(WORKERS)]
    for thread in threads:
        thread.start()
    try:
        while any(attacker.poll() is None for attacker in attackers) and not work.troubles:
            time.sleep(0.05)
    finally:
        over.set()
        for attacker in attackers:
            attacker.kill()
            attacker.wait()
        for thread in threads:
            thread.join()
    expect(not work.troubles, *work.troubles)
    expect(all(attacker.returncode == 0 for attacker in attackers), "an attacker ended with",
           [attacker.returncode for attacker in attackers])
    after = world.seen_outside()
    changed = [path for path in sorted(set(before) | set(after)) if before.get(path) != after.get(path)]
    expect(not changed, "touched outside:", [(path, before.get(path), after.get(path)) for path in changed[:3]])
    return sum(int(attacker.stdout.read()) for attacker in attackers), work


def report(stage, name, swaps, work):
    lines = ["%s: %d swaps" % (name, swaps)]
    words = {ALLOW: "done", DENY: "refused", UNAVAILABLE: "unavailable"}
    for what in sorted({what for what, _ in work.counts}):
        found = ["%d %s" % (work.counts[(what, answer)], words.get(answer, answer))
                 for answer in (ALLOW, DENY, UNAVAILABLE) if (what, answer) in work.counts]
        lines.append("    %-28s %s" % (what, ", ".join(found)))
    lines.append("    touched outside              nothing")
    if os.environ.get("LBR_SWAPS_RESULT"):
        with open(os.environ["LBR_SWAPS_RESULT"], "a") as file:
            file.write("\n".join(lines) + "\n")


@case("cp", "find", root=True, log=True)
def sec_1_06_swaps_in_the_store_touch_nothing_outside(stage):
    """The owner of the store, beneath the state directory."""
    world = World(stage, "store", hostile=False)
    relatives = sorted({one for name in world.victims for one in world.relatives_of(name)})
    swaps, work = attack(stage, world, OWNER, world.state, relatives, SWAPS // 2)
    report(stage, "beneath the state directory, by its owner", swaps, work)
    expect(work.total(ALLOW) and work.total(DENY, UNAVAILABLE), "not both good and bad luck:", work.counts)


@case("cp", "find", root=True, log=True)
def sec_1_08_swaps_of_state_directory_and_key_touch_nothing_outside(stage):
    """The owner of the store, where the directories above belong to that owner too."""
    world = World(stage, "above", hostile=True)
    swaps, work = attack(stage, world, OWNER, os.path.dirname(world.state), ["state", "keys", "keys/seal.key"], SWAPS // 4)
    report(stage, "state directory and seal key, by the owner of the directory above", swaps, work)
    expect(work.total(ALLOW) and work.total(DENY, UNAVAILABLE), "not both good and bad luck:", work.counts)


@case("cp", "find", root=True, log=True)
def sec_1_07_swaps_of_configuration_and_socket_directory_touch_nothing_outside(stage):
    """Another user, where the directories of configuration and sockets stand in that user's."""
    world = World(stage, "run", hostile=True)
    swaps, work = attack(stage, world, OTHER, world.top, ["etc", "etc/liberations.conf", "run", "theirs"], SWAPS // 4)
    report(stage, "configuration, socket directory and the directory above the state, by another user", swaps, work)
    expect(work.total(ALLOW) and work.total(DENY, UNAVAILABLE), "not both good and bad luck:", work.counts)


@case(root=True, log=True)
def sec_1_08_init_follows_no_link_that_others_may_change(stage):
    """`state =` leads through somebody else's directory, whose owner put a symbolic link there: to a directory of root's."""
    top, outside = stage.path("led"), stage.path("led-outside")
    for room in (top, outside, outside + "/state"):
        os.makedirs(room)
    os.symlink(outside, top + "/theirs")
    os.chown(top, OTHER, OTHER)
    config = stage.path("led.conf")
    with open(config, "w") as file:
        file.write("state = %s/theirs/state\nuser = %d\nseal-key = %s\nhash-cost = 1\n" % (top, OWNER, stage.path("led.key")))
    done = subprocess.run([stage.build + "/liberations", "init", "--config", config, "--owner", str(OWNER)],
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    seen = os.stat(outside + "/state")
    expect(seen.st_uid == 0 and os.listdir(outside + "/state") == [], "root gave a directory of root's away:", seen.st_uid,
           done.stdout)
    expect(done.returncode == 3, "init ended with", done.returncode, done.stdout)
