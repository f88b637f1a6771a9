# The command's own suite: golden output in both languages, faults of usage, the terminal, mail.
SUITES += tests/cli/run

# What no verb does to a store.
FORGE := $(TBUILD)/cli/forge

$(FORGE): $(call obj,tests/cli/forge.c) $(CORE)
	$(call say,LINK,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(LINK) -o $@ $^ $(CORE_LIBS)

# An export in the clear, and back.
SEALED := $(TBUILD)/cli/sealed

$(BUILD)/tests/cli/sealed.o: BASE_CPPFLAGS += -Icli/backup
$(SEALED): $(call obj,tests/cli/sealed.c cli/backup/backup_seal.c cli/backup/backup_header.c) $(CORE)
	$(call say,LINK,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(LINK) -o $@ $^ -ljansson $(CORE_LIBS)

# A new set of accounts for many hosts.
FOUND := $(TBUILD)/cli/found

$(FOUND): $(call obj,tests/cli/found.c) $(CORE)
	$(call say,LINK,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(LINK) -o $@ $^ $(CORE_LIBS)

# A kernel that takes no audit record.
DEAF_KERNEL := $(TBUILD)/cli/deaf_kernel.so

$(DEAF_KERNEL): $(call obj,tests/cli/deaf_kernel.c)
	$(call say,LINK,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(LINK) -shared -o $@ $^

suites: $(FORGE) $(FOUND) $(SEALED) $(DEAF_KERNEL)

# The unit program cli_NAME links cli/NAME.c, or what its line here names; what it replaces, it defines itself.
CLI_UNITS_OF_ROOMS := $(addprefix $(TBUILD)/unit/cli_,reason sheet sms carriers metrics backup list_sort key_text protect shared)
$(TBUILD)/unit/cli_reason: $(BUILD)/cli/said/reason.o
$(TBUILD)/unit/cli_sheet: $(call obj,$(wildcard cli/sheet/*.c))
$(BUILD)/tests/unit/cli_protect.o: BASE_CPPFLAGS += -Icli/protect -Icli/doctor -Icli
$(TBUILD)/unit/cli_protect: $(call obj,$(wildcard cli/protect/plan*.c) cli/protect/forms.c cli/protect/diff.c cli/doctor/pam_line.c)
$(TBUILD)/unit/cli_sms: $(BUILD)/cli/message/sms.o $(BUILD)/cli/message/sms_plain.o
$(TBUILD)/unit/cli_shared: $(call obj,$(wildcard cli/shared/judge*.c) cli/shared/told.c)
$(TBUILD)/unit/cli_key_text: $(BUILD)/cli/rekey/key_text.o
$(TBUILD)/unit/cli_carriers: $(BUILD)/cli/message/carriers.o
$(TBUILD)/unit/cli_metrics: $(BUILD)/cli/verb/metrics_count.o $(BUILD)/cli/standing.o $(BUILD)/cli/facts.o
$(TBUILD)/unit/cli_backup: $(call obj,$(addprefix cli/backup/backup_,seal.c header.c write.c read.c take_in.c input.c))
$(TBUILD)/unit/cli_backup: UNIT_LIBS = -ljansson
$(TBUILD)/unit/cli_list_sort: $(BUILD)/cli/list/list_sort.o $(BUILD)/cli/account_row.o
$(addprefix $(BUILD)/tests/unit/cli_,backup.o metrics.o list_sort.o key_text.o shared.o): BASE_CPPFLAGS += $(CLI_ROOMS:%=-I%)
$(filter-out $(CLI_UNITS_OF_ROOMS),$(filter $(TBUILD)/unit/cli_%,$(UNITS))): $(TBUILD)/unit/cli_%: $(BUILD)/cli/%.o
# Its words are the command's.
$(TBUILD)/unit/cli_relative: $(BUILD)/cli/text.o $(BUILD)/cli/fold.o $(BUILD)/cli/terminal.o

.PHONY: soak-ansible
## soak-ansible: every play of the role in packaging/ansible
soak: soak-ansible
soak-ansible: suites
	@LBR_SOAK=1 LBR_BUILD='$(abspath $(BUILD))' tests/cli/run 'protect_by_*'
