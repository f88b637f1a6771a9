# What the Makefile promises to those who build and package this, and the tarball of a release.
SUITES += tests/make/promises tests/make/dist tests/make/quietly

.PHONY: soak-release
## soak-release: the packages of a release, from its tarball without git and from its tag, byte for byte
ifneq ($(wildcard .git),)
soak: soak-release
endif
soak-release:
	@tests/make/release
