"""`doctor` about web servers: the examples are sound; each fault in them is found, and its fix makes it go away."""
import os
import re
import subprocess

from cases_doctor import OURS, pam_directory, write
from harness import case, expect, same
from world import ROOT, STRANGER, World

HERE = os.path.dirname(os.path.abspath(__file__))
EXAMPLES = os.path.join(HERE, "..", "..", "packaging", "examples")
NGINX = """error_log {directory}/error.log; pid {directory}/pid;
{module}
events {{ }}
http {{
	access_log off;
	client_body_temp_path {directory}/t1; proxy_temp_path {directory}/t2; fastcgi_temp_path {directory}/t3;
	uwsgi_temp_path {directory}/t4; scgi_temp_path {directory}/t5;
	include {directory}/site.conf;
}}
"""
SERVER = "server {{\n\tlisten 127.0.0.1:8443 ssl; ssl_certificate {d}/cert.pem; ssl_certificate_key {d}/key.pem;\n{text}\n}}\n"
MODULE = "/usr/lib/nginx/modules/ngx_http_auth_pam_module.so"
WEB, PAM, FORGED = "web/nginx.conf", "nginx.conf", "visitors can sign in under any name"
APP = "\t\tproxy_set_header X-Forwarded-User \"\";\n"

# The example, what is replaced in it by what, and the severities and words of the findings.
NGINX_FAULTS = {
    "authorization": (PAM, '\tproxy_set_header Authorization "";\n\tproxy_set_header X-Remote-User $r', "\tproxy_set_header X-Remote-User $r",
                      ["critical: the application gets the password"]),
    "authorization_passed": (PAM, 'Authorization "";\n\tproxy_set_header X-Remote-User $r',
                             "Authorization $http_authorization;\n\tproxy_set_header X-Remote-User $r",
                             ["critical: the application gets the password"]),
    "authorization_beside": (PAM, 'Authorization "";\n\tproxy_set_header X-Remote-User "', 'Via "";\n\tproxy_set_header X-Remote-User "',
                             ["critical: the application gets the password"]),
    "each_request": (PAM, "location = /sign-in", "location /sign-in", ["warning: auth_pam asks PAM at each request"]),
    "each_of_an_expression": (PAM, "location = /sign-in", "location ~ ^/s", ["warning: auth_pam asks PAM at each request"]),
    "claimed": (PAM, '\tproxy_set_header X-Remote-User "";\n', "", ["critical: no sign-in is asked here, and"]),
    "claimed_typed": (PAM, 'X-Remote-User "";', "X-Remote-User $remote_user;", ["critical: no sign-in is asked here, and"]),
    "no_service": (PAM, 'name "nginx"', 'name "nosuch"', ["critical: this PAM service does not exist"]),
    "another_service": (PAM, 'name "nginx"', 'name "other"', ["note: this PAM service does not use pam_liberations"]),
    "name_forged": (WEB, "\t\tproxy_set_header Remote-User $liberations_user;\n", "", ["critical: " + FORGED]),
    "name_of_the_visitor": (WEB, "Remote-User $liberations_user", "Remote-User $http_remote_user", ["critical: " + FORGED]),
    "name_untold": (WEB, "Remote-User $liberations_user", 'Remote-User ""', ["warning: the application does not learn"]),
    "other_name": (WEB, '\t\tproxy_set_header X-Remote-User "";\n', "", ["critical: " + FORGED]),
    "other_name_too": (WEB, APP, "", ["critical: " + FORGED]),
    "every_name": (WEB, re.compile(r"(\t\tproxy_pass http://127\.0\.0\.1:8080;\n)(?:\t\tproxy_set_header.*\n|\t\tproxy_http.*\n)+"), r"\1",
                   ["critical: " + FORGED] * 3 + ["warning: the application gets the session cookies"]),
    "no_name_kept": (WEB, "\tauth_request_set $liberations_user $upstream_http_remote_user;\n", "\tset $liberations_user x;\n",
                     ["critical: no auth_request_set keeps", "warning: the application does not learn"]),
    "cookies": (WEB, "Cookie $liberations_cookie", "Cookie $http_cookie", ["warning: the application gets the session cookies"]),
    "underscores": (WEB, "underscores_in_headers off", "underscores_in_headers on", ["critical: underscores_in_headers lets"]),
    "invalid": (WEB, "ignore_invalid_headers on", "ignore_invalid_headers off", ["critical: ignore_invalid_headers lets"]),
    "no_401": (WEB, "\terror_page 401 = @liberations_sign_in;\n", "", ["warning: people see a bare error"]),
    "any": (WEB, "\tauth_request /lib", "\tsatisfy any;\n\tauth_request /lib", ["warning: with \"satisfy any\""]),
    "not_internal": (WEB, "\t\tinternal;\n", "", ["warning: the line \"internal;\" is missing"]),
    "body": (WEB, "\t\tproxy_pass_request_body off;\n", "", ["warning: the line \"proxy_pass_request_body off;\""]),
    "headers": (WEB, "\t\tproxy_pass_request_headers off;\n", "", ["warning: the line \"proxy_pass_request_headers off;\""]),
    "length": (WEB, '\t\tproxy_set_header Content-Length "";\n', "", ["warning: the line \"proxy_set_header Content-Length"]),
    "gate_cookie": (WEB, "\t\tproxy_set_header Cookie $http_cookie;\n", "", ["warning: the line \"proxy_set_header Cookie"]),
    "gate_uri": (WEB, "X-Original-URI $request_uri", "X-Original-URI $uri", ["warning: the line \"proxy_set_header X-Original-URI"]),
    "pages_gated": (WEB, "\t\tauth_request off;\n\t\tlimit_req", "\t\tlimit_req", ["warning: the line \"auth_request off;\""]),
    "pages_address": (WEB, "\t\tproxy_set_header X-Forwarded-For $remote_addr;\n\t\tproxy_read_timeout 30s", "\t\tproxy_read_timeout 30s",
                      ["warning: the line \"proxy_set_header X-Forwarded-For"]),
    "a_way_around": (WEB, "\t#location /static/ {", "\tlocation /api/ { auth_request off; proxy_pass http://127.0.0.1:8080; }\n\t#location {",
                     ["critical: no sign-in is asked here, and"] * 3),
    "a_way_of_another_server": (WEB, "server {\n\tlisten 80;", "server { listen 127.0.0.1:81; location / { proxy_pass http://127.0.0.1:8080; } }\n"
                                "server {\n\tlisten 80;", ["critical: no sign-in is asked here, and"] * 3),
    "a_public_way": (WEB, "\t#location /static/ {", '\tlocation /hook { auth_request off; proxy_pass http://127.0.0.1:8080; proxy_set_header Remote-User '
                     '""; proxy_set_header X-Remote-User ""; proxy_set_header X-Forwarded-User ""; }\n\t#location {',
                     ["note: no sign-in is asked here, on the way"]),
    "php_typed": (WEB, "\t#location /static/ {", "\tlocation ~ [.]php$ { fastcgi_pass unix:/run/php.sock; fastcgi_param REMOTE_USER $remote_user; "
                  'fastcgi_param HTTP_REMOTE_USER ""; fastcgi_param HTTP_COOKIE ""; }\n\t#location {', ["critical: " + FORGED]),
    "php_forged": (WEB, "\t#location /static/ {", "\tlocation ~ [.]php$ { fastcgi_pass unix:/run/php.sock; fastcgi_param REMOTE_USER "
                   '$liberations_user; fastcgi_param HTTP_COOKIE ""; }\n\t#location {', ["critical: " + FORGED]),
}
KEEP_SILENT = {"another_service", "a_public_way", "each_of_an_expression", "no_401", "no_service"}  # an editor, or a page to read


def certificate(directory):
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj",
                    "/CN=app.example.org", "-keyout", directory + "/key.pem", "-out", directory + "/cert.pem"], check=True, capture_output=True)


def example(name, directory):
    with open(os.path.join(EXAMPLES, name), encoding="utf-8") as file:
        text = file.read()
    text = re.sub(r"/etc/ssl/(certs|private)/[a-z0-9.]+\.(pem|key)",
                  lambda found: f"{directory}/{'cert' if found[1] == 'certs' else 'key'}.pem", text)
    text = re.sub(r"/etc/nginx/liberations-application", f"{directory}/application.conf", text)
    return text


class Nginx:
    """An nginx.conf in the world's directory, which includes site.conf."""
    check, option, program = "nginx", "--nginx-config", "nginx"

    def __init__(self, world):
        self.world, self.directory = world, world.directory
        self.pam, self.config, self.site = pam_directory(world), world.directory + "/nginx.conf", world.directory + "/site.conf"
        write(self.pam, "nginx", OURS + "account required pam_liberations.so\n")
        write(self.directory, "nginx.conf", NGINX.format(directory=self.directory, module=f"load_module {MODULE};"))
        write(self.directory, "application.conf", example("web/nginx-hosts-application", self.directory))
        certificate(self.directory)

    def put(self, name, old="", new=""):
        text = example(name, self.directory)
        changed = old.sub(new, text) if isinstance(old, re.Pattern) else text.replace(old, new)
        expect(changed != text or not old, f"{name}: {old}")
        self.put_text(SERVER.format(d=self.directory, text=changed) if name == PAM else changed)

    def put_text(self, text):
        write(self.directory, "site.conf", text)

    def found(self):
        answer = self.world.run("doctor", "--confdir", self.pam, self.option, self.config, "--json")
        return [one for one in answer.json() if one["check"] == self.check]

    def takes_it(self):
        done = subprocess.run([self.program, "-t", "-q", "-c", self.config], capture_output=True, text=True, check=False)
        lines = [line for line in done.stderr.splitlines() if "[emerg]" in line and "bind()" not in line]
        same(lines, [])


def repaired(server, found):
    """Applies the fixes, the last line first, and returns what is found then."""
    for one in sorted(found, key=lambda one: -one["line"]):
        expect(one["fix"].startswith("sudo sed -i --follow-symlinks '"), repr(one))
        subprocess.run(["sh", "-c", one["fix"].removeprefix("sudo ")], check=True)
    server.takes_it()
    return [f"{one['severity']}: {one['text']}" for one in server.found() if one["severity"] != "note"]


def judge(server, name, fault):
    example_name, old, new, wanted = fault
    server.put(example_name, old, new)
    server.takes_it()
    found = server.found()
    told = [f"{one['severity']}: {one['text']}" for one in found]
    same(len(told), len(wanted), f"{name}: {told}")
    for words in wanted:
        expect(any(one.startswith(words) for one in told), f"{name}: {words}: {told}")
    expect(all(one["where"] == server.site and one["line"] for one in found), f"{name}: {found}")
    if name not in KEEP_SILENT:
        same(repaired(server, found), [], name)


@case("nginx", "openssl")
def doctor_finds_no_fault_in_the_examples_of_nginx():
    with World(founded=False) as world:
        server = Nginx(world)
        for name in (PAM, WEB, "web/nginx-hosts.conf"):
            server.put(name)
            server.takes_it()
            same(server.found(), [], name)
        php = example(WEB, server.directory)
        head, tail = php.split("\t#location / {\n\t#\troot")
        write(server.directory, "site.conf", head + ("\t#location / {\n\t#\troot" + tail).replace("\t#", "\t").replace("location / {\n\t\troot", "location /x {\n\t\troot"))
        server.takes_it()
        same(server.found(), [], "a PHP application")


@case("nginx", "openssl")
def doctor_finds_each_fault_in_files_of_nginx_and_its_fix_repairs_it():
    with World(founded=False) as world:
        server = Nginx(world)
        for name, fault in NGINX_FAULTS.items():
            judge(server, name, fault)


@case("nginx", "openssl")
def doctor_finds_a_sign_in_without_tls():
    with World(founded=False) as world:
        server = Nginx(world)
        server.put(PAM)
        with open(server.site, encoding="utf-8") as file:
            sound = file.read()
        for listen, wanted in (("*:8443 ssl", 0), ("*:8080", 1), ("8080;\n\tlisten [::]:8081", 2), ("127.0.0.1:8080", 0),
                               ("unix:/run/x.sock", 0), ('*:8080; if ($scheme = http) { return 301 https://$host; } set $x 1', 0)):
            server.put_text(sound.replace("127.0.0.1:8443 ssl", listen))
            server.takes_it()
            found = server.found()
            same([one["severity"] for one in found], ["critical"] * wanted, f"{listen}: {found}")
            expect(all("without TLS" in one["text"] for one in found), repr(found))
        server.put_text(re.sub(r"listen[^;]*;", "", sound))
        same([one["severity"] for one in server.found()], ["critical"], "no listen: port 80")


# Files that no nginx takes, or that few people write: nothing is to be found in them but the line where reading ends.
HOSTILE = {
    "unbalanced": ("server { location / { ", 1), "closed_twice": ("server { } }", 1), "quote": ("set $a 'x;\n\n", 3),
    "nul": ("set $a \0;\n", 1), "deep": ("a {" * 5000, 1), "no_end": ("auth_pam x", 1), "brace": ("{ }", 1), "semicolon": (";", 1),
    "long": ("set $a " + "x" * 70000 + ";", 1), "escape": ("set $a \\", 1), "lua_open": ("x_by_lua_block { if [==[ ]=] } ", 1),
    "lua_quote": ("x_by_lua_block { '} \n }", 2), "itself": ("include nginx.conf; include site.conf; include *.conf;", None),
}
SOUND = ("content_by_lua_block { local s = '}' -- } it's\n s = [==[ } ]] ]==] .. \"\\\"}\" --[[ } \n ]] if s then t = {} end }",
         "set $a \"a \\\" { ; } #\"; set $b a#b;", "set $c ${d}e;", "map $x $y { \"~^/a{2}$\" 1; default 'x; }'; }", "# } { ' \"\n",
         "if ($a ~ \"^[{;]\") { return 403; }")


@case()
def doctor_reads_any_file_of_nginx():
    with World(founded=False) as world:
        write(pam_directory(world), "nginx", OURS)
        config, site = world.directory + "/nginx.conf", world.directory + "/site.conf"
        write(world.directory, "nginx.conf", "http { include site.conf; }")
        doctor = ("doctor", "--confdir", world.directory + "/pam.d", "--nginx-config", config, "--json")
        for name, (text, line) in HOSTILE.items():
            write(world.directory, "site.conf", text)
            found = [one for one in world.run(*doctor).json() if one["check"] == "nginx"]
            same([(one["where"], one["line"], one["fix"]) for one in found],
                 [(site, line, f"sudoedit +{line} '{site}'")] if line else [], name)
        for text in SOUND:
            write(world.directory, "site.conf", f"server {{\n{text}\nlocation /x {{\nauth_pam x; }} }}")
            found = [one for one in world.run(*doctor).json() if one["check"] == "nginx"]
            same([one["line"] for one in found], [1, 4 + text.count("\n")], f"{text}: {found}")
        os.truncate(site, 5 << 20)
        found = [one for one in world.run(*doctor).json() if one["check"] == "nginx"]
        same([(one["where"], one["line"]) for one in found], [(site, None)], "too long")
        os.unlink(site)
        os.mkfifo(site)
        same(len([one for one in world.run(*doctor).json() if one["check"] == "nginx"]), 1, "no file")
        if ROOT:
            os.unlink(site)
            write(world.directory, "site.conf", "server { location / { auth_pam x; } }")
            os.chown(site, STRANGER, STRANGER)
            same([one["severity"] for one in world.run(*doctor).json() if one["check"] == "nginx"], ["warning"], "another's file")


def add_cases():
    """Each is added where it stands."""
