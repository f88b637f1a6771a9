# The portal's processes. Without libmicrohttpd they are not built, and the suite is left out.
CAGED := $(TBUILD)/portal/caged

$(CAGED): $(call obj,tests/portal/caged.c portal/cage/cage.c) $(CORE)
	$(call say,LINK,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(LINK) -o $@ $(filter %.o,$^) $(CORE) $(CORE_LIBS)

ifneq ($(HTTP_LIBS),)
SUITES += tests/portal/run
suites: $(CAGED) $(PAGE) $(GATE) $(KEEPER)
endif
