"""Two applications and the host where people sign in, before other web servers than nginx, as liberations-portal(8) says: the block of the
shipped file once for each host."""
import html
import os
import re
import shutil
import ssl
import socket
import tempfile
import urllib.parse

import proxies
from behind import Application
from cases_proxies import NAVIGATE, SCRIPT, Stage, location
from harness import Case, expect, need, register, same
from hosts import ONE, PORTAL, TWO, Hosts
from world import PASSWORD, code_of

HOSTS = (ONE, TWO, PORTAL)


class Several:
    """The example's block for each host."""

    def example_text(self, name=None):
        text = super().example_text(name)
        return text if name else "\n".join(text.replace("app.example.org", host) for host in HOSTS)

    def connect_to(self, host):
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        return context.wrap_socket(socket.create_connection(("127.0.0.1", self.port), 20), server_hostname=host)


class ApacheHosts(Several, proxies.Apache):
    pass


class CaddyHosts(Several, proxies.Caddy):
    def names(self):
        return (("\napp.example.org {", f"\nhttps://app.example.org:{self.port} {{\n\tbind 127.0.0.1"),)


class HAProxyHosts(Several, proxies.HAProxy):
    """One frontend: the line that asks the gate stands there once for each host."""

    def example_text(self, name=None):
        text = proxies.HAProxy.example_text(self, name)
        line = re.search(r"(?m)^.*lua\.liberations .*\n", text)
        if not name:
            text = text.replace(line[0], "".join(line[0].replace("app.example.org unless pages", f"{host} if !pages {{ hdr(host) -i {host} }}")
                                                 for host in HOSTS))
        return text


class Front(Stage):
    def __init__(self, proxy):  # pylint: disable=super-init-not-called
        self.scratch, self.jar = tempfile.mkdtemp(prefix="lbr-web."), {}
        os.chmod(self.scratch, 0o755)
        self.portal, self.app = Hosts("recheck = 0 s\n"), Application()
        self.portal.write("portal.conf", self.portal.text("portal.conf").replace("base = /door\n", ""), 0o644)
        self.portal.stop()
        self.portal.start()
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

    def visit(self, url, *fields, **terms):
        host = urllib.parse.urlsplit(url).netloc
        cookies = "; ".join(f"{name}={value}" for name, value in self.jar.get(host, {}).items())
        with self.proxy.connect_to(host) as client:
            status, head, body = self.ask(url.partition(host)[2], *([f"Cookie: {cookies}"] if cookies else []), *fields, "Connection: close",
                                          client=client, host=host, **terms)
        for name, value in re.findall(r"(?im)^set-cookie: ([\w.-]+)=([^;\r\n]*)", head):
            self.jar.setdefault(host, {}).pop(name, None)
            self.jar[host].update({name: value} if value else {})
        return status, head, body.decode()

    def follow(self, answer, url):
        """Where redirections end, and the page there."""
        for _ in range(8):
            if answer[0] != 303:
                return url, answer
            url = location(answer[1])
            answer = self.visit(url, NAVIGATE)
        raise AssertionError("a loop at " + url)

    def send(self, url, page, **boxes):
        hidden = {name: html.unescape(value) for name, value in re.findall(r'name="(number|for|rd)" value="([^"]*)"', page)}
        return self.visit(url, "Sec-Fetch-Site: same-origin", NAVIGATE, "Content-Type: application/x-www-form-urlencoded", method="POST",
                          body=urllib.parse.urlencode({**hidden, **boxes}).encode())


def several_applications_by_one_sign_in(proxy):
    need(proxy.program, "openssl")
    with Front(proxy) as front:
        alice, page = front.portal.person(), f"https://{ONE}/wiki?x=1&y=2"
        url, (status, _, body) = front.follow(front.visit(page, NAVIGATE), page)
        same((status, urllib.parse.urlsplit(url).netloc), (200, PORTAL))
        answer = front.send(f"https://{PORTAL}/liberations/sign-in", body, user=alice, password=PASSWORD, token=code_of())
        same((front.follow(answer, "")[0], front.app.seen[-1][2]["HTTP_REMOTE_USER"]), (page, alice))
        # The other one asks for nothing.
        page = f"https://{TWO}/orders"
        same((front.follow(front.visit(page, NAVIGATE), page)[0], front.app.seen[-1][2]["HTTP_REMOTE_USER"]), (page, alice))
        for _, _, environment in front.app.seen:
            expect("__Host-liberations" not in environment.get("HTTP_COOKIE", ""), environment)
        # One sign-out is all of them.
        url = f"https://{TWO}/liberations/sign-out"
        same(front.send(url, front.visit(url, NAVIGATE)[2])[0], 303)
        for host in (ONE, TWO):
            same(front.visit(f"https://{host}/wiki", SCRIPT)[0], 401, host)


for each in (ApacheHosts, CaddyHosts, HAProxyHosts):
    register(Case(f"portal_p38_{each.__name__.lower()}_several_applications_by_one_sign_in", several_applications_by_one_sign_in, (each,)))
