# Every rule about who may include whose, and about the catalogue of tests, broken once.
SUITES += tests/lint/rooms-red tests/lint/catalogue-red
