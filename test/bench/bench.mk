# SPDX-License-Identifier: GPL-2.0-only
# The benchmark: beside each program of PROGRAMS one that has the same hooks and does nothing.
BENCH_KERNELS ?= 6.1 6.12 7.3
BENCH := $(O)/bench

$(BENCH)/bin/bench: test/bench/rows.c test/bench/rows.h
$(BENCH)/bin/%: test/bench/%.c $(FLAGS)
	$(call SAY,CC,$@)mkdir -p $(@D); $(CC) $(ALL_CFLAGS) -static $(filter %.c,$^) -o $@
$(BENCH)/bin/exit-dynamic: test/bench/exit.c $(FLAGS)
	$(call SAY,CC,$@)mkdir -p $(@D); $(CC) $(ALL_CFLAGS) $< -o $@

define smallest
$(BENCH)/$(1)/smallest.bpf.c: $(1)/$(1).bpf.c common/load/guard.bpf.c test/bench/hooks.awk
	$$(Q)mkdir -p $$(@D); awk -f test/bench/hooks.awk $$(filter %.c,$$^) > $$@
$(BENCH)/$(1)/smallest.skel.h: $(BENCH)/$(1)/smallest.bpf.c $(FLAGS) | $(LIBBPF_A)
	$$(call SAY,BPF,$$@)$(CLANG) $$(BPF_CFLAGS) -c $$< -o $$(@D)/smallest.o && $(LLVM_STRIP) -g $$(@D)/smallest.o && \
		$(BPFTOOL) gen skeleton $$(@D)/smallest.o name smallest_bpf > $$@
$(BENCH)/bin/empty-$(1): test/bench/smallest.c $(BENCH)/$(1)/smallest.skel.h
	$$(call SAY,CC,$$@)mkdir -p $$(@D); $(CC) $$(ALL_CFLAGS) -DPROGRAM='"$(1)"' -I$(BENCH)/$(1) -static $$< $$(LIBBPF_LIBS) -o $$@
endef
$(foreach p,$(PROGRAMS),$(eval $(call smallest,$(p))))

BENCH_BINARIES := $(patsubst %,$(BENCH)/bin/%,bench loading exit exit-dynamic $(PROGRAMS:%=empty-%))

# bench-quick is for CI: one kernel, few rows.
bench bench-quick bench-peers: all $(BENCH_BINARIES) $(O)/probe/memory
bench:
	$(Q)O=$(O) PROGRAMS='$(filter-out $(RECORDERS),$(PROGRAMS))' RECORDERS='$(RECORDERS)' test/bench/run full $(BENCH_KERNELS)
	$(Q)$(MAKE) --no-print-directory figures
bench-quick:
	$(Q)O=$(O) PROGRAMS='$(filter-out $(RECORDERS),$(PROGRAMS))' RECORDERS='$(RECORDERS)' test/bench/run quick $(firstword $(BENCH_KERNELS))
# All beside what others use for the same end: a whole Debian 13, for systemd is one of them. What is too much is in the
# figures, too.
bench-peers:
	$(Q)status=0; O=$(O) PROGRAMS='$(filter-out $(RECORDERS),$(PROGRAMS))' test/bench/run peers 6.12 || status=$$?; \
		$(MAKE) --no-print-directory figures && exit $$status

# The figures of what was measured last in $(O), for users.
figures:
	$(Q)test/bench/figures doc/figures.md $(wildcard $(BENCH)/*-lsm $(BENCH)/*-fmod_ret $(BENCH)/*-peers)
.PHONY: bench bench-quick bench-peers figures
