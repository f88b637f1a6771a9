"""The shipped pam.d files when a part of the product is broken: root's own ways in stay, nobody else's does."""
import contextlib

from harness import case, expect
from cases_examples import shipped
from consumers import PASSWORD, Talk
from judge import says, signed_in
from stage import UNIX_PASSWORD


@contextlib.contextmanager
def broken_configuration(stage):
    path = "/etc/liberations/liberations.conf"
    right = stage.read(path)
    stage.write(path, right + "max-aeg = 6 months\n")
    try:
        yield
    finally:
        stage.write(path, right)


@case("sshd", "ssh", "oathtool")
def the_shipped_sshd_lets_root_s_key_in_whatever_is_broken(stage):
    """Ours is not asked about root; everybody else's account is judged or refused."""
    with shipped(stage, "sshd", "sshd"):
        stage.world.account("nadia")
        for user in ["nadia", "root"]:
            signed_in(stage.sshd().with_key(user), user)
        with broken_configuration(stage):
            signed_in(stage.sshd().with_key("root"), "root")
            talk = stage.sshd().with_key("nadia")
            expect(talk.status != 0 and "nadia" not in talk.shown(), "a broken configuration is taken:", repr(talk.text))


def root_by_console(stage):
    stage.give_unix_password("root")
    talk = Talk(["/bin/login", "root"], stage)
    talk.answer(PASSWORD, UNIX_PASSWORD)
    talk.expect("# ")
    talk.child.sendline("echo I am `id -un`; exit")
    says(talk.finish(), "I am root")


@case("login", "oathtool")
def the_shipped_login_lets_root_in_by_the_unix_password_whatever_is_broken(stage):
    with shipped(stage, "login", "login"), broken_configuration(stage):
        root_by_console(stage)


@case("sshd", "ssh")
def an_answer_is_found_among_what_sshd_and_others_say(stage):
    """sshd -d and a busy machine put their own lines behind it."""
    with shipped(stage, "sshd", "sshd"):
        talk = stage.sshd().with_key("root", "id -un; echo debug1: the session goes on")
        signed_in(talk, "root")
        expect(talk.shown() == ["root", "debug1: the session goes on"], "sshd's own lines reach the client:", repr(talk.text))
