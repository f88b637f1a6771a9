# The guide that people are handed: complete in both languages, and its pictures are what the product shows today.
SUITES += tests/guide/run
