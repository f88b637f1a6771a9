"""Agent, module and services in a place of their own, where another release can be put over them."""
import os
import shutil
import time

import service
from stage import STEP_S, Listener, code_of


class Installed:
    """A place where agent and module are installed, a listener of that agent, and three services."""
    def __init__(self, stage, name):
        self.stage, self.top = stage, stage.path(name)
        os.makedirs(self.top)
        self.agent, self.module = os.path.join(self.top, "liberations-agent"), os.path.join(self.top, "pam_liberations.so")
        self.services = os.path.join(self.top, "services")
        self.put_agent(1)
        self.put_module(1)
        before, stage.agent = stage.agent, self.agent
        try:
            self.listener = Listener(stage, name + "-run").wait_ready()
        finally:
            stage.agent = before
        config, socket = "config=" + stage.config, "socket=" + self.listener.agent
        service.write(self.services, "own", self.module, config, "socket=%s/none" % self.top, "agent=" + self.agent)
        service.write(self.services, "both", self.module, config, socket, "agent=" + self.agent)
        service.write(self.services, "person", self.module, config, socket)

    def source(self, path, version):
        rooms = {-1: ["tests", "oldest"], 0: ["tests", "before"], 1: [], 2: ["tests", "next"]}[version]
        return os.path.join(self.stage.build, *rooms, os.path.basename(path))

    def put_agent(self, version, how="rename"):
        replace(self.source(self.agent, version), self.agent, how)

    def put_module(self, version, how="rename"):
        replace(self.source(self.module, version), self.module, how)

    def sign_in(self, way, person, password, step):
        answers = [password, code_of(moment=step * STEP_S)]
        return service.sign_in(self.stage, self.services, way, person.name, answers, person.uid if way == "person" else None)

    def close(self):
        self.listener.stop()
        shutil.rmtree(self.top)


def replace(source, target, how):
    """As `make install` does it; or the file is away for a moment; or half of it is there for a moment."""
    if how == "piecemeal":
        os.unlink(target)
        with open(source, "rb") as file:
            data = file.read()
        with open(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o755), "wb", buffering=0) as file:
            file.write(data[:len(data) // 2])
            time.sleep(0.02)
            file.write(data[len(data) // 2:])
        return
    shutil.copy(source, target + ".new")
    os.chmod(target + ".new", 0o755)
    if how == "gap" and os.path.exists(target):
        os.unlink(target)
        time.sleep(0.02)
    os.rename(target + ".new", target)
