# The shared store's database: packaging/store/ in a real PostgreSQL.
SUITES += tests/store/run

.PHONY: soak-store
## soak-store: the races and kills of the shared store's database, a thousand rounds each
soak: soak-store
soak-store:
	@LBR_ROUNDS=1000 tests/store/run
