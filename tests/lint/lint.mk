# Every rule about who may include whose, about the includes of each file and the catalogue of tests, broken once.
SUITES += tests/lint/rooms-red tests/lint/includes-red tests/lint/catalogue-red tests/lint/texts-red
