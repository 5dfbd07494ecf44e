// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>
#include <string.h>

#include "words/describe.h"
#include "words/kinds.h"
#include "words/profile.h"

static const char *const verdicts[VERDICTS_MAX] = {
	[VERDICT_ALLOW_PRIVILEGED] = "allow (privileged)",
	[VERDICT_ALLOW_BASELINE] = "allow (baseline)",
	[VERDICT_ALLOW_EXCEPTION] = "allow (exception)",
	[VERDICT_DENY_BLOCKED] = "denied (blocked)",
	[VERDICT_DENY_BASELINE] = "denied (baseline)",
	[VERDICT_DENY_RESTRICTED] = "denied (restricted)",
	[VERDICT_DENY_ROOTFS] = "denied (rootfs)",
	[VERDICT_DENY_RO] = "denied (ro)",
	[VERDICT_DENY_RO_DEV] = "denied (ro-dev)",
	[VERDICT_AUDIT_BLOCKED] = "audit (blocked)",
	[VERDICT_AUDIT_BASELINE] = "audit (baseline)",
	[VERDICT_AUDIT_RESTRICTED] = "audit (restricted)",
	[VERDICT_AUDIT_ROOTFS] = "audit (rootfs)",
	[VERDICT_AUDIT_RO] = "audit (ro)",
	[VERDICT_AUDIT_RO_DEV] = "audit (ro-dev)",
};

const char *describe_verdict(enum policy_verdict verdict)
{
	return verdict < VERDICTS_MAX && verdicts[verdict] ? verdicts[verdict] : "unknown";
}

const char *describe_attachment(enum policy_attachment attachment)
{
	return attachment == ATTACHMENT_LSM	     ? "LSM"
	       : attachment == ATTACHMENT_TRACEPOINT ? "tracepoint"
						     : "fmod_ret";
}

static void describe_list(FILE *stream, const char *before, const struct operation_set *set,
			  const struct operations *ops, const char *after)
{
	char *names = operations_names(ops, set);

	if (names && *names)
		fprintf(stream, "%s%s%s", before, names, after);
	free(names);
}

/* Who is trusted, each kind of these behind @where: " from", or " outside". */
static void describe_trusted(FILE *stream, const struct policy *policy, const char *where)
{
	const char *and = "";
	char kinds[64];

	kinds_names(policy->namespaces, kinds, sizeof(kinds));
	if (*kinds) {
		fprintf(stream, "%s the initial %s namespace%s", where, kinds,
			strchr(kinds, ',') ? "s" : "");
		and = " and";
	}
	if (policy->cgroups) {
		fprintf(stream, "%s%s %llu cgroup%s", and, where,
			(unsigned long long)policy->cgroups, policy->cgroups == 1 ? "" : "s");
		and = " and";
	}
	if (policy->units) {
		fprintf(stream, "%s%s %u unit%s", and, where, policy->units,
			policy->units == 1 ? "" : "s");
		and = " and";
	}
	for (__u32 i = 0; i < policy->groups && i < POLICY_GROUPS_MAX; i++)
		if (i)
			fprintf(stream, ", %u", policy->group[i]);
		else
			fprintf(stream, "%s for members of group %u", and, policy->group[i]);
}

static void describe_records(FILE *stream, const struct policy *policy)
{
	fputs("recording what is executed", stream);
	if (policy->records & RECORDS_UNTRUSTED)
		describe_trusted(stream, policy, " outside");
	if (policy->records & RECORDS_ARGUMENTS)
		fputs(", with its arguments", stream);
}

void describe_policy(FILE *stream, const struct policy *policy, const struct operations *ops)
{
	if (policy->records) {
		describe_records(stream, policy);
		return;
	}
	fprintf(stream, "%s: ", profile_name(policy->profile));
	if (policy->profile == PROFILE_BASELINE) {
		fputs("allowed only", stream);
		describe_trusted(stream, policy, " from");
		if (!policy->namespaces && !policy->cgroups && !policy->units && !policy->groups)
			fputs(" from nowhere", stream);
	}
	if (policy->profile != PROFILE_BASELINE)
		fprintf(stream, "%s to everybody",
			policy->profile == PROFILE_ALLOW ? "allowed" : "denied");
	describe_list(stream, policy->profile == PROFILE_RESTRICTED ? ", but " : ", and ",
		      &policy->allow, ops, " from anywhere");
	describe_list(stream, ", but ", &policy->block, ops, " for nobody");
	if (policy->names)
		fprintf(stream, "; modules by a list of %u name%s", policy->names,
			policy->names == 1 ? "" : "s");
	if (policy->folders)
		fprintf(stream, "; also what is pinned in %u folder%s of others", policy->folders,
			policy->folders == 1 ? "" : "s");
	if (policy->origin)
		fprintf(stream, "; modules and firmware only from the root filesystem%s%s",
			policy->origin >= ORIGIN_RO ? " while it is read-only" : "",
			policy->origin >= ORIGIN_RO_DEV ? ", as is its device" : "");
	if (policy->learns)
		fprintf(stream, "; learning");
	if (policy->audit)
		fprintf(stream, "; audit: nothing is denied");
}
