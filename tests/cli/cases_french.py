"""A French sentence has no English in it: the tables, the C library's words and PAM's; and the person's own commands."""
import errno
import glob
import os
import re
import shutil

from harness import add_case, expect, same
from world import BUILD, ROOT, Terminal, World

HERE = os.path.dirname(os.path.abspath(__file__))
SOURCES = os.path.join(HERE, "..", "..")
# Words that no French sentence needs. "no", "or", "a", "on", "code" and the like are French too, or numbers of things.
ENGLISH = set("""the and not is was are be been has have had this that these which whose with without from into by it its if then when
while must may can cannot could should will would user users password passwords token file files line lines key keys account accounts
failed failure error errors invalid unknown missing already exists wrong sign-in stdin stdout success denied system directory
such process memory read write open opened closed broken too many yes you your for of to in at as an all any other
old new current again first last one two none never now until since after before only them their they there here who whom what why how
authentication credentials mail sent kept back up down out over under help desk login unavailable expired locked
clock ahead behind right left name names value values allowed given found used changed removed set reset""".split())
# What is a name in a French sentence: a command, a file, a keyword, a protocol's own word.
NAMED = re.compile(r"«[^»]*»|`[^`]*`|\"[^\"]*\"|%\d?\$?[a-z.0-9]*|--?[a-z][a-z-]*|/[\w./-]+|[\w.-]+\.(?:so|conf|socket|timer|key|d)\b|\w+@\S+|"
                   r"[a-z_]+\(\d\)|\w+_\w+|\w+=\S+|\[[^\]]*\]|liberations(?: [a-z-]+)*|man [a-z-]+|sudo\b.*|journalctl.*|unset \w+")


# Keywords, fields and verbs that a text names as they are typed.
TYPED = {"OWNER_DIFFERS": {"user"}, "NO_SUCH_OWNER": {"user"}, "EXISTS_HELP": {"reset"}, "NOT_INVITED": {"reset"},
         "OPTION_SORT": {"last", "none", "user"}, "NOT_SORTED": {"none"}, "NO_STATE": {"expired", "locked", "must", "other"},
         "OPTION_TO": {"file"}, "MIGRATE_TO": {"file"}, "MORE_OTHERS": {"other", "system", "user"},
         "MORE_LIST": {"expired", "last", "locked", "must", "none", "other", "password", "system", "token", "user"},
         "MORE_ENROLL": {"key", "user"}, "MORE_STATUS": {"unknown"}, "DOCTOR_NO_ACCOUNT": {"account"},
         "DOCTOR_NO_PASSWORD": {"password"}, "DOCTOR_SSHD_PASSWORD": {"yes"},
         "PORTAL_NO_USER": {"user"}, "SHARED_FOUNDED": {"password"}, "PORTAL_SIGN_IN": {"here"}, "PORTAL_SIGN_IN_ITSELF": {"here"}}


def tables():
    """Every French text with its name."""
    own = r'CLI_TEXT\((\w+),(?:\s*"(?:[^"\\]|\\.)*")+,((?:\s*"(?:[^"\\]|\\.)*")+)\)'
    for path, pattern in (*((os.path.relpath(path, SOURCES), own) for path in glob.glob(os.path.join(SOURCES, "cli", "texts*.def"))),
                          ("include/liberations/reasons.def", r'LBR_REASON\((\w+),(?:\s*"(?:[^"\\]|\\.)*")+,((?:\s*"(?:[^"\\]|\\.)*")+)\)'),
                          ("include/liberations/texts.def", r'LBR_(?:TEXT|TOLD)\((\w+),(?:\s*"(?:[^"\\]|\\.)*")+,((?:\s*"(?:[^"\\]|\\.)*")+)'),
                          ("cli/said/errnos.def", r'CLI_ERRNO\((\w+), ("(?:[^"\\]|\\.)*")\)'),
                          ("cli/pam_words.def", r'CLI_PAM\((\w+), ("(?:[^"\\]|\\.)*")\)')):
        with open(os.path.join(SOURCES, path), encoding="utf-8") as file:
            text = file.read()
        found = re.findall(pattern, text)
        expect(found, f"{path} was not understood")
        for name, french in found:
            words = "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', french))
            yield path, name, words.replace('\\"', '"').replace("\\n", "\n")


def no_english_in_french():
    wrong = []
    for path, name, text in tables():
        if name.startswith("ARGS_"):
            continue
        plain = "\n".join(line for line in text.split("\n") if not line.startswith("  "))
        words = re.findall(r"[a-zà-ÿœ'-]+", NAMED.sub(" ", plain).lower())
        bad = sorted({word for word in words if word in ENGLISH} - TYPED.get(name, set()))
        if bad:
            wrong.append(f"{path} {name}: {', '.join(bad)}: {text!r}")
    same(wrong, [], "\n".join(wrong))


def help_names_arguments_in_one_language():
    """What an option takes has one name, in the usage and in the line about it, and in French a French one."""
    with World() as world:
        for language, config in (("fr_CA.UTF-8", "FICHIER"), ("en_CA.UTF-8", "FILE")):
            seen = 0
            for verb in re.findall(r"(?m)^  ([a-z-]+) +\S", world.run("help", LANG=language, LC_ALL=language).out):
                said = world.run(verb, "--help", config=False, LANG=language, LC_ALL=language).out
                usage = said.splitlines()[0]
                for option, argument in re.findall(r"(?m)^  (--[a-z-]+) ([^\W\d_a-z]{2,})\s", said):
                    seen += 1
                    wanted = (option, config) if option == "--config" else re.search(f"({option}) ([^] |]+)", usage).groups()
                    same((option, argument), wanted, said)
            expect(seen > 30, f"only {seen} options were read in {language}")


def own_verbs_follow_the_configuration():
    """As the services do: `language` of the configuration before the environment, and one language in one dialogue."""
    for configured, locale, words in (
            ("fr", "C", ("cet utilisateur n'existe pas", "l'agent ne répond pas", "Mot de passe actuel", "n'a pas été remplacé", "trop court")),
            ("en", "fr_CA.UTF-8", ("no such user", "the agent does not answer", "Current password", "was not replaced", "too short")),
            (None, "fr_CA.UTF-8", ("cet utilisateur n'existe pas", "l'agent ne répond pas", "Mot de passe actuel", "n'a pas été remplacé",
                                   "trop court"))):
        with World("en_CA.UTF-8") as world:
            world.enroll("alice")
            if configured:
                world.configure(f"language = {configured}")
            agent = os.path.join(world.directory, "liberations-agent")
            shutil.copy(os.path.join(BUILD, "liberations-agent"), agent)
            if ROOT:
                expect(words[0] in world.run("passwd", LC_ALL=locale).err, words[0])
            expect(words[1] in world.run("token", "alice", "--replace", "--agent", "/bin/true", LC_ALL=locale, stdin="x\n1\n").err, words[1])
            answer = world.run("token", "alice", "--replace", "--agent", agent, LC_ALL=locale, stdin="wrong\n000000\n")
            same(answer.code, 1, repr(answer))
            expect(words[2] in answer.out and words[3] in answer.err, repr(answer))
            answer = world.run("check-password", LC_ALL=locale, stdin="abc\n")
            expect(answer.code == 1, repr(answer))
            expect(words[4].lower() in (answer.out + answer.err).lower(), repr(answer))


def pam_speaks_french():
    """Every code that a module may return, in `try` and where PAM cannot start."""
    with World("fr_CA.UTF-8") as world:
        stacks = os.path.join(world.directory, "stacks")
        os.mkdir(stacks, 0o755)
        for name, module in (("yes", "pam_permit.so"), ("no", "pam_deny.so"), ("gone", "/nonexistent/pam_x.so")):
            with open(os.path.join(stacks, name), "w", encoding="ascii") as file:
                file.writelines(f"{kind} required {module}\n" for kind in ("auth", "account", "password", "session"))
        for name, said in (("yes", "authentification : réussi"), ("no", "authentification : refusé"), ("gone", "un module")):
            answer = world.run("try", name, "alice", "--confdir", stacks)
            expect(said in answer.out, repr(answer))
            expect(not re.search(r"uccess|ailure|odule is|error", answer.out + answer.err), repr(answer))
        told = world.run("try", "no", "alice", "--confdir", stacks, "--json").json()[0]
        same(told["authenticate"], "Authentication failure", "programs read PAM's own words")


def every_errno_is_french():
    """tests/unit/cli_reason.c: one that has no text is a number. Here: the ways in which one reaches a sentence."""
    with World("fr_CA.UTF-8") as world:
        for path, said in (("/nonexistent/x", "ce fichier ou répertoire n'existe pas"), ("/" + "x" * 300, "nom de fichier trop long"),
                           (world.home, "ce n'est pas un fichier ordinaire")):
            answer = world.run("invite", "--csv", path)
            expect(said in answer.err, repr(answer))
            expect(os.strerror(errno.ENOENT) not in answer.err, repr(answer))


def a_terminal_that_is_not_utf_8():
    """The picture in ASCII, words without accents; and as before where the locale is UTF-8, or none is named."""
    for locale, plain in (("fr_CA.ISO-8859-1", True), ("fr_CA", True), ("C", True), ("fr_CA.UTF-8", False), ("fr_CA.utf8", False)):
        with World() as world:
            terminal = Terminal(world, "enroll", "zoe", LC_ALL=locale)
            terminal.until(": ", timeout=600)
            terminal.until("premi" if locale != "C" else "first sign-in")
            terminal.type("\n")
            same(terminal.close(), 0)
            same(terminal.seen.isascii(), plain, f"{locale}: {terminal.seen}")
            same(bool(re.search(r"[# ]{60,}", terminal.seen)), plain, locale)
            expect(locale == "C" or ("Cle :" in terminal.seen) == plain, terminal.seen)
            wide = [line for line in terminal.seen.replace("\r", "").split("\n") if len(line) > 80 and "\x1b" not in line]
            same(wide, [], locale)


def add_cases():
    add_case("help_names_arguments_in_one_language", help_names_arguments_in_one_language)
    add_case("enroll_at_a_terminal_that_is_not_utf_8", a_terminal_that_is_not_utf_8)
    add_case("own_verbs_speak_the_configured_language", own_verbs_follow_the_configuration)
    add_case("try_in_french_has_no_word_of_pam_s", pam_speaks_french)
    add_case("a_system_error_in_french_has_no_english", every_errno_is_french)
    add_case("no_english_in_a_french_text", no_english_in_french)
