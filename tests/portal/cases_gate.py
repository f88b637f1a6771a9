"""What a proxy hears from the gate: yes for a live id alone, and 2xx in no other case."""
import random
import re
import time

import gate
import sizes
from gate import NO, TROUBLE, UNREADABLE, YES, Gate
from harness import case, expect, same

ID = "0123456789012345678901234567890123456789abc"
OTHER = "0123456789012345678901234567890123456789xyz"
COOKIE = ("Cookie", "a=b; __Host-liberations=" + ID)
PLACE = ("https://app.example.org", "/liberations")


def judge(site, session):
    if site not in ("", "app.example.org"):
        return UNREADABLE, ""
    return (YES, "zoé") if session == ID else (NO, "", *PLACE)


def field(answer, name):
    return [value for one, value in answer[1] if one.lower() == name.lower()]


@case()
def portal_p09_a_live_id_passes_and_nothing_else():
    with Gate(judge) as one:
        answer = one.ask(fields=[COOKIE])
        same((answer[0], field(answer, "Remote-User"), field(answer, "Cache-Control")), (200, ["zo%C3%A9"], ["no-store"]))
        for fields in ([], [("Cookie", "a=b")], [("Cookie", "__Host-liberations=" + OTHER)], [("Cookie", "__Host-liberations=%00")],
                       [("Cookie", "__Host-liberations-form=" + ID)], [("Authorization", "Basic YTpi")]):
            answer = one.ask(fields=fields)
            same((answer[0], field(answer, "Remote-User")), (401, []), fields)
        for target in ("/", "/authz/", "/authz?x=1", "/authz/other.example.org", "/authz/redirect/", "/AUTHZ", "/authz%2f"):
            same(one.ask(target, [COOKIE])[0], 400, target)
        for fields in ([COOKIE, COOKIE], [("Cookie", f"__Host-liberations={ID}; __Host-liberations={ID}")],
                       [COOKIE, ("Transfer-Encoding", "chunked")], [COOKIE, ("Content-Length", "5")]):
            same(one.ask(fields=fields)[0], 400, fields)
        same(one.ask("/authz/app.example.org", [COOKIE])[0], 200)


@case()
def portal_p09_trouble_is_never_a_yes():
    for verdict in ((TROUBLE, ""), (YES, ""), (NO, "alice"), (3, "")):
        with Gate(lambda *_, said=verdict: said) as one:
            same(one.ask(fields=[COOKIE])[0], 503, verdict)
    with Gate(lambda *_: None) as one:
        before = time.monotonic()
        clients = [one.connect(), one.connect()]
        for number, client in enumerate(clients, 1):
            client.sendall(f"GET /authz HTTP/1.1\r\nHost: gate\r\n{COOKIE[0]}: {COOKIE[1]}\r\n\r\n".encode())
            until = time.monotonic() + 10
            while len(one.asked) < number:
                expect(time.monotonic() < until, "the keeper is not asked")
                time.sleep(0.01)
        time.sleep(4)  # an agent that is very busy; the keeper gives it five seconds
        one.keeper.send(gate.tell(2, YES, "alice"))
        same(gate.read_answer(clients[1])[0], 200, "a yes that is late:")
        same(gate.read_answer(clients[0])[0], 503, "a keeper that does not answer:")
        expect(time.monotonic() - before < 15, "it waited too long")
        for client in clients:
            client.close()
    with Gate(judge) as one:
        client = one.connect()
        same(one.ask(fields=[COOKIE], client=client)[0], 200)
        one.keeper.shutdown(gate.socket.SHUT_RDWR)
        same(one.process.wait(15), 0, "without a keeper it ends:")


@case()
def without_descriptors_the_gate_waits_and_goes_on_by_itself():
    # 200 and more are what start_with leaves open.
    with Gate(judge, under=["sh", "-c", 'ulimit -n 24 && exec "$@"', "sh"]) as one:
        clients = [one.connect() for _ in range(40)]
        for client in clients:
            client.sendall(b"GET /authz HTTP/1.1\r\nHost: gate\r\n\r\n")
        same(gate.read_answer(clients[0])[0], 401)
        expect(gate.busy(one.process.pid) < 0.5, "it spins")
        for client in clients[:39]:
            client.close()
        same(gate.read_answer(clients[39])[0], 401, "who waited:")
        clients[39].close()
        same(one.ask(fields=[COOKIE])[0], 200)
        one.process.kill()
        same(one.process.stderr.read(), b"liberations-portal-gate: no connection can be taken just now; it is tried again\n")


@case()
def portal_p10_no_other_field_decides():
    drawn = random.Random(1)
    names = ("User-Agent", "X-Forwarded-For", "X-Forwarded-Uri", "X-Original-URI", "X-Original-Method", "X-Forwarded-Method", "Accept",
             "Sec-Fetch-Mode", "Sec-Fetch-Site", "X-Forwarded-Host", "Remote-User", "X-Remote-User", "Origin", "Referer", "Authorization",
             "X-Auth-Request-Redirect", "X-Forwarded-Proto", "Via")
    values = ("", "/static/x", "/.well-known/x", "GET", "OPTIONS", "CONNECT", "kube-probe/1.0", "GoogleHC/1.0", "127.0.0.1", "navigate",
              "text/html", "alice", "app.example.org", "../../authz", "a" * 500)
    with Gate(judge) as one, one.connect() as yes, one.connect() as no:
        for turn in range(sizes.size(1000, 100000)):
            fields = [(drawn.choice(names), drawn.choice(values)) for _ in range(drawn.randrange(6))]
            answer = one.ask(fields=fields + [COOKIE], client=yes)
            same((answer[0], field(answer, "Remote-User")), (200, ["zo%C3%A9"]), (turn, fields))
            same(one.ask(fields=fields, client=no)[0], 401, (turn, fields))
    sizes.note(f"P-10: {turn + 1} sets of other fields, each with and without a session: no answer but 200 and 401 as the cookie says")


AGENTS = ("", "kube-probe/1.29", "GoogleHC/1.0", "ELB-HealthChecker/2.0", "Amazon-Route53-Health-Check-Service", "HAProxy", "curl/8.5.0",
          "Consul Health Check", "Prometheus/2.45.0", "UptimeRobot/2.0", "Envoy/HC", "Go-http-client/1.1", "Mozilla/5.0", "a" * 4000, "\xff",
          "() { :; }; /bin/true", "${jndi:ldap://a}", "'")


@case()
def portal_p11_every_method_and_user_agent_is_the_same():
    with Gate(judge) as one:
        agents = [[]] + [[("User-Agent", agent)] for agent in AGENTS]
        for method in ("GET", "HEAD", "POST", "OPTIONS", "PUT", "DELETE", "PROPFIND"):
            for agent in agents if method == "GET" else agents[:3]:
                for target in ("/authz", "/authz/app.example.org", "/authz/redirect"):
                    same(one.ask(target, agent, method=method)[0], 401, (method, agent))
                    same(one.ask(target, [*agent, COOKIE], method=method)[0], 200, (method, agent))
        for target in ("/up", "/health", "/healthz", "/ping", "/liberations/up", "/authz/up"):
            same(one.ask(target, [("User-Agent", "kube-probe/1.29")])[0], 400, target)


@case()
def portal_p17_people_are_sent_on_and_scripts_are_not():
    person, script = ("Sec-Fetch-Mode", "navigate"), ("Sec-Fetch-Mode", "cors")
    sign_in = "https://app.example.org/liberations/sign-in?"
    with Gate(judge) as one:
        answer = one.ask("/authz", [person, ("X-Original-URI", "/wiki?x=1")])
        same((answer[0], field(answer, "Location")), (401, [sign_in + "rd=/wiki?x=1"]))
        answer = one.ask("/authz/redirect", [person, ("X-Forwarded-Uri", "/wiki")])
        same((answer[0], field(answer, "Location")), (303, [sign_in + "rd=/wiki"]))
        answer = one.ask("/authz/redirect", [person, ("X-Forwarded-Uri", "/save"), ("X-Forwarded-Method", "POST")])
        same((answer[0], field(answer, "Location")), (303, [sign_in + "said=ended&rd=/"]))
        for target in ("/authz", "/authz/redirect"):
            answer = one.ask(target, [script, ("Accept", "text/html")])
            same((answer[0], field(answer, "Location")), (401, []))
        answer = one.ask("/authz", [person, ("X-Original-URI", "//evil.example")])
        same(field(answer, "Location"), [sign_in + "rd=/"])


@case()
def portal_p16_kept_connections_never_mix_people():
    people = {f"{number:043d}": f"user{number}" for number in range(8)}
    with Gate(lambda _, session: (YES, people[session]) if session in people else (NO, "", *PLACE)) as one:
        drawn, clients = random.Random(2), [one.connect() for _ in range(8)]
        rounds = sizes.size(100, 125000)
        for _ in range(rounds):
            order = drawn.sample(range(8), 8)
            ids = {which: drawn.choice(list(people)) for which in order}
            for which in order:
                clients[which].sendall(f"GET /authz HTTP/1.1\r\nHost: g\r\nCookie: __Host-liberations={ids[which]}\r\n\r\n".encode())
            for which in drawn.sample(order, 8):
                answer = gate.read_answer(clients[which])
                same((answer[0], field(answer, "Remote-User")), (200, [people[ids[which]]]))
        for client in clients:
            client.close()
    sizes.note(f"P-16: {8 * rounds} requests over 8 kept connections, interleaved, of 8 people in turn: no answer had another one's name")


@case()
def portal_p01_garbage_harms_nobody_else():
    drawn = random.Random(3)
    with Gate(judge) as one:
        good = one.connect()
        for _ in range(200):
            with one.connect() as client:
                client.sendall(drawn.choice((b"", b"GET /authz HTTP/1.1\r\n", b"POST ")) + drawn.randbytes(drawn.randrange(200)))
                client.shutdown(gate.socket.SHUT_WR)
                answer = client.recv(4096)
                expect(not answer.startswith(b"HTTP/1.1 2"), answer)
        same(one.ask(fields=[COOKIE], client=good)[0], 200)
        same(one.process.poll(), None)


def mutant(drawn, request):
    """A request with something else in it: bytes changed, taken out, doubled, or another field among the others."""
    for _ in range(drawn.randrange(1, 4)):
        at, length = drawn.randrange(len(request)), drawn.randrange(1, 20)
        change = drawn.randrange(5)
        if change == 0:
            request = request[:at] + drawn.randbytes(length % 4 + 1) + request[at + length % 4 + 1:]
        elif change == 1:
            request = request[:at] + request[at + length:]
        elif change == 2:
            request = request[:at] + request[at:at + length] + request[at:]
        elif change == 3:
            request = request[:at] + drawn.choice((b"\r\n", b";", b"=", b"%00", b"\0", b" ", b"\t", b"__Host-liberations=", b"\"", b",")) + request[at:]
        else:
            line = request.find(b"\r\n") + 2
            request = request[:line] + drawn.choice((b"Cookie: a=b\r\n", b"Content-Length: 1\r\n", b"Host: a\r\n", b"Cookie: \r\n",
                                                     b"X-Original-URI: /\r\n", b"Sec-Fetch-Mode: navigate\r\n")) + request[line:]
        if not request:
            return b"\r\n\r\n"
    return request


def holds(request, session):
    """The oracle: the one cookie of that name in the one Cookie field, read by other means than the gate's."""
    head = request.split(b"\r\n\r\n")[0].split(b"\r\n")
    found = [line.partition(b":")[2] for line in head[1:] if line.lower().startswith(b"cookie:")]
    values = [value for line in found for value in re.findall(rb"(?:^|;)[ \t]*__Host-liberations=([^;]*)", line)]
    return len(found) == 1 and [value.rstrip(b" \t") for value in values] == [session.encode()]


@case()
def portal_p09_no_request_without_exactly_a_live_id_is_2xx():
    """Requests are changed at random, half of them with a live id in them, and half with one that differs in a character."""
    drawn, passed, count = random.Random(4), 0, sizes.size(1500, 300000)
    with Gate(judge) as one:
        for turn in range(count):
            session = ID if turn % 2 else ID[:-1] + "d"
            request = mutant(drawn, f"GET /authz HTTP/1.1\r\nHost: gate\r\nCookie: a=b; __Host-liberations={session}; c=d\r\n\r\n".encode())
            with one.connect() as client:
                client.settimeout(3)  # some heads never end
                client.sendall(request + b"\r\n\r\n")
                try:
                    answer = client.recv(4096)
                except (TimeoutError, ConnectionResetError):
                    answer = b""
            if answer.startswith(b"HTTP/1.1 2"):
                passed += 1
                expect(holds(request, ID), request, answer)
                expect(b"\r\nRemote-User: zo%C3%A9\r\n" in answer and answer.count(b"Remote-User") == 1, answer)
            else:
                expect(answer == b"" or re.match(rb"HTTP/1\.1 [45]\d\d ", answer), request, answer)
    expect(count / 50 < passed < count / 2, passed, "passed")
    sizes.note(f"P-9: {count} requests changed at random, of which {passed} still had a live id and passed: no other one was 2xx")
