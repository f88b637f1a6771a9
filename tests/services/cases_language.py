"""sshd in French: ssh(1) shows what stands last before the end with every byte that is not ASCII as a number behind a backslash."""
import json
import os

from cases_dialogue import CHOSEN
from cases_ssh import wrong_code
from harness import case, expect
from judge import refused, says

ASKED = "Mot de passe : "
TOKEN = "Jeton de s\u00e9curit\u00e9 : "
NEW = "Nouveau mot de passe : "
AGAIN = "Nouveau mot de passe, encore une fois : "
NOTHING = "Aucun changement n'a eu lieu."
DENY = "account required pam_deny.so\n"  # another module's refusal, behind what we told


class Path:
    """The way to one refusal: the account's fields, what is typed after password and code, and what the person must read."""
    def __init__(self, fields, answers, *told, code=None, more="", arguments="", meanwhile=None):
        self.fields, self.answers, self.told = fields, answers, told
        self.code, self.more, self.arguments, self.meanwhile = code, more, arguments, meanwhile


def twice(password):
    return [(NEW, password), (AGAIN, password)]


def paths(stage, person):
    """Every text that may stand last, by its name in texts.def; what each try of a change is told comes in threes."""
    name, expired = person.name, ["state=expired"]
    objections = {"TOO_SHORT": ("court", "Trop court"), "TOO_LONG": ("x" * 129, "Trop long"), "SAME": (person.password, "actuel"),
                  "HAS_NAME": (name + name + "1", "proche de votre nom"), "TOO_SIMPLE": ("abcdefghijklmnopq", "Trop simple"),
                  "LIKE_OLD": (person.password + "!", "Trop proche"),
                  "COMMON_WORDS": ("password password", "tout le monde essaie")}
    for word, (typed, told) in objections.items():
        yield word, Path(expired, [(NEW, typed)] * 3, told, NOTHING)
    yield "MISMATCH", Path(expired, [(NEW, CHOSEN), (AGAIN, "autre chose que cela")] * 3, "pas identiques", NOTHING)
    mixed = [(NEW, "court"), (NEW, CHOSEN), (AGAIN, "autre chose que cela"), (NEW, person.password)]
    yield "three reasons", Path(expired, mixed, "Trop court", "pas identiques", "actuel", NOTHING)
    yield "three at the first sign-in", Path(["state=temporary"], mixed, "Bienvenue", "actuel")
    yield "TRY_LATER", Path(expired, twice(CHOSEN), "Impossible pour le moment",
                            meanwhile=lambda: stage.world.cli("disable", name))
    yield "USED_CODE", Path(["last_step=%d" % (stage.world.step() + 2)], [], "Ce code n'est plus bon")
    yield "WAIT_MANY", Path(["failures=7", "wait=600"], [], "Trop de refus")
    yield "WAIT_ONE", Path(["failures=7", "wait=600"], [], "Trop de refus")
    yield "WARN_MANY", Path(["age_days=173"], [], "Votre mot de passe expire dans", more=DENY)
    yield "CHANGED", Path(expired, twice(CHOSEN + " de plus"), more=DENY, arguments=" expired=auth")
    yield "plain", Path([], [], code=wrong_code(person))


def play(stage, person, path):
    stage.world.set(person.name, "state=own", "language=fr", "uid=%d" % stage.uid(person.name), "last_step=0", *path.fields)
    stage.set_service("sshd", " language=fr" + path.arguments)
    if path.more:
        stage.write("/etc/pam.d/sshd", stage.read("/etc/pam.d/sshd") + path.more)
    talk = stage.sshd().talk(person.name)
    talk.answer(ASKED, person.password)
    talk.answer(TOKEN, path.code or person.code())
    for at, (prompt, typed) in enumerate(path.answers):
        if path.meanwhile and at == len(path.answers) - 1:
            talk.expect(prompt)
            path.meanwhile()
            talk.child.sendline(typed)
        else:
            talk.answer(prompt, typed)
    return talk.finish()


@case("sshd", "ssh", "oathtool")
def no_text_before_a_refusal_shows_a_byte_as_a_number(stage):
    try:
        for name, path in paths(stage, stage.world.account("ursule")):
            person = stage.world.account("ursule")
            talk = play(stage, person, path)
            expect("\\" not in talk.text, name, "shows bytes as numbers:", repr(talk.text))
            expect(talk.status != 0 and "ursule" not in talk.shown(), name, "lets in:", repr(talk.text))
            for words in path.told:
                says(talk, words)
            ours = [line.replace("(ursule@127.0.0.1) ", "") for line in talk.shown()]  # ssh's, and as long as it likes
            expect(max(map(len, ours)) <= 80, name, "is wider than a terminal:", repr(talk.text))
    finally:
        stage.set_service("sshd")


@case("sshd", "ssh", "oathtool")
def a_used_recovery_code_and_the_last_ones_are_told_in_ascii(stage):
    person = stage.world.account("ursule", "language=fr")
    codes = json.loads(stage.world.cli("recovery-codes", "ursule", "--json"))["recovery_codes"]
    for code in codes:
        stage.world.secret(code)
    stage.set_service("sshd", " language=fr")
    try:
        seen = []
        for code in codes[:8] + codes[:1]:
            talk = stage.sshd().talk("ursule")
            talk.answer(ASKED, person.password)
            talk.answer(TOKEN, code)
            seen.append(talk.finish())
            stage.world.set("ursule", "failures=0")
    finally:
        stage.set_service("sshd")
    refused(seen[-1])
    says(seen[-1], "Ce code de secours n'est plus bon")
    says(seen[-2], "Il vous reste 2 codes de secours")
    for talk in seen:
        expect("\\" not in talk.text, "bytes as numbers:", repr(talk.text))


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
