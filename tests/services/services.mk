# Real services (sshd, login, su, sudo, cron, web servers ...) in a private mount namespace: tests/services/run.
SUITES += tests/services/run
