"""One row of answers that every service must judge alike, whether it has one field or two."""
from harness import expect
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
    """What is typed for the letters: the part that is a password, and the part that is a code."""
    first = {"P": account.password, "X": WRONG}.get(letters[:1], "")
    last = {"C": account.code, "U": lambda: used, "W": lambda: wrong_code(account)}.get(letters[-1:], str)()
    return first, last


def failures(stage, name):
    return sum(int(value) for word, value in stage.world.show(name).items() if word.endswith("_failures"))


def in_one_field(sign_in):
    """People type the code right behind the password."""
    return lambda name, password, code: sign_in(name, password + code)


def walk(stage, name, sign_in, skip=(), opens_too=(), strangers=("zoe", "carol")):
    """Every row at a service with two fields; `sign_in(user, password, code)` says whether it opened. Names with nothing
    behind them as well. A service may be unable to type a row, or be known to open where others refuse."""
    account = stage.world.account(name)
    used = ""
    for state, letters, opens in ROWS:
        if (state, letters) in skip:
            continue
        if state:
            stage.world.set(name, state)
        opens = opens or (state, letters) in opens_too
        typed = spell(account, letters, used)
        mark = stage.log.mark()
        expect(sign_in(name, *typed) == opens, state or "the same code again,", letters, "does not",
               "open" if opens else "refuse")
        if opens:
            used = typed[1]
        expect(stage.log.wait_for(mark, name.encode()), state, letters, "left no line that names the person")
        if state in UNCHARGED and letters in ("P", "PC"):
            seen = stage.world.show(name)
            expect(state != "state=pending" or letters == "PC" or failures(stage, name) == 0, "it was counted:", seen)
            expect(seen["password"] == "temporary", "something was committed:", seen)
    for stranger in strangers:
        expect(not sign_in(stranger, WRONG, wrong_code(account)), stranger, "came in")


def lines_about(stage, mark, word):
    return [line for line in spoken(stage, mark) if word in line]
