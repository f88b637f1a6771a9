"""The same cases for each web server. The application keeps what it saw: nothing ever reached it without a name from the portal."""
import atexit
import base64
import html
import json
import os
import random
import re
import shutil
import tempfile

import gate as gates
import proxies
import redirects
from behind import Application
from cases_gate import ID, OTHER, judge
from gate import TROUBLE, Gate
from harness import expect, need, register, same, Case
from keeper import Portal

COOKIE = f"Cookie: __Host-liberations={ID}"
NAVIGATE, SCRIPT = "Sec-Fetch-Mode: navigate", "Sec-Fetch-Mode: cors"
NAME = "zo%C3%A9"
SIGN_IN = "https://app.example.org/liberations/sign-in?"
PEOPLE = {f"{number:043d}": f"user{number}" for number in range(8)}


def judge_many(site, session):
    return (gates.YES, PEOPLE[session]) if session in PEOPLE else judge(site, session)


class Stage:
    """A web server with a real gate, real pages and an application behind it."""

    def __init__(self, proxy, verdict=judge_many):
        self.scratch = tempfile.mkdtemp(prefix="lbr-web.")
        os.chmod(self.scratch, 0o755)
        self.portal, self.gate, self.app = Portal(), Gate(verdict), Application()
        for path in (self.gate.path, self.portal.directory + "/pages.sock"):
            os.chmod(path, 0o666)
        try:
            self.proxy = proxy(self.scratch + "/web", {"gate": self.gate.path, "pages": self.portal.directory + "/pages.sock",
                                                       "app": self.app.port}).start()
        except BaseException:
            self.end_rest()
            raise

    def end_rest(self):
        self.app.stop()
        self.gate.__exit__()
        self.portal.__exit__()
        shutil.rmtree(self.scratch)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.proxy.stop()
        self.end_rest()

    def ask(self, path="/page", *fields, method="GET", body=b"", client=None, host=proxies.HOST):
        own = client or self.proxy.connect()
        lines = [f"{method} {path} HTTP/1.1", f"Host: {host}", *fields] + ([f"Content-Length: {len(body)}"] if body else [])
        own.sendall("\r\n".join(lines + ["", ""]).encode("latin-1") + body)
        answer = read(own, method)
        if client is None:
            own.close()
        return answer


def read(client, method="GET"):
    """Status, head, body of one answer."""
    raw = b""
    while b"\r\n\r\n" not in raw and (piece := client.recv(65536)):
        raw += piece
    head, _, body = raw.partition(b"\r\n\r\n")
    head = head.decode("latin-1")
    length = re.search(r"(?im)^content-length: (\d+)", head)
    if method != "HEAD":
        while (len(body) < int(length[1]) if length else not body.endswith(b"0\r\n\r\n")) and (piece := client.recv(65536)):
            body += piece
    if re.search(r"(?im)^transfer-encoding: chunked", head):
        body, left = b"", body
        while (size := int((left.partition(b"\r\n")[0] or b"0"), 16)) > 0:
            start = left.index(b"\r\n") + 2
            body, left = body + left[start:start + size], left[start + size + 2:]
    return int(head.split(" ")[1]) if head else 0, head, body


def location(head):
    found = re.findall(r"(?im)^location: (.*?)\r?$", head)
    return found[0] if found else None


def lives_and_names(stage):
    status, head, body = stage.ask("/page?x=1", "Cookie: a=b; __Host-liberations=" + ID + "; __Host-liberations-form=" + "f" * 64 +
                                   "; c=d; __Host-liberations-language=fr", "Remote-User: root", NAVIGATE)
    same(status, 200)
    told = json.loads(body)
    same([value for name, value in told["fields"] if name.lower() == "remote-user"], [NAME])
    same(stage.proxy.takes_cookies, told["environment"]["HTTP_COOKIE"].replace(" ", "") == "a=b;c=d")
    same(told["path"], "/page?x=1")
    expect("strict-transport-security: max-age=31536000" in head.lower(), head)
    for cookie in (f"__Host-liberations={ID}; a=b", f"a=b; __Host-liberations={ID}") if stage.proxy.takes_cookies else ():
        told = json.loads(stage.ask("/", "Cookie: " + cookie)[2])
        same(told["environment"]["HTTP_COOKIE"].strip("; "), "a=b")
    told = json.loads(stage.ask("/", COOKIE)[2])
    same(stage.proxy.takes_cookies, told["environment"].get("HTTP_COOKIE", "") == "")


def aliases_reach_nobody(stage):
    names = ("Remote-User", "remote-user", "REMOTE-USER", "Remote_User", "Remote.User", "Remote~User", "Remote+User")
    with stage.proxy.connect() as client:
        for name in ("Remote-User", "Remote_User", "Remote.User"):
            own = client if stage.proxy.keeps_connections else None
            same(json.loads(stage.ask("/page", COOKIE, f"{name}:", client=own)[2])["environment"]["HTTP_REMOTE_USER"], NAME, name)
    for name in names if stage.proxy.deletes_by_pattern else names[:5]:
        for fields in ((f"{name}: root",), (f"{name}: root", f"{name}: admin", "Remote-User: admin")):
            status, _, body = stage.ask("/page", COOKIE, *fields)
            if status == 200:
                same(json.loads(body)["environment"].get("HTTP_REMOTE_USER"), NAME, fields)
            else:
                expect(status in (400, 403), status, fields)
            expect(stage.ask("/page", *fields)[0] in (400, 401, 403), fields)
    status, _, body = stage.ask("/page", COOKIE, "Connection: Remote-User, close", "Remote-User: root")
    expect(status != 200 or json.loads(body)["environment"].get("HTTP_REMOTE_USER") == NAME, "named in Connection")


def people_go_to_sign_in_and_scripts_do_not(stage):
    for fields in ((), (SCRIPT, "Accept: text/html"), ("Accept: application/json",), (f"Cookie: __Host-liberations={OTHER}",)):
        status, head, _ = stage.ask("/page", *fields)
        same((status, location(head)), (401, None), fields)
    for fields in ((NAVIGATE,), ("Accept: text/html,*/*",), (NAVIGATE, f"Cookie: __Host-liberations={OTHER}"), (NAVIGATE, "Cookie: a=b")):
        status, head, _ = stage.ask("/page/x?y=1&z=%20", *fields)
        same((status, location(head)), (303, SIGN_IN + "rd=/page/x?y=1&z=%20"), fields)
    status, head, _ = stage.ask("/save", NAVIGATE, method="POST", body=b"a=b")
    same((status, location(head)), (303, SIGN_IN + "said=ended&rd=/"))
    status, head, _ = stage.ask("/save", SCRIPT, method="POST", body=b"a=b")
    same((status, location(head)), (401, None))
    status, head, body = stage.ask("/liberations/sign-in?rd=/page/x?y=1", NAVIGATE)
    same(status, 200)
    expect(b'name="rd" value="/page/x?y=1"' in body, body[-2000:])
    expect("strict-transport-security: max-age=31536000" in head.lower(), head)
    status, head, _ = stage.ask("/.well-known/change-password", NAVIGATE)
    expect(status in (302, 303) and re.fullmatch(r"https://app\.example\.org(:\d+)?/liberations/change-password", location(head)), head)


def no_path_is_a_way_around(stage):
    paths = ("/liberations/../page", "/liberations/%2e%2e/page", "/liberations/..%2fpage", "/liberations/..;/page", "//liberations/page",
             "/liberations//../page", "/liberations/.%2e/page", "/LIBERATIONS/page", "/liberations%2fpage", "/%6ciberations/../page",
             "/liberations", "/liberationsx", "/liberations/\\..\\page", "/liberations/%5c..%5cpage", "/page?/liberations/", "/page;/liberations/",
             "/page%3f/liberations/", "/page#/liberations/", "/./page", "/liberations/./../page", "/.well-known/change-password/../../page",
             "/static/../page", "/up", "/authz", "/liberations-gate", "http://app.example.org/page", "http://evil.example/page", "*")
    for path in paths:
        status, _, body = stage.ask(path, "Connection: close")
        expect(status != 200 or body == b"", path)  # Caddy has an empty page for another host
    for more in (("X-Original-URI: /liberations/up",), ("X-Forwarded-Uri: /liberations/up", "X-Forwarded-Method: OPTIONS"),
                 ("X-Rewrite-URL: /liberations/up", "X-Original-URL: /liberations/up"), ("X-HTTP-Method-Override: OPTIONS",)):
        same(stage.ask("/page", *more)[0], 401, more)
    for method in ("OPTIONS", "HEAD", "PUT", "DELETE", "TRACE", "CONNECT", "PROPFIND", "get"):
        expect(stage.ask("/page", "Connection: close", method=method)[0] >= 400, method)


def trouble_shows_no_page(stage):
    for cookie in (COOKIE + "; __Host-liberations=" + ID, "Cookie: __Host-liberations=%00", "Cookie: __Host-liberations=" + "x" * 4000,
                   "Cookie: " + ID, COOKIE.replace("_Host", "_host"), COOKIE + "x", f'Cookie: __Host-liberations="{ID}"',
                   "Cookie: __Host-liberations=${" + ID + "}|" + ID, "Cookie: %{HTTP:Remote-User}|alice}"):
        expect(stage.ask("/page", cookie)[0] != 200, cookie)
    expect(stage.ask("/page", COOKIE, COOKIE)[0] != 200, "two fields")
    kept = stage.gate.judge
    stage.gate.judge = lambda *_: (TROUBLE, "")
    expect(stage.ask("/page", COOKIE)[0] not in (200, 0), "a keeper in trouble")
    stage.gate.judge = lambda *_: None
    expect(stage.ask("/page", COOKIE)[0] not in (200, 0), "a keeper that is silent")
    stage.gate.judge = kept
    same(stage.ask("/page", COOKIE)[0], 200, "it recovers:")


def websockets_pass(stage):
    fields = ("Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13",
              "Sec-WebSocket-Key: " + base64.b64encode(bytes(16)).decode())
    expect(stage.ask("/talk", *fields)[0] in (400, 401), "without a session")
    with stage.proxy.connect() as client:
        client.sendall("\r\n".join(["GET /talk HTTP/1.1", "Host: app.example.org", COOKIE, *fields, "", ""]).encode())
        head = b""
        while b"\r\n\r\n" not in head and (byte := client.recv(1)):
            head += byte
        expect(head.startswith(b"HTTP/1.1 101 "), head)
        for word in (b"hello", b"world"):
            client.sendall(bytes([0x81, 0x80 | len(word), 0, 0, 0, 0]) + word)
            got = b""
            while len(got) < 2 + len(word) and (piece := client.recv(64)):
                got += piece
            same(got[2:], word)


def large_uploads_pass(stage):
    size, piece = 100 << 20, b"x" * (1 << 20)
    with stage.proxy.connect() as client:
        client.settimeout(120)
        client.sendall(f"PUT /file HTTP/1.1\r\nHost: app.example.org\r\n{COOKIE}\r\nContent-Length: {size}\r\n\r\n".encode())
        for _ in range(size // len(piece)):
            client.sendall(piece)
        status, _, body = read(client)
    same((status, json.loads(body)["count"]), (200, size))
    with stage.proxy.connect() as client:
        client.sendall(f"POST /file HTTP/1.1\r\nHost: app.example.org\r\n{COOKIE}\r\nTransfer-Encoding: chunked\r\n\r\n".encode() +
                       b"5\r\nhello\r\n0\r\n\r\n")
        status, _, body = read(client)
    same((status, json.loads(body)["count"]), (200, 5))


def kept_connections_never_mix_people(stage):
    drawn = random.Random(6)
    clients = [stage.proxy.connect() for _ in range(8)]
    try:
        for _ in range(40 if stage.proxy.keeps_connections else 4):
            order = drawn.sample(range(8), 8)
            ids = {which: drawn.choice([*PEOPLE, OTHER]) for which in order}
            for which in order:
                clients[which].sendall(f"GET /page HTTP/1.1\r\nHost: app.example.org\r\nCookie: __Host-liberations={ids[which]}\r\n\r\n".encode())
            for which in drawn.sample(order, 8):
                status, head, body = read(clients[which])
                wanted = PEOPLE.get(ids[which])
                same(json.loads(body)["environment"]["HTTP_REMOTE_USER"] if status == 200 else None, wanted, status)
                if "connection: close" in head.lower() or not stage.proxy.keeps_connections:
                    clients[which].close()
                    clients[which] = stage.proxy.connect()
    finally:
        for client in clients:
            client.close()


def one_answer_to_one_request(stage):
    inner = "GET /smuggled HTTP/1.1\r\nHost: app.example.org\r\nRemote-User: root\r\n\r\n"
    heads = ("Content-Length: 5\r\nTransfer-Encoding: chunked", f"Content-Length: {len(inner)}\r\nContent-Length: 0",
             "Content-Length: 0\r\nContent-Length: " + str(len(inner)), "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
             "Transfer-Encoding : chunked", "Transfer-Encoding: xchunked", "Transfer-Encoding:\x0bchunked", "Transfer-Encoding:\tchunked",
             "Content-Length: +0", "Content-Length: 0x0", "Content-Length: 0, " + str(len(inner)), "X: y\nTransfer-Encoding: chunked",
             " Transfer-Encoding: chunked", "Content-Length : 0", "Content-Length:\r\n 0", "Expect: 100-continue\r\nContent-Length: "
             + str(len(inner)), "Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n"
             "Content-Length: " + str(len(inner)), "Content-Length: " + str(len(inner)))
    for path in ("/page", "/liberations/sign-in"):
        for head in heads:
            for body in ("0\r\n\r\n" + inner,) if "hunked" in head else (inner,):
                with stage.proxy.connect() as client:
                    client.settimeout(4)
                    client.sendall(f"POST {path} HTTP/1.1\r\nHost: app.example.org\r\n{head}\r\n\r\n{body}".encode("latin-1"))
                    found = b""
                    try:
                        if b"\r\n\r\n" in (found := client.recv(65536)):
                            client.settimeout(0.05)
                            found += client.recv(65536)
                    except OSError:
                        pass
                expect(b" 200 " not in found.split(b"\r\n")[0] or path != "/page", head, found[:200])
                expect(not [1 for _, seen, _ in stage.app.seen if "smuggled" in seen], head, body[:20])


def other_hosts_are_not_this_site(stage):
    for host in ("evil.example", "app.example.org.evil.example", "evil.example:443", "app.example.org@evil.example"):
        for path in ("/page", "/liberations/sign-in", "/liberations/sign-in?rd=//evil.example", "http://evil.example/page"):
            status, head, body = stage.ask(path, NAVIGATE, "X-Forwarded-Host: evil.example", "Connection: close", host=host)
            expect("evil.example" not in (location(head) or "").split("?")[0], host, path, head)
            expect(b"evil.example" not in body or status >= 400 or path == "/page", host, path, body)
    for path in ("/x%0d%0aSet-Cookie:%20a=b", "/x?%0d%0aLocation:%20https://evil.example", "//evil.example", "/\\evil.example", "/%5cevil.example",
                 "/x?rd=https://evil.example", "/@evil.example", "/.evil.example", "/%09/evil.example"):
        status, head, _ = stage.ask(path, NAVIGATE, "Connection: close")
        expect(status >= 400 or (location(head) or "").startswith("https://app.example.org/liberations/sign-in?"), path, head)
        expect("\nset-cookie" not in head.lower(), path, head)


def no_try_leads_to_another_host(stage):
    """Some of them, as the address and as the return path in one."""
    ours = re.compile(r"https://app\.example\.org(:\d+)?/liberations/(sign-in\?(said=ended&)?rd=/(?![/\\])[!-~]*|change-password)")
    for raw in [*redirects.tries()[::48], b"//evil.example", b"/\\evil.example"]:
        path = raw.decode("latin-1")
        if set(path) & set("\0\r\n"):
            continue
        status, head, _ = stage.ask(path, NAVIGATE, "Connection: close")
        expect(status not in (0, 200) or location(head) is None, path, head)
        expect(location(head) is None or ours.fullmatch(location(head)), path, head)
        status, head, body = stage.ask("/liberations/sign-in?rd=" + path, NAVIGATE, "Connection: close")
        expect(location(head) is None, path, head)
        for back in re.findall(r'name="rd" value="([^"]*)"', body.decode("utf-8", "replace")):
            expect(re.fullmatch(r"/(?![/\\])[!-~]*", html.unescape(back)), path, back)


def expect_to_wait(stage, path, *fields):
    """People and scripts are told to come again; a browser loads the page again by itself, but sends no form again."""
    for method, again in (("GET", ["10"]), ("POST", [])):
        status, head, body = stage.ask(path, "Connection: close", *fields, method=method, body=b"a=b" if method == "POST" else b"")
        told = {name: [value for value in re.findall(rf"(?im)^{name}: *(.*?)\r?$", head) if value] for name in ("retry-after", "refresh", "cache-control")}
        same((status, told), (503, {"retry-after": ["5"], "refresh": again, "cache-control": ["no-store"]}), (path, fields, method, head))
        expect(re.search(r"(?im)^content-type: text/html; charset=", head), head)
        expect("strict-transport-security: max-age=31536000" in head.lower(), head)
        text = " ".join(html.unescape(body.decode()).split())
        expect("One moment, please" in text and "Un instant, s’il vous plaît" in text and "vous le restez" in text, text)
        expect(NAME not in head + text, head)


def trouble_is_a_page_that_waits(stage):
    """The agent, the keeper, the gate and the pages stop, one after the other; each comes back."""
    kept = stage.gate.judge
    stage.gate.judge = lambda *_: (TROUBLE, "")  # a keeper whose agent does not answer
    if not stage.proxy.has_page_to_wait:
        status, head, _ = stage.ask("/page", COOKIE)
        same((status, re.findall(r"(?im)^retry-after: (\d+)", head)), (503, ["5"]))
        stage.gate.judge = kept
        return
    for fields in ((COOKIE,), (COOKIE, SCRIPT), (COOKIE, NAVIGATE)):
        expect_to_wait(stage, "/page", *fields)
    stage.gate.judge = kept
    same(stage.ask("/page", COOKIE)[0], 200, "it recovers:")
    stage.portal.stop()
    expect_to_wait(stage, "/liberations/sign-in", NAVIGATE)
    stage.portal.start()
    os.chmod(stage.portal.directory + "/pages.sock", 0o666)
    same(stage.ask("/liberations/sign-in", NAVIGATE)[0], 200)
    stage.gate.keeper.shutdown(gates.socket.SHUT_RDWR)  # the keeper ends, and the gate with it
    stage.gate.process.wait(15)
    for fields in ((COOKIE,), (COOKIE, NAVIGATE)):
        expect_to_wait(stage, "/page", *fields)


def a_dead_gate_shows_no_page(stage):
    same(stage.ask("/page", COOKIE)[0], 200)
    stage.gate.keeper.shutdown(gates.socket.SHUT_RDWR)
    stage.gate.process.wait(15)
    for fields in ((COOKIE,), (COOKIE, NAVIGATE), (), ("Remote-User: root",)):
        for _ in range(3):
            status, _, body = stage.ask("/page", "Connection: close", *fields)
            expect(status != 200 and b"environment" not in body, fields, status)
    stage.portal.stop()
    expect(stage.ask("/liberations/sign-in", "Connection: close")[0] >= 500, "pages without a keeper")
    stage.portal.start()


def php_has_our_name(proxy):
    need(proxy.program, "openssl", proxies.php_fpm())
    with Stage(proxy) as stage:
        for fields in ((), ("Remote-User: root",), ("Remote_User: root",), ("Remote.User: root",), ("REMOTE-USER: root", "remote_user: admin"),
                       ("Authorization: Basic cm9vdDpyb290",), ("Connection: Remote-User, close",), ("Redirect-Remote-User: root",)):
            status, _, body = stage.ask("/index.php", "Cookie: a=b; __Host-liberations=" + ID, *fields)
            same(status, 200, fields)
            told = json.loads(body)
            same((told["server"].get("REMOTE_USER"), told["server"].get("HTTP_REMOTE_USER", NAME), told["cookies"]),
                 (NAME, NAME, {"a": "b"}), fields)
            expect(stage.ask("/index.php", *fields)[0] != 200, fields)


for proxy in (proxies.ApachePhp, proxies.CaddyPhp):
    register(Case(f"portal_p13_{proxy.__name__.lower()}_has_our_name", php_has_our_name, (proxy,)))

CASES = (("portal_p12", lives_and_names), ("portal_p13", aliases_reach_nobody), ("portal_p17", people_go_to_sign_in_and_scripts_do_not),
         ("portal_p10", no_path_is_a_way_around), ("portal_p09", trouble_shows_no_page), ("portal_p17", websockets_pass),
         ("portal_p17", large_uploads_pass), ("portal_p16", kept_connections_never_mix_people), ("portal_p02", one_answer_to_one_request),
         ("portal_p40", other_hosts_are_not_this_site), ("portal_p39", no_try_leads_to_another_host), ("portal_p09", trouble_is_a_page_that_waits), ("portal_p09", a_dead_gate_shows_no_page))


STAGE = {}  # one web server at a time serves its cases


def end_stages():
    while STAGE:
        STAGE.popitem()[1].__exit__()


def run(proxy, check):
    need(proxy.program, "openssl")
    if proxy not in STAGE:
        end_stages()
        STAGE[proxy] = Stage(proxy)
    stage = STAGE[proxy]
    try:
        check(stage)
        for method, path, environment in stage.app.seen:
            expect(environment.get("HTTP_REMOTE_USER") in (NAME, *PEOPLE.values()), "no name from the portal:", method, path, environment)
    except BaseException:
        end_stages()  # the next case begins anew
        raise
    if check in (trouble_is_a_page_that_waits, a_dead_gate_shows_no_page):
        end_stages()


atexit.register(end_stages)
for proxy in proxies.PROXIES:
    for number, check in CASES:
        register(Case(f"{number}_{proxy.__name__.lower()}_{check.__name__}", run, (proxy, check)))
