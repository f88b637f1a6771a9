"""`disable`, `enable` and `expire` for a list of people, and `unlock --all`: every fault first, then all of it or nothing."""
import signal
import subprocess

from harness import add_case, expect, same
from world import Terminal, World, lbr_world

PEOPLE = ("ann", "bob", "carol")


def invited(world):
    same(world.run("invite", *PEOPLE).code, 0)


def disabled(world):
    return [one["user"] for one in world.run("list", "--json", "--columns", "user", "--state", "disabled").json()]


def lists():
    """A column of names, a whole table of a spreadsheet with columns that mean nothing here, and names of no Unix user."""
    with World() as world:
        invited(world)
        for table in ("ann\nbob\n", "user\r\nann\r\nbob\r\n", "\ufeffNom;Identifiant;Courriel;Mot de passe;Département\nZ;ann;pas une adresse;x;y\nZ;bob;;;\n",
                      "ann,not an address,xx\nbob,,\n"):
            answer = world.run("disable", "--csv", "-", stdin=table)
            same((answer.code, answer.err), (0, ""), table)
            same(disabled(world), ["ann", "bob"], table)
            answer = world.run("enable", "--csv", "-", "--json", stdin=table)
            same([(one["user"], one["disabled"], one["changed"]) for one in answer.json()], [("ann", False, True), ("bob", False, True)])
        lbr_world(world, "ann", "state=own")
        same([one["changed"] for one in world.run("expire", "--csv", "-", "--json", stdin="ann\nbob\n").json()], [True, False])


def faults():
    """Each is told with its place, and nobody is changed."""
    with World() as world:
        invited(world)
        answer = world.run("disable", "--csv", "-", stdin="user;x\nann;\n../x;\nnobody-here;\nann;\nbob;\n")
        same((answer.code, answer.out, disabled(world)), (2, "", []), repr(answer))
        for line in (3, 4, 5):
            expect(f"line {line}, column 1" in answer.err, answer.err)
        for table in ("", "courriel\nx@example.org\n", "\x1b\n", "name;user;user\nx;ann;bob\n"):
            answer = world.run("disable", "--csv", "-", stdin=table)
            same((answer.code, answer.out, disabled(world)), (2, "", []), repr(table))
        same(world.run("disable", "--csv", "-", "ann", stdin="bob\n").code, 2, "names and a list")


def dry_runs():
    with World() as world:
        invited(world)
        lbr_world(world, "ann", "state=locked")
        same(world.run("disable", "bob").code, 0)
        for words, wanted in ((("disable", "--csv", "-"), "ann\tdisable\nbob\tskip\n"), (("enable", "ann", "bob"), "ann\tskip\nbob\tenable\n"),
                              (("unlock", "--all"), "ann\tunlock\nbob\tskip\ncarol\tskip\n"), (("unlock", "ann", "--rebuild"), "ann\tunlock\n")):
            answer = world.run(*words, "--dry-run", stdin="ann\nbob\n")
            same((answer.code, "".join(sorted(answer.out.splitlines(True))), answer.err), (0, wanted, ""), words)
        same(world.run("expire", "ann", "--dry-run", "--json").json(), [{"user": "ann", "would": "expire", "changed": False}])
        same(world.run("unlock", "nobody-here", "--dry-run").code, 1)
        same(disabled(world), ["bob"])
        same([one["user"] for one in world.run("list", "--json", "--state", "locked").json()], ["ann"], "a dry run unlocked")


def again_after_a_kill():
    """Killed somewhere in the list: each account is as before or as after, and the same list completes it."""
    people = [f"p{number:03}" for number in range(60)]
    table = "".join(name + "\n" for name in people)
    with World() as world:
        same(world.run("invite", *people).code, 0)
        process = subprocess.Popen(world.line("disable", "--csv", "-", "--json"), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                   env=world.environment(), cwd="/", text=True)
        process.stdin.write(table)
        process.stdin.close()
        told = [process.stdout.readline() for _ in range(5)]
        process.send_signal(signal.SIGKILL)
        process.stdout.read()
        process.wait()
        done = disabled(world)
        expect(len(done) >= len(told) and done == people[:len(done)], done)
        answer = world.run("disable", "--csv", "-", "--json", stdin=table)
        same((answer.code, [one["user"] for one in answer.json()]), (0, people))
        same([one["user"] for one in answer.json() if one["changed"]], people[len(done):])
        same(disabled(world), people)


def unlock_all_asks():
    with World() as world:
        lbr_world(world, "ann", "state=locked")
        for answer, code, left in (("no", 1, ["ann"]), ("yes", 0, [])):
            terminal = Terminal(world, "unlock", "--all")
            terminal.until("Type")
            terminal.type(answer + "\n")
            same(terminal.close(), code, terminal.seen)
            same([one["user"] for one in world.run("list", "--json", "--state", "locked").json()], left, answer)
        lbr_world(world, "ann", "state=locked")
        terminal = Terminal(world, "unlock", "--all", "--yes")
        same(terminal.close(), 0, terminal.seen)
        same(world.run("list", "--state", "locked").out, "")


def add_cases():
    add_case("switch_takes_a_list_of_names_or_a_whole_table", lists)
    add_case("switch_tells_every_fault_of_a_list_and_changes_nobody", faults)
    add_case("switch_dry_run_says_what_would_change", dry_runs)
    add_case("switch_of_a_list_killed_can_be_run_again", again_after_a_kill)
    add_case("unlock_all_asks_at_a_terminal", unlock_all_asks)
