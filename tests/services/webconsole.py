"""cockpit: its web server as the unprivileged user that it has, its setuid session, and the browser's side of the dialogue."""
import base64
import json
import os
import re

from harness import Failure
from consumers import TOKEN
from servers import Server
from web import http_answer

ROOM = "/usr/lib/cockpit"
USER = "cockpit-wsinstance"


def encoded(text):
    return base64.b64encode(text.encode()).decode()


class Page:
    """What the sign-in page does: the first request carries name and password, each further one an answer."""
    def __init__(self, gate, user, password):
        self.gate = gate
        self.seen = []
        self.ask("Basic " + encoded(user + ":" + password))

    def ask(self, authorization):
        self.status, headers, text = self.gate.ask("/cockpit/login", [("Authorization", authorization)])
        found = re.match(r"X-Conversation (\S+) (\S+)$", headers.get("WWW-Authenticate", ""))
        self.asks = self.status == 401 and found is not None
        self.conversation = found and found.group(1)
        self.prompt = base64.b64decode(found.group(2)).decode() if self.asks else ""
        self.words = json.loads(text) if text.startswith("{") else {}
        self.seen.append((self.status, self.prompt, self.words))
        return self

    def answer(self, prompt, answer):
        """At a prompt that stands alone or ends a longer text."""
        if not (self.asks and self.prompt.endswith(prompt)):
            raise Failure("cockpit: expected", repr(prompt), "after", self.seen, self.gate.said())
        if self.words.get("echo") is not False:
            raise Failure("cockpit shows what is typed at", repr(prompt))
        return self.ask("X-Conversation %s %s" % (self.conversation, encoded(answer)))


class Cockpit(Server):
    method = "cockpit"

    def prepare(self):
        self.stage.use_example("cockpit")
        os.makedirs("/run/cockpit", exist_ok=True)

    def words(self):
        return ["setpriv", "--reuid=" + USER, "--regid=" + USER, "--init-groups", "--",
                ROOM + "/cockpit-ws", "--no-tls", "--address=127.0.0.1", "--port=%d" % self.port]

    def ask(self, path, headers=(), body=None):
        return http_answer(self.port, path, headers, body)

    def page(self, user, password, code):
        """After the two answers that everybody gives."""
        return Page(self, user, password).answer(TOKEN, code)

    def sign_in(self, user, password, code):
        page = self.page(user, password, code)
        if page.status not in (200, 401):
            raise Failure("cockpit answers", page.seen, self.said())
        return page.status == 200
