"""packaging/examples/web/nginx.conf in a real nginx, with no more changed than its paths, ports and the certificate's."""
import json
import os
import re
import signal
import socket
import ssl
import subprocess
import tempfile
import time

from application import Application
from gate import NO, TROUBLE, UNREADABLE, YES, Gate
from harness import case, expect, same
from keeper import SPARES, Portal
from world import PASSWORD, World, code_of

HERE = os.path.dirname(os.path.abspath(__file__))
SHIPPED = os.path.join(HERE, "..", "..", "packaging", "examples", "web", "nginx.conf")
ID = "0123456789012345678901234567890123456789abc"
MINE = f"__Host-liberations={ID}"
NAVIGATE = ("-H", "Sec-Fetch-Mode: navigate")
HSTS = "Strict-Transport-Security: max-age=31536000"
AROUND = """
daemon off; master_process off; pid {directory}/pid; error_log {directory}/error.log error;
events {{ worker_connections 512; }}
http {{
	access_log {directory}/access.log;
	client_body_temp_path {directory}/a; proxy_temp_path {directory}/b; fastcgi_temp_path {directory}/c;
	uwsgi_temp_path {directory}/d; scgi_temp_path {directory}/e;
	include {directory}/site.conf;
}}
"""
PHP = """<?php header('Content-Type: application/json'); header('Set-Cookie: own=1');
echo json_encode(['server' => $_SERVER, 'cookies' => $_COOKIE]);"""


def judge(site, session):
    if site != "app.example.org":
        return UNREADABLE, ""
    return (YES, "zoé") if session == ID else (NO, "", "https://app.example.org", "/liberations")


def uncomment_php(text):
    """The PHP variant: its lines lose their '#', and the location above it goes."""
    before, _, php = text.partition("\t# A PHP application")
    before = before[:before.rindex("\tlocation / {")]
    return before + "\t# A PHP application" + re.sub(r"(?m)^\t#(location|\t|\})", r"\t\1", php)


class Nginx:
    """The example, before these sockets. `php`: the variant for PHP, with a FastCGI server of its own. `patience` with the gate."""

    def __init__(self, gate="/nonexistent/gate", pages="/nonexistent/pages", application=1, php=False, patience="10s", remembers=False):
        self.scratch = tempfile.TemporaryDirectory(prefix="lbr-nginx.")
        self.directory, self.fastcgi = self.scratch.name, None
        os.chmod(self.directory, 0o755)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                        "-subj", "/CN=app.example.org", "-keyout", f"{self.directory}/key", "-out", f"{self.directory}/cert"],
                       check=True, capture_output=True)
        with open(SHIPPED, encoding="utf-8") as file:
            text = file.read()
        for old, new in (("/run/liberations/pages.sock", pages), ("/run/liberations/gate.sock", gate),
                         ("/etc/ssl/certs/app.example.org.pem", f"{self.directory}/cert"),
                         ("/etc/ssl/private/app.example.org.key", f"{self.directory}/key"),
                         ("http://127.0.0.1:8080", f"http://127.0.0.1:{application}"),
                         ("proxy_read_timeout 10s", f"proxy_read_timeout {patience}"), ("\tlisten [::]:80;\n", ""),
                         ("\tlisten 80;", f"\tlisten unix:{self.directory}/plain.sock;"),
                         ("\tlisten [::]:443 ssl http2;\n", ""), ("listen 443 ssl", f"listen 127.0.0.1:{self.port} ssl")):
            same(text.count(old), 1, f"{old} in the example")
            text = text.replace(old, new)
        if php:
            text = uncomment_php(text).replace("/srv/app", self.directory).replace("/run/php/php-fpm.sock", f"{self.directory}/php.sock")
            self.start_php(REMEMBERS if remembers else PHP)
        for name, content in (("site.conf", text), ("conf", AROUND.format(directory=self.directory))):
            with open(f"{self.directory}/{name}", "w", encoding="utf-8") as file:
                file.write(content)
        self.process = subprocess.Popen(["nginx", "-c", f"{self.directory}/conf", "-p", self.directory], stderr=subprocess.PIPE, text=True,
                                        env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"})
        self.wait(lambda: socket.create_connection(("127.0.0.1", self.port), timeout=5).close() is None)

    def start_php(self, program):
        with open(f"{self.directory}/index.php", "w", encoding="utf-8") as file:
            file.write(program)
        self.fastcgi = subprocess.Popen(["php-cgi", "-b", f"{self.directory}/php.sock"], stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={"PHP_FCGI_CHILDREN": "0"})
        self.wait(lambda: os.path.exists(f"{self.directory}/php.sock"))

    def wait(self, ready):
        until = time.monotonic() + 600
        while time.monotonic() < until:
            try:
                if ready():
                    return
            except OSError:
                pass
            time.sleep(0.05)
        raise AssertionError("it did not come up")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process in (self.process, self.fastcgi):
            if process is not None:
                process.terminate()
                process.wait()
        self.process.stderr.close()
        self.scratch.cleanup()

    def ask(self, path, *options):
        """Status, head and body. Two versions of HTTP must not differ."""
        done = subprocess.run(["curl", "-s", "-k", "-i", "--max-time", "60", "--path-as-is", "--resolve",
                               f"app.example.org:{self.port}:127.0.0.1", "-H", "Host: app.example.org",
                               f"https://app.example.org:{self.port}{path}", *options], capture_output=True, check=False)
        text = done.stdout.decode("latin-1")
        while re.match(r"HTTP/\S+ 100", text):
            text = text.partition("\r\n\r\n")[2]
        head, _, body = text.partition("\r\n\r\n")
        expect(head, "no answer", done)
        return int(head.split(" ")[1]), "\n".join(line.strip() for line in head.split("\r\n")), body


def fields(told, name):
    return [value for one, value in told["fields"] if one.lower() == name]


@case("nginx", "curl", "openssl")
def portal_p12_nginx_tells_the_application_our_name_and_no_other():
    with Gate(judge) as gate, Application() as application, Nginx(gate.path, application=application.port) as nginx:
        lies = [word for name in ("Remote-User", "REMOTE-USER", "Remote_User", "remote.user", "Remote-User", "X-Remote-User",
                                  "X-Forwarded-User") for word in ("-H", f"{name}: root")]
        for version in ("--http1.1", "--http2"):
            status, head, body = nginx.ask("/wiki?x=1", version, "-H", f"Cookie: {MINE}", *lies)
            same(status, 200, version)
            told = json.loads(body)
            same((told["path"], fields(told, "remote-user")), ("/wiki?x=1", ["zo%C3%A9"]), version)
            same([field for field in told["fields"] if "root" in field[1]], [], version)
            expect(HSTS.lower() in head.lower(), head)
        for cookie, kept in ((MINE, []), (f"a=b; {MINE}", ["a=b"]), (f"{MINE}; a=b", ["a=b"]), (f"a=b; {MINE}; c=d", ["a=b; c=d"]),
                             (f"__Host-liberations-form=x; a=b; __Host-liberations-language=fr; {MINE}; __Host-liberations-go=y; c=d",
                              ["a=b; c=d"]), (f"x__Host-liberations=1; {MINE}", ["x__Host-liberations=1"])):
            status, _, body = nginx.ask("/", "-H", f"Cookie: {cookie}")
            same((status, fields(json.loads(body), "cookie")), (200, kept), cookie)
        same({site for site, _ in gate.asked}, {"app.example.org"})


@case("nginx", "curl", "openssl")
def portal_p17_nginx_sends_people_to_sign_in_and_scripts_nowhere():
    with Gate(judge) as gate, Application() as application, Nginx(gate.path, application=application.port) as nginx:
        sign_in = "https://app.example.org/liberations/sign-in?"
        for version in ("--http1.1", "--http2"):
            status, head, _ = nginx.ask("/page/x?y=1&z=%20", version, *NAVIGATE)
            same((status, re.findall(r"(?im)^location: (.*)$", head)), (303, [sign_in + "rd=/page/x?y=1&z=%20"]), version)
            status, head, body = nginx.ask("/page/x", version, "-H", "Sec-Fetch-Mode: cors")
            same((status, re.findall(r"(?im)^location: (.*)$", head)), (401, []), version)
            expect("zo%C3%A9" not in body and HSTS.lower() in head.lower(), head, body)
        status, head, _ = nginx.ask("/save", *NAVIGATE, "--data", "a=1")
        same((status, re.findall(r"(?im)^location: (.*)$", head)), (303, [sign_in + "said=ended&rd=/"]))
        for path in ("/", "/liberations/../x", "/liberations/%2e%2e/x", "/%6ciberations-gate", "/liberations-gate", "/static/x", "//x",
                     "/.well-known/x", "/liberationsx"):
            status, _, body = nginx.ask(path)
            expect(status in (400, 401, 404, 502), path, status, body)
        same(application.heard, [], "the application was reached")
        status, head, _ = nginx.ask("/.well-known/change-password")
        same((status, re.findall(r"(?im)^location: .*(/liberations/change-password)$", head)), (303, ["/liberations/change-password"]))
        status, head, _ = nginx.ask("/", "-H", f"Cookie: {MINE}; {MINE}")
        same((status, "retry-after" in head.lower()), (400, False), "two sessions at once are nobody's, now and later")


def expect_to_wait(nginx, path="/page.png", *options):
    """People and scripts are told to come again; a browser loads the page again by itself, but sends no form again."""
    for more, again in (((), ["10"]), (("--data", "a=1"), [])):
        status, head, body = nginx.ask(path, *options, *more)
        told = {name: re.findall(rf"(?im)^{name}: (.*)$", head) for name in ("retry-after", "refresh", "content-type", "cache-control")}
        same((status, told), (503, {"retry-after": ["5"], "refresh": again, "content-type": ["text/html; charset=utf-8"],
                                       "cache-control": ["no-store"]}), f"{path} {options} {more}")
        expect(HSTS.lower() in head.lower() and "One moment" in body and "Un instant" in body and "zo%C3%A9" not in body, head, body)
    done = subprocess.run(["xmllint", "--noout", "--nonet", "-"], input=body.encode("latin-1"), capture_output=True, check=False)
    same((done.returncode, done.stderr), (0, b""))


@case("nginx", "curl", "openssl", "xmllint")
def portal_p09_nginx_without_its_gate_shows_nothing():
    verdicts = {ID: (YES, "zoé")}
    with Gate(lambda _, session: verdicts.get(session, (NO, "", "https://app.example.org", "/liberations"))) as gate, \
            Application() as application, Nginx(gate.path, application=application.port, patience="1s") as nginx:
        mine = ("-H", f"Cookie: {MINE}")
        same(nginx.ask("/", *mine)[0], 200)
        verdicts[ID] = (TROUBLE, "")  # the keeper or the agent does not answer, or the recheck is late
        expect_to_wait(nginx, "/page.png", *mine)
        verdicts[ID] = (YES, "zoé")
        same(nginx.ask("/", *mine)[0], 200)
        heard = len(application.heard)
        gate.process.send_signal(signal.SIGSTOP)
        expect_to_wait(nginx)
        gate.process.send_signal(signal.SIGCONT)
        same(nginx.ask("/", *mine)[0], 200)
        gate.process.kill()
        gate.process.wait()
        for options in ((), NAVIGATE, mine, ("--http1.1", "-H", "Sec-Fetch-Mode: cors")):
            expect_to_wait(nginx, "/page.png", *options)
        same(len(application.heard), heard + 1)


@case("nginx", "curl", "openssl", "xmllint")
def nginx_without_the_portal_has_people_wait_for_its_pages_too():
    with Application() as application, Nginx(application=application.port) as nginx:
        expect_to_wait(nginx, "/liberations/sign-in")
        same(application.heard, [])


@case("nginx", "curl", "openssl")
def an_application_keeps_its_own_errors():
    """What it answers is its own; only where it cannot be reached does nginx answer, as it always does."""
    with Gate(judge) as gate, Application() as application, Nginx(gate.path, application=application.port) as nginx:
        for wanted in (500, 503):
            status, head, body = nginx.ask(f"/status/{wanted}", "-H", f"Cookie: {MINE}")
            same((status, "retry-after" in head.lower(), "One moment" in body), (wanted, False, False))


@case("nginx", "curl", "openssl")
def nginx_lets_uploads_and_websockets_through_once_somebody_is_signed_in():
    with Gate(judge) as gate, Application() as application, Nginx(gate.path, application=application.port) as nginx:
        with open(f"{nginx.directory}/large", "wb") as file:
            file.truncate(100 << 20)
        status, _, body = nginx.ask("/upload", "-H", f"Cookie: {MINE}", "-H", "Expect:", "-T", f"{nginx.directory}/large")
        same((status, json.loads(body)["body"]), (200, 100 << 20))
        same(nginx.ask("/upload", "-H", "Expect:", "-T", f"{nginx.directory}/large")[0], 401)
        same(len(application.heard), 1)
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        for cookie, wanted in ((f"Cookie: {MINE}\r\n", b"HTTP/1.1 101 "), ("", b"HTTP/1.1 401 ")):
            with socket.create_connection(("127.0.0.1", nginx.port), timeout=30) as plain, \
                    context.wrap_socket(plain, server_hostname="app.example.org") as client:
                client.sendall(f"GET /socket HTTP/1.1\r\nHost: app.example.org\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n{cookie}\r\n"
                               .encode())
                answer = client.recv(4096)
                expect(answer.startswith(wanted), answer)
                if cookie:
                    same(fields(application.heard[-1], "remote-user"), ["zo%C3%A9"])
                    client.sendall(b"ping")
                    same(client.recv(100), b"ping")


def count_pages(portal):
    """How many page processes are there: all children of the keeper but its gate; some of them wait."""
    with open(f"/proc/{portal.keeper.pid}/task/{portal.keeper.pid}/children", encoding="ascii") as file:
        return len(file.read().split()) - len(portal.gates())


@case("nginx", "curl", "openssl")
def nginx_shows_the_pages_and_says_who_must_wait():
    with Portal("requests = 4\nwaiting = 0\n") as portal, \
            Nginx(f"{portal.directory}/gate.sock", f"{portal.directory}/pages.sock") as nginx:
        for version in ("--http1.1", "--http2"):
            status, head, body = nginx.ask("/liberations/sign-in?rd=/wiki", version)
            same(status, 200, version)
            expect('name="rd" value="/wiki"' in body and "__Host-liberations-form=" in head and HSTS.lower() in head.lower(), head)
            same(nginx.ask("/", version, *NAVIGATE)[0], 303)
        same(nginx.ask("/liberations/sign-in", "--data", "a" * 20000)[0], 413)
        portal.wait(lambda: count_pages(portal) == SPARES)
        idle = []
        for _ in range(4):
            idle.append(socket.socket(socket.AF_UNIX))
            idle[-1].connect(f"{portal.directory}/pages.sock")
        portal.wait(lambda: count_pages(portal) == 4 + SPARES)
        for options in ((), ("--data", "number=x&user=alice&password=x&token=")):
            status, head, body = nginx.ask("/liberations/sign-in", *options)
            same((status, re.findall(r"(?im)^retry-after: (.*)$", head)), (503, ["2"]))
            expect("Too busy" in body, body)
        same(nginx.ask("/", *NAVIGATE)[0], 303, "the gate, meanwhile:")
        for one in idle:
            one.close()
        portal.wait(lambda: count_pages(portal) == SPARES)
        seen = [nginx.ask("/liberations/up")[0] for _ in range(10)]
        same(set(seen) - {204}, set(), "ten requests at once are none too many")


@case("nginx", "curl", "openssl")
def nginx_bounds_how_fast_one_address_may_ask_for_pages():
    with Portal() as portal, Nginx(f"{portal.directory}/gate.sock", f"{portal.directory}/pages.sock") as nginx:
        address = f"https://app.example.org:{nginx.port}/liberations/up?[1-150]"
        done = subprocess.run(["curl", "-s", "-k", "--max-time", "60", "--resolve", f"app.example.org:{nginx.port}:127.0.0.1", "-H",
                               "Host: app.example.org", "-Z", "--parallel-max", "50", "-o", "/dev/null",
                               "-w", "%{http_code} %header{retry-after}%header{refresh}\n", address],
                              capture_output=True, text=True, check=False)
        told = done.stdout.splitlines()
        same({line for line in told if line.startswith("429")}, {"429 510"}, "come again in 5 s; in 10 s by itself")
        seen = [line.split()[0] for line in told]
        expect(seen.count("429") > 0 and seen.count("204") + seen.count("404") >= 60, {one: seen.count(one) for one in set(seen)})
        same(nginx.ask("/", *NAVIGATE)[0], 303, "the gate is not bounded:")


@case("nginx", "curl", "openssl", "php-cgi")
def portal_p13_php_hears_our_name_however_a_visitor_writes_his():
    with Gate(judge) as gate, Nginx(gate.path, php=True) as nginx:
        lies = [word for name in ("Remote-User", "Remote_User", "remote.user", "X-Remote-User", "Proxy")
                for word in ("-H", f"{name}: root")]
        status, _, body = nginx.ask("/index.php?x=1", "-u", "root:x", "-H", f"Cookie: {MINE}; a=b", *lies)
        same(status, 200)
        told = json.loads(body)
        same((told["server"]["REMOTE_USER"], told["cookies"]), ("zo%C3%A9", {"a": "b"}))
        same(told["server"].get("HTTP_REMOTE_USER"), "zo%C3%A9")
        same(told["server"]["REQUEST_URI"], "/index.php?x=1")
        same(nginx.ask("/nice/address", "-H", f"Cookie: {MINE}")[0], 200)
        for path in ("/index.php", "/", "/nice/address", "/index.php/x"):
            status, _, body = nginx.ask(path, "-u", "root:x", *lies)
            same((status, "REMOTE_USER" in body), (401, False), path)


@case("nginx", "curl", "openssl")
def portal_p08_no_log_of_nginx_holds_a_cookie():
    with Gate(judge) as gate, Application() as application, Nginx(gate.path, application=application.port) as nginx:
        nginx.ask("/", "-H", f"Cookie: {MINE}")
        nginx.ask("/", "-H", f"Cookie: {MINE}; {MINE}")
        gate.process.kill()
        gate.process.wait()
        nginx.ask("/", "-H", f"Cookie: {MINE}")
        for name in ("access.log", "error.log"):
            with open(f"{nginx.directory}/{name}", encoding="latin-1") as file:
                text = file.read()
            expect(text != "" and ID not in text, name, text)


REMEMBERS = """<?php session_save_path(__DIR__); session_start(); $_SESSION['who'] = $_SESSION['who'] ?? $_SERVER['REMOTE_USER'];
echo $_SESSION['who'];"""


class Person:
    """Somebody at one browser, with curl's cookies."""

    def __init__(self, nginx):
        self.nginx, self.jar = nginx, f"{nginx.directory}/jar"

    def ask(self, path, *options):
        return self.nginx.ask(path, "-b", self.jar, "-c", self.jar, *options)

    def send(self, leaf, **boxes):
        page = self.ask("/liberations/" + leaf)[2]
        boxes["number"] = re.search(r'name="number" value="([\w-]+)"', page)[1]
        words = [word for name, value in boxes.items() for word in ("--data-urlencode", f"{name}={value}")]
        same(self.ask("/liberations/" + leaf, *words)[0], 303)

    def sees(self, name):
        self.send("sign-in", user=name, password=PASSWORD, token=code_of())
        status, _, body = self.ask("/index.php")
        same(status, 200, body)
        return body


@case("nginx", "curl", "openssl", "php-cgi")
def portal_p37_the_next_person_gets_no_session_of_the_application():
    """A PHP application that remembers in its own session whom it saw first. Without `forget-cookies` the next person is taken for
    the one before: so the test can fail."""
    for forgets in (False, True):
        with World() as world:
            if forgets:
                world.stop()
                world.write("portal.conf", world.text("portal.conf") + "forget-cookies = PHPSESSID\n", 0o644)
                world.start()
            os.chmod(f"{world.directory}/gate.sock", 0o666)
            os.chmod(f"{world.directory}/pages.sock", 0o666)
            alice, bob = world.person(), world.person()
            with Nginx(f"{world.directory}/gate.sock", f"{world.directory}/pages.sock", php=True, remembers=True) as nginx:
                person = Person(nginx)
                same(person.sees(alice), alice)
                person.send("sign-out")
                same(person.sees(bob), bob if forgets else alice)
