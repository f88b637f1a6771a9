"""What happens on a terminal besides the straight way: second tries, other users, other languages, hurried people."""
import time

from harness import case, expect
from consumers import AGAIN, NEW, OLD, PASSWORD, TOKEN, Talk
from judge import one_line, ran_as, says

CHOSEN = "Onze clefs pour une porte 2"
MOT_DE_PASSE = "Mot de passe : "
JETON = "Jeton de sécurité : "


def su(stage, user, by="carol", login=False, command=("-c", "id -un")):
    return Talk(["/bin/su"] + (["-"] if login else []) + [user] + list(command), stage, by and stage.uid(by))


def no_agent(stage):
    """The agent goes when the sign-in is done, not when the session is."""
    end = time.monotonic() + 600
    while stage.agents() and time.monotonic() < end:
        time.sleep(0.02)
    expect(not stage.agents(), "an agent lives on in the session")


@case("login", "oathtool")
def login_lets_another_person_try_after_a_refusal(stage):
    simon, theo = stage.world.account("simon"), stage.world.account("theo")
    talk = Talk(["/bin/login", "theo"], stage)
    talk.answer(PASSWORD, simon.password)
    talk.answer(TOKEN, theo.code())
    talk.expect("Login incorrect")
    talk.expect("login: ")
    talk.child.sendline("simon")
    talk.answer(PASSWORD, simon.password)
    talk.answer(TOKEN, simon.code())
    talk.expect("$ ")
    no_agent(stage)
    talk.child.sendline("echo I am `id -un`; exit")
    says(talk.finish(), "I am simon")


@case("sshd", "ssh", "su", "sudo", "oathtool")
def no_agent_lives_on_in_a_session(stage):
    yves = stage.world.account("yves")
    talk = stage.sshd().talk("yves", "echo begun; sleep 300")
    talk.answer(PASSWORD, yves.password)
    talk.answer(TOKEN, yves.code(-1))
    talk.expect("begun")
    no_agent(stage)
    talk.kill()
    for ahead, talk in [(0, su(stage, "yves", command=["-c", "echo begun; read end"])),
                        (1, Talk(["/usr/bin/sudo", "sh", "-c", "echo begun; read end"], stage, stage.uid("yves")))]:
        talk.answer("assword", yves.password)
        talk.answer(TOKEN, yves.code(ahead))
        talk.expect("begun")
        no_agent(stage)
        talk.child.sendline("")
        talk.finish()


@case("su", "oathtool")
def su_changes_an_expired_password_and_then_knows_the_new_one(stage):
    rose = stage.world.account("rose", *stage.world.EXPIRED)
    talk = su(stage, "rose")
    talk.answer(PASSWORD, rose.password)
    talk.answer(TOKEN, rose.code(-1))
    talk.answer(NEW, CHOSEN)
    talk.answer(AGAIN, CHOSEN)
    ran_as(talk.finish(), "rose")
    talk = su(stage, "rose")
    talk.answer(PASSWORD, CHOSEN)
    talk.answer(TOKEN, rose.code())
    ran_as(talk.finish(), "rose")


@case("sudo", "oathtool")
def sudo_changes_an_expired_password(stage):
    kevin = stage.world.account("kevin", *stage.world.EXPIRED)
    talk = Talk(["/usr/bin/sudo", "id", "-un"], stage, stage.uid("kevin"))
    talk.answer("assword", kevin.password)
    talk.answer(TOKEN, kevin.code())
    talk.answer(NEW, CHOSEN)
    talk.answer(AGAIN, CHOSEN)
    ran_as(talk.finish(), "root")


@case("su")
def su_from_root_is_refused_for_a_disabled_account(stage):
    stage.world.account("rose", *stage.world.DISABLED)
    mark = stage.log.mark()
    talk = su(stage, "rose", by=None).finish()
    expect(talk.status != 0 and "rose" not in talk.shown(), "a disabled account is open to su:", repr(talk.text))
    one_line(stage, mark, "rose", "disabled")


@case("su", "oathtool")
def su_speaks_french_where_the_service_does(stage):
    rose = stage.world.account("rose")
    code = rose.code()
    talk = su(stage, "rose", login=True)
    talk.answer(MOT_DE_PASSE, rose.password)
    talk.answer(JETON, code)
    ran_as(talk.finish(), "rose")
    talk = su(stage, "rose", login=True, command=())
    talk.answer(MOT_DE_PASSE, rose.password)
    talk.answer(JETON, code)
    says(talk.finish(), "Ce code n'est plus valide. Attendez le suivant.")


@case("su", "oathtool")
def an_end_of_input_at_either_prompt_refuses(stage):
    rose = stage.world.account("rose")
    for password in [None, rose.password]:
        talk = su(stage, "rose")
        if password:
            talk.answer(PASSWORD, password)
        talk.expect(TOKEN if password else PASSWORD)
        time.sleep(0.1)
        talk.child.sendeof()
        while talk.is_asked(TOKEN):
            talk.child.sendeof()
        talk.finish()
        expect(talk.status not in (0, None) and "rose" not in talk.shown(), "let in:", repr(talk.text))
    talk = su(stage, "rose")
    talk.answer(PASSWORD, rose.password)
    talk.answer(TOKEN, rose.code())
    ran_as(talk.finish(), "rose")


@case("passwd", "oathtool")
def passwd_asks_root_too_and_tells_who_comes_too_soon(stage):
    ursule = stage.world.account("ursule")
    talk = Talk(["/usr/bin/passwd", "ursule"], stage)
    talk.answer(OLD, ursule.password)
    talk.answer(TOKEN, ursule.code())
    talk.finish()
    says(talk, "Your password was changed too recently. Try again in 23 hours.")
    expect(talk.status != 0 and NEW not in talk.text, "changed too soon:", repr(talk.text))
