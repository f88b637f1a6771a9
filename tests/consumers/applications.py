"""What applications do with prompts and texts, each as it was observed. All of them record what they were told.

A person types a password and a code; an application with one field sends both in one word.
"""
import pam
from pam import Broken, Handle

PASSWORD, TOKEN, FIRST_CODE = "Password: ", "Security token: ", "Code shown by the app: "
NEW, AGAIN, WRITTEN = "New password: ", "Retype new password: ", "Press Enter when you have written them down: "
OLD = "Current password: "


class Application:
    """The base: prompts are answered by their words, as a person at a terminal does."""
    arguments = ""
    flags = 0
    asks_name = False      # PAM_USER is not set when it calls authenticate
    knows_account = True   # it calls account management
    changes = True         # and has an expired password changed
    dialogue = True        # a person can be asked more than two things
    silent = False

    def __init__(self, typed):
        self.typed = typed
        self.told, self.asked = [], []

    def converse(self, style, text):
        if style in (pam.TEXT_INFO, pam.ERROR_MSG):
            self.told.append(text)
            return self.tell(text)
        self.asked.append((style, text))
        return self.ask(style, text)

    def tell(self, _text):
        return None

    def ask(self, _style, text):
        return self.typed.answer(text)

    def play(self, services, service):
        """What each call returned, the first refusal last."""
        handle = Handle(services, service, None if self.asks_name else self.typed.name, self.converse)
        codes = []
        try:
            codes.append(handle.call("authenticate", self.flags))
            if codes[-1] == pam.SUCCESS and self.knows_account:
                codes.append(handle.call("acct_mgmt", self.flags))
            if codes[-1] == pam.NEW_AUTHTOK_REQD and self.changes:
                codes.append(handle.call("chauthtok", self.flags | pam.CHANGE_EXPIRED))
            if codes[-1] == pam.SUCCESS:
                codes.append(handle.call("setcred", 2))
        finally:
            handle.end()
        return codes


class Terminal(Application):
    """login, su, polkit, sshd's keyboard-interactive."""


class SuWithCommand(Application):
    """su -c drops texts: success, and the response untouched."""
    def tell(self, _text):
        return Handle.NOTHING


class Cockpit(Application):
    """The first hidden prompt gets the password that was typed into its page; every text goes to the journal."""
    arguments = "messages=ascii qr=none"

    def ask(self, _style, text):
        return self.typed.typed_password if len(self.asked) == 1 else self.typed.answer(text)


class Sudo(Application):
    """It calls with PAM_SILENT."""
    flags = pam.SILENT
    silent = True
    dialogue = False


class OneField(Application):
    """sshd's password method: the one answer for every hidden prompt, an error for a shown one."""
    dialogue = False
    changes = False

    def ask(self, style, _text):
        if style == pam.ECHO_ON:
            raise Broken()
        return self.typed.whole()


class Apache(OneField):
    """Texts are errors, and PAM_SILENT."""
    flags = pam.SILENT
    silent = True

    def tell(self, _text):
        raise Broken()


class Nginx(OneField):
    """Shown prompts get the name, texts go to its error log."""
    def ask(self, style, _text):
        return self.typed.name if style == pam.ECHO_ON else self.typed.whole()


class NullSecond(OneField):
    """Whatever follows the first answer gets a response without one."""
    def ask(self, _style, _text):
        return self.typed.whole() if len(self.asked) == 1 else None


class ErrorSecond(OneField):
    """Whatever follows the first answer is an error."""
    def ask(self, _style, _text):
        if len(self.asked) > 1:
            raise Broken()
        return self.typed.whole()


class Combined(OneField):
    """The same, told to ask once: dovecot's recipe."""
    arguments = "entry=combined"


class Locker(OneField):
    """swaylock, i3lock: no account management."""
    knows_account = False


class LockerThatJudges(Locker):
    """The same with expired=auth."""
    arguments = "expired=auth"


class OpenVpn(Application):
    """Prompts are known by their first word, texts are errors, the name is asked, and nothing empty is ever handed on."""
    arguments = "language=en enroll=no"
    asks_name = True
    dialogue = False
    changes = False

    def tell(self, _text):
        raise Broken()

    def ask(self, _style, text):
        answers = {"login": lambda: self.typed.name, "password": lambda: self.typed.typed_password,
                   "security": lambda: self.typed.answer(TOKEN)}
        answer = answers.get(text.split()[0].lower().rstrip(":"), str)()
        if not answer:
            raise Broken()
        return answer


class OpenVpnWithoutChallenge(OpenVpn):
    """The same for a client that has one field: there is nothing for the second prompt."""
    def ask(self, _style, text):
        if text.lower().startswith("security"):
            raise Broken()
        return self.typed.name if text.lower().startswith("login") else self.typed.whole()


ALL = [Terminal, SuWithCommand, Cockpit, Sudo, OneField, Apache, Nginx, NullSecond, ErrorSecond, Combined, Locker,
       LockerThatJudges, OpenVpn, OpenVpnWithoutChallenge]
