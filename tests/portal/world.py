"""A portal with real agents behind it: a store, people, a listener on the verifiers' socket, and browsers.

As root the keeper becomes a user of its own, whom the agent does not trust, as on a real host; else all are one user.
"""
import base64
import hashlib
import hmac
import html
import os
import re
import signal
import socket
import struct
import subprocess
import time
import urllib.parse

from harness import expect, same
from handing import start_with
from keeper import Portal
from page import BUILD

OWNER = 64201  # of the accounts
PASSWORD = "une phrase qui va bien"
KEY = "3132333435363738393031323334353637383930"
OWN = ("Sec-Fetch-Site", "same-origin")
ROOT = os.geteuid() == 0
ORIGIN = "https://app.example.org"


def code_of(key=KEY, ahead=0):
    digest = hmac.new(bytes.fromhex(key), struct.pack(">Q", int(time.time()) // 30 + ahead), hashlib.sha1).digest()
    at = digest[19] & 15
    return "%06d" % ((struct.unpack(">I", digest[at:at + 4])[0] & 0x7fffffff) % 1000000)


def wrong_code(key=KEY):
    near = {code_of(key, ahead) for ahead in range(-4, 5)}
    return next(digits for digits in ("%06d" % (246813 + more) for more in range(16)) if digits not in near)


class World(Portal):
    """`person(...)` makes people; `Browser(world)` visits."""

    def __init__(self, more="", conf=""):
        self.listener, self.names = None, 0
        self.conf = conf
        super().__init__(more)

    # --- the agent ------------------------------------------------------------------------------------------------------

    def prepare(self):
        self.write("liberations.conf", f"state = {self.directory}/store\nuser = {OWNER if ROOT else os.geteuid()}\n"
                   f"seal-key = {self.directory}/seal.key\nhash-cost = 1\n{self.conf}", 0o644)
        self.run(BUILD + "/liberations", "init", "--config", self.directory + "/liberations.conf",
                 *(["--owner", str(OWNER)] if ROOT else []))
        self.start_agent()

    def start_agent(self):
        """A listener with handed sockets, as systemd starts it."""
        handed = []
        for name in ("agent.sock", "verify.sock"):
            path = f"{self.directory}/{name}"
            if os.path.exists(path):
                os.unlink(path)
            handed.append(socket.socket(socket.AF_UNIX))
            handed[-1].bind(path)
            os.chmod(path, 0o666)
            handed[-1].listen(256)
        script = 'LISTEN_PID=$$ LISTEN_FDS=2 LISTEN_FDNAMES=agent:verify exec "$@"'
        self.listener = start_with(
            ["sh", "-c", script, "sh", os.path.abspath(BUILD + "/liberations-agent"), "--listen", "--config",
             self.directory + "/liberations.conf"], [one.fileno() for one in handed], stderr=subprocess.DEVNULL,
            start_new_session=True)
        for one in handed:
            one.close()

    def stop_agent(self):
        self.listener.terminate()
        self.listener.wait(30)

    @staticmethod
    def children(parent):
        """The processes that one has started: number and name."""
        found = []
        for number in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{number}/stat", encoding="latin-1") as file:
                    head, _, rest = file.read().rpartition(")")
                if int(rest.split()[1]) == parent and rest.split()[0] != "Z":
                    found.append((int(number), head.partition("(")[2]))
            except (OSError, IndexError):
                pass
        return found

    def agents(self):
        """The processes of its dialogues."""
        return [number for number, _ in self.children(self.listener.pid)]

    def kill_agents(self):
        """All of them; returns when they are gone, and their connections with them."""
        killed = self.agents()
        for number in killed:
            os.kill(number, signal.SIGKILL)
        self.wait(lambda: not set(killed) & set(self.agents()))

    def pages(self):
        """At work, or waiting."""
        with open(f"/proc/{self.keeper.pid}/task/{self.keeper.pid}/children", encoding="ascii") as file:
            return [int(number) for number in file.read().split() if self.program_of(number).endswith("-page")]

    @staticmethod
    def program_of(number):
        try:
            with open(f"/proc/{number}/cmdline", encoding="latin-1") as file:
                return file.read().split("\0")[0]
        except OSError:
            return ""

    def questions(self):
        """How many connections of the keeper's have an agent, or wait for one."""
        with open("/proc/net/unix", encoding="ascii") as file:
            return sum(line.rstrip().endswith(self.directory + "/verify.sock") for line in file) - 1

    def run(self, *words):
        done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        same(done.returncode, 0, done.stdout)
        return done.stdout

    def command(self, *words):
        """The administrator's."""
        return self.run(BUILD + "/liberations", *words, "--config", self.directory + "/liberations.conf")

    def set(self, name, *fields):
        self.run(BUILD + "/tests/lbr-world", self.directory + "/liberations.conf", "set", name, *fields)

    def person(self, *fields, name=None):
        """A new account with PASSWORD and KEY."""
        self.names += 1
        name = name or f"p{self.names:03d}"
        self.set(name, *fields)
        return name

    def show(self, name):
        lines = self.run(BUILD + "/tests/lbr-world", self.directory + "/liberations.conf", "show", name).split("\n")
        return dict(line.split("=", 1) for line in lines if line)

    def fresh_code(self, name):
        """Lets the present code be used again."""
        self.set(name, "last_step=0", "failures=0")

    def gate(self, browser):
        """Status of the gate for that browser, and the name that the application hears."""
        status, head, _ = self.ask("/authz", fields=browser.cookie_field(), socket_name="gate")
        found = re.search(r"^Remote-User: (.*?)\r?$", head, re.M)
        return status, found[1] if found else ""

    def __exit__(self, *trouble):
        if self.listener:
            self.stop_agent()
        super().__exit__(*trouble)


class Answer:
    def __init__(self, status, head, body):
        self.status, self.head, self.body = status, head, body
        found = re.search(r"^Location: (.*?)\r?$", head + "\r\n", re.M)
        self.location = found[1] if found else ""
        self.set_cookies = dict(re.findall(r"^Set-Cookie: ([\w.-]+)=([^;\r\n]*)", head, re.M))

    @property
    def path(self):
        """Where a redirection goes, without this site's origin."""
        expect(self.location.startswith(ORIGIN + "/"), self.location)
        return self.location[len(ORIGIN):]

    def text(self):
        return html.unescape(re.sub(r"<[^>]*>", " ", self.body))


class Browser:
    """Keeps cookies, follows nothing by itself. `language`: what it asks for."""

    def __init__(self, world, language="en", address="192.0.2.7", cookies=None):
        self.world, self.language, self.address = world, language, address
        self.cookies = dict(cookies or {})
        self.page = None  # the last one shown

    def cookie_field(self):
        return [("Cookie", "; ".join(f"{name}={value}" for name, value in self.cookies.items()))] if self.cookies else []

    def ask(self, path, body=None, fields=(OWN,), on_get=False):
        """`fields`: of a form; with `on_get` of any request."""
        fields = [*self.cookie_field(), ("Accept-Language", self.language), *([("X-Forwarded-For", self.address)] if self.address else []),
                  *(fields if on_get or body is not None else ())]
        answer = Answer(*self.world.ask(path, body, fields))
        for name, value in answer.set_cookies.items():
            if value:
                self.cookies[name] = value
            else:
                self.cookies.pop(name, None)
        if answer.status == 200:
            self.page = answer
        return answer

    def get(self, leaf="sign-in"):
        return self.ask(leaf if leaf.startswith("/") else "/liberations/" + leaf)

    def follow(self, answer):
        """The page that a 303 leads to."""
        same(answer.status, 303, answer.head)
        return self.get(answer.path)

    def number(self, page=None):
        return re.search(r'name="number" value="([\w-]+)"', (page or self.page).body)[1]

    def form(self, page=None, **boxes):
        """A form's body with the number and the return path of the page that it stands on."""
        back = re.search(r'name="rd" value="([^"]*)"', (page or self.page).body)
        pairs = [("number", self.number(page)), *boxes.items()]
        if back and "user" in boxes:
            pairs.append(("rd", html.unescape(back[1])))
        return urllib.parse.urlencode(pairs)

    def post(self, leaf, page=None, **boxes):
        return self.ask("/liberations/" + leaf, self.form(page, **boxes))

    def sign_in(self, user, password=PASSWORD, token=None, back=None):
        """The three boxes on a fresh page; the answer to the form."""
        same(self.get("sign-in" + (f"?rd={back}" if back else "")).status, 200)
        return self.post("sign-in", user=user, password=password, token=code_of() if token is None else token)

    def key(self):
        """The key that a set-up page shows, as hex."""
        text = re.search(r'<code class="key">([A-Z2-7 ]+)</code>', self.page.body)[1]
        return base64.b32decode(text.replace(" ", "")).hex()

    def codes(self):
        return re.findall(r"<li><code>([^<]*)</code></li>", self.page.body)
