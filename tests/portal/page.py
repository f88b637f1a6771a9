"""A page process with a connection and a keeper's end of its own: what a request makes of it, byte for byte."""
import os
import socket
import subprocess

from handing import start_with

BUILD = os.environ.get("LBR_BUILD", "build")
READERS = os.path.abspath(os.environ.get("LBR_READERS", BUILD))  # see cage-log
PROGRAM = os.path.join(READERS, "liberations-portal-page")
SAYS, SHEET, SESSIONS = 4, 10, 8


class Frame:
    """The fields of a frame: tag, length, bytes; see lib/plain/wire_field.h."""

    def __init__(self, kind):
        self.bytes, self.tag = kind.encode(), 0

    def put(self, raw):
        self.tag += 1
        self.bytes += bytes([self.tag]) + len(raw).to_bytes(2, "big") + raw
        return self

    def number(self, *values):
        for value in values:
            self.put(int(value).to_bytes(8, "big"))
        return self

    def text(self, *values):
        for value in values:
            self.put(value.encode())
        return self


def fields_of(frame):
    """The bytes of a frame's fields, in order; the first one is field 1."""
    at, found = 1, [None]
    while at < len(frame):
        length = int.from_bytes(frame[at + 1:at + 3], "big")
        found.append(frame[at + 3:at + 3 + length])
        at += 3 + length
    return found


def start_reader(program, *given):
    return start_with([program], given, env={}, stdout=subprocess.DEVNULL)


def start_page(asks):
    """A page process that waits for its connection; `asks` is its end of the socket to the keeper."""
    with open(os.devnull, "rb") as nothing:
        return start_reader(PROGRAM, nothing.fileno(), asks)


PAGE, GO, FAULT, STYLE, UP = 1, 2, 3, 4, 5


def tell(kind, status=0, wait=0, origin="", own="", go="", session=None, form="", language=0, forget="", page=0, user="", back="",
         said=0, go_cookie="", allowed=""):
    """A frame of struct lbr_page_tell, as the keeper would send it."""
    frame = Frame("p").number(kind, status, wait).text(origin, own, go)
    frame.number(0 if session is None else 1 if session else 2).text(session or "", form, go_cookie).number(language)
    frame.text(forget, allowed)
    frame.number(page, 1).text("/liberations", "Site", "", "ACME").number(0, 0)
    frame.text("number", user, back, "").number(said, 0, 0)
    frame.number(0, 0, 0).text("", "").number(0, 0, 0, 0, 0, 0)
    return frame.text("", "", "").number(0, 0).bytes


class Page:
    """One page process. `answer`: what its keeper says to the first question; None: the keeper is gone."""

    def __init__(self, answer=None):
        self.client, theirs = socket.socketpair()
        self.keeper, asks = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.answer, self.question = answer, None

        self.process = start_page(asks.fileno())
        asks.close()
        self.give(theirs)
        self.client.settimeout(15)
        self.keeper.settimeout(15)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.client.close()
        self.keeper.close()
        self.process.kill()
        self.process.wait()

    def give(self, connection):
        with connection:
            socket.send_fds(self.keeper, [b"\0"], [connection.fileno()])

    def serve_keeper(self):
        """Reads the question, if there is one, and answers it."""
        self.question = self.keeper.recv(20000)
        if self.question and self.answer is not None:
            self.keeper.send(self.answer)

    def read(self):
        found = b""
        try:
            while piece := self.client.recv(65536):
                found += piece
        except ConnectionResetError:
            pass
        return found


def ask(request, answer=None, gone=False):
    """Sends the bytes of a request; returns the answer's status, its head and its body, and the question that the keeper heard."""
    with Page(answer) as page:
        if gone:
            page.keeper.close()
        try:
            page.client.sendall(request)
        except (BrokenPipeError, ConnectionResetError):
            pass
        if answer is not None:
            page.serve_keeper()
        raw = page.read()
        head, _, body = raw.partition(b"\r\n\r\n")
        status = int(head.split(b" ", 2)[1]) if head else 0
        page.client.close()
        page.process.wait(15)
        return status, head.decode("latin-1"), body, page.question, page.process.returncode
