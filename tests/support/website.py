"""A whole site in a scratch directory: accounts, an agent, the portal, nginx with a made certificate, and one PHP page.

    with Site(build) as site:
        temporary, key = site.invite("camille")
        browser.go(site.url)

Everything listens in the directory or on 127.0.0.1. As root, no process but nginx's master stays root. What was started here is ended
here, by its own number.
"""
import base64
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time

OWNER, KEEPER = 64201, 64230  # uids that belong to nobody else
PROGRAMS = ("nginx", "php-cgi", "openssl")
HERE = os.path.dirname(os.path.abspath(__file__))

PHP = """<?php
// The whole application: it was told who comes, by a name that no visitor can set.
header('Cache-Control: no-store');
$name = htmlspecialchars(rawurldecode($_SERVER['REMOTE_USER'] ?? ''));
$french = strncmp($_SERVER['HTTP_ACCEPT_LANGUAGE'] ?? '', 'fr', 2) === 0;
if (isset($_COOKIE['liberations-language']))
    $french = $_COOKIE['liberations-language'] === 'fr';
[$title, $greeting, $account, $out] = $french
    ? ['Mon application', "Bonjour, $name !", 'Mon compte', 'Se déconnecter']
    : ['My application', "Good day, $name!", 'My account', 'Sign out'];
?><!DOCTYPE html>
<html lang="<?= $french ? 'fr' : 'en' ?>"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title><?= $title ?></title><style>
:root { color-scheme: light dark; font: 100%/1.5 system-ui, sans-serif; }
body { max-width: 36rem; margin: 3rem auto; padding: 0 1rem; } h1 { font-size: 2rem; } a { margin-right: 1.5rem; }
</style></head><body><h1><?= $greeting ?></h1>
<p><a href="/liberations/account"><?= $account ?></a> <a href="/liberations/sign-out"><?= $out ?></a></p></body></html>
"""

# Around the shipped example, which is what people copy.
NGINX = """
daemon off; pid {directory}/nginx.pid; error_log {directory}/nginx.log; {user}
events {{ worker_connections 2048; }}
http {{
    access_log off; server_tokens off;
    client_body_temp_path {directory}/n1; proxy_temp_path {directory}/n2; fastcgi_temp_path {directory}/n3;
    uwsgi_temp_path {directory}/n4; scgi_temp_path {directory}/n5;
    include {directory}/site.conf;
}}
"""
SHIPPED = os.path.join(HERE, "..", "..", "packaging", "examples", "web", "nginx.conf")


class Fault(Exception):
    """The site does not stand."""


def free_port(wanted=0):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", wanted))
        except OSError:
            return free_port()
        return probe.getsockname()[1]


class Site:
    def __init__(self, build, port=0, language="auto", issuer="", name="Intranet ACME", help_line="", more="", hash_cost=None, min_age="", limited=False):
        self.build = os.path.abspath(build)
        self.root = os.geteuid() == 0
        self.host, self.port = "localhost", free_port(port)
        self.directory = tempfile.mkdtemp(prefix="liberations-portal.")
        os.chmod(self.directory, 0o755)
        self.config = self.path("liberations.conf")
        self.processes, self.limited = {}, limited  # as many requests of one address a second as the example allows
        self.portal_settings = (f"language = {language}\n" + (f"issuer = {issuer}\n" if issuer else "") + more,
                         f"name = {name}\n" + (f"help = {help_line}\n" if help_line else ""))
        self.account_settings = (f"hash-cost = {hash_cost}\n" if hash_cost else "") + (f"min-age = {min_age}\n" if min_age else "")

    @property
    def url(self):
        return f"https://{self.host}:{self.port}/"

    def path(self, name):
        return os.path.join(self.directory, name)

    def __enter__(self):
        try:
            self.found()
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for name in reversed(list(self.processes)):
            self.stop(name)
        shutil.rmtree(self.directory, ignore_errors=True)

    # --- what stands in the directory -------------------------------------------------------------------------------------

    def write(self, name, text, mode=0o644, owner=0):
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(self.path(name), mode)
        if self.root:
            os.chown(self.path(name), owner, owner)

    def run(self, *words, stdin="", expected=(0,)):
        done = subprocess.run(words, input=stdin, capture_output=True, text=True, timeout=600, check=False,
                              env={"PATH": os.environ.get("PATH", "") + ":/usr/sbin:/sbin", "LC_ALL": "C.UTF-8"})
        if done.returncode not in expected:
            raise Fault(f"{' '.join(words)}: exit {done.returncode}: {done.stdout}{done.stderr}")
        return done.stdout

    def command(self, *words, **terms):
        return self.run(self.build + "/liberations", *words, "--config", self.config, **terms)

    def nginx_site(self):
        """The example's PHP variant with its paths, its port and the certificate's; without the redirection from port 80."""
        with open(SHIPPED, encoding="utf-8") as file:
            text = file.read()
        before, _, php = text.partition("\t# A PHP application")
        text = before[:before.rindex("\tlocation / {")] + re.sub(r"(?m)^\t#(location|\t|\})", r"\t\1", "\t# A PHP application" + php)
        text = re.sub(r"server \{\n\tlisten 80;.*?\n\}\n", "", text, flags=re.S)
        for old, new in (("/run/liberations/pages.sock", self.path("pages.sock")), ("/run/liberations/gate.sock", self.path("gate.sock")),
                         ("/etc/ssl/certs/app.example.org.pem", self.path("site.crt")),
                         ("/etc/ssl/private/app.example.org.key", self.path("site.key")),
                         ("/authz/app.example.org", f"/authz/{self.host}:{self.port}"), ("app.example.org", self.host),
                         ("\tlisten [::]:443 ssl http2;\n", ""), ("listen 443 ssl", f"listen 127.0.0.1:{self.port} ssl"),
                         ("/srv/app", self.path("app")), ("/run/php/php-fpm.sock", self.path("php/sock")),
                         *(() if self.limited else (("rate=10r/s", "rate=10000r/s"), ("burst=60", "burst=10000")))):
            if old not in text:
                raise Fault(f"{SHIPPED} has no {old}")
            text = text.replace(old, new)
        return text

    def found(self):
        self.command("init", *(["--owner", str(OWNER)] if self.root else []))
        with open(self.config, "a", encoding="utf-8") as file:
            file.write(self.account_settings)
        self.write("portal.key", os.urandom(32).hex() + "\n", 0o600, KEEPER)
        os.mkdir(self.path("sessions"), 0o700)
        if self.root:
            os.chown(self.path("sessions"), KEEPER, KEEPER)
        first, second = self.portal_settings
        self.write("portal.conf", f"user = {KEEPER if self.root else os.geteuid()}\nkey = {self.path('portal.key')}\n"
                   f"state = {self.path('sessions')}\nagent = {self.path('verify.sock')}\npages = {self.path('pages.sock')}\n"
                   f"gate = {self.path('gate.sock')}\n{first}\nsite = {self.url[:-1]}\n{second}")
        os.mkdir(self.path("app"))
        self.write("app/index.php", PHP)
        user = f"user {self.web_user()};" if self.root else ""
        self.write("nginx.conf", NGINX.format(directory=self.directory, user=user))
        self.write("site.conf", self.nginx_site())
        self.run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                 "-subj", "/CN=" + self.host, "-addext", "subjectAltName=DNS:" + self.host,
                 "-keyout", self.path("site.key"), "-out", self.path("site.crt"))

    @staticmethod
    def web_user():
        """nginx wants a name: the one that owns nothing."""
        return "nobody nogroup" if os.path.exists("/etc/debian_version") else "nobody"

    # --- its processes ----------------------------------------------------------------------------------------------------

    def launch(self, name, words, uid=0, sockets=(), environment=None):
        """Starts a program in a session of its own. `sockets`: (name, owner) of what it listens on, which is made here and handed
        over as a supervisor would (sd_listen_fds(3)). Its standard error goes to NAME.err."""
        made = [self.socket_of(one, owner) for one, owner in sockets]
        names = ":".join(one for one, _ in sockets)
        prefix = []
        if made:
            prefix = ["sh", "-c", f'export LISTEN_PID=$$ LISTEN_FDS={len(made)} LISTEN_FDNAMES={names}; exec "$@"', "sh"]

        def arrange():
            high = [os.dup(one.fileno()) for one in made]
            high = [os.dup2(fd, 100 + at) for at, fd in enumerate(high)]
            for at, fd in enumerate(high):
                os.dup2(fd, 3 + at)
            os.closerange(3 + len(high), 200)
            if uid and self.root:
                os.setgroups([])
                os.setgid(uid)
                os.setuid(uid)

        with open(self.path(name + ".err"), "ab") as errors:
            self.processes[name] = subprocess.Popen(
                prefix + words, preexec_fn=arrange, close_fds=False, start_new_session=True, stdin=subprocess.DEVNULL,
                stdout=errors, stderr=errors, cwd="/",
                env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8", **(environment or {})})
        for one in made:
            one.close()

    def socket_of(self, name, owner):
        path = self.path(name + ".sock")
        if os.path.exists(path):
            os.unlink(path)
        made = socket.socket(socket.AF_UNIX)
        made.bind(path)
        made.listen(512)
        os.chmod(path, 0o600)
        if self.root:
            os.chown(path, owner, owner)
        return made

    def stop(self, name):
        process = self.processes.pop(name, None)
        if process is None:
            return
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            pass
        try:
            os.killpg(process.pid, signal.SIGKILL)  # its own session, with what it started
        except ProcessLookupError:
            pass
        process.wait()

    def start_agent(self):
        self.launch("agent", [self.build + "/liberations-agent", "--listen", "--config", self.config],
                    sockets=[("agent", 0), ("verify", KEEPER)])

    def start_portal(self):
        web = self.web_uid()
        self.launch("portal", [self.build + "/liberations-portal", "--config", self.path("portal.conf"), "--readers", self.build],
                    sockets=[("pages", web), ("gate", web)])

    def web_uid(self):
        return int(self.run("id", "-u", "nobody")) if self.root else os.geteuid()

    def start(self):
        self.start_agent()
        self.start_portal()
        self.start_php()
        self.launch("nginx", ["nginx", "-c", self.path("nginx.conf"), "-p", self.directory])
        self.wait()

    def start_php(self):
        """It makes its socket itself, so it gets a directory."""
        os.makedirs(self.path("php"), exist_ok=True)
        if self.root:
            os.chown(self.path("php"), self.web_uid(), -1)
        self.launch("php", ["php-cgi", "-b", self.path("php/sock")], uid=self.web_uid(), environment={"PHP_FCGI_CHILDREN": "2"})

    def wait(self):
        until = time.monotonic() + 600
        while time.monotonic() < until:
            for name, process in self.processes.items():
                if process.poll() is not None:
                    raise Fault(f"{name} ended with {process.returncode}: {self.said(name)}")
            if os.path.exists(self.path("php/sock")) and self.is_up():
                return
            time.sleep(0.05)
        raise Fault("the site does not come up: " + "".join(self.said(name) for name in self.processes))

    def is_up(self):
        done = subprocess.run(["openssl", "s_client", "-quiet", "-connect", f"127.0.0.1:{self.port}"], check=False, timeout=20,
                              input=f"GET /liberations/up HTTP/1.0\r\nHost: {self.host}:{self.port}\r\n\r\n".encode(),
                              capture_output=True)
        return b" 204 " in done.stdout[:20]

    def said(self, name):
        with open(self.path(name + ".err"), encoding="utf-8", errors="replace") as file:
            return file.read()[-2000:]

    def restart(self, name, start):
        self.stop(name)
        start()
        self.wait()

    # --- people -----------------------------------------------------------------------------------------------------------

    def invite(self, user):
        """As at the desk, without the phone: the token stays to be confirmed, which is exit status 1."""
        out = self.command("enroll", user, "--json", stdin="\n", expected=(0, 1))
        told = json.loads(out.splitlines()[0])
        return told["temporary_password"], told["key"].replace(" ", "")

    def account(self, user, *fields):
        """An account as it would be after half a year: the fields are those of lbr-world. Returns the key of its phone."""
        key = os.urandom(20)
        self.run(self.build + "/tests/lbr-world", self.config, "set", user, "key=" + key.hex(), *fields)
        return base64.b32encode(key).decode()
