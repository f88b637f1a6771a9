# What `make valgrind` preloads.
OPENAT2 := $(TBUILD)/valgrind/openat2.so

$(BUILD)/tests/valgrind/%.o: BASE_CPPFLAGS += -I.

$(OPENAT2): $(call obj,tests/valgrind/openat2.c tests/valgrind/clone.c)
	$(call say,LINK,$@)
	$(Q)$(LINK) -shared -o $@ $^ -ldl
