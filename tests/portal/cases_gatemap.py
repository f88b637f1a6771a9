"""Apache's helper: one line in, one line out, and NULL at any doubt. As root it is started as another user, as Apache does it."""
import os
import random
import socket
import subprocess
import tempfile
import threading

from cases_gate import ID, judge
from gate import TROUBLE, YES, Gate
from harness import case, expect, same
from page import BUILD

PROGRAM = os.path.join(BUILD, "liberations-portal-gate-map")
OURS = f"__Host-liberations={ID}\n".encode()
NOT_ROOT = {"user": 65534, "group": 65534, "extra_groups": []} if os.geteuid() == 0 else {}


class Helper:
    def __init__(self, path, *words):
        self.process = subprocess.Popen([PROGRAM, path, *(words or ["app.example.org"])], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={}, **NOT_ROOT)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()

    def ask(self, line):
        self.process.stdin.write(line)
        self.process.stdin.flush()
        return self.process.stdout.readline()


class Double:
    """Answers each question with the next of these bytes, over one connection after the other; `asked` holds what it read."""

    def __init__(self, *answers):
        self.scratch = tempfile.TemporaryDirectory()
        os.chmod(self.scratch.name, 0o755)
        self.path, self.answers, self.asked = f"{self.scratch.name}/gate.sock", list(answers), []
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.bind(self.path)
        os.chmod(self.path, 0o666)
        self.socket.listen(8)
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def serve(self):
        while self.answers:
            try:
                client, _ = self.socket.accept()
            except OSError:
                return
            try:
                self.serve_one(client)
            except OSError:  # the helper hung up
                pass

    def serve_one(self, client):
        with client:
            while self.answers and (question := client.recv(65536)):
                self.asked.append(question)
                answer = self.answers.pop(0)
                client.sendall(answer)
                if answer == b"" or b"close" in answer:
                    break

    def __enter__(self):
        return self

    def __exit__(self, *_):
        try:
            self.socket.shutdown(socket.SHUT_RDWR)  # ends its accept(2)
        except OSError:
            pass
        self.thread.join(10)
        self.socket.close()
        self.scratch.cleanup()


def yes(name="alice", more=""):
    return f"HTTP/1.1 200 OK\r\nRemote-User: {name}\r\n{more}Content-Length: 0\r\n\r\n".encode()


@case()
def portal_p09_apaches_helper_says_a_name_for_a_live_id_alone():
    with Gate(judge) as gate, Helper(gate.path) as helper:
        same(helper.ask(OURS), b"zo%C3%A9\n")
        same(helper.ask(b"a=b; " + OURS), b"zo%C3%A9\n")
        for line in (b"\n", b"a=b\n", OURS.replace(b"c\n", b"x\n"), OURS.replace(b"\n", b"\r\n"), OURS.replace(b"\n", b"\0\n"),
                     OURS.replace(b"\n", b"; " + OURS), b"x" * 100000 + b"; " + OURS, b"NULL\n", b"alice\n", b"X" + OURS,
                     b"__Host-liberations=\"" + ID.encode() + b"\"\n", b"\x1b[0m" + OURS, b"a=b, " + OURS, ID.encode() + b"\n"):
            same(helper.ask(line), b"NULL\n", line[:60])
        same(helper.ask(OURS), b"zo%C3%A9\n", "it goes on:")
    with Gate(judge) as gate, Helper(gate.path, "other.example.org") as helper:
        same(helper.ask(OURS), b"NULL\n", "another site:")


@case()
def portal_p09_apaches_helper_says_null_at_any_doubt():
    doubts = (b"", b"HTTP/1.1 401 No\r\nRemote-User: alice\r\nContent-Length: 0\r\n\r\n", yes("", ""), yes("a b"), yes("x" * 300),
              yes(more="Remote-User: bob\r\n"), yes().replace(b"1.1", b"1.0"), yes() + b"more", yes().replace(b": 0", b": 5"),
              yes().replace(b"Content-Length: 0\r\n", b""), yes("a\0b"), b"HTTP/1.1 200 OK\r\n\r\n", b"\r\n\r\n", b"\0" * 5000,
              yes().replace(b"Remote-User: ", b"X-Remote-User: "), yes(more="A: " + "b" * 5000 + "\r\n"), yes().replace(b"200", b"2000"))
    for doubt in doubts:
        # After the doubt the connection is given up: the next answer is that of a new one.
        with Double(doubt, b"", yes()) as double, Helper(double.path) as helper:
            same(helper.ask(OURS), b"NULL\n", doubt[:60])
        with Double(yes(), doubt, doubt, yes()) as double, Helper(double.path) as helper:
            same(helper.ask(OURS), b"alice\n")
            got = helper.ask(OURS)
            same(got, b"NULL\n", f"on a kept connection, {doubt[:60]}:")
    with Helper("/nonexistent/gate.sock") as helper:
        same(helper.ask(OURS), b"NULL\n", "no gate:")


@case()
def portal_p09_apaches_helper_tells_nobody_from_a_gate_that_cannot_say():
    """Only where a word for it was given. It is no name, and no other word is taken."""
    for word in ("no", "%", "%6e", "%no session", "%NO", "%no%", "%" + "o" * 300):
        with Helper("/nonexistent/gate.sock", "app.example.org", word) as helper:
            same(helper.process.wait(10), 2, word)
    with Gate(judge) as gate, Helper(gate.path, "app.example.org", "%no") as helper:
        same(helper.ask(OURS), b"zo%C3%A9\n")
        for line in (b"", b"a=b", OURS[:-2] + b"x", OURS[:-1] + b"; " + OURS[:-1], b"__Host-liberations=%00"):
            same(helper.ask(line + b"\n"), b"%no\n", line[:60])
        gate.judge = lambda *_: (TROUBLE, "")
        same(helper.ask(OURS), b"NULL\n", "trouble:")
    for doubt in (b"", b"HTTP/1.1 401 No\r\n\r\n", b"HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n", b"HTTP/1.1 400 No\r\nContent-Length: 0\r\n\r\n"):
        with Double(doubt, b"") as double, Helper(double.path, "app.example.org", "%no") as helper:
            same(helper.ask(OURS), b"NULL\n", doubt)
    with Helper("/nonexistent/gate.sock", "app.example.org", "%no") as helper:
        same((helper.ask(b"a=b\n"), helper.ask(OURS)), (b"%no\n", b"NULL\n"), "no gate:")


@case()
def portal_p16_apaches_helper_gives_no_answer_to_another_question():
    people = {f"{number:043d}": f"user{number}" for number in range(8)}
    with Gate(lambda _, session: (YES, people[session]) if session in people else (TROUBLE, "")) as gate, Helper(gate.path) as helper:
        drawn = random.Random(4)
        for _ in range(2000):
            which = drawn.choice([*people, ID])
            wanted = people.get(which, "NULL")
            same(helper.ask(f"__Host-liberations={which}\n".encode()), f"{wanted}\n".encode())


@case()
def portal_p16_a_late_answer_is_nobodys():
    with Double() as double:
        late = threading.Event()

        def serve():
            first, _ = double.socket.accept()
            first.recv(65536)
            second, _ = double.socket.accept()  # the helper waited in vain for the first
            first.close()
            second.recv(65536)
            second.sendall(yes("bob"))
            late.wait(30)
            second.close()

        threading.Thread(target=serve, daemon=True).start()
        with Helper(double.path) as helper:
            same(helper.ask(OURS), b"NULL\n", "nothing came in time:")
            same(helper.ask(OURS), b"bob\n")
        late.set()


@case()
def apaches_helper_finds_a_gate_that_came_back():
    with Gate(judge) as gate, Helper(gate.path) as helper:
        same(helper.ask(OURS), b"zo%C3%A9\n")
        path = gate.path
        gate.process.kill()
        gate.process.wait()
        same(helper.ask(OURS), b"NULL\n")
        os.unlink(path)
        with Gate(judge) as again:
            os.symlink(again.path, path)
            same(helper.ask(OURS), b"zo%C3%A9\n")
            os.unlink(path)
            again.path, path = path, again.path


@case()
def apaches_helper_asks_a_question_of_our_own_words():
    with Double(yes("null"), yes("NULLX"), yes(more="Connection: close\r\n"), yes("bob")) as double, Helper(double.path) as helper:
        # Apache takes the word NULL for no answer, and some person's name may be just that.
        same(helper.ask(b"a=b; x; " + OURS), b"%6Eull\n")
        same(helper.ask(OURS), b"NULLX\n")
        same(helper.ask(OURS), b"alice\n")
        same(helper.ask(OURS), b"bob\n")
        same(set(double.asked), {b"GET /authz/app.example.org HTTP/1.1\r\nHost: gate\r\nCookie: " + OURS[:-1] + b"\r\n\r\n"})


@case()
def apaches_helper_ends_with_apache_and_never_runs_as_root():
    with Helper("/nonexistent/gate.sock") as helper:
        helper.process.stdin.write(OURS[:-1])
        helper.process.stdin.close()
        same((helper.process.wait(15), helper.process.stdout.read()), (0, b""))
        helper.process.stdin = open(os.devnull, "rb")
    for words in ([], ["relative"], ["/gate.sock", "UPPER"], ["/gate.sock", "a/../b"], ["/gate.sock", "a", "b"], ["/" + "x" * 200]):
        same(subprocess.run([PROGRAM, *words], capture_output=True, stdin=subprocess.DEVNULL, check=False).returncode, 2, words)
    if os.geteuid() == 0:
        done = subprocess.run([PROGRAM, "/gate.sock"], capture_output=True, stdin=subprocess.DEVNULL, check=False, text=True)
        same(done.returncode, 1)
        expect("does not run as root" in done.stderr, done.stderr)
