"""Lists of people as spreadsheets save them."""
import fcntl
import re
import struct
import subprocess
import termios
import time

from harness import add_case, expect, same
from person import Person
from world import World

HEADING = "Nom;Prénom;Identifiant;Courriel;Langue\r\n"
ROWS = ("Tremblay;Zoé;zoe.tremblay;zoe@exemple.test;FR\r\n"
        "\"Lévesque-Côté\";\"Jean \"\"JP\"\" Paul\";jplevesque;\"jp@exemple.test\";Français\r\n"
        "D'Amour;Éric;e.damour; eric@exemple.test ;fr-CA\r\n"
        "\"Smith; Jr\";Ann;asmith;ann@exemple.test;en\r\n"
        "Ôté\u00a0;Léa;lote\u00a0;;\r\n"
        ";;;;\r\n\r\n")
WANTED = {"zoe.tremblay": ("zoe@exemple.test", "fr", "Zoé Tremblay"),
          "jplevesque": ("jp@exemple.test", "fr", 'Jean "JP" Paul Lévesque-Côté'),
          "e.damour": ("eric@exemple.test", "fr", "Éric D'Amour"), "asmith": ("ann@exemple.test", "en", "Ann Smith; Jr"),
          "lote": (None, None, "Léa Ôté")}


def invite(world, data, *more):
    done = subprocess.run(world.line("invite", "--csv", "-", *more), input=data, capture_output=True, env=world.environment(),
                          timeout=60, check=False, cwd="/")
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def of_every_encoding():
    """The same people, whichever way their spreadsheet saves; their names stand in the letters and in no account."""
    text = HEADING + ROWS
    for encoding, data in (("UTF-8 with its mark", text.encode("utf-8-sig")), ("UTF-8", text.encode()),
                           ("Windows-1252", text.encode("cp1252")), ("UTF-16 with its mark", text.encode("utf-16")),
                           ("UTF-16LE", text.encode("utf-16-le")), ("UTF-16BE", text.encode("utf-16-be")),
                           ("LF", text.replace("\r", "").encode()), ("CR", text.replace("\n", "").encode()),
                           ("sep=", ("sep=;\r\n" + text).encode())):
        with World() as world:
            code, out, err = invite(world, data, "--letters")
            same(code, 0, (encoding, err))
            pages = out.split("\f")
            same(len(pages), len(WANTED), encoding)
            for page, (name, (contact, language, full_name)) in zip(pages, WANTED.items()):
                expect(full_name in page and name in page, encoding, page)
                facts = world.run("show", name, "--json").json()[0]
                same((facts["contact"], facts["language"]), (contact, language), (encoding, name))


def headings():
    """In both languages, in any order, with or without accents; without one, the documented order."""
    with World() as world:
        for heading, row in (("user,email,language,full name", "zoe,zoe@e.test,fr,Zoé T"),
                             ("LANGUE,Adresse courriel,NOM D'UTILISATEUR", "Fr,zoe@e.test,zoe"),
                             ("E-Mail\tLogin\tFirst Name\tSurname\tLang", "zoe@e.test\tzoe\tZoé\tT\tfrench"),
                             ("PRENOM;nom;Nom d\u2019usager;Courriel;langue", "Zoé;T;zoe;zoe@e.test;français"),
                             ("identifiant;courriel;langue;;", "zoe;zoe@e.test;fr;;"),
                             ("zoe;zoe@e.test;fr;Zoé T", "")):
            code, out, err = invite(world, f"{heading}\n{row}\n".encode())
            same((code, out.split("\t")[0]), (0, "zoe"), (heading, err))
            facts = world.run("show", "zoe", "--json").json()[0]
            same((facts["contact"], facts["language"]), ("zoe@e.test", "fr"), heading)
            same(world.run("remove", "zoe", "--yes").code, 0)


def unknown_columns():
    """Named, each with its place, and nobody is invited; passed over only if asked, and then said."""
    data = "CLASSE;IDENTIFIANT;NOM;MOT_DE_PASSE;COURRIEL;Téléphone;Fournisseur\n".encode()
    data += b"3A;zoe;T;a-effacer;zoe@e.test;514 555-0199;bell\n"
    with World() as world:
        code, out, err = invite(world, data)
        same((code, out), (2, ""))
        same(re.findall(r"line (\d+), column (\d+): ([^:]*): ", err),
             [("1", "1", "CLASSE"), ("1", "24", "MOT_DE_PASSE"), ("1", "46", "Téléphone"), ("1", "56", "Fournisseur")], err)
        expect("a-effacer" not in err, err)
        same(world.run("list").out, "")
        code, out, err = invite(world, data, "--ignore-columns")
        same((code, out.split("\t")[0]), (0, "zoe"), err)
        expect("passed over:\n  CLASSE, MOT_DE_PASSE, Téléphone, Fournisseur\n" in err, err)


def faults_of_a_heading_and_of_rows():
    """Each is told at its place, whatever else is wrong; what was never named in a heading belongs nowhere."""
    with World() as world:
        for data, places in (("nom;courriel\nzoe;z@e.test\n", ["1:1"]), ("login;user\nzoe;y\n", ["1:7"]),
                             ("user;mail\nzoe;z@e.test;x\na b;c\n", ["2:14", "3:1", "3:5"]), ("user,mail\nzoe;z@e.test\n", ["2:1"]),
                             ("user;mail;langue\nzoe;;klingon\n\"yan;;\nwim;\"w\n", ["2:6", "3:1", "4:5"]),
                             ("sep=x\nzoe\n", ["1:1"]), ("user;mail\n;z@e.test\n", ["2:1"]),
                             ("user;nom complet\nzoe;" + "x" * 128 + "\nyan;" + "y" * 1025 + "\n", ["2:5", "3:1029"])):
            code, out, err = invite(world, data.encode())
            same((code, out), (2, ""), (data, err))
            same([":".join(found) for found in re.findall(r"line (\d+), column (\d+): ", err)], places, (data, err))
        code, _, err = invite(world, "user;mail\n;;\n\n".encode())
        same((code, "names no users" in err), (2, True), err)


def signs_of_a_program_in_a_list():
    """Formulas, commands and control characters in a list: refused where they would be kept, and never run or shown raw."""
    rows = ("=cmd|' /C calc'!A0", "@SUM(1)", "-x", "$(id)", "`id`", "a|b", "zoe\x1b[2J", "zoe\x00", "../x", "%n", "zoe\u202e")
    with World() as world:
        for row in rows:
            code, out, err = invite(world, ("yan\n" + row + ",z@e.test\n").encode())
            same((code, out), (2, ""), (row, err))
            expect("\x1b" not in err and "\u202e" not in err and "line 2, column " in err, row, err)
        for address in ("=1+1", "-X/tmp/x@e.test", "|cmd@e.test", "a@b,c@d", "a@e.test\\nBcc: b@e.test", "é@e.test",
                        "x" * 999 + "@e.test"):
            code, out, err = invite(world, f"user;mail\nzoe;\"{address}\"\n".encode())
            same((code, out), (2, ""), (address, err))
        code, out, err = invite(world, b"user;mail\nzoe;\"a@e.test\nBcc: b@e.test\"\n")
        same((code, out, "\nBcc" in err), (2, "", False), err)
        same(world.run("list").out, "")


def dry_run():
    """Says what would be done to each, and every fault; does nothing, and logs nothing."""
    with World() as world:
        world.run("invite", "alice")
        before = world.run("show", "alice", "--json").out
        data = b"user\nzoe\nalice\n"
        code, out, err = invite(world, data, "--dry-run", "--skip-existing")
        same((code, out, err), (0, "zoe\tinvite\nalice\tskip\n", ""))
        same(world.run("invite", "alice", "--renew", "--dry-run", "--json").json(),
             [{"user": "alice", "would": "renew", "changed": False}])
        code, out, err = invite(world, data, "--dry-run")
        same((code, out, "already invited" in err and "line 3, column 1" in err), (1, "", True), err)
        code, out, err = invite(world, b"user\na b\n", "--dry-run", "--json")
        same((code, out), (2, ""), err)
        same((world.run("list").out.count("\n"), world.run("show", "alice", "--json").out), (1, before))


def waiting_in(pipe):
    return struct.unpack("i", fcntl.ioctl(pipe, termios.FIONREAD, b"\0" * 4))[0]


def killed_in_the_middle():
    """While it waits to show a password: each account is whole and its password was shown, the same list again makes the rest, and
    the first passwords still serve."""
    people = [f"personne-{'n' * 50}{number:02}" for number in range(1, 61)]
    table = "user,langue\n" + "".join(f"{name},fr\n" for name in people)
    with World() as world:
        world.configure("window = 2")
        process = world.start("invite", "--csv", "-")
        fcntl.fcntl(process.stdout, fcntl.F_SETPIPE_SZ, 4096)
        process.stdin.write(table)
        process.stdin.close()
        end = time.time() + 60
        while waiting_in(process.stdout) < 4096 - 100 and time.time() < end:
            time.sleep(0.01)
        world.run("list")  # long enough for it to stand before the full pipe
        process.kill()
        process.wait()
        shown = dict(line.split() for line in process.stdout.read().splitlines())
        listed = world.run("list", "--json")
        same(listed.code, 0, listed.err)
        made = [one["user"] for one in listed.json()]
        expect(20 <= len(made) < 60, made)
        expect(set(made) <= set(shown) and len(shown) <= len(made) + 1, "an account whose password nobody has", made, shown)
        same(made, people[:len(made)])
        again = world.run("invite", "--csv", "-", "--skip-existing", stdin=table)
        same(again.code, 0, again.err)
        rest = dict(line.split() for line in again.out.splitlines())
        same((sorted(rest), world.run("list").out.count("\n")), (people[len(made):], 60))
        for name, password in ((made[-1], shown[made[-1]]), (people[-1], rest[people[-1]])):
            Person(world, name).first_sign_in(password)


def as_many_as_drawn_ahead():
    """More people than passwords are drawn ahead at once: each gets one of their own, in the order of the list."""
    people = [f"p{number:03}" for number in range(300)]
    with World() as world:
        code, out, err = invite(world, "".join(name + "\n" for name in people).encode())
        same(code, 0, err)
        rows = [line.split("\t") for line in out.splitlines()]
        same([name for name, _ in rows], people)
        same(len({password for _, password in rows}), len(people))


def add_cases():
    add_case("invite_dry_run_says_what_would_be_done_and_does_nothing", dry_run)
    add_case("invite_killed_in_the_middle_leaves_nothing_half_made", killed_in_the_middle)
    add_case("invite_gives_everybody_on_a_long_list_a_password_of_their_own", as_many_as_drawn_ahead)
    add_case("csv_of_every_encoding_and_line_end", of_every_encoding)
    add_case("csv_headings_name_the_columns_in_any_order", headings)
    add_case("csv_unknown_columns_are_named_and_passed_over_only_if_asked", unknown_columns)
    add_case("csv_faults_of_a_heading_and_of_rows_have_their_places", faults_of_a_heading_and_of_rows)
    add_case("sec_1_77_a_cell_of_a_list_becomes_no_formula_command_or_header", signs_of_a_program_in_a_list)
