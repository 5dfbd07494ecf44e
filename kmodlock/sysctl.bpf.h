/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Sysctls that end or take over the loading of modules: written by who may do with modules what
 * they decide on, and nobody else. Some need no capability but the host's uid 0. There is no
 * record: before Linux 6.2 such a program cannot tell which process it is.
 */
#ifndef BPFLOCK_SYSCTL_BPF_H
#define BPFLOCK_SYSCTL_BPF_H

#include "bpf/policy.bpf.h"
#include "kmodlock.h"

#define SYSCTL_WORDS 5 /* of the longest name; a longer one is another's */

/* Whether the name in @words begins with @text, or with its end is it: no constants in a map. */
#define SYSCTL_IS(words, text)                                                                     \
	({                                                                                         \
		const char *name_ = (const char *)(words);                                         \
		__u64 other_ = 0;                                                                  \
		_Pragma("clang loop unroll(full)") for (unsigned long i = 0; i < sizeof(text) - 1; \
							i++) other_ |=                             \
			(__u64)(name_[i] ^ (text)[i]);                                             \
		!other_;                                                                           \
	})

/* The operation that writing the sysctl counts as; 0: none. */
static __always_inline __u32 sysctl_operation(const __u64 name[SYSCTL_WORDS])
{
	if (SYSCTL_IS(name, "kernel/modules_disabled\0"))
		return KMODLOCK_LOAD;
	if (SYSCTL_IS(name, "kernel/modprobe\0") || SYSCTL_IS(name, "kernel/usermodehelper/"))
		return KMODLOCK_AUTOLOAD;
	return 0;
}

SEC("cgroup/sysctl")
int sysctl(struct bpf_sysctl *ctx)
{
	/* Written, as Linux 6.1 wants what it calls memory. */
	__u64 name[SYSCTL_WORDS] = { 0 };
	__u32 op;

	if (!ctx->write || bpf_sysctl_get_name(ctx, (char *)name, sizeof(name), 0) < 0)
		return 1;
	op = sysctl_operation(name);
	if (op && verdict_denies(decision_audit(&state.policy, policy_verdict(op))))
		return 0;
	return 1;
}

#endif
