# Histories of many hosts on one database, judged with the library's own functions.
SUITES += tests/histories/run

HISTORIES     := $(TBUILD)/histories/histories
HISTORIES_SRC := $(wildcard tests/histories/*.c) tests/support/unprivileged.c
HISTORY_WRAPS := lbr_decide lbr_store_commit lbr_password_try
suites: $(if $(PQ_LIBS),$(HISTORIES))

$(BUILD)/tests/histories/%.o: BASE_CPPFLAGS += -Itests/histories -Ilib/store -Ilib/store/remote

$(HISTORIES): $(call obj,$(HISTORIES_SRC)) $(CORE)
	$(call say,LINK,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(LINK) -o $@ $^ $(HISTORY_WRAPS:%=-Wl$(comma)--wrap=%) $(CORE_LIBS) -pthread
