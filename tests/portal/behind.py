"""An application that shows what reached it: its fields, the environment that WSGI and CGI make of them, and how much was sent."""
import base64
import hashlib
import http.server
import json
import socketserver
import threading

MAGIC = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 60

    def any(self):
        fields = [(name, value.encode("latin-1").decode("utf-8", "replace")) for name, value in self.headers.items()]
        environment = {}
        for name, value in fields:  # as PEP 3333 and RFC 3875 have it, and as some programs do that take other letters for '-'
            key = "HTTP_" + "".join(letter if letter.isalnum() else "_" for letter in name.upper())
            environment[key] = environment[key] + "," + value if key in environment else value
        self.server.seen.append((self.command, self.path, environment))
        if environment.get("HTTP_UPGRADE", "").lower() == "websocket":
            return self.talk()
        left = count = int(self.headers.get("Content-Length") or 0)
        while left > 0 and (piece := self.rfile.read(min(left, 1 << 20))):
            left -= len(piece)
        if self.headers.get("Transfer-Encoding") == "chunked":
            while size := int(self.rfile.readline(), 16):
                count += len(self.rfile.read(size))
                self.rfile.readline()
            self.rfile.readline()
        body = json.dumps({"fields": fields, "environment": environment, "count": count - left, "path": self.path}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def talk(self):
        """A handshake, then each short frame comes back unmasked."""
        key = self.headers["Sec-WebSocket-Key"].encode()
        self.send_response(101)
        self.send_header("Upgrade", "websocket")
        self.send_header("Connection", "Upgrade")
        self.send_header("Sec-WebSocket-Accept", base64.b64encode(hashlib.sha1(key + MAGIC).digest()).decode())
        self.end_headers()
        self.close_connection = True
        while len(head := self.rfile.read(2)) == 2:
            size = head[1] & 127
            mask, masked = self.rfile.read(4), self.rfile.read(size)
            self.wfile.write(bytes([head[0], size]) + bytes(byte ^ mask[at % 4] for at, byte in enumerate(masked)))
            self.wfile.flush()

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_OPTIONS = any

    def log_message(self, *_):
        pass


class Server(socketserver.ThreadingMixIn, socketserver.TCPServer):
    daemon_threads, allow_reuse_address, request_queue_size = True, True, 64

    def handle_error(self, *_):
        pass  # a client that hung up


class Application:
    def __init__(self):
        self.server = Server(("127.0.0.1", 0), Handler)
        self.server.seen = self.seen = []
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
