// SPDX-License-Identifier: GPL-2.0-only
#include <sys/resource.h>

#include "kernel/limits.h"
#include "kernel/btf.h"

static void raise_to(__rlimit_resource_t resource, rlim_t wanted)
{
	struct rlimit limit;

	if (getrlimit(resource, &limit) || limit.rlim_cur >= wanted)
		return;
	limit.rlim_cur = wanted;
	if (limit.rlim_max < wanted) {
		struct rlimit both = { wanted, wanted };

		if (!setrlimit(resource, &both))
			return;
		limit.rlim_cur = limit.rlim_max; /* all that there is without CAP_SYS_RESOURCE */
	}
	setrlimit(resource, &limit);
}

void limits_raise(void)
{
	raise_to(RLIMIT_MEMLOCK, RLIM_INFINITY);
	raise_to(RLIMIT_NOFILE, LIMITS_FILES);
}

bool limits_memory(const struct kernel_btf *kernel, unsigned long long *limit)
{
	struct rlimit now;

	/* include/linux/bpf.h, until 5.11 left it to the memory cgroups. */
	if (!btf_has(kernel, BTF_BPF_MAP_MEMORY) || getrlimit(RLIMIT_MEMLOCK, &now) ||
	    now.rlim_cur == RLIM_INFINITY)
		return false;
	*limit = now.rlim_cur / 1024;
	return true;
}

bool limits_files(void)
{
	struct rlimit now;

	return !getrlimit(RLIMIT_NOFILE, &now) && now.rlim_cur < LIMITS_FILES;
}
