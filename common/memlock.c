// SPDX-License-Identifier: GPL-2.0-only
#include <sys/resource.h>

#include <bpf/btf.h>

#include "memlock.h"

void memlock_raise(void)
{
	struct rlimit limit = { RLIM_INFINITY, RLIM_INFINITY };

	if (!setrlimit(RLIMIT_MEMLOCK, &limit) || getrlimit(RLIMIT_MEMLOCK, &limit))
		return;
	limit.rlim_cur = limit.rlim_max; /* all that there is without CAP_SYS_RESOURCE */
	setrlimit(RLIMIT_MEMLOCK, &limit);
}

bool memlock_limits(const struct btf *btf, unsigned long long *limit)
{
	struct rlimit now;

	/* include/linux/bpf.h, until 5.11 left it to the memory cgroups. */
	if (btf__find_by_name_kind(btf, "bpf_map_memory", BTF_KIND_STRUCT) < 0 ||
	    getrlimit(RLIMIT_MEMLOCK, &now) || now.rlim_cur == RLIM_INFINITY)
		return false;
	*limit = now.rlim_cur / 1024;
	return true;
}
