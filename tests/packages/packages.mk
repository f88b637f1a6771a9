# What a distribution's packages do on a machine. The long trial, tests/packages/trial, is `make soak-packages`.
SUITES += tests/packages/scripts tests/packages/profiles
