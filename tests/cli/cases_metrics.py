"""`metrics`: what another program's parser reads, against a store whose accounts are known."""
import os
import re
import subprocess

from harness import Skip, add_case, expect, need, same
from world import STRANGER, World, lbr_world, need_root, tool

try:
    from prometheus_client.parser import text_string_to_metric_families
except ImportError:
    text_string_to_metric_families = None

HERE = os.path.dirname(os.path.abspath(__file__))
UNIT = os.path.join(HERE, "..", "..", "packaging", "examples", "liberations-metrics.service")
# Who is in the store, by what the tests' tool makes of them.
PEOPLE = (("anna", "own"), ("bert", "own"), ("cleo", "temporary"), ("dora", "ended"), ("emil", "expired"), ("fritz", "must-change"),
          ("gina", "disabled"), ("hugo", "throttled"), ("ines", "locked"), ("jule", "locked"))
STATES = {"active": 2, "disabled": 1, "locked": 2, "waiting": 1, "expired": 2, "must-change": 1, "invited": 2, "temporary": 0}


def samples(text):
    """(name, labels) => value, as the parser of Prometheus' own client reads it."""
    if text_string_to_metric_families is None:
        raise Skip("the package python3-prometheus-client is missing")
    return {(one.name, tuple(sorted(one.labels.items()))): one.value
            for family in text_string_to_metric_families(text) for one in family.samples}


def populated(world):
    for name, state in PEOPLE:
        lbr_world(world, name, f"state={state}")
    tool(world, "cli/forge", "notice", "anna", "locked", "sshd", "192.0.2.7")
    tool(world, "cli/forge", "notice", "bert", "locked", "sshd", "192.0.2.7")


def what_the_store_has():
    with World() as world:
        populated(world)
        answer = world.run("metrics")
        same((answer.code, answer.err), (0, ""))
        found = samples(answer.out)
        for state, count in STATES.items():
            same(found["liberations_accounts_state", (("state", state),)], count, state)
        for name, value in (("store_readable", 1), ("accounts", len(PEOPLE)), ("accounts_damaged", 0), ("notices_waiting", 2),
                            ("seal_keys_in_use", 1)):
            same(found[f"liberations_{name}", ()], value, name)
        same([found["liberations_locked_lanes", (("lane", lane),)] for lane in ("console", "known", "stranger")], [0, 0, 2])
        never = found["liberations_accounts_never_signed_in", ()]
        same(never + found["liberations_last_sign_in_age_seconds_count", ()], len(PEOPLE))
        same(found["liberations_last_sign_in_age_seconds_bucket", (("le", "+Inf"),)], len(PEOPLE) - never)
        same(sorted(name for name, _ in PEOPLE if name in answer.out), [], "a name")
        as_json = [(one["metric"], one["value"]) for one in world.run("metrics", "--json").json()]
        names = [(line.split("{")[0].split(" ")[0], float(line.split(" ")[-1]))
                 for line in answer.out.splitlines() if not line.startswith("#")]
        same([name for name, _ in as_json], [name for name, _ in names])
        same([value for name, value in as_json if "age" not in name and "time" not in name],
             [value for name, value in names if "age" not in name and "time" not in name])


def ages():
    """An invitation and a notice grow older; a password ends within two weeks or later."""
    with World() as world:
        lbr_world(world, "cleo", "state=temporary")
        first = samples(world.run("metrics").out)
        expect(0 <= first["liberations_oldest_invitation_age_seconds", ()] < 3600 * 24 * 30, first)
        same(first["liberations_oldest_notice_age_seconds", ()], 0)
        same(first["liberations_accounts_expiring_14d", ()], 1)
        world.configure("max-age = never")
        lbr_world(world, "cleo", "state=own")
        found = samples(world.run("metrics").out)
        same(found["liberations_accounts_expiring_14d", ()], 0)
        same(found["liberations_oldest_invitation_age_seconds", ()], 0)


def every_sample_is_described():
    """A name has one HELP and one TYPE before its samples, is of Prometheus' alphabet, and is in the manual."""
    with World() as world, open(os.path.join(HERE, "..", "..", "man", "liberations.8"), encoding="utf-8") as file:
        manual = file.read()
        lines, said = world.run("metrics").out.splitlines(), []
        for line in lines:
            if line.startswith("# HELP "):
                said.append(line.split(" ")[2])
                expect(re.search(r"\b" + said[-1].removeprefix("liberations_") + r"\b", manual), said[-1], "stands not in the manual")
            elif line.startswith("# TYPE "):
                expect(line.split(" ")[2] == said[-1] and line.split(" ")[3] in ("gauge", "histogram"), line)
            else:
                expect(re.fullmatch(r'(liberations_[a-z0-9_]+)(\{[a-z]+="[^"\\]*"\})? -?\d+', line) and
                       line.startswith(said[-1]), line)
        same(len(said), len(set(said)))


def a_store_that_cannot_be_read():
    """Is a number, not an absence: no alarm rings on what is not there."""
    with World() as world:
        os.rename(world.key, world.key + ".gone")
        answer = world.run("metrics")
        same(answer.code, 3)
        found = samples(answer.out)
        same(found["liberations_store_readable", ()], 0)
        expect(("liberations_accounts", ()) not in found and "seal.key" in answer.err, answer)


def strangers():
    need_root()
    with World() as world:
        answer = world.run("metrics", uid=STRANGER)
        same((answer.code, answer.out), (4, ""))


def recipe():
    """The line of the shipped unit: the file is whole at every moment, and an empty one replaces none."""
    with World() as world, open(UNIT, encoding="utf-8") as file:
        line = re.search(r"(?m)^ExecStart=/bin/sh -c '(.*)'$", file.read()).group(1)
        command = " ".join(world.line("metrics"))
        place = os.path.join(world.home, "textfile")
        os.mkdir(place)
        path = os.path.join(place, "liberations.prom")
        expect("/usr/sbin/liberations metrics" in line, line)

        def run(replacement):
            done = subprocess.run(["/bin/sh", "-c", line.replace("/usr/sbin/liberations metrics", replacement)], check=False,
                                  env=world.environment(FILE=path), capture_output=True)
            with open(path, encoding="utf-8") as file:
                return done.returncode, file.read()
        code, text = run(command)
        same((code, samples(text)["liberations_store_readable", ()], os.stat(path).st_mode & 0o777), (0, 1, 0o644))
        same(run("exit 3"), (3, text))
        same(run("false"), (1, text))
        os.rename(world.key, world.key + ".gone")
        code, text = run(command)
        same((code, samples(text)["liberations_store_readable", ()], os.listdir(place)), (3, 0, ["liberations.prom"]))


def prometheus_own_lint():
    """promtool reads them as the server does, and knows its conventions for names; it says nothing."""
    need("promtool")
    with World() as world:
        populated(world)
        done = subprocess.run(["promtool", "check", "metrics"], input=world.run("metrics").out, capture_output=True, text=True, check=False)
        same((done.returncode, done.stdout, done.stderr), (0, "", ""))


def add_cases():
    add_case("metrics_pass_the_lint_of_prometheus", prometheus_own_lint)
    add_case("metrics_count_what_the_store_has", what_the_store_has)
    add_case("metrics_tell_ages", ages)
    add_case("metrics_describe_every_sample", every_sample_is_described)
    add_case("metrics_of_a_store_that_cannot_be_read", a_store_that_cannot_be_read)
    add_case("metrics_are_not_for_strangers", strangers)
    add_case("metrics_reach_the_textfile_whole", recipe)
