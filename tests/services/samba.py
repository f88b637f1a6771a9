"""Samba, its own passwords and its own client."""
import os
import subprocess

from consumers import ENVIRONMENT
from harness import Failure
from servers import Server

SETTINGS = """[global]
smb ports = {port}
bind interfaces only = yes
interfaces = lo
security = user
private dir = {place}/private
lock directory = {place}/lock
state directory = {place}/state
cache directory = {place}/cache
pid directory = {place}/pid
ncalrpc dir = {place}/rpc
disable netbios = yes
load printers = no
disable spoolss = yes
obey pam restrictions = yes
[there]
path = {place}/there
"""
WORD = "Celui de Samba"  # proven by the protocol, never sent


class Samba(Server):
    method = "samba"

    def prepare(self):
        for name in ["private", "lock", "state", "cache", "pid", "rpc", "there"]:
            os.makedirs(self.path(name), exist_ok=True)
        self.conf = self.path("smb.conf")
        self.stage.write(self.conf, SETTINGS.format(place=self.place, port=self.port))
        self.stage.use_example("samba")

    def words(self):
        return ["/usr/sbin/smbd", "--foreground", "--debug-stdout", "-s", self.conf]

    def give_password(self, name):
        done = subprocess.run(["smbpasswd", "-c", self.conf, "-s", "-a", name], input="%s\n%s\n" % (WORD, WORD), text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if done.returncode != 0:
            raise Failure("smbpasswd:", done.stdout)

    def answer_to(self, name, word=WORD):
        """The client's line for a listing of the share: its error, or what lies there."""
        words = ["smbclient", "-s", self.conf, "-U", name + "%" + word, "-p", str(self.port), "//127.0.0.1/there", "-c", "ls"]
        done = subprocess.run(words, env=ENVIRONMENT, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd="/")
        return done.returncode, done.stdout
