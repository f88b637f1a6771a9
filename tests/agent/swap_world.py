"""A place where others may swap things, and true copies of it outside."""
import hashlib
import os
import shutil
import stat
import subprocess

import service
from stage import OWNER, PASSWORD

OTHER = 64259


class World:
    """A store, a configuration and a socket directory, and what an attacker would like to have touched instead. All of it in
    memory: the copies are many small files."""
    def __init__(self, stage, name, hostile):
        if not os.path.ismount(stage.path("swap")):
            os.makedirs(stage.path("swap"))
            stage.run("mount", "-t", "tmpfs", "-o", "mode=0755", "tmpfs", stage.path("swap"))
        name = "swap/" + name
        self.stage, self.top, self.outside = stage, stage.path(name), stage.path(name + "-outside")
        theirs = self.path("theirs") if hostile else self.top
        self.etc, self.run, self.keys = self.path("etc"), self.path("run"), os.path.join(theirs, "keys")
        self.config, self.state = os.path.join(self.etc, "liberations.conf"), os.path.join(theirs, "state")
        for room in (self.top, theirs, self.etc, self.run, self.keys):
            os.makedirs(room, exist_ok=True)
        with open(self.config, "w") as file:
            file.write("state = %s\nuser = %d\nseal-key = %s/seal.key\nhash-cost = 1\n" % (self.state, OWNER, self.keys))
        stage.run(stage.build + "/liberations", "init", "--config", self.config, "--owner", str(OWNER))
        self.victims = ["victim"]
        for name in self.victims + ["right"]:
            self.lbr_world("set", name)
        self.lbr_world("set", "right", "password=" + PASSWORD)
        self.fresh = 0
        services = os.path.join(self.top, "services")
        service.write(services, "swap", stage.build + "/pam_liberations.so", "config=" + self.config,
                      "agent=" + stage.agent, "socket=%s/agent.sock" % self.run)
        self.services = shutil.move(services, self.top + "-services")
        self.make_outside()
        if hostile:
            for room, owner in ((self.top, OTHER), (self.etc, OTHER), (theirs, OWNER), (self.keys, OWNER)):
                os.chown(room, owner, owner)

    def path(self, *words):
        return os.path.join(self.top, *words)

    def lbr_world(self, *words):
        return self.stage.run(os.path.join(self.stage.build, "tests", "lbr-world"), self.config, *words)

    def make_outside(self):
        """True copies, so that a program that follows a lure finds what is to be written: of root, of the owner, of another."""
        for name, owner in (("owner", OWNER), ("root", 0), ("other", OTHER)):
            copy = os.path.join(self.outside, name)
            self.stage.run("mkdir", "-p", self.outside)
            self.stage.run("cp", "-a", self.top, copy)
            if name != "owner":
                self.stage.run("chown", "-R", "%d:%d" % (owner, owner), copy)

    def seen_outside(self):
        """Everything there: kind, mode, owner, length, time of the last write, contents."""
        seen = {}
        for room, rooms, files in os.walk(self.outside):
            for name in [""] + rooms + files:
                path = os.path.join(room, name)
                info = os.lstat(path)
                content = ""
                if stat.S_ISREG(info.st_mode):
                    with open(path, "rb") as file:
                        content = hashlib.sha256(file.read()).hexdigest()
                seen[path] = (info.st_mode, info.st_uid, info.st_gid, info.st_size, info.st_mtime_ns, content)
        return seen

    def relatives_of(self, name):
        """What the product opens for a person, beneath the state directory."""
        found = {"accounts", "counters", "history", "counters/decoy"}
        for path in subprocess.run(["find", self.state, "-name", name], stdout=subprocess.PIPE, text=True).stdout.split():
            inside = os.path.relpath(path, self.state)
            shard = os.path.dirname(inside)
            found |= {inside, shard, "%s/.%s.tmp" % (shard, name)}
            if inside.startswith("accounts/"):
                other = inside.replace("accounts/", "history/")
                found |= {other, os.path.dirname(other), "%s/.%s.tmp" % (os.path.dirname(other), name)}
            if inside.startswith("counters/"):
                found |= {shard + "/.lock"}
        return sorted(found)
