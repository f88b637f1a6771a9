"""A person with an account of their own, and the real module and agent to sign in through."""
import os
import re
import shutil
import time

from harness import Skip, expect, same
from world import BUILD, code_at

PASSWORD = "une phrase qui va bien, 7 fois"
RECOVERY = re.compile(r"\b[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}\b")


def stack(world):
    """The service `desk`; returns the directory for --confdir."""
    directory = os.path.join(world.directory, "pam.d")
    module, agent = (os.path.join(world.directory, name) for name in ("pam_liberations.so", "liberations-agent"))
    if not os.path.isdir(directory):
        for path in (module, agent):
            if not os.path.exists(os.path.join(BUILD, os.path.basename(path))):
                raise Skip("module or agent is not built")
            shutil.copy(os.path.join(BUILD, os.path.basename(path)), path)
        os.mkdir(directory, 0o755)
    arguments = f"config={world.config} socket=/nonexistent/s agent={agent}"
    with open(os.path.join(directory, "desk"), "w", encoding="utf-8") as file:
        file.writelines(f"{kind} required {module} {arguments}\n" for kind in ("auth", "account", "password"))
    return directory


class Person:
    """Somebody with a phone. Codes never come twice; with window = 2 five of them can be used at once."""

    def __init__(self, world, name):
        self.world, self.name, self.key, self.step = world, name, None, 0
        self.directory = stack(world)

    def code(self):
        now = int(time.time()) // 30
        self.step = max(self.step + 1, now - 1)
        if self.step > now + 2:
            time.sleep((self.step - 2) * 30 - time.time() + 0.2)
        return code_at(self.key, self.step * 30 + 15 - int(time.time()))

    def sign_in(self, *answers):
        return self.world.run("try", "desk", self.name, "--confdir", self.directory,
                              stdin="".join(answer + "\n" for answer in answers))

    def may_sign_in(self, password=PASSWORD, code=None):
        return self.sign_in(password, code or self.code()).code == 0

    def enroll(self, password=PASSWORD):
        """At the desk, then the first sign-in. Returns the recovery codes."""
        first, _ = self.world.enroll(self.name)
        self.key = first["key"]
        answer = self.sign_in(first["temporary_password"], self.code(), password, password, "")
        same(answer.code, 0, repr(answer))
        codes = RECOVERY.findall(answer.out)
        same(len(codes), 10, answer.out)
        return codes

    def first_sign_in(self, temporary, password=PASSWORD):
        """As the guide says it: the token left empty. The key is read from the prompt that has the QR code."""
        process = self.world.start("try", "desk", self.name, "--confdir", self.directory)
        process.stdin.write(f"{temporary}\n\n")
        process.stdin.flush()
        out = b""
        found = None
        while found is None:
            more = os.read(process.stdout.fileno(), 65536)
            expect(more, f"no key was shown: {out.decode()}")
            out += more
            found = re.search(rb"\n((?:[A-Z2-7]{4} ){7}[A-Z2-7]{4})\n", out)
        self.key = found.group(1).decode().replace(" ", "")
        rest, _ = process.communicate(f"{self.code()}\n{password}\n{password}\n\n", timeout=600)
        same(process.returncode, 0, rest)

    def facts(self):
        return self.world.run("show", self.name, "--json").json()[0]
