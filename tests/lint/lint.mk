# Every rule about who may include whose, the includes of each file, the catalogue of tests, texts and the version, broken once.
SUITES += tests/lint/rooms-red tests/lint/includes-red tests/lint/catalogue-red tests/lint/texts-red tests/lint/release-red
