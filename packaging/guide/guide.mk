# The guide that people are handed, from one source. Included by the Makefile; alone: make -f packaging/guide/guide.mk guide

BUILD     ?= build
GUIDE_DIR := packaging/guide
GUIDES    := $(foreach language,en fr,$(BUILD)/guide/liberations-guide.$(language).html)

.PHONY: guide guide-screens

# The guide tells this machine's settings where it has some; CONF= tells the defaults.
CONF      ?= $(wildcard /etc/liberations/liberations.conf)

## guide: the guide for users, to be printed, in French and English: build/guide/; CONF=FILE: whose settings it tells
guide: $(GUIDES)

$(BUILD)/guide/liberations-guide.%.html: $(wildcard $(GUIDE_DIR)/*) $(wildcard $(GUIDE_DIR)/screens/*/*.txt) \
                                         $(wildcard include/liberations/*.def) $(CONF) lib/plain/settings_template.c lib/rules/throttle.c lib/rules/throttle.h agent/session.h
	@printf '  %-7s %s\n' GUIDE '$@'
	@test -x /usr/bin/python3 || { echo 'python3 is missing: apt-get install python3' >&2; exit 1; }
	@mkdir -p $(@D)
	@GUIDE_CONF="$(CONF)" $(GUIDE_DIR)/compose $* >$@.new && mv -f $@.new $@ || { rm -f $@.new; exit 1; }

## guide-screens: retake the guide's pictures of the terminal with the current build
guide-screens:
	@$(MAKE) --no-print-directory -f Makefile BUILD='$(BUILD)' all '$(BUILD)/tests/lbr-world'
	@$(GUIDE_DIR)/capture '$(BUILD)'
