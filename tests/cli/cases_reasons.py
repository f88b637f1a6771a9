"""What lib/ reports, in the administrator's language: no clause that nothing says, and the same fault in both languages."""
import glob
import os
import re

from harness import add_case, expect, same
from world import OWNER, ROOT, World

HERE = os.path.dirname(os.path.abspath(__file__))
SOURCES = os.path.join(HERE, "..", "..")


def read(name):
    with open(os.path.join(SOURCES, name), encoding="utf-8") as file:
        return file.read()


def every_clause_is_said():
    """tests/unit/cli_reason.c judges the columns; here: no line of the table that the sources do not use."""
    names = set(re.findall(r"(?m)^LBR_REASON\((\w+),", read("include/liberations/reasons.def")))
    said = {name for room in ("lib", "agent", "broker", "cli", "client", "pam_liberations", "portal")
            for path in glob.glob(f"{room}/**/*.c", root_dir=SOURCES, recursive=True)
            for name in re.findall(r"LBR_WHY\((\w+)\)", read(path))}
    causes = read("lib/store/remote/remote_cause.c")  # its macros put STORE_ before the name
    said |= {"STORE_" + name for name in re.findall(r"\b(?:PLAIN_CAUSE\(\w+, |DETAILED_CAUSE\()([A-Z_]+)\);", causes)}
    expect(len(said) > 100, "the clauses were not found")
    same(sorted(names - said), [], "in reasons.def, but never said")


def spoil(path, mode=None):
    if mode is not None:
        os.chmod(path, mode)
        return
    with open(path, "r+b") as file:
        file.seek(40)
        byte = file.read(1)
        file.seek(40)
        file.write(bytes([byte[0] ^ 1]))


def path_of(world, tree, name):
    path, = glob.glob(f"{world.state}/{tree}/*/{name}")
    return path


# What is done to a store with alice in it, what is asked then, and what is said in both languages.
FAULTS = {
    "duration": (None, ("invite", "zoe", "--life", "5x"),
                 'invite: --life: "5 x" is not allowed; allowed: a duration "N s", "N min", "N h" or "N d", from 1 h to 21 d',
                 "invite : --life : « 5 x » n'est pas permis; permis : "
                 "une durée « N s », « N min », « N h » ou « N d », de 1 h à 21 d"),
    "look_alike": (None, ("enroll", "ALICE"), "ALICE: looks like alice, which already exists",
                   "ALICE : ressemble à alice, qui existe déjà"),
    "there": (None, ("enroll", "alice"), "alice: already exists", "alice : existe déjà"),
    "absent": (None, ("remove", "bob", "--yes"), "bob: no such account", "bob : ce compte n'existe pas"),
    "setting": (lambda world: world.configure("window = 7"), ("list",),
                'CONF: line 2, column 10: window: this value is not allowed; allowed: a number from 0 to 2',
                "CONF : ligne 2, colonne 10 : window : cette valeur n'est pas permise; permis : un nombre de 0 à 2"),
    "keyword": (lambda world: world.configure("frobnicate = 7"), ("list",), "CONF: line 2, column 1: unknown keyword",
                "CONF : ligne 2, colonne 1 : ce mot-clé n'existe pas"),
    "config_mode": (lambda world: spoil(world.config, 0o666), ("list",),
                    "CONF: unsafe owner UID or mode 0666; run: chown root CONF; chmod go-w CONF",
                    "CONF : le propriétaire UID ou le mode 0666 n'est pas sûr; lancez : chown root CONF; chmod go-w CONF"),
    "config_gone": (lambda world: os.unlink(world.config), ("list",), 'CONF: no such file; create it with `liberations init`',
                    "CONF : ce fichier n'existe pas; « liberations init » en fait un"),
    "damaged": (lambda world: spoil(path_of(world, "accounts", "alice")), ("show", "alice"),
                "alice: accounts/SHARD: wrong MAC: edited, damaged or out of place",
                "alice : accounts/SHARD : son MAC n'est pas authentique : modifié, endommagé ou déplacé"),
    "unsafe": (lambda world: spoil(path_of(world, "accounts", "alice"), 0o644), ("show", "alice"),
               "alice: accounts/SHARD: alice: open to other users",
               "alice : accounts/SHARD : alice : est ouvert à d'autres utilisateurs"),
    "counters": (lambda world: os.unlink(path_of(world, "counters", "alice")), ("show", "alice"),
                 "alice: counters/SHARD/alice: missing; repair it with `liberations unlock --rebuild alice`",
                 "alice : counters/SHARD/alice : manque; `liberations unlock --rebuild alice` le répare"),
    "key_mode": (lambda world: spoil(world.key, 0o644), ("list",),
                 "KEY: writable by its group or open to others; repair it with `liberations init`",
                 "KEY : ouvert aux autres, ou modifiable par son groupe; `liberations init` le répare"),
    "key_gone": (lambda world: os.unlink(world.key), ("list",),
                 "KEY: not found; restore it from its backup; `liberations init` makes one where there never was one",
                 "KEY : introuvable; remettez-le depuis sa sauvegarde; s'il n'y en a jamais eu, `liberations init` en fait un"),
    "state_gone": (lambda world: os.rename(world.state, world.state + ".old"), ("list",),
                   "STATE: no state directory; run: liberations init",
                   "STATE : pas de répertoire d'état; lancez : liberations init"),
    "csv_gone": (None, ("invite", "--csv", "/nowhere/x"), "/nowhere/x: No such file or directory",
                 "/nowhere/x : ce fichier ou répertoire n'existe pas"),
}


def in_both(name):
    harm, words, english, french = FAULTS[name]
    for language, wanted in (("en_CA.UTF-8", english), ("fr_FR.UTF-8", french)):
        with World(language=language) as world:
            world.enroll("alice")
            world.configure()
            lines = sum(1 for _ in open(world.config, encoding="utf-8")) + 1
            if harm:
                harm(world)
            got = world.run(*words).err.splitlines()[0].removeprefix("liberations: ")
            for long, short in ((world.config, "CONF"), (world.key, "KEY"), (world.state, "STATE"), (f" {lines},", " 2,")):
                got = got.replace(long, short)
            got = re.sub(r"(?<=counters/)\w+|(?<=accounts/)\w+", "SHARD", got).replace(str(OWNER if ROOT else os.geteuid()), "UID")
            same(got, wanted, language)


def full_output():
    for language, wanted in (("en_CA.UTF-8", "No space left on device"), ("fr_FR.UTF-8", "plus d'espace sur le disque")):
        with World(language=language) as world, open("/dev/full", "wb", buffering=0) as full:
            expect(wanted in world.run("list", "--help", out=full).err, wanted)


def add_cases():
    add_case("every_clause_of_the_table_is_said", every_clause_is_said)
    for name in FAULTS:
        add_case(f"{name}_in_both_languages", in_both, name)
    add_case("a_full_disk_in_both_languages", full_output)
