# What `make valgrind` preloads.
OPENAT2 := $(TBUILD)/valgrind/openat2.so

$(OPENAT2): $(call obj,tests/valgrind/openat2.c)
	$(call say,LINK,$@)
	$(Q)$(LINK) -shared -o $@ $^ -ldl
