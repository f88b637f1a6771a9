"""The selection where it is not the harness that makes it: tests/run with ONLY, and the programs in C."""
import contextlib
import glob
import os
import shutil
import subprocess
import tempfile
import time

from harness import Skip, case, expect, same

SUPPORT = os.path.dirname(os.path.abspath(__file__))
RUN = os.path.join(SUPPORT, "..", "run")
BUILD = os.path.abspath(os.environ.get("LBR_BUILD") or os.environ.get("BUILD", "build"))
SUITE = """#!/usr/bin/python3
import os, sys
sys.dont_write_bytecode = True
sys.path.insert(1, %r)
from harness import *
for name in %r:
    add_case(name, expect, "bad" not in name, "it is bad")
sys.exit(main())
"""
# Suites of a room each, and their cases.
SUITES = {"tests/hall/first": ["door", "door_opens"], "tests/hall/second": ["door", "stairs"], "tests/attic/run": ["roof", "bad_roof"],
          "tests/cellar/run": ["wine"]}


class Whole:
    """What tests/run does with those suites."""

    def __init__(self, suites, only=None, **more):
        environment = {**os.environ, "LBR_ONCE": "1", **more}
        environment.pop("ONLY", None)
        if only is not None:
            environment["ONLY"] = only
        done = subprocess.run(["bash", RUN, "build", *suites], capture_output=True, text=True, timeout=600, check=False, env=environment)
        self.status, self.lines, self.err = done.returncode, done.stdout.splitlines(), done.stderr

    def counts(self):
        """(passed, failed, skipped) of each suite, by name."""
        lines = [line.split() for line in self.lines if " passed " in line]
        return {words[0]: tuple(map(int, words[1:7:2])) for words in lines}


@contextlib.contextmanager
def checkout():
    """A directory with the suites and nothing else, which becomes the current one."""
    before = os.getcwd()
    with tempfile.TemporaryDirectory(prefix="liberations-selftest.") as directory:
        os.chmod(directory, 0o755)
        for path, names in SUITES.items():
            write(os.path.join(directory, path), SUITE % (SUPPORT, names))
        os.mkdir(os.path.join(directory, "build"))
        os.chdir(directory)
        try:
            yield
        finally:
            os.chdir(before)


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    os.chmod(path, 0o755)


def lives(process):
    try:
        with open("/proc/%s/stat" % process, encoding="ascii", errors="replace") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def wait_for_end(process):
    until = time.monotonic() + 600
    while lives(process):
        expect(time.monotonic() < until, process, "goes on")
        time.sleep(0.01)


@case()
def tests_run_adds_up_its_suites_and_recalls_what_failed():
    with checkout():
        done = Whole(SUITES)
        good = Whole(["tests/hall/first", "tests/cellar/run"])
    same((done.status, done.lines[-1]), (1, "6 passed, 1 failed"), done.err)
    same(done.lines[-3:-1], ["FAILED attic/run", "    FAILED   bad_roof: it is bad"])
    same((good.status, good.lines[-1]), (0, "3 passed, 0 failed"), good.err)


@case()
def a_suite_without_a_last_line_or_with_a_bad_status_is_a_failure():
    with checkout():
        write("tests/odd/silent", "#!/bin/sh\necho nothing\n")
        write("tests/odd/lies", "#!/bin/sh\necho '5 passed, 0 failed, 2 skipped'\nexit 3\n")
        done = Whole(["tests/odd/silent", "tests/odd/lies"])
    same(done.counts(), {"odd/silent": (0, 1, 0), "odd/lies": (5, 1, 2)}, done.err)
    same((done.status, done.lines[-1]), (1, "5 passed, 2 failed, 2 skipped"))


def programs_without(name):
    """A directory with everything that PATH leads to, but one program."""
    place = os.path.join(os.getcwd(), "bin")
    os.mkdir(place)
    for directory in os.environ["PATH"].split(":"):
        for program in os.listdir(directory) if os.path.isdir(directory) else ():
            if program != name and not os.path.lexists(os.path.join(place, program)):
                os.symlink(os.path.join(directory, program), os.path.join(place, program))
    return place


@case()
def suites_run_where_setpriv_is_not_installed():
    """Once, as the user who runs them; that there is no second run is said."""
    with checkout():
        place = programs_without("setpriv")
        same(shutil.which("setpriv", path=place), None)
        done = Whole(["tests/hall/first", "tests/cellar/run"], PATH=place, LBR_ONCE="")
    same(done.counts(), {"hall/first": (2, 0, 0), "cellar/run": (1, 0, 0)}, done.err)
    said = any("no setpriv" in line for line in done.lines)
    same((done.status, said), (0, os.geteuid() == 0), done.lines)


@case()
def a_suite_whose_shell_is_killed_is_a_failure_and_the_others_run():
    """Also one that is killed itself, and one after which the runner has nothing left to wait for. Nothing of it goes on."""
    with checkout():
        write("tests/odd/alone", "#!/bin/sh\necho process $$\nkill -9 $(ps -o ppid= -p $PPID)\nexec sleep 600\n")
        write("tests/odd/killed", "#!/bin/sh\necho '5 passed, 0 failed'\nkill -9 $$\n")
        done = Whole(["tests/odd/alone", "tests/odd/killed", "tests/hall/first"])
        last = Whole(["tests/odd/alone"])
    ends = 0
    same(done.counts(), {"odd/alone": (0, 1, 0), "odd/killed": (5, 1, 0), "hall/first": (2, 0, 0)}, done.err)
    expect("FAILED odd/alone  (its shell was killed)" in done.lines and "FAILED odd/killed  (killed)" in done.lines, done.lines)
    for line in done.lines + last.lines:
        if line.strip().startswith("process "):
            wait_for_end(line.split()[1])
            ends += 1
    same(ends, 4, done.lines)  # each log is shown, and recalled at the end
    same((done.status, done.lines[-1], last.status), (1, "7 passed, 2 failed", 1))


@case()
def only_selects_suites_by_name_by_room_and_by_pattern():
    first, second, attic, cellar = "hall/first", "hall/second", "attic/run", "cellar/run"
    with checkout():
        for only, wanted in (("hall/first", [first]), ("hall", [first, second]), ("*/run", [attic, cellar]),
                             ("cellar  attic", [attic, cellar]), ("", [first, second, attic, cellar]), ("*c*", [second, attic, cellar])):
            done = Whole(SUITES, only)
            same(sorted(done.counts()), sorted(wanted), (only, done.err))


@case()
def only_selects_cases_where_they_exist():
    with checkout():
        for only, wanted in (("hall:door", {"hall/first": (1, 0, 0), "hall/second": (1, 0, 0)}),
                             ("*:door_*", {"hall/first": (1, 0, 0)}),
                             ("hall/*:door* attic:roof", {"hall/first": (2, 0, 0), "hall/second": (1, 0, 0), "attic/run": (1, 0, 0)}),
                             ("hall/first hall/*:stairs", {"hall/first": (2, 0, 0), "hall/second": (1, 0, 0)}),
                             ("hall/first:door hall/first", {"hall/first": (2, 0, 0)})):
            done = Whole(SUITES, only)
            same(done.counts(), wanted, (only, done.err))
            same(done.status, 0, only)


@case()
def only_that_selects_nothing_ends_with_2_before_anything_runs():
    with checkout():
        for only in ("hal", "hall/firs", "hall:doo", "cellar:door", "hall/first attic:wine", ":door"):
            done = Whole(SUITES, only)
            same((done.status, done.lines), (2, []), (only, done.err))
            expect(done.err.startswith("ONLY: %s selects nothing" % only.split()[-1]), only, done.err)


@case()
def programs_in_c_take_the_same_selection():
    program = os.path.join(BUILD, "tests", "unit", "secret")
    if not os.path.exists(program):
        raise Skip("unit/secret is not built")

    def said(*words):
        done = subprocess.run([program, *words], capture_output=True, text=True, timeout=600, check=False)
        return done.returncode, done.stdout.splitlines(), done.stderr
    names = said("--list")[1]
    one = names[-1]
    expect(len(names) > 3 and len(set(names)) == len(names), names)
    same((said("--list")[0], said("--list", one)[1]), (0, names))
    same(said()[1][-1], "%d passed, 0 failed" % len(names))
    same(said(one)[1][-1], "1 passed, 0 failed")
    same(said(one[:-1] + "?", names[0])[1][-1], "2 passed, 0 failed")
    for words in ([one[:-1]], [one, "no_test"], [one.upper()], [""]):
        same(said(*words), (2, [], "%s: no test has this name; --list prints the names\n" % words[-1]))


@case()
def no_unit_program_names_a_test_twice():
    names = [os.path.basename(path)[:-2] for path in glob.glob(os.path.join(SUPPORT, "..", "unit", "*.c"))]
    built = [path for path in (os.path.join(BUILD, "tests", "unit", name) for name in names) if os.path.exists(path)]
    if not built:
        raise Skip("no unit program is built")
    for program in built:
        names = subprocess.run([program, "--list"], capture_output=True, text=True, timeout=600, check=True).stdout.split()
        expect(names and len(set(names)) == len(names), program, "lists", names)
