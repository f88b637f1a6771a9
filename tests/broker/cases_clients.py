"""Clients that stall, die, or are too many."""
import resource
import time

import place as places
import postgres
import wire
from harness import case, expect, same
from patience import patient
from wire import answered

CLIENTS = 512


def is_locked(place):
    with place.main.link(database=places.DATABASE) as boss:
        return not boss.ask("SELECT 1 FROM lbr.counters WHERE name = '.01' FOR UPDATE SKIP LOCKED")


@case()
@patient
def a_client_that_dies_gives_its_row_back_at_once(place):
    broker, soonest_s = place.start(), 60
    for _ in range(20):
        with broker.served() as client:
            answered(client.ask(wire.LOAD, name="nobody", other=".01", alone=1), wire.DONE)
            expect(is_locked(place))
            start = time.monotonic()
        postgres.wait_until(lambda: not is_locked(place), "the row is free")
        soonest_s = min(soonest_s, time.monotonic() - start)
        if soonest_s < 1:  # without this, after the two seconds of a commit, each time
            return
    expect(False, "the row was free after", soonest_s, "s at best")


@case()
def a_client_that_stalls_keeps_neither_row_nor_thread(place):
    broker = place.start(keep=True)
    with broker.served() as holder, broker.client() as stalled:
        holder.ask(wire.LOAD, name="nobody", other=".01", alone=1)
        stalled.link.sendall(wire.question(wire.HELLO, count=wire.VERSION)[:20])
        yield
        for one in (holder, stalled):
            one.link.settimeout(20)
            same(one.link.recv(1), b"")
        expect(not is_locked(place))


@case()
def beyond_the_most_clients_others_are_turned_away_and_the_log_says_so_once(place):
    if resource.getrlimit(resource.RLIMIT_NOFILE)[0] < CLIENTS + 100:
        resource.setrlimit(resource.RLIMIT_NOFILE, (CLIENTS + 100, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    broker = place.start()
    with broker.served() as first:
        more = [broker.client() for _ in range(CLIENTS - 1)]
        more[-1].hello()
        for _ in range(3):
            with broker.client() as late:
                same(late.link.recv(1), b"")
        same(broker.said().count("others are turned away"), 1, broker.said())
        for one in more:
            one.link.close()
        postgres.wait_until(lambda: is_served(broker), "there is a place again")


def is_served(broker):
    try:
        with broker.client() as client:
            return client.hello()
    except (EOFError, OSError):
        return False


@case()
def nonsense_ends_the_connection_and_nothing_else(place):
    broker = place.start()
    for bytes_of in (b"\0\0\0\0", b"\xff\xff\xff\xff", b"\0\0\0\5hello", wire.question(99), wire.question(wire.HELLO)[:-1] + b"\2"):
        with broker.client() as client:
            client.link.sendall(bytes_of)
            same(client.link.recv(1), b"")
    broker.served().link.close()
