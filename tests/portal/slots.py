"""The table of sessions as a file: slots that a keeper would have written, made by its key."""
import base64
import hashlib
import os
import time

SLOT, LANGUAGE_FR = 256, 2


class Slots:
    """`master`: the bytes of portal.key."""

    def __init__(self, master):
        def derive(number, size):
            return hashlib.blake2b(b"", digest_size=size, key=master, salt=number.to_bytes(8, "little"), person=b"lbrweb01").digest()

        self.slot, self.id = derive(1, 32), derive(2, 32)

    def mac(self, key, data):
        return hashlib.blake2b(data, digest_size=32, key=key).digest()

    def make(self, index, session_id, user, origin="https://app.example.org", standing=bytes(16), born=None, seen=None, expires=0,
             changeable=0, last=0, codes=0, language=1, family=None):
        """Slot number `index`."""
        now = int(time.time())
        born = now if born is None else born
        times = (born, now if seen is None else seen, expires, changeable, last)
        name = user.encode()
        body = bytes([2, language, codes, len(name)]) + self.mac(self.id, session_id) + self.mac(self.id, origin.encode())[:16]
        body += standing + b"".join(one.to_bytes(8, "big") for one in times) + name.ljust(64, b"\0")
        body = (body + (os.urandom(16) if family is None else family) + bytes([4, 192, 0, 2, 7])).ljust(SLOT - 32, b"\0")
        return body + self.mac(self.slot, index.to_bytes(4, "big") + body)


def fresh_id():
    return os.urandom(32)


def cookie_of(session_id):
    return base64.urlsafe_b64encode(session_id).decode().rstrip("=")


def write(path, slots, count):
    """A whole table of `count` slots; the first ones are `slots`."""
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(b"".join(slots).ljust(count * SLOT, b"\0"))
