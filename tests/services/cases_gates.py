"""Services that are not root, or that have one field for everything: as packaging/examples tells to set them up."""
import os
import stat

import servers
import web
from harness import case, expect
from consumers import Talk
from gates import in_one_field, lines_about, walk

PAM_MODULES = {"nginx": "/usr/lib/nginx/modules/ngx_http_auth_pam_module.so",
               "apache": "/usr/lib/apache2/modules/mod_authnz_pam.so"}


@case("oathtool", "nginx", PAM_MODULES["nginx"])
def nginx_takes_password_and_code_in_one_answer(stage):
    gate = stage.serve(web.Nginx)
    walk(stage, "alice", in_one_field(gate.sign_in))


@case("oathtool", "nginx", PAM_MODULES["nginx"])
def nginx_asks_anew_for_each_request(stage):
    """Hence its recipe: a code opens one request, a directory asks twice, and nothing is believed or passed on."""
    gate = stage.serve(web.Nginx)
    bob = stage.world.account("bob")
    answer = bob.password + bob.code()
    expect(gate.sign_in("bob", answer) and not gate.sign_in("bob", answer), "not once")
    stage.world.forgive("bob")
    mark = stage.log.mark()
    status, _, _ = gate.basic("/directory/", "bob", bob.password + bob.code())
    expect(status == 401 and lines_about(stage, mark, b"already used"), "a directory asks PAM once:", status)
    stage.world.forgive("bob")
    expect(gate.basic("/directory/sign-in", "bob", bob.password + bob.code())[0] == 200, "its page does not open")
    status, _, text = gate.ask("/other", [("X-Remote-User", "bob"), ("Authorization", "Basic Ym9iOmJvYg==")])
    expect((status, text) == (200, "user= authorization=\n"), "the application believes the request:", status, text)
    expect(gate.ask("/sign-in")[0] == 401, "open without a word")


@case("oathtool", "apache2", PAM_MODULES["apache"])
def apache_s_form_takes_password_and_code_in_one_answer(stage):
    gate = stage.serve(web.Apache)
    walk(stage, "alice", in_one_field(gate.sign_in))


@case("oathtool", "apache2", PAM_MODULES["apache"])
def apache_s_session_needs_one_code_and_its_cookie_is_sealed(stage):
    gate = stage.serve(web.Apache)
    bob = stage.world.account("bob")
    answer = bob.password + bob.code()
    expect(gate.ask("/private/page")[0] in (302, 307), "a page without a session")
    status, headers, _ = gate.post("bob", answer)
    cookie = headers.get("Set-Cookie", "").split(";")[0]
    expect(status == 302 and cookie.startswith("session=") and "=bob" not in cookie and "cheval" not in cookie,
           "no sealed session:", status, headers)
    mark = stage.log.mark()
    for _ in range(3):
        status, _, text = gate.ask("/private/page", [("Cookie", cookie)])
        expect((status, text) == (200, web.PAGE), "the session does not open:", status, text)
    expect(not lines_about(stage, mark, b"bob"), "PAM was asked again within the session")
    status, _, _ = gate.ask("/private/page", [("Cookie", cookie[:-8] + "AAAAAAAA")])
    expect(status != 200, "a session that was tampered with opens")
    expect(not gate.sign_in("bob", answer), "the same code opened a second session")


@case("oathtool", "apache2", PAM_MODULES["apache"])
def apache_with_basic_authentication_needs_a_code_for_each_request(stage):
    gate = stage.serve(web.Apache)
    bob = stage.world.account("bob")
    answer = bob.password + bob.code()
    expect(gate.basic("/basic/page", "bob", answer)[0] == 200, "the first request is refused:", gate.said())
    expect(gate.basic("/basic/page", "bob", answer)[0] == 401, "the same code opened a second request")


@case("oathtool", "apache2", PAM_MODULES["apache"])
def apache_leads_an_expired_password_to_its_page(stage):
    gate = stage.serve(web.Apache)
    bob = stage.world.account("bob", *stage.world.EXPIRED)
    status, headers, _ = gate.basic("/basic/page", "bob", bob.password + bob.code(-1))
    expect(status == 303 and headers["Location"].endswith("/expired.html?user=bob"), "no redirect:", status, headers)
    stage.world.forgive("bob")
    status, headers, _ = gate.post("bob", bob.password + bob.code())
    expect("/private" not in headers.get("Location", "/private"), "the form opens when it expired:", status, headers)
    status, headers, _ = gate.basic("/basic/page", "bob", bob.password + "000000")
    expect(status == 401, "a wrong code is told that the password expired:", status)
    # The module ends no handle that it redirects for: its agent stays for ten minutes, or as long as Apache.
    stage.stop(web.Apache)
    expect(not stage.agents_that_stay(), "agents outlive Apache")


@case("oathtool", "vsftpd", "openssl")
def vsftpd_takes_password_and_code_in_one_answer(stage):
    gate = stage.serve(servers.Vsftpd)
    walk(stage, "alice", in_one_field(gate.sign_in))
    asks_nobody_in_clear_text(stage, gate, "bob")


def asks_nobody_in_clear_text(stage, gate, name):
    person = stage.world.account(name)
    mark = stage.log.mark()
    answer = person.password + person.code()
    expect(gate.refuses_clear_text(name, answer) and not lines_about(stage, mark, name.encode()), "asked without TLS")
    expect(gate.sign_in(name, answer), "refused with TLS")


@case("oathtool", "psql", "initdb", "openssl")
def postgresql_takes_password_and_code_in_one_answer(stage):
    gate = stage.serve(servers.Postgres)
    walk(stage, "olga", in_one_field(gate.sign_in), skip=[("state=own", "")])  # psql sends no empty password
    asks_nobody_in_clear_text(stage, gate, "olga")


@case("screen", "oathtool")
def screen_s_lock_opens_for_the_person_alone(stage):
    """A locker that is not root asks about its own account over the socket for everybody."""
    stage.use_example("screen")
    alice = stage.world.account("alice")
    lock = Lock(stage, "alice")
    for answer in (alice.password, alice.password + "000000", ""):
        lock.stays(answer)
    lock.opens(alice.password + alice.code(-1))
    lock.lock()
    lock.stays(alice.password + alice.code(-1))
    stage.world.set("alice", *stage.world.DISABLED)
    lock.stays(alice.password + alice.code())
    stage.world.set("alice", *stage.world.EXPIRED)
    lock.opens(alice.password + alice.code())
    lock.close()
    bob = stage.world.account("bob")
    stage.world.set("bob", "uid=%d" % stage.uid("carol"))
    lock = Lock(stage, "bob")
    mark = stage.log.mark()
    lock.stays(bob.password + bob.code())
    expect(lines_about(stage, mark, b"may not ask"), "no line says that it is not bob's account")
    lock.close()


class Lock:
    """GNU screen, locked."""
    def __init__(self, stage, name):
        place = stage.path("home", name, ".screens")
        self.stage = stage
        self.talk = Talk(["/usr/bin/screen", "-c", "/dev/null", "-s", "/bin/sh"], stage, stage.uid(name),
                         SCREENDIR=place, TERM="vt100")
        self.talk.expect("$ ")
        self.lock()

    def lock(self):
        self.talk.child.send("\x01x")
        self.talk.expect("Password:")

    def stays(self, answer):
        self.talk.child.sendline(answer)
        self.talk.expect("Password:")

    def opens(self, answer):
        self.talk.child.sendline(answer)
        self.talk.expect("$ ")

    def close(self):
        self.talk.kill()


@case()
def the_verifiers_socket_is_for_its_group_alone(stage):
    stage.serve(servers.Listener)
    info = os.stat(servers.Listener.verify)
    expect(stat.S_IMODE(info.st_mode) == 0o660 and info.st_gid == servers.VERIFIERS, "mode and group:", oct(info.st_mode))
    expect(stat.S_IMODE(os.stat(servers.Listener.agent).st_mode) == 0o666, "the socket for everybody")
