"""A web application that believes what it is told: it answers with what it was told. Websockets echo.
/status/NUMBER answers with that status."""
import json
import socket
import threading


class Application:
    """`heard`: the requests that reached it, as {"method", "path", "fields": [[name, value]...], "body": length}."""

    def __init__(self):
        self.listening = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.listening.getsockname()[1]
        self.heard = []
        threading.Thread(target=self.accept, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.listening.close()

    def accept(self):
        while True:
            try:
                client, _ = self.listening.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(client,), daemon=True).start()

    def serve(self, client):
        with client, client.makefile("rwb") as file:
            client.settimeout(60)
            method, path, _ = file.readline().decode("latin-1").split(" ", 2)
            fields = []
            while (line := file.readline().decode("latin-1").strip()):
                fields.append(line.split(": ", 1) if ": " in line else [line.rstrip(":"), ""])
            low = {name.lower(): value for name, value in fields}
            if low.get("upgrade") == "websocket":
                self.heard.append({"method": method, "path": path, "fields": fields, "body": 0})
                file.write(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n")
                file.flush()
                while piece := client.recv(4096):
                    client.sendall(piece)
                return
            left = length = int(low.get("content-length", "0"))
            while left > 0:
                left -= len(file.read(min(left, 1 << 20)))
            one = {"method": method, "path": path, "fields": fields, "body": length}
            self.heard.append(one)
            body = json.dumps(one).encode()
            status = int(path.rpartition("/")[2]) if path.startswith("/status/") else 200
            file.write(b"HTTP/1.1 %d Told\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: %d\r\n\r\n"
                       % (status, len(body)) + body)
            file.flush()
