"""The recipes of liberations-services(7), with the shipped files, sshd and a stock client."""
import contextlib
import os
import subprocess
import time

from harness import case, expect
from cases_examples import shipped
from consumers import METHODS, PASSWORD, TOKEN
from judge import refused, signed_in
from stage import UNIX_PASSWORD

INSIDE = "/etc/security/liberations-inside.conf"


@contextlib.contextmanager
def networks(stage, text):
    """The shipped list, with a network of this case in place of the one in it."""
    stage.write(INSIDE, stage.example("liberations-inside.conf").replace("192.0.2.0/24", text))
    try:
        yield
    finally:
        os.unlink(INSIDE)


@case("sshd", "ssh", "oathtool")
def a_code_is_asked_from_outside_alone(stage):
    with shipped(stage, "sshd-outside", "sshd"):
        nadia = stage.world.account("nadia")
        with networks(stage, "127.0.0.0/8"):
            talk = stage.sshd().talk("nadia")
            talk.answer(PASSWORD, nadia.password)
            signed_in(talk.finish(), "nadia")
            talk = stage.sshd().talk("nadia")
            talk.answer(PASSWORD, "Pas le bon, celui-la")
            refused(talk.finish())
            expect(TOKEN not in talk.text, "the second line was asked after a refusal:", repr(talk.text))
        with networks(stage, "198.51.100.0/24"):
            talk = stage.sshd().talk("nadia")
            talk.answer(PASSWORD, nadia.password)
            talk.answer(TOKEN, "")
            refused(talk.finish())
            stage.world.forgive("nadia")
            signed_in(stage.sshd().sign_in("nadia", nadia.password, nadia.code()), "nadia")
        stage.world.forgive("nadia")
        talk = stage.sshd().talk("nadia")
        talk.answer(PASSWORD, nadia.password)
        talk.answer(TOKEN, "")
        refused(talk.finish())


@contextlib.contextmanager
def variant(stage, name, words):
    """sshd with lines that win against the shipped drop-in."""
    METHODS[name] = words + stage.example("sshd_config")
    try:
        yield stage.sshd(name)
    finally:
        del METHODS[name]


@contextlib.contextmanager
def keys_of_an_agent(place):
    """Three keys that this server does not know, held by a real ssh-agent: the options that offer them."""
    path = os.path.join(place, "agent")
    process = subprocess.Popen(["ssh-agent", "-D", "-a", path], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    try:
        while not os.path.exists(path) and process.poll() is None:
            time.sleep(0.02)
        for key in [os.path.join(place, "other%d" % number) for number in range(3)]:
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
            subprocess.run(["ssh-add", "-q", key], env=dict(os.environ, SSH_AUTH_SOCK=path), check=True)
        yield ["-o", "IdentityAgent=" + path]
    finally:
        process.terminate()
        process.wait()


@case("sshd", "ssh", "ssh-agent", "ssh-add", "oathtool")
def with_max_auth_tries_2_the_client_may_offer_no_keys_of_its_agent(stage):
    own = "MaxAuthTries 2\nAuthorizedKeysFile none\n"
    with shipped(stage, "sshd", "sshd"), variant(stage, "tries", own) as server, keys_of_an_agent(server.place) as offers:
        nadia = stage.world.account("nadia")
        talk = server.talk("nadia", method="publickey,keyboard-interactive", options=[*offers, "-o", "IdentitiesOnly=no"])
        expect(not talk.is_asked(PASSWORD) and "Too many authentication failures" in talk.text, "no limit:", repr(talk.text))
        talk.kill()
        for method, words in [("publickey,keyboard-interactive", ["-o", "IdentitiesOnly=yes"]), ("keyboard-interactive", [])]:
            stage.world.forgive("nadia")
            talk = server.talk("nadia", method=method, options=[*offers, *words])
            talk.answer(PASSWORD, nadia.password)
            talk.answer(TOKEN, nadia.code())
            signed_in(talk.finish(), "nadia")


@case("sshd", "ssh", "oathtool")
def one_connection_that_is_shared_needs_one_code(stage):
    with shipped(stage, "sshd", "sshd"):
        nadia, server = stage.world.account("nadia"), stage.sshd()
        shared = ["-o", "ControlPath=" + os.path.join(server.place, "shared")]
        talk = server.talk("nadia", "id -un; sleep 300", options=shared + ["-o", "ControlMaster=yes"])
        talk.answer(PASSWORD, nadia.password)
        talk.answer(TOKEN, nadia.code())
        talk.expect("nadia")
        try:
            for _ in range(3):
                signed_in(server.talk("nadia", options=shared).finish(), "nadia")
        finally:
            talk.kill()


PAMELA = "/usr/lib/python3/dist-packages/pamela.py"
ALONE = """
import sys, pamela
try:
    pamela.authenticate(sys.argv[2], sys.stdin.readline().rstrip("\\n"), service=sys.argv[1], resetcred=0)
    print("opened")
except pamela.PAMError as reason:
    print("refused:", reason)
"""


def authenticates_alone(stage, service, name, answer, user=None):
    """JupyterHub's library, which gives one answer to every hidden prompt and calls nothing else."""
    front = ["setpriv", "--reuid", user, "--regid", user, "--init-groups"] if user else []
    done = subprocess.run([*front, "python3", "-c", ALONE, service, name], input=answer + "\n", stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, cwd="/")
    expect(done.stdout.startswith(("opened", "refused:")), "it broke:", done.stdout)
    return done.stdout.startswith("opened")


def alone(stage, service, user=None):
    stage.use_example(service)
    nadia = stage.world.account("nadia")
    for state, opens in [("state=own", True), ("state=expired", False), ("state=disabled", False), ("state=pending", False),
                         ("state=own", True)]:
        stage.world.set("nadia", state)
        stage.world.forgive("nadia")
        expect(not authenticates_alone(stage, service, "nadia", nadia.password, user), state, "opens without a code")
        stage.world.forgive("nadia")
        expect(authenticates_alone(stage, service, "nadia", nadia.password + nadia.code(), user) == opens, service, state)
    subprocess.run(["chage", "-E", "1", "nadia"], check=True)
    stage.world.forgive("nadia")
    opened = authenticates_alone(stage, service, "nadia", nadia.password + nadia.code(), user)
    subprocess.run(["chage", "-E", "-1", "nadia"], check=True)
    return opened


@case(PAMELA, "oathtool", "chage")
def jupyterhub_s_library_alone_is_judged_in_full(stage):
    expect(not alone(stage, "jupyterhub"), "an ended Unix account is open")


@case(PAMELA, "setpriv", "oathtool", "chage")
def a_service_of_another_user_that_calls_authenticate_alone_is_too(stage):
    alone(stage, "gitea", "www-data")


@case("sshd", "ssh", "oathtool", "groupadd", "gpasswd")
def while_people_change_over_nobody_is_asked_twice(stage):
    with shipped(stage, "sshd-staged", "sshd"):
        subprocess.run(["groupadd", "-f", "token"], check=True)
        subprocess.run(["gpasswd", "-a", "nadia", "token"], check=True, stdout=subprocess.DEVNULL)
        nadia = stage.world.account("nadia")
        stage.world.set("carol", "state=unknown")
        stage.give_unix_password("carol")
        signed_in(stage.sshd().sign_in("nadia", nadia.password, nadia.code()), "nadia")
        for answer, opens in [(UNIX_PASSWORD, True), ("Pas le bon, celui-la", False)]:
            talk = stage.sshd().talk("carol")
            talk.answer(PASSWORD, answer)
            talk.finish()
            expect((talk.status == 0) == opens and TOKEN not in talk.text and talk.text.count(PASSWORD) == 1, repr(talk.text))
        stage.give_unix_password("nadia")
        talk = stage.sshd().talk("nadia")
        talk.answer(PASSWORD, UNIX_PASSWORD)
        talk.answer(TOKEN, "")
        refused(talk.finish())
        expect(talk.text.count(PASSWORD) == 1, "the Unix password was asked for:", repr(talk.text))
        subprocess.run(["usermod", "-p", "*", "nadia"], check=True)
        subprocess.run(["gpasswd", "-d", "nadia", "token"], check=True, stdout=subprocess.DEVNULL)
