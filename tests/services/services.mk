# Real sshd, login, su, passwd, sudo and cron in a private mount namespace: tests/services/run.
SUITES += tests/services/run
