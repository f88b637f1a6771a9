"""sshd, keyboard-interactive: passwords that are chosen in the sign-in dialogue."""
import json
import re
import subprocess

from harness import case, expect
from consumers import AGAIN, NEW, PASSWORD, TOKEN
from judge import refused, says, signed_in

CHOSEN = "Trois merles sous la pluie 9"


def choose(talk, password, again=None):
    talk.answer(NEW, password)
    talk.answer(AGAIN, password if again is None else again)


ACKNOWLEDGE = "Press Enter when you have written them down: "


def take_recovery_codes(talk):
    """Reads the ten codes off the prompt and acknowledges them."""
    talk.answer(ACKNOWLEDGE, "")
    codes = re.findall(r"\b[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}\b", talk.text)
    expect(len(codes) == 10, "not ten recovery codes:", repr(talk.text))
    return [talk.stage.world.secret(code) for code in codes]


def begin(stage, account, code):
    talk = stage.sshd().talk(account.name)
    talk.answer(PASSWORD, account.password)
    talk.answer(TOKEN, code)
    return talk


@case("sshd", "ssh", "oathtool")
def an_expired_password_is_changed_in_the_same_dialogue(stage):
    nadia = stage.world.account("nadia", *stage.world.EXPIRED)
    chosen = stage.world.secret(CHOSEN + " nouveaux")
    talk = begin(stage, nadia, nadia.code(-1))
    talk.expect("Your password has expired: choose a new one.")
    choose(talk, chosen)
    signed_in(talk.finish(), "nadia")
    refused(stage.sshd().sign_in("nadia", nadia.password, nadia.code()))
    signed_in(stage.sshd().sign_in("nadia", chosen, nadia.code(1)), "nadia")


@case("sshd", "ssh", "oathtool")
def a_password_of_before_is_refused_and_another_may_be_tried(stage):
    olga = stage.world.account("olga", *stage.world.EXPIRED)
    talk = begin(stage, olga, olga.code(-1))
    talk.answer(NEW, olga.password)
    talk.expect("That is your current password.")
    choose(talk, stage.world.secret(CHOSEN), again="Autre chose que cela")
    talk.expect("The passwords do not match.")
    choose(talk, CHOSEN)
    signed_in(talk.finish(), "olga")
    stage.world.expire("olga")
    old, olga.password = olga.password, CHOSEN
    talk = begin(stage, olga, olga.code())
    for _ in range(3):
        talk.answer(NEW, old)
    says(talk.finish(), "You have used that password before.")
    refused(talk)
    talk = begin(stage, olga, olga.code(1))
    talk.expect("Your password has expired")
    talk.kill()


@case("sshd", "ssh", "oathtool")
def a_person_enrolled_at_the_desk_signs_in_for_the_first_time(stage):
    world = stage.world
    process = subprocess.Popen([stage.lib + "/liberations", "enroll", "paul", "--json", "--config", world.config],
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    told = json.loads(process.stdout.readline())
    paul = world.person("paul", told["temporary_password"], told["key"])
    print(paul.code(-1), file=process.stdin, flush=True)
    expect(json.loads(process.stdout.readline())["confirmed"] is True, "the code was not confirmed")
    process.stdin.close()
    expect(process.wait() == 0, "enroll failed")
    chosen = world.secret(CHOSEN + " de paul")
    talk = begin(stage, paul, paul.code())
    talk.expect("First sign-in: choose your own password.")
    choose(talk, chosen)
    take_recovery_codes(talk)
    signed_in(talk.finish(), "paul")
    refused(stage.sshd().sign_in("paul", paul.password, paul.code(1)))
    world.forgive("paul")
    signed_in(stage.sshd().sign_in("paul", chosen, paul.code(1)), "paul")


@case("sshd", "ssh", "oathtool")
def a_first_sign_in_that_is_left_halfway_changes_nothing(stage):
    quentin = stage.world.account("quentin", *stage.world.TEMPORARY)
    talk = begin(stage, quentin, quentin.code(-1))
    talk.answer(NEW, CHOSEN)
    talk.expect(AGAIN)
    talk.kill()
    talk = begin(stage, quentin, quentin.code())
    choose(talk, stage.world.secret(CHOSEN + " de quentin"))
    take_recovery_codes(talk)
    signed_in(talk.finish(), "quentin")


@case("sshd", "ssh", "oathtool")
def a_recovery_code_behind_the_password_serves_where_one_answer_is_all(stage):
    olga = stage.world.account("olga", password="Le merle siffle my white-green")
    codes = json.loads(stage.world.cli("recovery-codes", "olga", "--json"))["recovery_codes"]
    server = stage.sshd("password")

    def one_answer(text):
        talk = server.talk("olga")
        talk.answer("password: ", stage.world.secret(text))
        return talk.finish()

    signed_in(one_answer(olga.password + codes[0]), "olga")
    refused(one_answer(olga.password + codes[0]))
    signed_in(one_answer(olga.password + codes[1].lower()), "olga")
    signed_in(one_answer(olga.password + olga.code()), "olga")
    refused(one_answer(olga.password))
    shown = stage.world.show("olga")
    expect(shown["known_password_failures"] == "1", "one attempt, one charge:", shown)
    expect(shown["known_code_failures"] == "1", "one attempt, one charge:", shown)


@case("sshd", "ssh")
def a_temporary_password_in_a_single_field_is_not_cut_for_its_hyphens(stage):
    paul = stage.world.account("paul", "state=pending", password="abcde-fghjk-mnpqr-stvwx")
    mark = stage.log.mark()
    talk = stage.sshd("password").talk("paul")
    talk.answer("password: ", paul.password)
    refused(talk.finish())
    expect(any(b"needs a dialogue" in line for line in stage.log.since(mark)), "no line says where to sign in")
    shown = stage.world.show("paul")
    expect(shown["stranger_password_failures"] == shown["stranger_code_failures"] == "0", "it was counted:", shown)
