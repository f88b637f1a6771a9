# liberations: plain GNU make. `make help` lists the targets; V=1 shows the commands; WERROR=1 makes warnings errors.

VERSION := 0.1.0

prefix      ?= /usr
sysconfdir  ?= /etc
localstatedir ?= /var
sbindir     ?= $(prefix)/sbin
libexecdir  ?= $(prefix)/libexec
mandir      ?= $(prefix)/share/man
bashcompletiondir ?= $(prefix)/share/bash-completion/completions
PAMDIR      ?= $(firstword $(wildcard /lib/$(shell $(CC) -print-multiarch 2>/dev/null)/security /lib64/security) \
                /lib/$(shell $(CC) -print-multiarch 2>/dev/null)/security)
DESTDIR     ?=

CC          ?= cc
PKG_CONFIG  ?= pkg-config
BUILD       ?= build

ifneq ($(V),1)
Q := @
say = @printf '  %-7s %s\n' $(1) $(2)
endif

# --- flags: warnings, then hardening, each probed; the user's own come last and win -----------------------------------

probe = $(shell printf 'int main(void){return 0;}' | $(CC) -Werror $(1) -x c - -o /dev/null 2>/dev/null && printf '%s' '$(1)')

WARNINGS  := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith -Wwrite-strings -Wvla \
             -Wundef -Wformat=2 $(call probe,-Wimplicit-fallthrough)
HARDENING := $(call probe,-fstack-protector-strong) $(call probe,-fstack-clash-protection) \
             $(call probe,-fcf-protection) $(call probe,-ftrivial-auto-var-init=zero) \
             $(call probe,-fno-delete-null-pointer-checks)
ifeq ($(SANITIZE),)
HARDENING += -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2
endif
HARDENING_LD := $(call probe,-Wl$(comma)-z$(comma)relro) $(call probe,-Wl$(comma)-z$(comma)now) \
                $(call probe,-Wl$(comma)-z$(comma)noexecstack)
comma := ,
HARDENING_LD := -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack
ifneq ($(SANITIZE),)
SAN := -fsanitize=$(SANITIZE) -fno-omit-frame-pointer -fno-sanitize-recover=all
endif
ifeq ($(COVERAGE),1)
COV := --coverage -O0
endif
ifeq ($(WERROR),1)
WARNINGS += -Werror
endif

LIBS      := libsodium liboath libqrencode libcrypt jansson
LIB_CFLAGS := $(shell $(PKG_CONFIG) --cflags $(LIBS) 2>/dev/null)
# The agent and the command need these; the module links libpam alone.
CORE_LIBS := $(shell $(PKG_CONFIG) --libs libsodium liboath libqrencode libcrypt 2>/dev/null) -lpasswdqc -lunistring
JSON_LIBS := $(shell $(PKG_CONFIG) --libs jansson 2>/dev/null)

BASE_CPPFLAGS = -D_GNU_SOURCE -Iinclude -include include/liberations/banned.h \
                -DLBR_VERSION='"$(VERSION)"' -DLBR_DEFAULT_AGENT='"$(libexecdir)/liberations-agent"' \
                -DLBR_DEFAULT_CONFIG='"$(sysconfdir)/liberations/liberations.conf"' $(LIB_CFLAGS)
BASE_CFLAGS   = -std=gnu11 -O2 -g -fPIC -fvisibility=hidden $(WARNINGS) $(HARDENING) $(SAN) $(COV)
COMPILE       = $(CC) $(BASE_CPPFLAGS) $(BASE_CFLAGS) $(CPPFLAGS) $(CFLAGS) -MMD -MP
LINK          = $(CC) $(SAN) $(COV) $(HARDENING_LD) $(LDFLAGS)

# --- the rooms ----------------------------------------------------------------------------------------------------------

# What the module carries into other people's processes: libc alone. `make lint` proves it.
PLAIN_SRC  := $(addprefix lib/,reason.c secret.c language.c texts.c grammar.c settings.c terms.c calendar_age.c wire.c frame.c)
PLAIN_SRC  := $(wildcard $(PLAIN_SRC))
LIB_SRC    := $(wildcard lib/*.c)
AGENT_SRC  := $(wildcard agent/*.c)
MODULE_SRC := $(wildcard pam_liberations/*.c)
CLI_SRC    := $(wildcard cli/*.c)
obj         = $(patsubst %.c,$(BUILD)/%.o,$(1))

MODULE  := $(BUILD)/pam_liberations.so
AGENT   := $(BUILD)/liberations-agent
CLI     := $(BUILD)/liberations
CORE    := $(BUILD)/libliberations.a

.DEFAULT_GOAL := all
.PHONY: all help check demo install uninstall lint asan coverage clean deps bench soak valgrind
all: $(MODULE) $(AGENT) $(CLI)

$(BUILD)/%.o: %.c Makefile
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(COMPILE) -c $< -o $@

$(CORE): $(call obj,$(LIB_SRC))
	$(call say,AR,$@)
	$(Q)rm -f $@ && ar rcs $@ $^

$(MODULE): $(call obj,$(MODULE_SRC) $(PLAIN_SRC)) pam_liberations/pam_liberations.map
	$(call say,LINK,$@)
	$(Q)$(LINK) -shared -Wl,--version-script=pam_liberations/pam_liberations.map -Wl,--as-needed \
		-Wl,--gc-sections $(if $(SAN),,-Wl$(comma)-z$(comma)defs) -o $@ $(filter %.o,$^) -lpam

$(AGENT): $(call obj,$(AGENT_SRC)) $(CORE)
	$(call say,LINK,$@)
	$(Q)$(LINK) -pie -o $@ $^ $(CORE_LIBS)

$(CLI): $(call obj,$(CLI_SRC)) $(CORE)
	$(call say,LINK,$@)
	$(Q)$(LINK) -pie -o $@ $^ $(CORE_LIBS) $(JSON_LIBS) -lpam

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
include tests/tests.mk

help:
	@sed -n 's/^## //p' Makefile

clean:
	rm -rf $(BUILD) build-asan build-coverage
