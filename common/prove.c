// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/libbpf.h>

#include "namespace.h"
#include "prove.h"

/* The count over all CPUs, or 0 where it can't be read: that proves nothing. */
static __u64 read_count(const struct bpf_map *counters, __u32 op, enum policy_verdict verdict)
{
	__u32 key = op * VERDICTS_MAX + verdict;
	int cpus = libbpf_num_possible_cpus();
	__u64 *values, sum = 0;

	if (cpus <= 0)
		return 0;
	values = calloc((size_t)cpus, sizeof(*values));
	if (!values)
		return 0;
	if (!bpf_map__lookup_elem(counters, &key, sizeof(key), values,
				  (size_t)cpus * sizeof(*values), 0))
		for (int i = 0; i < cpus; i++)
			sum += values[i];
	free(values);
	return sum;
}

static int prove_test(const struct tool_test *test, __u32 op, const struct policy *policy,
		      const struct bpf_map *counters, bool outside)
{
	enum policy_verdict verdict = decision(policy, op, !outside);
	__u64 before = read_count(counters, op, verdict);
	int ret = namespace_run(policy->namespaces, outside, test->try);

	if (ret == -ECHILD)
		return ret;
	if (read_count(counters, op, verdict) == before)
		return -ENOENT;
	return verdict_denies(verdict) && !policy->audit && ret != -EPERM ? -EACCES : 0;
}

/* Tries first what must be denied, then what must be recorded, then from the inside. */
int prove_hook(const struct tool *tool, const struct operations *ops, const struct policy *policy,
	       const struct bpf_map *counters, const char *hook)
{
	for (int pass = 0; pass < 3; pass++) {
		bool outside = pass < 2;

		for (const struct tool_test *test = tool->tests; test->hook; test++) {
			int op = operations_find(ops, test->operation), err;

			if (op < 0 || strcmp(test->hook, hook))
				continue;
			if (outside &&
			    verdict_denies(decision(policy, (__u32)op, false)) != (pass == 0))
				continue;
			err = prove_test(test, (__u32)op, policy, counters, outside);
			if (!err || err == -EACCES)
				return err;
		}
	}
	return -ENOENT;
}
