// SPDX-License-Identifier: GPL-2.0-only
/* What is asked for, as a policy. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "words/msg.h"
#include "options/policy.h"
#include "words/kinds.h"
#include "words/near.h"

/* Says what is wrong, and @where if a settings file has it: an exit status. */
static int __attribute__((format(printf, 2, 3))) wrong(const char *where, const char *format, ...)
{
	char *text = NULL;
	va_list args;

	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		text = NULL;
	va_end(args);
	if (where)
		msg_error("cannot use '%s': %s", where, text ? text : "out of memory");
	else
		msg_error("%s", text ? text : "out of memory");
	free(text);
	return EX_USAGE;
}

/* A list as it was given. */
struct list {
	const struct options *options;
	const struct operations *ops;
	const struct operation_words *words;
	const char *key;
	const char *text;
};

/*
 * Where the first of the pieces is with which the list can't be parsed, or where @op is not -1 has
 * that operation; NULL: not in a file.
 */
static const char *find_piece(const struct list *list, int op)
{
	const struct options *options = list->options;

	for (size_t i = 0; i < options->place_count; i++) {
		const struct options_place *place = &options->places[i];
		struct operation_set set = { 0 };
		char bad[64], *head;
		int err;

		if (strcmp(place->key, list->key))
			continue;
		head = strndup(list->text, place->end);
		err = head ? operations_parse(list->ops, list->words, head, &set, bad, sizeof(bad))
			   : -ENOMEM;
		free(head);
		if (op < 0 ? err : operation_set_has(&set, (__u32)op))
			return place->where;
	}
	return NULL;
}

static void try_words(struct near *near, const struct operation_word *words)
{
	for (; words && words->word; words++)
		near_try(near, words->word);
}

static int unknown(const struct list *list, const char *bad)
{
	char *known = operations_names(list->ops, NULL);
	struct near near = { *bad == '-' ? bad + 1 : bad };
	const char *tool;
	int status;

	for (unsigned int op = 0; op < OPERATIONS_MAX; op++) {
		const struct operation *operation = &list->ops->list[op];

		if (!operations_listed(list->ops, op))
			continue;
		near_try(&near, operation->name);
		near_try(&near, operation->other);
		if (operation->class)
			near_try(&near, operation->class);
	}
	try_words(&near, list->words->aliases);
	try_words(&near, list->words->groups);
	near_try(&near, "all");
	/* Known, and so the first. */
	if (*bad == '-' && near.best && !strcmp(near.best, bad + 1)) {
		free(known);
		return wrong(
			find_piece(list, -1),
			"'%s' comes first in --%s: there is nothing to take it out of; did you "
			"mean all,%s",
			bad, list->key, bad);
	}
	tool = near_elsewhere(&near, msg_program());
	status = wrong(
		find_piece(list, -1),
		"unknown operation '%s' in --%s: known are %s and the words of --list%s%s%s%s", bad,
		list->key, known ? known : "", near.best ? "; did you mean " : "", tool ? tool : "",
		tool ? "'s " : "", near.best ? near.best : "");
	free(known);
	return status;
}

static int parse_list(const struct list *list, struct operation_set *set)
{
	char bad[64] = "";
	int err;

	if (!list->text)
		return 0;
	err = operations_parse(list->ops, list->words, list->text, set, bad, sizeof(bad));
	if (err == -ENOENT)
		return unknown(list, bad);
	return err ? wrong(find_piece(list, -1), "empty item in the list of --%s", list->key) : 0;
}

/* Whether anything depends on who is trusted, beside namespaces. */
static bool is_trust_used(const struct options *options, const struct policy *policy)
{
	return options->records ? options->untrusted : policy->profile == PROFILE_BASELINE;
}

static const char *trust_used(const struct options *options)
{
	return options->records ? "with --untrusted only: all is recorded"
				: "under the profile baseline only";
}

/*
 * Whether the cgroup number @i is one of a settings file that is not there, as at boot, when no
 * service is: which is said. One that systemd makes is trusted by its name then, among @names.
 */
static bool is_later(const struct options *options, size_t i, char ***names, size_t *count)
{
	const char *path = options->cgroups[i], *where = options_where(options, "cgroup", i);
	char *unit;

	if (!where || !cgroup_may_come(path))
		return false;
	for (size_t before = 0; before < i; before++)
		if (!strcmp(options->cgroups[before], path))
			return true; /* told already */
	unit = unit_at(path);
	if (unit && options_add(names, count, unit)) {
		free(unit);
		return false;
	}
	msg_warning("'%s': cgroup '%.200s' is not there yet: %s%s%s", where, path,
		    unit ? "who is in it is trusted by its name, as with 'unit = "
			 : "nobody is trusted by it until this is run again",
		    unit ? unit : "", unit ? "'" : "");
	return true;
}

/* The trusted cgroups, and in @names units in the place of some: 0 or an exit status. */
static int find_cgroups(const struct options *options, struct policy *policy,
			struct cgroups *cgroups, char ***names, size_t *count)
{
	const char *bad = "", *where = NULL;
	char **there = NULL;
	size_t found = 0;
	int err = 0;

	if (options->cgroups && !is_trust_used(options, policy)) {
		return wrong(options_where(options, "cgroup", 0), "--cgroup has meaning %s",
			     trust_used(options));
	}
	for (size_t i = 0; !err && i < options->cgroup_count; i++)
		if (!is_later(options, i, names, count))
			err = options_add(&there, &found, options->cgroups[i]);
	if (!err)
		err = cgroup_find(cgroups, there, found, &bad);
	free(there);
	for (size_t i = 0; err && i < options->cgroup_count; i++)
		if (options->cgroups[i] == bad)
			where = options_where(options, "cgroup", i);
	if (!err)
		cgroup_into_policy(cgroups, policy);
	else if (err == -EOPNOTSUPP || err == -ENOTTY)
		wrong(where,
		      "cannot trust '%.200s': it is %s; --cgroup wants a directory of cgroup2", bad,
		      err == -ENOTTY ? "no cgroup" : "a cgroup of version 1");
	else if (err == -ELOOP)
		wrong(where,
		      "cannot trust '%.200s': every process is below the root of cgroup2, and "
		      "nothing would be denied; use --profile=allow for that",
		      bad);
	else
		wrong(where, "cannot trust '%.200s': %s%s", bad, strerror(-err),
		      err == -ENOENT ? "; --cgroup wants the whole path, as "
				       "/sys/fs/cgroup/machine.slice"
				     : "");
	return err ? EX_USAGE : 0;
}

/* The trusted units, with the @count at @names: 0 or an exit status. */
static int find_units(const struct options *options, struct policy *policy, struct units *units,
		      char **names, size_t count)
{
	int err;

	if (options->units && !is_trust_used(options, policy)) {
		return wrong(options_where(options, "unit", 0), "--unit has meaning %s",
			     trust_used(options));
	}
	err = unit_find(units, names, count);
	if (!err)
		unit_into_policy(units, policy);
	else if (err == -E2BIG)
		wrong(options_where(options, "unit", UNITS_MAX),
		      "cannot trust more than %d units; --unit takes a slice with all that is "
		      "in it, too",
		      UNITS_MAX);
	else
		msg_error("cannot trust a unit: %s", strerror(-err));
	return err == -E2BIG ? EX_USAGE : err ? EX_OSERR : 0;
}

/* Who is trusted beside namespaces: 0 or an exit status. */
static int find_trusted(const struct options *options, struct policy *policy,
			struct trusted *trusted)
{
	char **names = NULL;
	size_t count = 0, given = options->unit_count;
	int err = 0, status;

	for (size_t i = 0; !err && i < given; i++)
		err = options_add(&names, &count, options->units[i]);
	if (err) {
		msg_error("cannot trust a unit: %s", strerror(-err));
		status = EX_OSERR;
	} else {
		status = find_cgroups(options, policy, &trusted->cgroups, &names, &count);
	}
	if (!status)
		status = find_units(options, policy, &trusted->units, names, count);
	while (count > given)
		free(names[--count]);
	free(names);
	/* Cgroups that are not there yet are no mistake. */
	if (!status && is_trust_used(options, policy) && !policy->namespaces && !options->cgroups &&
	    !options->units && !options->group_count) {
		status = wrong(
			options_where(options, "namespaces", 0),
			"with --namespaces=none nobody is trusted: give --unit or --cgroup, or %s",
			options->records ? "leave out --untrusted" : "use --profile=restricted");
	}
	return status;
}

int policy_from(const struct options *options, const struct operations *ops,
		const struct operation_words *words, struct policy *policy, struct trusted *trusted)
{
	struct list allow = { options, ops, words, "allow", options->allow };
	struct list block = { options, ops, words, "block", options->block };
	int status;

	policy->profile = options->profile;
	policy->namespaces =
		options->namespaces ? options->namespaces & ~KINDS_NONE : NAMESPACE_PID;
	policy->audit = options->audit;
	policy->origin = options->origin;
	policy->groups = (__u32)options->group_count;
	memcpy(policy->group, options->groups, sizeof(policy->group));
	if (policy->groups && policy->profile != PROFILE_BASELINE) {
		return wrong(options_where(options, "group", 0),
			     "--group has meaning under the profile baseline only");
	}
	if (options->records)
		policy->records = RECORDS_EXECUTED | (options->arguments ? RECORDS_ARGUMENTS : 0) |
				  (options->untrusted ? RECORDS_UNTRUSTED : 0);
	if (options->allow && policy->profile == PROFILE_ALLOW) {
		return wrong(options_where(options, "allow", 0),
			     "--allow has no meaning under the profile allow: all is allowed");
	}
	if (options->block && policy->profile == PROFILE_RESTRICTED) {
		return wrong(options_where(options, "block", 0),
			     "--block has no meaning under the profile restricted: all is denied "
			     "that --allow does not list");
	}
	status = parse_list(&allow, &policy->allow);
	if (!status)
		status = parse_list(&block, &policy->block);
	if (status)
		return status;
	for (__u32 op = 0; op < OPERATIONS_MAX; op++) {
		if (operation_set_has(&policy->allow, op) &&
		    operation_set_has(&policy->block, op)) {
			return wrong(find_piece(&block, (int)op), "operation '%s' is on both lists",
				     ops->list[op].name);
		}
	}
	return find_trusted(options, policy, trusted);
}
