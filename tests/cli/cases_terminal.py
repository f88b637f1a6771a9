"""At a pty: echo, signals, colours, questions, columns; and `try` with a person answering."""
import contextlib
import os
import re
import signal
import tempfile

from harness import Skip, add_case, expect, same
from world import BUILD, ROOT, Terminal, World, calm, code_at


VERBS = ("init", "enroll", "invite", "list", "show", "verify", "passwd", "expire", "history", "check-password", "token",
         "reset-token", "recovery-codes", "unlock", "disable", "enable", "sign-out", "sessions", "remove", "rename", "contact", "notify", "status",
         "try")
AGENT = os.path.join(BUILD, "liberations-agent")
KEYS = {signal.SIGINT: "\x03", signal.SIGQUIT: "\x1c"}


def no_echo():
    with World() as world:
        first, _ = world.enroll("alice")
        calm()
        terminal = Terminal(world, "verify", "alice")
        terminal.until("Code for alice: ")
        terminal.until_silent()
        code = code_at(first["key"])
        terminal.type(code + "\n")
        same(terminal.close(), 0, terminal.seen)
        expect(code not in terminal.seen, "the code was echoed")


def echo_comes_back(number):
    with World() as world:
        world.enroll("alice")
        terminal = Terminal(world, "verify", "alice")
        terminal.until("Code for alice: ")
        terminal.until_silent()
        if number in KEYS:
            terminal.type(KEYS[number])
        else:
            os.kill(terminal.process.pid, number)
        same(terminal.wait(), -number)
        expect(terminal.echoes(), "the echo stayed off")
        terminal.close()


def qr_colours():
    for options, more, wanted in (((), {}, "\x1b[97;40m█"), (("--inverted",), {}, "\x1b[30;107m "),
                                  ((), {"NO_COLOR": "1"}, None)):
        with World() as world:
            terminal = Terminal(world, "enroll", "alice", *options, **more)
            terminal.until("first sign-in): ")
            terminal.type("\n")
            same(terminal.close(), 0)
            expect("\x1b" not in terminal.seen if wanted is None else wanted in terminal.seen, repr(terminal.seen[:900]))


def desk_conversation():
    with World() as world:
        calm()
        terminal = Terminal(world, "enroll", "alice")
        terminal.until("first sign-in): ")
        key = re.search(r"(?:[A-Z2-7]{4} ){7}[A-Z2-7]{4}", terminal.seen).group(0).replace(" ", "")
        terminal.type("000000\n")
        terminal.until("Try again.")
        terminal.type(code_at(key)[:3] + " " + code_at(key)[3:] + "\n")
        terminal.until("is confirmed")
        same(terminal.close(), 0)


def removal_asks():
    for language, answer, code in (("en", "no", 1), ("en", "oui", 1), ("en", "", 1), ("en", "yes", 0), ("fr", "oui", 0),
                                   ("fr", "yes", 1)):
        with World(language + "_CA.UTF-8") as world:
            world.enroll("alice")
            terminal = Terminal(world, "remove", "alice")
            terminal.until({"en": 'Type "yes": ', "fr": "Tapez « oui » : "}[language])
            terminal.type(answer + "\n")
            same(terminal.close(), code, f"{language} {answer!r}")
            same(world.run("show", "alice").code, 0 if code else 1)


def columns():
    for language, words in (("en", ("USER", "TOKEN", "pending", "never", "invited")),
                            ("fr", ("NOM", "JETON", "en attente", "jamais", "ÉTAT"))):
        with World(language) as world:
            world.enroll("zoé")
            terminal = Terminal(world, "list")
            same(terminal.close(), 0)
            head, line = terminal.seen.splitlines()
            expect(all(word in terminal.seen for word in words), terminal.seen)
            expect(line.index("20") > 0 and head.index(words[1]) == line.index(words[2]), terminal.seen)


LONG = ("invite", "a-name-as-long-as-they-come" * 2, "another-name-of-some-length", "--life", "7d")


def every_line_fits_the_terminal():
    """Help, errors and what comes next: broken at a blank, never before a sign that belongs to the word, and nothing is lost."""
    for language in ("en_CA.UTF-8", "fr_CA.UTF-8"):
        with World(language) as world:
            runs = [(verb, "--help") for verb in VERBS] + [("--help",), LONG, ("enroll", "a" * 65), ("invite", "x", "--life"),
                                                           ("passwd", "a-name-as-long-as-they-come"),
                                                           ("reset-token", "nobody-here", "nor-here", "--yes"), ("show", "nobody-here")]
            for words in runs:
                terminal = Terminal(world, *words)
                terminal.wait()
                seen = re.sub(r"\r\[[^\n]*?\x1b\[K", "", terminal.seen.replace("\r\n", "\n"))  # the bar goes away
                wide = [line for line in seen.split("\n") if len(line) > 80 and not line.startswith("usage")]
                same(wide, [], f"{language} {words}: ")
                if words[0] in ("invite", "passwd"):
                    continue  # passwords are made anew
                answer = world.run(*words)
                same(" ".join((answer.out + answer.err).split()), " ".join(seen.split()), repr(words))
                same([line for line in seen.split("\n") if line.lstrip().startswith((": ", "; ", "» ", "? "))], [], repr(words))


def the_password_stands_last_at_enroll():
    """The picture has scrolled away what stood above it."""
    for language in ("en", "fr"):
        with World(language) as world:
            for typed in ("\n", "1\n2\n3\n"):
                name = "alice" + str(len(typed))
                terminal = Terminal(world, "enroll", name)
                for line in typed.splitlines(True):
                    terminal.type(line)
                terminal.wait()
                password = re.search(r"[a-z0-9]{5}(?:-[a-z0-9]{5}){3}", terminal.seen).group(0)
                same(terminal.seen.split()[-1], password, language)
                expect(name in " ".join(terminal.seen.splitlines()[-4:]), terminal.seen)


def try_stack(lines):
    directory = tempfile.TemporaryDirectory()
    os.chmod(directory.name, 0o755)
    with open(os.path.join(directory.name, "desk"), "w", encoding="utf-8") as file:
        file.write("".join(line + "\n" for line in lines))
    return directory


def try_says_each_step():
    deny = ["auth required pam_permit.so", "account required pam_deny.so", "password required pam_deny.so"]
    with World(founded=False) as world, try_stack(deny) as stack:
        answer = world.run("try", "desk", "alice", "--confdir", stack, "--json")
        told = answer.json()[0]
        same((answer.code, told["authenticate"], told["change"], told["allowed"]), (1, "Success", None, False))
        expect(told["account"] not in ("Success", None), repr(told))
        same(world.run("try", "DESK", "alice", "--confdir", stack).code, 1, "PAM knows no capitals in a service's name")
        answer = world.run("try", "desks", "alice", "--confdir", stack)
        same((answer.code, answer.out), (3, ""))
        expect(f"{stack}/desks: no such PAM service" in answer.err, answer.err)
        same(world.run("try", "no-such-service", "alice").code, 3)
        for name in ("..", ".", "", "desk/", "/"):
            same(world.run("try", name, "alice", "--confdir", stack).code, 3, repr(name))


@contextlib.contextmanager
def real_stack():
    """A world whose PAM service is the real module, which starts the real agent."""
    module = os.path.join(BUILD, "pam_liberations.so")
    if not ROOT:
        raise Skip("the module starts the agent for root alone")
    if not (os.path.exists(module) and os.path.exists(AGENT)):
        raise Skip("module or agent is not built")
    with World(as_root=True) as world:
        lines = [f"{kind} required {module} config={world.config} agent={AGENT} socket=/nonexistent/s" for kind in
                 ("auth", "account", "password")]
        with try_stack(lines) as stack:
            yield world, stack


def try_signs_in():
    """The real module, its agent and a person who answers line by line."""
    with real_stack() as (world, stack):
        calm()
        first, last = world.enroll("alice")
        same(last["confirmed"], False)
        own = "a sentence of my own"
        typed = "\n".join((first["temporary_password"], code_at(first["key"]), own, own, "")) + "\n"
        answer = world.run("try", "desk", "alice", "--confdir", stack, stdin=typed)
        same(answer.code, 0, repr(answer))
        expect(own not in answer.out and first["temporary_password"] not in answer.out, "an answer was shown")
        same(world.run("show", "alice", "--json").json()[0]["password"], "own")
        again = world.run("try", "desk", "alice", "--confdir", stack, "--json", stdin=f"{own}\n000000\n")
        same((again.code, again.json()[0]["allowed"]), (1, False))


def prompts_of_one_s_own():
    """In place of the two usual ones, in the module, in the agent's own questions and at `passwd`."""
    with real_stack() as (world, stack):
        world.configure("prompt-password = Ihr Kennwort:", "prompt-token = Code de l'École :")
        calm()
        first, _ = world.enroll("alice", lambda key: code_at(key, -30))
        own = "a sentence of my own"
        typed = "\n".join((first["temporary_password"], "", code_at(first["key"]), own, own, "")) + "\n"
        answer = world.run("try", "desk", "alice", "--confdir", stack, stdin=typed)
        same(answer.out.count("Ihr Kennwort: \n"), 1, repr(answer))
        same(answer.out.count("Code de l'École : \n"), 2, repr(answer))
        expect("Password: " not in answer.out.replace("New password: ", "") and "Security token" not in answer.out, answer.out)
        asked = world.run("token", "alice", "--replace", "--agent", AGENT, stdin="x\n1\n").out
        expect("Code de l'École : " in asked and "Security token" not in asked, asked)


def add_cases():
    add_case("verify_does_not_echo", no_echo)
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGTERM, signal.SIGHUP):
        add_case(f"echo_comes_back_after_{number.name.lower()}", echo_comes_back, number)
    add_case("qr_has_its_own_colours_on_a_terminal", qr_colours)
    add_case("desk_conversation", desk_conversation)
    add_case("removal_asks_in_the_person_s_language", removal_asks)
    add_case("list_has_columns_on_a_terminal", columns)
    add_case("every_line_fits_the_terminal_and_nothing_is_lost", every_line_fits_the_terminal)
    add_case("the_temporary_password_stands_last_at_enroll", the_password_stands_last_at_enroll)
    add_case("prompts_of_one_s_own_stand_everywhere", prompts_of_one_s_own)
    add_case("try_says_each_step", try_says_each_step)
    add_case("try_signs_in_through_the_real_module", try_signs_in)
