# The guide that people are handed, from one source. Included by the Makefile; alone: make -f packaging/guide/guide.mk guide

BUILD     ?= build
GUIDE_DIR := packaging/guide
GUIDES    := $(foreach language,en fr,$(foreach edition,guide web-guide,$(BUILD)/guide/liberations-$(edition).$(language).html))

.PHONY: guide guide-screens

# The guide tells this machine's settings where it has some; CONF= tells the defaults.
CONF      ?= $(wildcard /etc/liberations/liberations.conf)

## guide: the guides for users, at a terminal and at web pages, to be printed, in French and English: build/guide/; CONF=FILE: whose settings they tell
guide: $(GUIDES)

GUIDE_PARTS := $(wildcard $(GUIDE_DIR)/*) $(wildcard $(GUIDE_DIR)/screens/*/*) $(wildcard include/liberations/*.def) \
               portal/html/page_texts.def lib/plain/settings_template.c lib/rules/throttle.c lib/rules/throttle.h agent/session.h

define GUIDE_RULE
$$(BUILD)/guide/liberations-$(1).%.html: $$(GUIDE_PARTS) $$(CONF)
	@printf '  %-7s %s\n' GUIDE '$$@'
	@test -x /usr/bin/python3 || { echo 'python3 is missing: apt-get install python3' >&2; exit 1; }
	@mkdir -p $$(@D)
	@GUIDE_CONF="$$(CONF)" GUIDE_EDITION=$(2) $$(GUIDE_DIR)/compose $$* >$$@.new && mv -f $$@.new $$@ || { rm -f $$@.new; exit 1; }
endef
$(eval $(call GUIDE_RULE,guide,terminal))
$(eval $(call GUIDE_RULE,web-guide,web))

## guide-screens: retake the guide's pictures of terminal and browser with the current build
guide-screens:
	@$(MAKE) --no-print-directory -f Makefile BUILD='$(BUILD)' all '$(BUILD)/liberations-portal' '$(BUILD)/liberations-portal-page' \
		'$(BUILD)/liberations-portal-gate' '$(BUILD)/tests/lbr-world'
	@$(GUIDE_DIR)/capture '$(BUILD)'
	@$(GUIDE_DIR)/capture-web '$(BUILD)'
