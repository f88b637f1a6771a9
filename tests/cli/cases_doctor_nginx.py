"""`doctor` about files of nginx as people have them: addresses under several names, other sign-ins beside, hand-overs inside."""
import os
import re

from cases_doctor import pam_directory, write
from cases_doctor_proxy import EXAMPLES, PAM, WEB, Nginx, judge
from harness import case, expect, same
from world import World

HERE = "\t#location /static/ {"
APPLICATION = "proxy_pass http://127.0.0.1:8080;"
CLAIMED = ["critical: no sign-in is required here, and"] * 3


def beside(text):
    """The same server with one more place in it."""
    return HERE, "\t" + text + "\n\t#location {"


# Ways around the sign-in to the application, whose address is written in another way there.
SAME_APPLICATION = {
    "localhost": beside("location /api/ { auth_request off; proxy_pass http://localhost:8080; }"),
    "upstream": ("server {\n\tlisten 80;", "upstream app { server 10.0.0.1:80; server [::1]:8080; }\nserver { listen 127.0.0.1:81; location / { proxy_pass "
                 "http://app; } }\nserver {\n\tlisten 80;"),
    "variable": beside("location /api/ { auth_request off; set $app 127.0.0.1; set $port 8080; proxy_pass http://$app:${port}; }"),
    "of_variables": beside('location /api/ { auth_request off; set $port 8080; set $app "127.0.0.1:$port"; proxy_pass http://$app$request_uri; }'),
}


@case("nginx", "openssl")
def doctor_knows_an_application_by_each_of_its_addresses():
    with World(founded=False) as world:
        server = Nginx(world)
        for name, (old, new) in SAME_APPLICATION.items():
            judge(server, name, (WEB, old, new, CLAIMED))


AUTHELIA = """location /internal/authelia/authz {
		internal; auth_request off;
		proxy_pass http://127.0.0.1:9091/api/authz/auth-request;
		proxy_set_header X-Original-Method $request_method;
	}
	location /wiki/ { auth_request /internal/authelia/authz; proxy_pass http://127.0.0.1:3000; }"""
ANOTHER_SERVER = "server { listen 127.0.0.1:81; location / { set $app 127.0.0.1:8082; proxy_pass http://$app; } }\n"

# What stands beside sound lines in many a file, and is no fault.
NO_FAULTS = {
    "another_gate": beside(AUTHELIA),
    "another_application_in_a_variable": (APPLICATION, "set $app 127.0.0.1:8080; proxy_pass http://$app;", ANOTHER_SERVER),
    "usual_lines": beside("gzip on; gzip_types text/css; location ^~ /.well-known/acme-challenge/ { auth_request off; root /var/www; }\n"
                          "location = /robots.txt { auth_request off; return 200 \"User-agent: *\\n\"; }\n"
                          "location ~ /[.](?!well-known) { deny all; } location ~* [.](css|js)$ { auth_request off; root /srv; expires 7d; }\n"
                          "add_header X-Frame-Options DENY always; location @gone { return 410; } error_page 404 /404.html;"),
}


@case("nginx", "openssl")
def doctor_says_nothing_of_what_is_no_fault_in_files_of_nginx():
    with World(founded=False) as world:
        server = Nginx(world)
        for name, change in NO_FAULTS.items():
            server.put(WEB, *change[:2])
            with open(server.site, "a", encoding="utf-8") as file:
                file.write("".join(change[2:]))
            server.takes_it()
            same(server.found(), [], name)


@case("nginx", "openssl")
def doctor_asks_nothing_of_an_address_to_which_no_request_comes():
    with World(founded=False) as world:
        server = Nginx(world)
        server.put(PAM, "location = /sign-in", 'location = ""')
        same(server.found(), [])


FILES = "root /srv/app; try_files $uri "
PHP = """fastcgi_pass unix:/run/php.sock; fastcgi_param REMOTE_USER $liberations_user; fastcgi_param HTTP_COOKIE "";
		fastcgi_param HTTP_REMOTE_USER "";"""
GATE_OF_ALL = "\tauth_request /liberations-gate;\n"
APP_PLACE = re.compile(r"\tlocation / {.*?\n\t}\n", re.DOTALL)

@case()
def doctor_puts_no_strange_variable_of_nginx_into_a_script():
    """sed takes a bar for the end of its text, and would run the commands behind it as root."""
    with open(os.path.join(EXAMPLES, WEB), encoding="utf-8") as file:
        text = file.read().replace("\t\tproxy_set_header Remote-User $liberations_user;\n", "")
    with World(founded=False) as world:
        for name, way in (("$name", "sudo sed"), ("$u|I;e id;#", "sudoedit"), ("$u&x", "sudoedit"), ("$u\\\\1", "sudoedit"),
                          ("$u\ne id", "sudoedit")):
            write(world.directory, "nginx.conf", "http {\n" + text.replace("$liberations_user $up", f'"{name}" $up') + "\n}\n")
            found = [one for one in world.run("doctor", "--json", "--nginx-config", world.directory + "/nginx.conf", "--confdir",
                                              pam_directory(world)).json() if one["check"] == "nginx"]
            expect(found and all(one["fix"].startswith(way) for one in found), name, found)


# Only "location /" asks for the sign-in, and it hands requests to another location: what doctor finds there.
HANDED_OVER = {
    "php": (f"/index.php?$args; }}\n\tlocation ~ [.]php$ {{ {PHP}", ["critical: visitors who ask for /index.php themselves"]),
    "php_of_a_name": (f"/index.php; }}\n\tlocation ~ ^/index\\.php(/|$) {{ {PHP}", ["critical: visitors who ask for /index.php themselves"]),
    "php_internal": (f"/index.php; }}\n\tlocation ~ [.]php$ {{ internal; {PHP}", []),
    "php_guarded": (f"/index.php; }}\n\tlocation ~ [.]php$ {{ auth_request /liberations-gate; {PHP}", []),
    "php_of_another_name": (f"/index.php; }}\n\tlocation = /hook.php {{ {PHP} }} location ~ ^/cron[.]php$ {{ {PHP}", []),
    "prefix": ("/app/index; }\n\tlocation /app/ { proxy_pass http://127.0.0.1:8080; proxy_set_header Remote-User $liberations_user; "
               'proxy_set_header X-Remote-User ""; proxy_set_header X-Forwarded-User ""; proxy_set_header Cookie $liberations_cookie;',
               ["critical: visitors who ask for /app/index themselves"]),
    "named": ("@app; }\n\tlocation @app { proxy_pass http://127.0.0.1:8080; proxy_set_header Remote-User $liberations_user; "
              'proxy_set_header X-Remote-User ""; proxy_set_header X-Forwarded-User ""; proxy_set_header Cookie $liberations_cookie;', []),
    "named_forged": ("@app; }\n\tlocation @app { proxy_pass http://127.0.0.1:8080; proxy_set_header X-Remote-User \"\"; "
                     'proxy_set_header X-Forwarded-User ""; proxy_set_header Cookie $liberations_cookie;',
                     ["critical: visitors can sign in under any name"]),
}


@case("nginx", "openssl")
def doctor_follows_try_files_of_nginx_past_the_sign_in():
    with World(founded=False) as world:
        server = Nginx(world)
        for name, (text, wanted) in HANDED_OVER.items():
            server.put(WEB, APP_PLACE, lambda _: f"\tlocation / {{ auth_request /liberations-gate; {FILES}{text} }}\n")  # pylint: disable=cell-var-from-loop
            with open(server.site, encoding="utf-8") as file:
                whole = file.read()
            expect(whole.count(GATE_OF_ALL) == 1, whole)
            server.put_text(whole.replace(GATE_OF_ALL, ""))
            server.takes_it()
            told = [f"{one['severity']}: {one['text']}" for one in server.found()]
            expect(len(told) == len(wanted) and all(map(str.startswith, told, wanted)), f"{name}: {told}")


def add_cases():
    """Each is added where it stands."""
