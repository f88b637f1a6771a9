"""cockpit as packaging/examples tells to set it up: the whole dialogue, in what its page sends and gets."""
import base64
import contextlib

import webconsole
from harness import case, expect
from consumers import AGAIN, NEW
from gates import walk, wrong_code
from judge import told_secrets

NEEDS = ("oathtool", webconsole.ROOM + "/cockpit-ws", webconsole.ROOM + "/cockpit-session", "cockpit-bridge")
FIRST_CODE, WRITTEN = "Code shown by the app: ", "Press Enter when you have written them down: "
CHOSEN = "Deux tortues sur le toit 6"


@contextlib.contextmanager
def console(stage):
    """A conversation that nobody goes on with ends with its server. Nothing that was typed stands in the server's log,
    where all texts stand."""
    gate = stage.serve(webconsole.Cockpit)
    try:
        yield gate
        with open(gate.log_path, "rb") as file:
            told = file.read()
        expect(not told_secrets(stage.world.secrets, told), "a secret is logged:", told)
    finally:
        stage.stop(webconsole.Cockpit)


@case(*NEEDS)
def cockpit_asks_for_password_and_code(stage):
    with console(stage) as gate:
        walk(stage, "alice", gate.sign_in)


@case(*NEEDS)
def cockpit_shows_no_text_with_a_refusal(stage):
    """Neither that a code was used nor how long to wait: man liberations-services says so."""
    bob = stage.world.account("bob")
    with console(stage) as gate:
        code = bob.code(-1)
        expect(gate.sign_in("bob", bob.password, code), "refused")
        page = gate.page("bob", bob.password, code)
        expect((page.status, page.asks, page.words) == (401, False, {}), page.seen)
        expect(gate.sign_in("bob", bob.password, bob.code()), "refused with the next code")


@case(*NEEDS)
def cockpit_leads_through_the_whole_first_sign_in(stage):
    """With the key to be typed into the phone, in letters that its page shows as they are."""
    marc = stage.world.account("marc", "state=pending")
    with console(stage) as gate:
        page = gate.page("marc", marc.password, "")
        expect(grouped(marc.key) in page.prompt, "the key is not in", repr(page.prompt))
        expect(page.prompt.count("\n") < 6, "a QR, which that page does not show:", repr(page.prompt))
        page.answer(FIRST_CODE, wrong_code(marc)).answer(FIRST_CODE, marc.code(-1))
        page.answer(NEW, stage.world.secret(CHOSEN)).answer(AGAIN, CHOSEN).answer(WRITTEN, "")
        expect(page.status == 200, page.seen)
        expect("".join(prompt + str(words) for _, prompt, words in page.seen).isascii(), "accents:", page.seen)
        expect(gate.sign_in("marc", CHOSEN, marc.code()), "refused afterwards")


def grouped(key):
    """The key as people type it into a phone."""
    letters = base64.b32encode(bytes.fromhex(key)).decode()
    return " ".join(letters[at:at + 4] for at in range(0, len(letters), 4))


@case(*NEEDS)
def cockpit_has_an_expired_password_changed(stage):
    nadia = stage.world.account("nadia", *stage.world.EXPIRED)
    with console(stage) as gate:
        page = gate.page("nadia", nadia.password, nadia.code(-1))
        page.answer(NEW, "court").answer(NEW, stage.world.secret(CHOSEN)).answer(AGAIN, CHOSEN)
        expect(page.status == 200, page.seen)
        expect("Too short" in str(page.seen), "it does not say why:", page.seen)
        expect("pam: Your password has expired" in gate.said(), "texts are not logged any more: is that the log?")
        expect(gate.sign_in("nadia", CHOSEN, nadia.code()), "refused afterwards")
