"""The application past its web server: where the shipped files have it listen, no other machine can reach it."""
import glob
import os
import re
import subprocess

from harness import Skip, case, expect, same
from world import ROOT

HERE = os.path.dirname(os.path.abspath(__file__))
PACKAGING = os.path.join(HERE, "..", "..", "packaging")
BACKEND = re.compile(r"(?:http://|reverse_proxy |server \w+ |ListenStream=)(\[[^]]*\]|[\w.*-]*\.[\w.*-]+|localhost|\*):(\d+)|ListenStream=(\d+)$", re.M)
WARNING = re.compile(r"application must listen (?:where visitors cannot reach it|(?:here|on this machine) alone)|"
                     r"must listen where visitors cannot reach it")
# On the machine with the web server: the addresses that the files name, and one that everybody reaches.
SERVE = """
import socket, sys
kept = [socket.create_server((host, int(port))) for host, port in (word.rsplit(":", 1) for word in sys.argv[1:])]
print("ready", flush=True)
sys.stdin.read()
"""
ASK = """
import socket, sys
for port in sys.argv[2:]:
    try:
        socket.create_connection((sys.argv[1], int(port)), 5).close()
        print(port)
    except OSError:
        pass
"""
OPEN = 18999
LINK = """ip link set lo up
ip link add out type veth peer name in netns "$1"
ip addr add 192.0.2.1/24 dev out
ip link set out up
shift
exec "$@"
"""
ELSEWHERE = """ip link set lo up; echo; read -r _
ip addr add 192.0.2.2/24 dev in && ip link set in up; echo; read -r _
"""


def text_of(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def examples():
    """Each shipped file, and where its backends listen on TCP."""
    for path in sorted(glob.glob(PACKAGING + "/examples/web/*") + glob.glob(PACKAGING + "/systemd/liberations-portal*.socket")):
        text = text_of(path)
        yield os.path.basename(path), text, [(host or "*", port or all_of) for host, port, all_of in BACKEND.findall(text)]


@case()
def portal_p14_each_example_binds_the_application_to_this_machine_and_says_so():
    named, warned = set(), 0
    for name, text, backends in examples():
        for host, port in backends:
            expect(host in ("127.0.0.1", "[::1]"), name, host, port)
        named |= {name} if backends else set()
        if backends and not name.endswith(".socket"):
            expect(WARNING.search(re.sub(r"\s*\n\s*#?\s*", " ", text)) or name == "traefik.yml", name, "does not say who may reach the application")
            warned += 1
    expect({"nginx.conf", "nginx-hosts.conf", "apache.conf", "Caddyfile", "haproxy.cfg", "traefik-dynamic.yml",
            "liberations-portal.socket"} <= named, named)
    same(warned, 6)
    manual = re.sub(r"\s+", " ", text_of(os.path.join(HERE, "..", "..", "man", "liberations-portal.8")))
    expect("The application must listen where visitors cannot reach it, on a Unix socket or on 127.0.0.1" in manual, "the manual")


@case("unshare", "nsenter", "ip")
def portal_p14_from_another_machine_no_application_of_an_example_is_reached():
    if not ROOT:
        raise Skip("wants root, for two networks of its own")
    places = sorted({f"{host}:{port}" for _, _, backends in examples() for host, port in backends})
    with subprocess.Popen(["unshare", "-n", "sh", "-c", ELSEWHERE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as elsewhere:
        elsewhere.stdout.readline()
        with subprocess.Popen(["unshare", "-n", "sh", "-ec", LINK, "sh", str(elsewhere.pid), "python3", "-c", SERVE, *places, f"0.0.0.0:{OPEN}"],
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as machine:
            same(machine.stdout.readline(), "ready\n")
            elsewhere.stdin.write("\n")
            elsewhere.stdin.flush()
            elsewhere.stdout.readline()
            ports = [place.rsplit(":", 1)[1] for place in places] + [str(OPEN)]
            inside, outside = (subprocess.run(["nsenter", "-t", str(pid), "-n", "python3", "-c", ASK, host, *ports], text=True, check=False,
                                              stdout=subprocess.PIPE, timeout=600).stdout.split()
                               for pid, host in ((machine.pid, "127.0.0.1"), (elsewhere.pid, "192.0.2.1")))
            machine.stdin.close()
        elsewhere.stdin.close()
    same((sorted(inside), outside), (sorted(ports), [str(OPEN)]))
