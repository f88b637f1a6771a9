# What `make install` puts where.
SUITES += tests/install/install
