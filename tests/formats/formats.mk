# A store across the releases of this repository's history.
.PHONY: soak-formats
## soak-formats: build older commits, let them and this build share a store, and compare with tests/formats/results
ifneq ($(wildcard .git),)
soak: soak-formats
endif
soak-formats: all
	@scratch=$$(mktemp -d) && trap 'rm -rf "$$scratch"' EXIT && LBR_BUILD='$(abspath $(BUILD))' tests/formats/across "$$scratch" | \
		diff tests/formats/results -
