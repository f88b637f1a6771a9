"""Faults of usage: one specific line on standard error, nothing on standard output, exit status 2."""
import os
import re
import subprocess

from harness import add_case, expect, need, same
from world import World

HERE = os.path.dirname(os.path.abspath(__file__))

FAULTS = {  # verb: words that it refuses
    "init": (["alice"], ["--yes"], ["--owner"], ["--owner", "no-such-user-here"], ["--owner", "0"], ["--json", "--json"]),
    "enroll": ([], ["a", "b"], ["a", "--all"], ["a", "--json=1"], ["-x", "a"], [""], ["a b"], ["x" * 65], ["a:b"], ["a\nb"]),
    "invite": ([], ["a", "--csv", "x"], ["a", "--life="], ["a", "--life", "0h"], ["a", "--all"], ["a", "--yes"], [""],
               ["--csv="], ["a", "--letters", "--json"], ["a", "b", "--contact", "c@d"], ["a", "--renew", "--contact", "c@d"],
               ["a", "--contact", "c"], ["--csv", "-", "--contact", "c@d"],
               ["a", "--ignore-columns"]),
    "passwd": (["a", "b"], ["a", "--yes"], ["--socket="], ["--socket=/x", "--agent=/y"]),
    "expire": ([], ["a", "--all"]),
    "history": ([], ["a", "b"], ["a", "--forget"], ["a", "--forget=1"]),
    "check-password": (["a", "b"], ["a", "--yes"]),
    "token": ([], ["a"], ["a", "b", "--replace"], ["a", "--replace", "--socket="], ["a:b", "--replace"],
              ["a", "--replace", "--socket", "/x", "--agent", "/y"]),
    "reset-token": ([], ["a"], ["a", "--all"]),
    "recovery-codes": ([], ["a", "b"], ["a", "--yes"]),
    "list": (["alice"], ["--expiring="], ["--expiring", "1y"], ["--never-signed-in=1"], ["--rebuild"], ["--jsonx"]),
    "show": ([], ["a", "b"], ["a", "--ascii"]),
    "verify": ([], ["a", "123456"], ["a", "--yes"]),
    "unlock": ([], ["a", "--all"], ["--all=yes"], ["a", "--system"]),
    "disable": ([], ["a", "--all"], ["--foo", "a"]),
    "enable": ([], ["a", "--yes"], ["--owner", "x", "a"]),
    "sign-out": ([], ["a", "--all"], ["--all=1"], ["a", "--yes"]),
    "sessions": (["a", "b"], ["--all"], ["a", "--yes"]),
    "remove": ([], ["a", "b", "--yes"], ["a"]),
    "rename": ([], ["a"], ["a", "b", "c"], ["a", "b c"], ["a", "-b"], ["a", "b", "--dry-run=1"]),
    "contact": ([], ["a", "b@c", "d@e"], ["a", "b@c", "--none"], ["a", "b"], ["a", "--none=1"], ["a", "--yes"]),
    "uid": ([], ["a", "--all"], ["--all=1"], ["a", "--yes"]),
    "import": ([], ["f"], ["--from"], ["--from", "none", "f"], ["--from", "oath"], ["--from=oath", "--dry-run=1", "f"],
               ["--from", "oath", "--user", "a b", "f"]),
    "notify": (["alice"], ["--dry-run=1"], ["--all"], ["--dry-run", "--dry-run"]),
    "try": ([], ["sshd"], ["sshd", "a", "b"], ["sshd", "a", "--confdir"], ["sshd", "a", "--config=x"]),
}


def refused(world, verb, words):
    config = verb != "try" and not any(word.startswith("--owner") for word in words[-1:])
    answer = world.run(verb, *words, config=config)
    same(answer.code, 2, f"{verb} {words}: {answer}")
    same(answer.out, "", f"{verb} {words}")
    expect(re.fullmatch(r"liberations: [^\n]+\n", answer.err), f"{verb} {words}: not one line: {answer.err!r}")


def refused_all(verb):
    with World() as world:
        for words in FAULTS[verb]:
            refused(world, verb, words)


def no_verb():
    with World(founded=False) as world:
        for words in ((), ("frobnicate",), ("help", "frobnicate"), ("",), ("--frob",), ("\x1b[2J",)):
            answer = world.run(*words, config=False)
            same((answer.code, answer.out), (2, ""), repr(words))
            expect("\x1b" not in answer.err and len(answer.err.splitlines()) == 1, repr(answer.err))


def options_anywhere():
    with World() as world:
        world.enroll("alice")
        shown = [world.run(*words, config=False).json() for words in (
            ("show", "alice", "--json", "--config", world.config), ("show", "--config=" + world.config, "alice", "--json"),
            ("show", "--json", "--config", world.config, "--", "alice"))]
        expect(shown[0] == shown[1] == shown[2], repr(shown))


def secret_word_not_repeated():
    with World() as world:
        expect("654321" not in world.run("verify", "alice", "654321").err, "a code from the command line was repeated")


def help_is_an_answer(verb):
    with World(founded=False) as world:
        for words in ((verb, "--help"), ("help", verb), (verb, "-h")):
            answer = world.run(*words, config=False)
            same((answer.code, answer.err), (0, ""), repr(words))
            expect(f"liberations {verb}" in answer.out.split("Example:")[1], "no example")


def output_lost():
    with World() as world, open("/dev/full", "wb", buffering=0) as full:
        for words in (("--version",), ("--help",), ("list", "--help"), ("init",), ("init", "--json")):
            answer = world.run(*words, out=full)
            same(answer.code, 3, repr(words))
            expect("No space left on device" in answer.err, answer.err)
        same(world.run("enroll", "alice", out=full, stdin="\n").code, 3)
        same(world.run("enroll", "alice", "--json", out=full, stdin="\n").code, 3)
        same(world.run("show", "alice").code, 1, "an account whose password nobody saw was kept")


def reader_gone():
    with World() as world:
        world.enroll("alice")
        reader, writer = os.pipe()
        os.close(reader)
        same(world.run("list", out=writer).code, 3)
        os.close(writer)


def manual_is_clean():
    path = os.path.join(HERE, "..", "..", "man", "liberations.8")
    need("mandoc")
    done = subprocess.run(["mandoc", "-Tlint", "-Wwarning", path], capture_output=True, text=True, check=False)
    same((done.returncode, done.stdout), (0, ""))


def add_cases():
    for verb in FAULTS:
        add_case(f"usage_{verb}", refused_all, verb)
        add_case(f"help_{verb}", help_is_an_answer, verb)
    add_case("usage_no_verb", no_verb)
    add_case("options_stand_anywhere", options_anywhere)
    add_case("sec_1_76_a_code_on_the_command_line_is_not_repeated", secret_word_not_repeated)
    add_case("lost_output_is_a_fault", output_lost)
    add_case("a_reader_that_went_away_is_a_fault", reader_gone)
    add_case("manual_is_clean", manual_is_clean)
