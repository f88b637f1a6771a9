# What is promised about an attempt and its commit, in every order of steps.
SUITES += tests/model/run

.PHONY: model
## model: search every order of the steps of an attempt, for each store, with failovers and each fault planted (SPIN; 25 minutes)
model:
	@tests/model/full
