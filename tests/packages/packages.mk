# What a distribution's packages do on a machine. The long trial, tests/packages/trial, is `make soak-packages`.
SUITES += tests/packages/scripts tests/packages/profiles

.PHONY: soak-packages
## soak-packages: the Debian packages on fresh systems, from build to purge (ON="bookworm trixie noble", ON=trixie:upgrade)
ON ?= bookworm trixie
soak-packages:
	@tests/packages/quality
	@tests/packages/trial $(ON)
