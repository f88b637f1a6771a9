# Policies for AppArmor and SELinux, against the table of what was seen; `make soak-packages` sees it anew.
SUITES += tests/mac/run

.PHONY: soak-mac
soak-packages: soak-mac
soak-mac: suites
	@LBR_BUILD='$(abspath $(BUILD))' tests/mac/seen
	@tests/mac/linked
