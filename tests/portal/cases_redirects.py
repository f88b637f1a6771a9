"""Where people are sent, as real browsers read it: no try of redirects.txt takes them to another host."""
import json
import re

import redirects
from cases_gate import judge
from chromium import Chromium
from firefox import Firefox
from gate import Gate
from harness import case, expect, same

ORIGIN = "https://app.example.org"
# The path behind the origin, as a header has it; the path alone, as a page could; and a link of a page at the portal.
JUDGE = """(paths => {
    const link = document.createElement('a'), origins = new Set(), base = '%s/liberations/sign-in';
    for (const path of paths) {
        origins.add(new URL('%s' + path).origin).add(new URL(path, base).origin);
        link.href = new URL(path, base).href;
        origins.add(link.origin);
    }
    return Array.from(origins);
})(%%s)""" % (ORIGIN, ORIGIN)
# The same expression must see a path that leads elsewhere.
FOREIGN = ["//evil.example", "/\\evil.example", "/\t/evil.example", "https://evil.example", "\t//evil.example", "javascript:alert(1)"]


def passed():
    """What the gate makes of each: the return path of the sign-in page's address."""
    found, head = set(), "https://app.example.org/liberations/sign-in?rd="
    with Gate(judge) as one:
        for path in redirects.tries():
            with one.connect() as client:
                client.sendall(b"GET /authz HTTP/1.1\r\nHost: gate\r\nSec-Fetch-Mode: navigate\r\nX-Original-URI: " + path + b"\r\n\r\n")
                answer = client.recv(65536)
            expect(re.match(rb"HTTP/1\.1 40[01] ", answer), path, answer)
            for value in re.findall(r"\r\nLocation: ([^\r\n]*)", answer.decode("latin-1")):
                expect(value.startswith(head), value)
                found.add(value[len(head):])
    expect(100 < len(found) < 400, len(found), "pass")
    return sorted(found)


def judge_all(evaluate):
    same(evaluate(JUDGE % json.dumps(passed())), [ORIGIN])
    for path in FOREIGN:
        expect(ORIGIN not in evaluate(JUDGE.replace(f"new URL('{ORIGIN}' + path).origin).add(", "") % json.dumps([path])), path)


@case("chromium")
def portal_p39_chromium_reads_no_try_as_another_host():
    with Chromium() as browser:
        judge_all(browser.evaluate)


@case("firefox-esr")
def portal_p39_firefox_reads_no_try_as_another_host():
    with Firefox() as browser:
        judge_all(browser.evaluate)
