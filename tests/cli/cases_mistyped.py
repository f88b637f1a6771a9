"""A word that does not exist: what was meant is named, and never to somebody who may not know it."""
from harness import add_case, expect, same
from world import ROOT, STRANGER, World


def said(world, *words, code=2, **more):
    answer = world.run(*words, **more)
    same((answer.code, answer.out), (code, ""), repr(words))
    same(answer.err.count("\n"), 1, answer.err)
    return answer.err


def verbs_and_options():
    with World(founded=False) as world:
        for typed, meant in (("enrol", "enroll"), ("shwo", "show"), ("unlcok", "unlock"), ("add", "enroll"), ("delete", "remove"), ("reset", "reset-token"),
                             ("hepl", "help"), ("ls", "list")):
            for words in ((typed,), (typed, "alice"), ("help", typed)):
                expect(f"did you mean {meant}?" in said(world, *words, config=False), words)
        expect("vouliez-vous dire enroll?" in said(world, "enrol", config=False, LC_ALL="fr_CA.UTF-8"), "not in French")
        for typed in ("frobnicate", "x", "", "xyz", "x" * 5000):
            expect("did you mean" not in said(world, typed, config=False), typed[:20])
        for words, meant in ((("list", "--jsno"), "--json"), (("list", "--srot", "user"), "--sort"), (("list", "--expirng=14d"), "--expiring"),
                             (("show", "alice", "--hepl"), "--help")):
            expect(f"did you mean {meant}?" in said(world, *words, config=False), words)
        expect("did you mean" not in said(world, "show", "alice", "--rebiuld", config=False), "an option of another verb")
        expect("vouliez-vous dire --json?" in said(world, "list", "--jsno", config=False, LC_ALL="fr_CA.UTF-8"), "not in French")


def every_cousin_is_a_verb():
    """What other programs call a verb leads to one that exists."""
    with World(founded=False) as world:
        for word in ("add", "new", "create", "register", "useradd", "delete", "del", "rm", "userdel", "reset", "lock", "suspend", "block", "unblock",
                     "activate", "resume", "info", "get", "view", "ls", "users", "password", "reset-password", "logout", "kick", "who", "check",
                     "test", "setup", "install", "codes", "email", "mail"):
            meant = said(world, word, config=False).rsplit(" ", 1)[1].rstrip("?\n")
            same(world.run("help", meant, config=False).code, 0, f"{word} leads to {meant}")


def names():
    with World() as world:
        world.run("invite", "robin", "rabin", "zoé")
        for words in (("show", "rbin"), ("verify", "rbin"), ("unlock", "rbin"), ("disable", "rbin"), ("remove", "rbin", "--yes"), ("contact", "rbin")):
            expect("rbin: no such account: did you mean rabin?" in said(world, *words, code=1, stdin="1\n"), words)
        expect("vouliez-vous dire zoé?" in said(world, "show", "zoe1", code=1, LC_ALL="fr_CA.UTF-8"), "not in French")
        expect("did you mean" not in said(world, "show", "nobody-here", code=1), "nothing is near")
        if ROOT:
            for verb in ("show", "verify", "unlock", "passwd", "check-password", "token"):
                words = (verb, "rbin", *(["--replace"] if verb == "token" else []))
                answer = world.run(*words, uid=STRANGER, stdin="x\n1\n")
                expect(answer.code != 0 and "rabin" not in answer.out + answer.err, f"{verb} tells a stranger: {answer}")


def secrets_are_not_repeated():
    """Too many words may end with a code or a password: no suggestion shows them."""
    with World() as world:
        world.enroll("alice")
        for words in (("verify", "alice", "enrol1"), ("passwd", "alice", "shwo"), ("check-password", "alice", "enrol1")):
            answer = world.run(*words)
            same(answer.code, 2, words)
            expect(words[-1] not in answer.err and "did you mean" not in answer.err, answer.err)


def add_cases():
    add_case("a_mistyped_verb_or_option_is_told_what_was_meant", verbs_and_options)
    add_case("what_others_call_a_verb_leads_to_it", every_cousin_is_a_verb)
    add_case("a_mistyped_name_is_told_to_administrators_alone", names)
    add_case("sec_1_76_no_suggestion_repeats_a_secret", secrets_are_not_repeated)
