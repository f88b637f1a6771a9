"""Who the database is, who this host is, and what the log says when one does not believe the other."""
import os

import place as places
import postgres
import wire
from harness import case, expect, same
from patience import patient
from wire import answered


def password(place, name="password", **how):
    return place.keep(name, places.PASSWORD + "\n", **how)


@case()
@patient
def over_tls_with_a_password_with_a_certificate_and_over_a_socket(place):
    place.main  # makes the certificates' authority
    place.sign("client", "certain")
    place.keep("client.key", open(place.path("client.key")).read())
    ways = [place.start(**place.tcp(user="secret", password_file=password(place))),
            place.start(**place.tcp(user="certain", tls_certificate=place.path("client.crt"), tls_key=place.path("client.key"))),
            place.start()]
    for one in ways:
        with one.served() as client:
            answered(client.load("nobody"), wire.DONE)
        same(one.in_time(), "")
    rows = place.boss("SELECT usename, bool_and(ssl), bool_and(version = 'TLSv1.3') FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) "
                      "WHERE application_name = 'liberations-store' AND usename IN ('secret', 'certain') GROUP BY 1 ORDER BY 1")
    same(rows, [("certain", "t", "t"), ("secret", "t", "t")])
    for one in ways:
        one.stop()


def judge(place, wanted):
    """Starts all brokers, then asks each: they wait together."""
    started = [(place.start(**words), hint) for words, hint in wanted]
    for broker, hint in started:
        postgres.wait_until(broker.said, "the log says why")
        with broker.client() as client:
            told = client.hello()
        broker.in_time()
        answered(told, wire.UNREACHABLE)
        same(told["cause"], wire.CREDENTIALS, "%s, %s:" % (told, broker.said()))
        expect(hint in broker.said(), "no", repr(hint), "in", broker.said())
        expect("sesame" not in broker.said() and "wrong-one" not in broker.said(), broker.said())
        same(len(broker.said().splitlines()), 1, broker.said())
        expect("sesame" not in told["detail"], told)
        broker.stop()


def anybodys_directory(place):
    """Where the server's socket is not, but another program could have made one."""
    directory = place.path("anybodys")
    os.makedirs(directory, exist_ok=True)
    os.chmod(directory, 0o1777)
    return directory


@case()
@patient
def each_refusal_is_told_with_its_repair(place):
    place.main
    place.sign("other", "another authority", by="other")
    place.sign("stranger", "certain", by="other")
    place.keep("stranger.key", open(place.path("stranger.key")).read())
    secret = {"user": "secret", "password_file": password(place)}
    judge(place, [
        (place.tcp(user="secret", password_file=place.keep("wrong", "wrong-one\n")), "compare password-file"),
        (place.tcp(user="nobody_here", password_file=secret["password_file"]), "pg_hba.conf"),
        (place.tcp(user="old", password_file=secret["password_file"]), "scram-sha-256"),
        (place.tcp(**{**secret, "servers": "127.0.0.1:%d" % place.main.port}), "its certificate names another host"),
        ({**place.tcp(**secret), "tls_ca": place.path("other.crt")}, "has expired, or tls-ca has not signed it"),
        (place.tcp(user="certain", tls_certificate=place.path("stranger.crt"), tls_key=place.path("stranger.key")), "ssl_ca_file"),
        ({"servers": "%s:%d" % (anybodys_directory(place), place.main.port), **secret}, "everybody may write to its directory"),
    ])


@case()
@patient
def an_expired_certificate_is_not_believed(place):
    place.main
    place.sign("past", "localhost", "DNS:localhost", days=0)  # it ends as it begins: openssl 3.5 makes none that ended before
    try:
        place.use(place.main, "past")
        place.main.reload()
        judge(place, [(place.tcp(user="secret", password_file=password(place)), "has expired, or tls-ca has not signed it")])
    finally:
        place.use(place.main, "server")
        place.main.reload()


@case()
def files_that_others_may_read_or_write_are_refused_with_the_repair(place):
    place.main
    place.sign("open", "certain")
    open_key = place.keep("open.key", open(place.path("open.key")).read(), mode=0o644)
    missing = place.path("missing")
    for words, wanted in ((place.tcp(password_file=password(place, "password-open", mode=0o640)), ("chown %s" % places.USER, "chmod 0600")),
                          (place.tcp(tls_certificate=place.path("open.crt"), tls_key=open_key), ("open.key", "chmod 0600")),
                          ({**place.tcp(password_file=password(place)), "tls_ca": place.keep("ca-open", "x", mode=0o666)}, ("ca-open", "chmod go-w")),
                          (place.tcp(password_file=missing), (missing, "not found")),
                          (place.tcp(), ("password-file", "required")),
                          ({"servers": "a,,b"}, ("servers", "HOST:PORT")),
                          ({"servers": "%s, localhost" % place.scratch}, ("tls-ca", "required"))):
        ended, said = place.refused(**words)
        same(ended, 78, said)
        expect(all(word in said for word in wanted), wanted, "not in", said)
    if os.geteuid() == 0:
        ended, said = place.refused(**place.tcp(password_file=place.keep("of-root", "x\n", owner=0)))
        expect(ended == 78 and "not readable by the broker" in said and "chown %s" % places.USER in said, said)
