# The agent and its listener, spoken to directly with peers of several uids: tests/agent/run.
SUITES += tests/agent/run
