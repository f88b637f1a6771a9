"""Sign-ins without pause, three ways: a module that starts its agent, the listener, and a real ssh client. And a web server's questions
to the portal's gate, whether a visitor may pass."""
import socket
import subprocess
import threading
import time

from machine import CALM, Trouble

OWN, LISTENER, SSH, GATE = "own", "listener", "ssh", "gate"
QUESTION = b"GET /authz/app.example.org HTTP/1.1\r\nHost: app.example.org\r\nX-Original-URI: /\r\nConnection: close\r\n\r\n"


class Load:
    def __init__(self, machine, crowd, portal=True):
        self.machine, self.crowd, self.over = machine, crowd, False
        self.count, self.failed, self.lost, self.said, self.ways = 0, 0, 0, [], {OWN: 0, LISTENER: 0, SSH: 0, GATE: 0}
        self.lock = threading.Lock()
        # The module asks the listener first where its socket exists; with a socket that does not, it starts the agent itself.
        for way, argument in ((OWN, "socket=/nonexistent/agent.sock "), (LISTENER, "")):
            machine.write("etc/pam.d/load-" + way, "auth required pam_liberations.so %sfactors=password\n" % argument)
        self.threads = [threading.Thread(target=self.run, args=(self.by_pam, way, crowd[at])) for at, way in enumerate((OWN, LISTENER))]
        self.threads.append(threading.Thread(target=self.run, args=(self.by_ssh, SSH, crowd[-1])))
        if portal:
            self.threads.append(threading.Thread(target=self.run, args=(self.by_gate, GATE, None)))
        for thread in self.threads:
            thread.start()

    @property
    def during(self):
        return min(self.ways[OWN], self.ways[LISTENER], self.ways[GATE])

    def by_pam(self, way, person):
        done = subprocess.run(self.machine.enter("pamtester", "load-" + way, person.name, "authenticate"), input=person.password + "\n",
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, env=CALM)
        return done.returncode == 0, done.stdout

    @staticmethod
    def by_ssh(_, person):
        return person.sign_in() == person.name, "ssh"

    def by_gate(self, *_):
        """A stranger may not pass, and hears so."""
        time.sleep(0.05)
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as asking:
                asking.settimeout(30)
                asking.connect("/proc/%s/root/run/liberations/gate.sock" % self.machine.pid)
                asking.sendall(QUESTION)
                said = asking.recv(64)
        except (ConnectionResetError, BrokenPipeError):
            said = b""
        except OSError as trouble:
            said = repr(trouble).encode()
        return said.startswith(b"HTTP/1.1 401 "), said

    def run(self, sign_in, way, person):
        while not self.over:
            good, said = sign_in(way, person)
            with self.lock:
                self.count += 1
                self.ways[way] += 1
                if way == GATE and said == b"":
                    self.lost += 1  # the portal was stopped while it answered
                elif not good:
                    self.failed += 1
                    self.said.append((way, time.strftime("%T"), said))

    def wait_for(self, count):
        until = time.monotonic() + 600
        while self.count < count:
            if time.monotonic() > until:
                raise Trouble("so few sign-ins: %d %s" % (self.count, self.said))
            time.sleep(0.1)

    def end(self):
        self.over = True
        for thread in self.threads:
            thread.join()
        for way in (OWN, LISTENER):
            self.machine.do("rm /etc/pam.d/load-" + way)
        return self
