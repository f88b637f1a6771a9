# The broker of the shared store, with a real PostgreSQL behind it.
SUITES += tests/broker/run
