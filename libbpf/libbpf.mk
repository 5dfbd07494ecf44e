# SPDX-License-Identifier: GPL-2.0-only
# Where libbpf is: the distribution's by pkg-config, or built from LIBBPF_SRC,
# any upstream tree. Linked statically, to run in early boot and small images.
ifdef LIBBPF_SRC
LIBBPF_A := $(O)/libbpf/libbpf.a
LIBBPF_CFLAGS := -I$(O)/libbpf/include
LIBBPF_LIBS := $(LIBBPF_A) -lelf -lz
$(LIBBPF_A):
	$(Q)mkdir -p $(O)/libbpf
	$(Q)$(MAKE) -C $(LIBBPF_SRC)/src BUILD_STATIC_ONLY=1 OBJDIR=$(abspath $(O))/libbpf/obj \
		DESTDIR=$(abspath $(O))/libbpf INCLUDEDIR=/include LIBDIR=/ UAPIDIR=/include install install_uapi_headers
else
LIBBPF_A :=
LIBBPF_CFLAGS = $(shell $(PKG_CONFIG) --cflags libbpf)
LIBBPF_LIBS = $(shell $(PKG_CONFIG) --static --libs libbpf)
endif

# What Debian 13's libelf.a lacks; an archive, of which only that is taken.
TREES_A := $(O)/libbpf/trees.a
LIBBPF_A += $(TREES_A)
LIBBPF_LIBS += $(TREES_A)
$(TREES_A): libbpf/trees.c $(O)/flags
	$(call SAY,CC,$@)mkdir -p $(@D); $(CC) -std=gnu11 -D_GNU_SOURCE $(MAPS) $(CPPFLAGS) $(CFLAGS) $(WARNINGS) -c $< -o $(@:.a=.o) && \
		rm -f $@ && $(AR) rcs $@ $(@:.a=.o)
