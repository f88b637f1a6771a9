# Which flags the compiler takes, and where the libraries are. That is asked once and kept in $(BUILD)/flags.mk, until CC,
# PKG_CONFIG or the Makefile changes: every other run of make starts at once. Included by the Makefile.

probe = $(shell printf '\043include <stdlib.h>\nint main(void){return 0;}' | \
          $(CC) -Werror -O2 $(1) -x c - -o /dev/null 2>/dev/null && printf '%s' '$(1)')
probes = $(foreach flag,$(1),$(call probe,$(flag)))
lacks  = $(shell printf '\043include <stddef.h>\n\043include <$(1)>\n' | $(CC) -fsyntax-only -x c - 2>/dev/null || echo '$(1)')

# Where libaudit is, the command is built with it; AUDIT=0: without.
AUDIT ?= 1
# Where libpq is, the broker of shared accounts is built; POSTGRES=0: it is not.
POSTGRES ?= 1

# Agent, command and portal need these; the module links libpam alone.
LIBS  := libsodium liboath libqrencode libcrypt jansson libpng libmicrohttpd
ASKED := $(strip $(CC) $(PKG_CONFIG) $(PKG_CONFIG_PATH) $(PKG_CONFIG_LIBDIR) static: $(STATIC) \
           audit: $(AUDIT) postgres: $(POSTGRES))
# Those of $(STATIC) that have an archive: -lunistring -> -l:libunistring.a
archive  = $(if $(findstring /,$(shell $(CC) -print-file-name=lib$(1).a 2>/dev/null)),-l:lib$(1).a,-l$(1))
archived = $(foreach word,$(1),$(if $(filter $(STATIC:%=-l%),$(word)),$(call archive,$(word:-l%=%)),$(word)))

define ANSWERS
ANSWERED     := $(ASKED)
MULTIARCH    := $(shell $(CC) -print-multiarch 2>/dev/null)
WARN_PROBED  := $(call probes,-Wimplicit-fallthrough)
HARD_PROBED  := $(call probes,-fstack-protector-strong -fstack-clash-protection -fcf-protection \
                  -ftrivial-auto-var-init=zero -fno-delete-null-pointer-checks -ffunction-sections -fdata-sections)
HARDENING_LD := $(call probes,-Wl$(comma)-z$(comma)relro -Wl$(comma)-z$(comma)now -Wl$(comma)-z$(comma)noexecstack)
FORTIFY      := -U_FORTIFY_SOURCE $(or $(call probe,-D_FORTIFY_SOURCE=3),-D_FORTIFY_SOURCE=2)
LIB_CFLAGS   := $(shell $(PKG_CONFIG) --cflags $(LIBS) 2>/dev/null)
CORE_LIBS    := $(call archived,$(shell $(PKG_CONFIG) --libs libsodium liboath libqrencode libcrypt 2>/dev/null) \
                  -lpasswdqc -lunistring)
PQ_CFLAGS    := $(shell $(PKG_CONFIG) --cflags libpq libssl libcrypto 2>/dev/null)
PQ_LIBS      := $(if $(filter 0,$(POSTGRES)),,$(shell $(PKG_CONFIG) --libs libpq libssl libcrypto 2>/dev/null))
HTTP_LIBS    := $(shell $(PKG_CONFIG) --libs libmicrohttpd 2>/dev/null)
JSON_LIBS    := $(shell $(PKG_CONFIG) --libs jansson 2>/dev/null)
PNG_LIBS     := $(shell $(PKG_CONFIG) --libs libpng 2>/dev/null)
AUDIT_LIBS   := $(if $(filter 0,$(AUDIT)),,$(shell $(PKG_CONFIG) --libs audit 2>/dev/null))
CHECK_LIBS   := $(shell $(PKG_CONFIG) --libs check 2>/dev/null)
MISSING      := $(or $(shell command -v $(firstword $(CC)) >/dev/null || echo '$(CC)'),$(strip \
                  $(shell for lib in $(LIBS); do $(PKG_CONFIG) --exists $$lib 2>/dev/null || echo $$lib; done) \
                  $(foreach header,security/pam_modules.h passwdqc.h unistr.h,$(call lacks,$(header)))))
endef

ifneq ($(PROBING),)
include $(BUILD)/flags.mk
endif

$(BUILD)/flags.mk: Makefile packaging/probe.mk
	$(shell mkdir -p $(@D))$(file >$@.new,$(ANSWERS))@mv -f $@.new $@
# Asked again when the question has changed, or something was missing; once in a run, for make starts again after it.
ifeq ($(MAKE_RESTARTS),)
ifneq ($(ANSWERED)|$(MISSING),$(ASKED)|)
$(BUILD)/flags.mk: FORCE
endif
endif
