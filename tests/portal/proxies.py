"""The web servers with the files of packaging/examples/web, word for word but for names of files, ports and the certificate."""
import glob
import os
import re
import socket
import ssl
import subprocess
import sys
import time

from page import BUILD

EXAMPLES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "packaging", "examples", "web")
HOST = "app.example.org"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def make_certificate(directory):
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                    "-subj", "/CN=" + HOST, "-addext", "subjectAltName=DNS:" + HOST, "-keyout", directory + "/key.pem", "-out",
                    directory + "/cert.pem"], check=True, capture_output=True)
    with open(directory + "/both.pem", "w", encoding="utf-8") as both:
        for part in ("cert", "key"):
            with open(f"{directory}/{part}.pem", encoding="utf-8") as file:
                both.write(file.read())


class Proxy:
    """One web server, in a directory of its own. `places`: gate, pages and app, where the example names others."""
    program, example = "", ""
    deletes_by_pattern = keeps_connections = takes_cookies = has_page_to_wait = True

    def __init__(self, directory, places):
        self.directory, self.places, self.port = directory, places, free_port()
        self.process = None

    def replaced(self, text):
        """The example's text with this machine's names; each must stand in it."""
        for old, new in (*self.names(), ("/run/liberations/gate.sock", self.places["gate"]),
                         ("/run/liberations/pages.sock", self.places["pages"]), ("127.0.0.1:8080", f"127.0.0.1:{self.places['app']}"),
                         ("/etc/ssl/certs/app.example.org.pem", self.directory + "/cert.pem"),
                         ("/etc/ssl/private/app.example.org.key", self.directory + "/key.pem"),
                         ("/etc/ssl/private/app.example.org.pem", self.directory + "/both.pem")):
            text = text.replace(old, new)
        return text

    def write(self, name, text):
        with open(f"{self.directory}/{name}", "w", encoding="utf-8") as file:
            file.write(text)

    def example_text(self, name=None):
        with open(os.path.join(EXAMPLES, name or self.example), encoding="utf-8") as file:
            return self.replaced(file.read())

    def start(self):
        os.makedirs(self.directory)
        os.chmod(self.directory, 0o755)
        make_certificate(self.directory)
        self.prepare()
        with open(self.directory + "/log", "wb") as log:
            self.process = subprocess.Popen(self.command(), stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.directory, env={
                "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": self.directory, "XDG_DATA_HOME": self.directory,
                "XDG_CONFIG_HOME": self.directory})
        until = time.monotonic() + 600
        while time.monotonic() < until and self.process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", self.port), 5).close()
                return self
            except OSError:
                time.sleep(0.05)
        with open(self.directory + "/log", encoding="utf-8", errors="replace") as log:
            text = log.read()[-2000:]
        self.stop()
        raise AssertionError(f"{self.program} did not start: {text}")

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def connect(self):
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        plain = socket.create_connection(("127.0.0.1", self.port), 20)
        return context.wrap_socket(plain, server_hostname=HOST)

    def names(self):
        return ()


class Nginx(Proxy):
    program, example = "nginx", "nginx.conf"

    def names(self):
        return ()

    def prepare(self):
        text = re.sub(r"(?m)^\s*listen \[::\].*\n", "", self.example_text()).replace("listen 80;", f"listen 127.0.0.1:{free_port()};")
        text = text.replace("listen 443 ", f"listen 127.0.0.1:{self.port} ")
        folders = "".join(f"{name}_temp_path {self.directory}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        self.write("conf", f"daemon off; master_process off; pid {self.directory}/pid; error_log stderr error;\n"
                   f"events {{ worker_connections 256; }}\nhttp {{ access_log off; {folders}\n{text}}}\n")

    def command(self):
        return ["nginx", "-p", self.directory, "-c", self.directory + "/conf"]


class Apache(Proxy):
    """Its helper says a name, that nobody has such a session, or nothing."""
    program, example = "apache2", "apache.conf"
    modules = "mpm_event authz_core headers proxy proxy_http proxy_wstunnel rewrite setenvif ssl".split()

    def names(self):
        root = os.geteuid() == 0
        return (("/usr/libexec/liberations-portal-gate-map", os.path.abspath(BUILD) + "/liberations-portal-gate-map"),
                (" www-data:liberations-web", " www-data:www-data" if root else ""), ("<VirtualHost *:443>", f"<VirtualHost *:{self.port}>"))

    def prepare(self):
        load = "".join(f"LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so\n" for name in self.modules)
        self.write("conf", f"ServerRoot {self.directory}\nPidFile {self.directory}/pid\nListen 127.0.0.1:{self.port} https\n{load}"
                   f"DefaultRuntimeDir {self.directory}\nUser www-data\nGroup www-data\nServerName {HOST}\nErrorLog /dev/stderr\n"
                   f"{self.example_text()}")

    def command(self):
        return ["apache2", "-f", self.directory + "/conf", "-DFOREGROUND"]


class Caddy(Proxy):
    program, example = "caddy", "Caddyfile"

    def names(self):
        return (("\napp.example.org {", f"\nhttps://app.example.org:{self.port} {{\n\tbind 127.0.0.1"), ("root * /etc/caddy", "root * " + self.directory))

    def prepare(self):
        self.write("wait.html", super().example_text("wait.html"))
        self.write("conf", "{\n\tadmin off\n\tauto_https disable_redirects\n}\n" + self.example_text())

    def command(self):
        return ["caddy", "run", "--config", self.directory + "/conf", "--adapter", "caddyfile"]


class HAProxy(Proxy):
    program, example = "haproxy", "haproxy.cfg"

    def names(self):
        return ((":443 ssl", f"127.0.0.1:{self.port} ssl"), ("/etc/haproxy/liberations.lua", self.directory + "/liberations.lua"), ("/etc/haproxy/wait.html", self.directory + "/wait.html"))

    def prepare(self):
        self.write("liberations.lua", self.example_text("liberations.lua"))
        self.write("wait.html", self.example_text("wait.html"))
        self.write("conf", self.example_text())

    def command(self):
        return ["haproxy", "-db", "-f", self.directory + "/conf"]


class Traefik(Proxy):
    """The double of traefik.py. Traefik deletes fields by their names alone, and cookies not at all; the double keeps no connection."""
    program = "python3"
    deletes_by_pattern = keeps_connections = takes_cookies = has_page_to_wait = False

    def prepare(self):
        with open(os.path.join(EXAMPLES, "traefik-dynamic.yml"), encoding="utf-8") as file:
            self.write("conf", file.read())

    def command(self):
        return [sys.executable, os.path.join(os.path.dirname(os.path.abspath(__file__)), "traefik.py"), "conf", str(self.port), "cert.pem",
                "key.pem", self.places["pages"], self.places["gate"], str(self.places["app"])]


def php_fpm():
    """Its name has PHP's version in it."""
    return next(iter(sorted(glob.glob("/usr/sbin/php-fpm*"))), "php-fpm")


class Php:
    """The variant for PHP, whose lines lose their '#', with a PHP-FPM of its own."""
    fastcgi = None

    def php_text(self, text, application):
        before, _, rest = text.partition("# PHP instead")
        same_lines = re.sub(r"(?m)^(\t+)# ", r"\1", "# PHP instead" + rest)
        before = "".join(line for line in before.splitlines(True) if application not in line)
        return (before + same_lines).replace("/var/www/app", self.directory).replace("/run/php/php-fpm.sock", self.directory + "/php.sock")

    def start_php(self):
        self.write("index.php", "<?php echo json_encode(['server' => $_SERVER, 'cookies' => $_COOKIE]);")
        user = "user = www-data\ngroup = www-data\n" if os.geteuid() == 0 else ""
        self.write("fpm.conf", f"[global]\ndaemonize = no\nerror_log = /dev/null\n[www]\n{user}listen = {self.directory}/php.sock\n"
                   "pm = static\npm.max_children = 2\n")
        self.fastcgi = subprocess.Popen([php_fpm(), "-n", "-y", self.directory + "/fpm.conf"], stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until = time.monotonic() + 600
        while not os.path.exists(self.directory + "/php.sock") and time.monotonic() < until:
            time.sleep(0.02)
        os.chmod(self.directory + "/php.sock", 0o666)

    def stop(self):
        super().stop()
        self.fastcgi.terminate()
        self.fastcgi.wait()


class ApachePhp(Php, Apache):
    modules = [*Apache.modules, "proxy_fcgi"]

    def example_text(self, name=None):
        return self.php_text(super().example_text(name), "ProxyPass / ")

    def prepare(self):
        self.start_php()
        super().prepare()


class CaddyPhp(Php, Caddy):
    def example_text(self, name=None):
        return self.php_text(super().example_text(name), "\t\t\treverse_proxy 127")

    def prepare(self):
        self.start_php()
        super().prepare()


PROXIES = (Nginx, Apache, Caddy, HAProxy, Traefik)
