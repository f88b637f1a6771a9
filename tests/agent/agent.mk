# The agent and its listener, spoken to directly with peers of several uids; what waits half a minute is a suite of its own,
# beside which the others work.
SUITES += tests/agent/run tests/agent/run-waits

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

# A tracer that halts the agent of a service at a certain system call.
AGENT_HALTER := $(TBUILD)/agent/halter

$(AGENT_HALTER): $(call obj,tests/agent/halter.c)
	$(call say,LINK,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(LINK) -o $@ $^

# A disk that fails at a chosen moment.
AGENT_BAD_DISK := $(TBUILD)/agent/bad_disk.so

$(AGENT_BAD_DISK): $(call obj,tests/agent/bad_disk.c)
	$(call say,LINK,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(LINK) -shared -o $@ $^

# The releases around this one, as far as the protocol goes: whatever knows the version is compiled anew with another.
# And one of this version that has little patience.
OTHER_RELEASES := oldest before next hasty
OTHER_KNOWS    := agent/serve.c client/hello.c
other_obj       = $(foreach file,$(2),$(if $(filter $(file),$(OTHER_KNOWS)),$(TBUILD)/$(1)/$(file:.c=.o),$(call obj,$(file))))

$(TBUILD)/oldest/%.o: BASE_CPPFLAGS += -DLBR_WIRE_VERSION=1
$(TBUILD)/before/%.o: BASE_CPPFLAGS += -DLBR_WIRE_VERSION=2
$(TBUILD)/next/%.o: BASE_CPPFLAGS += -DLBR_WIRE_VERSION=4
$(TBUILD)/hasty/%.o: BASE_CPPFLAGS += -DLBR_PERSON_WAIT_MS=6000

define OTHER_RELEASE
$(TBUILD)/$(1)/%.o: %.c Makefile $(BUILD)/.flags
	$$(call say,CC,$$@)
	$$(Q)mkdir -p $$(@D)
	$$(Q)$$(COMPILE) -c $$< -o $$@

$(TBUILD)/$(1)/liberations-agent: $(call other_obj,$(1),$(AGENT_SRC) $(HASH_MEMORY_SRC)) $(CORE)
	$$(call say,LINK,$$@)
	$$(Q)$$(LINK_PROGRAM)

$(TBUILD)/$(1)/pam_liberations.so: $(call other_obj,$(1),$(MODULE_SRC) $(CLIENT_SRC) $(PLAIN_SRC)) pam_liberations/pam_liberations.map
	$$(call say,LINK,$$@)
	$$(Q)$$(LINK_MODULE)

suites: $(TBUILD)/$(1)/liberations-agent $(TBUILD)/$(1)/pam_liberations.so
endef
$(foreach release,$(OTHER_RELEASES),$(eval $(call OTHER_RELEASE,$(release))))

suites: $(AGENT_HOST) $(AGENT_SWAPPER) $(AGENT_HALTER) $(AGENT_BAD_DISK)

# A hundred thousand swaps once, before the rounds of everything.
.PHONY: soak-swaps
soak: soak-swaps
soak-swaps: suites
	@LBR_SWAPS=100000 LBR_BUILD='$(abspath $(BUILD))' tests/agent/run '*_swaps_*'

# Twenty restarts under sign-ins without pause.
.PHONY: soak-end
soak: soak-end
soak-end: suites
	@LBR_SOAK=1 LBR_BUILD='$(abspath $(BUILD))' tests/agent/run 'no_sign_in_fails_while_*'

# A thousand refusals of each kind, alone and in volleys, at the verifiers' socket; fewer through sshd, whose run is bounded.
.PHONY: soak-volleys
soak: soak-volleys
soak-volleys: suites
	@LBR_VOLLEYS=1000 LBR_BUILD='$(abspath $(BUILD))' tests/agent/run '*_volley_*'
	@LBR_VOLLEYS=200 LBR_BUILD='$(abspath $(BUILD))' tests/services/run-own '*_volley_*'

# The unit program agent_NAME links agent/NAME.c; what it stands in for, a clock or a log, it has itself.
$(filter $(TBUILD)/unit/agent_%,$(UNITS)): $(TBUILD)/unit/agent_%: $(BUILD)/agent/%.o
