"""One row of answers that every service with a single field must judge alike."""
from cases import expect
from judge import spoken

# What the account is; what is typed: P password, X a wrong one, C a fresh code, U the one that was just used, W a wrong one;
# and whether that opens. Each row begins with nothing charged and no code used, except U's.
ROWS = [
    ("state=own", "PC", True),
    ("", "PU", False),
    ("state=own", "P", False),
    ("state=own", "XC", False),
    ("state=own", "PW", False),
    ("state=own", "C", False),
    ("state=own", "", False),
    ("state=pending", "P", False),
    ("state=pending", "PC", False),
    ("state=temporary", "PC", False),
    ("state=ended", "PC", False),
    ("state=expired", "PC", False),
    ("state=disabled", "PC", False),
    ("state=own", "PC", True),
]
UNCHARGED = ("state=pending", "state=temporary")
WRONG = "Pas le bon, celui-la"


def wrong_code(account):
    near = {account.code(ahead) for ahead in range(-2, 4)}
    return next(digits for digits in ("246813", "246814", "246815", "246816", "246817", "246818") if digits not in near)


def spell(account, letters, used):
    words = {"P": account.password, "X": WRONG, "U": used}
    answer = ""
    for letter in letters:
        if letter == "C":
            words["C"] = account.code()
        if letter == "W":
            words["W"] = wrong_code(account)
        answer += words[letter]
    return answer


def failures(stage, name):
    return sum(int(value) for word, value in stage.world.show(name).items() if word.endswith("_failures"))


def walk(stage, name, sign_in, skip=()):
    """Every row at a service; `sign_in(user, answer)` says whether it opened. Names with nothing behind them as well."""
    account = stage.world.account(name)
    used = ""
    for state, letters, opens in ROWS:
        if (state, letters) in skip:
            continue
        if state:
            stage.world.set(name, state)
        answer = spell(account, letters, used)
        mark = stage.log.mark()
        expect(sign_in(name, answer) == opens, state or "the same code again,", letters, "does not",
               "open" if opens else "refuse")
        if opens:
            used = answer[-6:]
        expect(stage.log.wait_for(mark, name.encode()), state, letters, "left no line that names the person")
        if state in UNCHARGED and letters in ("P", "PC"):
            seen = stage.world.show(name)
            expect(state != "state=pending" or letters == "PC" or failures(stage, name) == 0, "it was counted:", seen)
            expect(seen["password"] == "temporary", "something was committed:", seen)
    for stranger in ("zoe", "carol"):
        expect(not sign_in(stranger, WRONG + wrong_code(account)), stranger, "came in")


def lines_about(stage, mark, word):
    return [line for line in spoken(stage, mark) if word in line]
