"""What a person does at the portal's pages, from the invitation to a new password, in a real Chromium that runs no script.

Each step checks what the page says before it goes on, and leaves a picture of it where a folder is named.
"""
import os
import subprocess
import tempfile
import time
import urllib.parse

from chromium import Fault

USER = "camille"
FIRST = "The lighthouse keeper paints at night."
SECOND = "Seven grey herons cross the harbour."
THIRD = "Une table ronde sous les pommiers."
STEP_S = 30

HEADINGS = {
    "en": {"sign-in": "Sign in", "set-up": "Set-up: add the token generator to your smartphone", "password": "Your new password",
           "codes": "Your recovery codes", "application": "Good day, {user}!", "account": "My account",
           "change": "Change your password", "sign-out": "Sign out", "signed-out": "You are signed out",
           "notice": "Before you continue"},
    "fr": {"sign-in": "Connexion", "set-up": "Page de configuration : ajoutez le générateur de jeton dans votre téléphone intelligent",
           "password": "Votre nouveau mot de passe", "codes": "Vos codes de secours", "application": "Bonjour, {user} !",
           "account": "Mon compte", "change": "Changer son mot de passe", "sign-out": "Se déconnecter",
           "signed-out": "Vous êtes déconnecté", "notice": "Avant de continuer"},
}


class Phone:
    """Shows codes. Each works once, so it waits for the next one."""

    def __init__(self, key):
        self.key, self.last = key, 0

    def code(self):
        step = max(self.last + 1, int(time.time()) // STEP_S)
        while int(time.time()) // STEP_S + 1 < step:  # a phone may run a step early
            time.sleep(0.2)
        self.last = step
        return subprocess.run(["oathtool", "--totp", "--base32", f"--now=@{step * STEP_S}", self.key], capture_output=True,
                              text=True, check=True, timeout=600).stdout.strip()


def scan(path):
    """The address in the QR code of a picture."""
    done = subprocess.run(["zbarimg", "-q", "--raw", path], capture_output=True, text=True, check=False, timeout=600)
    if not done.stdout.startswith("otpauth://totp/"):
        raise Fault(f"no QR code of a key in {path}: {done.stdout}")
    return done.stdout.strip()


class Walk:
    """One person's way. `key`: of an account that is there, with the password FIRST; without it the person is invited."""

    def __init__(self, site, browser, language="en", pictures="", say=lambda text: None, user=USER, key=""):
        self.site, self.browser, self.language, self.say = site, browser, language, say
        self.pictures, self.user, self.key = pictures, user, key
        self.temporary = ""
        if not key:
            self.temporary, self.key = site.invite(user)
        self.phone = Phone(self.key)
        if pictures:
            os.makedirs(pictures, exist_ok=True)

    def see(self, page, picture=""):
        """The page must be this one."""
        wanted, got = HEADINGS[self.language][page].format(user=self.user), " ".join(self.browser.heading().split())
        if got != wanted:
            raise Fault(f"{wanted!r} is expected; the page at {self.browser.url()} says: {self.browser.text()}")
        self.say(wanted)
        if picture:
            self.take(picture)

    def take(self, name):
        if self.pictures:
            self.browser.picture(os.path.join(self.pictures, name + ".png"))

    def put(self, **boxes):
        for box, text in boxes.items():
            self.browser.type("#" + box, text)

    def press(self, button="#form button"):
        self.browser.submit(button)

    def follow(self, leaf):
        self.browser.submit(f'a[href$="/{leaf}"]')

    # --- the guide's steps ------------------------------------------------------------------------------------------------

    def first_sign_in(self):
        self.browser.go(self.site.url)
        self.see("sign-in")
        self.put(user=self.user, password=self.temporary)
        self.take("first")
        self.press()
        self.set_up()
        self.choose(FIRST, "password")
        self.see("codes", "codes")
        self.browser.click("#noted")
        self.press()
        self.see("application", "application")

    def leave_and_come_back(self):
        self.sign_out()
        self.sign_in(FIRST, "later")
        self.see("application")

    def set_up(self):
        self.see("set-up", "set-up")
        with tempfile.TemporaryDirectory() as directory:
            path = os.path.join(directory, "screen.png")
            self.browser.picture(path)
            uri = urllib.parse.urlsplit(scan(path))
        key = urllib.parse.parse_qs(uri.query)["secret"][0]
        if key != self.key:
            raise Fault("the QR code is another key's")
        self.put(token=self.phone.code())
        self.press()

    def choose(self, password, picture):
        self.see("password")
        self.put(new=password, again=password)
        self.take(picture)
        self.press()

    def sign_in(self, password, picture=""):
        self.browser.go(self.site.url)
        self.see("sign-in")
        self.put(user=self.user, password=password, token=self.phone.code())
        if picture:
            self.take(picture)
        self.press()

    def sign_out(self):
        self.follow("sign-out")
        self.see("sign-out")
        self.press()
        self.see("signed-out", "signed-out")

    def expire(self):
        """The administrator asks for a new password: the session ends by itself, within a second or two."""
        self.site.command("expire", self.user)
        until = time.monotonic() + 600
        while time.monotonic() < until:
            self.browser.go(self.site.url)
            if self.browser.heading() == HEADINGS[self.language]["sign-in"]:
                break
            time.sleep(0.3)
        self.renew()

    def renew(self):
        """The password has expired."""
        self.sign_in(FIRST)
        self.choose(SECOND, "expired")
        self.read_notice()
        self.see("application")

    def read_notice(self):
        """What is said once stands on a page of its own, if anything is to be said."""
        if self.browser.heading() == HEADINGS[self.language]["notice"]:
            self.see("notice", "notice")
            self.press()

    def change(self):
        self.follow("account")
        self.see("account", "account")
        self.follow("change-password")
        self.see("change")
        self.put(old=SECOND, token=self.phone.code(), new=THIRD, again=THIRD)
        self.take("change")
        self.press()
        self.read_notice()
        self.see("account")

    def whole(self):
        self.first_sign_in()
        self.leave_and_come_back()
        self.expire()
        self.change()
