# What the Makefile promises to those who build and package this, and the tarball of a release.
SUITES += tests/make/promises tests/make/dist tests/make/quietly
