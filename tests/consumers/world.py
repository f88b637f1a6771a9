"""The store, its people and what they type; and the log, where there is a private one."""
import base64
import hashlib
import hmac
import os
import re
import socket
import struct
import subprocess
import time

from applications import AGAIN, FIRST_CODE, NEW, OLD, PASSWORD, TOKEN, WRITTEN
from harness import Failure, expect

OWNER = 64201
STEP_S = 30
WRONG = "ce n'est pas celui-la"


def code_of(key, ahead=0):
    digest = hmac.new(key, struct.pack(">Q", int(time.time()) // STEP_S + ahead), hashlib.sha1).digest()
    at = digest[19] & 15
    return "%06d" % ((struct.unpack(">I", digest[at:at + 4])[0] & 0x7fffffff) % 1000000)


class World:
    def __init__(self, scratch, build):
        self.scratch, self.build = scratch, build
        self.config, self.services = self.path("liberations.conf"), self.path("services")

    def path(self, *words):
        return os.path.join(self.scratch, *words)

    def make(self):
        os.mkdir(self.services)
        with open(self.config, "w") as file:
            file.write("state = %s\nuser = %d\nseal-key = %s\n" % (self.path("state"), OWNER, self.path("seal.key")))
            file.write("hash-cost = 1\nlanguage = en\n")
        self.run(os.path.join(self.build, "liberations"), "init", "--config", self.config,
                 *(["--owner", str(OWNER)] if os.geteuid() == 0 else []))

    def run(self, *words):
        done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        expect(done.returncode == 0, " ".join(words), "exit status", done.returncode, done.stdout)
        return done.stdout

    def module(self):
        return "%s/pam_liberations.so agent=%s/liberations-agent config=%s socket=%s debug" % (
            self.build, self.build, self.config, self.path("none"))

    def service(self, name, arguments=""):
        line = "%s %s" % (self.module(), arguments)
        with open(os.path.join(self.services, name), "w") as file:
            file.write("".join("%s required %s\n" % (kind, line) for kind in ("auth", "account", "password", "session")))
        return name

    def set(self, name, *fields):
        self.run(os.path.join(self.build, "tests", "lbr-world"), self.config, "set", name, *fields)

    def show(self, name):
        done = subprocess.run([os.path.join(self.build, "tests", "lbr-world"), self.config, "show", name],
                              stdout=subprocess.PIPE, text=True)
        return dict(line.split("=", 1) for line in done.stdout.splitlines())

    def person(self, name, *fields):
        person = Person(name)
        self.set(name, "state=unknown")
        self.set(name, "password=" + person.password, "key=" + person.key.hex(), *fields)
        return person


class Person:
    """What somebody knows and carries, and what they type where."""
    def __init__(self, name):
        self.name, self.key = name, os.urandom(20)
        self.password, self.new = "Le cheval de %s court 7 fois" % name, "Trois merles pour %s 9" % name
        self.typed_password, self.typed_code = None, None
        self.codes, self.recovery = set(), []

    def code(self, ahead=0):
        code = code_of(self.key, ahead)
        self.codes.add(code)
        return code

    def wrong_code(self):
        near = {code_of(self.key, ahead) for ahead in range(-3, 5)}
        return next(digits for digits in ("%06d" % number for number in range(246813, 246830)) if digits not in near)

    def base32(self):
        return base64.b32encode(self.key).decode()

    def secrets(self):
        return {self.password, self.new, self.key.hex(), self.base32()} | self.codes | set(self.recovery)

    def answer(self, prompt):
        """At a prompt that stands alone or ends a longer text."""
        if prompt.endswith(WRITTEN):
            self.recovery = re.findall(r"\b[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}\b", prompt)
            expect(len(self.recovery) == 10, "not ten recovery codes in", repr(prompt))
            return ""
        if prompt.endswith(FIRST_CODE):
            expect(self.base32() in prompt.replace(" ", ""), "the key is not in", repr(prompt))
            return self.code()
        if prompt.endswith(TOKEN):  # left empty the first time at most
            answer, self.typed_code = self.typed_code, self.typed_code or self.code()
            return answer
        for words, answer in ((AGAIN, self.new), (NEW, self.new), (OLD, self.password), (PASSWORD, self.typed_password)):
            if prompt.endswith(words):
                return answer
        raise Failure("nobody knows what to answer to %r" % prompt)

    def whole(self):
        return self.typed_password + self.typed_code

    def types(self, password, code):
        """What they will type: their own for True, something wrong for False, nothing for None."""
        self.typed_password = self.password if password else WRONG
        self.typed_code = "" if code is None else self.code() if code else self.wrong_code()
        return self


class Log:
    """Everything that is logged, kept by a process of its own."""
    def __init__(self, path, file):
        self.file = file
        place = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        place.bind(path)
        os.chmod(path, 0o666)
        self.child = os.fork()
        if self.child == 0:
            with open(file, "wb", buffering=0) as out:
                while True:
                    out.write(place.recv(65536).rstrip(b"\0\n") + b"\n")

    def text(self):
        time.sleep(0.3)  # what was sent is read
        with open(self.file, "rb") as file:
            return file.read().decode("utf-8", "backslashreplace")

    def close(self):
        os.kill(self.child, 9)
        os.waitpid(self.child, 0)


def find_secret(secrets, text):
    """The first secret that stands in the text as a word of its own, in groups or not."""
    joined = text.replace(" ", "")
    for secret in secrets:
        if secret in text and re.search(r"(?<![0-9A-Za-z])" + re.escape(secret) + r"(?![0-9A-Za-z])", text):
            return secret
        if len(secret) >= 20 and secret.replace(" ", "") in joined:
            return secret
    return None
