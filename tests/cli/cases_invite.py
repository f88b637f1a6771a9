"""Invitations: by name, from a file, renewed; as letters; and what is done when the answer cannot be written."""
import os
import re
import time

from person import Person
from harness import add_case, expect, same
from world import OWNER, Terminal, World, code_at, root_world

TEMPORARY = r"[a-z0-9]{5}(?:-[a-z0-9]{5}){3}"


def quiet(answer):
    """The exit status, and what was said besides that they have no Unix user, as people of tests do."""
    return answer.code, re.sub(r"liberations: without a Unix user of that name: [^\n]*:\n(  [^\n]*\n)+", "", answer.err)


def seconds(text):
    return time.mktime(time.strptime(text, "%Y-%m-%dT%H:%M:%SZ"))


def life_of(facts):
    return seconds(facts["expires"]) - seconds(facts["password_set"])


def lines_and_facts():
    with World() as world:
        answer = world.run("invite", "bob", "zoé")
        same(quiet(answer), (0, ""))
        expect(re.fullmatch(rf"bob\t{TEMPORARY}\nzoé\t{TEMPORARY}\n", answer.out), answer.out)
        told = world.run("invite", "carol", "dave", "--json", "--life", "7d").json()
        same([(sorted(one), one["user"]) for one in told],
             [(["changed", "temporary_password", "until", "user"], name) for name in ("carol", "dave")])
        for name, life in (("bob", 72 * 3600), ("carol", 7 * 86400)):
            facts = world.run("show", name, "--json").json()[0]
            same((facts["password"], facts["token"], life_of(facts)), ("temporary", "pending", life), name)
        same(world.run("invite", "carol", "--renew").code, 0)
        same(life_of(world.run("show", "carol", "--json").json()[0]), 7 * 86400, "--renew keeps the life that was given")
        for life, wanted in (("1h", 3600), ("90 min", 5400), ("21d", 21 * 86400)):
            same(world.run("invite", "bob", "--renew", "--life", life).code, 0, life)
            same(life_of(world.run("show", "bob", "--json").json()[0]), wanted)


def first_sign_in_and_renewal():
    """The QR code stays the same until it is confirmed; the password that was replaced serves no more."""
    with World() as world:
        world.configure("window = 2")
        bob = Person(world, "bob")
        shown = []
        for words in (("invite", "bob"), ("invite", "bob", "--renew")):
            temporary = world.run(*words, "--json").json()[0]["temporary_password"]
            answer = bob.sign_in(temporary, "")  # and hangs up before the code
            same(answer.code, 1)
            shown.append((temporary, re.search(r"(?:[A-Z2-7]{4} ){7}[A-Z2-7]{4}", answer.out).group(0)))
        (old, old_key), (new, new_key) = shown
        same(old_key, new_key, "the QR code changed")
        expect(old != new, "the same password again")
        answer = bob.sign_in(old, "")
        same(answer.code, 1)
        expect(old_key not in answer.out, "the password that was replaced still serves")
        bob.first_sign_in(new)
        same((bob.facts()["password"], bob.facts()["token"]), ("own", "confirmed"))
        expect(bob.may_sign_in(), "no second sign-in")


def refusals_change_nothing():
    with World() as world:
        world.configure("window = 2")
        alice = Person(world, "alice")
        alice.enroll()
        world.run("invite", "bob")
        before = world.run("list").out, alice.facts(), world.run("show", "bob", "--json").out
        for words, code, word in ((("alice",), 1, "reset-token"), (("alice", "--renew"), 1, "reset-token"),
                                  (("bob",), 1, "--renew"), (("ALICE",), 1, "alice"),
                                  (("nobody-here", "--renew"), 1, "no such account"),
                                  (("carol", "bob"), 1, "no one was invited"), (("carol", "Carol"), 2, "twice"),
                                  (("carol", "a b"), 2, "letters"), (("carol", "root"), 1, "--system"),
                                  (("carol", "--life", "22d"), 2, "21 d"), (("carol", "--life", "59min"), 2, "1 h"),
                                  (("carol", "--life", "3x"), 2, "--life"), (("carol", "--life", "-1"), 2, "--life"),
                                  (("carol", "--letters", "--json"), 2, "combined")):
            answer = world.run("invite", *words)
            same((answer.code, answer.out), (code, ""), repr(words))
            expect(word in answer.err, f"{words}: {answer.err}")
        same((world.run("list").out, alice.facts(), world.run("show", "bob", "--json").out), before)


GOOD = "\ufeffbob\r\n\"carol\",\"carol@example.org\",\"fr\"\r\ndave,dave@example.org,en\r\nerin,,fr\r\nzoé,z+a@b.example"


def a_file():
    with World() as world:
        for words in (("--csv", "-"), ("--csv=-", "--renew")):
            answer = world.run("invite", *words, stdin=GOOD)
            same(quiet(answer), (0, ""))
            same([line.split("\t")[0] for line in answer.out.splitlines()], ["bob", "carol", "dave", "erin", "zoé"])
        for name, contact, language in (("bob", None, None), ("carol", "carol@example.org", "fr"),
                                        ("dave", "dave@example.org", "en"), ("erin", None, "fr"), ("zoé", "z+a@b.example", None)):
            facts = world.run("show", name, "--json").json()[0]
            same((facts["contact"], facts["language"], facts["generation"]), (contact, language, 2), name)


FAULTS = (  # line, what is said
    ("x y,foo,de", 3), ("carol,a@b,en,Carol,more", 1), ("carol,a@b@c", 1), ("carol,-o@b", 1), ("carol,a b@c", 1),
    ("carol,@c", 1), ("\"carol", 1), ("\"carol\"x", 1), ("car\"ol", 1), ("carol,,xx", 1), ("car\u202eol,,en", 1),
    ("x" * 1025, 1), ("root", 1), ("carol,a@" + "b" * 130, 1), ("bob", 1), ("#carol", 1), ("-", 1))


def faults_of_a_file():
    """Every fault, each with its line, and nobody is invited."""
    with World() as world:
        world.run("invite", "bob")
        for line, count in FAULTS:
            answer = world.run("invite", "--csv", "-", stdin=f"good-one\n{line}\ngood-two\n")
            same((answer.code in (1, 2), answer.out), (True, ""), line)
            told = answer.err.splitlines()
            same(len(told), count + 1, f"{line!r}: {answer.err}")
            expect(all(re.match(r"liberations: -: line 2, column \d+: ", one) for one in told[:-1]), answer.err)
        together = "\n".join(line for line, _ in FAULTS) + "\nGina\ngina\n"
        told = world.run("invite", "--csv", "-", stdin=together).err.splitlines()
        same(len(told), sum(count for _, count in FAULTS) + 2 + 6, "\n".join(told))  # carol is named seven times
        same(world.run("invite", "--csv", "-", stdin="").code, 2)
        same(world.run("invite", "--csv", "/nonexistent/people").code, 3)
        same(world.run("invite", "--csv", world.home).code, 3)
        same(world.run("list").out.count("\n"), 1, "somebody was invited all the same")


def file_of_root():
    """Read before root is left: a list of people is nobody else's to read."""
    with root_world() as world:
        path = os.path.join(world.directory, "people.csv")
        with open(path, "w", encoding="ascii") as file:
            file.write("bob\n")
        os.chmod(path, 0o600)
        same(world.run("invite", "--csv", path).code, 0)
        for where, _, files in os.walk(world.state):
            expect(all(os.lstat(os.path.join(where, name)).st_uid == OWNER for name in files), where)


def letters():
    with World() as world:
        world.configure("issuer = Maison", "min-length = 14")
        people = "bob,,en\ncarol,,fr\ndave\n"
        answer = world.run("invite", "--csv", "-", "--letters", stdin=people)
        same(quiet(answer), (0, ""))
        pages = answer.out.split("\f")
        same(len(pages), 3)
        for page, name, word in zip(pages, ("bob", "carol", "dave"), ("Temporary password", "Mot de passe temporaire", "Temporary")):
            expect(name in page and word in page and "Maison" in page and "14 " in page, page)
            same(len(re.findall(TEMPORARY, page)), 1)
            expect(max(map(len, page.splitlines())) <= 78 and "\x1b" not in page, "no page for a printer")
        world.enroll("erin")
        one = world.run("invite", "erin", "--renew", "--letters")
        same((one.code, one.out.count("\f")), (0, 0))


def letters_say_whose_they_are():
    """Organisation, the person's name, the place to sign in and the desk; not asked for, none of it stands there."""
    with World() as world:
        world.configure("organisation = École de l'Anse", "where = ssh login.example.org", "help = poste 1234")
        people = "bob,,en,Bob Roy\ncarol,,fr,\"Carol, dite Caro\"\nroger,,fr\n"
        answer = world.run("invite", "--csv", "-", "--letters", stdin=people)
        same(quiet(answer), (0, ""))
        for page, words in zip(answer.out.split("\f"), (("Bob Roy", "Sign in at: ", "Questions? poste 1234"),
                                                        ("Carol, dite Caro", "Pour vous connecter :", "Des questions? poste 1234"),
                                                        ("roger", "Pour vous connecter :"))):
            expect(page.startswith("École de l'Anse\n") and "ssh login.example.org" in page, page)
            expect(all(word in page for word in words), page)
            expect(max(map(len, page.splitlines())) <= 78, "no page for a printer")
        same(world.run("show", "bob", "--json").out.count("Roy"), 0, "the name was stored")
        wrong = world.run("invite", "--csv", "-", "--letters", stdin="dave,,en," + "x" * 128 + "\n")
        same((wrong.code, "127 bytes" in wrong.err), (2, True), wrong.err)
    with World() as world:
        world.configure("issuer = " + "Maison de la Culture ".ljust(63, "x"), "organisation = " + "École de l'Anse ".ljust(60, "x"),
                        "where = " + "ssh login.example.org ou " * 5, "help = " + "poste 1234, " * 10)
        name, full_name = "n" * 64, "Nom très long " * 8
        for language in ("en", "fr"):
            row = f"{name},,{language},{full_name}\n"
            page = world.run("invite", "--csv", "-", "--letters", *["--renew"] * (language == "fr"), stdin=row).out
            same([line for line in page.splitlines() if len(line) > 78], [])
            words = " ".join(page.split())
            for word in (name, full_name.strip(), "poste 1234, " * 9, "ssh login.example.org ou " * 4, "Maison de la Culture x"):
                expect(word in words, page)
            expect(re.search(r"\n {25,}(login|ssh)", page), "what follows a label goes on elsewhere:\n" + page)
    with World() as world:
        answer = world.run("invite", "bob", "--letters")
        expect("Sign in at" not in answer.out and "Questions" not in answer.out, answer.out)


def letters_name_the_portal():
    """Where the configuration says nothing of it, and people sign in at one site."""
    with World() as world:
        portal = os.path.join(os.path.dirname(world.config), "portal.conf")
        sites = "site = https://wiki.example.org\nsign-in = https://connexion.example.org\nsite = https://connexion.example.org\n"
        for text, wanted in ((sites, "connexion"), (sites + "site = https://other.example.org\n", None), ("sight = x\n", None)):
            with open(portal, "w", encoding="utf-8") as file:
                file.write(text)
            answer = world.run("invite", "bob", "--letters", *["--renew"] * (text != sites or wanted is None))
            same(quiet(answer), (0, ""))
            same(re.findall(r"Sign in at: +(.*)", answer.out), [f"https://{wanted}.example.org"] if wanted else [], text)
        with open(portal, "w", encoding="utf-8") as file:
            file.write(sites)
        world.configure("where = ssh login.example.org")
        same(re.findall(r"Sign in at: +(.*)", world.run("invite", "bob", "--renew", "--letters").out), ["ssh login.example.org"])


def output_lost():
    """What nobody could read was not given: a new account is taken back, one that is there stays as it was."""
    with World() as world, open("/dev/full", "wb", buffering=0) as full:
        world.run("invite", "bob")
        before = world.run("show", "bob", "--json").out
        for more in ((), ("--json",), ("--letters",)):
            for words in (("invite", "carol", "dave"), ("invite", "bob", "--renew"), ("passwd", "bob"), ("reset-token", "bob", "--yes")):
                if more == ("--letters",) and words[0] != "invite":
                    continue
                answer = world.run(*words, *more, out=full)
                same(answer.code, 3, repr((words, answer)))
                expect("could not show" in answer.err, answer.err)
                expect("dave" not in answer.err, "it went on to the next one")
        same(world.run("show", "bob", "--json").out, before)
        same(world.run("list").out.count("\n"), 1)


def at_a_terminal():
    with World() as world:
        terminal = Terminal(world, "invite", "bob", "carol")
        same(terminal.close(), 0)
        expect("] 1/2" in terminal.seen and "\r\x1b[K" in terminal.seen, repr(terminal.seen))
        expect(re.search(rf"bob +{TEMPORARY}  until 20", terminal.seen) and "leave the token empty" in terminal.seen, terminal.seen)
        terminal = Terminal(world, "invite", "dave")
        terminal.close()
        expect("] 0/1" not in terminal.seen and "\x1b" not in terminal.seen, "a bar for one")


FIRST, CONFIRMED, AGAIN = "leave the token empty", "a code from the confirmed token", "enters this password and a code"


def what_to_say():
    """The instruction fits the token: a code where it is confirmed, the QR code where it is not."""
    with World() as world:
        world.enroll("alice", code_at)
        world.run("invite", "bob")
        for words, said in ((("invite", "alice", "--renew"), (CONFIRMED,)), (("invite", "bob", "--renew"), (FIRST,)),
                            (("invite", "alice", "bob", "--renew"), (FIRST, "Users with a confirmed token")),
                            (("passwd", "alice"), (AGAIN,)), (("passwd", "bob"), (FIRST,)),
                            (("reset-token", "alice", "--yes"), (FIRST,)), (("passwd", "alice"), (FIRST,))):
            terminal = Terminal(world, *words)
            same(terminal.close(), 0, repr(words))
            words_seen = " ".join(terminal.seen.split())
            seen = [text for text in (FIRST, CONFIRMED, AGAIN, "Users with a confirmed token") if text in words_seen]
            same(set(seen), set(said), f"{words}: {terminal.seen!r}")


def add_cases():
    add_case("invite_prints_a_line_each", lines_and_facts)
    add_case("invite_then_first_sign_in_and_renewal", first_sign_in_and_renewal)
    add_case("invite_refusals_change_nothing", refusals_change_nothing)
    add_case("invite_from_a_file", a_file)
    add_case("invite_tells_every_fault_of_a_file", faults_of_a_file)
    add_case("invite_reads_root_s_file", file_of_root)
    add_case("invite_letters", letters)
    add_case("letters_say_whose_they_are", letters_say_whose_they_are)
    add_case("letters_name_the_portal", letters_name_the_portal)
    add_case("temporary_password_that_was_not_shown_changes_nothing", output_lost)
    add_case("invite_at_a_terminal", at_a_terminal)
    add_case("invite_and_passwd_say_what_fits_the_token", what_to_say)
