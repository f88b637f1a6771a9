# The tests. A suite is an executable whose last line is "N passed, N failed[, N skipped]", and whose arguments select cases
# (tests/support/harness.py). Every room adds its own in tests/ROOM/ROOM.mk: a rule that builds it, and SUITES += its path.
# tests/run runs them with the checkout, or a copy of it, as the current directory and LBR_BUILD as the absolute path of the
# build directory.

TBUILD      := $(BUILD)/tests
SUPPORT_SRC := $(wildcard tests/support/*.c)
SUPPORT     := $(call obj,$(SUPPORT_SRC))
# Check is not among what `make deps` installs, so it may have come since the answers were written down.
CHECK_LIBS  := $(or $(CHECK_LIBS),$(if $(ANSWERED),$(shell $(PKG_CONFIG) --libs check 2>/dev/null)))

# Every tests/unit/NAME.c is one program.
UNIT_SRC := $(wildcard tests/unit/*.c)
UNITS    := $(patsubst tests/unit/%.c,$(TBUILD)/unit/%,$(UNIT_SRC))

$(BUILD)/tests/%.o: BASE_CPPFLAGS += -Itests

$(TBUILD)/unit/hash_memory: $(call obj,$(HASH_MEMORY_SRC))
$(TBUILD)/unit/confine_calls: $(call obj,agent/confine_calls.c)
$(TBUILD)/unit/%: $(BUILD)/tests/unit/%.o $(SUPPORT) $(CORE)
	$(call say,LINK,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(LINK) -o $@ $(filter %.o,$^) $(UNIT_LIBS) $(CORE) $(CORE_LIBS) $(CHECK_LIBS)

# The portal's tests link its pure half.
$(filter $(TBUILD)/unit/portal_%,$(UNITS)): $(PORTAL_PURE)
$(filter $(TBUILD)/unit/portal_%,$(UNITS)): UNIT_LIBS = $(PORTAL_PURE)
$(filter $(BUILD)/tests/unit/portal_%,$(call obj,$(UNIT_SRC))): BASE_CPPFLAGS += $(PORTAL_PURE_ROOMS:%=-I%) -Ilib/plain

KEEPER_SRC   := $(filter-out portal/keeper/main.c,$(wildcard portal/keeper/*.c))
KEEPER_PARTS := $(call obj,$(KEEPER_SRC) $(CLIENT_SRC) $(PORTAL_KEY_SRC) $(SAID_SRC))
KEEPER_UNITS := portal_entries portal_keeper portal_reap portal_recheck portal_route portal_spares portal_stored portal_visits \
                portal_waiting
$(KEEPER_UNITS:%=$(TBUILD)/unit/%): $(KEEPER_PARTS)
$(KEEPER_UNITS:%=$(BUILD)/tests/unit/%.o): BASE_CPPFLAGS += -Iportal/key -Iportal/keeper

# What page and gate-map ask, without the rest of them.
$(TBUILD)/unit/portal_interrupted: $(call obj,portal/page/ask_keeper.c portal/gatemap/ask_gate.c portal/gatemap/gate_answer.c)
$(BUILD)/tests/unit/portal_interrupted.o: BASE_CPPFLAGS += -Iportal/page -Iportal/gatemap

# The client is in no library: its programs link it too.
$(filter $(TBUILD)/unit/client%,$(UNITS)): $(call obj,$(CLIENT_SRC))

# The broker without its main, and libpq; where that is missing, its tests cannot be built either.
BROKER_UNITS := $(filter $(TBUILD)/unit/broker_%,$(UNITS))
BROKER_PARTS := $(call obj,$(filter-out broker/main.c,$(wildcard broker/*.c)))
$(BROKER_UNITS): $(BROKER_PARTS)
$(BROKER_UNITS): UNIT_LIBS = $(PQ_LIBS) -pthread
$(BROKER_UNITS:$(TBUILD)/%=$(BUILD)/tests/%.o): BASE_CPPFLAGS += -Ibroker $(PQ_CFLAGS)

# Nor is the store in memory, which no program of the product has a use for.
MEMORY_STORE_SRC := $(wildcard lib/store/memory/*.c)
$(TBUILD)/unit/conformance $(TBUILD)/unit/split $(TBUILD)/unit/store_stress: $(call obj,$(MEMORY_STORE_SRC))
STRESS_WRAPS := lbr_store_load lbr_store_commit lbr_view_is_same lbr_mutex_take lbr_mutex_give lbr_password_try
$(TBUILD)/unit/store_stress: CORE_LIBS += $(STRESS_WRAPS:%=-Wl$(comma)--wrap=%)
$(BUILD)/lib/store/memory/%.o $(BUILD)/tests/unit/conformance.o $(BUILD)/tests/unit/store_stress.o \
$(BUILD)/tests/unit/rename.o $(BUILD)/tests/unit/split.o: \
	BASE_CPPFLAGS += -Ilib/store/memory -Ilib/store -Ilib/store/split
$(BUILD)/tests/unit/store_answers.o: BASE_CPPFLAGS += -Ilib/store/remote

.PHONY: units suites
.SECONDARY:
## units: build the unit tests
units: $(UNITS)

# Without Check the unit programs cannot be built: tests/run counts them as skipped.
UNBUILT := $(if $(CHECK_LIBS),$(if $(PQ_LIBS),,$(BROKER_UNITS)),$(UNITS))
SUITES  := $(UNITS)
-include $(wildcard tests/*/*.mk)
suites: all $(filter-out $(UNBUILT),$(SUITES)) $(WORLD)

RUN = LBR_UNBUILT='$(UNBUILT)' tests/run '$(BUILD)'

## check: run every test that this machine can run, count the rest as skipped (ONLY='SUITE[:CASE] ...': these alone)
check:
	@$(MAKE) --no-print-directory $(JOBS) suites
	@$(RUN) $(SUITES)

# --- the same tests under other conditions ------------------------------------------------------------------------

# A host that is not ours (sshd, su, login ...) cannot load a module that wants libasan: those suites are left out.
OWN_HOST = $(filter-out tests/services/% $(TBUILD)/services/% tests/install/% tests/make/% tests/packages/%,$(SUITES))

## asan: the tests under address and undefined-behaviour sanitizers, in build-asan (without the suites of real services)
asan:
	@$(MAKE) --no-print-directory $(JOBS) BUILD=build-asan SANITIZE=address,undefined suites
	@$(MAKE) --no-print-directory BUILD=build-asan SANITIZE=address,undefined own-host-run

## coverage: the tests with line coverage of every file, in build-coverage
coverage:
	@$(MAKE) --no-print-directory $(JOBS) BUILD=build-coverage COVERAGE=1 suites
	@find build-coverage -name '*.gcda' -exec rm -f {} +
	@find build-coverage -type d -exec chmod a+rwx {} +
	@umask 0; $(MAKE) --no-print-directory BUILD=build-coverage COVERAGE=1 own-host-run
	@tests/lint/coverage build-coverage

.PHONY: own-host-run
own-host-run: suites
	@$(RUN) $(OWN_HOST)

## valgrind: unit programs and the PAM contract under valgrind (their agents run without)
VALGRIND = valgrind --quiet --error-exitcode=99 --leak-check=full --errors-for-leak-kinds=definite
valgrind: suites $(OPENAT2)
	@CK_TIMEOUT_MULTIPLIER=50 LBR_LIMIT=3600 LBR_ONCE=1 LBR_NEEDS=valgrind \
		LBR_UNDER='env LD_PRELOAD=$(abspath $(OPENAT2)) $(VALGRIND)' \
		$(RUN) $(filter $(TBUILD)/unit/% %/contract,$(SUITES))

# A million operations once.
.PHONY: soak-operations
soak: soak-operations
soak-operations: suites
	@LBR_STEPS=1000000 $(TBUILD)/unit/store_stress '*_make_one_history'
	@LBR_EACH=1000 $(TBUILD)/unit/rules_made

## soak: every test ROUNDS times (20), until the first failure
ROUNDS ?= 20
soak: suites
	@round=0; while [ $$round -lt $(ROUNDS) ]; do round=$$((round + 1)); echo "round $$round of $(ROUNDS)"; \
		$(RUN) $(SUITES) || exit 1; done

## lint: layers, headers, warnings as errors, man pages, scripts
lint:
	@CC='$(CC)' tests/lint/lint
