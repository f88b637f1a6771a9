# The command's own suite: golden output in both languages, faults of usage, the terminal.
SUITES += tests/cli/run
