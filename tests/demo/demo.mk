# The demonstration is the first thing that people see, so it is a test as well.
SUITES += tests/demo/runs
