# Every rule about who may include whose, broken once.
SUITES += tests/lint/rooms-red
