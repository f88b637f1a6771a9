# How cases are selected and counted: the harness, tests/run and the programs in C.
SUITES += tests/support/selftest
