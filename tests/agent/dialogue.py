"""The module's side of the protocol, written from wire.h alone."""
import base64
import os
import re
import select
import socket
import struct
import time

DENY, UNAVAILABLE, UNKNOWN, CONVERSATION, EXPIRED, DISABLED, REFUSED, OLD_WRONG, NOT_READY, NOT_CHANGED, ASK_FIRST, PERHAPS = range(12)
VERSION = 3
ALLOW = 0x6c627259
AUTHENTICATE, ACCOUNT, CHANGE, REPLACE_TOKEN, STANDING = 1, 2, 3, 4, 5
FACTORS = {"both": 0, "token": 1, "password": 2}
HELLO = ["version", "factors", "entry", "password", "unknown", "expired", "qr", "messages", "language", "enroll", "publickey"]


def key_on_screen(text):
    """The token's key as hex, from its line of eight groups below or above a QR code."""
    line, = re.findall(r"^ *((?:[A-Z2-7]{4} ){7}[A-Z2-7]{4})$", text, re.M)
    return base64.b32decode(line.replace(" ", "")).hex()


class Gone(Exception):
    """The agent closed the connection, or broke the protocol."""


def number(value):
    return struct.pack(">Q", value)


def frame(kind, *fields):
    body = kind.encode()
    for tag, content in enumerate(fields, 1):
        body += struct.pack(">BH", tag, len(content)) + content
    return struct.pack(">I", len(body)) + body


def fields_of(body):
    found, at = [], 1
    while at < len(body):
        tag, length = struct.unpack(">BH", body[at:at + 3])
        if tag != len(found) + 1:
            raise Gone("fields out of order")
        found.append(body[at + 3:at + 3 + length])
        at += 3 + length
    return found


def hello(service="test", rhost="", tty="", **terms):
    values = dict({"version": VERSION, "language": 1}, **terms)
    numbers = [number(values.get(word, 0)) for word in HELLO]
    real_uid = [number(values.get("real_uid", os.getuid())), number(values.get("system_user", 0)),
                number(values.get("system_uid", 0))] if values["version"] > 1 else []
    structured = [number(values.get("structured", 0))] if values["version"] > 2 else []
    return frame("H", *numbers, *real_uid, *structured, service.encode(), rhost.encode(), tty.encode())


def request(kind, serial, user, password=b"", code=b"", silent=0, prelim=0, only_expired=0, answered=0, one_answer=0,
            unreadable=0, standing=b""):
    flags = [silent, prelim, only_expired, 1 if kind == AUTHENTICATE else answered, one_answer, unreadable]
    return frame("R", number(kind), number(serial), user.encode(), *[number(flag) for flag in flags], password, code,
                 *([standing] if kind == STANDING else []))


LATER = object()  # in the place of an answer: more time is asked for
PLAIN = {"S": 2, "Q": 3, "V": 5}  # so many fields, and more to a structured client alone


def answer(given):
    if given is LATER:
        return frame("A", number(0), b"", number(1))
    return frame("A", number(given is not None), (given or "").encode())


def whole(field):
    return struct.unpack(">Q", field)[0]


class Page:
    """A question as a structured client gets it."""
    def __init__(self, fields):
        self.purpose, self.text = whole(fields[0]), fields[2].decode()
        self.tries_left, self.uri, self.key = whole(fields[3]), fields[4].decode(), fields[5].decode()
        self.codes = [code.decode() for code in fields[7:]]
        if whole(fields[6]) != len(self.codes):
            raise Gone("another number of codes")


class Facts:
    def __init__(self, fields):
        self.standing = fields[0]
        self.expires_s, self.changeable_s, self.last_sign_in_s, self.recovery_left, self.language = map(whole, fields[1:])


class Talk:
    """One connection. `answers` are given to the agent's questions in their order."""
    def __init__(self, link, timeout=600, **terms):
        self.link, self.serial, self.said, self.asked = link, 0, [], []
        self.structured, self.words, self.pages, self.facts = terms.get("structured", 0), [], [], None
        link.settimeout(timeout)
        self.send(hello(**terms))
        kind, fields = self.receive()
        if kind != "W" or fields[0] != number(terms.get("version", VERSION)):
            raise Gone("no welcome")

    def send(self, data):
        try:
            self.link.sendall(data)
        except (BrokenPipeError, ConnectionResetError) as error:
            raise Gone("closed while sending") from error

    def exactly(self, count):
        data = b""
        while len(data) < count:
            try:
                part = self.link.recv(count - len(data))
            except (ConnectionResetError, BrokenPipeError) as error:
                raise Gone("reset") from error
            except socket.timeout as error:
                raise Gone("silence") from error
            if not part:
                raise Gone("closed")
            data += part
        return data

    def receive_ready(self):
        """What is there now, or None; an end is Gone."""
        return self.receive() if select.select([self.link], [], [], 0)[0] else None

    def receive(self):
        body = self.exactly(struct.unpack(">I", self.exactly(4))[0])
        return chr(body[0]), fields_of(body)

    def ask(self, kind, user, password="", code="", answers=(), **flags):
        """One request; the result of its verdict. What has to be asked first is asked as the module does it."""
        answers = list(answers)
        result = self.request(kind, user, password, code, answers, **flags)
        if result != ASK_FIRST:
            return result
        self.asked += ["Current password: ", "Security token: "]
        if len(answers) < 2:
            return CONVERSATION
        password, code = answers.pop(0), answers.pop(0)
        return self.request(kind, user, password, code, answers, answered=1, **flags)

    def request(self, kind, user, password, code, answers, **flags):
        """One frame, and what comes until its verdict; `answers` are used up."""
        self.serial += 1
        self.send(request(kind, self.serial, user, password.encode(), code.encode(), **flags))
        return self.until_reply(answers)

    def until_reply(self, answers):
        while True:
            what, fields = self.receive()
            if what not in PLAIN or not self.structured and len(fields) != PLAIN[what]:
                raise Gone("an unexpected frame %s of %d fields" % (what, len(fields)))
            more = fields[PLAIN[what]:]
            if what == "S":
                self.said.append(fields[1].decode())
                self.words += [more[0].decode()] if more else []
            elif what == "Q":
                self.asked.append(fields[2].decode())
                self.pages += [Page(fields)] if more else []
                self.answer(answers)
            elif fields[1] == number(self.serial):
                self.facts = Facts(more) if more else None
                return whole(fields[0])
            else:
                raise Gone("a reply to another request")

    def answer(self, answers):
        while True:
            given = answers.pop(0) if answers else None
            given = given() if callable(given) else given
            self.send(answer(given))
            if given is not LATER:
                return

    def sign_in(self, user, password, code, **flags):
        return self.ask(AUTHENTICATE, user, password, code, **flags)

    def close(self):
        self.link.close()


def connect_within(link, path, seconds):
    """As the module does it: a full queue is tried again for a second."""
    end = time.monotonic() + seconds
    while True:
        try:
            return link.connect(path)
        except BlockingIOError:
            if time.monotonic() > end:
                raise
            time.sleep(0.02)


def connect(path, **terms):
    link = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    link.settimeout(60)
    try:
        connect_within(link, path, 1)
        return Talk(link, **terms)
    except BaseException:
        link.close()
        raise
