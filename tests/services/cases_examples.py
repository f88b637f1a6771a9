"""The shipped pam.d files of the machine's own services, in the real services."""
import contextlib
import os
import subprocess
import termios

import servers
from harness import case, expect
from consumers import AGAIN, NEW, OLD, PASSWORD, TOKEN, Talk
from gates import wrong_code
from judge import one_line, ran_as, refused, says, signed_in
from stage import UNIX_PASSWORD

CHOSEN = "Quatre chaises sur le pont 5"
KEY_AND_TOKEN = "publickey,keyboard-interactive"


@contextlib.contextmanager
def shipped(stage, name, service):
    stage.use_example(name, service)
    try:
        yield
    finally:
        stage.set_service(service)


def with_key(stage, user, *codes):
    """A key, then the token: answers until there are no more."""
    talk = stage.sshd(KEY_AND_TOKEN).talk(user, options=["-o", "NumberOfPasswordPrompts=%d" % max(1, len(codes))])
    for code in codes:
        talk.answer(TOKEN, code)
    return talk


def key_row(stage, name):
    """What is typed at the token prompt in each state of an account, and the reason that the log gives."""
    world = stage.world
    person = world.account(name)
    yield "wrong code", wrong_code(person), "wrong code"
    world.set(name, *world.DISABLED)
    yield "disabled", person.code(), "disabled"
    world.set(name, "state=unknown")
    yield "no account", person.code(), ""


@case("sshd", "ssh", "oathtool")
def a_key_and_the_token_open_and_nothing_else_does(stage):
    with shipped(stage, "sshd-key", "sshd"):
        igor = stage.world.account("igor")
        code = igor.code(-1)
        signed_in(with_key(stage, "igor", code).finish(), "igor")
        again = with_key(stage, "igor", code).finish()
        refused(again)
        says(again, "This code was already used. Wait for the next one.")
        signed_in(with_key(stage, "igor", igor.code()).finish(), "igor")
        seen = {}
        for what, answer, reason in key_row(stage, "igor"):
            mark = stage.log.mark()
            talk = with_key(stage, "igor", answer).finish()
            refused(talk)
            one_line(stage, mark, "igor", reason)
            seen[what] = talk.text
        for what, text in seen.items():
            expect(text == seen["wrong code"], what, "looks otherwise:", repr(text), "not", repr(seen["wrong code"]))
        mark = stage.log.mark()
        talk = stage.sshd().talk("igor")
        talk.answer(TOKEN, igor.code())
        refused(talk.finish())
        one_line(stage, mark, "igor", "key")


@case("sshd", "ssh", "oathtool")
def a_key_and_the_token_have_an_expired_password_changed(stage):
    with shipped(stage, "sshd-key", "sshd"):
        igor = stage.world.account("igor", *stage.world.EXPIRED)
        talk = with_key(stage, "igor", igor.code(-1))
        talk.answer(OLD, igor.password)
        talk.answer(TOKEN, igor.code())
        talk.answer(NEW, stage.world.secret(CHOSEN))
        talk.answer(AGAIN, CHOSEN)
        signed_in(talk.finish(), "igor")


@case("sshd", "ssh", "oathtool")
def a_key_and_no_code_ask_everybody_for_a_password_and_help_the_invited_alone(stage):
    """Someone who has only the key learns nothing; with the temporary password the enrollment goes on from here."""
    with shipped(stage, "sshd-key", "sshd"):
        marc = stage.world.account("marc", "state=pending")
        seen = set()
        for state, password in [("pending", "Pas le bon, celui-la"), ("own", marc.password), ("unknown", marc.password)]:
            stage.world.set("marc", "state=" + state)
            talk = with_key(stage, "marc", "")
            talk.answer(PASSWORD, password)
            refused(talk.finish())
            seen.add(talk.text)
        expect(len(seen) == 1, "refusals differ:", seen)
        stage.world.set("marc", "password=" + marc.password, "key=" + marc.key, "uid=%d" % stage.uid("marc"), "state=pending")
        talk = with_key(stage, "marc", "")
        talk.answer(PASSWORD, marc.password)
        talk.expect("Code shown by the app: ")
        talk.child.sendline(marc.code())
        talk.answer(NEW, stage.world.secret(CHOSEN))
        talk.answer(AGAIN, CHOSEN)
        talk.answer("Press Enter when you have written them down: ", "")
        signed_in(talk.finish(), "marc")


@case("sshd", "ssh", "oathtool")
def a_key_and_the_code_of_a_token_confirmed_at_the_desk_enroll(stage):
    with shipped(stage, "sshd-key", "sshd"):
        marc = stage.world.account("marc", *stage.world.TEMPORARY)
        talk = with_key(stage, "marc", marc.code(-1))
        talk.answer(PASSWORD, "Pas le bon, celui-la")
        refused(talk.finish())
        talk = with_key(stage, "marc", marc.code())
        for prompt, answer in [(PASSWORD, marc.password), (NEW, stage.world.secret(CHOSEN)), (AGAIN, CHOSEN),
                               ("Press Enter when you have written them down: ", "")]:
            talk.answer(prompt, answer)
        signed_in(talk.finish(), "marc")
        stage.world.forgive("marc")
        signed_in(with_key(stage, "marc", marc.code()).finish(), "marc")


@case("sshd", "ssh", "oathtool")
def the_shipped_sshd_signs_in_and_changes_an_expired_password(stage):
    with shipped(stage, "sshd", "sshd"):
        nadia = stage.world.account("nadia", *stage.world.EXPIRED)
        talk = stage.sshd().talk("nadia")
        for prompt, answer in [(PASSWORD, nadia.password), (TOKEN, nadia.code(-1)), (NEW, CHOSEN), (AGAIN, CHOSEN)]:
            talk.answer(prompt, answer)
        signed_in(talk.finish(), "nadia")
        signed_in(stage.sshd().sign_in("nadia", CHOSEN, nadia.code()), "nadia")


PACKAGED = "/usr/share/openssh/sshd_config"
MEANT = {"sshd_config": "usepam yes, kbdinteractiveauthentication yes, passwordauthentication no, logingracetime 300",
         "sshd_config-key": "usepam yes, pubkeyauthentication yes, kbdinteractiveauthentication yes, "
                            "passwordauthentication no, authenticationmethods publickey,keyboard-interactive, "
                            "logingracetime 300"}


@case("sshd", "ssh", PACKAGED)
def the_shipped_drop_ins_win_against_the_packaged_configuration(stage):
    server = stage.sshd()
    for name, meant in MEANT.items():
        stage.write("/etc/ssh/sshd_config.d/10-liberations.conf", stage.example(name))
        words = ["/usr/sbin/sshd", "-T", "-f", PACKAGED, "-h", os.path.join(server.place, "host_key")]
        done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        os.unlink("/etc/ssh/sshd_config.d/10-liberations.conf")
        expect(done.returncode == 0, name, done.stdout)
        lacking = set(meant.split(", ")) - set(done.stdout.splitlines())
        expect(not lacking, name, "does not lead to", lacking)


@case("login", "oathtool")
def the_shipped_login_signs_in_and_asks_root_for_the_unix_password(stage):
    with shipped(stage, "login", "login"):
        simon = stage.world.account("simon")
        talk = Talk(["/bin/login", "simon"], stage)
        talk.answer(PASSWORD, simon.password)
        talk.answer(TOKEN, simon.code())
        talk.expect("$ ")
        talk.child.sendline("echo I am `id -un`; exit")
        says(talk.finish(), "I am simon")
        talk = Talk(["/bin/login", "root"], stage)
        talk.answer(PASSWORD, "Pas le bon, celui-la")
        talk.expect("Login incorrect")
        expect(TOKEN not in talk.text, "root was asked for a token:", repr(talk.text))
        talk.kill()


@case("su", "oathtool")
def the_shipped_su_takes_an_account_or_the_unix_password(stage):
    with shipped(stage, "su", "su"):
        rose = stage.world.account("rose")
        for user, answers in [("rose", [(PASSWORD, rose.password), (TOKEN, rose.code())]),
                              ("carol", [(PASSWORD, UNIX_PASSWORD), (TOKEN, "")])]:
            stage.give_unix_password("carol")
            talk = Talk(["/bin/su", user, "-c", "id -un"], stage, stage.uid("alice"))
            for prompt, answer in answers:
                talk.answer(prompt, answer)
            ran_as(talk.finish(), user)
        talk = Talk(["/bin/su", "rose", "-c", "id -un"], stage, stage.uid("alice"))
        talk.answer(PASSWORD, "Pas le bon, celui-la")
        talk.answer(TOKEN, rose.code(1))
        talk.finish()
        expect(talk.status != 0 and talk.text.count(PASSWORD) == 1, "asked for the Unix password:", repr(talk.text))
        ran_as(Talk(["/bin/su", "rose", "-c", "id -un"], stage).finish(), "rose")


@case("su", "oathtool")
def audit_f10_su_asks_the_same_of_who_has_an_account_and_who_has_none(stage):
    with shipped(stage, "su", "su"):
        stage.world.account("rose")
        stage.give_unix_password("carol")
        asked = {}
        for user in ("rose", "carol"):
            talk = Talk(["/bin/su", user, "-c", "id -un"], stage, stage.uid("alice"))
            talk.answer(PASSWORD, "Pas le bon, celui-la")
            talk.answer(TOKEN, "123456")
            talk.finish()
            expect(talk.status != 0, user, repr(talk.text))
            asked[user] = (talk.text.count(PASSWORD), talk.text.count(TOKEN))
        expect(asked["rose"] == asked["carol"] == (1, 1), asked)


@case("sudo", "oathtool")
def the_shipped_sudo_wants_the_password_alone_and_clears_no_code_failure(stage):
    with shipped(stage, "sudo", "sudo"):
        kevin = stage.world.account("kevin", "failures=2")
        for _ in range(2):
            ran_as(sudo(stage, "kevin", kevin.password), "root")
        seen = stage.world.show("kevin")
        expect(seen["stranger_password_failures"] == "0" and seen["stranger_code_failures"] == "2", seen)
        talk = sudo(stage, "kevin", "Pas le bon, celui-la")
        expect(talk.status != 0 and "root" not in talk.shown(), "a wrong password is enough:", repr(talk.text))


def sudo(stage, user, password):
    talk = Talk(["/usr/bin/sudo", "id", "-un"], stage, stage.uid(user))
    talk.answer("assword", password)
    return talk.finish()


@case("passwd", "oathtool")
def the_shipped_passwd_changes_an_account_s_password_or_the_unix_one(stage):
    with shipped(stage, "passwd", "passwd"):
        ursule = stage.world.account("ursule", *stage.world.OLD_ENOUGH)
        for user, old, code in [("ursule", ursule.password, ursule.code()), ("carol", UNIX_PASSWORD, None)]:
            stage.give_unix_password("carol")
            talk = Talk(["/usr/bin/passwd"], stage, stage.uid(user))
            talk.answer(OLD, old)
            if code:
                talk.answer(TOKEN, code)
            talk.answer(NEW, stage.world.secret(CHOSEN + " de " + user))
            talk.answer(AGAIN, CHOSEN + " de " + user)
            expect(talk.finish().status == 0, "passwd failed:", repr(talk.text))
        stage.give_unix_password("carol")


@case("vlock", "oathtool")
def the_shipped_vlock_unlocks_by_password_and_has_an_expired_one_changed(stage):
    stage.use_example("vlock")
    alice = stage.world.account("alice")
    talk = lock(stage, "alice")
    talk.answer("alice's Password: ", "Pas le bon, celui-la")
    talk.answer("root's Password: ", alice.password)
    talk.expect("locked")
    talk.child.sendline("")
    talk.answer("alice's Password: ", alice.password)
    expect(talk.finish().status == 0, "vlock did not open:", repr(talk.text))
    stage.world.expire("alice")
    talk = lock(stage, "alice")
    talk.answer("alice's Password: ", alice.password)
    talk.answer(OLD, alice.password)
    talk.answer(TOKEN, alice.code())
    talk.answer(NEW, stage.world.secret(CHOSEN + " d'alice"))
    talk.answer(AGAIN, CHOSEN + " d'alice")
    expect(talk.finish().status == 0, "vlock did not open:", repr(talk.text))


class LockTalk(Talk):
    def takes_a_secret(self):
        """vlock shows its prompt, turns signals off, throws away what was typed till then, and only then waits."""
        signals_are_off = not termios.tcgetattr(self.child.child_fd)[3] & termios.ISIG
        return super().takes_a_secret() and signals_are_off and self.is_asleep()

    def is_asleep(self):
        with open("/proc/%d/stat" % self.child.pid, encoding="ascii", errors="replace") as stat:
            return stat.read().rpartition(")")[2].split()[0] == "S"


def lock(stage, user):
    """vlock waits for a key before it asks the person, and then root, who has no account here."""
    talk = LockTalk(["/usr/bin/vlock"], stage, stage.uid(user), USER=user, VLOCK_MESSAGE="locked")
    talk.expect("locked")
    talk.child.sendline("")
    return talk


@case("oathtool")
def the_listener_serves_root_too_and_outlives_its_agents(stage):
    stage.serve(servers.Listener)
    with shipped(stage, "su", "su"):
        rose = stage.world.account("rose")
        talk = Talk(["/bin/su", "rose", "-c", "id -un"], stage, stage.uid("alice"))
        talk.answer(PASSWORD, rose.password)
        talk.expect(TOKEN)
        talk.answer("", rose.code())
        ran_as(talk.finish(), "rose")
    expect(stage.serve(servers.Listener).process.poll() is None, "the listener ended")
