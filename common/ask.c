// SPDX-License-Identifier: GPL-2.0-only
/* What is asked for, as a policy. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "msg.h"
#include "run.h"

static int parse_list(struct run *run, const char *option, const char *list,
		      struct operation_set *set)
{
	char bad[64] = "", *known;
	int err;

	if (!list)
		return 0;
	err = operations_parse(&run->ops, &run->tool->words, list, set, bad, sizeof(bad));
	if (!err)
		return 0;
	if (err == -EINVAL) {
		msg_error("empty item in the list of --%s", option);
		return EX_USAGE;
	}
	known = operations_names(&run->ops, NULL);
	msg_error("unknown operation '%s' in --%s: known are %s and the words of --list", bad,
		  option, known ? known : "");
	free(known);
	return EX_USAGE;
}

/* The trusted cgroups: 0 or an exit status. */
static int find_cgroups(struct run *run)
{
	const struct options *options = run->options;
	struct policy *policy = &run->state->policy;
	const char *bad;
	int err;

	if (options->cgroups && policy->profile != PROFILE_BASELINE) {
		msg_error("--cgroup has meaning under the profile baseline only");
		return EX_USAGE;
	}
	err = cgroup_find(&run->cgroups, options->cgroups, options->cgroup_count, &bad);
	if (!err)
		cgroup_into_policy(&run->cgroups, policy);
	else if (err == -EOPNOTSUPP || err == -ENOTTY)
		msg_error("cannot trust '%.200s': it is %s; --cgroup wants a directory of cgroup2",
			  bad, err == -ENOTTY ? "no cgroup" : "a cgroup of version 1");
	else
		msg_error("cannot trust '%.200s': %s", bad, strerror(-err));
	return err ? EX_USAGE : 0;
}

int run_policy(struct run *run)
{
	const struct options *options = run->options;
	struct policy *policy = &run->state->policy;
	int status;

	policy->profile = options->profile ? options->profile : run->tool->profile;
	policy->namespaces = options->namespaces ? options->namespaces : NAMESPACE_PID;
	policy->audit = options->audit;
	policy->origin = options->origin;
	if (options->allow && policy->profile != PROFILE_BASELINE) {
		msg_error("--allow has meaning under the profile baseline only");
		return EX_USAGE;
	}
	if (options->block && policy->profile == PROFILE_RESTRICTED) {
		msg_error("--block has no meaning under the profile restricted: all is denied");
		return EX_USAGE;
	}
	status = parse_list(run, "allow", options->allow, &policy->allow);
	if (!status)
		status = parse_list(run, "block", options->block, &policy->block);
	if (status)
		return status;
	for (__u32 op = 0; op < OPERATIONS_MAX; op++) {
		if (operation_set_has(&policy->allow, op) &&
		    operation_set_has(&policy->block, op)) {
			msg_error("operation '%s' is on both lists", run->ops.list[op].name);
			return EX_USAGE;
		}
	}
	return find_cgroups(run);
}
