.PHONY: rpm
## rpm: make the packages of Fedora and its kin in build/rpm/ (`sudo make deps rpm` installs what that needs first)
rpm:
	@packaging/rpm/make-rpm '$(BUILD)'
