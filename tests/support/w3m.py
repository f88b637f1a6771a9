"""A real w3m at a pseudo-terminal: what a person at a text browser types and sees.

Boxes and buttons are found as a person finds them: by the words before them, then Tab.
"""
import os
import re
import shutil
import tempfile
import time

try:
    import pexpect
except ImportError:  # cases say that they need it
    pexpect = None

ROWS, COLUMNS = 60, 110
WAIT_S = 600
MOVES = re.compile(r"\x1b\[(\d*)(?:;(\d*))?([A-Za-z])|\x1b\[\?\d+[hl]|\x1b\[[\d;]*t|\x1b[()][0AB]|\x1b[=>78]|[\r\n\b]|[^\x1b\r\n\b\x07]")


class Fault(AssertionError):
    """w3m does not show what it should."""


class Screen:
    """As much of a terminal as w3m uses."""

    def __init__(self):
        self.rows, self.row, self.column = [[" "] * COLUMNS for _ in range(ROWS)], 0, 0

    def feed(self, text):
        for one in MOVES.finditer(text):
            first, second, kind = one.groups()
            if kind:
                self.move(kind, int(first or 0), int(second or 0))
            elif one.group() == "\r":
                self.column = 0
            elif one.group() == "\n":
                self.row = min(self.row + 1, ROWS - 1)
            elif one.group() == "\b":
                self.column = max(self.column - 1, 0)
            elif one.group()[0] != "\x1b":
                self.rows[self.row][min(self.column, COLUMNS - 1)] = one.group()
                self.column += 1

    def move(self, kind, first, second):
        if kind == "H":
            self.row, self.column = min(max(first, 1), ROWS) - 1, min(max(second, 1), COLUMNS) - 1
        elif kind == "C":
            self.column += first or 1
        elif kind == "K":
            self.rows[self.row][self.column:] = [" "] * (COLUMNS - self.column)
        elif kind == "J":
            self.rows = [[" "] * COLUMNS for _ in range(ROWS)]

    def text(self):
        return "\n".join("".join(row).rstrip() for row in self.rows).replace("\u00a0", " ")


class W3m:
    def __init__(self, url, language="en"):
        self.directory = tempfile.mkdtemp(prefix="lbr-w3m.")
        self.screen = Screen()
        options = ["ssl_verify_server=0", "accept_language=" + language, "use_mouse=0", "wrap_search=1", "use_history=0"]
        words = [word for option in options for word in ("-o", option)]
        self.child = pexpect.spawn("w3m", words + ["-cookie", url], encoding="utf-8", dimensions=(ROWS, COLUMNS), timeout=WAIT_S,
                                   env={"HOME": self.directory, "TERM": "xterm", "PATH": os.environ.get("PATH", ""),
                                        "LC_ALL": "C.UTF-8"})

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.child.close(force=True)
        shutil.rmtree(self.directory, ignore_errors=True)

    def look(self):
        """What is on the screen once it has been still for a moment."""
        while True:
            try:
                self.screen.feed(self.child.read_nonblocking(65536, 0.1))
            except pexpect.TIMEOUT:
                return self.screen.text()
            except pexpect.EOF as trouble:
                raise Fault("w3m has ended: " + self.screen.text()) from trouble

    def wait_for(self, words):
        until = time.monotonic() + WAIT_S
        while words not in self.look():
            if time.monotonic() > until:
                raise Fault(f"{words!r} does not come: {self.screen.text()}")
        return self.screen.text()

    def see(self, title):
        """The page of this title is there, and whole."""
        return self.wait_for(f"<{title}"[:60])

    def seek(self, words, tabs=1):
        """The cursor on the link or box that comes behind these words of the page."""
        self.child.send("g/")
        self.wait_for("Forward:")
        self.child.send(words + "\r")
        self.look()
        self.child.send("\t" * tabs)
        self.look()

    def put(self, words, text, tabs=1):
        self.seek(words, tabs)
        self.child.send("\r")
        until = time.monotonic() + WAIT_S
        while not re.search(r"^(TEXT|Password):", self.look().split("\n")[-1]):
            if time.monotonic() > until:
                raise Fault(f"there is no box behind {words!r}: {self.screen.text()}")
        self.child.send(text + "\r")
        self.look()

    def press(self, words, tabs=1):
        """The link or button behind these words."""
        self.seek(words, tabs)
        self.child.send("\r")
