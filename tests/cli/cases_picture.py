"""The QR code as a picture, in a file or at a terminal: read back by a camera, nobody else's to see, and never half there."""
import os
import re
import signal
import stat
import struct
import subprocess
import time
import xml.etree.ElementTree

from cases_desk import bitmap, decode, picture_of
from harness import case, expect, need, same
from world import OWNER, STRANGER, ROOT, Terminal, World, need_root, root_world

NOBODY = 65534  # has a name, and so rights


class Desk:
    """A directory of the caller's beside the store, and the two pictures in it."""

    def __init__(self, world, uid=None):
        self.world, self.directory = world, os.path.join(world.directory, "desk")
        os.mkdir(self.directory, 0o755)
        uid = OWNER if uid is None else uid
        if ROOT:
            os.chown(self.directory, uid, uid)
        self.svg, self.png = (os.path.join(self.directory, name) for name in ("a.svg", "a.png"))
        self.words = ("--svg", self.svg, "--png", self.png)

    def left(self):
        return sorted(os.listdir(self.directory))

    def enroll(self, name, *words, **more):
        return self.world.run("enroll", name, *self.words, *words, stdin="\n", **more)

    def has_account(self, name):
        return self.world.run("show", name).code == 0


def read_back(path):
    need("zbarimg")
    done = subprocess.run(["zbarimg", "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", path], capture_output=True, text=True,
                          check=False)
    return done.stdout.strip()


@case("zbarimg", "rsvg-convert")
def pictures_decode_to_the_uri():
    with World() as world:
        desk = Desk(world)
        for name in ("zoé", "é" * 32):
            answer = desk.enroll(name)
            same(answer.code, 0, repr(answer))
            uri = re.search(r"^otpauth://.*$", answer.out, re.M).group(0)
            same(read_back(desk.png), uri, "PNG")
            drawn = desk.svg + ".png"
            subprocess.run(["rsvg-convert", "--zoom", "8", "--output", drawn, desk.svg], check=True)
            same(read_back(drawn), uri, "SVG")
            root = xml.etree.ElementTree.parse(desk.svg).getroot()
            same(root.tag, "{http://www.w3.org/2000/svg}svg")
            expect(name in root[0].text, "the title names the account")
            with open(desk.png, "rb") as file:
                side = struct.unpack(">16xII", file.read(24))
            same(side, (8 * int(root.get("viewBox").split()[2]),) * 2, "PNG and SVG have one margin")
            same(min(map(int, re.findall(r"M(\d+) ", root[2].get("d")))), 4, "modules of margin")
            for path in (desk.svg, desk.png):
                same(answer.out.count(f"QR code in {path}: delete this file once"), 1, repr(answer))
                os.unlink(path)


@case()
def sec_1_76_pictures_are_their_owners_alone():
    """Whatever the umask; and with --json, nothing is said of them."""
    with World() as world:
        desk = Desk(world)
        before = os.umask(0)
        try:
            answer = desk.enroll("alice", "--json")
        finally:
            os.umask(before)
        expect(answer.json()[0]["changed"], repr(answer))
        for path in (desk.svg, desk.png):
            found = os.lstat(path)
            same((stat.S_IMODE(found.st_mode), found.st_uid), (0o600, OWNER if ROOT else os.geteuid()), path)
        expect(desk.directory not in answer.out + answer.err, repr(answer))


@case()
def pictures_replace_nothing():
    with World() as world:
        desk = Desk(world)
        other = os.path.join(world.directory, "other")
        for make in (lambda: open(desk.png, "w", encoding="ascii").close(), lambda: os.symlink(other, desk.png),
                     lambda: os.mkfifo(desk.png), lambda: os.mkdir(desk.png)):
            make()
            before = os.lstat(desk.png)
            answer = desk.enroll("alice")
            same((answer.code, answer.err), (3, f"liberations: {desk.png}: exists already: name a new file\n"))
            same((os.lstat(desk.png).st_ino, os.lstat(desk.png).st_size), (before.st_ino, before.st_size))
            same((desk.left(), os.path.exists(other), desk.has_account("alice")), (["a.png"], False, False))
            (os.rmdir if stat.S_ISDIR(before.st_mode) else os.unlink)(desk.png)
        answer = world.run("enroll", "alice", "--svg", desk.svg, "--png", desk.svg, stdin="\n")
        same((answer.code, desk.left()), (3, []), repr(answer))
        answer = world.run("enroll", "alice", "--svg", os.path.join(desk.directory, "none", "a"), stdin="\n")
        same((answer.code, "No such file" in answer.err), (3, True), repr(answer))


@case()
def pictures_go_with_an_enrollment_that_fails():
    with World() as world:
        world.enroll("alice")
        desk = Desk(world)
        same((desk.enroll("alice").code, desk.left()), (1, []), "there is such an account")
        with open("/dev/full", "w", encoding="ascii") as full:
            same((desk.enroll("bob", out=full).code, desk.left(), desk.has_account("bob")), (3, [], False), "nobody saw it")
        world.configure("no-such = 1")
        same((desk.enroll("bob").code, desk.left()), (3, []), "a broken configuration")


@case("unshare", "mount")
def pictures_on_a_full_disk_undo_the_enrollment():
    need_root()
    with World() as world:
        desk = Desk(world)
        for words, fill in ((desk.words, ""), (("--png", desk.png), f"head -c 4096 /dev/zero >{desk.directory}/full; ")):
            script = (f"mount -t tmpfs -o size=4k,mode=1777 none {desk.directory} && {fill}" +
                      f'"$@"; echo $?; ls -A {desk.directory}')
            done = subprocess.run(["unshare", "-m", "sh", "-c", script, "sh", *world.line("enroll", "alice", *words)], input="\n",
                                  capture_output=True, text=True, env=world.environment(), check=False)
            same(done.stdout.split(), ["3"] + (["full"] if fill else []), repr(done))
            expect("No space left" in done.stderr, repr(done))
            expect(not desk.has_account("alice"), "an account whose picture is missing")


def full_pipe():
    out, full = os.pipe()
    os.set_blocking(full, False)
    try:
        while True:
            os.write(full, b"x" * 4096)
    except BlockingIOError:
        os.set_blocking(full, True)
    return out, full


@case()
def pictures_go_when_the_command_is_killed():
    """While it waits for a reader of what it shows: until then, nobody has seen the password."""
    with World() as world:
        desk = Desk(world)
        for name, kill in (("alice", lambda pid: os.kill(pid, signal.SIGKILL)), ("bob", lambda pid: os.killpg(pid, signal.SIGINT))):
            out, full = full_pipe()
            process = subprocess.Popen(world.line("enroll", name, *desk.words), stdin=subprocess.PIPE, stdout=full,
                                       stderr=subprocess.DEVNULL, env=world.environment(), cwd="/", start_new_session=True)
            end = time.monotonic() + 600
            while not (os.path.exists(desk.png) and os.path.getsize(desk.png)) and time.monotonic() < end:
                time.sleep(0.01)
            same(desk.left(), ["a.png", "a.svg"], name)
            kill(process.pid)
            process.communicate()
            while desk.left() and time.monotonic() < end:
                time.sleep(0.01)
            same(desk.left(), [], name)
            os.close(out)
            os.close(full)


@case()
def pictures_stay_when_the_question_is_left():
    """The account exists by then, and its password was shown."""
    with World() as world:
        desk = Desk(world)
        terminal = Terminal(world, "enroll", "alice", *desk.words)
        terminal.until("first sign-in): ")
        terminal.type("\x03")
        same(terminal.close(), -signal.SIGINT)
        same((desk.left(), desk.has_account("alice")), (["a.png", "a.svg"], True))


@case()
def pictures_are_made_with_the_callers_rights():
    with root_world() as world:
        desk = Desk(world, NOBODY)
        same(desk.enroll("alice", SUDO_UID=str(NOBODY)).code, 0)
        same([os.lstat(path).st_uid for path in (desk.svg, desk.png)], [NOBODY, NOBODY])
        for path in (desk.svg, desk.png):
            os.unlink(path)
        same((desk.enroll("alice", SUDO_UID=str(NOBODY)).code, desk.left()), (1, []), "removed with the same rights")
        os.chown(desk.directory, STRANGER, STRANGER)
        answer = desk.enroll("bob", SUDO_UID=str(NOBODY))
        same((answer.code, "Permission denied" in answer.err, desk.left()), (3, True, []), repr(answer))


def at_terminal(world, columns, *words, **more):
    name = f"a{len(os.listdir(world.directory))}"
    open(os.path.join(world.directory, name), "w", encoding="ascii").close()
    terminal = Terminal(world, "enroll", name, *words, columns=columns, **more)
    terminal.until("): " if world.language.startswith("en") else ") : ")
    terminal.type("\n")
    same(terminal.close(), 0, terminal.seen)
    return terminal.seen


def picture_lines(seen):
    """The lines as the terminal shows them: without the colours, blanks included."""
    return re.findall(r"(?m)^([█▀▄ ]{30,})\r?$", re.sub(r"\x1b\[[0-9;]*m", "", seen))


@case("zbarimg")
def qr_fits_the_terminal_or_is_left_out():
    with World() as world:
        for columns in (45, 39):
            lines = picture_lines(at_terminal(world, columns))
            same(len(lines[0]), columns)
            expect(decode(bitmap(lines, False, False), False).startswith("otpauth://totp/"), f"{columns} columns")
        same(picture_of(type("Seen", (), {"out": at_terminal(world, 77, "--ascii")}), True), [], "two columns a module")
        for language, words in (("en_CA.UTF-8", "this terminal has 38 columns, and the QR code needs 39"),
                                ("fr_CA.UTF-8", "ce terminal a 38 colonnes, et il en faut 39 au code QR")):
            world.language = language
            seen = at_terminal(world, 38)
            same(picture_lines(seen), [])
            for wanted in (words, "--svg", "--png"):
                expect(wanted in " ".join(seen.split()), repr(seen))


@case("zbarimg")
def qr_is_black_on_white_whatever_the_theme():
    """The colours of each line are explicit: those that no theme changes, where the terminal has them."""
    with World() as world:
        for words, more, colour in (((), {"TERM": "xterm-256color"}, "38;5;231;48;5;16"),
                                    (("--inverted",), {"COLORTERM": "truecolor"}, "38;5;16;48;5;231"),
                                    ((), {"TERM": "linux"}, "97;40")):
            seen = at_terminal(world, 80, *words, **more)
            lines = picture_lines(seen)
            drawn = re.findall(rf"(?m)^\x1b\[{colour}m([█▀▄ ]+)\x1b\[0m\r?$", seen)
            same((len(drawn), drawn), (len(lines), lines), f"{more} {words}: every line, from edge to edge")
            expect(decode(bitmap(lines, False, bool(words)), bool(words)).startswith("otpauth://"), str(more))
        expect("\x1b[" not in at_terminal(world, 80, TERM="xterm-256color", NO_COLOR="1"), "NO_COLOR")


def add_cases():
    """Each is added where it stands."""
