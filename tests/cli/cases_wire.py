"""What mail systems make of messages: the bytes that leave them, by SMTP, at the host that they hand mail to."""
import email
import email.policy
import os
import re
import shutil
import socketserver
import subprocess
import threading
import time

from cases_message import carriers, crowd
from cases_notify import noticed
from harness import add_case, expect, need, same
from mta import EXIM, EXIM_CONFIG, Exim, Mailer, script
from world import OWNER, ROOT, World, need_root

TEXT = "L\u2019atelier \u00ab\u00a0Nord\u00a0\u00bb ferme à 20\u00a0h"
PLAIN = "L'atelier \"Nord\" ferme à 20 h\r\n".encode()

POSTFIX_MAIN = """\
compatibility_level = 3.6
queue_directory = {directory}/queue
data_directory = {directory}/data
maillog_file = {directory}/log/mail
maillog_file_prefixes = {directory}
myhostname = mail.example
myorigin = mail.example
mydestination =
relayhost = [127.0.0.1]:{port}
inet_interfaces = loopback-only
inet_protocols = ipv4
smtp_dns_support_level = disabled
smtputf8_enable = no
local_recipient_maps =
alias_maps =
"""

POSTFIX_MASTER = "".join(f"{name} {kind} {private} - n {wake} {most} {program}\n" for name, kind, private, wake, most, program in (
    ("pickup", "unix", "n", "60", "1", "pickup"), ("cleanup", "unix", "n", "-", "0", "cleanup"),
    ("qmgr", "unix", "n", "300", "1", "qmgr"), ("rewrite", "unix", "-", "-", "-", "trivial-rewrite"),
    ("bounce", "unix", "-", "-", "0", "bounce"), ("defer", "unix", "-", "-", "0", "bounce"), ("trace", "unix", "-", "-", "0", "bounce"),
    ("smtp", "unix", "-", "-", "-", "smtp"), ("relay", "unix", "-", "-", "-", "smtp"), ("error", "unix", "-", "-", "-", "error"),
    ("retry", "unix", "-", "-", "-", "error"), ("local", "unix", "-", "-", "-", "local"), ("showq", "unix", "n", "-", "-", "showq"),
    ("postlog", "unix-dgram", "n", "-", "1", "postlogd"), ("proxymap", "unix", "-", "-", "-", "proxymap")))

POSTFIX_RUN = """\
set -eu
mount --bind "$1" /etc/postfix
shift
postfix start >/dev/null 2>&1
trap 'postfix stop >/dev/null 2>&1' EXIT
"$@"
postqueue -f
while [ -n "$(find {directory}/queue/maildrop {directory}/queue/incoming {directory}/queue/active -type f)" ]; do sleep 0.1; done
"""


class Session(socketserver.StreamRequestHandler):
    """RFC 5321, as much of it as a sink needs. Keeps (from, recipients, bytes between DATA and the dot)."""

    def say(self, line):
        self.wfile.write(line.encode() + b"\r\n")

    def handle(self):
        sender, recipients = "", []
        self.say("220 sink.example ESMTP")
        for line in self.rfile:
            word = line.strip().decode("ascii", "replace")
            verb = word[:4].upper()
            if verb == "EHLO":
                self.say("250-sink.example")
                self.say("250 8BITMIME")
            elif verb == "MAIL":
                sender, recipients = re.search(r"<(.*?)>", word).group(1), []
                self.say("250 ok")
            elif verb == "RCPT":
                recipients.append(re.search(r"<(.*?)>", word).group(1))
                self.say("250 ok")
            elif verb == "DATA":
                self.say("354 go")
                lines = list(iter(self.rfile.readline, b".\r\n"))
                self.server.mails.append((sender, recipients, b"".join(lines)))
                self.say("250 taken")
            elif verb == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 ok")


class Sink(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Session)
        self.mails = []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def wait(self, count):
        end = time.time() + 600
        while len(self.mails) < count and time.time() < end:
            time.sleep(0.02)
        same(len(self.mails), count)
        return sorted(self.mails, key=lambda mail: mail[1])


class EximToSink(Exim):
    def __init__(self, world, sink):
        super().__init__(world)
        text = EXIM_CONFIG.format(directory=self.directory, uid=OWNER if ROOT else os.getuid(), gid=OWNER if ROOT else os.getgid())
        text = text[:text.index("begin routers")]
        text += "begin routers\nout:\n  driver = manualroute\n  transport = out\n  route_list = * 127.0.0.1\n  self = send\n"
        text += f"begin transports\nout:\n  driver = smtp\n  port = {sink.server_address[1]}\n  hosts_avoid_tls = *\n  allow_localhost\n"
        config = os.path.join(self.directory, "exim.conf")
        with open(config, "w", encoding="utf-8") as file:
            file.write(text)
        script(self.program, f'#!/bin/sh\nexec {EXIM} -C {config} -odf "$@"\n')

    def run(self, *words, stdin=""):
        return self.world.run(*words, stdin=stdin).code


class PostfixToSink(Mailer):
    """A Postfix of its own, in a mount namespace where /etc/postfix is ours; it gets the whole run of the command."""

    def __init__(self, world, sink):
        need("/usr/sbin/postfix")
        need_root()
        super().__init__(world)
        self.program = "/usr/sbin/sendmail"
        self.config = os.path.join(self.directory, "postfix")
        shutil.copytree("/etc/postfix", self.config, symlinks=True)  # its scripts stand there too
        for name in ("queue", "data"):
            os.mkdir(os.path.join(self.directory, name), 0o755)
        subprocess.run(["chown", "postfix:", os.path.join(self.directory, "data")], check=True)
        for name, text in (("main.cf", POSTFIX_MAIN.format(directory=self.directory, port=sink.server_address[1])),
                           ("master.cf", POSTFIX_MASTER)):
            with open(os.path.join(self.config, name), "w", encoding="ascii") as file:
                file.write(text)
        os.chmod(self.directory, 0o755)
        os.chown(os.path.join(self.directory, "log"), 0, 0)

    def run(self, *words, stdin=""):
        done = subprocess.run(["unshare", "-m", "sh", "-c", POSTFIX_RUN.format(directory=self.directory), "sh", self.config,
                               *self.world.line(*words)], input=stdin.encode(), capture_output=True, timeout=600, check=False,
                              cwd="/", env=self.world.environment(PATH="/usr/sbin:/usr/bin:/sbin:/bin"))
        expect(done.returncode == 0 or b"mount" not in done.stderr, done.stderr)
        return done.returncode


def judge(mail, sender, recipient, body, subject=None):
    mailed_by, recipients, data = mail
    same((mailed_by, recipients), (sender, [recipient]))
    head, text = data.split(b"\r\n\r\n", 1)
    same(text, body)
    expect(b"\n" not in head.replace(b"\r\n", b""), "a bare line end in the head", head)
    parsed = email.message_from_bytes(data, policy=email.policy.SMTP)
    own = [name for name in parsed.keys() if name not in ("Received", "Return-Path")]
    wanted = ["From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type", "Content-Transfer-Encoding"]
    same([name.lower() for name in own], [name.lower() for name in wanted if subject or name != "Subject"])
    same((parsed["From"], parsed["To"], parsed["Subject"]), (sender, recipient, subject))
    same((parsed.get_content_type(), parsed.get_content_charset(), parsed["Content-Transfer-Encoding"]), ("text/plain", "utf-8", "8bit"))


def on_the_wire(kind):
    """One recipient a mail, no subject on the way to a gateway, the headers and the bytes that were written, nothing else."""
    with Sink() as sink, World() as world:
        mailer = kind(world, sink).set_up("mail-from = it@mail.example", "issuer = ACME", "sendmail-wait = 30 s")
        crowd(world, "alice", "bob")
        carriers(world)
        same(world.run("contact", "bob", "--phone", "5145550123", "--carrier", "telus").code, 0)
        same(mailer.run("message", "--all", TEXT), 0)
        alice, bob = reversed(sink.wait(2))
        judge(alice, "it@mail.example", "alice@example.org", PLAIN)
        judge(bob, "it@mail.example", "5145550123@msg.telus.com", PLAIN)
        sink.mails.clear()
        same(mailer.run("message", "alice", stdin=".\n"), 0)
        judge(sink.wait(1)[0], "it@mail.example", "alice@example.org", b"..\r\n")
        sink.mails.clear()
        noticed(world, "carol")
        same(mailer.run("notify"), 0)
        (mail,) = sink.wait(1)
        judge(mail, "it@mail.example", "carol@example.org", mail[2].split(b"\r\n\r\n", 1)[1], "ACME")
        same(sorted(os.listdir(os.path.join(world.state, "spool"))), [".lock", ".sent"])


def add_cases():
    add_case("sec_1_77_on_the_wire_of_exim", on_the_wire, EximToSink)
    add_case("sec_1_77_on_the_wire_of_postfix", on_the_wire, PostfixToSink)
