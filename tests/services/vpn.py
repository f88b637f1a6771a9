"""OpenVPN as in its recipe, and a client at a terminal, through a tunnel that ends on the same machine."""
from consumers import Talk
from servers import Server, certificate

SERVER = """local 127.0.0.1
port {port}
proto udp4
dev tun
topology subnet
server 10.117.0.0 255.255.255.0
ca {place}/cert
cert {place}/cert
key {place}/key
dh none
verify-client-cert none
username-as-common-name
duplicate-cn
verb 3
{recipe}
"""
CLIENT = """client
remote 127.0.0.1 {port}
proto udp4
dev tun
nobind
route-nopull
ca {place}/cert
connect-retry-max 1
verb 3
{recipe}
"""
UP, REFUSED = "Initialization Sequence Completed", "AUTH_FAILED"


class OpenVpn(Server):
    """Two prompts in the client, by static-challenge."""
    method = "openvpn"

    def prepare(self):
        self.stage.use_example("openvpn")
        certificate(self.path("cert"), self.path("key"))
        settings = SERVER.format(place=self.place, port=self.port, recipe=self.stage.example("openvpn.conf"))
        self.stage.write(self.path("server.conf"), settings)
        for name, lines in (("two-fields", self.for_clients()), ("one-field", self.for_clients()[:-1])):
            settings = CLIENT.format(place=self.place, port=self.port, recipe="\n".join(lines))
            self.stage.write(self.path(name), settings)

    def for_clients(self):
        """What the recipe has in its comments; the last line makes two fields of one."""
        return [line[4:] for line in self.stage.example("openvpn.conf").splitlines() if line.startswith("#   ")]

    def words(self):
        return ["/usr/sbin/openvpn", "--config", self.path("server.conf")]

    def connect(self):
        if UP not in self.said():
            raise OSError

    def client(self, user, password, code, *options):
        """A client that was told everything it asked for: two things without a code, three with one."""
        config = self.path("one-field" if code is None else "two-fields")
        talk = Talk(["/usr/sbin/openvpn", "--config", config, *options], self.stage)
        talk.type_after("Enter Auth Username:", user)
        talk.answer("Enter Auth Password:", password)
        if code is not None:
            talk.type_after("CHALLENGE: Security token", code)
        return talk

    def sign_in(self, user, password, code=None):
        talk = self.client(user, password, code)
        try:
            return talk.which(UP, REFUSED) == UP
        finally:
            hang_up(talk)


def hang_up(talk):
    """Ends a client as Ctrl-C does, so that the server hears of it."""
    talk.child.sendintr()
    talk.finish()
