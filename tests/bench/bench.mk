# The figures of README.md. Not a suite: it judges nothing.
BENCH     := $(TBUILD)/bench/bench
BENCH_OBJ := $(call obj,$(filter-out tests/bench/change.c tests/bench/judged.c tests/bench/crowd.c tests/bench/shared.c,$(wildcard tests/bench/*.c)) $(wildcard tests/pam/world*.c))
ACCOUNTS  ?= 100000

$(BENCH): $(BENCH_OBJ) $(CORE)
	$(call say,LINK,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(LINK) -o $@ $^ $(CORE_LIBS) -lpam

## bench: measure sign-ins against their floor, refusals and stored hashes against each other, many accounts against few (ACCOUNTS=100000), page against module, the portal's memory, the shared store against files
bench: all $(BENCH) $(TBUILD)/bench/change $(TBUILD)/bench/judged $(TBUILD)/bench/shared $(WORLD)
	@LBR_BUILD='$(abspath $(BUILD))' $(BENCH) $(ACCOUNTS)
	@$(TBUILD)/bench/change
	@$(TBUILD)/bench/judged
	@LBR_BUILD='$(abspath $(BUILD))' tests/bench/portal
	@LBR_BUILD='$(abspath $(BUILD))' tests/bench/portal-memory
	@LBR_BUILD='$(abspath $(BUILD))' tests/bench/shared

.PHONY: bench-gate
## bench-gate: measure how many questions of a web server the portal's gate answers, alone and behind nginx (QUESTIONS=20000)
QUESTIONS ?= 20000
bench-gate: all
	@LBR_BUILD='$(abspath $(BUILD))' tests/bench/gate $(QUESTIONS)

# A store as large as any will be, and what goes through all of it.
CROWD := $(TBUILD)/bench/crowd
$(BUILD)/tests/bench/crowd.o: BASE_CPPFLAGS += -Ilib/store -Ilib/store/file
$(CROWD): $(call obj,tests/bench/crowd.c) $(CORE)
	$(call say,LINK,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(LINK) -o $@ $^ $(CORE_LIBS)

.PHONY: soak-crowd
## soak-crowd: measure list, metrics and doctor with CROWD_SIZES accounts (100000 1000000), which takes 13 GB in TMPDIR; fails above 64 MiB
CROWD_SIZES ?= 100000 1000000
soak: soak-crowd
soak-crowd: all $(CROWD)
	@LBR_BUILD='$(abspath $(BUILD))' tests/bench/crowd-measure $(CROWD_SIZES)
