"""Several hosts behind one portal: people sign in at one, and reach applications at the others by tickets."""
import re
import urllib.parse

from harness import expect, same
from world import OWN, PASSWORD, Answer, World, code_of

PORTAL, ONE, TWO, ALONE = "connexion.example.org", "app1.example.org", "app2.example.org", "app.example.org"
SITES = f"""site = https://{ONE}
name = Wiki
sign-in = https://{PORTAL}
home = /start
forget-cookies = PHPSESSID
site = https://{TWO}
name = Tickets & Co
base = /door
sign-in = https://{PORTAL}
site = https://{PORTAL}
name = Connexion
home = /liberations/account
help = Desk 1234
site = https://{ALONE}
name = Alone
"""
BASES = {TWO: "/door"}


class Hosts(World):
    def prepare(self):
        self.write("portal.conf", self.text("portal.conf").partition("site = ")[0] + SITES, 0o644)
        super().prepare()

    def gate(self, browser, host=ONE):
        """Status of an application's gate for that browser, the name that it hears, and where the browser is sent."""
        fields = browser.cookie_field(host) + [("Sec-Fetch-Mode", "navigate"), ("X-Original-URI", "/page?a=1&b=2")]
        status, head, _ = self.ask("/authz/" + host, fields=fields, socket_name="gate")
        user, place = (re.search(rf"^{name}: (.*?)\r?$", head, re.M) for name in ("Remote-User", "Location"))
        return status, user[1] if user else "", place[1] if place else ""


class Visitor:
    """A browser with the cookies of each host. `blocked`: hosts whose cookies it refuses."""

    def __init__(self, world, language="en", blocked=()):
        self.world, self.language, self.blocked = world, language, blocked
        self.jar = {}
        self.url, self.page, self.trail = None, None, []

    def cookie_field(self, host):
        pairs = "; ".join(f"{name}={value}" for name, value in self.jar.get(host, {}).items())
        return [("Cookie", pairs)] if pairs else []

    def ask(self, url, body=None, came_from=None):
        """One request; redirections are not followed. `came_from`: what the browser says of the page that sent it there."""
        place = urllib.parse.urlsplit(url)
        host = place.netloc
        fields = [*self.cookie_field(host), ("Accept-Language", self.language), ("X-Forwarded-For", "192.0.2.7"),
                  *([OWN] if body is not None else [("Sec-Fetch-Site", came_from)] if came_from else [])]
        answer = Answer(*self.world.ask(url.partition(host)[2], body, fields, host=host))
        answer.url = url
        for name, value in re.findall(r"^Set-Cookie: ([\w.-]+)=([^;\r\n]*)", answer.head, re.M):
            expect("Domain" not in answer.head, answer.head)
            if host not in self.blocked and value:
                self.jar.setdefault(host, {})[name] = value
            else:
                self.jar.get(host, {}).pop(name, None)
        return answer

    def follow(self, answer, most=8, came_from=None):
        """Goes on until something else than a redirection, or a page of an application, which the portal does not have."""
        self.trail, first = [], urllib.parse.urlsplit(answer.url).netloc
        while answer.status == 303:
            self.trail.append(answer.location)
            expect(len(self.trail) <= most, "a loop", *self.trail)
            place = urllib.parse.urlsplit(answer.location)
            if not place.path.startswith(BASES.get(place.netloc, "/liberations") + "/"):
                self.url, self.page = answer.location, None
                return None
            near = came_from and (came_from if place.netloc == first else "same-site")
            answer = self.ask(answer.location, came_from=near)
        self.url, self.page = answer.url, answer
        return answer

    def open(self, url, came_from=None):
        return self.follow(self.ask(url, came_from=came_from), came_from=came_from)

    def want(self, host=ONE):
        """Wants a page of an application: the gate sends it to sign in."""
        status, _, place = self.world.gate(self, host)
        same(status, 401)
        return self.open(place)

    def box(self, name):
        found = re.search(rf'name="{name}" value="([^"]*)"', self.page.body)
        return urllib.parse.quote(found[1].replace("&amp;", "&"), safe="") if found else None

    def post(self, leaf, **boxes):
        """Sends a form of the page that is shown, with what is hidden in it."""
        hidden = "&".join(f"{name}={self.box(name)}" for name in ("number", "for", "rd") if self.box(name) is not None)
        body = "&".join([hidden, urllib.parse.urlencode(boxes)]) if boxes else hidden
        host = urllib.parse.urlsplit(self.url).netloc
        return self.ask(f"https://{host}{BASES.get(host, '/liberations')}/{leaf}", body)

    def sign_in(self, user, host=ONE):
        """From an application's page to the same page, by three boxes. Returns the way."""
        expect(self.want(host) is not None, self.url)
        same(urllib.parse.urlsplit(self.url).netloc, PORTAL)
        answer = self.post("sign-in", user=user, password=PASSWORD, token=code_of())
        same(answer.status, 303)
        self.follow(answer)
        return self.trail

    def sign_out(self, host):
        self.open(f"https://{host}{BASES.get(host, '/liberations')}/sign-out")
        answer = self.post("sign-out")
        same(answer.status, 303, answer.head)
        return answer
