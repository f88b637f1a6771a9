# Real services (sshd, login, su ...; web servers, mail, lockers ...) in private namespaces: tests/services/run does both.
SUITES += tests/services/run-own tests/services/run-gates
