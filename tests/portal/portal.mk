# The portal's processes.
CAGED := $(TBUILD)/portal/caged

$(CAGED): $(call obj,tests/portal/caged.c portal/cage/cage.c) $(CORE)
	$(call say,LINK,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(LINK) -o $@ $(filter %.o,$^) $(CORE) $(CORE_LIBS)

SUITES += tests/portal/run
suites: $(CAGED) $(WORLD)
