# Judging a password by what is stored, in the agent's memory for hashes: a program of its own, for the floor of the others has none.
JUDGED_BENCH := $(TBUILD)/bench/judged
BENCHES      += $(JUDGED_BENCH)

$(JUDGED_BENCH): $(call obj,tests/bench/judged.c $(HASH_MEMORY_SRC)) $(CORE)
	$(call say,LINK,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(LINK) -o $@ $^ $(CORE_LIBS)
