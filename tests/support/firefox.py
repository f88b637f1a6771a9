"""A real Firefox without a window, spoken to by its own remote protocol (Marionette), so that no driver is needed.

It has the same words as chromium.Chromium, as far as the walk needs them. Scripts are off.
"""
import base64
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time

WAIT_S = 600
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
PREFS = """user_pref("marionette.port", 0);
user_pref("javascript.enabled", false);
user_pref("intl.accept_languages", "{language}");
user_pref("app.update.enabled", false);
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("toolkit.telemetry.enabled", false);
user_pref("browser.shell.checkDefaultBrowser", false);
user_pref("network.captive-portal-service.enabled", false);
user_pref("network.connectivity-service.enabled", false);
user_pref("signon.rememberSignons", false);
"""


class Fault(AssertionError):
    """Firefox did not do what was asked."""


class Firefox:
    def __init__(self, language="en"):
        self.directory = tempfile.mkdtemp(prefix="lbr-firefox.")
        self.serial, self.link = 0, None
        profile = os.path.join(self.directory, "profile")
        os.mkdir(profile)
        with open(os.path.join(profile, "user.js"), "w", encoding="utf-8") as file:
            file.write(PREFS.format(language=language))
        self.process = subprocess.Popen(
            ["firefox-esr", "--headless", "--marionette", "--no-remote", "--profile", profile, "about:blank"],
            env={"PATH": os.environ.get("PATH", ""), "HOME": self.directory, "TMPDIR": self.directory, "LANG": "C.UTF-8",
                 "MOZ_CRASHREPORTER_DISABLE": "1"},
            start_new_session=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            self.connect(os.path.join(profile, "MarionetteActivePort"))
            self.call("WebDriver:NewSession", acceptInsecureCerts=True)
        except BaseException:
            self.__exit__()
            raise

    def connect(self, told):
        until = time.monotonic() + WAIT_S
        while True:
            try:
                with open(told, encoding="ascii") as file:
                    self.link = socket.create_connection(("127.0.0.1", int(file.read())), WAIT_S)
                break
            except (OSError, ValueError) as trouble:
                if time.monotonic() > until or self.process.poll() is not None:
                    raise Fault("Firefox does not come up") from trouble
                time.sleep(0.1)
        self.receive()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.link is not None:
            self.link.close()
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

    def receive(self):
        """LENGTH:JSON"""
        size = b""
        while not size.endswith(b":"):
            byte = self.link.recv(1)
            if not byte:
                raise Fault("Firefox has ended")
            size += byte
        size, found = int(size[:-1]), b""
        while len(found) < size:
            piece = self.link.recv(size - len(found))
            if not piece:
                raise Fault("Firefox has ended")
            found += piece
        return json.loads(found)

    def call(self, name, **params):
        self.serial += 1
        raw = json.dumps([0, self.serial, name, params]).encode()
        self.link.sendall(b"%d:%b" % (len(raw), raw))
        _, serial, error, result = self.receive()
        if serial != self.serial or error:
            raise Fault(f"{name} {params.get('value', '')}: {error}")
        return result

    def find(self, selector):
        return self.call("WebDriver:FindElement", using="css selector", value=selector)["value"][ELEMENT]

    def go(self, url):
        self.call("WebDriver:Navigate", url=url)

    def reload(self):
        self.call("WebDriver:Refresh")

    def back(self):
        self.call("WebDriver:Back")

    def click(self, selector):
        self.call("WebDriver:ElementClick", id=self.find(selector))

    def submit(self, selector):
        """A click waits for the page that comes of it only if that comes soon: the new page has another document."""
        before = self.find("html")
        self.click(selector)
        until = time.monotonic() + WAIT_S
        while time.monotonic() < until:
            try:
                if self.find("html") != before and self.heading():
                    return
            except Fault:  # between two pages
                pass
            time.sleep(0.05)
        raise Fault("no other page comes")

    def type(self, selector, text):
        one = self.find(selector)
        self.call("WebDriver:ElementClear", id=one)
        self.call("WebDriver:ElementSendKeys", id=one, text=text)

    def evaluate(self, expression):
        """In a room of its own: pages run no script all the same."""
        return self.call("WebDriver:ExecuteScript", script="return " + expression, args=[])["value"]

    def forget(self):
        """Every cookie of the site, as when a browser is closed."""
        self.call("WebDriver:DeleteAllCookies")

    def url(self):
        return self.call("WebDriver:GetCurrentURL")["value"]

    def text(self):
        return self.call("WebDriver:GetElementText", id=self.find("body"))["value"]

    def heading(self):
        return self.call("WebDriver:GetElementText", id=self.find("h1"))["value"]

    def picture(self, path):
        shot = self.call("WebDriver:TakeScreenshot", full=True, hash=False)["value"]
        with open(path, "wb") as file:
            file.write(base64.b64decode(shot))
