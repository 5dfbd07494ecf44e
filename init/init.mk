# SPDX-License-Identifier: GPL-2.0-only
# The launcher, what starts at boot, installing, packages, and their tests.
empty :=
space := $(empty) $(empty)
comma := ,
LAUNCHER_CFLAGS = -DBPFLOCK_PROGRAMS='$(subst $(space),$(comma),$(PROGRAMS:%="%"))' \
	-DBPFLOCK_RECORDERS='$(subst $(space),$(comma),$(RECORDERS:%="%"))' -DBPFLOCK_APART='$(APART:%="%",)'
LAUNCHER := $(patsubst launcher/%.c,$(O)/launcher/%.o,$(wildcard launcher/*.c))
$(O)/launcher/%.o: launcher/%.c $(FLAGS) | $(LIBBPF_A)
	$(call SAY,CC,$@)mkdir -p $(@D); $(CC) $(ALL_CFLAGS) $(LAUNCHER_CFLAGS) -MMD -MP -c $< -o $@
$(O)/bin/bpflock: $(LAUNCHER) $(O)/libcommon.a
	$(call SAY,LD,$@)mkdir -p $(@D); $(CC) $(STATIC) $(CFLAGS) $(LDFLAGS) $^ $(LIBBPF_LIBS) -o $@


# What is started at boot, from templates: of each program, after those before it.
sysconfdir ?= /etc
libdir ?= /usr/lib
unitdir ?= $(libdir)/systemd/system
docdir ?= $(prefix)/share/doc/bpflock
catalogdir ?= $(libdir)/systemd/catalog
completiondir ?= $(prefix)/share/bash-completion/completions
zshdir ?= $(prefix)/share/zsh/site-functions
fishdir ?= $(prefix)/share/fish/vendor_completions.d
BOOT := $(O)/init
# The form of the scripts in init.d: init (LSB) or openrc.
SCRIPTS ?= init
before = $(shell for p in $(PROGRAMS); do [ $$p = $(1) ] && break; echo $$p; done)
# Those before program $(1), each with $(2) at its end and one blank before: insserv stops at two.
after = $(if $(call before,$(1)),$(space)$(addsuffix $(2),$(call before,$(1))))
# What a program does that nothing is said to.
setting = $(if $(filter $(1),$(RECORDERS)),arguments = no,profile = allow)
act = $(if $(filter $(1),$(RECORDERS)),Record with,Lock the kernel with)
# All that is executed is much: it goes to the journal where that is asked for.
unasked = $(if $(filter $(1),$(RECORDERS)),-e '/^Wants=bpflock-journal/d')
fill = sed $(call unasked,$(1)) -e 's|@SETTING@|$(call setting,$(1))|g' -e 's|@ACT@|$(call act,$(1))|g' -e 's|@PROGRAM@|$(1)|g' -e 's|@sbindir@|$(sbindir)|g' -e 's|@AFTER@|$(2)|g' -e '/^\# SPDX/d' -e '/^\# shellcheck/d'
define boot
$(BOOT)/$(1).service: init/program.service.in always
	$$(Q)mkdir -p $$(@D); $$(call fill,$(1),$(call after,$(1),.service)) $$< > $$@
$(BOOT)/$(1).init: init/program.init.in always
	$$(Q)mkdir -p $$(@D); $$(call fill,$(1),$(call after,$(1))) $$< > $$@
$(BOOT)/$(1).openrc: init/program.openrc.in always
	$$(Q)mkdir -p $$(@D); $$(call fill,$(1),$(call after,$(1))) $$< > $$@
$(BOOT)/$(1).conf: init/program.conf.in always
	$$(Q)mkdir -p $$(@D); $$(call fill,$(1),) $$< > $$@
endef
$(foreach p,$(PROGRAMS),$(eval $(call boot,$(p))))
# The units beside those that start the programs.
UNITS := bpflock-journal@ bpflock-settle bpflock-failed@ bpflock-metrics kmodlock-learn
$(UNITS:%=$(BOOT)/%.service): $(BOOT)/%.service: init/%.service.in always
	$(Q)mkdir -p $(@D); $(call fill,,) $< > $@
SHELLS := bash zsh fish
$(SHELLS:%=$(BOOT)/completion.%): $(BOOT)/completion.%: init/completion.% $(FLAGS)
	$(Q)mkdir -p $(@D); sed 's|@PROGRAMS@|$(PROGRAMS)|' $< > $@
boot-files: $(SHELLS:%=$(BOOT)/completion.%) $(foreach p,$(PROGRAMS),$(foreach s,service init openrc conf,$(BOOT)/$(p).$(s))) $(UNITS:%=$(BOOT)/%.service)

# MODE FROM TO, a line each: all that is installed.
define INSTALLED
$(foreach p,$(PROGRAMS),755 $(O)/bin/$(p) $(sbindir)/$(p)
644 $(BOOT)/$(p).service $(unitdir)/$(p).service
755 $(BOOT)/$(p).$(SCRIPTS) $(sysconfdir)/init.d/$(p)
644 $(BOOT)/$(p).conf $(libdir)/bpflock/$(p).conf
)755 $(O)/bin/bpflock $(sbindir)/bpflock
$(foreach u,$(UNITS),644 $(BOOT)/$(u).service $(unitdir)/$(u).service
)$(foreach m,$(wildcard man/*.[578]),644 $(m) $(mandir)/man$(subst .,,$(suffix $(m)))/$(notdir $(m))
)644 init/bpflock-metrics.timer $(unitdir)/bpflock-metrics.timer
644 init/bpflock.catalog $(catalogdir)/bpflock.catalog
644 NEWS.md $(docdir)/NEWS.md
644 doc/alerts.yaml $(docdir)/alerts.yaml
644 README.md $(docdir)/README.md
644 SECURITY.md $(docdir)/SECURITY.md
$(foreach m,$(wildcard init/kubernetes/*/*.yaml),644 $(m) $(docdir)/$(m:init/%=%)
)$(foreach d,$(wildcard doc/*.md),644 $(d) $(docdir)/$(notdir $(d))
)644 $(BOOT)/completion.bash $(completiondir)/bpflock
644 $(BOOT)/completion.zsh $(zshdir)/_bpflock
644 $(BOOT)/completion.fish $(fishdir)/bpflock.fish
$(foreach p,$(PROGRAMS),link bpflock $(completiondir)/$(p)
link bpflock.fish $(fishdir)/$(p).fish
)
endef
$(O)/installed: always
	$(Q)mkdir -p $(O); $(file >$@,$(INSTALLED))

# The programs, in the order in which they are started, for packages; and, as a file for VMs, those
# of them that deny, and have the profile of all; pinlock, which can seal the machine, has a case of its own.
order:
	@echo $(PROGRAMS)
$(O)/programs: $(FLAGS)
	$(Q)echo $(filter-out $(RECORDERS) $(APART),$(PROGRAMS)) > $@

# A package of what is here, in $(O)/deb.
deb:
	$(Q)rm -rf $(O)/deb && mkdir -p $(O)/deb/bpflock
	$(Q)tar --exclude=./$(O) --exclude='./build-*' --exclude=./.git -cf - . | tar -xf - -C $(O)/deb/bpflock
	cd $(O)/deb/bpflock && MAKEFLAGS= dpkg-buildpackage -b -us -uc

# The container image, as an archive; with ARCH for that.
# Who builds a commit again, wherever and whenever, has the same image: its time is that of the commit.
EPOCH = $(or $(SOURCE_DATE_EPOCH),$(shell git log -1 --format=%ct 2>/dev/null),$(shell stat -c %Y VERSION))
BUILDAH := buildah --storage-driver vfs
image: all
	$(Q)rm -rf $(O)/image $(O)/image.tar
	$(Q)install -D -m 755 -t $(O)/image $(O)/bin/*
	$(Q)SOURCE_DATE_EPOCH=$(EPOCH) init/linked $(O)/image/licenses $(LIBBPF_LIBS)
	$(BUILDAH) build --isolation chroot $(if $(SYSROOT),--arch $(ARCH)) --identity-label=false --timestamp $(EPOCH) \
		--build-arg VERSION=$(VERSION) -q -t bpflock -f Containerfile $(O)/image
	$(BUILDAH) push -q bpflock docker-archive:$(O)/image.tar:bpflock:latest

# Those of x86-64 and arm64 under one name, as an archive from which a registry has both.
manifest:
	$(Q)$(MAKE) --no-print-directory image
	$(Q)$(MAKE) --no-print-directory ARCH=arm64 O=$(O)-arm64 image
	$(Q)rm -f $(O)/manifest.tar; $(BUILDAH) manifest rm bpflock-manifest >/dev/null 2>&1 || :
	$(Q)$(BUILDAH) manifest create bpflock-manifest >/dev/null
	$(Q)$(BUILDAH) manifest add bpflock-manifest docker-archive:$(O)/image.tar >/dev/null
	$(Q)$(BUILDAH) manifest add bpflock-manifest docker-archive:$(O)-arm64/image.tar >/dev/null
	$(BUILDAH) manifest push -q --all bpflock-manifest oci-archive:$(O)/manifest.tar:latest

# A tree for systemd-sysext, for a root whose /usr is not written: bpflock(7), Boot. Nothing of /etc is in it, and /usr/sbin is a
# link elsewhere.
SYSEXT := $(O)/sysext
MACHINE_x86_64-linux-gnu := x86-64
MACHINE_aarch64-linux-gnu := arm64
MACHINE_riscv64-linux-gnu := riscv64
sysext: all
	$(Q)rm -rf $(SYSEXT)
	$(Q)MAKEFLAGS= $(MAKE) -s O=$(O) $(if $(SYSROOT),ARCH=$(ARCH)) prefix=/usr sbindir=/usr/bin DESTDIR=$(SYSEXT) install
	$(Q)rm -r $(SYSEXT)/etc
	$(Q)sed -e 's|@UNITS@|$(PROGRAMS:%=%.service)|' -e '/^# SPDX/d' init/bpflock-sysext.service.in >$(SYSEXT)$(unitdir)/bpflock-sysext.service
	$(Q)mkdir $(SYSEXT)/usr/lib/extension-release.d
	$(Q)printf 'ID=_any\nARCHITECTURE=%s\nEXTENSION_RELOAD_MANAGER=1\n' $(or $(MACHINE_$(shell $(CC) -print-multiarch)),$(error which machine is it for?)) \
		>$(SYSEXT)/usr/lib/extension-release.d/extension-release.bpflock

install: all $(O)/installed
	$(Q)init/install '$(DESTDIR)' $(O)/installed

uninstall: $(O)/installed
	$(Q)init/install -r '$(DESTDIR)' $(O)/installed

# What is installed is test/installed, and nothing is left of it; and what zsh and fish complete.
check-installed: all
	$(Q)O=$(O) MAKE=$(MAKE) test/install
	$(Q)O=$(O) test/completion $(PROGRAMS)

# The packages, the manifest, and them and the container image in whole Debians, in VMs:
# test/debian/check.
check-boot: check-deps
	$(Q)$(MAKE) --no-print-directory deb image sysext $(PROBES) $(O)/programs
	lintian -I --pedantic --fail-on error,warning,info,pedantic $(O)/deb/*.changes
	$(Q)O=$(O) test/manifest
	$(Q)O=$(O) MAKE=$(MAKE) test/twice
	$(Q)O=$(O) MAKE=$(MAKE) test/rpm
	$(Q)O=$(O) test/debian/check

.PHONY: install uninstall deb image manifest sysext order boot-files check-installed check-boot
