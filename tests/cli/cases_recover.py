"""What an administrator does for somebody: reset-token, recovery-codes, passwd, expire, history; list and its filters."""
import glob
import re

from person import PASSWORD, RECOVERY, Person
from harness import add_case, expect, same
from world import Terminal, World

OTHER = "encore une autre phrase, plus longue"


def reset_token():
    with World() as world:
        world.configure("window = 2")
        alice = Person(world, "alice")
        codes = alice.enroll()
        old_key = alice.key
        same(world.run("reset-token", "alice").code, 2, "nobody was asked")
        expect(alice.may_sign_in(), "a refused reset changed something")
        answer = world.run("reset-token", "alice", "--yes", "--json")
        same((answer.code, answer.err), (0, ""))
        facts = alice.facts()
        same((facts["password"], facts["token"], facts["recovery_codes"], facts["recovery_codes_left"]),
             ("temporary", "pending", 0, 0))
        temporary = answer.json()[0]["temporary_password"]
        for password, code in ((PASSWORD, alice.code()), (PASSWORD, codes[0]), (temporary, codes[1]), (PASSWORD, "")):
            same(alice.sign_in(password, code).code, 1, "what was void let somebody in")
        world.run("unlock", "alice")
        same(alice.sign_in(PASSWORD, "").out.count("█"), 0)
        alice.first_sign_in(temporary, OTHER)
        expect(alice.key != old_key, "the same token again")
        same(alice.facts()["recovery_codes_left"], 10)
        same(world.run("history", "alice", "--json").json()[0]["kept"], 2, "the former password was forgotten")


def questions():
    """Nothing happens without a yes in the language of the question."""
    for verb, ask, more in (("reset-token", "Revoke the token", ()), ("history", "Forget the former", ("--forget",))):
        with World() as world:
            world.configure("window = 2")
            alice = Person(world, "alice")
            alice.enroll()
            before = alice.facts(), world.run("history", "alice", "--json").out
            for answer in ("no", "", "oui", "y"):
                terminal = Terminal(world, verb, "alice", *more)
                terminal.until('Type "yes": ')
                expect(ask in terminal.seen, terminal.seen)
                terminal.type(answer + "\n")
                same(terminal.close(), 1, f"{verb} {answer!r}")
            same((alice.facts(), world.run("history", "alice", "--json").out), before)
            terminal = Terminal(world, verb, "alice", *more)
            terminal.until('Type "yes": ')
            terminal.type("yes\n")
            same(terminal.close(), 0, terminal.seen)


def recovery_codes():
    with World() as world:
        world.configure("window = 2")
        alice = Person(world, "alice")
        old = alice.enroll()
        answer = world.run("recovery-codes", "alice")
        same((answer.code, answer.err), (0, ""))
        new = RECOVERY.findall(answer.out)
        same((len(set(new)), len(re.findall(r"(?m)^  \S+   \S+$", answer.out)), set(new) & set(old)), (10, 5, set()))
        same(alice.sign_in(PASSWORD, old[0]).code, 1, "an old code still serves")
        same(alice.sign_in(PASSWORD, new[0]).code, 0)
        again = alice.sign_in(PASSWORD, new[0])
        same(again.code, 1, "a code served twice")
        expect("Use another one" in again.out + again.err, again)
        same(alice.facts()["recovery_codes_left"], 9)
        expect("9 left of 10" in world.run("show", "alice").out, "show does not tell how many are left")
        expect(alice.may_sign_in(), "the token was touched")
        same(len(world.run("recovery-codes", "alice", "--json").json()[0]["recovery_codes"]), 10)
        with open("/dev/full", "wb", buffering=0) as full:
            answer = world.run("recovery-codes", "alice", out=full)
        expect(answer.code == 3 and "make new ones" in answer.err, repr(answer))
        world.run("invite", "bob")
        answer = world.run("recovery-codes", "bob")
        same((answer.code, answer.out), (1, ""))
        same(world.run("show", "bob", "--json").json()[0]["generation"], 1)


def root_resets_a_password():
    with World() as world:
        world.configure("window = 2")
        alice = Person(world, "alice")
        codes = alice.enroll()
        answer = world.run("passwd", "alice", stdin="a password that root would choose\n" * 2)
        same((answer.code, answer.err), (0, ""))
        temporary = re.fullmatch(r"alice\t([a-z0-9-]{23})\n", answer.out).group(1)
        facts = alice.facts()
        same((facts["password"], facts["token"], facts["recovery_codes_left"]), ("temporary", "confirmed", 10))
        same(alice.sign_in(PASSWORD, alice.code()).code, 1, "the old password still serves")
        expect("█" not in alice.sign_in(temporary, "").out, "a QR code for a token that is confirmed")
        world.run("unlock", "alice")
        same(alice.sign_in(temporary, alice.code(), PASSWORD, OTHER, OTHER, "").code, 0)
        same(alice.facts()["password"], "own")
        same(world.run("history", "alice", "--json").json()[0]["kept"], 2)
        expect(len(codes) == 10 and alice.may_sign_in(OTHER), "no sign-in with the new password")
        same(world.run("passwd", "nobody-here").code, 1)


def expire():
    with World() as world:
        world.configure("window = 2")
        alice = Person(world, "alice")
        alice.enroll()
        same(world.run("invite", "bob").code, 0)
        same(world.run("expire", "alice", "bob").code, 0)
        same((alice.facts()["must_change"], alice.facts()["password"]), (True, "own"))
        generation = alice.facts()["generation"]
        same(world.run("expire", "alice", "--json").json(), [{"user": "alice", "must_change": True, "changed": False}])
        same(alice.facts()["generation"], generation, "what has expired already was written again")
        same(world.run("show", "bob", "--json").json()[0]["generation"], 1)
        answer = alice.sign_in(PASSWORD, alice.code(), OTHER, OTHER)
        same(answer.code, 0, repr(answer))
        same(alice.facts()["must_change"], False)
        expect(alice.may_sign_in(OTHER), "the new password does not serve")
        same(world.run("expire", "nobody-here").code, 1)


def history():
    with World() as world:
        world.configure("window = 2")
        alice = Person(world, "alice")
        alice.enroll()
        world.run("expire", "alice")
        same(alice.sign_in(PASSWORD, alice.code(), OTHER, OTHER).code, 0)
        for more in ((), ("--json",)):
            answer = world.run("history", "alice", *more)
            expect(answer.code == 0 and "$" not in answer.out and "2" in answer.out, repr(answer))
        same(world.run("history", "alice", "--forget").code, 2)
        told = world.run("history", "alice", "--json").json()[0]
        same((told["kept"], told["most"], told["forgotten"]), (2, 10, False))
        told = world.run("history", "alice", "--forget", "--yes", "--json").json()[0]
        same((told["kept"], told["changed"]), (1, True), "the one in force must stay")
        same(world.run("history", "alice", "--forget", "--yes", "--json").json()[0]["changed"], False)
        same(world.run("history", "alice", "--json").json()[0]["kept"], 1)
        same(world.run("check-password", "alice", stdin=PASSWORD + "\n").code, 0, "it was not forgotten")
        same(world.run("check-password", "alice", stdin=OTHER + "\n").code, 1, "the one in force was forgotten")
        path, = glob.glob(world.state + "/history/*/alice")
        with open(path, "r+b") as file:
            file.write(b"X")
        for words in (("history", "alice"), ("check-password", "alice"), ("passwd", "alice"), ("reset-token", "alice", "--yes")):
            answer = world.run(*words, stdin=OTHER + "\n")
            same((answer.code, answer.out), (3, ""), repr(words))
        same(world.run("history", "alice", "--forget", "--yes").code, 0)
        same(world.run("history", "alice", "--json").json()[0]["kept"], 1, "a damaged history was not mended")


def filters():
    with World() as world:
        world.configure("window = 2")
        alice = Person(world, "alice")
        alice.enroll()
        world.run("invite", "bob", "--life", "2h")
        world.run("invite", "carol", "--life", "20d")

        def listed(*words):
            answer = world.run("list", *words)
            same((answer.code, answer.err), (0, ""), repr(words))
            return sorted(line.split("\t")[0] for line in answer.out.splitlines())

        same(listed(), ["alice", "bob", "carol"])
        same(listed("--never-signed-in"), ["bob", "carol"])
        for ahead, names in (("0s", []), ("1h", []), ("3h", ["bob"]), ("21 d", ["bob", "carol"]), ("300d", ["alice", "bob", "carol"])):
            same(listed("--expiring", ahead), names, ahead)
        same(listed("--expiring=300d", "--never-signed-in"), ["bob", "carol"])
        world.run("expire", "alice")
        same(listed("--expiring", "0s"), ["alice"])
        same([one["user"] for one in world.run("list", "--expiring", "3h", "--never-signed-in", "--json").json()], ["bob"])
        for wrong in ("soon", "1", "4000d", "1 month"):
            same(world.run("list", "--expiring", wrong).code, 2, wrong)


def add_cases():
    add_case("reset_token_voids_everything_and_invites", reset_token)
    add_case("reset_and_forget_ask_first", questions)
    add_case("recovery_codes_leave_the_token", recovery_codes)
    add_case("root_resets_a_password_and_never_chooses_it", root_resets_a_password)
    add_case("expire_forces_a_change", expire)
    add_case("history_counts_and_forgets", history)
    add_case("list_filters", filters)
