# The shared store's database: packaging/store/ in a real PostgreSQL.
SUITES += tests/store/run

# What no verb does to either kind of store.
MOVED := $(TBUILD)/store/moved

$(MOVED): $(call obj,tests/store/moved.c) $(CORE)
	$(call say,LINK,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(LINK) -o $@ $^ $(CORE_LIBS)

suites: $(MOVED)

.PHONY: soak-store
## soak-store: the shared store's races, kills and moves, its verbs and clocks, every byte of every exchange cut, one code at 20 hosts LBR_RUSH_ROUNDS times (100,000)
LBR_RUSH_ROUNDS ?= 100000
soak: soak-store
soak-store: all suites
	@LBR_ROUNDS=1000 LBR_BUILD='$(abspath $(BUILD))' tests/store/run
	@LBR_KILLS=50 LBR_MOVED=100000 LBR_BUILD='$(abspath $(BUILD))' tests/store/run 'killed_anywhere*'
	@LBR_BUILD='$(abspath $(BUILD))' LBR_CUTS=all LBR_LANES=100 LBR_ROUNDS='$(LBR_RUSH_ROUNDS)' tests/store/run-hosts
	@LBR_SOAK=1 LBR_ROUNDS=20 LBR_BUILD='$(abspath $(BUILD))' tests/cli/run 'store_*' 'hosts_*'
	@LBR_BUILD='$(abspath $(BUILD))' tests/demo/runs-store

# A program of a host that asks the store through the library.
STORE_ASKER := $(TBUILD)/store/asker

$(STORE_ASKER): $(call obj,$(wildcard tests/store/asker*.c)) $(CORE)
	$(call say,LINK,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(LINK) -o $@ $^ $(CORE_LIBS)

suites: $(STORE_ASKER)

# Hosts before a database that fails in every way. What can fail in the programs themselves is compiled in, for the cases to see.
SUITES += tests/store/run-hosts
STORE_FLAWED := $(TBUILD)/store/flawed

$(STORE_FLAWED)/retry.c: lib/store/remote/remote_greet.c
$(STORE_FLAWED)/retry.c: FLAW = s/error == LBR_ERR_UNREACHABLE && was_connected && store->fd < 0/error != LBR_OK \&\& was_connected/
$(STORE_FLAWED)/loaded_row.c: lib/store/remote/remote_commit.c
$(STORE_FLAWED)/loaded_row.c: FLAW = s/return judge(context/return course->round > 0 ? LBR_OK : judge(context/
$(STORE_FLAWED)/no_warning.c: broker/belief.c
$(STORE_FLAWED)/no_warning.c: FLAW = s/link->warned/false/
# No flaw: questions that come together within a second are one, so that a case sees what becomes of them.
$(STORE_FLAWED)/waits_longer.c: broker/db_pool.c
$(STORE_FLAWED)/waits_longer.c: FLAW = s/BATCH_WAIT_MS 5$$/BATCH_WAIT_MS 1000/
$(STORE_FLAWED)/%.c: tests/store/store.mk
	$(Q)mkdir -p $(@D)
	$(Q)sed '$(FLAW)' $(filter-out %.mk,$^) >$@
	$(Q)if cmp -s $(filter-out %.mk,$^) $@; then rm -f $@; echo "$@: the flaw does not fit any more" >&2; exit 1; fi

$(STORE_FLAWED)/%.o: BASE_CPPFLAGS += -Ilib/store -Ilib/store/remote -Ibroker $(PQ_CFLAGS)
$(STORE_FLAWED)/%.o: $(STORE_FLAWED)/%.c
	$(call say,CC,$@)
	$(Q)$(COMPILE) -c $< -o $@

$(STORE_FLAWED)/retry $(STORE_FLAWED)/loaded_row: $(STORE_FLAWED)/%: $(STORE_FLAWED)/%.o $(call obj,$(wildcard tests/store/asker*.c)) $(CORE)
	$(call say,LINK,$@)
	$(Q)$(LINK) -o $@ $^ $(CORE_LIBS)

$(STORE_FLAWED)/no_warning: $(STORE_FLAWED)/no_warning.o $(call obj,$(filter-out broker/belief.c,$(wildcard broker/*.c))) $(CORE)
$(STORE_FLAWED)/waits_longer: $(STORE_FLAWED)/waits_longer.o $(call obj,$(filter-out broker/db_pool.c,$(wildcard broker/*.c))) $(CORE)
$(STORE_FLAWED)/no_warning $(STORE_FLAWED)/waits_longer:
	$(call say,LINK,$@)
	$(Q)$(LINK) -o $@ $^ $(CORE_LIBS) $(PQ_LIBS) -pthread

suites: $(STORE_FLAWED)/retry $(STORE_FLAWED)/loaded_row $(if $(PQ_LIBS),$(STORE_FLAWED)/no_warning $(STORE_FLAWED)/waits_longer)
