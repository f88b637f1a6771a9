"""Every verb, wherever it must be described: its schema, its section of the manual, its example."""
import os
import re

import schema
from harness import Skip, add_case, expect, same
from world import World

HERE = os.path.dirname(os.path.abspath(__file__))
MANUAL = os.path.join(HERE, "..", "..", "man", "liberations.8")
EVERYWHERE = {"--json", "--config", "--help"}  # what the manual says of all verbs at once


def verbs(world):
    found = re.findall(r"(?m)^  ([a-z-]+) +\S", world.run("help").out)
    expect(len(found) > 20, found)
    return found


def options(world, verb):
    """Those that its help lists."""
    return set(re.findall(r"(?m)^  (--[\w-]+)", world.run(verb, "--help").out))


def manual():
    """The lines of each section, by its heading."""
    with open(MANUAL, encoding="utf-8") as file:
        parts = re.split(r"(?m)^\.Sh (.*)\n", file.read())
    return dict(zip(parts[1::2], parts[2::2]))


def every_verb_has_a_schema():
    with World(founded=False) as world:
        found = {name.removesuffix(".json") for name in os.listdir(schema.SCHEMAS)}
        same(set(verbs(world)) ^ found, set(), "verbs without a file in packaging/schema, or files without a verb")


def a_schema_is_closed():
    """A field that no schema names is refused: each object lists its members, and each line needs all of them,
    unless its reader chose them."""
    if schema.Draft202012Validator is None:
        raise Skip("python3-jsonschema is not installed")
    for name in os.listdir(schema.SCHEMAS):
        verb = name.removesuffix(".json")
        schema.judge_of(verb)
        kinds = schema.read(verb).get("anyOf", [schema.read(verb)])
        for kind in kinds:
            if "minProperties" not in kind:  # else --columns chooses them
                same(kind["required"], list(kind["properties"]), verb)
        closed(schema.read(verb), verb)


def closed(node, where):
    for inner in node.values() if isinstance(node, dict) else node:
        if isinstance(inner, (dict, list)):
            closed(inner, where)
    if isinstance(node, dict) and node.get("type") == "object":
        same(node.get("additionalProperties"), False, where)


def a_wrong_line_is_refused():
    if schema.Draft202012Validator is None:
        raise Skip("python3-jsonschema is not installed")
    for line in ('{"user": "a", "disabled": true}', '{"user": "a", "disabled": true, "changed": true, "more": 1}',
                 '{"user": "a", "disabled": "yes", "changed": true}', "[]"):
        try:
            schema.judge(("disable", "a", "--json"), line + "\n")
        except AssertionError:
            continue
        raise AssertionError("its schema takes " + line)


def the_manual_has_every_verb():
    parts = manual()
    synopsis = dict(re.findall(r"(?m)^\.Nm\n\.Cm ([a-z-]+)\n((?:(?!\.Nm).*\n)*)", parts["SYNOPSIS"]))
    with World(founded=False) as world:
        for verb in verbs(world):
            expect(verb in synopsis, f"{verb} is not in the manual's synopsis")
            expect(re.search(rf"(?m)^\.It Cm {verb}(?: |$)", parts["VERBS"]), f"{verb} has no section in the manual")
            named = {"-" + word for word in re.findall(r"Fl (-[\w-]+)", synopsis[verb])}
            same(named, options(world, verb) - EVERYWHERE, f"{verb}: options in the manual's synopsis, and in the help")


def the_manual_has_every_option():
    parts = manual()
    told = {"-" + word for name in ("DESCRIPTION", "VERBS") for word in re.findall(r"Fl (-[\w-]+)", parts[name])}
    with World(founded=False) as world:
        for verb in verbs(world):
            same(options(world, verb) - told, set(), f"{verb}: options that the manual does not explain")


def the_manual_has_every_exit_status():
    named = set()
    for line in re.findall(r"(?m)^\.It Cm (.*)$", manual()["EXIT STATUS"]):
        named |= set(line.split(" , "))
    with World(founded=False) as world:
        same(set(verbs(world)) ^ named, set(), "verbs whose exit status 1 the manual does not explain, or that do not exist")


def add_cases():
    add_case("the_manual_tells_the_exit_status_of_every_verb", the_manual_has_every_exit_status)
    add_case("every_verb_has_a_schema", every_verb_has_a_schema)
    add_case("a_schema_names_every_field", a_schema_is_closed)
    add_case("a_line_against_its_schema_is_a_failure", a_wrong_line_is_refused)
    add_case("the_manual_has_every_verb", the_manual_has_every_verb)
    add_case("the_manual_explains_every_option", the_manual_has_every_option)
