"""`doctor` about web servers: the examples are sound; each fault in them is found, and its fix makes it go away."""
import os
import re
import subprocess

from cases_doctor import OURS, pam_directory, write
from harness import Skip, case, expect, same
from world import BUILD, ROOT, STRANGER, World

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
    # A line in one location would cut off those that it inherits: the fix goes to the server's lines.
    "inherited": (PAM, re.compile("^.+$", re.S), lambda found: 'proxy_set_header Via "";\n' + re.sub("\tproxy_set_header.*\n", "", found[0]),
                  ["critical: the application gets the password"] * 2),
    "each_request": (PAM, "location = /sign-in", "location /sign-in", ["warning: auth_pam asks PAM on each request"]),
    "each_of_an_expression": (PAM, "location = /sign-in", "location ~ ^/s", ["warning: auth_pam asks PAM on each request"]),
    "claimed": (PAM, '\tproxy_set_header X-Remote-User "";\n', "", ["critical: no sign-in is required here, and"]),
    "claimed_typed": (PAM, 'X-Remote-User "";', "X-Remote-User $remote_user;", ["critical: no sign-in is required here, and"]),
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
                     ["critical: no sign-in is required here, and"] * 3),
    "a_way_of_another_server": (WEB, "server {\n\tlisten 80;", "server { listen 127.0.0.1:81; location / { proxy_pass http://127.0.0.1:8080; } }\n"
                                "server {\n\tlisten 80;", ["critical: no sign-in is required here, and"] * 3),
    "a_public_way": (WEB, "\t#location /static/ {", '\tlocation /hook { auth_request off; proxy_pass http://127.0.0.1:8080; proxy_set_header Remote-User '
                     '""; proxy_set_header X-Remote-User ""; proxy_set_header X-Forwarded-User ""; }\n\t#location {',
                     ["note: no sign-in is required here, although"]),
    "php_typed": (WEB, "\t#location /static/ {", "\tlocation ~ [.]php$ { fastcgi_pass unix:/run/php.sock; fastcgi_param REMOTE_USER $remote_user; "
                  'fastcgi_param HTTP_REMOTE_USER ""; fastcgi_param HTTP_COOKIE ""; }\n\t#location {', ["critical: " + FORGED]),
    "php_forged": (WEB, "\t#location /static/ {", "\tlocation ~ [.]php$ { fastcgi_pass unix:/run/php.sock; fastcgi_param REMOTE_USER "
                   '$liberations_user; fastcgi_param HTTP_COOKIE ""; }\n\t#location {', ["critical: " + FORGED]),
    # No header of a visitor's is AUTH_USER.
    "php_beside": (WEB, "\t#location /static/ {", "\tlocation ~ [.]php$ { fastcgi_pass unix:/run/php.sock; fastcgi_param REMOTE_USER "
                   "$liberations_user; fastcgi_param AUTH_USER $liberations_user; fastcgi_param HTTP_X_USER $liberations_user; "
                   'fastcgi_param HTTP_REMOTE_USER ""; fastcgi_param HTTP_COOKIE ""; }\n\tlocation /open { auth_request off;\n\t'
                   'fastcgi_pass unix:/run/php.sock; fastcgi_param HTTP_REMOTE_USER ""; }\n\t#location {',
                   ["critical: no sign-in is required here, and visitors can claim any name: their own HTTP_X_USER"]),
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
    text = text.replace("/usr/libexec/liberations-portal-gate-map", BUILD + "/liberations-portal-gate-map")
    text = text.replace(" www-data:liberations-web", " www-data:www-data")
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


# Of an `if` that sends people to TLS: whether it turns away who comes without it.
CONDITIONS = {"$scheme = http": 0, '$scheme = "http"': 0, '$scheme != "https"': 0, '$https = ""': 0, "$https != on": 0, "$server_port != 443": 0,
              "$https = on": 1, "$scheme = https": 1, "$host = www.example.org": 1}


@case("nginx", "openssl")
def doctor_finds_a_sign_in_without_tls():
    with World(founded=False) as world:
        server = Nginx(world)
        server.put(PAM)
        with open(server.site, encoding="utf-8") as file:
            sound = file.read()
        for listen, wanted in (("*:8443 ssl", 0), ("*:8080", 1), ("8080;\n\tlisten [::]:8081", 2), ("127.0.0.1:8080", 0),
                               ("unix:/run/x.sock", 0), *((f"*:8080; if ({held}) {{ return 301 https://$host; }} set $x 1", wanted)
                                                          for held, wanted in CONDITIONS.items())):
            server.put_text(sound.replace("127.0.0.1:8443 ssl", listen))
            server.takes_it()
            found = server.found()
            same([one["severity"] for one in found], ["critical"] * wanted, f"{listen}: {found}")
            expect(all("without TLS" in one["text"] for one in found), repr(found))
        server.put_text(re.sub(r"listen[^;]*;", "", sound))
        same([one["severity"] for one in server.found()], ["critical"], "no listen: port 80")


APACHE = """ServerRoot {directory}
PidFile {directory}/pid
DefaultRuntimeDir {directory}
Listen 127.0.0.1:8443
ServerName app.example.org
ErrorLog {directory}/log
{modules}
<IfModule mod_ssl.c>
IncludeOptional site*.conf
</IfModule>
"""
MODULES = ("mpm_event authn_core authz_core authz_user auth_basic auth_form authnz_pam headers proxy proxy_http proxy_wstunnel request rewrite "
           "session session_cookie session_crypto setenvif ssl").split()
GATE, FORM, LACKS = "web/apache.conf", "apache.conf", "the line \"%s"
APACHE_FAULTS = {
    "basic": (FORM, re.compile(r"AuthType Form(.*)AuthFormProvider PAM(.*)AuthFormLoginReq.*?AuthFormSite.*?\n", re.S),
              r"AuthType Basic\1AuthBasicProvider PAM\2", ["warning: AuthType Basic asks PAM on each"]),
    "basic_before_an_application": (FORM, re.compile(r"AuthType Form(.*)AuthFormProvider PAM(.*)AuthFormLoginReq.*?AuthFormSite.*?\n", re.S),
                                    r"ProxyPass http://127.0.0.1:1/\n\tAuthType Basic\1AuthBasicProvider PAM\2",
                                    ["warning: AuthType Basic asks PAM on each", "critical: the application gets the password"]),
    "basic_dropped": (FORM, re.compile(r"AuthType Form(.*)AuthFormProvider PAM(.*)AuthFormLoginReq.*?AuthFormSite.*?\n", re.S),
                      r"RequestHeader unset Authorization\n\tProxyPass http://127.0.0.1:1/\n\tAuthType Basic\1AuthBasicProvider PAM\2",
                      ["warning: AuthType Basic asks PAM on each"]),
    "site_passphrase": (FORM, "RANDOM-1", "CHANGE-ME-1", ["critical: AuthFormSitePassphrase is still"]),
    "cookie_passphrase": (FORM, "RANDOM-2", "CHANGE-ME-2", ["critical: SessionCryptoPassphrase is still"]),
    "no_site_passphrase": (FORM, '\tAuthFormSitePassphrase "RANDOM-1"\n', "", ["critical: without AuthFormSitePassphrase"]),
    "no_cookie_passphrase": (FORM, '\tSessionCryptoPassphrase "RANDOM-2"\n', "", ["critical: without SessionCryptoPassphrase"]),
    "cookie_secure": (FORM, ";Secure", "", ["warning: the session cookie lacks Secure"]),
    "cookie_script": (FORM, "HttpOnly;", "", ["warning: the session cookie lacks HttpOnly"]),
    "cookie_bare": (FORM, " path=/;HttpOnly;Secure;SameSite=Strict", "", ["warning: the session cookie lacks"] * 2),
    "no_service": (FORM, "AuthPAMService apache", "AuthPAMService nosuch", ["critical: this PAM service does not exist"]),
    "another_service": (FORM, "AuthPAMService apache", "AuthPAMService other", ["note: this PAM service does not use"]),
    "no_tls": (FORM, "\tSSLEngine On\n", "", ["critical: passwords and sessions cross"]),
    "gate_no_tls": (GATE, "\tSSLEngine On\n", "", ["critical: passwords and sessions cross"]),
    "no_engine": (GATE, "\tRewriteEngine On\n", "", ["critical: " + LACKS % "RewriteEngine On"]),
    "unset": (GATE, "\tRequestHeader unset Remote-User early\n", "", ["critical: " + LACKS % "RequestHeader unset Remote-User"]),
    "unset_late": (GATE, "Remote_User early", "Remote_User", ["critical: " + LACKS % "RequestHeader unset Remote_User"]),
    "unset_other": (GATE, "\tRequestHeader unset X-Remote-User early\n", "", ["critical: " + LACKS % "RequestHeader unset X-Remote-User"]),
    "set": (GATE, '\tRequestHeader set Remote-User "expr=%{reqenv:REMOTE_USER}"\n', "", ["critical: " + LACKS % "RequestHeader set"]),
    "cookie": (GATE, re.compile("\tRequestHeader edit\\* Cookie.*\n"), "", ["warning: " + LACKS % "RequestHeader edit* Cookie"]),
    "connection": (GATE, re.compile("\tRequestHeader edit\\* Connection.*\n"), "", ["warning: " + LACKS % "RequestHeader edit* Conn"]),
    "forged": (GATE, re.compile("\tSetEnvIf.*\n"), "", ["warning: " + LACKS % "SetEnvIf"]),
    "null": (GATE, "\tRewriteCond %{ENV:LIBERATIONS} ^NULL$\n\tRewriteRule ^ - [R=503,L]\n", "",
             ["critical: " + LACKS % "RewriteCond %{ENV:LIBERATIONS}"]),
    "through": (GATE, re.compile(r"\tRewriteRule \^ https://\S+=/ \[R=303,NE,L\]\n\n"), "\n", ["critical: the last RewriteRule"]),
    "as_root": (GATE, " www-data:www-data", "", ["warning: the helper that asks the gate runs as root"]),
    "another_host": (GATE, "<VirtualHost *:443>", "<VirtualHost 127.0.0.1:81>\n\tProxyPass / http://127.0.0.1:8080/\n</VirtualHost>\n"
                     "<VirtualHost *:443>", ["critical: no sign-in is required here, and"]),
}
KEEP_SILENT |= {"basic", "basic_dropped", "basic_before_an_application", "site_passphrase", "cookie_passphrase", "no_site_passphrase",
                "cookie", "null", "no_cookie_passphrase", "through", "as_root"}


class Apache(Nginx):
    """An Apache configuration in the world's directory, which includes site.conf in a section."""
    check, option, program = "apache", "--apache-config", "apache2"

    def __init__(self, world):
        super().__init__(world)
        self.config = self.directory + "/apache2.conf"
        write(self.pam, "apache", OURS + "account required pam_liberations.so\n")
        modules = "\n".join(f"LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so" for name in MODULES)
        write(self.directory, "apache2.conf", APACHE.format(directory=self.directory, modules=modules))

    def put(self, name, old="", new=""):
        text = example(name, self.directory).replace("CHANGE-ME-", "RANDOM-")
        if name == FORM:
            text = (f"<VirtualHost *:443>\n\tSSLEngine On\n\tSSLCertificateFile {self.directory}/cert.pem\n"
                    f"\tSSLCertificateKeyFile {self.directory}/key.pem\n{text}\n</VirtualHost>\n")
        changed = old.sub(new, text) if isinstance(old, re.Pattern) else text.replace(old, new)
        expect(changed != text or not old, f"{name}: {old}")
        write(self.directory, "site.conf", changed)
        os.chmod(self.site, 0o600)

    def takes_it(self):
        done = subprocess.run([self.program, "-t", "-f", self.config], capture_output=True, text=True, check=False)
        same(done.returncode, 0, done.stderr)


@case("apache2", "openssl")
def doctor_finds_each_fault_in_files_of_apache_and_its_fix_repairs_it():
    if not os.path.exists("/usr/lib/apache2/modules/mod_authnz_pam.so"):
        raise Skip("libapache2-mod-authnz-pam is not installed")
    with World(founded=False, as_root=ROOT) as world:
        server = Apache(world)
        for name in (FORM, GATE):
            server.put(name)
            server.takes_it()
            same(server.found(), [], name)
        server.put(FORM)
        os.chmod(server.site, 0o644)
        found = server.found()
        same([(one["severity"], one["fix"]) for one in found], [("warning", f"sudo chmod o-r '{server.site}'")])
        for name, fault in APACHE_FAULTS.items():
            judge(server, name, fault)


@case()
def doctor_reads_any_file_of_apache():
    with World(founded=False) as world:
        write(pam_directory(world), "apache", OURS)
        config, site = world.directory + "/apache2.conf", world.directory + "/site.conf"
        write(world.directory, "apache2.conf", "Include site.conf\nInclude apache2.conf\n")
        doctor = ("doctor", "--confdir", world.directory + "/pam.d", "--apache-config", config, "--json")
        for text, line in (("<Location /x>\n", 2), ("</Location>\n", 1), ("<Location /x\n", 1), ("<A>\n</B>\n", 2), ("<A>\n" * 70, 64),
                           ("<>\n", 1), ("Define a " + "x" * 70000, 1), ("a \0\n", 1), ("a \"b\\\n\n\\\\\"'\n", None),
                           ("# <A>\\\n<B>\n</>\n", 3)):
            write(world.directory, "site.conf", text)
            found = [one for one in world.run(*doctor).json() if one["check"] == "apache"]
            same([(one["where"], one["line"]) for one in found], [(site, line)] if line else [], repr(text[:40]))


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
def doctor_names_any_file_of_a_web_server_as_one_word_of_the_shell():
    """What a pattern of an include takes in may have been named by somebody who wants root to paste a command of theirs."""
    with World(founded=False) as world:
        write(pam_directory(world), "apache", OURS)
        directory, name = world.directory + "/sites", "a';echo taken;'b.conf"
        os.mkdir(directory)
        write(directory, name, "<Location /x\n")
        write(world.directory, "apache2.conf", "Include sites/*.conf\n")
        doctor = ("doctor", "--confdir", world.directory + "/pam.d", "--apache-config", world.directory + "/apache2.conf", "--json")
        for prefix in ("sudoedit +1 ", "ls -lL "):
            found, = [one for one in world.run(*doctor).json() if one["check"] == "apache"]
            expect(found["fix"].startswith(prefix), found)
            said = subprocess.run(["sh", "-c", "printf %s " + found["fix"].removeprefix(prefix)], capture_output=True, text=True, check=True)
            same(said.stdout, f"{directory}/{name}")
            os.truncate(f"{directory}/{name}", 5 << 20)


@case()
def doctor_reads_any_file_of_nginx():
    with World(founded=False, as_root=ROOT) as world:
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
