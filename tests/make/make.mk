# What the Makefile promises to those who build and package this.
SUITES += tests/make/promises
