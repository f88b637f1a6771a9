# Real services (sshd, login, su ...; web servers, mail, lockers ...) in private namespaces: tests/services/run does both.
SUITES += tests/services/run-own tests/services/run-gates

# Those whose programs take long to install are not left out here.
.PHONY: more-packages
soak: more-packages
more-packages:
	@packaging/install-packages test test-more || echo 'Without them, some cases count as skipped.'
