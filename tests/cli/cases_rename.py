"""Another name for an account: the same person, phone, password and sheet; never two accounts, and never somebody else's."""
from cases_uid import recorded, run
from harness import add_case, expect, same
from person import PASSWORD, Person
from world import World, lbr_world, root_world


def the_person_goes_on():
    """Through the real module and agent. What was used under one name is used under the other."""
    with World() as world:
        world.configure("window = 2")
        alice = Person(world, "alice")
        codes = alice.enroll()
        world.run("contact", "alice", "alice@example.org")
        before, history = alice.facts(), world.run("history", "alice").out
        used = alice.code()
        expect(alice.may_sign_in(code=used), "the person could not sign in before")
        expect(alice.may_sign_in(code=codes[0]), "the sheet was refused before")
        done = world.run("rename", "alice", "alice.roy")
        same((done.code, done.err), (0, ""))
        same(world.run("show", "alice").code, 1)
        fresh = alice.code()
        expect(not alice.may_sign_in(code=fresh), "the old name signs in")
        roy = Person(world, "alice.roy")
        for spent in (used, codes[0]):
            expect(not roy.may_sign_in(code=spent), "a code that was used under the old name is good")
        expect(roy.may_sign_in(code=codes[1]), "the sheet is refused")
        expect(not roy.may_sign_in(PASSWORD + "!", fresh), "another password is good")
        expect(roy.may_sign_in(code=fresh), "phone and password are refused")
        after = roy.facts()
        kept = ("password_set", "password_expires", "contact", "token", "uid", "disabled", "language")
        same({key: after[key] for key in kept if key in after}, {key: before[key] for key in kept if key in before})
        same(world.run("history", "alice.roy").out, history.replace("alice", "alice.roy"))
        same(world.run("rename", "alice.roy", "alice").code, 0)
        roy.name = "alice"
        expect(not roy.may_sign_in(code=codes[1]), "a code that was used under the other name is good")
        expect(roy.may_sign_in(code=codes[2]), "the sheet is refused under the first name")


def a_dry_run_changes_nothing():
    with World() as world:
        world.enroll("alice")
        before = world.run("list").out
        same(world.run("rename", "alice", "bea", "--dry-run", "--json").json(),
             [{"user": "bea", "former_name": "alice", "changed": False}])
        expect("Nothing was changed" in world.run("rename", "alice", "bea", "--dry-run").out, "the dry run does not say so")
        same(world.run("list").out, before)
        same(world.run("rename", "alice", "bea", "--json").json(), [{"user": "bea", "former_name": "alice", "changed": True}])
        same(world.run("rename", "bea", "BEA").code, 0)  # it resembles itself alone


def what_is_refused():
    for language, words in (("en_CA.UTF-8", ("already exists", "no such account", "invalid account name")),
                            ("fr_CA.UTF-8", ("existe déjà", "n'existe pas", "nom d'un compte"))):
        with World(language=language) as world:
            world.enroll("alice")
            world.enroll("bob")
            before = world.run("list").out
            for typed, code, said in ((("alice", "bob"), 1, words[0]), (("alice", "alice"), 1, words[0]), (("alice", "BOB"), 1, "bob"),
                                      (("carol", "dora"), 1, words[1]), (("alice", "a b"), 2, words[2]), (("alice", "../x"), 2, words[2])):
                for more in ((), ("--dry-run",)) if language < "f" else ((),):
                    done = world.run("rename", *typed, *more)
                    same((done.code, done.out), (code, ""), typed)
                    expect(said in done.err and done.err.count("\n") == 1, f"{typed}: {done.err}")
            same(world.run("list").out, before)


def an_account_goes_to_no_other_unix_user():
    with root_world() as world:
        same(run(world, "zoe:30001 wim:30003", "invite", "zoe", "wim", "ben").returncode, 0)
        done = run(world, "zoe:30001 zoe.roy:30009", "rename", "zoe", "zoe.roy")
        same((done.returncode, done.stdout), (1, ""))
        for word in ("30001", "30009", "liberations enroll zoe.roy", "liberations uid zoe"):
            expect(word in done.stderr, done.stderr)
        same(run(world, "zoe:30001", "rename", "zoe", "sync").returncode, 1)  # a system user
        same(recorded(world, "zoe"), 30001)
        # usermod afterwards: what is missing is told. Before: nothing is.
        done = run(world, "zoe:30001", "rename", "zoe", "zoe.roy")
        same(done.returncode, 0, done)
        expect("usermod --login zoe.roy zoe" in done.stderr, done.stderr)
        same(recorded(world, "zoe.roy"), 30001)
        done = run(world, "wim.roy:30003", "rename", "wim", "wim.roy")
        same((done.returncode, done.stderr, recorded(world, "wim.roy")), (0, "", 30003))
        # The same person with another uid: first the old one is given up.
        same(run(world, "wim.lee:30007", "rename", "wim.roy", "wim.lee").returncode, 1)
        same(run(world, "wim.lee:30007", "uid", "wim.roy").returncode, 0)
        same(run(world, "wim.lee:30007", "rename", "wim.roy", "wim.lee").returncode, 0)
        same(recorded(world, "wim.lee"), 30007)
        done = run(world, "ben.roy:30008", "rename", "ben", "ben.roy")
        same((done.returncode, done.stderr), (0, "ben.roy: a Unix user of that name now exists: recorded uid 30008\n"))
        same(recorded(world, "ben.roy"), 30008)


def a_lock_stays():
    with World() as world:
        lbr_world(world, "lou", "state=locked")
        same(world.run("rename", "lou", "lou.roy").code, 0)
        expect("locked" in world.run("list").out, "a new name is a way out of a lock")


def add_cases():
    add_case("rename_keeps_phone_password_and_sheet", the_person_goes_on)
    add_case("rename_dry_run_changes_nothing", a_dry_run_changes_nothing)
    add_case("rename_refuses_names_that_are_taken_or_none", what_is_refused)
    add_case("rename_goes_to_no_other_unix_user", an_account_goes_to_no_other_unix_user)
    add_case("rename_keeps_a_lock", a_lock_stays)
