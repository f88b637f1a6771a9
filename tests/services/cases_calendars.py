"""The Unix password has a calendar of its own. Where people have an account here they never type that password, so its age
says nothing about them; the end of the Unix account does."""
import contextlib
import json
import os
import subprocess
import time

from harness import case, expect
from cases_examples import lock, shipped, sudo, with_key
from consumers import PASSWORD, TOKEN, Talk
from judge import ran_as, signed_in
from namespace import TOP
from stage import UNIX_PASSWORD

EXAMPLES = os.path.join(TOP, "packaging", "examples")
TODAY = int(time.time()) // 86400
AGES = {  # what hardened machines set, and what an administrator does
    "must change": ["-d", "0"],
    "aged": ["-d", str(TODAY - 400), "-M", "365"],
    "long dead": ["-d", str(TODAY - 500), "-M", "365", "-I", "30"],
    "soon": ["-d", str(TODAY - 362), "-M", "365", "-W", "7", "-I", "30"],
}
ENDED = ["-E", "1"]
FRESH = ["-d", str(TODAY - 100), "-M", "99999", "-I", "-1", "-E", "-1", "-W", "7"]
WORDS = ("expire", "required to change", "administrator")


def shipped_files():
    """The names of the files in it. web/ holds those of web servers, which know no stack."""
    return sorted(entry.name for entry in os.scandir(EXAMPLES) if entry.is_file())


def chage(name, words):
    for some in filter(None, [FRESH, words]):
        subprocess.run(["chage", *some, name], check=True)


@contextlib.contextmanager
def aged(name, words):
    chage(name, words)
    try:
        yield
    finally:
        chage(name, [])


def quiet(stage, mark, talk, what):
    """Neither the person nor the log hears of an age that nobody judges."""
    said = talk.text + b"\n".join(stage.log.since(mark)).decode(errors="replace")
    found = [line for line in said.splitlines() if any(word in line for word in WORDS)]
    expect(not found, what, "is spoken of:", found)


def closed(talk, name):
    """sshd says that permission is denied, or hangs up."""
    expect(talk.status == 255 and name not in talk.shown(), "not refused (status %s):" % talk.status, repr(talk.text))


def by_sshd(stage, account):
    return stage.sshd().sign_in(account.name, account.password, account.code())


def by_key(stage, account):
    return stage.sshd().with_key(account.name)


def by_key_and_token(stage, account):
    return with_key(stage, account.name, account.code()).finish()


def by_su(stage, account):
    talk = Talk(["/bin/su", account.name, "-c", "id -un"], stage, stage.uid("alice"))
    talk.answer(PASSWORD, account.password)
    talk.answer(TOKEN, account.code())
    return talk.finish()


def by_sudo(stage, account):
    return sudo(stage, account.name, account.password)


def by_login(stage, account):
    talk = Talk(["/bin/login", account.name], stage)
    talk.answer(PASSWORD, account.password)
    talk.answer(TOKEN, account.code())
    if talk.which("$ ", "expired", "Login incorrect", "failure") == "$ ":
        talk.child.sendline("id -un; exit")
    return talk.finish()


def walk(stage, example, service, name, sign_in, runs_as=None):
    """Every age lets in, and says nothing; the end of the account does not."""
    with shipped(stage, example, service):
        account = stage.world.account(name)
        for what, words in AGES.items():
            stage.world.forgive(name)
            with aged(name, words):
                mark = stage.log.mark()
                talk = sign_in(stage, account)
                ran_as(talk, runs_as or name)
                quiet(stage, mark, talk, what)
        stage.world.forgive(name)
        with aged(name, ENDED):
            talk = sign_in(stage, account)
            expect((runs_as or name) not in talk.shown(), "an ended account is open:", repr(talk.text))


@case("sshd", "ssh", "oathtool", "chage")
def the_shipped_sshd_hears_nothing_of_the_unix_password_s_age(stage):
    walk(stage, "sshd", "sshd", "nadia", by_sshd)


@case("sshd", "ssh", "oathtool", "chage")
def a_key_of_the_shipped_sshd_hears_nothing_of_it_either(stage):
    walk(stage, "sshd", "sshd", "nadia", by_key)


@case("sshd", "ssh", "oathtool", "chage")
def nor_do_a_key_and_the_token(stage):
    walk(stage, "sshd-key", "sshd", "igor", by_key_and_token)


@case("su", "oathtool", "chage")
def nor_does_the_shipped_su(stage):
    walk(stage, "su", "su", "rose", by_su)


@case("sudo", "oathtool", "chage")
def nor_does_the_shipped_sudo(stage):
    walk(stage, "sudo", "sudo", "kevin", by_sudo, "root")


@case("login", "oathtool", "chage")
def nor_does_the_shipped_login(stage):
    walk(stage, "login", "login", "simon", by_login)


@case("sshd", "ssh", "chage")
def a_key_of_somebody_without_an_account_outlives_the_unix_password(stage):
    """Nobody could renew it by ssh; root's key is one of these."""
    with shipped(stage, "sshd", "sshd"):
        stage.world.set("carol", "state=unknown")
        for name in ["carol", "root"]:
            for words in AGES.values():
                with aged(name, words):
                    signed_in(stage.sshd().with_key(name), name)
            with aged(name, ENDED):
                expect(stage.sshd().with_key(name).status != 0, name, "is open though the account has ended")


@case("su", "oathtool", "chage")
def a_unix_password_that_is_in_use_still_ages(stage):
    with shipped(stage, "su", "su"):
        stage.world.set("carol", "state=unknown")
        stage.give_unix_password("carol")
        with aged("carol", AGES["must change"]):
            talk = Talk(["/bin/su", "carol", "-c", "id -un"], stage, stage.uid("alice"))
            for prompt, answer in [(PASSWORD, UNIX_PASSWORD), (TOKEN, "")]:
                talk.answer(prompt, answer)
            talk.expect("required to change your password")
            talk.kill()


@case("sshd", "ssh", "oathtool", "chage", "usermod")
def a_locked_unix_password_stops_nobody_and_an_ended_account_stops_the_key_too(stage):
    """What liberations-services(7) says of people who leave."""
    with shipped(stage, "sshd", "sshd"):
        nadia = stage.world.account("nadia")
        subprocess.run(["usermod", "-L", "nadia"], check=True)
        signed_in(by_sshd(stage, nadia), "nadia")
        subprocess.run(["usermod", "-p", "*", "nadia"], check=True)
        stage.world.set("nadia", *stage.world.DISABLED)
        for sign_in in [by_sshd, by_key]:
            stage.world.forgive("nadia")
            closed(sign_in(stage, nadia), "nadia")
        stage.world.account("nadia")
        with aged("nadia", ENDED):
            mark = stage.log.mark()
            closed(by_key(stage, nadia), "nadia")
            expect(any(b"nadia: refused: the Unix account has ended" in line for line in stage.log.since(mark)),
                   "no line says why:", stage.log.since(mark))


@case("sshd", "ssh", "oathtool")
def nologin_and_a_missing_shadow_entry_still_refuse(stage):
    with shipped(stage, "sshd", "sshd"):
        nadia = stage.world.account("nadia")
        stage.write("/etc/nologin", "Down for repairs\n")
        talk = by_sshd(stage, nadia)
        os.unlink("/etc/nologin")
        closed(talk, "nadia")
        stage.world.forgive("nadia")
        whole = stage.read("/etc/shadow")
        stage.write("/etc/shadow", "".join(line for line in whole.splitlines(True) if not line.startswith("nadia:")), 0o640)
        talk = by_key(stage, nadia)
        stage.write("/etc/shadow", whole, 0o640)
        closed(talk, "nadia")
        signed_in(by_key(stage, nadia), "nadia")


@case()
def no_shipped_file_asks_pam_unix_about_people_with_an_account(stage):
    """An account line of pam_unix stands behind the module's own, at which they stop."""
    for name in shipped_files():
        stops = False
        for words in [line.split() for line in stage.example(name).splitlines() if line.startswith("account")]:
            line = " ".join(words)
            expect("pam_unix" not in line or stops, name, "lets pam_unix judge everybody")
            stops = stops or "pam_liberations.so" in line and "success=done new_authtok_reqd=" in line


@case("vlock", "oathtool", "chage")
def where_account_management_is_never_called_the_end_of_the_account_counts_with_expired_auth(stage):
    stage.use_example("vlock")
    alice = stage.world.account("alice")
    with aged("alice", AGES["long dead"]):
        talk = lock(stage, "alice")
        talk.answer("alice's Password: ", alice.password)
        expect(talk.finish().status == 0, "vlock did not open:", repr(talk.text))
    with aged("alice", ENDED):
        talk = lock(stage, "alice")
        talk.answer("alice's Password: ", alice.password)
        talk.expect("root's Password: ")
        talk.kill()


@case("chage", "usermod")
def show_tells_the_unix_account_beside_ours(stage):
    stage.world.account("nadia")
    for words, english, french, facts in [
            ([], "", "", (False, False)),
            (ENDED, "Unix account:    ended on ", "Compte Unix :           terminé depuis le ", (True, False)),
            (["-E", "2999-01-01"], "Unix account:    ends ", "Compte Unix :           prend fin le ", (False, False)),
            (AGES["must change"], "Unix password:   ages, ", "Mot de passe Unix :     vieillit, ", (False, True)),
            (AGES["long dead"], "Unix password:   ages, ", "Mot de passe Unix :     vieillit, ", (False, True))]:
        with aged("nadia", words):
            told = stage.world.cli("show", "nadia"), french_show(stage, "nadia")
            seen = json.loads(stage.world.cli("show", "nadia", "--json"))["unix_account"]
        expect(told[0].count("Unix account:") + told[0].count("Unix password:") == bool(words), words, told[0])
        expect(english in told[0] and french in told[1], words, told)
        expect((seen["ended"], seen["password_ages"]) == facts and not seen["password_locked"], words, seen)
        expect((seen["ends"] is not None) == ("-E" in words), words, seen)
    subprocess.run(["usermod", "-L", "nadia"], check=True)
    told, seen = stage.world.cli("show", "nadia"), json.loads(stage.world.cli("show", "nadia", "--json"))
    subprocess.run(["usermod", "-p", "*", "nadia"], check=True)
    expect("Unix password:   locked, which stops no sign-in here" in told and seen["unix_account"]["password_locked"], told)
    stage.world.set("nobody-here", "state=own")
    expect(json.loads(stage.world.cli("show", "nobody-here", "--json"))["unix_account"] is None, "there is none")


def french_show(stage, name):
    done = subprocess.run([os.path.join(stage.lib, "liberations"), "show", name, "--config", stage.world.config],
                          env=dict(os.environ, LC_ALL="fr_CA.UTF-8"), stdout=subprocess.PIPE, text=True, check=True)
    return done.stdout
