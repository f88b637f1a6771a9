"""packaging/examples/web/nginx-hosts.conf in a real nginx: two applications and the host where people sign in, as curl and Chromium
meet them."""
import contextlib
import html
import json
import os
import re
import signal
import socket
import subprocess
import tempfile
import time
import urllib.parse

from application import Application
from cases_nginx import AROUND, HERE, Nginx
from harness import case, expect, same
from hosts import ONE, PORTAL, TWO, Hosts
from world import PASSWORD, code_of

WEB = os.path.join(HERE, "..", "..", "packaging", "examples", "web")


class Front(Nginx):
    """The example, before a portal and two applications; with no more changed than paths, ports and certificates."""

    def __init__(self, world, one, two):  # pylint: disable=super-init-not-called
        self.scratch = tempfile.TemporaryDirectory(prefix="lbr-nginx.")
        self.directory, self.fastcgi, self.world = self.scratch.name, None, world
        os.chmod(self.directory, 0o755)
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                        "-subj", "/CN=example.org", "-keyout", f"{self.directory}/key", "-out", f"{self.directory}/cert"],
                       check=True, capture_output=True)
        while not self.begins(world, one, two):  # somebody else took the port
            self.process.wait()

    def begins(self, world, one, two):
        """Starts it on a free port. False: it ended."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        text = self.read("nginx-hosts.conf")
        for old, new, times in (("/run/liberations/pages.sock", f"{world.directory}/pages.sock", 1),
                                ("/run/liberations/gate.sock", f"{world.directory}/gate.sock", 1),
                                ("http://127.0.0.1:8081", f"http://127.0.0.1:{one.port}", 1),
                                ("http://127.0.0.1:8082", f"http://127.0.0.1:{two.port}", 1),
                                ("/etc/nginx/liberations-application", f"{self.directory}/application", 3),
                                ("\tlisten [::]:80;\n", "", 3), ("\tlisten 80;", f"\tlisten unix:{self.directory}/plain.sock;", 3),
                                ("\tlisten [::]:443 ssl http2;\n", "", 3), ("listen 443 ssl", f"listen 127.0.0.1:{self.port} ssl", 3)):
            same(text.count(old), times, f"{old} in the example")
            text = text.replace(old, new)
        text = re.sub(r"/etc/ssl/certs/\S*\.pem", f"{self.directory}/cert", text)
        text = re.sub(r"/etc/ssl/private/\S*\.key", f"{self.directory}/key", text)
        for name, content in (("site.conf", text), ("conf", AROUND.format(directory=self.directory)),
                              ("application", self.read("nginx-hosts-application"))):
            with open(f"{self.directory}/{name}", "w", encoding="utf-8") as file:
                file.write(content)
        with open(f"{self.directory}/errors", "w", encoding="utf-8") as errors:
            self.process = subprocess.Popen(["nginx", "-c", f"{self.directory}/conf", "-p", self.directory], stderr=errors,
                                            stdin=subprocess.DEVNULL, env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"})
        until = time.monotonic() + 600
        while self.process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=5).close()
                return True
            except OSError:
                time.sleep(0.05)
            expect(time.monotonic() < until, "nginx did not come up")
        with open(f"{self.directory}/errors", encoding="utf-8") as errors:
            told = errors.read()
        expect("in use" in told, told)
        return False

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        self.scratch.cleanup()

    @staticmethod
    def read(name):
        with open(os.path.join(WEB, name), encoding="utf-8") as file:
            return file.read()

    def curl(self, url, *options):
        """Follows everything, with the cookies of all hosts; the last address and the last body."""
        done = subprocess.run(["curl", "-s", "-k", "-L", "--max-time", "60", "--connect-to", f"::127.0.0.1:{self.port}",
                               "-c", f"{self.directory}/jar", "-b", f"{self.directory}/jar", "-H", "Sec-Fetch-Mode: navigate",
                               "-w", "\n%{http_code} %{url_effective}", url, *options], capture_output=True, text=True, check=False)
        body, _, last = done.stdout.rpartition("\n")
        status, _, place = last.partition(" ")
        return int(status), place.replace(":443/", "/"), body

    def log(self):
        with open(f"{self.directory}/access.log", encoding="utf-8") as file:
            return file.read()


@contextlib.contextmanager
def stage():
    """A portal with one person, two applications, and the example before them."""
    with Hosts() as world, Application() as one, Application() as two:
        world.write("portal.conf", world.text("portal.conf").replace("base = /door\n", ""), 0o644)
        world.stop()
        world.start()
        with Front(world, one, two) as front:
            yield front, world.person(), two


def form_of(body, **boxes):
    hidden = {name: html.unescape(value) for name, value in re.findall(r'name="(number|for|rd)" value="([^"]*)"', body)}
    return urllib.parse.urlencode({**hidden, **boxes})


def names(application):
    return [[value for name, value in told["fields"] if name.lower() == "remote-user"] for told in application.heard]


@case("nginx", "curl", "openssl")
def portal_p38_nginx_takes_people_to_several_applications_by_one_sign_in():
    with stage() as (front, alice, two):
        status, place, body = front.curl(f"https://{ONE}/wiki?x=1&y=2")
        same((status, urllib.parse.urlsplit(place).netloc), (200, PORTAL))
        expect('name="rd" value="/wiki?x=1&amp;y=2"' in body and "Wiki" in body, body)
        status, place, body = front.curl(f"https://{PORTAL}/liberations/sign-in", "-d",
                                         form_of(body, user=alice, password=PASSWORD, token=code_of()),
                                         "-H", "Sec-Fetch-Site: same-origin")
        same((status, place), (200, f"https://{ONE}/wiki?x=1&y=2"))
        told = json.loads(body)
        same([value for name, value in told["fields"] if name.lower() == "remote-user"], [alice])
        expect("__Host-liberations" not in json.dumps(told), told)
        # The second application asks for nothing.
        status, place, body = front.curl(f"https://{TWO}/orders", "-H", "Remote-User: root")
        same((status, place, names(two)), (200, f"https://{TWO}/orders", [[alice]]))
        expect("ticket" not in front.log() and "/liberations/go?rd=" in front.log(), front.log())
        # One sign-out is all of them.
        _, _, body = front.curl(f"https://{TWO}/liberations/sign-out")
        status, place, _ = front.curl(f"https://{TWO}/liberations/sign-out", "-d", form_of(body), "-H", "Sec-Fetch-Site: same-origin")
        same((status, place), (200, f"https://{TWO}/liberations/signed-out"))
        for host in (ONE, TWO):
            same(urllib.parse.urlsplit(front.curl(f"https://{host}/wiki")[1]).netloc, PORTAL)


def expect_to_wait(front, url, once=lambda: False):
    """`once`: whether a page is right, for now."""
    status, _, text = front.curl(url, "-i")
    while status == 200 and once():
        status, _, text = front.curl(url, "-i")
    told = re.findall(r"(?im)^(?:retry-after|refresh): (\d+)\r?$", text)
    same((status, sorted(told), "Un instant" in text), (503, ["10", "5"], True), url)


@case("nginx", "curl", "openssl")
def portal_p09_nginx_before_several_hosts_has_people_wait_whatever_has_stopped():
    """Five seconds of it are those that the keeper waits for the agent."""
    with stage() as (front, alice, two):
        body = front.curl(f"https://{TWO}/orders")[2]
        front.curl(f"https://{PORTAL}/liberations/sign-in", "-d", form_of(body, user=alice, password=PASSWORD, token=code_of()),
                   "-H", "Sec-Fetch-Site: same-origin")
        same(names(two), [[alice]])
        asleep = [front.world.listener.pid, *front.world.agents()]
        for number in asleep:
            os.kill(number, signal.SIGSTOP)
        until = time.monotonic() + 600
        expect_to_wait(front, f"https://{TWO}/orders", lambda: time.monotonic() < until)  # a second passes before the agent is asked
        for number in asleep:
            os.kill(number, signal.SIGCONT)
        heard = len(two.heard)
        front.world.wait(lambda: front.curl(f"https://{TWO}/orders")[0] == 200)
        same(names(two)[heard:], [[alice]], "once the agent answers, without a further question:")
        front.world.keeper.kill()
        front.world.keeper.wait()
        for url in (f"https://{TWO}/orders", f"https://{ONE}/", f"https://{PORTAL}/liberations/sign-in", f"https://{ONE}/liberations/go"):
            expect_to_wait(front, url)
        front.world.start()
        same(front.curl(f"https://{TWO}/orders")[0], 200)


def look_from(browser, expression):
    return browser.evaluate(expression, waits=True)


@case("nginx", "chromium", "openssl")
def portal_p38_chromium_signs_in_once_and_no_application_reaches_the_portal():
    from chromium import Chromium
    with stage() as (front, alice, _):
        rules = ", ".join(f"MAP {host}:443 127.0.0.1:{front.port}" for host in (ONE, TWO, PORTAL))
        with Chromium(hosts=rules, scripts=True) as browser:
            browser.go(f"https://{ONE}/wiki?x=1")
            expect(browser.url().startswith(f"https://{PORTAL}/liberations/sign-in?for="), browser.url())
            browser.type("#user", alice)
            browser.type("#password", PASSWORD)
            browser.type("#token", code_of())
            # Chromium applies form-action to the redirections behind a form: from here to the application's page.
            browser.submit("#form button")
            same(browser.url(), f"https://{ONE}/wiki?x=1")
            expect(alice in browser.text(), browser.text())
            browser.go(f"https://{TWO}/orders")
            same(browser.url(), f"https://{TWO}/orders")
            expect(alice in browser.text(), browser.text())
            kept = browser.call("Network.getAllCookies")["cookies"]
            same(sorted({(one["name"], one["domain"]) for one in kept if one["name"] == "__Host-liberations"}),
                 [("__Host-liberations", host) for host in sorted((ONE, TWO, PORTAL))])
            expect(all(one["secure"] and one["httpOnly"] for one in kept if one["name"].startswith("__Host-")), kept)
            # What a script on an application's page can do: read no cookie, read nothing of the portal, sign nobody out.
            same(look_from(browser, "document.cookie"), "")
            for mode in ("cors", "no-cors"):
                told = look_from(browser, f"""fetch('https://{PORTAL}/liberations/account', {{credentials: 'include', mode: '{mode}'}})
                    .then(r => r.text()).then(t => 'read ' + t.length, e => 'refused')""")
                expect(told in ("refused", "read 0"), mode, told)
            look_from(browser, f"""fetch('https://{PORTAL}/liberations/sign-out', {{method: 'POST', credentials: 'include', mode: 'no-cors',
                headers: {{'Content-Type': 'application/x-www-form-urlencoded'}}, body: 'number=x'}}).then(() => 1, () => 0)""")
            browser.go(f"https://{ONE}/again")
            same(browser.url(), f"https://{ONE}/again")
            # The way out, at an application, is the way out of all.
            browser.go(f"https://{TWO}/liberations/sign-out")
            browser.submit("#form button")
            same(browser.url(), f"https://{TWO}/liberations/signed-out")
            browser.go(f"https://{ONE}/wiki")
            expect(browser.url().startswith(f"https://{PORTAL}/liberations/sign-in?for="), browser.url())
