# The figures of the shared store, in a PostgreSQL of its own.
SHARED_BENCH := $(TBUILD)/bench/shared
BENCHES      += $(SHARED_BENCH)
$(BUILD)/tests/bench/shared.o: BASE_CPPFLAGS += -Ilib/store -Ilib/store/remote

$(SHARED_BENCH): $(call obj,$(CLIENT_SRC) tests/bench/shared.c tests/bench/stage.c $(wildcard tests/pam/world*.c)) $(CORE)
	$(call say,LINK,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(LINK) -o $@ $^ $(CORE_LIBS) -lpam

.PHONY: bench-shared
## bench-shared: the last part of bench, with MANY accounts too (MANY=1000000), and against the build BEFORE
MANY ?= 1000000
bench-shared: all $(SHARED_BENCH)
	@LBR_BUILD='$(abspath $(BUILD))' tests/bench/shared --many $(MANY) $(if $(BEFORE),--before $(abspath $(BEFORE)))
