# The PAM contract: real libpam, the real module, a scripted conversation.

WORLD     := $(TBUILD)/lbr-world
WORLD_OBJ := $(call obj,tests/pam/world.c tests/pam/world_account.c tests/pam/world_fields.c)

$(WORLD): $(call obj,tests/pam/lbr-world.c) $(WORLD_OBJ) $(CORE)
	$(call say,LINK,$@)
	$(Q)$(LINK) -o $@ $^ $(CORE_LIBS)

CONTRACT := $(TBUILD)/pam/contract
SUITES   += $(CONTRACT)

CONTRACT_OBJ := $(call obj,$(addprefix tests/pam/,contract.c proof.c stage.c table.c table_auth.c table_account.c processes.c \
                  sameness.c answers.c handle.c authtok.c orders.c agents.c \
                  agents_find.c config.c host.c host_odd.c shape.c scan.c) tests/support/selection.c) $(WORLD_OBJ)

# What the contract needs beside it when it runs.
PAM_TOOLS := $(TBUILD)/pam/pam_recorder.so $(TBUILD)/pam/fake-agent $(MODULE) $(AGENT) $(WORLD)

$(CONTRACT): $(CONTRACT_OBJ) $(CORE) | $(PAM_TOOLS)
	$(call say,LINK,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(LINK) -o $@ $^ $(CORE_LIBS) -lpam

$(TBUILD)/pam/pam_recorder.so: $(call obj,tests/pam/pam_recorder.c)
	$(call say,LINK,$@)
	$(Q)$(LINK) -shared -o $@ $^ -lpam

$(TBUILD)/pam/fake-agent: $(call obj,tests/pam/fake-agent.c $(PLAIN_SRC))
	$(call say,LINK,$@)
	$(Q)$(LINK) -o $@ $^

RACE   := $(TBUILD)/pam/race
SUITES += $(RACE)

$(RACE): $(call obj,$(addprefix tests/pam/,race.c stage.c proof.c) tests/support/selection.c) $(WORLD_OBJ) $(CORE) | $(PAM_TOOLS)
	$(call say,LINK,$@)
	$(Q)$(LINK) -o $@ $^ $(CORE_LIBS) -lpam

# A thousand rounds once, before the rounds of everything.
.PHONY: soak-races
soak: soak-races
soak-races: suites
	@LBR_ROUNDS=1000 LBR_ROUNDS_DEFAULT=20 $(RACE)
