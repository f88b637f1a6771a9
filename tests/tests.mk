# The tests. A suite is an executable that ends with "N passed, N failed[, N skipped]" alone on a line.

TBUILD   := $(BUILD)/tests
# valgrind and sanitizers need each unit program; every tests/unit/NAME.c is one.
UNIT_SRC := $(wildcard tests/unit/*.c)
UNITS    := $(patsubst tests/unit/%.c,$(TBUILD)/unit/%,$(UNIT_SRC))
SUPPORT_SRC := $(wildcard tests/support/*.c)
SUPPORT  := $(call obj,$(SUPPORT_SRC))
CHECK_LIBS := $(shell $(PKG_CONFIG) --libs check 2>/dev/null)

$(BUILD)/tests/%.o: BASE_CPPFLAGS += -Itests

$(TBUILD)/unit/%: $(BUILD)/tests/unit/%.o $(SUPPORT) $(CORE)
	$(call say,LINK,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(LINK) -o $@ $^ $(CORE_LIBS) $(CHECK_LIBS)

.PHONY: units
units: $(UNITS)
