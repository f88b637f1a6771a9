"""Each page, in each state and language, as Chromium shows it: served with the headers of the product, and no script.

The pages are those of tests/unit/portal_pages, which the product writes byte for byte, and the two that tell people to wait.
"""
import glob
import http.server
import os
import re
import subprocess
import tempfile
import threading
import time

from chromium import Chromium
from harness import Skip, case, expect, same

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))


def read(path):
    with open(os.path.join(TOP, path), encoding="utf-8") as file:
        return file.read()


WAITING = {
    "wait-nginx": lambda: re.search(r"default '(<!DOCTYPE.*?)';", read("packaging/examples/web/nginx.conf"), re.S)[1],
    "wait-portal": lambda: "".join(re.findall(r'(?m)^\t"(.*\\n)";?$', read("portal/keeper/doorstep.c")))
                   .encode().decode("unicode_escape").encode("latin-1").decode(),
}
PAGES = [*WAITING, *sorted(os.path.basename(path)[:-5] for path in glob.glob(os.path.join(TOP, "tests/unit/portal_pages/*.html")))]
QR_PAGES = [name for name in PAGES if name.startswith("set-up.")]


def answer_fields():
    """The fields of every answer, from the product."""
    table = read("portal/http/answer_fields.c").split("lbr_answer_fields[] = {")[1].split("{ NULL, NULL }")[0]
    return [(name, "".join(re.findall(r'"([^"]*)"', value)))
            for name, value in re.findall(r'\{ "([\w-]+)",((?:\s*"[^"]*")+) \}', table)]


class Answer(http.server.BaseHTTPRequestHandler):
    FIELDS = answer_fields()

    def do_GET(self):
        name = self.path.strip("/")
        style = name == "liberations/style.css"
        if not style and name not in PAGES:
            self.send_error(404)
            return
        text = read("portal/html/style.css" if style else f"tests/unit/portal_pages/{name}.html") if name not in WAITING else WAITING[name]()
        raw = text.encode()
        self.send_response(200)
        for field in [("Content-Type", f"text/{'css' if style else 'html'}; charset=utf-8"), ("Content-Length", str(len(raw)))]:
            self.send_header(*field)
        for field in self.FIELDS:
            self.send_header(*field)
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, *_):
        pass


class Shown:
    """A browser, and the pages to be opened by name."""

    def __init__(self, scripts=False):
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.browser = Chromium(size=(320, 640), scripts=scripts)

    def open(self, name):
        self.browser.go(f"http://127.0.0.1:{self.server.server_address[1]}/{name}")
        return self.browser

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.browser.__exit__()
        self.server.shutdown()
        self.server.server_close()


@case("chromium")
def each_page_is_readable_on_a_phone_in_light_and_dark():
    """320 px wide, which is also 1280 px at 400 %: nothing sticks out, nothing is too pale or too small to be hit."""
    judge = read("tests/portal/looks.js")
    with Shown() as shown:
        shown.browser.call("Log.enable")
        for name in PAGES:
            browser = shown.open(name)
            for scheme in ("light", "dark"):
                browser.look(prefers_color_scheme=scheme)
                found = browser.evaluate(judge)
                same(found, [], f"{name}, {scheme}:")
        said = [params["entry"]["text"] for event, params in shown.browser.events if event == "Log.entryAdded"]
        same([text for text in said if "favicon" not in text], [], "the browser complains:")


@case("chromium")
def each_page_is_readable_on_a_desk_and_in_forced_colours():
    judge = read("tests/portal/looks.js")
    with Shown() as shown:
        shown.browser.resize(1280, 900)
        for name in PAGES:
            browser = shown.open(name)
            for features in ({"prefers_color_scheme": "dark"}, {"forced_colors": "active"}):
                browser.look(**features)
                same(browser.evaluate(judge), [], f"{name}, {features}:")


FOCUS = """(() => { const e = document.activeElement, s = getComputedStyle(e), r = e.getBoundingClientRect();
    return {name: e.id || e.innerText || e.tagName, place: [...document.querySelectorAll('*')].indexOf(e),
        seen: s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2 && r.left >= -1 && r.right <= innerWidth + 1
            && r.top >= -1 && r.bottom <= innerHeight + 1, box: [r.left, r.top, r.right, r.bottom, innerHeight]}; })()"""
STOPS = "[...document.querySelectorAll('a[href], button, input:not([type=hidden])')].length"


def focused(browser):
    """Where the focus is. Bringing it into view takes a frame or two."""
    until = time.monotonic() + 10
    while True:
        at = browser.evaluate(FOCUS)
        if at["seen"] or time.monotonic() > until:
            return at


def begin_at_the_top(browser):
    """Once the box that wants the focus has it, which comes a frame after the page."""
    until = time.monotonic() + 600
    while not browser.evaluate("document.activeElement === (document.querySelector('[autofocus]') || document.body)"):
        expect(time.monotonic() < until, "no box has the focus")
    browser.evaluate("document.activeElement.blur(); scrollTo(0, 0)")
    for kind in ("mousePressed", "mouseReleased"):
        browser.call("Input.dispatchMouseEvent", type=kind, x=1, y=1, button="left", clickCount=1)


@case("chromium")
def the_keyboard_reaches_everything_in_order_and_shows_where_it_is():
    with Shown() as shown:
        shown.browser.call("Emulation.setFocusEmulationEnabled", enabled=True)
        for name in PAGES:
            browser = shown.open(name)
            begin_at_the_top(browser)
            stops, places = browser.evaluate(STOPS), []
            for _ in range(stops):
                browser.tab()
                at = focused(browser)
                expect(at["seen"], name, "the focus is out of sight:", at)
                places.append(at["place"])
            same(places, sorted(set(places)), f"{name}: the order of the keyboard:")


@case("chromium")
def the_skip_link_leads_past_the_head():
    with Shown() as shown:
        browser = shown.open("sign-in.fr")
        browser.call("Emulation.setFocusEmulationEnabled", enabled=True)
        begin_at_the_top(browser)
        browser.tab()
        same(browser.evaluate("document.activeElement.className"), "skip")
        browser.enter()
        browser.tab()
        same(browser.evaluate("document.activeElement.id"), "user")


def scanned(browser, directory):
    path = os.path.join(directory, "shot.png")
    browser.picture(path)
    return subprocess.run(["zbarimg", "-q", "--raw", path], capture_output=True, text=True, timeout=600, check=False).stdout.strip()


@case("chromium", "zbarimg")
def the_qr_code_is_read_from_the_screen_in_every_light():
    with Shown() as shown, tempfile.TemporaryDirectory() as directory:
        for name in QR_PAGES:
            browser = shown.open(name)
            wanted = browser.evaluate("document.querySelector('a[href^=\"otpauth:\"]').getAttribute('href')")
            for features in ({"prefers_color_scheme": "light"}, {"prefers_color_scheme": "dark"}, {"forced_colors": "active"}):
                browser.look(**features)
                for width in (320, 1280):
                    browser.resize(width, 800)
                    same(scanned(browser, directory), wanted, f"{name}, {width} px, {features}:")


@case("chromium")
def recovery_codes_are_printed_on_one_sheet_without_buttons():
    with Shown() as shown, tempfile.TemporaryDirectory() as directory:
        for language in ("en", "fr"):
            browser = shown.open("codes." + language)
            path = os.path.join(directory, "codes.pdf")
            browser.paper(path)
            with open(path, "rb") as file:
                same(len(re.findall(rb"/Type\s*/Page\b", file.read())), 1, "sheets:")
            browser.look(media="print")
            seen = browser.evaluate("""[...document.querySelectorAll('button, input, a, li')].filter(e => e.offsetHeight > 0)
                .map(e => e.tagName)""")
            same(seen, ["LI"] * 10)


@case("chromium")
def in_forced_colours_what_looks_like_a_link_has_no_half_frame():
    with Shown() as shown:
        shown.browser.look(forced_colors="active")
        found = shown.open("sign-in.fr").evaluate("""[...document.querySelectorAll('button.link, .language button')].map(b =>
            getComputedStyle(b).borderTopColor == getComputedStyle(document.documentElement).backgroundColor)""")
        same(found, [True, True])


@case("chromium")
def portal_p42_each_page_has_no_accessibility_finding():
    """axe-core is in no package: LBR_AXE names its axe.min.js. tests/portal/results/axe.txt is what the last run found."""
    axe = os.environ.get("LBR_AXE", "")
    if not axe:
        raise Skip("LBR_AXE names no axe.min.js")
    with open(axe, encoding="utf-8") as file:
        judge = file.read()
    lines = [judge[:60].split("\n")[0].strip("/*! ")]
    with Shown(scripts=True) as shown:  # its own need timers; the pages have none, and may run none
        for name in PAGES:
            for mode, features, size in (("light", {"prefers_color_scheme": "light"}, (1280, 900)),
                                         ("dark", {"prefers_color_scheme": "dark"}, (1280, 900)),
                                         ("forced", {"forced_colors": "active"}, (1280, 900)),
                                         ("phone", {"prefers_color_scheme": "light"}, (320, 640))):
                shown.browser.resize(*size)
                shown.browser.look(**features)
                browser = shown.open(name)
                browser.evaluate(judge)
                got = browser.evaluate("""axe.run().then(r => [r.passes.length, r.violations.map(v => v.id + ': ' +
                    v.nodes.map(n => n.html + ' ' + n.failureSummary).join('; ')),
                    r.incomplete.map(v => v.id + ': ' + v.nodes.map(n => n.html).join('; '))])""", waits=True)
                lines.append(f"{name} {mode}: {got[0]} rules kept, {len(got[1])} findings, {len(got[2])} to be judged by a person")
                same(got[1], [], f"{name}, {mode}:")
                if got[2]:
                    print(name, mode, got[2])
    if os.environ.get("GOLDEN") == "write":
        with open(os.path.join(HERE, "results", "axe.txt"), "w", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")
