// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "abi/decision.h"
#include "abi/digest.h"
#include "kernel/split.h"
#include "list.h"
#include "listed.h"
#include "words/msg.h"
#include "words/operations.h"

/* Names with commas, as many as fit, for a message. */
struct said {
	char text[400];
	size_t count;
};

static void say_missing(const struct list_word *word, void *data)
{
	struct said *said = data;
	size_t length = strlen(said->text);

	if (length + strlen(word->word) + 8 < sizeof(said->text))
		sprintf(said->text + length, "%s%s", length ? ", " : "", word->word);
	else if (length && said->text[length - 1] != '.')
		strcpy(said->text + length, ", ...");
	said->count++;
}

/* What is on the list but not as it looks. */
static void warn_of_list(const struct tree *tree, bool there, const struct said *missing)
{
	struct split commands = split_list(tree->commands);

	if (!there)
		msg_warning(
			"the modules of this kernel are not in /lib/modules: a name on the list "
			"stands for itself alone, not for what it needs or is called besides");
	else if (missing->count)
		msg_warning("%zu of the list %s neither a module nor an alias of this kernel: %s",
			    missing->count, missing->count == 1 ? "is" : "are", missing->text);
	while (split_next(&commands)) {
		char name[KMODLOCK_NAME_MAX];
		const struct tree_module *module;

		snprintf(name, sizeof(name), "%.*s", (int)commands.length, commands.item);
		module = tree_find(tree, name);
		if (module && module->wanted)
			msg_warning("for '%s' modprobe.d has a command: what else that loads is to "
				    "be listed, too",
				    name);
	}
}

/* The list has meaning: 0 or an exit status. Without one nothing is said of what is unlisted. */
static int check_list(const struct options *options, struct policy *policy)
{
	bool listed = options->modules || options->modules_files;
	const char *where = options_where(options, "modules", 0);

	if (!where)
		where = options_where(options, "modules-file", 0);
	if (listed && policy->profile == PROFILE_RESTRICTED) {
		msg_error(
			"%s%s%s--modules has no meaning under the profile restricted: all is denied "
			"that --allow does not list",
			where ? "cannot use '" : "", where ? where : "", where ? "': " : "");
		return EX_USAGE;
	}
	if (listed || !(operation_set_has(&policy->allow, KMODLOCK_UNLISTED) ||
			operation_set_has(&policy->block, KMODLOCK_UNLISTED)))
		return 0;
	/* With all others it is meant by "all". */
	for (__u32 op = KMODLOCK_LOAD; op < KMODLOCK_MODULE_ORIGIN; op++)
		if (!operation_set_has(&policy->allow, op) &&
		    !operation_set_has(&policy->block, op)) {
			msg_error("'unlisted_module' has a meaning with --modules or "
				  "--modules-file only");
			return EX_USAGE;
		}
	policy->allow.bits[0] &= ~(1ULL << KMODLOCK_UNLISTED);
	policy->block.bits[0] &= ~(1ULL << KMODLOCK_UNLISTED);
	return 0;
}

/* The list could not be had: an exit status after having said why. */
static int explain(const struct list *list, int err)
{
	const char *why = err == -EINVAL ? list->why : strerror(-err);

	if (*list->where && err != -ENOMEM)
		msg_error("cannot use '%s'%s%s%s: %s", list->where, list->named ? ", which '" : "",
			  list->named ? list->named : "", list->named ? "' names" : "", why);
	else
		msg_error("%s%s", err == -EINVAL ? "" : "cannot make the list of modules: ", why);
	return err == -ENOMEM ? EX_OSERR : EX_USAGE;
}

/* Makes the keys of @to of what @list names: 0 or a negative errno. */
static int make_keys(const struct list *list, struct trusted *to)
{
	struct said missing = { .text = "" };
	struct tree tree;
	bool there = !tree_read(&tree);
	int err = list_keys(list, &tree, to, say_missing, &missing);

	if (!err)
		warn_of_list(&tree, there, &missing);
	tree_free(&tree);
	return err;
}

int listed(const struct options *options, struct policy *policy, struct trusted *to, void *own)
{
	int status = check_list(options, policy), err;
	struct list list;

	(void)own;
	if (status || (!options->modules && !options->modules_files))
		return status;
	err = list_read(&list, options);
	if (!err)
		err = make_keys(&list, to);
	if (err)
		status = explain(&list, err);
	policy->names = (__u32)list.count;
	list_free(&list);
	if (status)
		return status;
	policy->names_sum = digest(to->names.list, to->names.count * to->names.size) ^
			    digest(to->beginnings.list, to->beginnings.count * to->beginnings.size);
	if (!operation_set_has(&policy->allow, KMODLOCK_UNLISTED))
		operation_set_add(&policy->block, KMODLOCK_UNLISTED);
	return 0;
}
