"""sshd where a policy, a client or a container differs from what is shipped, and what liberations-services(7) says of it."""
import contextlib
import os
import subprocess

import consumers
from harness import Skip, case, expect
from cases_enroll import CHOSEN, FIRST_CODE, choose, invited, take_recovery_codes
from cases_examples import shipped
from cases_recipes import variant
from consumers import NEW, PASSWORD, TOKEN, Talk
from judge import refused, signed_in

TWICE = "PasswordAuthentication yes\nAuthenticationMethods password,keyboard-interactive\n"


@case("sshd", "ssh", "oathtool")
def a_password_before_the_dialogue_asks_for_all_of_it_twice_with_two_codes(stage):
    with shipped(stage, "sshd", "sshd"), variant(stage, "twice", TWICE) as server:
        nadia = stage.world.account("nadia")
        code = nadia.code(-1)
        for second, opens in [(nadia.code(), True), (code, False)]:
            stage.world.forgive("nadia")
            talk = server.talk("nadia", method="password,keyboard-interactive")
            talk.answer("password: ", nadia.password + code)
            talk.answer(PASSWORD, nadia.password)
            talk.answer(TOKEN, second)
            if opens:
                signed_in(talk.finish(), "nadia")
            else:
                refused(talk.finish())
        stage.world.forgive("nadia")
        talk = server.talk("nadia", method="password,keyboard-interactive")
        talk.answer("password: ", nadia.password)
        refused(talk.finish())
        expect(PASSWORD not in talk.text, "a password alone leads on to the dialogue:", repr(talk.text))


@case("sshd", "ssh", "oathtool")
def a_first_sign_in_cut_short_by_the_grace_time_goes_on_with_the_same_key(stage):
    """Long enough to show the QR code on a slow machine, too short for a phone."""
    with shipped(stage, "sshd", "sshd"):
        nadia = invited(stage, "nadia")
        for grace_s in (10, 40, 120):
            with variant(stage, "grace%d" % grace_s, "LoginGraceTime %d\n" % grace_s) as server:
                cut = server.talk("nadia", method="keyboard-interactive")
                if cut.is_asked(PASSWORD):
                    cut.answer("", nadia.password)
                if cut.is_asked(TOKEN):
                    cut.answer("", "")
                seen = cut.is_asked(FIRST_CODE)
                staying = stage.agents_that_stay(grace_s + 60)
                cut.child.sendline(nadia.code(-1))
                cut.finish()
            if seen:
                break
        expect(seen and not staying and cut.status == 255, "agents", staying, "after", repr(cut.text))
        shown = stage.world.show("nadia")
        expect(shown["password"] == "temporary" and shown["token"] == "pending", "something was committed:", shown)
        talk = stage.sshd().talk("nadia")
        talk.answer(PASSWORD, nadia.password)
        talk.answer(TOKEN, "")
        talk.type_after(FIRST_CODE, nadia.code())
        choose(talk, CHOSEN)
        take_recovery_codes(talk)
        signed_in(talk.finish(), "nadia")


LOGINUID = "/proc/self/loginuid"
WITHOUT = "setpriv --bounding-set=-audit_control --inh-caps=-audit_control --"
IN_CONTAINER = ["sh", "-c", "echo 0 >%s && exec %s \"$@\"" % (LOGINUID, WITHOUT), "-"]
REQUIRED, OPTIONAL = "session  required  pam_loginuid.so", "session  optional  pam_loginuid.so"


@contextlib.contextmanager
def container(stage):
    """sshd started by somebody's session, and without the right to say that it is another one's now."""
    consumers.METHODS["contained"] = stage.example("sshd_config")

    class Contained(consumers.Sshd):
        front = IN_CONTAINER
    server = Contained(stage, "contained")
    try:
        yield server
    finally:
        server.stop()
        del consumers.METHODS["contained"]


@case("sshd", "ssh", "setpriv", "oathtool", LOGINUID)
def where_the_login_uid_cannot_be_set_its_line_is_made_optional(stage):
    with shipped(stage, "sshd", "sshd"), container(stage) as server:
        nadia = stage.world.account("nadia")
        opens = {}
        for line in (REQUIRED, OPTIONAL):
            stack = stage.read("/etc/pam.d/sshd")
            expect(REQUIRED in stack, "the shipped line is another one")
            stage.write("/etc/pam.d/sshd", stack.replace(REQUIRED, line))
            stage.world.forgive("nadia")
            talk = server.talk("nadia", method="keyboard-interactive")
            talk.answer(PASSWORD, nadia.password)
            talk.answer(TOKEN, nadia.code())
            talk.finish()
            opens[line] = talk.status == 0 and "nadia" in talk.shown()
        expect(opens[OPTIONAL], "optional does not help:", repr(talk.text))
        if opens[REQUIRED]:
            raise Skip("this kernel lets everybody set it")


@case("sshd", "ssh", "lftp", "oathtool")
def lftp_goes_through_a_connection_that_ssh_has_opened(stage):
    """By itself it answers one prompt of ssh, and waits for ever at the second."""
    with shipped(stage, "sshd", "sshd"), variant(stage, "files", "Subsystem sftp internal-sftp\n") as server:
        nadia, path = stage.world.account("nadia"), os.path.join(server.place, "of-lftp")
        shared = ["-o", "ControlPath=" + path, "-o", "ControlMaster=yes"]
        master = server.talk("nadia", "id -un; sleep 300", "keyboard-interactive", shared)
        master.answer(PASSWORD, nadia.password)
        master.answer(TOKEN, nadia.code())
        master.expect("nadia")
        commands = "set sftp:connect-program 'ssh -a -x -F none -o ControlPath=%s'; set net:max-retries 1; " \
                   "open -u nadia,none sftp://127.0.0.1:%d; mkdir made-by-lftp; quit" % (path, server.port)
        try:
            done = subprocess.run(["lftp", "--norc", "-c", commands], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, text=True, cwd="/", timeout=600)
        finally:
            master.kill()
        expect(done.returncode == 0 and os.path.isdir(stage.path("home", "nadia", "made-by-lftp")), done.stdout)
