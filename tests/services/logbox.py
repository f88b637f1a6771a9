"""The log as the machine's administrator would see it: a socket at /dev/log that keeps every line."""
import os
import socket
import threading
import time


class LogBox:
    def __init__(self, path):
        self.lines = []
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(path)
        os.chmod(path, 0o666)
        threading.Thread(target=self.collect, daemon=True).start()

    def collect(self):
        while True:
            self.lines.append(self.socket.recv(65536).rstrip(b"\0\n"))

    def mark(self):
        return len(self.lines)

    def since(self, mark, word=b"liberations"):
        return [line for line in self.lines[mark:] if word in line]

    def tail(self, mark):
        """The last lines since the mark, for the report of a failure."""
        return [line.decode("utf-8", "backslashreplace") for line in self.lines[mark:][-12:]]

    def wait_for(self, mark, word, timeout_s=30):
        """The lines after `mark` that contain `word`, as soon as there is one; empty after the time is over."""
        end = time.monotonic() + timeout_s
        while time.monotonic() < end:
            found = self.since(mark, word)
            if found:
                return found
            time.sleep(0.02)
        return []
