"""Eleven passwords in a row through real programs: each of the ten last is refused, the eleventh may come back."""
from harness import case
from cases_dialogue import begin
from cases_local import begin_passwd
from consumers import AGAIN, NEW
from judge import signed_in

PHRASES = ["Une grue traverse le canal gele", "Nineteen lanterns under the bridge", "Le forgeron a perdu sa clarinette",
           "Seven otters juggle wet pebbles", "Quel orage sur les toits de zinc", "Marmalade for the lighthouse keeper",
           "Un renard lit le journal du soir", "Velvet thunder rolls over Quebec", "Trois pommes dans un chapeau bleu",
           "Copper kettles sing at midnight"]


def offer(talk, candidates, chosen=None):
    """Types passwords that are refused, then the one that is taken, if any."""
    for candidate in candidates:
        talk.answer(NEW, candidate)
    if chosen is not None:
        talk.answer(NEW, chosen)
        talk.answer(AGAIN, chosen)


def live_through(stage, person, start, told=()):
    """Ten changes, then each of the ten refused, then the first one again. `start` begins a change that is due."""
    first, kept = person.password, [person.password]
    for phrase in PHRASES:
        stage.world.secret(phrase)
        change(start(), kept[-1:], phrase, told)
        kept.append(phrase)
        person.password = phrase
    for at in range(1, len(kept), 2):
        talk = start()
        offer(talk, kept[at:at + 2])
        talk.expect("You have used that password before." if at + 2 < len(kept) else "That is your current password.")
        talk.kill()
    change(start(), [], first, told)
    person.password = first


def change(talk, refused_before, chosen, told):
    offer(talk, refused_before, chosen)
    for text in told:
        talk.expect(text)
    talk.finish()


@case("passwd", "oathtool")
def sec_1_39_ten_passwords_are_refused_and_the_eleventh_returns_through_passwd(stage):
    yves = stage.world.account("yves")

    def start():
        stage.world.forgive("yves")
        stage.world.cli("expire", "yves")
        return begin_passwd(stage, yves, yves.code())
    live_through(stage, yves, start, ["Your password has been changed."])


@case("sshd", "ssh", "oathtool")
def sec_1_39_ten_passwords_are_refused_and_the_eleventh_returns_through_sshd(stage):
    xavier = stage.world.account("xavier")

    def start():
        stage.world.forgive("xavier")
        stage.world.cli("expire", "xavier")
        return begin(stage, xavier, xavier.code())
    live_through(stage, xavier, start)
    stage.world.forgive("xavier")
    signed_in(stage.sshd().sign_in("xavier", xavier.password, xavier.code()), "xavier")
