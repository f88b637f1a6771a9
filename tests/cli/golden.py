"""Every verb in English and French, word for word: golden/en.txt and golden/fr.txt."""
import difflib
import glob
import os
import re
import tempfile

from harness import add_case, same
from world import World, calm, code_at, lbr_world, of_two, tool

HERE = os.path.dirname(os.path.abspath(__file__))
VERBS = ("init", "enroll", "invite", "list", "show", "verify", "passwd", "expire", "history", "check-password", "token",
         "reset-token", "recovery-codes", "unlock", "disable", "enable", "sign-out", "sessions", "remove", "rename", "contact", "uid",
         "notify", "message", "import", "export", "restore", "status", "doctor", "metrics", "log", "rekey", "store", "protect",
         "unprotect", "try")
KINDS = ("recovery-code-used", "password-known", "locked", "password-changed", "token-replaced")
# The longest text of an address.
LONGEST = "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255"
# What differs from run to run.
VARIABLE = (
    (r"(?m)^liberations \d+(?:\.\d+)+$", "liberations VERSION"),
    (r"\b[a-z0-9]{5}-[a-z0-9]{5}-[a-z0-9]{5}-[a-z0-9]{5}\b", "PASSWORD"),
    (r"\b[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}\b", "RECOVERY"),
    (r"\b(?:[A-Z2-7]{4} ){7}[A-Z2-7]{4}\b", "GROUPED"),
    (r"\b[A-Z2-7]{32}\b", "KEY"),
    (r"(?m)^(?:[█▀▄ ]+\n)+", "QR\n"),
    (r"(?m)^(?:[# ]{60,}\n)+", "ASCII QR\n"),
    (r"\d{4}-\d\d-\d\d \d\d:\d\d", "DATE"),
    (r"(?<=DATE \()(?:in|dans|il y a|just|à l|\d+ \w+ ago)[^)]*(?=\))", "FAR"),
    (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "TIME"),
    (r"(?<=owner\":)\d+", "UID"),
)


def neutral(text, world):
    text = text.replace(world.directory, "DIR")
    for pattern, word in VARIABLE:
        text = re.sub(pattern, word, text)
    return text


class Transcript:
    def __init__(self, world):
        self.world, self.text = world, ""

    def run(self, *words, stdin="", shown_stdin=None):
        answer = self.world.run(*words, stdin=stdin)
        out = "".join(sorted(answer.out.splitlines(True))) if words in (("list",), ("list", "--json"), ("unlock", "--all"), ("sign-out", "--all")) else answer.out
        self.text += neutral(f"$ liberations {' '.join(words)}{' <<< ' + (shown_stdin or '') if stdin else ''}\n"
                             f"{out}{'! ' + answer.err if answer.err else ''}= {answer.code}\n\n", self.world)
        return answer

    def enroll(self, name, *options):
        """At no terminal; the code is computed once the key is known, so the lines come one by one."""
        calm()
        process = self.world.start("enroll", name, *options)
        out = b""
        while not out.endswith(b") : ") and not out.endswith(b"): "):
            out += os.read(process.stdout.fileno(), 65536) or b"): "
        key = re.search(r"secret=([A-Z2-7]+)", out.decode()).group(1)
        rest, err = process.communicate(f"12\n{code_at(key, -3000)}\n{code_at(key)}\n")
        self.text += neutral(f"$ liberations enroll {name}\n{out.decode()}{rest}{err}= {process.returncode}\n\n",
                             self.world)
        return key


def scenario(script, world):
    script.run("--version")
    script.run("--help")
    for verb in VERBS:
        script.run(verb, "--help")
    script.run("init")
    script.run("init", "--json")
    world.configure("hash-cost = 1")
    key = script.enroll("alice")
    script.run("enroll", "bob", stdin="\n", shown_stdin="")
    script.run("enroll", "carol", "--ascii", stdin="1\n2\n3\n4\n", shown_stdin="1 2 3 4")
    script.run("enroll", "dave", "--json", stdin="1\n", shown_stdin="1")
    script.run("enroll", "ALICE")
    script.run("enroll", "root")
    script.run("enroll", "../x")
    for verb in ("list", "show", "verify", "unlock", "disable", "enable", "sign-out", "remove"):
        talk(script, verb, key)
    invitations(script)
    for_somebody(script)
    notices(script, world)
    script.run("rename", "alice", "alice.roy", "--dry-run")
    script.run("rename", "alice", "alice.roy")
    script.run("rename", "alice.roy", "alice", "--json")
    script.run("rename", "alice", "BOB")
    script.run("rename", "nobody-here", "anybody")
    script.run("show", "alice")
    script.run("list")


def invitations(script):
    script.run("invite", "erin", "frank", "--life", "7d")
    script.run("invite", "erin", "--renew", "--json")
    script.run("invite", "erin")
    script.run("invite", "gina", "--renew")
    script.run("invite", "gina", "--life", "22d")
    script.run("invite", "--csv", "-", stdin="gina,,fr\nhugo,hugo@example.org,en\n", shown_stdin="TWO")
    script.run("invite", "gina", "alice", "--renew", "--letters")
    script.run("invite", "--csv", "-", stdin="i j,@,de\n\"k\nhugo\nL\nl\n", shown_stdin="FAULTS")
    script.run("list", "--expiring", "30min", "--json")


def notices(script, world):
    """At no mail system; what each mail says stands in what a dry run says."""
    world.configure("sendmail = /nonexistent/sendmail", "max-age = 180 days")
    script.run("contact", "alice")
    script.run("contact", "alice", "alice@example.org")
    script.run("contact", "alice", "a b@example.org")
    script.run("contact", "alice", "--json")
    script.run("contact", "nobody-here", "--none")
    script.run("notify")
    for language in ("en", "fr"):
        tell_all(script, world, language)
    script.run("notify", "--dry-run", "--json")
    script.run("notify")
    script.run("contact", "alice", "--none")
    script.run("notify")
    tool(world, "cli/forge", "spool", "alice", "locked", "sshd", "")
    with open(spooled(world)[0], "a", encoding="ascii") as file:
        file.write("x")
    script.run("notify")


def tell_all(script, world, language):
    """Every kind of notice, in the account's language."""
    lbr_world(world, "alice", "state=own", "age_days=1", f"language={language}")
    script.run("contact", "alice", "alice@example.org")
    claims = [(kind, "sshd", "203.0.113.7") for kind in KINDS]
    for claim in (*claims, ("locked", "", ""), ("locked", "login", ""), ("locked", "", "203.0.113.7"),
                  ("password-known", "a-service-with-quite-a-long-name", LONGEST)):
        tool(world, "cli/forge", "notice", "alice", *claim)
        script.run("notify", "--dry-run")
        tool(world, "cli/forge", "settle", "alice")
    for hours in (170 * 24 + 1, 179 * 24 + 1, 180 * 24 + 1):
        lbr_world(world, "alice", f"password_set=-{hours}h")
        script.run("notify", "--dry-run")


def spooled(world):
    room = os.path.join(world.state, "notices")
    return [os.path.join(room, name) for name in os.listdir(room) if not name.startswith(".")]


def for_somebody(script):
    script.run("recovery-codes", "alice")
    script.run("recovery-codes", "alice", "--json")
    script.run("recovery-codes", "erin")
    script.run("passwd", "alice")
    script.run("expire", "alice")
    script.run("history", "alice")
    script.run("history", "alice", "--json")
    script.run("history", "alice", "--forget")
    script.run("history", "alice", "--forget", "--yes")
    script.run("check-password", stdin="password1234\n", shown_stdin="password1234")
    script.run("check-password", "hugo", stdin="trop court\n", shown_stdin="trop court")
    script.run("check-password", "--json", stdin="correcthorsebatterystaple\n", shown_stdin="correcthorsebatterystaple")
    script.run("check-password")
    script.run("token", "alice")
    script.run("token", "alice", "--replace", "--socket", "/nonexistent/s")
    script.run("reset-token", "alice")
    script.run("reset-token", "alice", "--yes")
    script.run("reset-token", "nobody-here", "--yes")


def talk(script, verb, key):
    calm()
    words = () if verb == "list" else ("alice",) if verb != "remove" else ("dave", "--yes")
    stdin = code_at(key, -9000) + "\n" if verb == "verify" else ""
    script.run(verb, *words, stdin=stdin, shown_stdin="CODE")
    script.run(verb, *(words if verb != "remove" else ("carol", "--yes")), "--json", stdin=stdin, shown_stdin="CODE")
    if verb != "list":
        script.run(verb, "nobody-here", *(("--yes",) if verb == "remove" else ()), stdin=stdin, shown_stdin="CODE")
    if verb == "sign-out":
        script.run(verb, "alice", "nobody-here", "carol")
        script.run(verb, "--all")
    if verb == "unlock":
        script.run(verb, "alice", "--rebuild")
        script.run(verb, "--all")


def tries(script):
    """Stacks of the system's own modules: what is tried here is the command."""
    with tempfile.TemporaryDirectory() as stacks:
        os.chmod(stacks, 0o755)
        for name, module in (("yes", "pam_permit.so"), ("no", "pam_deny.so")):
            with open(os.path.join(stacks, name), "w", encoding="ascii") as file:
                file.writelines(f"{kind} required {module}\n" for kind in ("auth", "account", "password", "session"))
        for name in ("yes", "no"):
            for more in ((), ("--json",)):
                script.run("try", name, "alice", "--confdir", stacks, *more)
        script.text = script.text.replace(stacks, "STACKS")


def compare(language, locale):
    with World(locale, founded=False) as world:
        script = Transcript(world)
        scenario(script, world)
        tries(script)
    path = os.path.join(HERE, "golden", f"{language}.txt")
    if os.environ.get("GOLDEN") == "write":
        with open(path, "w", encoding="utf-8") as file:
            file.write(script.text)
    with open(path, encoding="utf-8") as file:
        wanted = file.read()
    difference = list(difflib.unified_diff(wanted.splitlines(), script.text.splitlines(), "golden", "now", lineterm=""))
    same("\n".join(difference), "", "\n" + "\n".join(difference) + "\n")


def texts_agree():
    """Both languages name the same places: a %2 that one of them lacks is a word that its reader never sees."""
    text = ""
    for path in glob.glob(os.path.join(HERE, "..", "..", "cli", "texts*.def")):
        with open(path, encoding="utf-8") as file:
            text += file.read()
    entries = re.findall(r'CLI_TEXT\((\w+),((?:\s*"(?:[^"\\]|\\.)*")+),((?:\s*"(?:[^"\\]|\\.)*")+)\)', text)
    same(len(entries), len(re.findall(r"^CLI_TEXT\(", text, re.M)))
    for name, english, french in entries:
        same(set(re.findall(r"%\d", french)), set(re.findall(r"%\d", english)), name)


def add_cases():
    add_case("golden_english", of_two, compare, "en", "en_CA.UTF-8")
    add_case("golden_french", of_two, compare, "fr", "fr_CA.UTF-8")
    add_case("texts_in_both_languages_have_the_same_places", texts_agree)
