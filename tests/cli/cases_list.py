"""`list`: which accounts, in which order, with which columns; and what becomes of it where something is in the way."""
import csv
import io
import subprocess

from harness import add_case, expect, need, same
from world import Terminal, World, lbr_world, tool

PEOPLE = {"anna": "own", "bert": "disabled", "cleo": "locked", "dora": "throttled", "emil": "expired", "fritz": "must-change",
          "gina": "temporary"}


def populated(world):
    for name, state in reversed(PEOPLE.items()):
        lbr_world(world, name, f"state={state}")


def users(world, *words):
    answer = world.run("list", *words)
    same((answer.code, answer.err), (0, ""), words)
    return [line.split("\t")[0] for line in answer.out.splitlines()]


def states():
    """Each account is of the states that it is listed with, and only --state active lists those of none."""
    with World() as world:
        populated(world)
        told = {one["user"]: one["state"] or ["active"] for one in world.run("list", "--json").json()}
        words = sorted({state for states_of in told.values() for state in states_of})
        same(words, ["active", "disabled", "expired", "invited", "locked", "must-change", "waiting"])
        for word in words:
            same(users(world, "--state", word), sorted(name for name, its in told.items() if word in its), word)
        same(users(world, "--state=locked,active"), ["anna", "cleo"])
        same(users(world, "--state", "locked", "--never-signed-in", "--expiring", "0s"), [])
        same(users(world, "--state", "no-unix-user,other-uid"), [])
        for wrong in ("lost", "locked,", ",locked", "locked, active", "LOCKED", "lock"):
            answer = world.run("list", "--state", wrong, "--config", "/nonexistent", config=False)
            same((answer.code, answer.out), (2, ""), wrong)
            expect("must-change" in answer.err, "the words are not named: " + answer.err)


def columns():
    with World() as world:
        populated(world)
        world.run("contact", "anna", "anna@example.org")
        tool(world, "cli/forge", "contact", "bert", 'a,"b;c')
        every = world.run("list", "--csv", "--columns", WORDS).out
        rows = {row["user"]: row for row in csv.DictReader(io.StringIO(every))}
        same(list(rows), sorted(PEOPLE))
        same(list(rows["anna"]), [word.replace("-", "_") for word in WORDS.split(",")])
        same((rows["anna"]["address"], rows["anna"]["phone"], rows["anna"]["contact"]), ("anna@example.org", "", "anna@example.org"))
        expect(rows["dora"]["waiting_until"].endswith("Z") and rows["anna"]["waiting_until"] == "", every)
        same(rows["bert"]["contact"], 'a,"b;c')
        same(world.run("list", "--columns", "state,user", "--state", "active").out, "active\tanna\n")
        same(world.run("list", "--columns", "phone", "--state", "active").out, "-\n")
        same(world.run("list", "--json", "--columns", "user,disabled,waiting-until", "--state", "disabled").json(),
             [{"user": "bert", "disabled": True, "waiting_until": None}])
        for wrong in ("colour", "user,", "user,user", ""):
            same(world.run("list", "--columns", wrong).code, 2, wrong)


WORDS = ("user,state,password,password-set,token,recovery-codes,last-sign-in,expires,waiting-until,disabled,uid,system-uid,contact,"
         "address,phone,language")


def columns_at_a_terminal():
    for language, heads, row in (("en_CA.UTF-8", "DISABLED  STATE USER".split(), "no        active anna"),
                                 ("fr_CA.UTF-8", "DÉSACTIVÉ ÉTAT NOM".split(), "non       actif anna")):
        with World(language) as world:
            lbr_world(world, "anna", "state=own")
            lbr_world(world, "bert", "state=disabled")
            terminal = Terminal(world, "list", "--columns", "disabled,state,user", "--state", "active")
            same(terminal.close(), 0)
            lines = terminal.seen.replace("\r\n", "\n").splitlines()
            same(lines[0].split(), heads)
            same(" ".join(lines[1].split()), " ".join(row.split()))
            same(lines[0].index(heads[2]), lines[1].index("anna"), "the columns are not under their headings")
            terminal = Terminal(world, "list", "--columns", WORDS)
            same(terminal.close(), 0)
            same(len(terminal.seen.splitlines()), 3)


def orders():
    with World() as world:
        populated(world)
        same(users(world), sorted(PEOPLE))
        same(users(world, "--sort", "user"), sorted(PEOPLE))
        same(sorted(users(world, "--sort", "none")), sorted(PEOPLE))
        ends = world.run("list", "--json", "--sort", "expires", "--columns", "expires").json()
        told = [one["expires"] for one in ends if one["expires"]]
        same(told, sorted(told))
        last = [one["last_sign_in"] or "" for one in world.run("list", "--json", "--sort", "last-sign-in").json()]
        same(last, sorted(last))


def hindered(*what):
    need("strace")
    with World() as world:
        world.run("invite", "zoe")
        return subprocess.run(["strace", "-f", "-o", "/dev/null", "-e", what[0], "-e", what[1], *world.line("list")], capture_output=True,
                              text=True, check=False, env=world.environment(), cwd="/")


def no_second_process():
    """The one that reads the store cannot begin: an error, and no list that looks complete."""
    done = hindered("trace=clone,fork,vfork,clone3", "inject=clone,fork,vfork,clone3:error=EAGAIN")
    same((done.returncode, done.stdout), (3, ""), done.stderr)
    expect("temporarily" in done.stderr, done.stderr)


def the_reader_is_killed():
    """Killed at its first look into a directory: what was listed is not said to be all."""
    done = hindered("trace=getdents64", "inject=getdents64:signal=KILL")
    same((done.returncode, done.stdout), (3, ""), done.stderr)
    expect("killed" in done.stderr, done.stderr)


def add_cases():
    add_case("list_state_chooses_by_what_it_tells", states)
    add_case("list_columns_are_those_asked_for_and_clean", columns)
    add_case("list_columns_at_a_terminal_stand_under_their_headings", columns_at_a_terminal)
    add_case("list_sort_orders_by_each_key", orders)
    add_case("list_without_its_reader_is_an_error", no_second_process)
    add_case("list_whose_reader_is_killed_is_an_error", the_reader_is_killed)
