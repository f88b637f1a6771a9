"""How long refusals take at the pages, through nginx, whatever stands behind a name. Long, so only `make soak` runs it: LBR_VOLLEYS says
how many of each kind are measured, eight kinds and a name of nobody's at once."""
import os
import random
import re
import select
import socket
import ssl
import time
import urllib.parse

import likeness
from cases_nginx import Nginx
from harness import Skip, case, expect, same
from world import World, wrong_code

ANSWERS = int(os.environ.get("LBR_VOLLEYS", "0"))
RESULT = os.environ.get("LBR_VOLLEYS_RESULT")
KNOWN = ("own", "expired", "must-change", "temporary", "pending", "disabled", "throttled", "locked")
NOBODY = ("nobody",)
SAME_NAME = 8  # tries before a name is replaced


def connection(nginx):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.maximum_version = ssl.TLSVersion.TLSv1_2  # a later one sends tickets after the handshake, which look like an answer
    address = "127.%d.%d.%d" % tuple(random.randrange(1, 255) for _ in range(3))  # nginx limits what one may ask
    link = context.wrap_socket(socket.create_connection(("127.0.0.1", nginx.port), 30, (address, 0)), server_hostname="app.example.org")
    link.settimeout(60)
    return link


def read_all(link):
    found = b""
    while piece := link.recv(65536):
        found += piece
    return found.decode("utf-8")


def head_of(method, path, fields=()):
    return f"{method} {path} HTTP/1.1\r\nHost: app.example.org\r\nConnection: close\r\n" + "".join(
        f"{name}: {value}\r\n" for name, value in fields)


def form_for(nginx, name):
    """A request of a browser that has just opened the sign-in page."""
    link = connection(nginx)
    link.sendall((head_of("GET", "/liberations/sign-in") + "\r\n").encode())
    page = read_all(link)
    link.close()
    cookie = re.search(r"__Host-liberations-form=([\w-]+)", page)[1]
    body = urllib.parse.urlencode({"number": re.search(r'name="number" value="([\w-]+)"', page)[1], "user": name,
                                   "password": "no word of hers", "token": wrong_code()})
    fields = [("Cookie", f"__Host-liberations-form={cookie}"), ("Sec-Fetch-Site", "same-origin"),
              ("Content-Type", "application/x-www-form-urlencoded"), ("Content-Length", str(len(body)))]
    return (head_of("POST", "/liberations/sign-in", fields) + "\r\n" + body).encode()


def volley(nginx, names):
    """How long each answer took, and its bytes. All are asked for at once; chance decides who asks first."""
    links = [(connection(nginx), form_for(nginx, name)) for name in names]
    poll, waiting, took = select.poll(), {}, [None] * len(names)
    for at in likeness.shuffled(range(len(names))):
        link, request = links[at]
        waiting[link.fileno()] = (at, time.monotonic())
        link.sendall(request)
        poll.register(link, select.POLLIN)
    while waiting:
        ready = poll.poll(60000)
        expect(ready, len(waiting), "were not answered")
        for number, _ in ready:
            at, sent = waiting.pop(number)
            took[at] = time.monotonic() - sent
            poll.unregister(number)
    answers = [re.sub(r"Date: [^\r\n]*|(?<=liberations-form=)[\w-]{64}(?=;)", "", read_all(link)) for link, _ in links]
    for link, _ in links:
        link.close()
    return took, answers


@case("nginx", "openssl")
def portal_p25_no_volley_tells_an_account_from_nobody():
    if ANSWERS == 0:
        raise Skip("make soak runs it")
    blocks, texts, outside = [], set(), []
    with World() as world, Nginx(pages=world.directory + "/pages.sock", gate=world.directory + "/gate.sock") as nginx:
        for turn in range(ANSWERS):
            if turn % SAME_NAME == 0:
                names = [world.person("state=" + kind) for kind in KNOWN] + [f"nobody-{turn}"]
            took, answers = volley(nginx, names)
            blocks.append({kind: [took[at]] for at, kind in enumerate(KNOWN + NOBODY)})
            texts |= set(answers)
    same(len(texts), 1, sorted(texts)[:2])
    expect("said=no" in texts.pop(), "another answer")
    for line, is_outside in likeness.lines_of(len(KNOWN) + 1, blocks, KNOWN, NOBODY):
        outside += [line] * is_outside
        if RESULT:
            with open(RESULT, "a", encoding="utf-8") as file:
                file.write(line + "\n")
    expect(not outside, "surely beyond 0.49 to 0.51:\n" + "\n".join(outside))
