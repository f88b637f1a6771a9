APPARMOR := $(filter-out %/README %.mk,$(wildcard packaging/apparmor/*))

.PHONY: install-apparmor
## install-apparmor: copy the profiles for AppArmor to their place; nothing loads them
install-apparmor:
	@umask 022; mkdir -p '$(DESTDIR)$(sysconfdir)/apparmor.d'; for one in $(APPARMOR); do \
		sed -e 's|/usr/libexec/|$(libexecdir)/|; s|/usr/sbin/liberations|$(sbindir)/liberations|' \
			-e 's|/usr/share/liberations/|$(datadir)/liberations/|; s|/etc/liberations/|$(sysconfdir)/liberations/|' \
			"$$one" >'$(DESTDIR)$(sysconfdir)/apparmor.d/'"$${one##*/}" || exit 1; done
