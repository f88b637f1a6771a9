# Harnesses for libFuzzer, and the same ones over committed seeds as ordinary tests.
FUZZERS      := backup code dialogue frames import protect proxy records settings sheet \
                store_conf store_wire web wire
FUZZ_SECONDS ?= 60
REPLAYS      := $(FUZZERS:%=$(TBUILD)/fuzz/fuzz-%)
SUITES       += $(REPLAYS)

# The agent without its main, and the world outside caught at the linker.
FUZZ_AGENT := $(call obj,$(filter-out agent/main.c agent/listen%.c agent/confine%.c agent/arguments.c,$(AGENT_SRC)) \
                $(wildcard tests/pam/world*.c tests/fuzz/dialogue_*.c))
FUZZ_WRAP  := -Wl,$(subst $() ,$(comma),$(addprefix --wrap=,send recv poll getsockopt clock_gettime clock_nanosleep fsync \
                fdatasync syslog lbr_wire_get_hello lbr_wire_get_request lbr_wire_put_ask lbr_wire_put_reply))

$(BUILD)/tests/fuzz/%.o: BASE_CPPFLAGS += -I.
$(TBUILD)/fuzz/fuzz-dialogue $(TBUILD)/fuzz/libfuzzer-dialogue: FUZZ_LINK = $(FUZZ_WRAP)
$(TBUILD)/fuzz/fuzz-dialogue $(TBUILD)/fuzz/libfuzzer-dialogue: $(FUZZ_AGENT)

# The reader of spreadsheets, which is the command's.
FUZZ_SHEET := $(call obj,$(wildcard cli/sheet/*.c))
$(BUILD)/tests/fuzz/fuzz_sheet.o: BASE_CPPFLAGS += -Icli/sheet
$(TBUILD)/fuzz/fuzz-sheet $(TBUILD)/fuzz/libfuzzer-sheet: $(FUZZ_SHEET)

# The portal's.
FUZZ_PORTAL := $(foreach name,web frames,$(TBUILD)/fuzz/fuzz-$(name) $(TBUILD)/fuzz/libfuzzer-$(name))
$(BUILD)/tests/fuzz/fuzz_web.o $(BUILD)/tests/fuzz/fuzz_frames.o: BASE_CPPFLAGS += $(PORTAL_PURE_ROOMS:%=-I%) -Ilib/plain
$(FUZZ_PORTAL): FUZZ_LIBS = $(PORTAL_PURE)
$(FUZZ_PORTAL): $(PORTAL_PURE)

# The readers of other programs' files.
FUZZ_IMPORT := $(TBUILD)/fuzz/fuzz-import $(TBUILD)/fuzz/libfuzzer-import
$(BUILD)/tests/fuzz/fuzz_import.o: BASE_CPPFLAGS += -Icli/import
$(FUZZ_IMPORT): FUZZ_LIBS = -ljansson
$(FUZZ_IMPORT): $(call obj,$(addprefix cli/import/,apps.c found.c google_authenticator.c kinds.c migration.c oath.c shadow.c token_lines.c))

# The readers of a web server's files.
FUZZ_PROXY := $(TBUILD)/fuzz/fuzz-proxy $(TBUILD)/fuzz/libfuzzer-proxy
$(BUILD)/tests/fuzz/fuzz_proxy.o: BASE_CPPFLAGS += -Icli/proxy
$(FUZZ_PROXY): $(call obj,$(wildcard cli/proxy/*.c))

# The broker's configuration.
FUZZ_STORE_CONF := $(TBUILD)/fuzz/fuzz-store_conf $(TBUILD)/fuzz/libfuzzer-store_conf
$(BUILD)/tests/fuzz/fuzz_store_conf.o: BASE_CPPFLAGS += -Ibroker
$(FUZZ_STORE_CONF): $(call obj,broker/store_settings.c broker/servers.c)

# The editor of pam.d(5).
FUZZ_PROTECT := $(TBUILD)/fuzz/fuzz-protect $(TBUILD)/fuzz/libfuzzer-protect
PROTECT_PURE := $(call obj,$(wildcard cli/protect/plan*.c) cli/protect/forms.c cli/protect/diff.c cli/doctor/pam_line.c)
$(BUILD)/tests/fuzz/fuzz_protect.o: BASE_CPPFLAGS += -Icli/protect -Icli/doctor -Icli
$(FUZZ_PROTECT): $(PROTECT_PURE)

# The readers of an export.
FUZZ_BACKUP := $(TBUILD)/fuzz/fuzz-backup $(TBUILD)/fuzz/libfuzzer-backup
$(BUILD)/tests/fuzz/fuzz_backup.o: BASE_CPPFLAGS += -Icli/backup
$(FUZZ_BACKUP): FUZZ_LIBS = -ljansson
$(FUZZ_BACKUP): $(call obj,$(addprefix cli/backup/backup_,seal.c header.c write.c read.c take_in.c))

$(TBUILD)/fuzz/fuzz-%: $(BUILD)/tests/fuzz/fuzz_%.o $(call obj,tests/fuzz/replay.c tests/fuzz/fuzz.c tests/support/selection.c) $(CORE)
	$(call say,LINK,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(LINK) $(FUZZ_LINK) -o $@ $(filter %.o,$^) $(FUZZ_LIBS) $(CORE) $(CORE_LIBS)

$(TBUILD)/fuzz/libfuzzer-%: $(BUILD)/tests/fuzz/fuzz_%.o $(call obj,tests/fuzz/fuzz.c) $(CORE)
	$(call say,LINK,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(LINK) -fsanitize=fuzzer $(FUZZ_LINK) -o $@ $(filter %.o,$^) $(FUZZ_LIBS) $(CORE) $(CORE_LIBS)

.PHONY: fuzz fuzzers
fuzzers: $(FUZZERS:%=$(TBUILD)/fuzz/libfuzzer-%)

## fuzz: every harness under libFuzzer (clang) for FUZZ_SECONDS (60) each, in build-fuzz
fuzz:
	@command -v clang >/dev/null || { echo 'clang is missing: apt-get install clang' >&2; exit 1; }
	@$(MAKE) --no-print-directory $(JOBS) CC=clang BUILD=build-fuzz SANITIZE=fuzzer-no-link,address,undefined fuzzers
	@tests/fuzz/campaign build-fuzz $(FUZZ_SECONDS) $(FUZZERS)
