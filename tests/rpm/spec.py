"""The spec as rpm reads it: the sections of each package, without building anything."""
import atexit
import fnmatch
import functools
import os
import shutil
import subprocess
import tempfile

import harness

MACROS = "packaging/rpm/macros"
SCRIPTLETS = ("pre", "post", "preun", "postun", "pretrans", "posttrans")
SECTIONS = ("package", "description", "prep", "build", "install", "check", "files", "changelog", *SCRIPTLETS)


@functools.cache
def home():
    """Where rpm and rpmlint look for a person's own settings, and leave some: an empty place until the suite ends."""
    place = tempfile.mkdtemp(prefix="rpm-home.")
    atexit.register(shutil.rmtree, place, True)
    return place


def plain():
    """The environment without what a caller's make said."""
    said = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")}
    return said | {"LC_ALL": "C.UTF-8", "HOME": home()}


def run(*words, wanted=0, **options):
    done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, timeout=600,
                          env=plain(), **options)
    harness.same(done.returncode, wanted, " ".join(words) + " said " + done.stdout)
    return done.stdout


def written(directory):
    """The spec as make-rpm fills it in."""
    run("packaging/rpm/make-rpm", directory, "spec")
    return os.path.join(directory, "rpm", "liberations.spec")


def package_of(words):
    """The package whose section has these words behind its name."""
    if not words:
        return "liberations"
    return words[1] if words[0] == "-n" else "liberations-" + words[0]


def sections(path):
    """{(section, package): lines} of the spec after all macros."""
    load = [] if run("rpm", "--eval", "%{?_unitdir}").strip() else ["--load", MACROS]
    found, lines = {}, []
    for line in run("rpmspec", *load, "-P", path).split("\n"):
        name, *words = line.split() or [""]
        if name[:1] == "%" and name[1:] in SECTIONS:
            lines = found.setdefault((name[1:], package_of(words)), [])
        else:
            lines.append(line)
    return found


@functools.cache
def read():
    with tempfile.TemporaryDirectory(prefix="liberations-spec.") as directory:
        return sections(written(directory))


def holders(files, path):
    """The packages that bring this path. `files`: {package: patterns}, each for a file or, with / at its end, for a tree."""
    return [package for package, patterns in files.items()
            if any(path.startswith(one) if one.endswith("/") else fnmatch.fnmatchcase(path, one) for one in patterns)]


def files(spec):
    return {package: [line for line in lines if line.startswith("/")]
            for (section, package), lines in spec.items() if section == "files"}


def installed(root):
    return sorted("/" + os.path.relpath(os.path.join(top, name), root) for top, _, names in os.walk(root) for name in names)
