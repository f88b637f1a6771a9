"""`liberations-portal --check`: every fault in a line with what repairs it, or one line when all is well."""
import os
import subprocess

from harness import Skip, case, same
from keeper import OWNER, PROGRAM, Portal
from standing import ALLOW, DENY, HANG_UP, Agent
from world import World

INIT = "; repair it with `liberations init --portal https://HOST`"


def check(portal, *more, language="C", config=None, under=()):
    return subprocess.run([*under, PROGRAM, "--check", "--config", config or portal.directory + "/portal.conf", "--readers",
                           os.path.dirname(PROGRAM), *more], capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False,
                          timeout=600, env={"PATH": os.environ["PATH"], "LANG": language})


def told(said, *wanted):
    """Each of `wanted` is the middle of one line, and there is no other line."""
    lines = said.stderr.splitlines()
    same((said.returncode, said.stdout, len(lines)), (1, "", len(wanted)), said.stderr)
    for words in wanted:
        same(sum(all(word in line for word in words) for line in lines), 1, f"{words}: {said.stderr}")


@case()
def a_check_that_finds_nothing_is_one_line():
    with Portal() as portal:
        conf = portal.directory + "/portal.conf"
        for verdict in (ALLOW, DENY):
            with Agent(portal.directory + "/verify.sock", lambda *_, verdict=verdict: verdict):
                said = check(portal)
                same((said.returncode, said.stdout, said.stderr), (0, f"{conf}: 1 site; the agent answers\n", ""), "a portal that serves:")
                portal.write("portal.conf", portal.text("portal.conf") + "site = https://b.example.org\n", 0o644)
                portal.stop()
                said = check(portal, language="fr_CA.UTF-8")
                n = portal.text("portal.conf").count("site = ")
                same((said.returncode, said.stdout, said.stderr), (0, f"{conf} : {n} sites; l'agent répond\n", ""), "one that does not:")
                portal.write("portal.conf", portal.text("portal.conf").replace("site = https://b.example.org\n", ""), 0o644)
                portal.start()
    with World() as world:
        same(check(world).returncode, 0, "with a real agent:")


@case()
def a_check_names_every_fault_and_what_repairs_it():
    with Portal() as portal:
        portal.stop()
        conf = portal.text("portal.conf")
        here = portal.directory
        told(check(portal), (f"{here}/verify.sock: connect: ", "; start it with `systemctl enable --now liberations-verify.socket`; "
                             "without systemd, with `liberations-agent --listen`"))
        os.chmod(here + "/portal.key", 0o644)
        os.chmod(here + "/state", 0o755)
        portal.write("logo", "no logo", 0o644)
        portal.write("portal.conf", conf + f"logo = {here}/logo\nstyle = {here}/none\n", 0o644)
        told(check(portal, "--readers", "/nonexistent"), ("portal.key: ", INIT), (here + "/state", INIT), ("verify.sock: connect: ",),
             ("/nonexistent/liberations-portal-page: ", "; install the portal again"), ("/nonexistent/liberations-portal-gate: ",),
             (here + "/logo: neither a PNG nor an SVG; repair the file",), (here + "/none: ", "; repair the file"))
        portal.write("portal.conf", conf, 0o644)
        os.chmod(here + "/state", 0o700)
        portal.write("portal.key", "short\n", 0o640)
        with open(here + "/state/sessions", "ab") as file:
            file.truncate(256 << 21)
        agent = ("verify.sock: connect: ", "; start it")
        told(check(portal), ("portal.key: not one line of 64 hex digits; remove it, and make another with `liberations init",),
             ("sessions: larger than a table of sessions can be; stop the portal and remove it",), agent)
        os.unlink(here + "/state/sessions")
        os.unlink(here + "/portal.key")
        os.rmdir(here + "/state")
        told(check(portal), (here + "/portal.key: ", INIT), (here + "/state: ", INIT), agent)
        told(check(portal, language="fr_CA"), ("liberations-portal : ", "/portal.key : n'est pas là; "
                                               "« liberations init --portal https://HÔTE » le répare"),
             ("/state : ", "; « liberations init --portal https://HÔTE » le répare"), ("verify.sock : connect : ", " le lance"))
        os.mkdir(here + "/state", 0o700)
        portal.write("portal.key", "00" * 32 + "\n", 0o600)
        if os.geteuid() == 0:
            os.chown(here + "/state", OWNER, OWNER)
            os.chown(here + "/portal.key", OWNER, OWNER)
        portal.start()


@case()
def a_check_judges_where_the_sockets_would_be():
    with Portal() as portal, Agent(portal.directory + "/verify.sock", lambda *_: ALLOW):
        here, conf = portal.directory, portal.text("portal.conf")
        os.mkdir(here + "/open")
        os.chmod(here + "/open", 0o777)
        portal.write("file", "", 0o644)
        fix = "; choose another path in portal.conf, or repair this one"

        def with_paths(pages, gate):
            portal.write("portal.conf", conf.replace(f"pages = {here}/pages.sock", f"pages = {pages}")
                         .replace(f"gate = {here}/gate.sock", f"gate = {gate}"), 0o644)
            return check(portal)
        told(with_paths(here + "/open/p", here + "/file"), ("/open: writable by users other than root and this process", fix),
             ("/file: exists, but is not a socket", fix))
        told(with_paths(here + "/a/b/p", here + "/file/g"), ("/a/b: ", fix), ("/file: ", fix))
        told(with_paths(here + "/" + "p" * 108, "/g"), (": the socket's name is missing or too long", fix),
             ("/g: not an absolute path to a socket", fix))
        told(with_paths(here + "/x.sock", here + "/x.sock"), ("gate: the same path as pages", fix))
        same(with_paths(here + "/new/p", here + "/new/g").returncode, 0, "root makes one directory")
        portal.write("portal.conf", conf, 0o644)


@case("unshare")
def a_check_tells_how_much_room_the_table_lacks():
    if os.geteuid() != 0:
        raise Skip("only root mounts")
    with Portal() as portal, Agent(portal.directory + "/verify.sock", lambda *_: ALLOW):
        portal.write("portal.conf", portal.text("portal.conf").replace("sessions = 64", "sessions = 8192"), 0o644)
        script = f'mount -t tmpfs -o size=1m,mode=700,uid={OWNER},gid={OWNER} scratch {portal.directory}/state && exec "$@"'
        told(check(portal, under=["unshare", "-m", "sh", "-c", script, "sh"]),
             (portal.directory + "/state: 1024 KiB are missing on this file system", "; make room there, or lower `sessions`"))
        portal.write("portal.conf", portal.text("portal.conf").replace("sessions = 8192", "sessions = 64"), 0o644)


@case()
def a_check_wants_an_answer_of_the_agent():
    with Portal() as portal:
        silent = ("/verify.sock: the agent gives no answer; its log says why: journalctl -t liberations-agent",)
        with Agent(portal.directory + "/verify.sock", lambda *_: HANG_UP):
            told(check(portal), silent)


@case()
def a_check_of_a_wrong_file_shows_all_of_it():
    with Portal() as portal:
        conf = portal.text("portal.conf")
        portal.write("portal.conf", "idle = 7 weeks\nsite = http://x\ncolour = blue\nhome = x\n", 0o644)
        told(check(portal), *((f"portal.conf: line {line}, column {column}: {more}",) for line, column, more in
                              ((1, 8, "idle: "), (2, 8, "site: "), (3, 1, "unknown keyword"), (4, 8, "home: "))))
        portal.write("portal.conf", conf.replace(f"user = {OWNER}", "user = no_such_user_here"), 0o644)
        told(check(portal), ("user = no_such_user_here: no such user", "create it with `liberations init --portal https://HOST`"))
        told(check(portal, language="fr_CA"), (" : user = no_such_user_here : cet utilisateur n'est pas dans /etc/passwd",))
        portal.write("portal.conf", conf, 0o644)
        told(check(portal, config="/nonexistent/portal.conf"),
             ("/nonexistent/portal.conf: no such file; create it with `liberations init --portal https://HOST`",))
