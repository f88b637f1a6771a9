# The runner of the suites in Python, tested by itself.
SUITES += tests/support/selftest
