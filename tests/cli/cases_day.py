"""The administrator's day: who waits, is locked or invited; lists that run twice; what a monitor is told."""
import csv
import io
import re

from harness import add_case, expect, same
from world import Terminal, World, lbr_world

LONG = "un.nom.de.soixante-quatre.lettres.que.porte.la.personne.invitee."


def populate(world):
    """Somebody in each state, made in another order than that of the names."""
    for name, fields in (("tom", ["state=own"]), ("dora", ["state=disabled"]), ("lou", ["state=locked"]),
                         ("wim", ["state=throttled"]), ("kim", ["state=locked-console"]), ("eva", ["state=expired"]),
                         ("ina", ["state=pending"]), ("mia", ["state=must-change"]), (LONG, ["state=locked"]),
                         ("old", ["state=ended"]), ("zed", ["state=throttled-console"]),
                         ("日本語日本語日本語日本語日本語日本語", ["state=own"])):
        lbr_world(world, name, *fields)
    same(world.run("disable", "lou").code, 0)


def the_list_says_who_waits_and_fits():
    for language, words in (("en_CA.UTF-8", ("disabled", "locked: strangers", r"waits until \d\d:\d\d: strangers", "expired",
                                             "invited", "must choose a new password", "locked: console", "active")),
                            ("fr_CA.UTF-8", ("désactivé", "verrouillé : inconnus", r"attend jusqu'à \d\d:\d\d : inconnus", "expiré",
                                             "invité", "doit changer de mot de passe", "verrouillé : console", "actif"))):
        with World(language) as world:
            populate(world)
            terminal = Terminal(world, "list")
            same(terminal.close(), 0)
            lines = terminal.seen.replace("\r\n", "\n").rstrip("\n").split("\n")
            wide = [line for line in lines if sum(2 if ord(sign) >= 0x1100 else 1 for sign in line) > 80]
            same(wide, [], terminal.seen)
            expect(re.match(r"(USER|NOM) +(TOKEN|JETON) +(SIGNED IN|CONNEXION) +(EXPIRES|EXPIRE) +(STATE|ÉTAT)$", lines[0]), lines[0])
            names = [line.split()[0] for line in lines[1:] if line[0] != " "]
            same(names, sorted(names))
            same(len(names), 12)
            flat = " ".join(terminal.seen.split())
            for word in words:
                expect(re.search(word, flat), f"{word!r} is missing: {terminal.seen}")


def state_of(world):
    return {line.split("\t")[0]: line.split("\t")[6] for line in world.run("list").out.splitlines()}


def the_list_for_programs():
    with World() as world:
        populate(world)
        states = state_of(world)
        same((states["dora"], states["lou"], states["kim"], states["eva"], states["ina"], states["mia"], states["tom"]),
             ("disabled", "disabled locked:stranger", "locked:console", "expired", "invited", "must-change", "active"))
        expect(re.fullmatch(r"waiting:stranger:\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", states["wim"]), states["wim"])
        expect(re.fullmatch(r"waiting:console:\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", states["zed"]), states["zed"])
        same(list(states), sorted(states), "no order")
        rows = list(csv.DictReader(io.StringIO(world.run("list", "--csv").out)))
        same({row["user"]: row["state"] for row in rows}, states)
        same(list(rows[0]), ["user", "password", "token", "disabled", "last_sign_in", "expires", "uid", "contact", "language", "state"])
        told = {one["user"]: one for one in world.run("list", "--json").json()}
        same(list(told), sorted(states))
        same((told["lou"]["state"], told["lou"]["locked"], told["lou"]["waiting"]), (["disabled", "locked"], ["stranger"], {}))
        same((told["wim"]["state"], list(told["wim"]["waiting"])), (["waiting"], ["stranger"]))
        same((told["eva"]["expired"], told["tom"]["expired"], told["tom"]["state"]), (True, False, []))
        expires = [one["expires"] or "9" for one in world.run("list", "--json", "--sort", "expires").json()]
        same(expires[1:], sorted(expires[1:]), "by expiry; who must change now comes first")
        same(world.run("list", "--sort", "size").code, 2)
        same(world.run("list", "--csv", "--json").code, 2)


def add_cases():
    add_case("list_says_who_waits_and_fits_the_terminal", the_list_says_who_waits_and_fits)
    add_case("list_for_programs_says_the_same", the_list_for_programs)
