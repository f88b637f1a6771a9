# The packages of Fedora and its kin: the spec without building, and, in `make soak-packages`, built, installed, upgraded, removed.
SUITES += tests/rpm/run

.PHONY: soak-packages soak-rpm
soak-packages: soak-rpm
soak-rpm:
	@tests/rpm/whole
