/* SPDX-License-Identifier: GPL-2.0-only */
/* Which sysctls name a program that the kernel runs, or stop it from running one. */
#ifndef BPFLOCK_SYSCTL_BPF_H
#define BPFLOCK_SYSCTL_BPF_H

#include "file.bpf.h"

/* The stack has room for no more; a longer one is no helper's, and is recorded cut. */
#define SYSCTL_NAME_MAX 40

/*
 * Whether @name, where it is in memory, is one of them. A function of its own: what comparing
 * keeps on the stack is gone before the record is made.
 */
BPF_GLOBAL(sysctl_is_helper, name, unused, neither)
{
	BPF_GLOBAL_UNUSED(unused);
	BPF_GLOBAL_UNUSED(neither);
	char text[SYSCTL_NAME_MAX] = "";

	if (bpf_probe_read_kernel_str(text, sizeof(text), (const void *)name) < 0)
		return 1;
	if (FILE_BEGINS(text, "kernel/"))
		return FILE_IS(text, "kernel/core_pattern") || FILE_IS(text, "kernel/modprobe") ||
		       FILE_IS(text, "kernel/hotplug") || FILE_IS(text, "kernel/poweroff_cmd") ||
		       FILE_IS(text, "kernel/modules_disabled") ||
		       FILE_BEGINS(text, "kernel/usermodehelper/");
	return FILE_IS(text, "fs/ocfs2/nm/hb_ctl_path");
}

#endif
