"""The first sign-in as the guide tells it: token left empty, the QR code in the dialogue, a password of one's own."""
import re
import subprocess

from harness import case, expect
from cases_dialogue import CHOSEN, choose, take_recovery_codes
from consumers import NEW, PASSWORD, TOKEN
from judge import one_line, refused, signed_in

FIRST_CODE = "Code shown by the app: "
ROWS, COLUMNS = 24, 80


def begin(stage, account):
    talk = stage.sshd().talk(account.name)
    talk.answer(PASSWORD, account.password)
    talk.answer(TOKEN, "")
    return talk


def bitmap(lines):
    """What a terminal shows of half blocks, or of hashes in pairs, as a PBM: ink is light, as on a dark terminal, which is seen
    around it too."""
    halves = {" ": (0, 0), "▀": (1, 0), "▄": (0, 1), "█": (1, 1)}
    rows = []
    for line in lines:
        if "#" in line:
            rows.append([int(c == "#") for c in line[::2]])
            continue
        rows.append([halves[c][0] for c in line])
        rows.append([halves[c][1] for c in line])
    around, scale = 8, 4
    blank = [[0] * (len(rows[0]) + 2 * around)] * around
    rows = blank + [[0] * around + row + [0] * around for row in rows] + blank
    out = ["P1", "%d %d" % (len(rows[0]) * scale, len(rows) * scale)]
    for row in rows:
        text = " ".join("0" if ink else "1" for ink in row for _ in range(scale))
        out += [text] * scale
    return "\n".join(out) + "\n"


def scan(stage, text):
    """The URI that a phone would read off the terminal."""
    lines = [line.rstrip("\r") for line in text.splitlines()]
    code = [line for line in lines if len(line) > 20 and set(line) <= set(" ▀▄█#")]
    expect(code, "no QR code in", repr(text))
    path = stage.path("qr.pbm")
    stage.write(path, bitmap(code))
    done = subprocess.run(["zbarimg", "-q", "--raw", path], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                          text=True)
    expect(done.returncode == 0, "zbarimg cannot read", text)
    uri = done.stdout.strip()
    stage.world.secret(re.search("secret=([A-Z2-7]+)", uri).group(1))
    return uri


def invited(stage, name):
    """Somebody whose account and temporary password the command made; nothing of the token is known here."""
    return stage.world.account(name, "state=pending")


@case("sshd", "ssh", "oathtool", "zbarimg")
def std_K7_the_qr_code_in_the_dialogue_enrolls(stage):
    rosa = invited(stage, "rosa")
    talk = begin(stage, rosa)
    talk.expect(FIRST_CODE)
    uri = scan(stage, talk.text)
    expect(uri.startswith("otpauth://totp/Lib%C3%A9rations:rosa?secret="), uri)
    key = re.search("secret=([A-Z2-7]+)", uri).group(1)
    shown = talk.text.replace(" ", "")
    expect(key in shown, "the key in groups is not the QR code's")
    prompt = talk.text[talk.text.index("Scan this"):]
    expect(len(prompt.splitlines()) <= ROWS, "higher than a terminal:", len(prompt.splitlines()))
    expect(max(len(line) for line in prompt.splitlines()) <= COLUMNS, "wider than a terminal")
    phone = stage.world.person("rosa", rosa.password, key)
    talk.child.sendline(phone.code(-1))
    talk.expect("First sign-in: choose your own password.")
    chosen = stage.world.secret(CHOSEN + " de rosa")
    choose(talk, chosen)
    codes = take_recovery_codes(talk)
    signed_in(talk.finish(), "rosa")
    refused(stage.sshd().sign_in("rosa", rosa.password, phone.code()))
    stage.world.forgive("rosa")
    signed_in(stage.sshd().sign_in("rosa", chosen, phone.code()), "rosa")
    mark = stage.log.mark()
    signed_in(stage.sshd().sign_in("rosa", chosen, codes[4].lower()), "rosa")
    expect([line for line in stage.log.since(mark) if b"a recovery code was used" in line], "no notice of a recovery code")
    refused(stage.sshd().sign_in("rosa", chosen, codes[4]))


@case("sshd", "ssh", "oathtool", "zbarimg")
def in_ascii_the_qr_code_is_no_wider_than_the_terminal_and_the_key_stands_below(stage):
    rosa = invited(stage, "rosa")
    stage.set_service("sshd", " qr=ascii messages=ascii")
    talk = begin(stage, rosa)
    talk.expect(FIRST_CODE)
    stage.set_service("sshd")
    expect(talk.text.isascii(), "not ASCII:", repr(talk.text))
    key = re.search("secret=([A-Z2-7]+)", scan(stage, talk.text)).group(1)
    lines = talk.text[talk.text.index("Scan this"):].splitlines()
    expect(max(len(line) for line in lines) <= COLUMNS, "wider than a terminal")
    expect(key in "".join(lines[-ROWS:]).replace(" ", ""), "the key has left the screen:", repr(talk.text))
    talk.child.sendline(stage.world.person("rosa", rosa.password, key).code(-1))
    talk.expect(NEW)
    talk.kill()


@case("sshd", "ssh", "oathtool", "zbarimg")
def dropped_at_any_prompt_the_same_qr_code_comes_again(stage):
    sven = invited(stage, "sven")
    uris = set()
    for answers in range(4):
        talk = begin(stage, sven)
        talk.expect(FIRST_CODE)
        uris.add(scan(stage, talk.text))
        if answers > 0:
            talk.child.sendline("000000" if answers == 1 else sven.code())
        if answers == 1:
            talk.expect("That is not the current code. Try again.")
            talk.expect(FIRST_CODE)
            expect("not the current code" in "".join(talk.text.splitlines(True)[-3:]), "it is away:", talk.text[-400:])
        if answers > 1:
            talk.expect(NEW)
        if answers > 2:
            talk.child.sendline(stage.world.secret(CHOSEN + " de sven"))
            talk.expect("Retype new password: ")
        talk.kill()
        expect(stage.world.show("sven")["token"] == "pending", stage.world.show("sven"))
    expect(len(uris) == 1, "not the same QR code:", uris)
    talk = begin(stage, sven)
    talk.expect(FIRST_CODE)
    talk.child.sendline(sven.code(1))
    choose(talk, stage.world.secret(CHOSEN + " de sven"))
    take_recovery_codes(talk)
    signed_in(talk.finish(), "sven")


@case("sshd", "ssh", "oathtool")
def three_wrong_first_codes_refuse_and_count_nothing(stage):
    tina = invited(stage, "tina")
    talk = begin(stage, tina)
    for _ in range(3):
        talk.expect(FIRST_CODE)
        talk.child.sendline("000000")
    refused(talk.finish())
    shown = stage.world.show("tina")
    failures = [value for name, value in shown.items() if "failures" in name]
    expect(failures and all(set(value) <= set("0 /,") for value in failures), "a first code was counted:", shown)
    talk = begin(stage, tina)
    talk.expect(FIRST_CODE)
    talk.child.sendline(tina.code())
    talk.expect(NEW)
    talk.kill()


@case("sshd", "ssh", "oathtool")
def sec_1_68_an_enrolled_person_s_temporary_password_shows_no_key(stage):
    ursula = stage.world.account("ursula", *stage.world.TEMPORARY)
    talk = begin(stage, ursula)
    talk.expect(TOKEN)
    expect("█" not in talk.text and "key" not in talk.text, "a key was shown:", repr(talk.text))
    talk.child.sendline(ursula.code())
    talk.expect(NEW)
    talk.kill()


@case("sshd", "ssh")
def sec_1_69_an_invitation_that_has_ended_shows_no_key(stage):
    viktor = stage.world.account("viktor", "state=ended-pending")
    mark = stage.log.mark()
    talk = begin(stage, viktor)
    refused(talk.finish())
    expect("█" not in talk.text, "a key was shown:", repr(talk.text))
    one_line(stage, mark, "viktor", "the temporary password has expired")
