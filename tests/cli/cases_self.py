"""What a person does alone: passwd, token --replace, check-password; through an agent of one's own and through the listener."""
import glob
import os
import pwd
import re
import subprocess
import time

from person import PASSWORD, Person, stack
from harness import Skip, add_case, expect, same
from world import ROOT, STRANGER, Terminal, World, root_world

OTHER = "encore une autre phrase, plus longue"


def check_password():
    with World() as world:
        for typed, code, objection in (("purple otters juggle quietly", 0, None), ("correcthorsebatterystaple", 1, "words"),
                                       ("", 1, "short"), ("brief", 1, "short"),
                                       ("password1234", 1, "words"), ("x" * 129, 1, "long"), ("y" * 3000, 1, "long"),
                                       ("aaaaaaaaaaaaaaaaaa", 1, "simple"), ("bébé" + "\0" + "abcdefgh", 1, "long")):
            told = world.run("check-password", "--json", stdin=typed + "\n")
            same((told.code, told.json()[0]["good"], told.json()[0]["objection"]), (code, code == 0, objection), typed[:20])
            plain = world.run("check-password", stdin=typed + "\n")
            same((plain.code, plain.out.count("\n"), plain.err), (code, 1, ""), typed[:20])
            expect(len(typed) < 5 or typed not in plain.out, "the candidate was repeated")
        same(world.run("check-password", stdin="").code, 1)
        terminal = Terminal(world, "check-password")
        terminal.until("Password to check: ")
        terminal.until_silent()
        terminal.type("purple otters juggle quietly\n")
        same(terminal.close(), 0)
        expect("otters" not in terminal.seen, "the candidate was echoed")


def check_password_of_somebody():
    with World() as world:
        world.configure("window = 2")
        world.run("invite", "--csv", "-", stdin="bob,bernadette@example.org,fr\n")
        alice = Person(world, "alice")
        alice.enroll()
        before = alice.facts(), world.run("list").out
        for name, typed, objection in (("alice", PASSWORD, "same"), ("alice", OTHER, None), ("alice", "alice2026alice2026", "name"),
                                       ("bob", "bernadette2026", "name")):
            told = world.run("check-password", name, "--json", stdin=typed + "\n").json()[0]
            same(told["objection"], objection, f"{name} {typed}")
        same(world.run("check-password", "bob", stdin="court\n").out, "Trop court : la longueur minimale est de 12.\n")
        same(world.run("check-password", "nobody-here", stdin=OTHER + "\n").code, 1)
        same((alice.facts(), world.run("list").out), before)
        if ROOT:
            os.chmod(world.config, 0o644)
            os.chown(world.config, 0, 0)
            same(world.run("check-password", uid=STRANGER, stdin=OTHER + "\n").code, 0)
            same(world.run("check-password", "alice", uid=STRANGER, stdin=OTHER + "\n").code, 4)
            same(world.run("passwd", "alice", uid=STRANGER).code, 1, "a uid without a name")


class Listener:
    """An agent that listens beside the world."""

    def __init__(self, world):
        directory = os.path.join(world.directory, "run")
        self.path = os.path.join(directory, "agent.sock")
        stack(world)
        line = [os.path.join(world.directory, "liberations-agent"), "--listen", "--config", world.config, "--agent-socket",
                self.path, "--verify-socket", os.path.join(directory, "verify.sock")]
        # pylint: disable=consider-using-with
        self.process = subprocess.Popen(line, cwd="/", env=world.environment(), stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        end = time.time() + 600
        while not os.path.exists(self.path) and self.process.poll() is None and time.time() < end:
            time.sleep(0.02)

    def __enter__(self):
        if not os.path.exists(self.path):
            self.__exit__()
            raise AssertionError("the listener did not come up")
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.communicate()


def somebody(world):
    """A person that the system knows by name, with an account here."""
    user = pwd.getpwnam("daemon")
    world.configure("window = 2", "min-age = 0 s")
    person = Person(world, user.pw_name)
    first = world.run("invite", user.pw_name, "--system", "--json").json()[0]
    person.first_sign_in(first["temporary_password"])
    return person, user.pw_uid


def passwd_by_the_person():
    with root_world() as world:
        person, uid = somebody(world)
        with Listener(world) as listener:
            def passwd(*words, stdin=""):
                return world.run("passwd", *words, "--socket", listener.path, uid=uid, config=False, stdin=stdin)

            for words in ((), (person.name,)):
                answer = passwd(*words, stdin=f"wrong\n000000\n{OTHER}\n{OTHER}\n")
                same(answer.code, 1, repr(answer))
            expect("not changed" in answer.err and world.run("unlock", person.name).code == 0, repr(answer))
            answer = passwd("--json", stdin=f"{PASSWORD}\n{person.code()}\n{OTHER}\n")  # hung up before the last answer
            same((answer.code, answer.json()), (1, [{"user": person.name, "changed": False}]), repr(answer))
            answer = passwd("--json", stdin=f"{PASSWORD}\n{person.code()}\n{OTHER}\n{OTHER}\n")
            same((answer.code, answer.json()), (0, [{"user": person.name, "changed": True}]), repr(answer))
            expect(OTHER not in answer.out + answer.err, "an answer was shown")
            answer = passwd("root")
            same((answer.code, answer.out), (4, ""))
            for path in glob.glob(os.path.join(world.state, "history", "*", person.name)):
                os.truncate(path, 1)  # a change could not be kept: said before a new password is typed
            answer = passwd(stdin=f"{OTHER}\n{person.code()}\n{PASSWORD}\n{PASSWORD}\n")
            same((answer.code, answer.err.count("\n"), "New password" in answer.out), (3, 1, False), repr(answer))
            same(world.run("history", person.name, "--forget", "--yes").code, 0)
        for words in (("--socket", listener.path), ("--agent", "/bin/true")):  # it would end the password that they mean to change
            answer = world.run("passwd", person.name, *words, stdin=f"{OTHER}\n000000\n")
            same((answer.code, answer.out, answer.err.count("\n")), (2, "", 1), repr(answer))
        expect(person.may_sign_in(OTHER), "the new password does not serve")
        for words in (("--socket", listener.path), ("--agent", "/nonexistent/agent"), ("--agent", "/bin/true")):
            answer = world.run("passwd", *words, "--json", uid=uid, config=words[0] == "--agent", stdin=f"{OTHER}\n000000\n")
            same((answer.code, answer.json()), (3, [{"user": person.name, "changed": False}]), repr(answer))
            same(answer.err.count("\n"), 1, repr(answer))


def replace(world, person, words, answers, uid=None):
    """Types as the person would; the new key is read from the prompt with the QR code. Returns status, key and output."""
    process = subprocess.Popen(world.line("token", person.name, "--replace", *words, uid=uid, config=uid is None), cwd="/",
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                               env=world.environment())
    process.stdin.write("".join(answer + "\n" for answer in answers).encode())
    process.stdin.flush()
    out, found = b"", None
    while found is None:
        more = os.read(process.stdout.fileno(), 65536)
        if not more:
            break
        out += more
        found = re.search(rb"\n((?:[A-Z2-7]{4} ){7}[A-Z2-7]{4})\n", out)
    key = found.group(1).decode().replace(" ", "") if found else None
    return process, key, out.decode()


def replace_token():
    """The old token stays until the new one is confirmed, and a recovery code serves a person who lost the phone."""
    with World() as world:
        world.configure("window = 2")
        alice = Person(world, "alice")
        codes = alice.enroll()
        agent = ("--agent", os.path.join(world.directory, "liberations-agent"))
        process, key, out = replace(world, alice, agent, (PASSWORD, alice.code()))
        if key is None:
            process.communicate()
            same(process.returncode, 1, out)
            raise Skip("the agent does not replace tokens yet")
        process.communicate()  # hung up at the QR code
        same(process.returncode, 1)
        expect(alice.may_sign_in(), "the old token went before the new one was confirmed")
        process, key, out = replace(world, alice, agent, (PASSWORD, codes[0]))
        expect(key is not None and key != alice.key, out)
        alice.key = key
        rest, err = process.communicate((alice.code() + "\n").encode())
        same((process.returncode, err), (0, b""), rest.decode())
        expect(alice.may_sign_in(), "the new token does not serve")


def replace_token_refused():
    with World() as world:
        world.configure("window = 2")
        alice = Person(world, "alice")
        alice.enroll()
        before = alice.facts()
        agent = ("--agent", os.path.join(world.directory, "liberations-agent"))
        for answers in ((), ("wrong",), ("wrong", "000000"), (PASSWORD, "000000")):
            answer = world.run("token", "alice", "--replace", *agent, stdin="".join(line + "\n" for line in answers))
            same(answer.code, 1, repr(answer))
            expect("the old one still works" in answer.err and "█" not in answer.out, repr(answer))
            expect(("password and code were not accepted" in answer.err) == (len(answers) == 2), repr(answer))
        same(world.run("token", "nobody-here", "--replace", *agent, stdin="a\n000000\n").code, 1)
        for words in (("--socket", "/nonexistent/s"), ("--agent", "/nonexistent/agent"), ("--agent", "/bin/true")):
            answer = world.run("token", "alice", "--replace", *words)
            same((answer.code, answer.out, answer.err.count("\n")), (3, "", 1), repr(words))
        after = alice.facts()
        same({name: before[name] for name in ("token", "password", "generation")},
             {name: after[name] for name in ("token", "password", "generation")})


def replace_token_through_the_listener():
    with root_world() as world:
        person, uid = somebody(world)
        world.enroll("somebody-else")
        with Listener(world) as listener:
            words = ("--socket", listener.path)
            answer = world.run("token", "somebody-else", "--replace", *words, uid=uid, config=False, stdin="a\n000000\n")
            same((answer.code, answer.out), (1, ""), "an answer about somebody else")
            process, key, out = replace(world, person, words, (PASSWORD, person.code()), uid)
            if key is not None:
                person.key = key
                process.stdin.write((person.code() + "\n").encode())
            rest, err = process.communicate()
            same(process.returncode, 0 if key else 1, out + rest.decode() + err.decode())
        expect(person.may_sign_in(), "no sign-in afterwards")
        if key is None:
            raise Skip("the agent does not replace tokens yet")


def add_cases():
    add_case("check_password_says_the_one_reason", check_password)
    add_case("check_password_of_somebody_in_their_language", check_password_of_somebody)
    add_case("passwd_of_a_person_through_the_listener", passwd_by_the_person)
    add_case("token_replace_with_an_agent_of_one_s_own", replace_token)
    add_case("token_replace_refused_changes_nothing", replace_token_refused)
    add_case("token_replace_through_the_listener", replace_token_through_the_listener)
