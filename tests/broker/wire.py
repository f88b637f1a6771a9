"""One program that asks the broker: the frames of store_wire.h, written here once more."""
import socket
import struct
import time

from harness import Failure
from patience import Slow

HELLO, LOAD, COMMIT, CREATE, INSTALL = 1, 2, 3, 4, 14
UNREACHABLE, UNKNOWN, CHANGED, REFUSED, DONE = 0, 1, 2, 6, 0x6c627253
NO_SERVER, NO_ANSWER, LOST, NOT_CONFIRMED = 2, 3, 4, 5
NO_STANDBY = 7
NO_RIGHTS, NO_REALM, SCHEMA, FULL, CREDENTIALS = 12, 13, 14, 15, 16
VERSION, DECOY = 1, ".00"
TOLD = ("serial", "result", "cause", "detail", "now_us", "epoch", "floor_step", "key", "name", "found", "has_realm", "has_row")
TEXTS = ("detail", "key", "name")
LATE_S = 1.4  # the shortest deadline of the broker, and a little less


def number(value):
    return struct.pack(">Q", value)


def frame(kind, fields):
    body = kind + b"".join(bytes([tag]) + struct.pack(">H", len(field)) + field for tag, field in enumerate(fields, 1))
    return struct.pack(">I", len(body)) + body


def question(what, serial=1, epoch=0, before=0, name="", other="", folded="", count=0, history=0, alone=0, row=()):
    fields = [number(what), number(serial), number(epoch), number(before), name.encode(), other.encode(), folded.encode(),
              number(count), number(history), number(alone)]
    return frame(b"a", fields + list(row))


def row(version, slot=b"", step=0, generation=0, account=b"", history=b""):
    return [number(version), number(generation), number(step), slot, account, history]


def answered(told, result, *what):
    """That the broker said so."""
    if told["result"] != result:
        raise (Slow if told["late"] else Failure)(*what, "wanted", result, "and was told", told)


class Client:
    """A connection to the broker at `path`."""

    def __init__(self, path):
        self.asked_s = time.monotonic()
        self.link = socket.socket(socket.AF_UNIX)
        self.link.settimeout(20)
        self.link.connect(path)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.link.close()

    def take(self, size):
        got = b""
        while len(got) < size:
            more = self.link.recv(size - len(got))
            if not more:
                raise EOFError("the broker hung up")
            got += more
        return got

    def hear(self):
        body = self.take(struct.unpack(">I", self.take(4))[0])
        fields, at = [], 1
        while at < len(body):
            length = struct.unpack(">H", body[at + 1:at + 3])[0]
            fields.append(body[at + 3:at + 3 + length])
            at += 3 + length
        told = {name: field.decode() if name in TEXTS else int.from_bytes(field, "big") for name, field in zip(TOLD, fields)}
        told["late"] = told["result"] in (UNREACHABLE, UNKNOWN) and time.monotonic() - self.asked_s > LATE_S
        if told["has_row"]:
            told["version"] = int.from_bytes(fields[len(TOLD) + 2 * told["has_realm"]], "big")
        return told

    def ask(self, what, **words):
        self.asked_s = time.monotonic()
        self.link.sendall(question(what, **words))
        return self.hear()

    def hello(self):
        return self.ask(HELLO, count=VERSION)

    def load(self, name, **words):
        return self.ask(LOAD, name=name, other=DECOY, **words)
