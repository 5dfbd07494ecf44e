// SPDX-License-Identifier: GPL-2.0-only
/*
 * Keeps the sysctl kernel.ftrace_enabled at 1. Set to 0 it ends the calls of all BPF programs that
 * are attached to functions, at once or with the next that is attached there, on Linux 6.1 to 6.18;
 * and whoever has the host's uid 0 can write it without any capability, in a container too.
 */
#include <stdbool.h>

#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

#define NAME "kernel/ftrace_enabled"

/* Unrolled, the loop has no constants in a map, which others could change before it is frozen. */
SEC("cgroup/sysctl")
int ftrace_enabled(struct bpf_sysctl *ctx)
{
	/* Written, as Linux 6.1 wants what it calls memory. */
	char name[sizeof(NAME)] = "", value[4] = "";
	long length;

	if (!ctx->write || bpf_sysctl_get_name(ctx, name, sizeof(name), 0) != sizeof(NAME) - 1)
		return 1;
#pragma clang loop unroll(full)
	for (int i = 0; i < (int)sizeof(name); i++)
		if (name[i] != NAME[i])
			return 1;
	length = bpf_sysctl_get_new_value(ctx, value, sizeof(value));
	return value[0] == '1' && (length == 1 || (length == 2 && value[1] == '\n'));
}

char _license[] SEC("license") = "GPL";
