# The shared store's database: packaging/store/ in a real PostgreSQL.
SUITES += tests/store/run

# What no verb does to either kind of store.
MOVED := $(TBUILD)/store/moved

$(MOVED): $(call obj,tests/store/moved.c) $(CORE)
	$(call say,LINK,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(LINK) -o $@ $^ $(CORE_LIBS)

suites: $(MOVED)

.PHONY: soak-store
## soak-store: the races and kills of the shared store's database, a thousand rounds each; its demonstration
soak: soak-store
soak-store: all $(SHARED_BENCH)
	@LBR_ROUNDS=1000 tests/store/run
	@LBR_BUILD='$(abspath $(BUILD))' tests/demo/runs-store

# A program of a host that asks the store through the library.
STORE_ASKER := $(TBUILD)/store/asker

$(STORE_ASKER): $(call obj,$(wildcard tests/store/asker*.c)) $(CORE)
	$(call say,LINK,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(LINK) -o $@ $^ $(CORE_LIBS)

suites: $(STORE_ASKER)
