"""MariaDB and Samba, as packaging/examples tells to set it up."""
import subprocess

import mariadb
import samba
from gates import in_one_field, walk
from harness import case, expect

MARIADB = ("mariadbd", "mariadb", "mariadb-install-db", "oathtool", "openssl", mariadb.PLUGIN)


@case(*MARIADB)
def mariadb_takes_password_and_code_in_one_answer(stage):
    gate = stage.serve(mariadb.MariaDb)
    walk(stage, "alice", in_one_field(gate.sign_in))


@case(*MARIADB)
def mariadb_s_client_asks_once_and_opens_nothing_without_tls(stage):
    gate = stage.serve(mariadb.MariaDb)
    bob = stage.world.account("bob")
    talk = gate.by_hand("bob", bob.password + bob.code())
    expect(talk.status == 0 and "bob@" in talk.text, repr(talk.text))
    stage.world.forgive("bob")
    said = gate.asks(gate.over_tcp("bob", "--skip-ssl"), bob.password + bob.code())
    expect("Access denied" in said, "it opens without TLS:", said)
    stage.world.forgive("bob")
    said = gate.asks(gate.over_tcp("bob", "--ssl"), bob.password + bob.code())
    expect("bob" in said.splitlines(), said)


@case(*MARIADB, "chage")
def mariadb_refuses_who_has_to_change_or_has_left(stage):
    gate = stage.serve(mariadb.MariaDb)
    bob = stage.world.account("bob")
    expect(gate.sign_in("bob", bob.password + bob.code()), "it is shut anyway")
    stage.world.forgive("bob")
    subprocess.run(["chage", "-E", "1", "bob"], check=True)
    opened = gate.sign_in("bob", bob.password + bob.code())
    subprocess.run(["chage", "-E", "-1", "bob"], check=True)
    expect(not opened, "an ended Unix account is open")
    stage.world.forgive("bob")
    stage.world.expire("bob")
    mark = stage.log.mark()
    expect(not gate.sign_in("bob", bob.password + bob.code()), "an expired password opens")
    expect([line for line in stage.log.since(mark) if b"account for bob: the password must be changed" in line],
           "no line says why:", stage.log.since(mark))


@case("smbd", "smbclient", "smbpasswd", "chage")
def samba_asks_for_no_code_and_shuts_out_who_has_left(stage):
    gate = stage.serve(samba.Samba)
    stage.world.account("bob")
    gate.give_password("bob")
    opens(gate, "bob")
    status, said = gate.answer_to("bob", "Pas le bon, celui-la")
    expect(status != 0 and "LOGON_FAILURE" in said, said)
    stage.world.set("bob", *stage.world.DISABLED)
    shut(stage, gate, "bob", b"account for bob: refused: disabled")
    stage.world.account("bob")
    opens(gate, "bob")
    subprocess.run(["chage", "-E", "1", "bob"], check=True)
    shut(stage, gate, "bob", b"account bob: refused: the Unix account has ended")
    subprocess.run(["chage", "-E", "-1", "bob"], check=True)
    stage.world.set("carol", "state=unknown")
    gate.give_password("carol")
    opens(gate, "carol")


def opens(gate, name):
    status, said = gate.answer_to(name)
    expect(status == 0 and "blocks available" in said, name, status, said, gate.said())


def shut(stage, gate, name, why):
    mark = stage.log.mark()
    status, said = gate.answer_to(name)
    expect(status != 0 and "blocks available" not in said, name, "has a session:", said)
    expect(any(why in line for line in stage.log.since(mark)), "no line says why:", stage.log.since(mark))
