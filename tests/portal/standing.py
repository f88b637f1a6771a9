"""What answers the keeper's questions about standings: a listener that speaks the agent's frames, and does what a case says."""
import os
import socket
import threading

from page import Frame, fields_of

ALLOW, DENY, UNAVAILABLE, REFUSED = 0x6c627259, 0, 1, 6
HANG_UP, SILENT = "hang up", "silent"


def read_frame(link):
    raw = b""
    while len(raw) < 4 or len(raw) < 4 + int.from_bytes(raw[:4], "big"):
        piece = link.recv(4 + int.from_bytes(raw[:4], "big") - len(raw) if len(raw) >= 4 else 4 - len(raw))
        if not piece:
            return None
        raw += piece
    return raw[4:]


def send_frame(link, frame):
    link.sendall(len(frame.bytes).to_bytes(4, "big") + frame.bytes)


class Agent:
    """`judge`: from (user, standing) to a status, HANG_UP or SILENT."""

    def __init__(self, path, judge):
        self.path, self.judge = path, judge
        self.asked, self.connections, self.open = [], 0, []
        self.listening = socket.socket(socket.AF_UNIX)
        self.listening.bind(path)
        os.chmod(path, 0o666)
        self.listening.listen(16)
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                link, _ = self.listening.accept()
            except OSError:
                return
            self.connections += 1
            self.open.append(link)
            threading.Thread(target=self.serve, args=(link,), daemon=True).start()

    def serve(self, link):
        try:
            hello = read_frame(link)
            if hello is None:
                return
            send_frame(link, Frame("W").number(int.from_bytes(fields_of(hello)[1], "big")))
            while (question := read_frame(link)) is not None:
                fields = fields_of(question)
                kind, serial, user, standing = int.from_bytes(fields[1], "big"), fields[2], fields[3].decode(), fields[12]
                assert kind == 5, kind
                self.asked.append(user)
                verdict = self.judge(user, standing)
                if verdict == HANG_UP:
                    break
                if verdict != SILENT:
                    send_frame(link, Frame("V").number(verdict, int.from_bytes(serial, "big"), 0, 0).put(b""))
        except OSError:
            pass
        link.close()

    def hang_up(self):
        """Closes what is open, as an agent does whose time is over; it serves on."""
        for link in self.open:
            try:
                link.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        self.open.clear()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.listening.shutdown(socket.SHUT_RDWR)
        self.listening.close()
        self.hang_up()
        if os.path.exists(self.path):
            os.unlink(self.path)
