# SPDX-License-Identifier: GPL-2.0-only
# ARCH: built and run in VMs for a machine of another of Debian's architectures, by Debian's compiler for it and what
# test/cross puts into a folder; into an O of its own.
GNU_arm64 := aarch64-linux-gnu
GNU_riscv64 := riscv64-linux-gnu
# Debian 12's ld can't link Debian 13's C library for it statically: what test/vm/run has in the VM then are shared libraries.
ifeq ($(ARCH),riscv64)
STATIC :=
endif
GNU := $(or $(GNU_$(ARCH)),$(error unknown ARCH '$(ARCH)': it is one of $(patsubst GNU_%,%,$(filter GNU_%,$(.VARIABLES)))))
export ARCH
export SYSROOT := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/bpflock/sysroot/$(ARCH)
O ?= build-$(ARCH)
CC := $(GNU)-gcc --sysroot=$(SYSROOT)
AR := $(GNU)-ar
PKG_CONFIG := PKG_CONFIG_SYSROOT_DIR=$(SYSROOT) PKG_CONFIG_LIBDIR=$(SYSROOT)/usr/lib/$(GNU)/pkgconfig pkg-config

.DEFAULT_GOAL := all
# What is built needs it first; what it has is not looked at again.
.PHONY: cross
cross:
	$(Q)test/cross $(ARCH) $(SYSROOT)
