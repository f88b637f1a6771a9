"""sshd in French: ssh(1) shows what stands last before the end with every byte that is not ASCII as a number behind a backslash.

The walk is complete by construction: each text that prompts.def and texts.def call told is met, or stands in NOT_MET with a reason.
"""
import itertools
import json
import os
import re
import signal
import subprocess
import sys
import unicodedata

from cases_broken import replaced
from cases_dialogue import CHOSEN
from cases_ssh import wrong_code
from harness import case, expect
from judge import refused, says
from namespace import TOP
from private import mount

sys.path.insert(0, os.path.join(TOP, "packaging", "guide"))
import product

ASKED = "Mot de passe : "
TOKEN = "Jeton de s\u00e9curit\u00e9 : "
NEW = "Nouveau mot de passe : "
AGAIN = "Nouveau mot de passe, encore une fois : "
NOTHING = "Aucun changement n'a eu lieu."
UNAVAILABLE = "La connexion est impossible en ce moment."
DENY = "account required pam_deny.so\n"  # another module's refusal, behind what we told
BEFORE = "Sept lutins sous le pont vert"  # the person's password before this one
NOT_MET = {
    "CHANGED": "sshd says it by letting in",
    "TOO_SOON_ONE": "no change that sshd forces comes too soon",
    "TOO_SOON_MANY": "no change that sshd forces comes too soon",
    "TOO_SOON_DAYS": "no change that sshd forces comes too soon",
    "TOKEN_REPLACED": "`liberations token --replace` alone says it",
    "TOKEN_UNKNOWN": "`liberations token --replace` alone says it",
    "CHANGE_UNKNOWN": "the disk would have to fail while a write is taken back",
    "RECOVERY_UNKNOWN": "the disk would have to fail while a write is taken back",
    "NO_RECOVERY": "the disk would have to fail between two writes of one request",
    "WAIT_ONE": "WAIT_MANY with the number 1, for which a second is too short",
}


class Path:
    """The way to one refusal: the account's fields, what is typed after password and code, and what the person must read."""
    def __init__(self, fields, answers, *told, code=None, more="", arguments="", config="", meanwhile=None, around=None):
        self.fields, self.answers, self.told = ["state=own", "last_step=0"] + fields, answers, told
        self.code, self.more, self.arguments, self.config = code, more, arguments, config
        self.meanwhile, self.around = meanwhile, around


def twice(password):
    return [(NEW, password), (AGAIN, password)]


def objections(person):
    """What each rule objects to, and some words of its text; bytes are typed as they are."""
    yield "TOO_SHORT", "court", "Trop court"
    yield "TOO_LONG", "x" * 129, "Trop long"
    yield "SAME", person.password, "actuel"
    yield "USED", BEFORE, "anciens mots de passe"
    yield "HAS_NAME", person.name + person.name + "1", "proche de votre nom"
    yield "TOO_SIMPLE", "abcdefghijklmnopq", "Trop simple"
    yield "LIKE_OLD", person.password + "!", "Trop proche"
    yield "COMMON_WORDS", "password password", "tout le monde essaie"
    yield "PASTE_MARKS", b"\033[200~Trois merles sous la pluie\033[201~", "marques au collage"
    yield "NOT_UTF8", b"Trois merles br\xfbl\xe9s sous la pluie", "UTF-8"
    yield "CONTROL_KEYS", b"Trois merles\033 sous la pluie", "Tab ou Esc"


def changes(stage, person):
    """What may be told of a change; what each try is told comes in threes."""
    expired = ["state=expired"]
    for name, typed, told in objections(person):
        yield name, Path(expired, [(NEW, typed)] * 3, told, NOTHING)
    yield "BREACHED", Path(expired, [(NEW, CHOSEN)] * 3, "connus des pirates", config="breached = %s\n" % breached(stage))
    yield "RULES_OF_OTHERS", Path(expired, [(NEW, "court")] * 3, "Pas un de vos derniers", config="history = 5\n")
    yield "MISMATCH", Path(expired, [(NEW, CHOSEN), (AGAIN, "autre chose que cela")] * 3, "pas identiques", NOTHING)
    mixed = [(NEW, "court"), (NEW, CHOSEN), (AGAIN, "autre chose que cela"), (NEW, person.password)]
    yield "three reasons", Path(expired, mixed, "Trop court", "pas identiques", "actuel", NOTHING)
    yield "three at the first sign-in", Path(["state=temporary"], mixed, "Bienvenue", "actuel")
    yield "changed elsewhere", Path(expired, twice(CHOSEN), "Impossible pour le moment",
                                    meanwhile=lambda: stage.world.cli("disable", person.name))
    yield "the agent gone", Path(expired, twice(CHOSEN), meanwhile=lambda: kill_agents(stage))
    yield "changed, and refused by another module", Path(expired, twice(CHOSEN + " de plus"), more=DENY, arguments=" expired=auth")


def refusals(stage, person):
    """What may be told of a sign-in."""
    yield "USED_CODE", Path(["last_step=%d" % (stage.world.step() + 2)], [], "Ce code n'est plus valide")
    yield "WAIT_MANY", Path(["failures=7", "wait=600"], [], "Trop d'erreurs")
    yield "WARN_ONE", Path(["age_days=99"], [], "expire dans 1 jour", more=DENY, config="max-age = 100 days\n")
    yield "WARN_MANY", Path(["age_days=173"], [], "Votre mot de passe expire dans", more=DENY)
    yield "plain", Path([], [], code=wrong_code(person))


def outages(stage):
    """What may be told where something is broken here."""
    config, disk = stage.world.config, stage.path("disk")
    yield "no agent", Path([], [], UNAVAILABLE, around=replaced(stage, None))
    yield "no configuration", Path([], [], UNAVAILABLE, around=(lambda: os.rename(config, config + ".kept"),
                                                               lambda: os.rename(config + ".kept", config)))
    yield "an unknown argument", Path([], [], arguments=" verbose=oui")
    yield "a read-only disk", Path([], [], around=(lambda: mount("-o", "remount,ro", disk), lambda: mount("-o", "remount,rw", disk)))


def recovery_codes(stage, person):
    """Nine of ten codes are used, then the first one again: what is told, the sign-ins let in among it."""
    codes = json.loads(stage.world.cli("recovery-codes", person.name, "--json"))["recovery_codes"]
    for code in codes:
        stage.world.secret(code)
    told = {7: "2 codes de secours", 8: "1 code de secours", 9: "Ce code de secours n'est plus valide"}
    for at, code in enumerate(codes[:9] + codes[:1]):
        path = Path([], [], *[told[at]] if at in told else [], code=code, more="" if at == 9 else DENY)
        path.fields = ["failures=0"]  # the counters stay, which say what is used
        yield "recovery code %d" % at, path


def breached(stage):
    path = stage.path("breached.filter")
    subprocess.run(["pwqfilter", "--create=100", "--output=" + path], input=CHOSEN + "\n", text=True, check=True,
                   stderr=subprocess.DEVNULL)
    os.chmod(path, 0o644)
    return path


def kill_agents(stage):
    for number in stage.agents():
        os.kill(number, signal.SIGKILL)


def begin(stage, person, path, variables):
    stage.world.set(person.name, "language=fr", *path.fields)
    stage.set_service("sshd", " language=fr" + path.arguments)
    if path.more:
        stage.write("/etc/pam.d/sshd", stage.read("/etc/pam.d/sshd") + path.more)
    return stage.sshd().talk(person.name, **variables)


def play(stage, person, path, **variables):
    """Answers as far as the questions come, in whatever language."""
    kept = stage.read(stage.world.config)
    broken, mended = path.around or (lambda: None, lambda: None)
    stage.write(stage.world.config, kept + path.config)
    talk = begin(stage, person, path, variables)
    broken()
    try:
        for at, (prompt, typed) in enumerate([(ASKED, person.password), (TOKEN, path.code or person.code()), *path.answers]):
            if not talk.is_asked(unaccented(prompt) if "messages=ascii" in path.arguments else prompt):
                break
            if path.meanwhile and at == len(path.answers) + 1:
                path.meanwhile()
            talk.answer("", typed)
        return talk.finish()
    finally:
        mended()
        stage.write(stage.world.config, kept)


def unaccented(text):
    return unicodedata.normalize("NFD", text).encode("ascii", "ignore").decode()


def give_history(stage, person):
    """Changes the password once, so that there is one before it."""
    kept, person.password = person.password, stage.world.secret(BEFORE)
    play(stage, person, Path(["state=expired", "password=" + BEFORE], twice(kept)))
    person.password = kept


def judge(name, talk, told):
    expect("\\" not in talk.text, name, "shows bytes as numbers:", repr(talk.text))
    expect(talk.status != 0 and "ursule" not in talk.shown(), name, "lets in:", repr(talk.text))
    for words in told:
        says(talk, words)
    ours = [line.replace("(ursule@127.0.0.1) ", "") for line in talk.shown()]  # ssh's, and as long as it likes
    expect(max(map(len, ours)) <= 78, name, "is wider than a terminal:", repr(talk.text))


def told_texts():
    """{name: expression} of every text that is told by itself, in French."""
    words = "".join(product.read("include/liberations/%s.def" % name) for name in ("prompts", "texts"))
    names, texts = re.findall(r"^LBR_TOLD\((\w+)", words, re.M), product.texts()
    expect(len(names) > 30, "no texts found:", names)
    return {name: re.escape(texts[name]["fr"]).replace("%u", r"\d+").replace("\\\n", r"\s+") for name in names}


@case("sshd", "ssh", "oathtool", "pwqfilter")
def no_text_before_a_refusal_shows_a_byte_as_a_number(stage):
    person, seen = stage.world.account("ursule"), ""
    try:
        give_history(stage, person)
        for name, path in itertools.chain(changes(stage, person), refusals(stage, person), outages(stage),
                                          recovery_codes(stage, person)):
            talk = play(stage, person, path)
            judge(name, talk, path.told)
            seen += talk.text
            stage.world.set("ursule", "password=" + person.password)
    finally:
        stage.set_service("sshd")
    missing = {name for name, text in told_texts().items() if not re.search(text, seen)}
    expect(missing == set(NOT_MET), "never met:", missing - set(NOT_MET), "met after all:", set(NOT_MET) - missing)


@case("sshd", "ssh", "oathtool")
def a_client_without_utf_8_reads_letters_where_messages_are_ascii(stage):
    """Prompts too: ssh(1) under LC_ALL=C shows their other bytes as numbers wherever they stand."""
    person = stage.world.account("ursule")
    try:
        for name, path in itertools.chain(refusals(stage, person), outages(stage)):
            path.arguments += " messages=ascii"
            judge(name, play(stage, person, path, LC_ALL="C"), path.told)
    finally:
        stage.set_service("sshd")


@case("sshd", "ssh", "oathtool")
def a_change_at_a_sign_in_is_not_told_twice(stage):
    """In a shell, where sshd shows once more what stood last before the session."""
    os.unlink(stage.path("home", "ursule", ".hushlogin"))
    for state, arguments in (("expired", ""), ("expired", " expired=auth"), ("temporary", "")):
        person = stage.world.account("ursule", "state=own")
        for code in json.loads(stage.world.cli("recovery-codes", "ursule", "--json"))["recovery_codes"]:
            stage.world.secret(code)
        stage.world.set("ursule", "state=" + state)
        stage.set_service("sshd", arguments)
        talk = stage.sshd().talk("ursule", "", options=["-tt"])
        talk.answer("Password: ", person.password)
        talk.answer("Security token: ", person.code())
        for prompt in ("New password: ", "Retype new password: "):
            talk.answer(prompt, stage.world.secret(CHOSEN + " une fois"))
        talk.type_after("$ ", "exit")
        talk.finish()
        lines = [line for line in talk.shown() if "assword" in line and not line.endswith(":")]
        expect(len(lines) == len(set(lines)), state, "tells something twice:", repr(talk.text))
    stage.set_service("sshd")
    stage.write(stage.path("home", "ursule", ".hushlogin"), "")
