"""A real Chromium without a window, spoken to over its own pipe (--remote-debugging-pipe): keys, clicks and pictures.

    with Chromium(language="fr") as browser:
        browser.go("https://app.example.org/")
        browser.type("#user", "alice")
        browser.submit("#form button")

Pages run no script unless `scripts` is true; evaluate() works all the same, in a world of its own. Everything that it stores is in a
directory that goes away.
"""
import base64
import json
import os
import select
import shutil
import signal
import subprocess
import tempfile
import time

WAIT_S = 600  # for whatever a loaded machine may be late with


class Fault(AssertionError):
    """Chromium did not do what was asked."""


class Chromium:
    def __init__(self, language="en", scripts=False, size=(1100, 900), hosts="", flags=()):
        self.directory = tempfile.mkdtemp(prefix="lbr-chromium.")
        self.serial, self.events, self.rest = 0, [], b""
        to_it, ours = os.pipe()
        its, from_it = os.pipe()
        self.write_fd, self.read_fd = ours, its
        words = ["chromium", "--headless=new", "--remote-debugging-pipe", "--user-data-dir=" + self.directory, "--disable-gpu",
                 "--no-first-run", "--no-default-browser-check", "--disable-background-networking", "--disable-sync",
                 "--disable-component-update", "--disable-extensions", "--disable-dev-shm-usage", "--password-store=basic",
                 "--hide-scrollbars", "--ignore-certificate-errors", "--lang=" + language, "--accept-lang=" + language]
        if os.geteuid() == 0:
            words.append("--no-sandbox")
        if hosts:
            words.append("--host-resolver-rules=" + hosts)

        def arrange():
            high = os.dup(to_it), os.dup(from_it)
            os.dup2(high[0], 3)
            os.dup2(high[1], 4)
            for fd in high:
                if fd > 4:
                    os.close(fd)

        environment = {"PATH": os.environ.get("PATH", ""), "HOME": self.directory, "TMPDIR": self.directory, "LANGUAGE": language,
                       "LANG": "C.UTF-8"}
        self.process = subprocess.Popen(words + list(flags) + ["about:blank"], preexec_fn=arrange, close_fds=False, env=environment,
                                        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                        start_new_session=True)
        os.close(to_it)
        os.close(from_it)
        try:
            self.session = None
            target = next(one for one in self.call("Target.getTargets")["targetInfos"] if one["type"] == "page")
            self.attach(target["targetId"], scripts, size)
        except BaseException:
            self.__exit__()
            raise

    def attach(self, target, scripts, size):
        self.session = None
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self.target = target
        self.call("Page.enable")
        self.call("Emulation.setScriptExecutionDisabled", value=not scripts)
        self.resize(*size)

    def new_tab(self, scripts=False, size=(1100, 900)):
        """Another tab of the same browser, with the same cookies; it is the one spoken to. Returns the one before, for attach()."""
        before, self.session = self.target, None
        self.attach(self.call("Target.createTarget", url="about:blank")["targetId"], scripts, size)
        return before

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for fd in (self.write_fd, self.read_fd):
            os.close(fd)
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            pass
        try:
            os.killpg(self.process.pid, signal.SIGKILL)  # its own session: its children too
        except ProcessLookupError:
            pass
        self.process.wait()
        for _ in range(20):  # a child that is being killed may still write
            shutil.rmtree(self.directory, ignore_errors=True)
            if not os.path.exists(self.directory):
                break
            time.sleep(0.1)

    # --- the pipe ---------------------------------------------------------------------------------------------------------

    def receive(self, until):
        while b"\0" not in self.rest:
            if not select.select([self.read_fd], [], [], max(0, until - time.monotonic()))[0]:
                raise Fault("Chromium does not answer")
            piece = os.read(self.read_fd, 1 << 20)
            if not piece:
                raise Fault("Chromium has ended")
            self.rest += piece
        one, _, self.rest = self.rest.partition(b"\0")
        return json.loads(one)

    def call(self, method, **params):
        self.serial += 1
        message = {"id": self.serial, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        raw = json.dumps(message).encode() + b"\0"
        while raw:
            raw = raw[os.write(self.write_fd, raw):]
        until = time.monotonic() + WAIT_S
        while True:
            got = self.receive(until)
            if got.get("id") == self.serial:
                if "error" in got:
                    raise Fault(f"{method}: {got['error']['message']}")
                return got["result"]
            if "method" in got:
                self.events.append((got["method"], got["params"]))

    def wait_for(self, *names):
        until = time.monotonic() + WAIT_S
        while True:
            for at, (name, params) in enumerate(self.events):
                if name in names:
                    del self.events[:at + 1]
                    return params
            got = self.receive(until)
            if "method" in got:
                self.events.append((got["method"], got["params"]))

    # --- what a person does -----------------------------------------------------------------------------------------------

    def loads(self, act):
        """Acts, then waits until the page that comes of it is there."""
        self.events.clear()
        act()
        self.wait_for("Page.loadEventFired")

    def go(self, url):
        self.loads(lambda: self.call("Page.navigate", url=url))

    def reload(self):
        self.loads(lambda: self.call("Page.reload"))

    def back(self):
        history = self.call("Page.getNavigationHistory")
        entry = history["entries"][history["currentIndex"] - 1]
        self.events.clear()
        self.call("Page.navigateToHistoryEntry", entryId=entry["id"])
        self.wait_for("Page.frameNavigated")  # a page that was kept is not loaded again
        self.settle()

    def settle(self):
        """Until no page is on its way."""
        until = time.monotonic() + WAIT_S
        while self.evaluate("document.readyState") != "complete":
            if time.monotonic() > until:
                raise Fault("the page does not come to its end")
            time.sleep(0.05)

    def place(self, selector):
        """The middle of an element, brought into view."""
        found = self.evaluate(f"""(() => {{ const e = document.querySelector({json.dumps(selector)}); if (!e) return null;
            e.scrollIntoView({{block: 'center', behavior: 'instant'}}); const r = e.getBoundingClientRect();
            return [r.left + r.width / 2, r.top + r.height / 2]; }})()""")
        if found is None:
            raise Fault(f"there is no {selector} at {self.url()}: {self.text()}")
        return found

    def click(self, selector, times=1):
        x, y = self.place(selector)
        for count in range(1, times + 1):
            for kind in ("mousePressed", "mouseReleased"):
                self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=count)

    def submit(self, selector):
        self.loads(lambda: self.click(selector))

    def type(self, selector, text):
        """Into an empty box, as from a keyboard."""
        self.click(selector)
        self.evaluate("document.activeElement.select && document.activeElement.select()")
        self.call("Input.insertText", text=text)

    def press(self, key, code=0, text="", modifiers=0):
        common = {"key": key, "code": key, "windowsVirtualKeyCode": code, "modifiers": modifiers}
        self.call("Input.dispatchKeyEvent", type="keyDown" if text else "rawKeyDown", text=text, **common)
        self.call("Input.dispatchKeyEvent", type="keyUp", **common)

    def tab(self, backwards=False):
        self.press("Tab", 9, modifiers=8 if backwards else 0)

    def enter(self):
        self.press("Enter", 13, text="\r")

    # --- what a person sees -----------------------------------------------------------------------------------------------

    def evaluate(self, expression, waits=False):
        got = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=waits)
        if "exceptionDetails" in got:
            raise Fault(str(got["exceptionDetails"]))
        return got["result"].get("value")

    def forget(self):
        """Every cookie, as when a browser is closed."""
        self.call("Network.clearBrowserCookies")

    def url(self):
        return self.evaluate("location.href")

    def text(self):
        return self.evaluate("document.body ? document.body.innerText : ''")

    def heading(self):
        return self.evaluate("(document.querySelector('h1') || {innerText: ''}).innerText")

    def resize(self, width, height, scale=1, mobile=False):
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=scale, mobile=mobile)

    def look(self, **features):
        """Media features: look(prefers_color_scheme="dark"), look(forced_colors="active"); look(media="print")."""
        media = features.pop("media", "")
        self.call("Emulation.setEmulatedMedia", media=media, features=[{"name": name.replace("_", "-"), "value": value}
                                                                       for name, value in features.items()])

    def picture(self, path, clip=None):
        """The whole page, or the part of it that `clip` tells."""
        shot = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=True, **({"clip": clip} if clip else {}))
        with open(path, "wb") as file:
            file.write(base64.b64decode(shot["data"]))

    def paper(self, path):
        with open(path, "wb") as file:
            file.write(base64.b64decode(self.call("Page.printToPDF", paperWidth=8.5, paperHeight=11)["data"]))
