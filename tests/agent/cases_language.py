"""In which language people are spoken to, for as long as the dialogue lasts."""
import re

from harness import add_case, case, expect
from dialogue import ACCOUNT, ALLOW, CHANGE
from stage import PASSWORD, Dialogue, code_of

FRENCH = {
    "the_warning": (("password_set=-175d",), [ACCOUNT]),
    "an_expired_password": (("state=expired",), [ACCOUNT, CHANGE]),
    "a_change_after_the_sign_in": (("age_days=10",), [ACCOUNT, CHANGE]),
}


def keeps_french(stage, fields, kinds):
    name = stage.person("language=fr", *fields)
    with Dialogue(stage) as talk:
        expect(talk.sign_in(name, PASSWORD, code_of()) == ALLOW, "refused")
        for kind in kinds:
            talk.ask(kind, name, answers=["Une lamproie vire au quartz"] * 2, only_expired=int(kind == CHANGE and "expired" in fields[0]))
        words = " ".join(talk.said + talk.asked)
    expect(words and "mot de passe" in words, words)
    expect(not re.search(r"\b([Pp]assword|your|Wait)\b", words), "English to a person who reads French:", words)


for a_title, (some_fields, some_kinds) in FRENCH.items():
    add_case("the_language_of_the_account_lasts_for_" + a_title,
             lambda stage, fields=some_fields, kinds=some_kinds: keeps_french(stage, fields, kinds))


@case()
def the_language_of_one_person_is_not_another_s(stage):
    french, other = stage.person("language=fr"), stage.person("password_set=-175d")
    with Dialogue(stage) as talk:
        expect(talk.sign_in(french, PASSWORD, code_of()) == ALLOW, "refused")
        expect(talk.sign_in(other, PASSWORD, code_of()) == ALLOW, "refused")
        talk.ask(ACCOUNT, other)
    expect(any("Your password expires" in text for text in talk.said), talk.said)
