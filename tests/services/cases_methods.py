"""sshd's other methods: one answer for everything, keys, and keys with a token."""
from harness import case, expect
from consumers import AGAIN, NEW, OLD, PASSWORD, TOKEN
from judge import one_line, refused, signed_in

CHOSEN = "Neuf poules et un renard 8"


@case("sshd", "ssh", "oathtool")
def sec_1_46_the_password_method_takes_password_and_code_in_one_answer(stage):
    lucie = stage.world.account("lucie")
    server = stage.sshd("password")
    mark = stage.log.mark()
    refused(one_answer(server, "lucie", lucie.password))
    one_line(stage, mark, "lucie")
    code = lucie.code()
    signed_in(one_answer(server, "lucie", lucie.password + code), "lucie")
    refused(one_answer(server, "lucie", lucie.password + code))
    stage.set_service("sshd", " entry=separate")
    refused(one_answer(server, "lucie", lucie.password + lucie.code(1)))
    stage.set_service("sshd")


@case("sshd", "ssh")
def sec_1_46_the_password_method_refuses_an_invited_person_without_counting_it(stage):
    marc = stage.world.account("marc", "state=pending")
    for _ in range(3):
        mark = stage.log.mark()
        refused(one_answer(stage.sshd("password"), "marc", marc.password))
        expect(any(b"needs a dialogue" in line for line in stage.log.since(mark)), "no line says why")
    seen = stage.world.show("marc")
    expect(seen["token"] == "pending" and seen["password"] == "temporary", "something was committed:", seen)
    expect(seen["stranger_password_failures"] == seen["stranger_code_failures"] == "0", "it was counted:", seen)
    stage.world.set("marc", *stage.world.TEMPORARY)
    refused(one_answer(stage.sshd("password"), "marc", marc.password + marc.code(-1)))
    talk = stage.sshd().talk("marc")
    talk.answer(PASSWORD, marc.password)
    talk.answer(TOKEN, marc.code())
    talk.expect("New password: ")
    talk.kill()


@case("sshd", "ssh")
def sec_1_47_the_junk_of_an_invalid_user_gives_one_clean_line(stage):
    for method in ["password", "keyboard-interactive"]:
        mark = stage.log.mark()
        server = stage.sshd(method)
        if method == "password":
            refused(one_answer(server, "zoe", "Une phrase de zoe 123456"))
        else:
            refused(server.sign_in("zoe", "123456", "123456"))
        line = one_line(stage, mark, "zoe")
        expect(b"INCORRECT" not in line, "the junk stands in the log:", line)


@case("sshd", "ssh")
def a_public_key_still_works_with_an_expired_password_and_without_an_account(stage):
    stage.world.account("jeanne", *stage.world.EXPIRED)
    signed_in(stage.sshd().with_key("jeanne"), "jeanne")
    signed_in(stage.sshd().with_key("carol"), "carol")


@case("sshd", "ssh", "passwd", "oathtool")
def sshd_s_password_method_has_an_expired_password_changed_by_passwd(stage):
    emile = stage.world.account("emile", *stage.world.EXPIRED)
    talk = one_answer(stage.sshd("password"), "emile", emile.password + emile.code(-1))
    expect(talk.status != 0 and "emile" not in talk.shown(), "an expired password is enough:", repr(talk.text))
    stage.world.forgive("emile")
    talk = stage.sshd("password").talk("emile", options=["-tt"])
    talk.answer("password: ", emile.password + emile.code(-1))
    talk.answer(OLD, emile.password)
    talk.answer(TOKEN, emile.code())
    talk.answer(NEW, CHOSEN)
    talk.answer(AGAIN, CHOSEN)
    talk.finish()
    signed_in(one_answer(stage.sshd("password"), "emile", CHOSEN + emile.code(1)), "emile")


@case("sshd", "ssh", "oathtool")
def with_factors_token_sshd_must_have_taken_a_key_first(stage):
    igor = stage.world.account("igor")
    stage.set_service("sshd", " factors=token")
    try:
        mark = stage.log.mark()
        talk = stage.sshd().talk("igor")
        talk.answer(TOKEN, igor.code(-1))
        refused(talk.finish())
        one_line(stage, mark, "igor", "key")
        talk = stage.sshd("publickey,keyboard-interactive").talk("igor")
        talk.answer(TOKEN, igor.code())
        signed_in(talk.finish(), "igor")
        expect(PASSWORD not in talk.text, "the password was asked all the same:", repr(talk.text))
    finally:
        stage.set_service("sshd")


def one_answer(server, user, answer):
    """ssh's own password method: it asks by itself, once."""
    talk = server.talk(user)
    talk.answer("password: ", answer)
    return talk.finish()
