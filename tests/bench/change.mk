# A change of password against its hashes: a program of its own, for it counts them.
CHANGE_BENCH := $(TBUILD)/bench/change
BENCHES      += $(CHANGE_BENCH)

$(CHANGE_BENCH): $(call obj,tests/bench/change.c tests/support/unprivileged.c $(HASH_MEMORY_SRC)) $(CORE)
	$(call say,LINK,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(LINK) -o $@ $^ $(CORE_LIBS)
