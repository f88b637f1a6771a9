# Scripted applications of every manner, through the real libpam: tests/consumers/run.
SUITES += tests/consumers/run
