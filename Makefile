# liberations: plain GNU make. `make help` lists the targets; V=1 shows the commands; WERROR=1 makes warnings errors.

VERSION := 0.1.0

prefix        ?= /usr
sysconfdir    ?= /etc
sbindir       ?= $(prefix)/sbin
libexecdir    ?= $(prefix)/libexec
mandir        ?= $(prefix)/share/man
datadir       ?= $(prefix)/share
docdir        ?= $(prefix)/share/doc/liberations
bashcompletiondir ?= $(prefix)/share/bash-completion/completions
schemadir     ?= $(prefix)/share/liberations/schema
zshcompletiondir  ?= $(prefix)/share/zsh/vendor-completions
fishcompletiondir ?= $(prefix)/share/fish/vendor_completions.d
unitdir       ?= $(prefix)/lib/systemd/system
sysusersdir   ?= $(prefix)/lib/sysusers.d
tmpfilesdir   ?= $(prefix)/lib/tmpfiles.d
PAMD          ?= /etc/pam.d
DESTDIR       ?=

# A recipe that starts another make hands on -j, or asks for every processor if the caller said nothing.
JOBS = $(if $(filter -j%,$(MAKEFLAGS)),,-j$(shell nproc 2>/dev/null || echo 2))

# Under sudo, in a checkout of the person who called it, what needs no root is done as that person: nothing in it becomes root's.
ifneq ($(SUDO_UID),)
AS_CALLER := $(shell [ "$$(id -u)" = 0 ] && [ "$$(stat -c %u .)" = '$(SUDO_UID)' ] && command -v setpriv >/dev/null && \
               [ "$$(stat -c %u '$(or $(BUILD),build)' 2>/dev/null || echo '$(SUDO_UID)')" = '$(SUDO_UID)' ] && \
               echo 'setpriv --reuid=$(SUDO_UID) --regid=$(SUDO_GID) --clear-groups env -u SUDO_UID')
endif

# The part of a target that does not need root.
PREPARE_install    := installable
PREPARE_check      := suites
PREPARE_demo-store := demo-store-parts

ifneq ($(filter deps deps-test $(if $(AS_CALLER),demo demo-portal demo-store guide install check deb rpm),$(MAKECMDGOALS)),)
# --- packages: what they bring is found by a make of its own, after them -----------------------------------------

.PHONY: $(MAKECMDGOALS)
.NOTPARALLEL:

# What a demonstration needs comes only with it; a browser only where the portal's is to drive one.
DEMO_STORE = $(if $(filter demo-store,$(MAKECMDGOALS)),demo-store)
DEMO_PORTAL = $(if $(filter demo-portal,$(MAKECMDGOALS)),demo-portal $(if $(filter 1,$(AUTO)),demo-auto))

## deps: install what building and `make demo` need (Debian, Ubuntu; names the packages of Fedora and Arch)
deps:
	@packaging/install-packages $(strip build demo $(DEMO_PORTAL) $(DEMO_STORE) $(filter deb rpm,$(MAKECMDGOALS)))

## deps-test: install what building, the demo and every test need, daemons included; none is started
deps-test:
	@packaging/install-packages build demo test

$(filter-out deps deps-test,$(MAKECMDGOALS)): | $(filter deps deps-test,$(MAKECMDGOALS))
	@$(if $(PREPARE_$@),$(AS_CALLER) $(MAKE) --no-print-directory $(JOBS) $(PREPARE_$@))
	@$(if $(filter demo demo-portal guide deb rpm,$@),$(AS_CALLER),env -u SUDO_UID) $(MAKE) --no-print-directory $@

else

CC          ?= cc
PKG_CONFIG  ?= pkg-config
BUILD       ?= build
# Libraries to link from their archive where there is one. Each spares a sign-in the loading of a shared library, and a fix of it
# arrives with the next build: unistring holds tables, and nothing secret. Who rebuilds at each fix may add sodium oath crypt.
STATIC      ?= unistring

ifneq ($(V),1)
Q := @
say = @printf '  %-7s %s\n' $(1) $(2)
endif
comma := ,

# No built-in rule applies here, and the compiler writes the .d files: make need not look for a way to make each of them.
MAKEFLAGS += -r
.PHONY: FORCE
$(BUILD)/%.d: ;

# What this machine has: the answers of packaging/probe.mk. `make help` and the like need none.
PROBING := $(filter-out help clean dist deb rpm install-apparmor,$(or $(MAKECMDGOALS),all))
include packaging/probe.mk

PAMDIR ?= $(firstword $(wildcard /lib/$(MULTIARCH)/security /lib64/security /usr/lib/security) \
            /lib/$(MULTIARCH)/security)

# --- flags: warnings, then hardening; the user's own come last and win --------------------------------------------

WARNINGS  := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith -Wwrite-strings -Wvla \
             -Wundef -Wformat=2 $(WARN_PROBED)
HARDENING := $(HARD_PROBED)
# The runtimes of sanitizers and coverage do what a confined agent may not.
ifneq ($(SANITIZE),)
SAN := -fsanitize=$(SANITIZE) -fno-omit-frame-pointer -fno-sanitize-recover=all
UNCONFINED := -DLBR_UNCONFINED
endif
# Fortified functions hide errors from the sanitizers, and want -O.
ifeq ($(SANITIZE)$(COVERAGE),)
HARDENING += $(FORTIFY)
endif
ifeq ($(COVERAGE),1)
COV := --coverage -O0
UNCONFINED := -DLBR_UNCONFINED
endif
ifeq ($(WERROR),1)
WARNINGS += -Werror
endif

BASE_CPPFLAGS = -D_GNU_SOURCE -Iinclude $(BEFORE_THE_BAN) -include include/liberations/banned.h \
                -DLBR_VERSION='"$(VERSION)"' -DLBR_DEFAULT_AGENT='"$(libexecdir)/liberations-agent"' \
                -DLBR_DEFAULT_BROKER='"$(libexecdir)/liberations-store"' \
                -DLBR_DEFAULT_CONFIG='"$(sysconfdir)/liberations/liberations.conf"' \
                -DLBR_CARRIERS='"$(datadir)/liberations/carriers.conf"' \
                -DLBR_DEFAULT_PORTAL_CONFIG='"$(sysconfdir)/liberations/portal.conf"' -DLBR_READERS='"$(libexecdir)"' \
                $(LIB_CFLAGS) $(if $(AUDIT_LIBS),,-DLBR_NO_AUDIT)
BASE_CFLAGS   = -std=gnu11 -O2 -g -fPIC -fvisibility=hidden $(WARNINGS) $(HARDENING) $(SAN) $(COV) $(UNCONFINED)
COMPILE       = $(CC) $(BASE_CPPFLAGS) $(BASE_CFLAGS) $(CPPFLAGS) $(CFLAGS) -MMD -MP
LINK          = $(CC) $(SAN) $(COV) $(HARDENING_LD) $(LDFLAGS)
LINK_PROGRAM  = $(LINK) -pie -Wl,--gc-sections -Wl,--as-needed -o $@ $^ $(CORE_LIBS)
LINK_MODULE   = $(LINK) -shared -Wl,--version-script=$(filter %.map,$^) -Wl,--as-needed -Wl,--gc-sections \
                $(if $(SAN),,-Wl$(comma)-z$(comma)defs) -o $@ $(filter %.o,$^) -lpam

# --- the rooms ---------------------------------------------------------------------------------------------------

# A room's private headers are found by its sub-rooms; tests/lint judges who may include whose.
LIB_ROOMS  := lib/plain lib/rules lib/store lib/store/file lib/store/remote lib/store/split lib/flow lib/process
CLI_ROOMS  := cli cli/said cli/complete cli/sheet cli/people cli/letters cli/verb cli/init cli/mail cli/import \
              cli/doctor cli/proxy cli/list cli/log cli/message cli/picture cli/backup \
              cli/rekey cli/audit cli/protect cli/shared
# The portal's pure half: no process, no descriptor.
PORTAL_PURE_ROOMS := portal/html portal/http portal/settings portal/frames portal/keep
# What the module carries into other people's processes: libc alone. `make lint` proves it.
PLAIN_SRC  := $(wildcard lib/plain/*.c)
# What replaces a function of the C library is linked by name, into the programs that want it.
HASH_MEMORY_SRC := lib/process/hash_memory.c
LIB_SRC    := $(filter-out $(HASH_MEMORY_SRC),$(wildcard $(LIB_ROOMS:%=%/*.c)))
CLIENT_SRC := $(wildcard client/*.c)
AGENT_SRC  := $(wildcard agent/*.c)
MODULE_SRC := $(wildcard pam_liberations/*.c)
# Without libaudit, the header of cli/audit alone is used.
CLI_SRC    := $(filter-out $(if $(AUDIT_LIBS),,cli/audit/%),$(wildcard $(CLI_ROOMS:%=%/*.c)))
PAGE_SRC   := $(wildcard portal/page/*.c portal/cage/*.c)
GATE_SRC   := $(wildcard portal/gate/*.c portal/cage/*.c)
GATE_MAP_SRC := $(wildcard portal/gatemap/*.c portal/cage/*.c)
# The portal's key in its file: for the keeper, and for an administrator who lists its sessions.
PORTAL_KEY_SRC  := $(wildcard portal/key/*.c)
# Reasons in French: for the command, and for the check of the portal's configuration.
SAID_SRC   := $(wildcard cli/said/*.c)
PORTAL_PURE_SRC := $(wildcard $(PORTAL_PURE_ROOMS:%=%/*.c))
obj         = $(patsubst %.c,$(BUILD)/%.o,$(1))

MODULE  := $(BUILD)/pam_liberations.so
AGENT   := $(BUILD)/liberations-agent
CLI     := $(BUILD)/liberations
CORE    := $(BUILD)/libliberations.a
PORTAL_PURE := $(BUILD)/libportal.a
PAGE    := $(BUILD)/liberations-portal-page
GATE    := $(BUILD)/liberations-portal-gate
KEEPER  := $(BUILD)/liberations-portal
GATE_MAP := $(BUILD)/liberations-portal-gate-map
BROKER  := $(BUILD)/liberations-store
PORTAL  := $(KEEPER) $(PAGE) $(GATE) $(GATE_MAP)
# Without libpq there is no broker: neither it nor what belongs to it is installed.
STORE   := $(if $(PQ_LIBS),$(BROKER))

.DEFAULT_GOAL := all
.PHONY: all help check demo demo-run install installable uninstall lint asan coverage clean dist bench soak valgrind
.DELETE_ON_ERROR:

## all: build the module, the agent, the command, the web portal and the broker of shared accounts (the default)
all: $(MODULE) $(AGENT) $(CLI) $(PORTAL) $(STORE)
	@$(if $(STORE),:,echo '  Without liberations-store$(comma) the broker of shared accounts: no libpq')

# Rewritten only when the flags change, so that another prefix or CFLAGS rebuilds what was built with the old ones.
FLAGS_NOW := $(COMPILE) $(LINK) $(CORE_LIBS)
$(BUILD)/.flags: FORCE
	@mkdir -p $(@D)
	@printf '%s\n' '$(subst ','\'',$(FLAGS_NOW))' | cmp -s - $@ || printf '%s\n' '$(subst ','\'',$(FLAGS_NOW))' >$@

ifneq ($(MISSING),)
.PHONY: missing
$(BUILD)/.flags: missing
missing:
	@echo "Cannot build without $(MISSING): run 'sudo make deps'." >&2; exit 1
endif

$(BUILD)/%.o: %.c Makefile $(BUILD)/.flags
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(COMPILE) -c $< -o $@

$(BUILD)/broker/%.o: BASE_CPPFLAGS += -DLBR_DEFAULT_STORE_CONFIG='"$(sysconfdir)/liberations/store.conf"'
$(BUILD)/lib/%.o: BASE_CPPFLAGS += $(LIB_ROOMS:%=-I%)
$(BUILD)/cli/%.o: BASE_CPPFLAGS += $(CLI_ROOMS:%=-I%) -Ilib/plain -Iportal/settings -Iportal/http -Iportal/keep -Iportal/key \
                                   -Iportal/html
# Where a service's modules are. It is no flag of every file: `make install PAMDIR=...` compiles nothing again.
$(BUILD)/cli/doctor/pam_judge.o: BASE_CPPFLAGS += -DLBR_MODULE_DIR='"$(PAMDIR)"'
$(BUILD)/portal/%.o: BASE_CPPFLAGS += $(PORTAL_PURE_ROOMS:%=-I%) -Iportal/cage -Iportal/key -Iportal/keeper -Ilib/plain -Icli/said
$(BUILD)/portal/html/page_style.o: portal/html/style.css
$(BUILD)/lib/plain/store_schema.o: packaging/store/lbr_v1.sql

$(CORE): $(call obj,$(LIB_SRC))
	$(call say,AR,$@)
	$(Q)rm -f $@ && ar rcs $@ $^

$(PORTAL_PURE): $(call obj,$(PORTAL_PURE_SRC))
	$(call say,AR,$@)
	$(Q)rm -f $@ && ar rcs $@ $^

$(MODULE): $(call obj,$(MODULE_SRC) $(CLIENT_SRC) $(PLAIN_SRC)) pam_liberations/pam_liberations.map
	$(call say,LINK,$@)
	$(Q)$(LINK_MODULE)

$(AGENT): $(call obj,$(AGENT_SRC) $(HASH_MEMORY_SRC)) $(CORE)
	$(call say,LINK,$@)
	$(Q)$(LINK_PROGRAM)

$(CLI): $(call obj,$(CLI_SRC) $(CLIENT_SRC) $(HASH_MEMORY_SRC) $(PORTAL_KEY_SRC)) $(PORTAL_PURE) $(CORE)
	$(call say,LINK,$@)
	$(Q)$(LINK_PROGRAM) $(JSON_LIBS) $(PNG_LIBS) $(AUDIT_LIBS) -lpam

$(KEEPER): $(call obj,$(wildcard portal/keeper/*.c) $(PORTAL_KEY_SRC) $(SAID_SRC) $(CLIENT_SRC)) $(PORTAL_PURE) $(CORE)
	$(call say,LINK,$@)
	$(Q)$(LINK_PROGRAM)

$(GATE_MAP): $(call obj,$(GATE_MAP_SRC)) $(PORTAL_PURE) $(CORE)
	$(call say,LINK,$@)
	$(Q)$(LINK_PROGRAM)

$(BUILD)/broker/%.o: BASE_CPPFLAGS += -Ibroker $(PQ_CFLAGS)
# Its headers declare names that are banned.
$(BUILD)/broker/db_tls.o: BEFORE_THE_BAN := -include openssl/ssl.h

$(BROKER): $(call obj,$(wildcard broker/*.c)) $(CORE)
	$(call say,LINK,$@)
	$(Q)$(LINK) -pie -Wl,--gc-sections -Wl,--as-needed -o $@ $^ $(CORE_LIBS) $(PQ_LIBS) -pthread

# What reads HTTP links no libsodium and no keeper.
$(PAGE): $(call obj,$(PAGE_SRC)) $(PORTAL_PURE) $(CORE)
$(GATE): $(call obj,$(GATE_SRC)) $(PORTAL_PURE) $(CORE)
$(PAGE) $(GATE):
	$(call say,LINK,$@)
	$(Q)$(LINK) -pie -Wl,--gc-sections -Wl,--as-needed -o $@ $^ $(CORE_LIBS) $(HTTP_LIBS)

-include $(wildcard $(foreach depth,* */* */*/* */*/*/*,$(BUILD)/$(depth)/*.d))
include tests/tests.mk packaging/guide/guide.mk
include packaging/rpm/rpm.mk packaging/apparmor/apparmor.mk

# --- installing ---------------------------------------------------------------------------------------------------

# mode:source:target. The agent goes before the module: a module never meets an agent that is older than itself.
OF_STORE   = $(if $(STORE),,%/liberations-store.8 %/store.conf.5 %/store.conf %/store-admin.conf %/openrc-store %/store-run \
               %/liberations-store.service %/liberations-store.socket %/liberations-store.sysusers %/liberations-store.tmpfiles)
PAGES      = $(foreach page,$(filter-out $(OF_STORE),$(wildcard man/*.[578])),\
               0644:$(page):$(mandir)/man$(subst .,,$(suffix $(page)))/$(notdir $(page)))
COMPLETION = $(foreach file,$(wildcard packaging/completion/*.bash),\
               0644:$(file):$(bashcompletiondir)/$(basename $(notdir $(file)))) \
             $(foreach file,$(wildcard packaging/completion/_*),0644:$(file):$(zshcompletiondir)/$(notdir $(file))) \
             $(foreach file,$(wildcard packaging/completion/*.fish),0644:$(file):$(fishcompletiondir)/$(notdir $(file)))
SCHEMAS    = $(foreach file,$(wildcard packaging/schema/*.json),0644:$(file):$(schemadir)/$(notdir $(file)))
EXAMPLES   = $(foreach file,$(filter-out %/web %/supervise $(OF_STORE),$(wildcard packaging/examples/* packaging/examples/*/*)),\
               0644:$(file):$(docdir)/examples/$(file:packaging/examples/%=%))
SYSTEMD    = $(patsubst packaging/%,$(BUILD)/%,\
               $(filter-out $(OF_STORE),$(wildcard $(addprefix packaging/systemd/*.,service socket timer))))
INSTALLED  = 0755:$(AGENT):$(libexecdir)/liberations-agent 0644:$(MODULE):$(PAMDIR)/pam_liberations.so \
             0755:$(CLI):$(sbindir)/liberations 0755:$(PAGE):$(libexecdir)/liberations-portal-page \
             0755:$(GATE):$(libexecdir)/liberations-portal-gate \
             0755:$(GATE_MAP):$(libexecdir)/liberations-portal-gate-map 0755:$(KEEPER):$(sbindir)/liberations-portal \
             $(PAGES) $(COMPLETION) $(SCHEMAS) $(EXAMPLES) \
             $(foreach unit,$(SYSTEMD),0644:$(unit):$(unitdir)/$(notdir $(unit))) \
             0644:packaging/carriers.conf:$(datadir)/liberations/carriers.conf \
             $(foreach users,$(filter-out $(OF_STORE),$(wildcard packaging/systemd/*.sysusers)),\
               0644:$(users):$(sysusersdir)/$(basename $(notdir $(users))).conf) \
             $(foreach files,$(filter-out $(OF_STORE),$(wildcard packaging/systemd/*.tmpfiles)),\
               0644:$(files):$(tmpfilesdir)/$(basename $(notdir $(files))).conf) \
             $(if $(STORE),0755:$(BROKER):$(libexecdir)/liberations-store \
               $(foreach file,$(wildcard packaging/store/*),0644:$(file):$(datadir)/liberations/store/$(notdir $(file))))

$(BUILD)/systemd/%: packaging/systemd/% $(BUILD)/.flags
	$(Q)mkdir -p $(@D)
	$(Q)sed -e 's|/usr/libexec/|$(libexecdir)/|; s|/usr/sbin/liberations|$(sbindir)/liberations|' \
		-e 's|/etc/liberations/|$(sysconfdir)/liberations/|' $< >$@

installable: all $(SYSTEMD)

## install: copy everything to its place (prefix, PAMDIR, DESTDIR ...); configuration and accounts are not touched
install: installable
	$(Q)set -e; umask 022; for one in $(INSTALLED); do \
		mode=$${one%%:*}; rest=$${one#*:}; source=$${rest%%:*}; target='$(DESTDIR)'$${rest#*:}; \
		install -d -m 0755 "$${target%/*}"; \
		install -m $$mode "$$source" "$$target.new"; mv -f "$$target.new" "$$target"; \
		$(if $(Q),printf '  INSTALL %s\n' "$$target";) \
	done

## uninstall: remove what install copied; configuration and accounts stay (refused while a service names the module; FORCE=1)
uninstall:
	$(if $(DESTDIR)$(filter 1,$(FORCE)),,@named=$$(grep -lsE '^[^#]*pam_liberations\.so' '$(PAMD)'/*); \
		if [ -n "$$named" ]; then \
			printf '%s\n' 'These services refuse everybody without the module; change them first (or FORCE=1):' \
				"$$named" >&2; exit 1; fi)
	$(Q)set -e; for one in $(INSTALLED); do rm -f '$(DESTDIR)'$${one##*:}; done; \
		rmdir '$(DESTDIR)$(docdir)/examples/web' '$(DESTDIR)$(docdir)/examples/supervise' \
		'$(DESTDIR)$(docdir)/examples' '$(DESTDIR)$(docdir)' \
		'$(DESTDIR)$(datadir)/liberations/store' \
		'$(DESTDIR)$(schemadir)' '$(DESTDIR)$(dir $(schemadir))' 2>/dev/null || true
	@echo "Left alone, if they exist: $(sysconfdir)/liberations, /var/lib/liberations, /var/lib/liberations-portal," \
		"/var/lib/liberations-store*, the users _liberations, _liberations-portal and _liberations-db, the groups" \
		"liberations-verify and liberations-web."

# --- the rest -----------------------------------------------------------------------------------------------------

## demo: enroll somebody in a scratch directory, show the QR code, sign in through PAM, clean up (AUTO=1: ask nobody)
demo:
	@$(MAKE) --no-print-directory $(JOBS) demo-run

demo-run: all $(WORLD)
	@LBR_BUILD='$(abspath $(BUILD))' AUTO='$(AUTO)' tests/demo/demo.sh

.PHONY: demo-portal demo-portal-run
## demo-portal: a web application behind the sign-in pages, until Ctrl-C (AUTO=1: a browser walks the guide; PICTURES=DIR)
demo-portal:
	@$(MAKE) --no-print-directory $(JOBS) demo-portal-run

demo-portal-run: all $(KEEPER) $(PAGE) $(GATE)
	@LBR_BUILD='$(abspath $(BUILD))' AUTO='$(AUTO)' PORT='$(PORT)' \
		PICTURES='$(or $(PICTURES),$(if $(AUTO),$(abspath $(BUILD))/demo-portal))' tests/demo/portal

.PHONY: demo-store demo-store-parts
## demo-store: one QR code for two hosts, three PostgreSQL servers, a failover; as root, in namespaces, 60 to 90 s
demo-store:
	@$(MAKE) --no-print-directory $(JOBS) demo-store-parts
	@LBR_BUILD='$(abspath $(BUILD))' tests/demo/store

demo-store-parts: all

## dist: make the tarball of a release and its checksum in build/ (TAG=vVERSION: the tag to take)
TAG ?= v$(VERSION)
dist:
	@packaging/make-dist '$(BUILD)' '$(TAG)'

.PHONY: deb
## deb: make the Debian packages in build/deb/ (`sudo make deps deb` installs what that needs first)
deb:
	@packaging/make-deb '$(BUILD)'

## clean: remove what was built
clean:
	rm -rf $(BUILD) build-asan build-coverage build-fuzz

## help: this list
help:
	@echo 'Targets of liberations $(VERSION):'
	@sed -n 's/^## \([a-z-]*\): \(.*\)/\1\t\2/p' Makefile tests/tests.mk tests/*/*.mk packaging/*/*.mk | sort | \
		while IFS='	' read -r name text; do printf '  %-13s %s\n' "$$name" "$$text"; done
	@echo 'Variables: V=1 WERROR=1 SANITIZE COVERAGE=1 AUDIT=0 POSTGRES=0 BUILD STATIC CC PKG_CONFIG CFLAGS CPPFLAGS LDFLAGS'
	@echo '  prefix DESTDIR PAMDIR PAMD libexecdir sbindir sysconfdir mandir docdir datadir schemadir'
	@echo '  bashcompletiondir zshcompletiondir fishcompletiondir unitdir sysusersdir tmpfilesdir'
endif
