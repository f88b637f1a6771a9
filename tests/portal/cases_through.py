"""A person from the form to the application and out again, with real agents, through each web server with the shipped file."""
import contextlib
import html
import os
import re
import shutil
import signal
import tempfile
import urllib.parse

import proxies
import slots
from behind import Application
from cases_proxies import NAVIGATE, SCRIPT, Stage, location
from harness import Case, expect, need, register, same
from world import ORIGIN, PASSWORD, World, code_of

PAGE = "/page?x=1&y=%C3%A9"


class Whole(Stage):
    """A web server before a real portal."""

    def __init__(self, proxy):  # pylint: disable=super-init-not-called
        self.scratch, self.cookies = tempfile.mkdtemp(prefix="lbr-web."), {}
        os.chmod(self.scratch, 0o755)
        self.portal, self.app = World("recheck = 0 s\n"), Application()
        sockets = {name: f"{self.portal.directory}/{name}.sock" for name in ("gate", "pages")}
        for path in sockets.values():
            os.chmod(path, 0o666)
        try:
            self.proxy = proxy(self.scratch + "/web", {**sockets, "app": self.app.port}).start()
        except BaseException:
            self.end_rest()
            raise

    def end_rest(self):
        self.app.stop()
        self.portal.__exit__()
        shutil.rmtree(self.scratch)

    def visit(self, path, *fields, **terms):
        """One request with the cookies that there are; those of the answer are kept."""
        cookies = [f"Cookie: {'; '.join('='.join(pair) for pair in self.cookies.items())}"] if self.cookies else []
        status, head, body = self.ask(path, *cookies, *fields, "Connection: close", **terms)
        for name, value in re.findall(r"(?im)^set-cookie: ([\w.-]+)=([^;\r\n]*)", head):
            self.cookies.pop(name, None)
            self.cookies.update({name: value} if value else {})
        return status, head, body.decode()

    def send(self, path, page, **boxes):
        hidden = {name: html.unescape(value) for name, value in re.findall(r'name="(number|rd)" value="([^"]*)"', page)}
        return self.visit(path, "Sec-Fetch-Site: same-origin", NAVIGATE, "Content-Type: application/x-www-form-urlencoded", method="POST",
                          body=urllib.parse.urlencode({**hidden, **boxes}).encode())

    def enter(self, user):
        """A person without cookies, from the application's page to itself, by two redirections."""
        self.cookies = {}
        status, head, _ = self.visit(PAGE, NAVIGATE)
        same(status, 303)
        expect(location(head).startswith(ORIGIN + "/liberations/sign-in?"), head)
        status, _, page = self.visit(location(head)[len(ORIGIN):], NAVIGATE)
        same(status, 200)
        status, head, _ = self.send("/liberations/sign-in", page, user=user, password=PASSWORD, token=code_of())
        same((status, location(head)), (303, ORIGIN + PAGE))
        self.portal.fresh_code(user)
        same(self.names(), [urllib.parse.quote(user)])

    def names(self):
        """Who the application says has come; None: no page of it was shown."""
        before = len(self.app.seen)
        status, _, _ = self.visit(PAGE, SCRIPT)
        same(status == 200, len(self.app.seen) == before + 1, status)
        return [environment["HTTP_REMOTE_USER"] for _, _, environment in self.app.seen[before:]] if status == 200 else status


def signs_people_in_and_out(proxy):
    need(proxy.program, "openssl")
    with Whole(proxy) as stage:
        alice = stage.portal.person(name="zo\u00e9")
        name, trouble = urllib.parse.quote(alice), (503,) if proxy.has_page_to_wait else (500, 502, 503)
        status, head, _ = stage.visit(PAGE, SCRIPT)
        same((status, location(head)), (401, None))
        stage.enter(alice)
        # An agent that is away, and one that is back.
        under_way = stage.portal.agents()
        stage.portal.stop_agent()
        for number in under_way:
            with contextlib.suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)
        stage.portal.wait(lambda: stage.names() != [name])
        expect(stage.names() in trouble, "without an agent")
        stage.portal.start_agent()
        same(stage.names(), [name])
        # Out: the cookie is worth nothing, no matter in whose hands.
        stolen = dict(stage.cookies)
        _, _, page = stage.visit("/liberations/sign-out", NAVIGATE)
        status, head, _ = stage.send("/liberations/sign-out", page)
        same((status, location(head)), (303, ORIGIN + "/liberations/signed-out"))
        expect("__Host-liberations" not in stage.cookies, stage.cookies)
        same(stage.names(), 401)
        stage.cookies = stolen
        same(stage.names(), 401)
        # A table that is damaged.
        stage.enter(alice)
        damage(stage.portal.directory + "/state/sessions")
        same(stage.names(), 401)
        # A keeper that is killed.
        stage.enter(alice)
        stage.portal.keeper.send_signal(signal.SIGKILL)
        stage.portal.keeper.wait()
        stage.portal.wait(lambda: stage.names() != [name])  # the gate hears of it
        expect(stage.names() in trouble, "without a keeper")
        with open(stage.proxy.directory + "/log", encoding="utf-8", errors="replace") as log:
            told = log.read()
        for secret in (PASSWORD, urllib.parse.quote_plus(PASSWORD), *stolen.values(), *stage.cookies.values()):
            expect(secret not in told, "in the log:", secret)
        stage.portal.start()


def damage(path):
    """A byte of each slot that is used, while the keeper runs."""
    with open(path, "r+b") as file:
        table = file.read()
        for at in range(0, len(table), slots.SLOT):
            if any(table[at:at + slots.SLOT]):
                file.seek(at + 90)
                file.write(bytes([table[at + 90] ^ 1]))


for each in proxies.PROXIES:
    register(Case(f"portal_p17_{each.__name__.lower()}_signs_people_in_and_out", signs_people_in_and_out, (each,)))
