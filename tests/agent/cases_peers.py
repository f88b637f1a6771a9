"""Who may ask about whom, and what a guesser gets."""
import os
import re
import socket
import threading
import time

import dialogue
from harness import Failure, case, expect
from dialogue import ACCOUNT, ALLOW, CHANGE, DENY, EXPIRED, REFUSED, REPLACE_TOKEN
from stage import PASSWORD, VERIFIERS, PeerFailure, code_of

JUDGED = re.compile("refused: (locked|waiting|wrong|correct|this code)")
LATE = re.compile("still held by process|too many passwords are being checked")
ALICE, BOB, STRANGER, SERVICE = 64221, 64222, 64223, 64233


def sign_in(path, user, password=PASSWORD, code=None, **terms):
    talk = dialogue.connect(path, **terms)
    result = talk.sign_in(user, password, code or code_of())
    talk.close()
    return result


def wrong():
    """Another one each time: the same answer again is no guess."""
    return "wrong password %d" % time.monotonic_ns()


@case()
def right_signs_in_over_the_socket(stage):
    name = stage.person()
    code = code_of()
    expect(sign_in(stage.listener.agent, name, code=code) == ALLOW, "a right sign-in is refused")
    expect(sign_in(stage.listener.agent, name, code=code) == DENY, "the code works twice")


@case(root=True, log=True)
def own_account_is_answered_and_no_other(stage):
    alice, bob = stage.person("uid=%d" % ALICE), stage.person("uid=%d" % BOB)
    nobody = stage.person()
    path = stage.listener.agent
    mark = stage.log.mark()
    expect(stage.as_user(ALICE, lambda: sign_in(path, alice)) == ALLOW, "one's own account is refused")
    for user in (bob, nobody, "nosuchaccount", "no/such", ""):
        expect(stage.as_user(ALICE, lambda: sign_in(path, user)) == REFUSED, "somebody else's account was answered:", user)
    line = stage.log.wait_for(mark, bob, "may not ask", "service=test")
    expect("uid=%d" % ALICE in line and "pid=" in line, "the line lacks uid or pid:", line)
    stage.log.wait_for(mark, "nosuchaccount", "may not ask")
    expect(stage.show(bob)["stranger_password_failures"] == "0", "a refused peer was charged to the account")
    stage.fresh_code(bob)
    expect(sign_in(path, bob) == ALLOW, "root is refused")


@case(root=True)
def every_request_about_others_is_refused(stage):
    bob = stage.person("uid=%d" % BOB)

    def ask():
        talk = dialogue.connect(stage.listener.agent)
        return [talk.ask(kind, bob, PASSWORD, code_of()) for kind in (ACCOUNT, CHANGE, REPLACE_TOKEN)]
    expect(stage.as_user(ALICE, ask) == [REFUSED] * 3, "an account, change or token request about others was answered")


@case(root=True)
def sec_1_51_refusal_is_no_oracle(stage):
    bob = stage.person("uid=%d" % BOB)

    def spend(user):
        start = time.monotonic()
        dialogue.connect(stage.listener.agent).sign_in(user, PASSWORD, code_of())
        return time.monotonic() - start

    def measure():
        """The shortest time of each: what else the machine does can only lengthen one. More tries until they are alike."""
        times = [[spend(user) for user in users]]
        while len(times) < 6 or (unlike(times) and len(times) < 60):
            times.append([spend(user) for user in users])
        return [min(one) for one in zip(*times)]

    def unlike(times):
        least = [min(one) for one in zip(*times)]
        return max(least) - min(least) > 0.1
    users = [bob, "nosuchaccount", "x" * 80]
    least = stage.as_user(ALICE, measure)
    expect(max(least) - min(least) < 0.1 and min(least) > 0.2, "times differ:", least)


@case(root=True, log=True)
def verifiers_ask_about_anyone(stage):
    name, path = stage.person("uid=%d" % ALICE), stage.listener.verify
    expect(stage.as_user(SERVICE, lambda: sign_in(path, name), [VERIFIERS]) == ALLOW, "a verifier is refused")
    stage.fresh_code(name)
    expect(stage.as_user(SERVICE, lambda: sign_in(path, name, wrong()), [VERIFIERS]) == DENY, "wrong is right")
    expect(stage.as_user(SERVICE, lambda: sign_in(path, "nosuchaccount"), [VERIFIERS]) == DENY, "unknown is not denied")
    try:
        stage.as_user(STRANGER, lambda: sign_in(path, name))
        expect(False, "a stranger may use the verifiers' socket")
    except PeerFailure as trouble:
        expect("PermissionError" in str(trouble), "the socket's mode does not keep strangers out:", trouble)
    expect(stage.as_user(SERVICE, lambda: sign_in(stage.listener.agent, name), [VERIFIERS]) == REFUSED,
           "the group counts at the other socket too")
    expect(sign_in(path, name) == ALLOW, "root is refused at the verifiers' socket")


@case(root=True, log=True)
def socket_modes_are_as_documented(stage):
    for path, mode, group in ((stage.listener.agent, 0o666, 0), (stage.listener.verify, 0o660, VERIFIERS)):
        info = os.stat(path)
        expect(info.st_mode & 0o7777 == mode and info.st_uid == 0 and info.st_gid == group, path, oct(info.st_mode),
               info.st_uid, info.st_gid)


@case(root=True, log=True)
def terms_of_a_verifier_are_claims(stage):
    path, groups = stage.listener.verify, [VERIFIERS]
    name, expired = stage.person(), stage.person("state=expired")

    def ask(user, typed, code, kinds, **terms):
        talk = dialogue.connect(path, **terms)
        return [talk.ask(kind, user, typed, code) for kind in kinds]
    password_only = stage.as_user(SERVICE, lambda: ask(name, PASSWORD, "", [1], factors=2), groups)
    expect(password_only == [DENY], "factors=password counts from a peer that is not root")
    stage.fresh_code(name)
    for terms in ({"factors": 1, "password": 1}, {"factors": 1, "publickey": 1}):
        token_only = stage.as_user(SERVICE, lambda: ask(name, "", code_of(), [1], **terms), groups)
        expect(token_only == [DENY], "factors=token counts from a peer that is not root:", terms)
        stage.fresh_code(name)
    unknown = stage.as_user(SERVICE, lambda: ask("nosuchaccount", PASSWORD, code_of(), [1, ACCOUNT], unknown=1), groups)
    expect(unknown == [DENY, REFUSED], "unknown=ignore counts:", unknown)
    late = stage.as_user(SERVICE, lambda: ask(expired, PASSWORD, code_of(), [ACCOUNT], expired=0), groups)
    expect(late == [EXPIRED], "expiry is relaxed by a claim:", late)
    stage.fresh_code(expired)
    late = stage.as_user(SERVICE, lambda: ask(expired, PASSWORD, code_of(), [1, ACCOUNT], expired=2), groups)
    expect(late[0] != ALLOW and late[1] == EXPIRED, "expired=auth is not honoured:", late)


@case(root=True, log=True)
def only_root_signs_in_at_the_console(stage):
    def fail(path, user, **terms):
        return lambda: sign_in(path, user, wrong(), **terms)

    def failures(user):
        seen = stage.show(user)
        return seen["console_password_failures"], seen["known_password_failures"], seen["stranger_password_failures"]
    alice, web = stage.person("uid=%d" % ALICE), stage.person("uid=%d" % ALICE)
    stage.as_user(ALICE, fail(stage.listener.agent, alice, tty="tty1"))
    expect(failures(alice) == ("0", "0", "1"), "a person's own program chose the console:", failures(alice))
    stage.as_user(SERVICE, fail(stage.listener.verify, web, tty="tty1"), [VERIFIERS])
    expect(failures(web) == ("0", "0", "1"), "a verifier chose the console:", failures(web))
    fail(stage.listener.agent, web, tty="tty1")()
    expect(failures(web) == ("1", "0", "1"), "root's console is none:", failures(web))
    fail(stage.listener.agent, web, tty="tty1", rhost="198.51.100.7")()
    for tty in ("ssh", "cron", "tty", "pts/0", "/dev/pts/3", "../tty1", "tty1 ", ""):
        fail(stage.listener.agent, web, tty=tty)()
    expect(failures(web)[:2] == ("1", "0"), "something that is no console is one:", failures(web))


@case(root=True)
def whoever_signed_in_right_is_known_there_and_nowhere_else(stage):
    def known(user):
        return stage.show(user)["known_password_failures"]

    def fail(path, user, uid, groups, **terms):
        stage.as_user(uid, lambda: sign_in(path, user, wrong(), **terms), groups)
        return known(user)
    alice, verify = stage.person("uid=%d" % ALICE), stage.listener.verify
    stage.fresh_code(alice)
    verdict = stage.as_user(SERVICE, lambda: sign_in(verify, alice, PASSWORD, code_of(), rhost="192.0.2.7"), [VERIFIERS])
    expect(verdict == ALLOW, "the person was refused:", verdict)
    expect(fail(verify, alice, SERVICE, [VERIFIERS], rhost="192.0.2.8") == "0", "another remote host is known")
    expect(fail(verify, alice, SERVICE, [VERIFIERS]) == "0", "the verifier itself is known")
    expect(fail(verify, alice, ALICE, [VERIFIERS], rhost="192.0.2.7") == "0", "another peer made the same claim")
    sign_in(stage.listener.agent, alice, wrong(), rhost="192.0.2.7")
    expect(known(alice) == "0", "a claim passes for root's word")
    expect(fail(verify, alice, SERVICE, [VERIFIERS], rhost="192.0.2.7") == "1", "the person is not known there")


@case(log=True)
def unknown_protocol_versions_are_refused_and_logged(stage):
    for version in (0, 4, 9, 255):
        mark = stage.log.mark()
        try:
            dialogue.connect(stage.listener.agent, version=version)
            expect(False, "version", version, "was welcomed")
        except dialogue.Gone:
            pass
        stage.log.wait_for(mark, "version %d" % version, "same release", "uid 0", "pid")


@case()
def broken_frames_end_the_dialogue_only(stage):
    for junk in (b"", b"\0", b"\0\0\0\0", b"\xff\xff\xff\xff", b"\0\0\0\5HELLO", b"GET / HTTP/1.1\r\n\r\n" * 40,
                 dialogue.hello()[:-1], dialogue.hello() + b"\0\0\0\1R"):
        link = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        link.connect(stage.listener.agent)
        link.sendall(junk)
        link.shutdown(socket.SHUT_WR)
        link.settimeout(10)
        while True:
            try:
                if not link.recv(65536):
                    break
            except ConnectionResetError:
                break
        link.close()
    name = stage.person()
    expect(sign_in(stage.listener.agent, name) == ALLOW, "nobody signs in after broken frames")


def guess(path, jobs, results):
    """Works off (user, password) pairs, each with a code, over one connection after the other: an agent of somebody who proves
    nothing ends."""
    talk, job = None, None
    while jobs or job:
        try:
            talk = talk or dialogue.connect(path)
            job = job or jobs.pop()
            user, password, code = job
            results.append(talk.sign_in(user, password, code or code_of()))
            job = None
        except dialogue.Gone:  # before it was judged
            talk = None
        except IndexError:
            break


def guess_all(path, jobs, workers):
    results = []
    threads = [threading.Thread(target=guess, args=(path, jobs, results)) for _ in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def lines_of_attempts(log, mark, count):
    """One line for each, as soon as all have come."""
    end = time.monotonic() + 600
    while time.monotonic() < end:
        lines = [line for line in log.lines[mark:] if "sign-in for " in line]
        if len(lines) >= count:
            return lines
        time.sleep(0.05)
    raise Failure("%d lines of %d attempts" % (len(lines), count))


def count_late(lines, name):
    """Refused without a judgement: the account, or a place to hash in, was not free in time."""
    return sum(1 for line in lines if "sign-in for %s: " % name in line and LATE.search(line))


@case(log=True)
def sec_1_51_10000_direct_guesses_are_counted_and_never_sign_in(stage):
    """9,700 of them at an account that is throttled, with the right password and right codes among them; 300 at 100 others,
    three each, which is before any wait: each of these must be counted, once. An agent that had to wait too long for its turn
    judged nothing, and says so in the log."""
    throttled = stage.person("failures=7", "wait=3600")
    others = [stage.person() for _ in range(100)]
    right = {code_of(ahead=ahead) for ahead in range(-3, 30)}
    wrongs = [digits for digits in ("%06d" % number for number in range(9800)) if digits not in right]
    jobs = [(throttled, PASSWORD if i % 3 else "x%d" % i, None if i % 2 else wrongs[i]) for i in range(9700)]
    jobs += [(name, "guess", wrong) for name in others for wrong in wrongs[:3]]
    mark = stage.log.mark()
    results = guess_all(stage.listener.agent, jobs, 60)
    expect(len(results) == 10000 and set(results) == {DENY}, "results:", {one: results.count(one) for one in set(results)})
    told = lines_of_attempts(stage.log, mark, 10000)
    expect(all(JUDGED.search(line) or LATE.search(line) for line in told), "refused for another reason")
    seen, late = stage.show(throttled), count_late(told, throttled)
    # While throttled a right code with a wrong password counts, and nothing else.
    wrong_password = sum(1 for i in range(9700) if i % 3 == 0 and i % 2)
    counted = sum(1 for line in told if "sign-in for %s: " % throttled in line and ", counted" in line)
    expect(wrong_password - late <= counted <= wrong_password, counted, "were counted of", wrong_password, late, "were late")
    expect(int(seen["stranger_code_failures"]) == 7, "the throttled account:", seen)
    expect(int(seen["stranger_password_failures"]) == 7 + counted, "the throttled account:", seen)
    for name in others:
        seen, judged = stage.show(name), str(3 - count_late(told, name))
        expect(seen["stranger_password_failures"] == seen["stranger_code_failures"] == judged, "lost or doubled:", name, seen)
    expect(seen["console_password_failures"] == "0", "the other lane was charged")


@case(root=True, log=True)
def sec_1_10_a_name_that_resembles_an_account_is_not_ignored(stage):
    """unknown=ignore leaves a name to another module; a user database that ignores case knows PAULE as paule."""
    stage.set("paule.i", "age_days=10")
    kinds = (dialogue.AUTHENTICATE, ACCOUNT, dialogue.CHANGE)

    def ask(user):
        talk = dialogue.connect(stage.listener.agent, unknown=1)
        results = [talk.ask(kind, user, PASSWORD, code_of()) for kind in kinds]
        talk.close()
        return results
    for user in ("nobody.i", "nobody.i@dom.example", "DOM\\nobody.i", "root"):
        results = ask(user)
        expect(results == [dialogue.UNKNOWN] * 3, user, "is nobody's:", results)
    mark = stage.log.mark()
    for user in ("PAULE.I", "Paule.i", "\uff50aule.i", "paule.i ", " paule.i", "paule.i@dom.example", "DOM\\paule.i", "DOM/Paule.I",
                 "dom+paule.i@dom", "paule.i\u200b", "paule\u00ad.i", "paule.i\t", "HOST$", "a b", ""):
        results = ask(user)
        expect(dialogue.UNKNOWN not in results and ALLOW not in results, user, "is ignored:", results)
    stage.log.wait_for(mark, "unknown=ignore", "looks like paule.i")
    for path in stage.files_of("paule.i"):
        if "/accounts/" in path:
            os.unlink(path)
    mark, results = stage.log.mark(), ask("paule.i")
    expect(dialogue.UNKNOWN not in results and ALLOW not in results, "an account that was lost is ignored:", results)
    stage.log.wait_for(mark, "unknown=ignore", "counters without their account")


@case(root=True, log=True)
def what_somebody_types_cannot_write_a_line_of_its_own(stage):
    """Neither as a name nor as a claim: a line's own punctuation is the agent's alone."""
    mark = stage.log.mark()
    forged = "alice: accepted (service=sshd rhost=10.0.0.5 uid=0)"
    talk = dialogue.connect(stage.listener.verify, service="x rhost=1.2.3.4", rhost="::1%lo uid=0) alice: accepted", tty="a\tb (c)")
    expect(talk.sign_in(forged, PASSWORD, code_of()) == DENY, "accepted")
    talk.close()
    line = stage.log.wait_for(mark, "sign-in for alice")
    expect("sign-in for alice??accepted??service?sshd?rhost?10.0.0.5?uid?0?: refused" in line, line)
    expect("service=x?rhost?1.2.3.4 rhost=::1%lo?uid?0??alice:?accepted tty=a" in line and line.count("accepted") == 2, line)
    expect(line.count(" uid=") == 1 and line.count("(") == 1 and line.count(")") == 1, line)


@case(root=True, log=True)
def audit_f30_a_person_s_own_program_bans_no_address(stage):
    """fail2ban believes the address in a line, and anybody may connect and claim one."""
    user = stage.person("uid=%d" % ALICE)
    for path, uid, groups, told in ((stage.listener.agent, ALICE, [], " rhost=claimed:198.51.100.7 "),
                                    (stage.listener.verify, SERVICE, [VERIFIERS], " rhost=198.51.100.7 ")):
        mark = stage.log.mark()
        stage.as_user(uid, lambda path=path: sign_in(path, user, wrong(), service="sshd", tty="ssh", rhost="198.51.100.7"), groups)
        line = stage.log.wait_for(mark, "sign-in for %s" % user, "refused: ")
        expect(told in line, told, "stands not in", line)
    mark = stage.log.mark()
    stage.as_user(ALICE, lambda: sign_in(stage.listener.agent, user, wrong()))
    expect(" rhost= " in stage.log.wait_for(mark, "sign-in for %s" % user), "no address, and one was claimed")
