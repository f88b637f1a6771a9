"""Real sign-ins at a pseudo-terminal, in a directory that goes away; what the screen showed is the guide's picture.

A scene names the questions that must come, in order, by their names in texts.def, and what is typed after each. Where
something was typed the picture holds a mark, ⟦what⟧: passwords and codes do not show on a screen.
"""
import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile

import pexpect

import product

USER = "camille"
OWNER = "64201"  # nobody's uid: as root, the accounts must belong to somebody else
LOCALES = {"en": "en_CA.UTF-8", "fr": "fr_CA.UTF-8"}
ROWS, COLUMNS = 24, 80
HERE = os.path.dirname(os.path.abspath(__file__))
PRESENT = "The lighthouse keeper paints at night."
FUTURE = "Seven grey herons cross the harbour."
KEY_HEX = "3132333435363738393031323334353637383930"

# Name: the account it starts from, the host, then (question, what is typed).
SCENES = {
    "first": ("invited", "try", [
        ("PROMPT_PASSWORD", "temporary"), ("PROMPT_TOKEN", "nothing"), ("PROMPT_FIRST_CODE", "code"),
        ("PROMPT_NEW_PASSWORD", "new"), ("PROMPT_NEW_PASSWORD_AGAIN", "again"), ("PROMPT_ACKNOWLEDGE", "enter")]),
    "later": ("own", "try", [("PROMPT_PASSWORD", "password"), ("PROMPT_TOKEN", "code")]),
    "expired": ("expired", "try", [
        ("PROMPT_PASSWORD", "password"), ("PROMPT_TOKEN", "code"), ("PROMPT_NEW_PASSWORD", "new"),
        ("PROMPT_NEW_PASSWORD_AGAIN", "again")]),
    "change": ("own", "passwd", [
        ("PROMPT_OLD_PASSWORD", "password"), ("PROMPT_TOKEN", "code"), ("PROMPT_NEW_PASSWORD", "new"),
        ("PROMPT_NEW_PASSWORD_AGAIN", "again")]),
}


def environment(language):
    keep = {name: os.environ[name] for name in ("PATH", "TMPDIR", "LD_LIBRARY_PATH") if name in os.environ}
    return {**keep, "LANG": LOCALES[language], "TERM": "xterm", "ASAN_OPTIONS": "detect_leaks=0"}


class Stage:
    """with Stage(build) as stage: a store and a PAM service of its own."""

    def __init__(self, build):
        self.build = os.path.abspath(build)
        self.directory = tempfile.mkdtemp(prefix="liberations-guide.")
        os.chmod(self.directory, 0o755)
        self.config = os.path.join(self.directory, "liberations.conf")
        self.confdir = os.path.join(self.directory, "pam.d")
        self.command = os.path.join(self.build, "liberations")

    def __enter__(self):
        try:
            self.found()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.directory, ignore_errors=True)

    def run(self, *words, stdin="", expected=(0,)):
        done = subprocess.run(words, input=stdin, capture_output=True, text=True, timeout=600, check=False,
                              env=environment("en"))
        if done.returncode not in expected:
            raise product.Fault(f"{' '.join(words)}: exit {done.returncode}: {done.stdout}{done.stderr}")
        return done.stdout

    def found(self):
        self.run(self.command, "init", "--config", self.config, *(["--owner", OWNER] if os.geteuid() == 0 else []))
        with open(self.config, "a", encoding="utf-8") as file:
            file.write("hash-cost = 1\n")
        os.mkdir(self.confdir)
        module = f"{self.build}/pam_liberations.so agent={self.build}/liberations-agent config={self.config} " \
                 f"socket={self.directory}/none"
        with open(os.path.join(self.confdir, "guide"), "w", encoding="utf-8") as file:
            file.writelines(f"{kind} required {module}\n" for kind in ("auth", "account", "password"))

    def invite(self):
        """As at the desk, but the phone is not there: the token stays to be confirmed, which is exit status 1."""
        out = self.run(self.command, "enroll", USER, "--json", "--config", self.config, stdin="\n", expected=(0, 1))
        return json.loads(out.splitlines()[0])

    def forget(self):
        with contextlib.suppress(product.Fault):
            self.run(self.command, "remove", USER, "--yes", "--config", self.config)

    def prepare(self, account):
        """Makes the account; returns its password and how oathtool is told its key."""
        self.forget()
        if account == "invited":
            new = self.invite()
            return new["temporary_password"], ["--base32", new["key"].replace(" ", "")]
        age = ["password_set=-100d"] if account == "own" else []
        self.run(f"{self.build}/tests/lbr-world", self.config, "set", USER, f"state={account}", f"password={PRESENT}",
                 f"key={KEY_HEX}", *age)
        return PRESENT, [KEY_HEX]

    def host(self, host, result):
        if host == "try":  # with --json the screen belongs to the dialogue alone, and standard output to what `try` says
            return ["/bin/sh", "-c", 'exec "$@" >"$0"', result,
                    self.command, "try", "guide", USER, "--confdir", self.confdir, "--json"]
        return [sys.executable, "-B", os.path.join(HERE, "change_host.py"), self.confdir, "guide", USER]

    def play(self, name, language):
        """One scene; returns what the screen showed. Anything but success is a Fault."""
        account, host, steps = SCENES[name]
        password, key = self.prepare(account)
        result = os.path.join(self.directory, "result")
        program, *arguments = self.host(host, result)
        child = pexpect.spawn(program, arguments, encoding="utf-8", dimensions=(ROWS, COLUMNS), cwd="/", timeout=30,
                              env=environment(language))
        answers = {"temporary": password, "password": password, "nothing": "", "enter": "", "new": FUTURE,
                   "again": FUTURE, "code": lambda: self.code(key)}
        try:
            shown = converse(child, steps, answers, language)
        finally:
            child.close()
        if child.exitstatus != 0:
            raise product.Fault(f"{name}.{language}: exit {child.exitstatus}; on the screen: {shown}")
        return shown

    def code(self, key):
        return self.run("oathtool", "--totp", *key).strip()


def converse(child, steps, answers, language):
    """Types each answer after its very question; returns the screen with the marks."""
    texts, shown = product.texts(), ""
    for question, kind in steps:
        prompt = texts[question][language]
        if child.expect_exact([prompt, pexpect.EOF, pexpect.TIMEOUT]) != 0:
            raise product.Fault(f"{prompt!r} did not come; on the screen: {shown}{child.before}")
        shown += f"{child.before}{prompt}⟦{kind}⟧"
        child.waitnoecho(5)  # what is typed before would show
        answer = answers[kind]
        child.sendline(answer() if callable(answer) else answer)
    child.expect(pexpect.EOF)
    shown += child.before
    return shown.replace("\r\n", "\n").strip("\n") + "\n"
