"""At the desk: enrollment, its QR code, its code; verify; who may, and what is seen of it."""
import os
import pwd
import re
import subprocess

from harness import Skip, add_case, expect, need, same
from world import OWNER, ROOT, STRANGER, World, calm, code_at, of_two, root_world


def bitmap(lines, ascii_art, inverted):
    """Rows of True (dark) from the printed lines."""
    rows = []
    if ascii_art:
        rows = [[(line[at] == "#") for at in range(0, len(line), 2)] for line in lines]
    else:
        for line in lines:
            rows.append([char in "█▀" for char in line])
            rows.append([char in "█▄" for char in line])
    return rows if inverted else [[not ink for ink in row] for row in rows]


def decode(rows, light, scale=4, around=8):
    """Read as a camera does, which sees the terminal's own background around it."""
    blank = [[not light] * (len(rows[0]) + 2 * around)] * around
    side = [not light] * around
    rows = blank + [side + row + side for row in rows] + blank
    image = f"P1 {len(rows[0]) * scale} {len(rows) * scale}\n" + "".join(
        (" ".join(("1" if dark else "0") for dark in row for _ in range(scale)) + "\n") * scale for row in rows)
    need("zbarimg")
    done = subprocess.run(["zbarimg", "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", "pbm:-"], input=image,
                          capture_output=True, text=True, check=False)
    return done.stdout.strip()


def picture_of(answer, ascii_art):
    pattern = r"[# ]{60,}" if ascii_art else r"[█▀▄ ]{30,}"
    return [line for line in answer.out.splitlines() if re.fullmatch(pattern, line)]


def qr_gives_the_uri(*options, name="zoé"):
    ascii_art, inverted = "--ascii" in options, "--inverted" in options
    with World() as world:
        answer = world.run("enroll", name, *options, stdin="\n")
        same(answer.code, 0, repr(answer))
        lines = picture_of(answer, ascii_art)
        uri = re.search(r"^otpauth://.*$", answer.out, re.M).group(0)
        # The label names the issuer too: in ASCII the parameter is left out for a smaller picture.
        same(decode(bitmap(lines, ascii_art, inverted), inverted), uri.split("&issuer=")[0] if ascii_art else uri)
        expect("\x1b" not in answer.out, "an escape sequence, and no terminal")
        expect(max(map(len, lines)) <= 80, f"{max(map(len, lines))} columns do not fit 80x24")
        shown = answer.out[answer.out.index(lines[-1]):]
        key = re.search(r"(?:[A-Z2-7]{4} ){7}[A-Z2-7]{4}", answer.out).group(0)
        expect(ascii_art or name != "zoé" or len(lines) + 1 <= 24, f"{len(lines)} lines do not fit 80x24")
        same(key in shown, len(lines) + 1 > 24, "the key below a picture that is higher than the screen")


def long_name():
    qr_gives_the_uri("--ascii", name="trente-sept.lettres.d.une.personne.lo")


def no_picture_is_wider_than_the_terminal():
    name = "un.nom.de.soixante-quatre.lettres.que.porte.la.personne.invitee."
    with World() as world:
        answer = world.run("enroll", name, "--ascii", stdin="\n")
        same((answer.code, picture_of(answer, True)), (0, []), repr(answer))
        same(answer.err, "liberations: could not draw a QR code: use the key above, or --svg FILE or --png FILE next time\n")
    qr_gives_the_uri(name=name)


def code_confirms():
    with World() as world:
        calm()
        first, last = world.enroll("alice", code_at)
        same(last, {"user": "alice", "confirmed": True, "changed": True})
        same(sorted(first), ["changed", "key", "temporary_password", "uri", "user"])
        expect(f"secret={first['key']}" in first["uri"], first["uri"])
        same(world.run("show", "alice", "--json").json()[0]["token"], "confirmed")
        answer = world.run("verify", "alice", "--json", stdin=code_at(first["key"]) + "\n")
        same((answer.code, answer.json()[0]["used"]), (1, True), "the code that confirmed was not used up")


def wrong_codes_leave_it_pending():
    with World() as world:
        for name, typed in (("a", "000000"), ("b", ""), ("c", "1" * 5000), ("d", "abc\0def")):
            process = world.start("enroll", name, "--json")
            _, last = process.stdout.readline(), process.communicate(typed + "\n")[0]
            same((process.returncode, last), (1, f'{{"user":"{name}","confirmed":false,"changed":false}}\n'), name)
            same(world.run("show", name, "--json").json()[0]["token"], "pending", name)


def verify_accepts_nothing():
    with World() as world:
        first, _ = world.enroll("alice")
        calm()
        for _ in range(2):
            same(world.run("verify", "alice", stdin=code_at(first["key"]) + "\n").code, 0)
        for offset, found in ((30, (0, 30)), (-30, (0, -30)), (60, (1, 60)), (3600, (1, 3600)), (-43200, (1, -43200))):
            answer = world.run("verify", "alice", "--json", stdin=code_at(first["key"], offset) + "\n")
            same((answer.code, answer.json()[0]["offset_s"]), found, str(offset))
        for typed in ("", "\n", "12345\n", "1234567\n", "abcdef\n", "9" * 2000 + "\n"):
            same(world.run("verify", "alice", stdin=typed).code, 1, typed[:9])
        same(world.run("show", "alice", "--json").json()[0]["lanes"]["console"]["code_failures"], 0)


def names():
    with World() as world:
        world.enroll("Zoé")
        for twin in ("zoé", "ZOÉ", "Zoe\u0301"):
            answer = world.run("enroll", twin, stdin="\n")
            same((answer.code, answer.out), (1, ""), twin)
        same(world.run("enroll", "Zoé", stdin="\n").code, 1)
        same(len(world.run("list").out.splitlines()), 1)


def system_users():
    with World() as world:
        for name in ("root", "daemon"):
            same(world.run("enroll", name, stdin="\n").code, 1, name)
        same(world.run("enroll", "root", "--system", "--json", stdin="\n").code, 1)
        same(world.run("show", "root", "--json").json()[0]["uid"], 0)
        people = [user for user in pwd.getpwall() if 1000 <= user.pw_uid <= 60000]
        if people:
            world.enroll(people[0].pw_name)
            same(world.run("show", people[0].pw_name, "--json").json()[0]["uid"], people[0].pw_uid)


def secrets_stay():
    """Nothing secret in argv or the environment while it works, nor in what shows accounts afterwards."""
    with World() as world:
        process = world.start("enroll", "alice", "--json")
        first = process.stdout.readline()
        seen = b""
        for what in ("cmdline", "environ"):
            try:
                with open(f"/proc/{process.pid}/{what}", "rb") as file:
                    seen += file.read()
            except PermissionError:  # better still
                pass
        process.communicate("\n")
        secrets = re.findall(r'"(?:temporary_password|key)":"([^"]+)"', first)
        same(len(secrets), 2)
        shown = "".join(repr(world.run(*words)) for words in (
            ("show", "alice"), ("show", "alice", "--json"), ("list",), ("list", "--json"), ("disable", "alice")))
        for secret in secrets:
            expect(secret.encode() not in seen, "a secret stood in argv or environ")
            expect(secret not in shown, "a secret was shown")
        expect("$y$" not in shown, "a hash was shown")


def a_stranger_is_told():
    if not ROOT:
        raise Skip("needs another uid")
    with World() as world:
        world.enroll("alice")
        os.chmod(world.config, 0o644)
        for words in (("list",), ("show", "alice"), ("enroll", "bob"), ("verify", "alice"), ("unlock", "alice"),
                      ("disable", "alice"), ("enable", "alice"), ("remove", "alice", "--yes"), ("invite", "bob"), ("sign-out", "alice"),
                      ("expire", "alice"), ("history", "alice"), ("history", "alice", "--forget", "--yes"),
                      ("reset-token", "alice", "--yes"), ("recovery-codes", "alice"), ("check-password", "alice")):
            # A stranger's configuration must be root's, or it is refused before anybody asks whose the store is.
            os.chown(world.config, 0, 0)
            answer = world.run(*words, uid=STRANGER)
            same((answer.code, answer.out, answer.err),
                 (4, "", f"liberations: this command needs root: sudo liberations {words[0]}\n"))
        same(world.run("init", uid=STRANGER, config=False).code, 4)


def root_becomes_the_owner():
    with root_world() as world:
        process = world.start("enroll", "alice", "--json")
        process.stdout.readline()
        with open(f"/proc/{process.pid}/status", encoding="ascii") as file:
            status = file.read()
        process.communicate("\n")
        for field in ("Uid", "Gid"):
            same(re.search(rf"^{field}:\t(.*)$", status, re.M).group(1).split(), [str(OWNER)] * 4, field)
        same(re.search(r"^Groups:\t(.*)$", status, re.M).group(1).split(), [str(OWNER)])
        same(re.search(r"^CapEff:\t(.*)$", status, re.M).group(1).strip("0"), "")
        same(world.run("list").code, 0)
        for path, _, files in os.walk(world.state):
            for name in files:
                same(os.lstat(os.path.join(path, name)).st_uid, OWNER, name)


def add_cases():
    add_case("qr_decodes_to_the_uri", qr_gives_the_uri)
    add_case("qr_inverted_decodes_to_the_uri", qr_gives_the_uri, "--inverted")
    add_case("qr_ascii_decodes_to_the_uri", qr_gives_the_uri, "--ascii")
    add_case("qr_ascii_inverted_decodes_to_the_uri", qr_gives_the_uri, "--ascii", "--inverted")
    add_case("qr_ascii_of_a_long_name_decodes_to_the_uri", long_name)
    add_case("no_picture_is_wider_than_the_terminal", no_picture_is_wider_than_the_terminal)
    add_case("a_code_of_oathtool_confirms_and_is_used_up", code_confirms)
    add_case("wrong_codes_leave_the_token_pending", wrong_codes_leave_it_pending)
    add_case("verify_accepts_nothing_and_tells_the_offset", of_two, verify_accepts_nothing)
    add_case("sec_1_10_look_alikes_are_refused", names)
    add_case("system_users_need_a_word", system_users)
    add_case("sec_1_76_secrets_stay_out_of_argv_environ_and_output", secrets_stay)
    add_case("a_stranger_is_told_to_be_root", a_stranger_is_told)
    add_case("sec_1_50_root_becomes_the_owner_for_good", root_becomes_the_owner)
