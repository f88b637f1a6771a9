"""A page process that was taken over: it says whatever it likes to the keeper, and hears of nobody."""
import os
import random
import socket

import page
import sizes
from harness import case, expect, same
from keeper import Portal
from page import BUILD, Frame, fields_of, tell

# Of the sessions in the table, and in no frame.
PEOPLE = ("camille-of-the-table", "zoe-of-the-table")
STATUS, SESSION_KIND, SESSION_SET, SESSION = 2, 7, 1, 8
OWN = "Sec-Fetch-Site: same-origin\r\n"


class Taken(Portal):
    readers = os.path.abspath(BUILD + "/tests/portal/hostile")

    def is_up(self):
        return self.gates() and self.say(b"1", b"x") == b""

    def say(self, times, frame):
        """What the keeper answers to a frame of a page's."""
        with socket.socket(socket.AF_UNIX) as link:
            link.settimeout(30)
            link.connect(self.directory + "/pages.sock")
            link.sendall(times + frame)
            link.shutdown(socket.SHUT_WR)
            found = b""
            try:
                while piece := link.recv(65536):
                    found += piece
            except ConnectionResetError:
                pass
            return found


def questions():
    """What real pages ask: each as its fields' bytes."""
    found = []
    for leaf in ("sign-in?said=no&rd=/wiki", "account", "change-password", "new-phone", "set-up", "notice", "sign-out", "signed-out",
                 "go?rd=/a", "enter?for=" + "d" * 64 + "&ticket=" + "t" * 43 + "&rd=/a", "up"):
        raw = f"GET /liberations/{leaf} HTTP/1.1\r\nHost: app.example.org\r\n{OWN}Cookie: __Host-liberations={'i' * 43}\r\n\r\n"
        found.append(page.ask(raw.encode(), tell(page.UP))[3])
    for leaf in ("sign-in", "sign-out", "sign-out-others", "continue", "set-up", "token", "password", "recovery-codes", "more-time",
                 "change-password", "new-phone", "notice"):
        body = f"user={'u' * 9}&password=p&token=123456&number=n&old=o&new=n&again=a&noted=yes&rd=/wiki"
        raw = (f"POST /liberations/{leaf} HTTP/1.1\r\nHost: app.example.org\r\n{OWN}Content-Type: application/x-www-form-urlencoded\r\n"
               f"Cookie: __Host-liberations={'i' * 43}; __Host-liberations-form={'f' * 64}\r\nContent-Length: {len(body)}\r\n\r\n{body}")
        found.append(page.ask(raw.encode(), tell(page.UP))[3])
    expect(all(found), "a page asked nothing")
    return [(question[:1], fields_of(question)[1:]) for question in found]


LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"


def field_like(drawn, value):
    """Another value, of the same kind or of another length."""
    if len(value) == 8 and value[:4] == bytes(4):
        return drawn.randrange(drawn.choice((4, 300, 1 << 64))).to_bytes(8, "big")
    length = drawn.choice((len(value), len(value), 43, 64, drawn.randrange(100)))
    return drawn.choice(("".join(drawn.choices(LETTERS, k=length)).encode(), drawn.randbytes(length), b"/", b"../../sessions", b""))


def frame_of(drawn, real):
    """A frame that a page would send, with other values in it; or one with other bytes; or bytes."""
    kind, values = drawn.choice(real)
    values = [field_like(drawn, value) if drawn.random() < 0.04 else value for value in values]
    frame = Frame(kind.decode())
    for value in values:
        frame.put(value)
    way, raw = drawn.randrange(10), frame.bytes
    if way == 0:
        return drawn.randbytes(drawn.randrange(1, 400))
    if way == 1:
        at = drawn.randrange(len(raw))
        return raw[:at] + drawn.randbytes(1) + raw[at + 1:]
    if way == 2:
        return raw[:drawn.randrange(1, len(raw))]
    return raw


@case()
def portal_p06_a_hostile_page_gets_no_session_and_hears_no_name():
    drawn, real, count, answered = random.Random(5), questions(), sizes.size(400, 500000), 0
    with Taken(people=PEOPLE) as portal:
        with open(portal.directory + "/state/sessions", "rb") as file:
            before = file.read()
        for _ in range(count):
            frame = frame_of(drawn, real)
            answer = portal.say(drawn.choice((b"1", b"1", b"2")), frame)
            if not answer:
                continue
            told, answered = fields_of(answer), answered + 1
            same((int.from_bytes(told[SESSION_KIND], "big") == SESSION_SET, told[SESSION]), (False, b""), frame)
            for secret in (*PEOPLE, *portal.cookies):
                expect(secret.encode() not in answer, frame, answer)
        with open(portal.directory + "/state/sessions", "rb") as file:
            same(file.read() == before, True, "the table:")
        same(portal.keeper.poll(), None)
    expect(answered > count / 4, answered, "were answered")
    sizes.note(f"P-6: {count} frames of a hostile page, of which {answered} were answered: no session, no name of anybody, the table unchanged")
