"""The conformance program of the store interface, against the shared store as against files and memory."""
import os
import re
import subprocess

from harness import case, expect
from hosts import BROKER, BUILD
from patience import Slow, in_time, patient

LATE = re.compile(r" == 1[34], LBR_OK == 0")  # LBR_ERR_UNREACHABLE, LBR_ERR_UNKNOWN
PROGRAM = os.path.join(BUILD, "tests", "unit", "conformance")


def passed(**more):
    run = subprocess.run([PROGRAM], env={**os.environ, **more}, capture_output=True, text=True, check=False)
    if LATE.search(run.stdout):
        raise Slow(run.stdout[-2000:])
    in_time(run.stdout[-2000:])
    said = re.search(r"^(\d+) passed, 0 failed$", run.stdout, re.M)
    expect(run.returncode == 0 and said, run.stdout[-2000:], run.stderr[-2000:])
    return int(said[1])


@case()
@patient
def the_shared_store_passes_what_files_and_memory_pass(stage):
    """With a standby that confirms every commit. The program founds the realm itself, under a seal key of its own."""
    realm = stage.new_realm()
    realm.server.require(realm.server.standby("second"))
    realm.boss.ask("DELETE FROM lbr.realm")
    realm.boss.ask("DELETE FROM lbr.counters")
    host = realm.host("conform", start=False, confirm="standby")
    realm.boss.ask("GRANT lbr_admin TO conform")
    shared, without = passed(LBR_BROKER=BROKER, LBR_SHARED_STORE_CONF=host.config), passed()
    expect(shared > without, "the shared store was not tried:", shared, without)
    realm.close()
