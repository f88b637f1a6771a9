# Histories of many hosts on one database, judged with the library's own functions.
SUITES += tests/histories/run

HISTORIES     := $(TBUILD)/histories/histories
HISTORIES_SRC := $(addprefix tests/histories/,driver.c hosts.c linear.c model.c) tests/support/unprivileged.c
HISTORY_WRAPS := lbr_decide lbr_store_commit lbr_password_try lbr_token_match
CODES         := $(TBUILD)/histories/codes
SKEWED        := $(TBUILD)/histories/skewed-store
suites: $(if $(PQ_LIBS),$(HISTORIES) $(CODES) $(SKEWED))

$(BUILD)/tests/histories/%.o: BASE_CPPFLAGS += -Itests/histories -Ilib/store -Ilib/store/remote

quoted         = $(subst ','\'',$(1))
HISTORY_LINK  = $(LINK) $(call obj,$(HISTORIES_SRC)) $(1) $(HISTORY_WRAPS:%=-Wl$(comma)--wrap=%) $(CORE) $(CORE_LIBS) -pthread

$(HISTORIES): $(call obj,$(HISTORIES_SRC)) $(CORE)
	$(call say,LINK,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(call HISTORY_LINK) -o $@
	$(Q)printf '%s\n' '$(call quoted,$(COMPILE) $(LIB_ROOMS:%=-I%))' '$(call quoted,$(call HISTORY_LINK,@))' >$@.words

$(CODES): $(call obj,$(addprefix tests/histories/,codes.c hosts.c model.c) tests/support/unprivileged.c) $(CORE)
	$(call say,LINK,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(LINK) $(HISTORY_WRAPS:%=-Wl$(comma)--wrap=%) -o $@ $^ $(CORE_LIBS)

$(SKEWED): $(call obj,tests/histories/skewed.c $(wildcard broker/*.c)) $(CORE)
	$(call say,LINK,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(LINK) -Wl,--wrap=clock_gettime -o $@ $^ $(CORE_LIBS) $(PQ_LIBS) -pthread

.PHONY: soak-histories
## soak-histories: 10,000 histories of many hosts under faults and failovers, and stores that are broken on purpose, each caught
soak: soak-histories
soak-histories: suites
	@LBR_ROUNDS=3334 LBR_SECONDS=7200 LBR_FAILOVERS='60 160 260 360' LBR_BUILD='$(abspath $(BUILD))' tests/histories/run
	@LBR_BUILD='$(abspath $(BUILD))' tests/histories/planted

.PHONY: soak-failover
## soak-failover: kill the leader of a Patroni cluster under load FAILOVERS times (50), synchronous, then asynchronous; 40 s each
FAILOVERS ?= 50
soak: soak-failover
soak-failover: suites
	@LBR_ROUNDS=$(FAILOVERS) LBR_BUILD='$(abspath $(BUILD))' tests/histories/failover

# The judge alone, on histories that were never lived.
$(TBUILD)/unit/linearizable: $(call obj,tests/histories/model.c tests/histories/linear.c)
$(BUILD)/tests/unit/linearizable.o: BASE_CPPFLAGS += -Itests/histories
