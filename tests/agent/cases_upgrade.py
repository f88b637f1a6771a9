"""Agent and module are replaced while people sign in: nobody gets in who should not, nobody is locked out."""
import random
import threading
import time

from harness import Failure, case, expect
from installed import Installed
from service import AUTH_ERR, MODULE_UNKNOWN, SUCCESS, UNAVAILABLE
from stage import PASSWORD, STEP_S
from unix_people import UnixPeople

PEOPLE = 200
FIRST_UID = 64300
WAYS = ("own", "both", "person")  # root's module starts the agent; a listener and root; a listener and the person
CLEAN = (UNAVAILABLE, MODULE_UNKNOWN)  # nobody was judged
ROUNDS = 3
LATEST_S = 150


class Person:
    def __init__(self, name, uid):
        self.name, self.uid, self.last_step = name, uid, 0

    def next_step(self):
        """A step whose code is good now and was not used by this person."""
        while True:
            now = int(time.time()) // STEP_S
            step = max(self.last_step + 1, now)
            if step <= now + 1:
                return step
            time.sleep(0.2)


def in_threads(work, items, count):
    """Calls `work` with every item in so many threads, and raises the first trouble."""
    rest, troubles = list(items), []

    def run():
        while rest and not troubles:
            try:
                work(rest.pop())
            except IndexError:
                return
            except Exception as trouble:
                troubles.append(trouble)
    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if troubles:
        raise troubles[0]


def crowd(stage, prefix):
    people = [Person("%s%03d" % (prefix, number), FIRST_UID + number) for number in range(PEOPLE)]
    in_threads(lambda person: stage.set(person.name, "uid=%d" % person.uid), people, 4)
    return people


def known_to_the_system(stage, people):
    known = UnixPeople(stage)
    known.put({person.name: person.uid for person in people})
    return known


def failures(stage, person):
    seen = stage.show(person.name)
    if seen["error"] != "ok":
        raise Failure("%s cannot be read: %s" % (person.name, seen))
    return [int(seen["%s_%s_failures" % (lane, part)]) for lane in ("console", "stranger") for part in ("password", "code")]


def expect_unharmed(stage, people):
    def judge(person):
        seen = stage.show(person.name)
        expect(failures(stage, person) == [0, 0, 0, 0], person.name, "was charged:", seen)
        expect(seen["stranger_next_try"] == seen["console_next_try"] == "0", person.name, "has to wait:", seen)
    in_threads(judge, people, 4)


@case(root=True, log=True)
def releases_that_follow_each_other_understand_each_other_or_refuse_unharmed(stage):
    """Agent and module both speak the protocol before their own, the agent also the one before that, and nobody is charged for
    finding that out. Further apart, they do not understand each other."""
    place, people = Installed(stage, "releases"), [Person("rel%d" % number, FIRST_UID + number) for number in range(42)]
    known = known_to_the_system(stage, people)
    try:
        for person in people:
            stage.set(person.name, "uid=%d" % person.uid)
        rest = list(people)
        for agent, module, wanted in ((0, 0, SUCCESS), (1, 0, SUCCESS), (0, 1, SUCCESS), (1, 1, SUCCESS), (2, 1, SUCCESS), (2, 2, SUCCESS),
                                      (1, 2, SUCCESS), (1, -1, SUCCESS), (2, 0, SUCCESS), (0, -1, SUCCESS), (-1, -1, SUCCESS), (0, 2, UNAVAILABLE),
                                      (-1, 1, UNAVAILABLE)):
            place.put_agent(agent)
            place.put_module(module)
            for way in WAYS:
                person, mark = rest.pop(), stage.log.mark()
                step = person.next_step()
                code = place.sign_in(way, person, "falsch", step) if wanted == SUCCESS else AUTH_ERR
                expect(code == AUTH_ERR, "agent", agent, "module", module, way, ": a wrong password gives", code)
                code = place.sign_in(way, person, PASSWORD, step + 1)
                expect(code == wanted, "agent", agent, "module", module, way, "gives", code)
                if wanted != SUCCESS:
                    stage.log.wait_for(mark, "speaks protocol version %d" % (module + 1), "this agent 1 to %d" % (agent + 2),
                                       "same release")
        expect_unharmed(stage, people)
    finally:
        place.close()
        known.close()


@case(root=True, log=True)
def upgrade_as_installed_under_200_sign_ins_is_noticed_by_nobody(stage):
    """`make install` renames the agent into its place, then the module."""
    place, people, results = Installed(stage, "order"), crowd(stage, "ord"), []
    known = known_to_the_system(stage, people)

    def work(pair):
        person, way = pair
        step = person.next_step()
        if len(results) % 10 == 3:
            code = place.sign_in(way, person, PASSWORD + "x", step)
            expect(code == AUTH_ERR, "a wrong password gives", code)
        results.append(place.sign_in(way, person, PASSWORD, step + 1))

    def upgrade():
        for count, put in ((PEOPLE // 4, place.put_agent), (PEOPLE // 2, place.put_module)):
            while len(results) < count and worker.is_alive():
                time.sleep(0.01)
            put(2)
    pairs = [(person, WAYS[number % 3]) for number, person in enumerate(people)]
    trouble = []

    def run():
        try:
            in_threads(work, pairs, 24)
        except Exception as error:
            trouble.append(error)
    worker = threading.Thread(target=run)
    try:
        worker.start()
        upgrade()
        worker.join()
        expect(not trouble, *trouble)
        counts = {code: results.count(code) for code in set(results)}
        expect(counts == {SUCCESS: PEOPLE}, "right sign-ins gave", counts)
        expect_unharmed(stage, people)
    finally:
        worker.join()
        place.close()
        known.close()


class Storm:
    """Everybody signs in, wrongly, and signs in again, all at once; what is refused unjudged is tried again."""
    def __init__(self, stage, place):
        self.stage, self.place, self.until = stage, place, time.monotonic() + LATEST_S
        self.right = self.wrong = self.unknown = self.late = self.rounds = 0
        self.unjudged = {}
        self.lock = threading.Lock()

    def add(self, word, code=None):
        with self.lock:
            if code is None:
                setattr(self, word, getattr(self, word) + 1)
            else:
                self.unjudged[code] = self.unjudged.get(code, 0) + 1

    def wrongly(self, person, way):
        while True:
            code = self.place.sign_in(way, person, PASSWORD + "x", int(time.time()) // STEP_S)
            if code == AUTH_ERR:
                return self.add("wrong")
            self.again(person, way, code, "a wrong password")

    def rightly(self, person, way, charged):
        unjudged = 0
        while True:
            step = person.next_step()
            code = self.place.sign_in(way, person, PASSWORD, step)
            if code == AUTH_ERR and unjudged and self.was_late(person, step):
                code = SUCCESS
            if code == SUCCESS:
                person.last_step = step
                return self.add("right")
            unjudged += 1
            self.again(person, way, code, "a right sign-in")
            if unjudged == 1 and not self.was_late(person, step):
                expect(max(failures(self.stage, person)) <= charged, person.name, "was charged for what nobody judged")

    def was_late(self, person, step):
        """The agent said yes after the module had stopped waiting: the machine is very busy."""
        if self.stage.show(person.name)["last_step"] != str(step):
            return False
        self.add("late")
        return True

    def again(self, person, way, code, what):
        expect(code in CLEAN, what, "of", person.name, "over", way, "gives", code)
        expect(time.monotonic() < self.until, what, "is still refused after", LATEST_S, "s")
        self.add("unjudged", code)
        time.sleep(0.1)

    def live(self, pair):
        person, way = pair
        self.rightly(person, way, 0)
        self.wrongly(person, way)
        nobody = Person("no-" + person.name, person.uid)
        while self.rounds < ROUNDS and time.monotonic() < self.until:  # a quick machine would be done before it began
            code = self.place.sign_in(way, nobody, PASSWORD, int(time.time()) // STEP_S)
            expect(code in CLEAN + (AUTH_ERR,), "somebody unknown gets", code, "over", way)
            self.add("unknown")
        self.rightly(person, way, 1)


@case(root=True, log=True)
def agent_and_module_are_replaced_under_200_sign_ins_at_once(stage):
    place, people = Installed(stage, "storm"), crowd(stage, "sto")
    known = known_to_the_system(stage, people)
    storm, over = Storm(stage, place), threading.Event()
    pairs = [(person, WAYS[number % 3]) for number, person in enumerate(people)]
    trouble, mark = [], stage.log.mark()

    def run():
        try:
            in_threads(storm.live, pairs, PEOPLE)
        except Exception as error:
            trouble.append(error)
        over.set()
    worker = threading.Thread(target=run)
    worker.start()
    try:
        while not over.is_set():
            for agent, module in ((2, 1), (2, 2), (1, 2), (1, 1)):
                place.put_agent(agent, random.choice(("rename", "gap", "piecemeal")))
                place.put_module(module, random.choice(("rename", "gap")))
                over.wait(0.1 if (agent, module) == (1, 2) else 0.25)
            storm.rounds += 1
        worker.join()
        expect(not trouble, *trouble)
        expect(storm.rounds >= ROUNDS, "only", storm.rounds, "rounds of replacing")
        older = sum("this agent 1 to 3" in line for line in stage.log.lines[mark:])
        expect(older > 0, "no module met an agent that is older")
        expect_unharmed(stage, people)
        print("         %d right and %d wrong sign-ins judged, %d of unknown names, %d times agent and module replaced; not "
              "judged, then tried again: %s (%d met an older agent); answered too late: %d"
              % (storm.right, storm.wrong, storm.unknown, 4 * storm.rounds, storm.unjudged, older, storm.late), flush=True)
    finally:
        over.wait()
        worker.join()
        place.close()
        known.close()
