"""What lib/ reports, in the administrator's language: no clause of it without French, and the same fault in both languages."""
import glob
import os
import re

from harness import add_case, expect, same
from world import OWNER, ROOT, World

HERE = os.path.dirname(os.path.abspath(__file__))
SOURCES = os.path.join(HERE, "..", "..")
STRING = r'"(?:\\.|[^"\\])*"'
CALL = rf'(?:[^;"]|{STRING})*?\)\s*;'
# Nobody meets the module's arguments at the command; a template is no reason.
ELSEWHERE = ("lib/plain/module_options.c", "lib/plain/settings_template.c")
# To be typed, so in no language.
COMMAND = re.compile(r"(chown root|liberations|unlock) ")
# What lib/ puts together from two literals.
END = "; `liberations X` mends it"
ENDS = {fault: END for fault in ("not of its size", "no slot verifies")}
FRAMES = ("X X", "X" + END)
OR_NONE = "; or none"
BUILT = ("auto, en or fr",)


def code_of(path):
    """Without comments, preprocessor and what says nothing to anybody; strings that stand beside each other joined."""
    with open(path, encoding="utf-8") as file:
        code = re.sub(r"/\*.*?\*/", "", file.read(), flags=re.S)
    code = re.sub(r"(?m)^#(?:.*\\\n)*.*$", "", code)
    code = re.sub(r'"\s*\n\s*"', "", code)
    code = re.sub(rf"_Static_assert\({CALL}", "", code)
    code = re.sub(r"(?m)^.*LBR_OBJECTION_.*$", "", code)  # what libpasswdqc answers
    return re.sub(rf"\blbr_fail\(\w+, LBR_ERR_INTERNAL{CALL}", "", code)  # a fault of ours, for whoever mends it


def said():
    """Each clause that the sources can say, with X for what differs, and where."""
    clauses = {}
    for name in sorted(glob.glob("lib/**/*.c", root_dir=SOURCES, recursive=True) + glob.glob("cli/**/*.c", root_dir=SOURCES, recursive=True)):
        code = code_of(os.path.join(SOURCES, name))
        if name in ELSEWHERE:
            continue
        if name.startswith("cli/"):
            code = "\n".join(re.findall(rf"\blbr_fail(?:_system)?\({CALL}", code, re.S))
        for text in (string[1:-1].replace('\\"', '"') for string in re.findall(STRING, code)):
            for clause in re.split(r": |:$", re.sub(r"(?:%[0-9.*]*l?[sdu]|%04o)+", "X", text)):
                if " " in clause.strip() and not clause.endswith("\\n") and clause != OR_NONE and not COMMAND.match(clause):
                    clauses[clause + ENDS.get(clause, "")] = name
    return clauses


def table():
    with open(f"{SOURCES}/cli/reasons.def", encoding="utf-8") as file:
        code = re.sub(r'"\s*\n\s*"', "", re.sub(r"/\*.*?\*/", "", file.read(), flags=re.S))
    pairs = re.findall(rf"CLI_REASON\(({STRING}),\s*({STRING})\)", code)
    same(len(pairs), code.count("CLI_REASON"), "lines that could be read")
    return [tuple(word[1:-1].replace('\\"', '"') for word in pair) for pair in pairs]


def is_form_of(form, clause):
    return re.fullmatch(re.sub(r"%[12]", ".+", re.escape(form)), clause) is not None


def every_clause_has_french():
    forms, clauses = [english for english, _ in table()], said()
    expect(len(clauses) > 100, "the clauses were not found")
    missing = [f"{where}: {clause}" for clause, where in clauses.items()
               if clause not in FRAMES and not any(is_form_of(form, clause) for form in forms)]
    same(missing, [], "no French in cli/reasons.def for")


def every_line_is_said():
    kernel, clauses = {os.strerror(number) for number in range(1, 134)}, said()
    idle = [form for form, _ in table()
            if form not in kernel and form not in BUILT
            and not any(is_form_of(form.removesuffix(OR_NONE), clause) for clause in clauses)]
    same(idle, [], "in cli/reasons.def, but nobody says")


def the_table_is_sound():
    forms = table()
    same(len({english for english, _ in forms}), len(forms), "clauses, each once")
    for english, french in forms:
        same(sorted(re.findall(r"%.", english)), sorted(re.findall(r"%.", french)), english)
        expect(" " in english, f"{english}: an account could have that name")
        expect(not english.startswith("%"), f"{english}: begins with anything at all")
        expect(": " not in english and french != english or english in BUILT, english)


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
                 "invite : --life : « 5 x » n'est pas permis ; permis : "
                 "une durée « N s », « N min », « N h » ou « N d », de 1 h à 21 d"),
    "look_alike": (None, ("enroll", "ALICE"), "ALICE: looks like alice, which is there already",
                   "ALICE : ressemble à alice, qui existe déjà"),
    "there": (None, ("enroll", "alice"), "alice: there already", "alice : existe déjà"),
    "absent": (None, ("remove", "bob", "--yes"), "bob: no such account", "bob : ce compte n'existe pas"),
    "setting": (lambda world: world.configure("window = 7"), ("list",),
                'CONF: line 2: window: "7" is not allowed; allowed: a number from 0 to 2',
                "CONF : ligne 2 : window : « 7 » n'est pas permis ; permis : un nombre de 0 à 2"),
    "keyword": (lambda world: world.configure("frobnicate = 7"), ("list",), "CONF: line 2: frobnicate: no such keyword",
                "CONF : ligne 2 : frobnicate : ce mot-clé n'existe pas"),
    "config_mode": (lambda world: spoil(world.config, 0o666), ("list",),
                    "CONF: owner UID or mode 0666 is unsafe; run: chown root CONF; chmod go-w CONF",
                    "CONF : propriétaire UID ou mode 0666 : dangereux ; lancez : chown root CONF; chmod go-w CONF"),
    "config_gone": (lambda world: os.unlink(world.config), ("list",), 'CONF: no such file; "liberations init" makes one',
                    "CONF : ce fichier n'existe pas ; « liberations init » en fait un"),
    "damaged": (lambda world: spoil(path_of(world, "accounts", "alice")), ("show", "alice"),
                "alice: accounts/SHARD: alice: its MAC does not verify: edited, damaged or not in its place",
                "alice : accounts/SHARD : alice : son MAC n'est pas authentique : modifié, endommagé ou déplacé"),
    "unsafe": (lambda world: spoil(path_of(world, "accounts", "alice"), 0o644), ("show", "alice"),
               "alice: accounts/SHARD: alice: is open to other users",
               "alice : accounts/SHARD : alice : est ouvert à d'autres utilisateurs"),
    "counters": (lambda world: os.unlink(path_of(world, "counters", "alice")), ("show", "alice"),
                 "alice: counters/SHARD/alice: missing; `liberations unlock --rebuild alice` mends it",
                 "alice : counters/SHARD/alice : manque ; `liberations unlock --rebuild alice` le répare"),
    "key_mode": (lambda world: spoil(world.key, 0o644), ("list",),
                 "KEY: may be written by its group or is open to others; `chmod 0640` mends it",
                 "KEY : ouvert aux autres, ou modifiable par son groupe ; `chmod 0640` le répare"),
    "key_gone": (lambda world: os.unlink(world.key), ("list",), "KEY: not there", "KEY : n'est pas là"),
    "state_gone": (lambda world: os.rename(world.state, world.state + ".old"), ("list",),
                   "STATE: no state directory; run: liberations init",
                   "STATE : pas de répertoire d'état ; lancez : liberations init"),
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
            for long, short in ((world.config, "CONF"), (world.key, "KEY"), (world.state, "STATE"), (f" {lines} ", " 2 "),
                                (f"ne {lines}:", "ne 2:")):
                got = got.replace(long, short)
            got = re.sub(r"(?<=counters/)\w+|(?<=accounts/)\w+", "SHARD", got).replace(str(OWNER if ROOT else os.geteuid()), "UID")
            same(got, wanted, language)


def full_output():
    for language, wanted in (("en_CA.UTF-8", "No space left on device"), ("fr_FR.UTF-8", "plus d'espace sur le disque")):
        with World(language=language) as world, open("/dev/full", "wb", buffering=0) as full:
            expect(wanted in world.run("list", "--help", out=full).err, wanted)


def add_cases():
    add_case("every_clause_of_a_reason_has_french", every_clause_has_french)
    add_case("every_line_of_the_table_is_said_by_somebody", every_line_is_said)
    add_case("the_table_of_reasons_is_sound", the_table_is_sound)
    for name in FAULTS:
        add_case(f"{name}_in_both_languages", in_both, name)
    add_case("a_full_disk_in_both_languages", full_output)
