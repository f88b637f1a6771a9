"""nginx and Apache with their recipes, as www-data."""
import base64
import http.client
import os
import urllib.parse

from harness import Failure
from servers import Server

PAGE = "only for those who signed in\n"


def http_answer(port, path, headers=(), body=None):
    """The status, the headers and the text of one answer."""
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
    try:
        link.request("POST" if body is not None else "GET", path, body=body, headers=dict(headers))
        answer = link.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read().decode("utf-8", "replace")
    finally:
        link.close()


class Web(Server):
    """A site with pages under /private/ (and one page of their own for nginx, whose recipe names single addresses)."""
    def prepare(self):
        os.makedirs(self.path("site", "private"))
        for name in ("private/page", "private/index.html", "sign-in", "index.html", "sign-in.html", "expired.html"):
            self.stage.write(self.path("site", name), PAGE if name == "private/page" else name)

    def ask(self, path, headers=(), body=None):
        return http_answer(self.port, path, headers, body)

    def basic(self, path, user, answer):
        word = base64.b64encode(("%s:%s" % (user, answer)).encode()).decode()
        return self.ask(path, [("Authorization", "Basic " + word)])


# The application behind the recipe's proxy_pass is the second server: it tells what it was told.
NGINX = """user www-data;
worker_processes 1;
daemon off;
pid {place}/pid;
error_log /var/log/nginx-error.log info;
load_module /usr/lib/nginx/modules/ngx_http_auth_pam_module.so;
events {{ }}
http {{
	access_log /var/log/nginx-access.log;
	client_body_temp_path {place}/body;
	proxy_temp_path {place}/proxy;
	fastcgi_temp_path {place}/fastcgi;
	uwsgi_temp_path {place}/uwsgi;
	scgi_temp_path {place}/scgi;
	server {{
		listen 127.0.0.1:{port};
		include {place}/recipe;
		location /directory/ {{
			alias {place}/site/;
			auth_pam "directory";
			auth_pam_service_name "nginx";
		}}
	}}
	server {{
		listen unix:{place}/application;
		location / {{
			return 200 "user=$http_x_remote_user authorization=$http_authorization\\n";
		}}
	}}
}}
"""


class Nginx(Web):
    method = "nginx"

    def prepare(self):
        super().prepare()
        application = "http://unix:%s:" % self.path("application")
        recipe = self.stage.example("nginx.conf").replace("http://127.0.0.1:8080", application)
        self.stage.write(self.path("recipe"), recipe)
        self.stage.write(self.path("nginx.conf"), NGINX.format(port=self.port, place=self.place))
        self.stage.use_example("nginx")

    def words(self):
        return ["/usr/sbin/nginx", "-c", self.path("nginx.conf"), "-e", "/var/log/nginx-error.log"]

    def sign_in(self, user, answer):
        status, _, text = self.basic("/sign-in", user, answer)
        if status not in (200, 401):
            raise Failure("nginx answers", status, self.said())
        return status == 200 and "user=%s authorization=\n" % user in text


APACHE = """ServerRoot {place}
ServerName localhost
PidFile {place}/pid
Listen 127.0.0.1:{port}
User www-data
Group www-data
LogLevel info
ErrorLog /var/log/apache-error.log
{modules}
DefaultRuntimeDir {place}
Mutex file:{place}
DocumentRoot {place}/site
DirectoryIndex index.html
<Directory {place}/site>
	Require all granted
</Directory>
<Location "/basic">
	AuthType Basic
	AuthName "basic"
	AuthBasicProvider PAM
	AuthPAMService apache
	AuthPAMExpiredRedirect /expired.html?user=%u
	Require valid-user
</Location>
Alias /basic {place}/site/private
Include {place}/recipe
"""
MODULES = "mpm_event authn_core authz_core authz_user auth_basic alias dir authnz_pam auth_form request session " \
          "session_cookie session_crypto"


class Apache(Web):
    method = "apache"

    def prepare(self):
        super().prepare()
        # The cookie of the recipe is for TLS alone; here there is none.
        self.stage.write(self.path("recipe"), self.stage.example("apache.conf").replace("Secure;", ""))
        modules = "\n".join("LoadModule %s_module /usr/lib/apache2/modules/mod_%s.so" % (name, name)
                            for name in MODULES.split())
        self.stage.write(self.path("apache.conf"), APACHE.format(place=self.place, port=self.port, modules=modules))
        self.stage.use_example("apache")

    def words(self):
        return ["/usr/sbin/apache2", "-D", "FOREGROUND", "-f", self.path("apache.conf")]

    def sign_in(self, user, answer):
        status, headers, _ = self.post(user, answer)
        return status == 302 and headers.get("Location", "").endswith("/private/")

    def post(self, user, answer):
        """The form: status, headers and text."""
        body = urllib.parse.urlencode({"httpd_username": user, "httpd_password": answer})
        return self.ask("/private/sign-in", [("Content-Type", "application/x-www-form-urlencoded")], body)
