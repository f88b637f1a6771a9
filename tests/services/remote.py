"""Mail and remote desktops with their recipes: Dovecot with its own configuration, xrdp's session manager."""
import imaplib
import os
import socket
import ssl
import subprocess
import time

from harness import Failure
from consumers import ENVIRONMENT
from servers import Server, certificate

DOVECOT = "/etc/dovecot/conf.d/10-auth.conf"
# Read last, from where the packaged configuration looks for it. Refusals would be delayed by address otherwise.
LOCAL = """protocols = imap
listen = 127.0.0.1
log_path = /var/log/dovecot.log
state_dir = {place}
mail_location = maildir:~/Maildir
auth_failure_delay = 0
service imap-login {{
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
"""


class Dovecot(Server):
    method = "dovecot"

    def prepare(self):
        with open(DOVECOT) as file:
            shipped = file.read()
        include = "!include auth-system.conf.ext"
        if "\n" + include not in shipped:
            raise Failure("the recipe tells to replace a line that is not in", DOVECOT)
        self.stage.write(DOVECOT, shipped.replace("\n" + include, "\n" + self.stage.example("dovecot.conf")))
        os.makedirs("/etc/dovecot/private", exist_ok=True)
        certificate("/etc/dovecot/private/dovecot.pem", "/etc/dovecot/private/dovecot.key")
        self.stage.write("/etc/dovecot/local.conf", LOCAL.format(place=self.place, port=self.port))
        self.stage.use_example("dovecot")

    def words(self):
        return ["/usr/sbin/dovecot", "-F", "-c", "/etc/dovecot/dovecot.conf"]

    def answer_to(self, user, answer):
        """None when the mailbox opened, else what the server says."""
        with imaplib.IMAP4("127.0.0.1", self.port, timeout=600) as link:
            link.starttls(ssl._create_unverified_context())
            try:
                link.login(user, answer)
            except imaplib.IMAP4.error as refusal:
                return str(refusal)
            status, words = link.select("INBOX")
            if status != "OK":
                raise Failure("signed in, and no mailbox:", words)
            return None

    def sign_in(self, user, answer):
        refusal = self.answer_to(user, answer)
        if refusal and "AUTHENTICATIONFAILED" not in refusal and "EXPIRED" not in refusal:
            raise Failure("Dovecot says", refusal, self.said())
        return refusal is None


SESMAN = """[Globals]
ListenAddress=127.0.0.1
ListenPort={port}
EnableUserWindowManager=false
DefaultWindowManager={place}/manager
UserWindowManager=none
[Security]
AllowRootLogin=false
[Sessions]
X11DisplayOffset=40
MaxSessions=9
Policy=Separate
[Logging]
LogFile=/var/log/xrdp-sesman.log
LogLevel=INFO
EnableSyslog=false
[Xvnc]
param={place}/display
"""


# A session that ends before sesman has started its channel server is one that sesman never ends.
MANAGER = """#!/bin/sh
id -un >$HOME/session
tries=0
until pgrep -x xrdp-chansrv >/dev/null || [ $tries = 200 ]; do
	sleep 0.05
	tries=$((tries + 1))
done
"""


class Sesman(Server):
    """xrdp's session manager, which xrdp and xrdp-sesrun ask alike."""
    method = "xrdp-sesman"

    def prepare(self):
        self.stage.write(self.path("sesman.ini"), SESMAN.format(place=self.place, port=self.port))
        self.stage.write(self.path("display"), "#!/bin/sh\nexec Xvfb \"$1\" -noreset -nolisten local -nolisten tcp\n", 0o755)
        self.stage.write(self.path("manager"), MANAGER, 0o755)
        self.stage.use_example("xrdp-sesman")

    def connect(self):
        for address in ("::1", "127.0.0.1"):  # whatever it was told, it listens on the first that there is
            try:
                return socket.create_connection((address, self.port)).close()
            except OSError as reason:
                trouble = reason
        raise trouble

    def words(self):
        return ["/usr/sbin/xrdp-sesman", "-n", "-c", self.path("sesman.ini")]

    def sign_in(self, user, answer):
        words = ["/usr/bin/xrdp-sesrun", "-c", self.path("sesman.ini"), "-s", "127.0.0.1", "-t", "Xvnc", "-F", "0", user]
        done = subprocess.run(words, input=answer + "\n", stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              env=ENVIRONMENT)
        if "authentication error" not in done.stdout and "\nok data=1 display=" not in done.stdout:
            raise Failure("sesman says", done.stdout, self.said())
        return "\nok data=1" in done.stdout and self.ran_a_session(user) and self.session_is_over()

    def session_is_over(self):
        """As sesman counts: a person who comes back before that is given the old session, and its agent stays as long."""
        for _ in range(3000):
            with open(self.log_path, errors="replace") as file:
                said = file.read()
            if said.count("++ created session") == said.count("++ terminated session"):
                return True
            time.sleep(0.02)
        raise Failure("a session does not end:", self.said())

    def ran_a_session(self, user):
        """What the window manager of the session left in the person's home."""
        path = self.stage.path("home", user, "session")
        for _ in range(3000):
            if os.path.exists(path) and os.path.getsize(path):
                with open(path) as file:
                    name = file.read().strip()
                os.unlink(path)
                return name == user
            time.sleep(0.02)
        raise Failure("no session began:", self.said())
