# The command's own suite: golden output in both languages, faults of usage, the terminal, mail.
SUITES += tests/cli/run

# What no verb does to a store.
FORGE := $(TBUILD)/cli/forge

$(FORGE): $(call obj,tests/cli/forge.c) $(CORE)
	$(call say,LINK,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(LINK) -o $@ $^ $(CORE_LIBS)

suites: $(FORGE)

# The unit program cli_NAME links cli/NAME.c, or what its line here names; what it replaces, it defines itself.
CLI_UNITS_OF_ROOMS := $(addprefix $(TBUILD)/unit/cli_,reason sheet sms carriers metrics)
$(TBUILD)/unit/cli_reason: $(BUILD)/cli/said/reason.o
$(TBUILD)/unit/cli_sheet: $(call obj,$(wildcard cli/sheet/*.c))
$(TBUILD)/unit/cli_sms: $(BUILD)/cli/message/sms.o $(BUILD)/cli/message/sms_plain.o
$(TBUILD)/unit/cli_carriers: $(BUILD)/cli/message/carriers.o
$(TBUILD)/unit/cli_metrics: $(BUILD)/cli/verb/metrics_count.o $(BUILD)/cli/standing.o $(BUILD)/cli/facts.o
$(BUILD)/tests/unit/cli_metrics.o: BASE_CPPFLAGS += $(CLI_ROOMS:%=-I%)
$(filter-out $(CLI_UNITS_OF_ROOMS),$(filter $(TBUILD)/unit/cli_%,$(UNITS))): $(TBUILD)/unit/cli_%: $(BUILD)/cli/%.o
# Its words are the command's.
$(TBUILD)/unit/cli_relative: $(BUILD)/cli/text.o $(BUILD)/cli/fold.o $(BUILD)/cli/terminal.o
