"""A run of cases that speak to the agent and its listener, in a mount namespace of its own if that can be had."""
import os
import shutil
import signal
import subprocess
import sys
import tempfile

import groups
import harness
import stage

INSIDE = "LIBERATIONS_AGENT_TEST"
ENTER = ["unshare", "--mount", "--cgroup", "--pid", "--fork", "--kill-child", "--mount-proc", "--propagation", "private"]
TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def run_inside(chosen, scratch, private):
    build = os.path.join(TOP, os.environ.get("LBR_BUILD") or os.environ.get("BUILD", "build"))
    scene, tally = stage.Stage(scratch, os.path.abspath(build), private), harness.Tally()
    try:
        scene.prepare()
        harness.run_all(chosen, tally, scene, log=scene.log, why_not=scene.why_not)
        return tally.close()
    finally:
        scene.close()


def main(program):
    chosen = harness.choose(sys.argv[1:])
    if os.environ.get(INSIDE):
        return run_inside(chosen, os.environ[INSIDE], True)
    scratch = tempfile.mkdtemp(prefix="lbr-agent-")
    os.chmod(scratch, 0o755)
    signal.signal(signal.SIGTERM, lambda received, frame: sys.exit(128 + received))
    try:
        if os.geteuid() == 0 and subprocess.run(ENTER + ["true"], stderr=subprocess.DEVNULL).returncode == 0:
            command = ENTER + [sys.executable, program] + sys.argv[1:]
            return subprocess.run(command, env=dict(os.environ, **{INSIDE: scratch})).returncode
        return run_inside(chosen, scratch, False)
    finally:
        groups.sweep(scratch)
        shutil.rmtree(scratch)
