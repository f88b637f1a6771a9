# The portal's processes.
CAGED := $(TBUILD)/portal/caged

$(CAGED): $(call obj,tests/portal/caged.c portal/cage/cage.c) $(CORE)
	$(call say,LINK,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(LINK) -o $@ $(filter %.o,$^) $(CORE) $(CORE_LIBS)

# Stands where liberations-portal-page is looked for.
HOSTILE := $(TBUILD)/portal/hostile/liberations-portal-page

$(HOSTILE): $(call obj,tests/portal/hostile.c)
	$(call say,LINK,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(LINK) -o $@ $^
	$(Q)ln -sf ../../../liberations-portal-gate $(@D)/liberations-portal-gate

SUITES += tests/portal/run tests/portal/run-proxies tests/portal/run-browsers
suites: $(CAGED) $(HOSTILE) $(WORLD)

# A thousand refusals of each kind at the pages, through nginx; the sizes that the threats ask for; which calls are made in the cage; and
# a whole day of invitations.
.PHONY: soak-portal
soak: soak-portal
soak-portal: suites
	@LBR_TRIES=1000 LBR_BUILD='$(abspath $(BUILD))' tests/portal/run-browsers '*_by_bytes_or_time'
	@LBR_SOAK=1 LBR_BUILD='$(abspath $(BUILD))' tests/portal/run 'portal_p0[4679]_*' 'portal_p1[06]_*' 'portal_p24_*' 'portal_p27_wrong_*'
	@LBR_SOAK=1 LBR_BUILD='$(abspath $(BUILD))' tests/portal/run 'no_question_*' 'nginx_hears_*' 'a_client_that_never_ends_*'
	@LBR_BUILD='$(abspath $(BUILD))' tests/portal/cage-log
	@LBR_CROWD=200 LBR_BUILD='$(abspath $(BUILD))' tests/portal/run 'on_the_day_*'
