"""What Traefik does with packaging/examples/web/traefik-dynamic.yml: its forwardAuth and headers middlewares, as their source has them.

Traefik is not packaged. traefik.py FILE PORT CERTIFICATE KEY PAGES GATE APP: one request a connection; PAGES and GATE are sockets.
"""
import re
import select
import socket
import ssl
import sys
import threading

HOP = {"connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "te", "trailers", "transfer-encoding", "upgrade"}
FILE, PORT, CERTIFICATE, KEY, PAGES, GATE, APP = sys.argv[1:]
with open(FILE, encoding="utf-8") as config:
    TEXT = config.read()
DELETED = {name.lower() for name in re.findall(r'(?m)^ +([\w.-]+): ""$', TEXT)}
ADDRESS = re.search(r'address: "http://127\.0\.0\.1:9412(/[^"]*)"', TEXT)[1]
ASKED, ANSWERED = (re.search(rf"{name}: \[(.*)\]", TEXT)[1].lower().split(", ") for name in ("authRequestHeaders", "authResponseHeaders"))
REDIRECTED = re.search(r"Path\(`(/\.[^`]*)`\)", TEXT)[1], re.search(r'replacement: "([^"]*)"', TEXT)[1]
STS = re.search(r"stsSeconds: (\d+)", TEXT)[1]


def read_head(peer):
    raw = b""
    while b"\r\n\r\n" not in raw and (piece := peer.recv(65536)):
        raw += piece
    head, _, rest = raw.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    return lines[0], [tuple(part.strip() for part in line.split(":", 1)) for line in lines[1:] if ":" in line], rest


def write_head(line, fields):
    return ("\r\n".join([line, *(f"{name}: {value}" for name, value in fields)]) + "\r\n\r\n").encode("latin-1")


def connect(path):
    peer = socket.socket(socket.AF_UNIX)
    peer.settimeout(30)
    peer.connect(path)
    return peer


def ask_gate(method, target, fields):
    """forward.go: a GET with the fields that may be asked with, and X-Forwarded-*; no redirect is followed, no body is sent."""
    sent = [("Host", "127.0.0.1:9412"), ("User-Agent", "Go-http-client/1.1")]
    sent += [(name, value) for name, value in fields if name.lower() in ASKED and name.lower() not in HOP]
    sent += [("X-Forwarded-For", "127.0.0.1"), ("X-Forwarded-Method", method), ("X-Forwarded-Proto", "https"),
             ("X-Forwarded-Host", "app.example.org"), ("X-Forwarded-Uri", target), ("Accept-Encoding", "gzip")]
    with connect(GATE) as gate:
        gate.sendall(write_head(f"GET {ADDRESS} HTTP/1.1", sent))
        line, answer, _ = read_head(gate)
    return int(line.split(" ")[1]), answer


def relay(client, peer, both):
    """Until the peer has said everything; both ways, if the client has more to say. One thread alone may use a TLS connection."""
    listening = [client, peer] if both else [peer]
    while peer in listening:
        for one in [client] if client in listening and client.pending() else select.select(listening, [], [], 60)[0]:
            piece = one.recv(1 << 16)
            if piece:
                (peer if one is client else client).sendall(piece)
            else:
                listening.remove(one)


def answer_shortly(client, status, *fields):
    client.sendall(write_head(f"HTTP/1.1 {status} No", [*fields, ("Content-Length", "0"), ("Connection", "close")]))


def serve(client):
    line, fields, rest = read_head(client)
    method, target, _ = line.split(" ")
    wants = {name.lower(): value for name, value in fields}
    if not target.startswith("/") or wants.get("host") != "app.example.org":
        return answer_shortly(client, 404)
    if target == REDIRECTED[0]:
        return answer_shortly(client, 302, ("Location", REDIRECTED[1]))
    if target.startswith("/liberations/"):
        try:
            peer = connect(PAGES)
        except OSError:
            return answer_shortly(client, 502)
    else:
        fields = [(name, value) for name, value in fields if name.lower() not in DELETED]
        try:
            status, answer = ask_gate(method, target, fields)
        except (OSError, IndexError, ValueError):
            status, answer = 500, []
        if not 200 <= status < 300:
            kept = [pair for pair in answer if pair[0].lower() not in HOP]
            kept += [] if answer else [("Content-Length", "0")]
            return client.sendall(write_head(f"HTTP/1.1 {status} No", [*kept, ("Strict-Transport-Security", "max-age=" + STS)]))
        fields = [(name, value) for name, value in fields if name.lower() not in ANSWERED]
        fields += [(name, value) for name, value in answer if name.lower() in ANSWERED]
        peer = socket.create_connection(("127.0.0.1", int(APP)), 30)
    if "upgrade" not in wants:
        fields = [(name, value) for name, value in fields if name.lower() != "connection"] + [("Connection", "close")]
    with peer:
        peer.sendall(write_head(line, fields) + rest)
        left = int(wants.get("content-length", 0)) - len(rest)
        while left > 0 and (piece := client.recv(min(left, 1 << 16))):
            peer.sendall(piece)
            left -= len(piece)
        line, fields, rest = read_head(peer)
        client.sendall(write_head(line, [*fields, ("Strict-Transport-Security", "max-age=" + STS)]) + rest)
        relay(client, peer, "upgrade" in wants or "transfer-encoding" in wants)


def serve_safely(context, plain):
    try:
        with context.wrap_socket(plain, server_side=True) as client:
            serve(client)
    except (OSError, ValueError):
        plain.close()


def main():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE, KEY)
    with socket.create_server(("127.0.0.1", int(PORT)), backlog=64) as listening:
        while True:
            threading.Thread(target=serve_safely, args=(context, listening.accept()[0]), daemon=True).start()


main()
