"""su, login, passwd, sudo and cron: the services of the machine itself."""
import json
import os
import subprocess
import time

from harness import case, expect
from consumers import AGAIN, NEW, OLD, PASSWORD, TOKEN, Talk
from judge import one_line, ran_as, says
from stage import UNIX_PASSWORD

CHOSEN = "Sept lampes dans la cave 3"


@case("su", "oathtool")
def su_from_another_user_asks_for_password_and_token(stage):
    rose = stage.world.account("rose")
    code = rose.code(-1)
    for right in (True, False):
        talk = Talk(["/bin/su", "rose", "-c", "id -un"], stage, stage.uid("carol"))
        talk.answer(PASSWORD, rose.password)
        talk.answer(TOKEN, code)
        talk.finish()
        if right:
            ran_as(talk, "rose")
    expect(talk.status != 0 and "rose" not in talk.shown(), "a used code opened su:", repr(talk.text))


@case("su", "oathtool")
def su_to_a_name_that_is_somebody_elses_now_is_refused(stage):
    """userdel, useradd: the former person's password and token open nothing of the new one's."""
    gone = stage.world.account("rose", "uid=4242")
    mark = stage.log.mark()

    def enter(code):
        talk = Talk(["/bin/su", "rose", "-c", "id -un"], stage, stage.uid("carol"))
        talk.answer(PASSWORD, gone.password)
        talk.answer(TOKEN, code)
        return talk.finish()
    talk = enter(gone.code(-1))
    expect(talk.status != 0 and "rose" not in talk.shown(), "the former person came in:", repr(talk.text))
    expect(any(b"another uid" in line and b"liberations uid" in line for line in stage.log.since(mark)), "not logged")
    stage.world.cli("uid", "rose")
    ran_as(enter(gone.code(-1)), "rose")


@case("su")
def su_from_root_asks_nothing(stage):
    stage.world.account("rose", *stage.world.EXPIRED)
    for user in ["carol", "rose"]:
        ran_as(Talk(["/bin/su", user, "-c", "id -un"], stage).finish(), user)


@case("login", "oathtool")
def login_on_a_terminal(stage):
    simon = stage.world.account("simon")
    talk = Talk(["/bin/login"], stage)
    talk.expect("login: ")
    talk.child.sendline("simon")
    talk.answer(PASSWORD, simon.password)
    talk.answer(TOKEN, simon.code())
    talk.expect("$ ")
    talk.child.sendline("echo I am `id -un`; exit")
    says(talk.finish(), "I am simon")


@case("login", "oathtool")
def login_refuses_a_wrong_code(stage):
    theo = stage.world.account("theo")
    talk = Talk(["/bin/login", "theo"], stage)
    talk.answer(PASSWORD, theo.password)
    talk.answer(TOKEN, "")
    talk.expect("Login incorrect")
    talk.kill()


@case("login", "oathtool")
def login_changes_an_expired_password(stage):
    theo = stage.world.account("theo", *stage.world.EXPIRED)
    talk = Talk(["/bin/login", "theo"], stage)
    talk.answer(PASSWORD, theo.password)
    talk.answer(TOKEN, theo.code())
    talk.expect("Your password has expired")
    talk.answer(NEW, stage.world.secret(CHOSEN + " de theo"))
    talk.answer(AGAIN, CHOSEN + " de theo")
    talk.expect("$ ")
    talk.child.sendline("echo I am `id -un`; exit")
    says(talk.finish(), "I am theo")


@case("passwd", "su", "oathtool")
def passwd_by_the_person(stage):
    ursule = stage.world.account("ursule", *stage.world.OLD_ENOUGH)
    chosen = stage.world.secret(CHOSEN + " d'ursule")
    talk = begin_passwd(stage, ursule, ursule.code(-1))
    talk.answer(NEW, ursule.password)
    talk.expect("That is your current password.")
    talk.answer(NEW, chosen)
    talk.answer(AGAIN, chosen)
    expect(talk.finish().status == 0, "passwd failed:", repr(talk.text))
    talk = Talk(["/bin/su", "ursule", "-c", "id -un"], stage, stage.uid("carol"))
    talk.answer(PASSWORD, chosen)
    talk.answer(TOKEN, ursule.code())
    ran_as(talk.finish(), "ursule")


@case("passwd", "oathtool")
def passwd_refuses_a_wrong_old_password_and_an_old_password_anew(stage):
    victor = stage.world.account("victor", *stage.world.OLD_ENOUGH)
    right, victor.password = victor.password, "Pas le bon, celui-la"
    talk = begin_passwd(stage, victor, victor.code(-1)).finish()
    expect(talk.status != 0 and NEW not in talk.text, "a wrong old password is enough:", repr(talk.text))
    victor.password = right
    talk = begin_passwd(stage, victor, victor.code())
    for _ in range(3):
        talk.answer(NEW, victor.password)
    expect(talk.finish().status != 0, "the same password was taken:", repr(talk.text))


def begin_passwd(stage, account, code):
    talk = Talk(["/usr/bin/passwd"], stage, stage.uid(account.name))
    talk.answer(OLD, account.password)
    talk.answer(TOKEN, code)
    return talk


@case("passwd")
def passwd_of_a_user_without_an_account_is_the_system_s(stage):
    talk = Talk(["/usr/bin/passwd"], stage, stage.uid("carol"))
    talk.answer("Current password: ", UNIX_PASSWORD)
    talk.answer("New password: ", CHOSEN)
    talk.answer("Retype new password: ", CHOSEN)
    expect(talk.finish().status == 0, "passwd failed:", repr(talk.text))
    with open("/etc/shadow") as file:
        expect([line for line in file if line.startswith("carol:$y$")], "the system's password was not changed")


@case("sudo", "oathtool")
def sudo_asks_for_both_and_refuses_the_same_code_right_after(stage):
    kevin = stage.world.account("kevin")
    code = kevin.code()
    ran_as(sudo(stage, kevin, code), "root")
    mark = stage.log.mark()
    # sudo asks modules for silence (PAM_SILENT): a prompt says it, and takes the next code.
    again = begin_sudo(stage, kevin, code)
    again.expect("This code was already used. Wait for the next one.")
    again.answer(TOKEN, code)
    expect(again.finish().status != 0 and "root" not in again.shown(), "a used code opened sudo:", repr(again.text))
    expect(len([line for line in stage.log.since(mark) if b"kevin" in line and b"already used" in line]) == 2,
           "not one line for each refusal")
    again = begin_sudo(stage, kevin, code)
    again.expect("This code was already used. Wait for the next one.")
    again.answer(TOKEN, kevin.code(1))
    ran_as(again.finish(), "root")


def begin_sudo(stage, account, code):
    talk = Talk(["/usr/bin/sudo", "id", "-un"], stage, stage.uid(account.name))
    talk.answer("assword", account.password)
    talk.answer(TOKEN, code)
    return talk


def sudo(stage, account, code):
    return begin_sudo(stage, account, code).finish()


@case("cron")
def cron_runs_the_jobs_of_root_and_of_an_expired_account(stage):
    marks = {"root": stage.path("cron-ran"), "jeanne": stage.path("home", "jeanne", "cron-ran")}
    stage.world.account("jeanne", *stage.world.EXPIRED)
    stage.write("/etc/cron.d/liberations-test", "SHELL=/bin/sh\nMAILTO=\"\"\n" + "".join(
        "* * * * * %s id -un > %s\n" % item for item in marks.items()))
    stage.running.append(Cron())
    end = time.monotonic() + 600
    yield
    while time.monotonic() < end and not all(map(written, marks.values())):
        time.sleep(0.2)
    for user, path in marks.items():
        expect(written(path) == user, "no job of", user, "ran; the log:", stage.log.since(0, b"cron")[-5:])


def written(path):
    if not os.path.exists(path):
        return ""
    with open(path) as file:
        return file.read().strip()


class Cron:
    """cron in the foreground, stopped with the stage."""
    method = "cron"

    def __init__(self):
        self.process = subprocess.Popen(["cron", "-f"], stdin=subprocess.DEVNULL)

    def stop(self):
        self.process.terminate()
        self.process.wait()


@case()
def whoever_was_invited_before_useradd_gets_the_unix_user_with_the_next_invitation(stage):
    def recorded():
        return json.loads(world.cli("show", name, "--json"))["uid"]
    world, uid = stage.world, 41877
    for words, name in [(("invite", "--renew"), "late-anna"), (("reset-token", "--yes"), "late-bert"), (("passwd",), "late-cleo")]:
        world.cli("invite", name)
        expect(recorded() is None, "a uid without a Unix user:", recorded())
        world.cli(words[0], name, *words[1:])
        expect(recorded() is None, "a uid without a Unix user:", recorded())
        uid += 1
        stage.add_user(name, uid)
        says = world.cli(words[0], name, *words[1:])
        expect("recorded uid %d" % uid in says, says)
        expect(recorded() == uid, words, "records", recorded())
        expect("recorded" not in world.cli(words[0], name, *words[1:]), "said twice")


@case()
def people_of_a_directory_are_no_system_users(stage):
    for name, uid, ordinary in [("late-dora", 60513, True), ("late-emma", 60514, False), ("late-finn", 65535, False),
                                ("late-gina", 65536, True), ("late-hugo", 1200001234, True), ("late-ivan", 999, False)]:
        stage.add_user(name, uid)
        told = stage.world.told("invite", name)
        expect(("this is a system user" in told) != ordinary, name, uid, told)
        if ordinary:
            expect(json.loads(stage.world.cli("show", name, "--json"))["uid"] == uid, name)
