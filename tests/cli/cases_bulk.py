"""Lists of people as spreadsheets save them."""
import fcntl
import os
import re
import resource
import signal
import stat
import struct
import subprocess
import termios
import time

from harness import add_case, expect, need, same
from person import Person
from world import OWNER, ROOT, World, root_world

NOBODY = 65534
TEMPORARY = r"[a-z0-9]{5}(?:-[a-z0-9]{5}){3}"

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
                          timeout=600, check=False, cwd="/")
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def of_every_encoding():
    """The same people, however their spreadsheet saves; the letters have their names, and no account has."""
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
    data = "CLASSE;IDENTIFIANT;NOM;MOT_DE_PASSE;COURRIEL;Téléphone\n".encode()
    data += b"3A;zoe;T;a-effacer;zoe@e.test;514 555-0199\n"
    with World() as world:
        code, out, err = invite(world, data)
        same((code, out), (2, ""))
        same(re.findall(r"line (\d+), column (\d+): ([^:]*): ", err),
             [("1", "1", "CLASSE"), ("1", "24", "MOT_DE_PASSE"), ("1", "46", "Téléphone")], err)
        expect("a-effacer" not in err, err)
        same(world.run("list").out, "")
        code, out, err = invite(world, data, "--ignore-columns")
        same((code, out.split("\t")[0]), (0, "zoe"), err)
        expect("passed over:\n  CLASSE, MOT_DE_PASSE, Téléphone\n" in err, err)


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
        end = time.time() + 600
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


PEOPLE = 'user,langue,nom complet\nbob,en,"Bob <b>Roy</b> & ""Co"""\ncarol,fr,=cmd| /C calc!A0\n'


def letters_in_a_file():
    """One page a person in their language, for its owner alone; what a list says is text there and nothing else."""
    with World() as world:
        world.configure("issuer = Maison", "organisation = École de l'Anse", "where = ssh login.example.org", "help = poste 1234", "window = 2")
        path = os.path.join(world.home, "letters.html")
        answer = world.run("invite", "--csv", "-", "--letters-to", path, stdin=PEOPLE)
        same((answer.code, answer.out), (0, ""), answer.err)
        expect("letters.html: 2;" in answer.err, answer.err)
        same(stat.S_IMODE(os.stat(path).st_mode), 0o600)
        with open(path, encoding="utf-8") as file:
            text = file.read()
        pages = text.split("<section ")[1:]
        same(len(pages), 2)
        for page, words in zip(pages, (('lang="en"', ">bob<",
                                        "Bob &lt;b&gt;Roy&lt;/b&gt; &amp; &quot;Co&quot;", "Leave the token empty"),
                                       ('lang="fr"', ">carol<", "=cmd| /C calc!A0", "Laissez le jeton vide"))):
            expect(all(word in page for word in (*words, "École de l&#39;Anse", "ssh login.example.org", "poste 1234")), page)
            same(len(re.findall(TEMPORARY, page)), 1)
        expect(not re.search(r"<script|https?:|src=|href=|url\(|%\d", text), "a page of letters needs nothing else", text)
        for page, name in zip(pages, ("bob", "carol")):
            Person(world, name).first_sign_in(re.search(TEMPORARY, page).group(0))


def no_other_file_of_letters():
    """A name that is taken, whatever by, is refused and stays as it was; an empty one that only its owner may read is taken; a run that
    writes no letter leaves none."""
    with World() as world:
        at = lambda name: os.path.join(world.home, name)
        for name in ("full", "open", "empty", "linked"):
            with open(at(name), "w", encoding="ascii") as file:
                file.write("x" if name == "full" else "")
            os.chmod(at(name), 0o644 if name == "open" else 0o600)
        os.link(at("linked"), at("second"))
        os.symlink(at("empty"), at("link"))
        os.symlink(at("new"), at("dangling"))
        os.mkfifo(at("fifo"))
        if ROOT:
            for name in ("full", "open", "empty", "linked", "fifo"):
                os.chown(at(name), OWNER, OWNER)
        for name in ("full", "open", "linked", "link", "dangling", "fifo", "."):
            answer = world.run("invite", "zoe", "--letters-to", at(name))
            same((answer.code, answer.out, "exists already" in answer.err), (3, "", True), (name, answer.err))
        same((os.path.getsize(at("full")), os.path.exists(at("new"))), (1, False))
        same(world.run("invite", "zoe", "--letters-to", at("none/such")).code, 3)
        for more in (("--letters",), ("--json",)):
            same(world.run("invite", "zoe", "--letters-to", at("n"), *more).code, 2)
        same((world.run("invite", "zoe", "--letters-to", at("n"), "--dry-run").code, os.path.exists(at("n"))), (0, False))
        same(world.run("list").out, "")
        same(world.run("invite", "zoe", "--letters-to", at("empty")).code, 0)
        answer = world.run("invite", "zoe", "--letters-to", at("again"))
        same((answer.code, os.path.exists(at("again"))), (1, False), "nobody was invited")
        same(world.run("invite", "yan", "--letters-to", at("again")).code, 0)


def letters_of_a_caller():
    """Under sudo the file is made with the caller's rights: nobody makes files of root's with it."""
    with root_world() as world:
        caller = {"SUDO_UID": str(NOBODY), "SUDO_GID": str(NOBODY)}
        theirs = os.path.join(world.directory, "theirs")
        os.mkdir(theirs)
        os.chown(theirs, NOBODY, NOBODY)
        answer = world.run("invite", "zoe", "--letters-to", os.path.join(world.home, "letters.html"), **caller)
        same((answer.code, os.listdir(world.home).count("letters.html")), (3, 0), answer.err)
        answer = world.run("invite", "zoe", "--letters-to", os.path.join(theirs, "letters.html"), **caller)
        same(answer.code, 0, answer.err)
        made = os.stat(os.path.join(theirs, "letters.html"))
        same((made.st_uid, stat.S_IMODE(made.st_mode)), (NOBODY, 0o600))


LIMIT = 200000  # what the store keeps in one file is less


def limit_files():
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (LIMIT, LIMIT))


def a_full_disk_under_letters():
    """A letter that could not be written whole is not there at all, and its account is not made."""
    with World() as world:
        world.configure("where = " + "ssh login.example.org ou " * 5, "help = " + "poste 1234, " * 10)
        path = os.path.join(world.home, "letters.html")
        # pylint: disable=subprocess-popen-preexec-fn
        people = [f"personne{number}" for number in range(100, 260)]
        done = subprocess.run(world.line("invite", *people, "--letters-to", path), check=False, timeout=600, capture_output=True,
                              env=world.environment(), cwd="/", preexec_fn=limit_files)
        same(done.returncode, 3, done.stderr)
        expect(b"could not show" in done.stderr, done.stderr)
        with open(path, encoding="utf-8") as file:
            text = file.read()
        made = [line.split("\t")[0] for line in world.run("list").out.splitlines()]
        same(re.findall(r'typed">([a-z]+[0-9]{3})<', text), made)
        expect(0 < len(made) < 160 and len(text.encode()) <= LIMIT and text.endswith("</section>\n"), text)


def one_page_each():
    """Chromium's own print, on A4 and on Letter: as many pages as people, the longest values too."""
    need("chromium", "pdfinfo")
    with World() as world:
        world.configure("issuer = " + "Maison de la Culture ".ljust(63, "x"), "organisation = " + "École de l'Anse ".ljust(60, "x"),
                        "where = " + "ssh login.example.org ou " * 5, "help = " + "poste 1234, " * 10)
        path = os.path.join(world.home, "letters.html")
        people = f"{'m' * 64},,en,{'Nom très long ' * 8}\n{'w' * 64},,fr,{'Nom très long ' * 8}\nzoe\n"
        same(world.run("invite", "--csv", "-", "--letters-to", path, stdin=people).code, 0)
        with open(path, encoding="utf-8") as file:
            text = file.read()
        for paper, points in (("A4", "595 x 842"), ("Letter", "612 x 792")):
            page, pdf = os.path.join(world.directory, paper + ".html"), os.path.join(world.directory, paper + ".pdf")
            with open(page, "w", encoding="utf-8") as file:
                file.write(text.replace("@page { margin", f"@page {{ size: {paper}; margin"))
            subprocess.run(["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                            "--no-pdf-header-footer", f"--user-data-dir={world.directory}/chromium", f"--print-to-pdf={pdf}",
                            "file://" + page], capture_output=True, check=True, timeout=600, cwd=world.directory,
                           env=world.environment(HOME=world.directory))
            told = subprocess.run(["pdfinfo", pdf], capture_output=True, text=True, check=True).stdout
            same(re.findall(r"Pages: +(\d+)", told), ["3"], told)
            size = re.search(r"Page size: +([\d.]+) x ([\d.]+)", told)
            same(f"{float(size.group(1)):.0f} x {float(size.group(2)):.0f}", points, told)


def add_cases():
    add_case("letters_in_a_file_are_one_page_a_person", letters_in_a_file)
    add_case("sec_1_05_letters_go_into_no_file_that_is_there", no_other_file_of_letters)
    add_case("letters_in_a_file_are_the_callers", letters_of_a_caller)
    add_case("letters_that_do_not_fit_the_disk_make_no_account", a_full_disk_under_letters)
    add_case("letters_print_one_page_each_on_a4_and_letter", one_page_each)
    add_case("invite_dry_run_says_what_would_be_done_and_does_nothing", dry_run)
    add_case("invite_killed_in_the_middle_leaves_nothing_half_made", killed_in_the_middle)
    add_case("invite_gives_everybody_on_a_long_list_a_password_of_their_own", as_many_as_drawn_ahead)
    add_case("csv_of_every_encoding_and_line_end", of_every_encoding)
    add_case("csv_headings_name_the_columns_in_any_order", headings)
    add_case("csv_unknown_columns_are_named_and_passed_over_only_if_asked", unknown_columns)
    add_case("csv_faults_of_a_heading_and_of_rows_have_their_places", faults_of_a_heading_and_of_rows)
    add_case("sec_1_77_a_cell_of_a_list_becomes_no_formula_command_or_header", signs_of_a_program_in_a_list)
