"""The log as the machine's administrator would see it: a socket at /dev/log that keeps every line."""
import itertools
import os
import socket
import threading
import time


SETTLED = b"settled %d"


class LogBox:
    def __init__(self, path):
        self.lines = []
        self.path, self.marks = path, itertools.count()
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(path)
        os.chmod(path, 0o666)
        threading.Thread(target=self.collect, daemon=True).start()

    def collect(self):
        while True:
            self.lines.append(self.socket.recv(65536).rstrip(b"\0\n"))

    def settle(self):
        """What was sent before this is among the lines: the socket is a queue."""
        word, end = SETTLED % next(self.marks), time.monotonic() + 30
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
            sender.sendto(word, self.path)
        while word not in self.lines[-1000:] and time.monotonic() < end:
            time.sleep(0.001)

    def mark(self):
        self.settle()
        return len(self.lines)

    def since(self, mark, word=b"liberations"):
        self.settle()
        return [line for line in self.lines[mark:] if word in line]

    def tail(self, mark):
        """The last lines since the mark, for the report of a failure."""
        told = [line for line in self.lines[mark:] if not line.startswith(SETTLED[:-2])]
        return [line.decode("utf-8", "backslashreplace") for line in told[-12:]]

    def wait_for(self, mark, word, timeout_s=600):
        """The lines after `mark` that contain `word`, as soon as there is one; empty after the time is over."""
        end = time.monotonic() + timeout_s
        while time.monotonic() < end:
            found = self.since(mark, word)
            if found:
                return found
            time.sleep(0.02)
        return []
