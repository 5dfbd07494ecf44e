// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "describe.h"
#include "namespace.h"
#include "options.h"

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
	return attachment == ATTACHMENT_LSM ? "LSM" : "fmod_ret";
}

static void describe_list(FILE *stream, const char *before, const struct operation_set *set,
			  const struct operations *ops, const char *after)
{
	char *names = operations_names(ops, set);

	if (names && *names)
		fprintf(stream, "%s%s%s", before, names, after);
	free(names);
}

void describe_policy(FILE *stream, const struct policy *policy, const struct operations *ops)
{
	char kinds[64];

	fprintf(stream, "%s: ", options_profile_name(policy->profile));
	namespace_names(policy->namespaces, kinds, sizeof(kinds));
	if (policy->profile == PROFILE_BASELINE)
		fprintf(stream, "allowed only from the initial %s namespace%s", kinds,
			strchr(kinds, ',') ? "s" : "");
	if (policy->cgroups)
		fprintf(stream, " and from %llu cgroup%s", (unsigned long long)policy->cgroups,
			policy->cgroups == 1 ? "" : "s");
	if (policy->profile != PROFILE_BASELINE)
		fprintf(stream, "%s to everybody",
			policy->profile == PROFILE_ALLOW ? "allowed" : "denied");
	describe_list(stream, ", and ", &policy->allow, ops, " from anywhere");
	describe_list(stream, ", but ", &policy->block, ops, " for nobody");
	if (policy->origin)
		fprintf(stream, "; modules and firmware only from the root filesystem%s%s",
			policy->origin >= ORIGIN_RO ? " while it is read-only" : "",
			policy->origin >= ORIGIN_RO_DEV ? ", as is its device" : "");
	if (policy->audit)
		fprintf(stream, "; audit: nothing is denied");
}

static __u64 nanoseconds(clockid_t clock)
{
	struct timespec now = { 0 };

	clock_gettime(clock, &now);
	return (__u64)now.tv_sec * 1000000000 + (__u64)now.tv_nsec;
}

#define BOOTED_PRECISION 10000000 /* ns */

/* When the machine was booted, as the clock is set now: rounded, so that all get the same. */
static __u64 booted(void)
{
	__u64 before, between, after;
	int tries = 10;

	do {
		before = nanoseconds(CLOCK_BOOTTIME);
		between = nanoseconds(CLOCK_REALTIME);
		after = nanoseconds(CLOCK_BOOTTIME);
	} while (after - before > BOOTED_PRECISION / 100 && --tries);
	between -= before;
	return between - between % BOOTED_PRECISION;
}

void describe_time(FILE *stream, __u64 ns)
{
	__u64 wall = ns + booted();
	time_t seconds = (time_t)(wall / 1000000000);
	char text[32] = "";
	struct tm tm;

	if (gmtime_r(&seconds, &tm))
		strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm);
	fputs(text, stream);
}
