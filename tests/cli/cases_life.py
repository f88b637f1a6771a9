"""The life of an account: what its end leaves behind."""
from harness import add_case, expect, same
from world import World


def remove_says_what_stays():
    for language, words in (("en_CA.UTF-8", ("Unix account", "~/.ssh", "queue", "backups", "portal")),
                            ("fr_CA.UTF-8", ("compte Unix", "~/.ssh", "en attente d'envoi", "sauvegardes", "portail"))):
        with World(language=language) as world:
            world.enroll("alice")
            world.enroll("bob")
            done = world.run("remove", "alice", "--yes")
            same((done.code, done.err), (0, ""))
            for word in words:
                expect(word in done.out, f"{word!r} is missing: {done.out}")
            same(world.run("remove", "bob", "--yes", "--json").json(), [{"user": "bob", "removed": True, "changed": True}])


def show_tells_how_far_each_date_is_and_json_does_not():
    with World() as world:
        world.enroll("alice")
        out = world.run("show", "alice").out
        expect("Password set:" in out and "(just now)" in out and "(in " in out, out)
        expect("just now" not in world.run("show", "alice", "--json").out, "JSON has words")


def add_cases():
    add_case("remove_says_what_stays", remove_says_what_stays)
    add_case("show_tells_how_far_each_date_is_and_json_does_not", show_tells_how_far_each_date_is_and_json_does_not)
