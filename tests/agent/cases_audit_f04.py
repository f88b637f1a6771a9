"""What an ordinary user sees while others are refused: the same, whatever stands behind the name and whatever was right."""

import dialogue
import rows
from harness import case, expect
from dialogue import DENY, REFUSED
from stage import Listener
from watcher import STRANGER, Watched, see_that_it_sees, watch

PEER = 64299  # has no account


class Resting:
    """An agent that waits for its peer, as any user sees it: its threads, priority, address space and signals."""
    FIELDS = {"priority": 15, "nice": 16, "threads": 17, "address space": 20, "blocked": 29, "ignored": 30, "caught": 31}

    def __init__(self, stage, listener):
        self.pid = listener.only_agent()
        self.stage = stage

    def look(self):
        def read():
            with open("/proc/%d/stat" % self.pid) as file:
                return file.read().rpartition(")")[2].split()
        words = self.stage.as_user(STRANGER, read)
        return {word: words[at] for word, at in self.FIELDS.items()}


def refuse(stage, listener, name, answer):
    """What the refusal changed in its agent; it was there before and is there after."""
    listener.wait_agents(0)
    talk = dialogue.connect(listener.verify, rhost="192.0.2.1")
    try:
        agent = Resting(stage, listener)
        before = agent.look()
        expect(talk.sign_in(name, *answer) == DENY, name, "was let in")
        after = agent.look()
    finally:
        talk.close()
    listener.wait_agents(0)
    return {word: (before[word], after[word]) for word in before if before[word] != after[word]}


def watch_row(stage, watched, listener, name, answer):
    """All that is seen of one refusal."""
    changed = []
    before = watched.seen()
    seen = watch(lambda: changed.append(refuse(stage, listener, name, answer)), watched.room, listener.directory,
                 listener.process.pid)
    after = watched.seen()
    expect(before == after, name, "numbers, dates or sizes:", [pair for pair in zip(before, after) if pair[0] != pair[1]])
    expect(seen["locks"] == set(), name, "locks:", seen["locks"])
    expect(len(seen["numbers"]) == 1, name, "free blocks and files:", seen["numbers"])
    expect(len({path for path, *_ in seen["files"]}) == len(seen["files"]), name, "a file changed:", seen["files"])
    expect(changed == [{}], name, "its agent changed:", changed)
    return {kind: seen[kind] for kind in ("sockets", "agents")}


def add(all_seen, title, seen):
    for kind, found in seen.items():
        all_seen.setdefault(kind, {}).setdefault(title, set()).update(found)


def judge(all_seen):
    """A busy machine hides a short moment from the watcher now and then, so it is all rows of a kind that are compared."""
    for kind, groups in all_seen.items():
        first, *others = groups
        for other in others:
            expect(groups[first] == groups[other], kind, "of", first, "and of", other, "differ:",
                   *sorted(groups[first] ^ groups[other]))


def watch_rows(stage, title):
    with Watched(stage) as watched:
        listener, all_seen = Listener(stage, "watched-run").wait_ready(), {}
        try:
            see_that_it_sees(watched.room)
            for state, make in rows.known(stage) + rows.known(stage, rows.UNREADABLE) + rows.unknown(stage):
                name = make()
                add(all_seen, "nobody" if state.startswith("nobody") else "accounts",
                    watch_row(stage, watched, listener, name, rows.answers()[title]))
            expect(all(all_seen["agents"].values()), "the watcher saw no agent")
            judge(all_seen)
        finally:
            listener.stop()


@case("setpriv", root=True, log=True)
def audit_f04_a_watcher_does_not_see_who_has_an_account(stage):
    watch_rows(stage, "both wrong")


@case("setpriv", root=True, log=True)
def audit_f05_a_watcher_does_not_see_that_a_password_is_right(stage):
    watch_rows(stage, "right password")


@case("setpriv", root=True, log=True)
def audit_f05_a_watcher_does_not_see_that_a_code_is_right(stage):
    watch_rows(stage, "right code")


@case("setpriv", root=True, log=True)
def audit_f04_a_question_about_others_shows_nowhere(stage):
    """A uid that has no account asks at the socket for everybody: refused, and nothing tells whether that name has one."""
    def ask(name):
        def connect_and_ask():
            talk = dialogue.connect(listener.agent)
            try:
                return talk.sign_in(name, *rows.answers()["both wrong"])
            finally:
                talk.close()
        expect(stage.as_user(PEER, connect_and_ask) == REFUSED, name, "was answered")
        listener.wait_agents(0)
    with Watched(stage) as watched:
        listener, all_seen = Listener(stage, "watched-run").wait_ready(), {}
        try:
            for state, make in rows.known(stage, rows.STATES[:3]) + rows.unknown(stage):
                name, before = make(), watched.seen()
                seen = watch(lambda name=name: ask(name), watched.room, listener.directory, listener.process.pid)
                expect(seen["locks"] == set() and len(seen["numbers"]) == 1, state, "seen:", seen["locks"], seen["numbers"])
                expect(watched.seen() == before, state, "numbers, dates or sizes changed")
                add(all_seen, "nobody" if state.startswith("nobody") else "accounts",
                    {kind: seen[kind] for kind in ("sockets", "agents")})
            judge(all_seen)
        finally:
            listener.stop()
