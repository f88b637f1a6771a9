# The agent and its listener, spoken to directly with peers of several uids: tests/agent/run.
SUITES += tests/agent/run

# A service with nothing of its own, for what is left in a host's memory and for sign-ins by the hundred.
AGENT_HOST := $(TBUILD)/agent/host

$(AGENT_HOST): $(call obj,tests/agent/host.c)
	$(call say,LINK,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(LINK) -o $@ $^ -lpam

# An attacker who swaps what stands at a path.
AGENT_SWAPPER := $(TBUILD)/agent/swapper

$(AGENT_SWAPPER): $(call obj,tests/agent/swapper.c)
	$(call say,LINK,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(LINK) -o $@ $^

# The release after this one, as far as the protocol goes: whatever knows the version is compiled anew with one more.
NEXT_AGENT  := $(TBUILD)/next/liberations-agent
NEXT_MODULE := $(TBUILD)/next/pam_liberations.so
NEXT_KNOWS  := agent/serve.c client/hello.c
next_obj     = $(foreach file,$(1),$(if $(filter $(file),$(NEXT_KNOWS)),$(TBUILD)/next/$(file:.c=.o),$(call obj,$(file))))

$(TBUILD)/next/%.o: BASE_CPPFLAGS += -DLBR_WIRE_VERSION=2
$(TBUILD)/next/%.o: %.c Makefile $(BUILD)/.flags
	$(call say,CC,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(COMPILE) -c $< -o $@

$(NEXT_AGENT): $(call next_obj,$(AGENT_SRC) $(HASH_MEMORY_SRC)) $(CORE)
	$(call say,LINK,$@)
	$(Q)$(LINK_PROGRAM)

$(NEXT_MODULE): $(call next_obj,$(MODULE_SRC) $(CLIENT_SRC) $(PLAIN_SRC)) pam_liberations/pam_liberations.map
	$(call say,LINK,$@)
	$(Q)$(LINK_MODULE)

suites: $(AGENT_HOST) $(AGENT_SWAPPER) $(NEXT_AGENT) $(NEXT_MODULE)

# A hundred thousand swaps once, before the rounds of everything.
.PHONY: soak-swaps
soak: soak-swaps
soak-swaps: suites
	@LBR_SWAPS=100000 LBR_BUILD='$(abspath $(BUILD))' tests/agent/run '*_swaps_*'

# The unit program agent_NAME links agent/NAME.c; what it stands in for, a clock or a log, it has itself.
$(filter $(TBUILD)/unit/agent_%,$(UNITS)): $(TBUILD)/unit/agent_%: $(BUILD)/agent/%.o
