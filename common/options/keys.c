// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/unit.h"
#include "options/keys.h"
#include "words/kinds.h"
#include "words/near.h"
#include "words/profile.h"

#define WRONG(value, ...) (snprintf((value)->why, sizeof((value)->why), __VA_ARGS__), -EINVAL)

static int set_profile(struct value *value, const char *word)
{
	enum policy_profile profile = profile_find(word);

	if (!profile) {
		struct near near = { word };
		char room[NEAR_MAX];

		near_try_list(&near, PROFILE_WORDS, room);
		return WRONG(value, "unknown profile '%.64s': it is one of " PROFILE_WORDS "%s%s",
			     word, NEAR_MEANT(near));
	}
	if (!value->where && value->options->profile && value->options->profile != profile)
		return WRONG(value, "more than one profile given");
	value->options->profile = profile;
	return 0;
}

static int note(const struct value *value, size_t end)
{
	return value->where ? options_note(value->options, value->key, end, value->where) : 0;
}

/* Lists add up. */
static int set_list(const struct value *value, char **list, const char *word)
{
	int err;

	if (*word || !value->where) {
		err = options_append(list, word);
		return err ? err : note(value, strlen(*list));
	}
	free(*list);
	*list = NULL;
	return note(value, 0);
}

static int set_allow(struct value *value, const char *word)
{
	return set_list(value, &value->options->allow, word);
}

static int set_block(struct value *value, const char *word)
{
	return set_list(value, &value->options->block, word);
}

static int set_namespaces(struct value *value, const char *word)
{
	uint32_t *kinds = &value->options->namespaces;
	char bad[64];

	if (value->where)
		*kinds = 0;
	if (value->where && !*word)
		return 0;
	if (kinds_parse(word, kinds, bad, sizeof(bad))) {
		struct near near = { bad };
		char room[NEAR_MAX];

		near_try_list(&near, KINDS_WORDS ",none", room);
		return WRONG(value,
			     "%s namespace kind '%s': known are " KINDS_WORDS ", or none%s%s",
			     *bad ? "unknown" : "empty", bad, NEAR_MEANT(near));
	}
	if (*kinds & KINDS_NONE && *kinds != KINDS_NONE)
		return WRONG(value, "'none' is no namespace kind among others: give it alone");
	return note(value, 0) ? -ENOMEM : note(value, 1);
}

/* Adds @word to the @count at @list; in a file an empty one forgets what was there. */
static int add_word(const struct value *value, char ***list, size_t *count, const char *word)
{
	char *kept;
	int err;

	if (!value->where)
		return options_add(list, count, (char *)word);
	if (!*word) {
		options_forget(list, count);
		return note(value, 0);
	}
	kept = strdup(word);
	err = kept ? options_add(list, count, kept) : -ENOMEM;
	if (err)
		free(kept);
	return err ? err : note(value, *count);
}

/* The same of a path: what a relative one in a file is relative to nobody knows. */
static int add_path(struct value *value, char ***list, size_t *count, const char *word)
{
	if (value->where && *word && *word != '/')
		return WRONG(value, "'%.64s' is not an absolute path", word);
	return add_word(value, list, count, word);
}

static int set_cgroup(struct value *value, const char *word)
{
	struct options *options = value->options;

	return add_path(value, &options->cgroups, &options->cgroup_count, word);
}

static int set_unit(struct value *value, const char *word)
{
	struct options *options = value->options;
	const char *wrong = value->where && !*word ? NULL : unit_wrong(word);

	if (wrong)
		return WRONG(value, "cannot trust unit '%.64s': %s", word, wrong);
	return add_word(value, &options->units, &options->unit_count, word);
}

/* On the command line the one that asks for most counts. */
static int set_origin_to(struct value *value, enum policy_origin origin)
{
	if (value->where || value->options->origin < origin)
		value->options->origin = origin;
	return 0;
}

static int set_origin(struct value *value, const char *word)
{
	static const char *const words[] = { "", "rootfs", "ro", "ro-dev" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (!strcmp(words[i], word))
			return set_origin_to(value, (enum policy_origin)i);
	return WRONG(value, "unknown origin '%.64s': it is one of rootfs, ro, ro-dev", word);
}

/* The environment of a container has its own words. */
static int set_bool(struct value *value, bool *flag, const char *word)
{
	static const char *const words[] = { "no", "yes", "false", "true", "0", "1" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (!strcmp(words[i], word)) {
			*flag = i % 2;
			return 0;
		}
	return WRONG(value, "%s is yes or no, not '%.64s'", value->key, word);
}

static int set_origin_if(struct value *value, enum policy_origin origin, const char *word)
{
	bool wanted;
	int err = set_bool(value, &wanted, word);

	return err || !wanted ? err : set_origin_to(value, origin);
}

static int set_rootfs(struct value *value, const char *word)
{
	return set_origin_if(value, ORIGIN_ROOTFS, word);
}

static int set_ro(struct value *value, const char *word)
{
	return set_origin_if(value, ORIGIN_RO, word);
}

static int set_ro_dev(struct value *value, const char *word)
{
	return set_origin_if(value, ORIGIN_RO_DEV, word);
}

static int set_audit(struct value *value, const char *word)
{
	return set_bool(value, &value->options->audit, word);
}

static int set_best_effort(struct value *value, const char *word)
{
	return set_bool(value, &value->options->best_effort, word);
}

static int set_modules(struct value *value, const char *word)
{
	return set_list(value, &value->options->modules, word);
}

static int set_modules_file(struct value *value, const char *word)
{
	struct options *options = value->options;

	return add_path(value, &options->modules_files, &options->modules_file_count, word);
}

static int set_path(struct value *value, const char *word)
{
	struct options *options = value->options;

	return add_path(value, &options->paths, &options->path_count, word);
}

static int set_learn(struct value *value, const char *word)
{
	return set_bool(value, &value->options->learn, word);
}

/* A number, since names are looked up by code that is not here. */
static int set_group(struct value *value, const char *word)
{
	struct options *options = value->options;
	char *end;
	unsigned long gid;

	if (value->where && !*word) {
		options->group_count = 0;
		return note(value, 0);
	}
	errno = 0;
	gid = strtoul(word, &end, 10);
	if (*word < '0' || *word > '9' || *end || errno || gid >= UINT32_MAX)
		return WRONG(value, "'%.64s' is not the number of a group", word);
	if (options->group_count == POLICY_GROUPS_MAX)
		return WRONG(value, "more than %d groups given", POLICY_GROUPS_MAX);
	options->groups[options->group_count++] = (uint32_t)gid;
	return note(value, options->group_count);
}

static int set_arguments(struct value *value, const char *word)
{
	return set_bool(value, &value->options->arguments, word);
}

static int set_untrusted(struct value *value, const char *word)
{
	return set_bool(value, &value->options->untrusted, word);
}

static int set_fail_closed(struct value *value, const char *word)
{
	return set_bool(value, &value->options->fail_closed, word);
}

#define BOTH .in_file = true, .on_command_line = true

const struct key keys[] = {
	{ "profile", 'p', "PROFILE", BOTH, .set = set_profile,
	  .help = "allow (none, privileged), baseline (restrict) or restricted (deny)" },
	{ "allow", 'a', "LIST", BOTH, .set = set_allow,
	  .help = "under baseline and restricted, allow these operations to everybody" },
	{ "block", 'b', "LIST", BOTH, .set = set_block,
	  .help = "deny these operations to everybody" },
	{ "namespaces", 'n', "KINDS", KEYS_ANY, BOTH, .set = set_namespaces,
	  .help = "trust who is in the initial namespace of all these kinds: " KINDS_WORDS
		  " (default: pid), or of none" },
	{ "cgroup", 'c', "CGROUP", KEYS_ANY, BOTH, .set = set_cgroup,
	  .help = "also trust every process in the cgroup (v2) at this path and below; can be "
		  "repeated" },
	{ "unit", 'u', "UNIT", KEYS_ANY, BOTH, .set = set_unit,
	  .help = "also trust every process of this systemd unit, a service, scope or slice, "
		  "started or not; can be repeated" },
	{ "group", 262, "GID", KEYS_GROUPS, BOTH, .set = set_group,
	  .help = "also trust the members of the group with this number; can be repeated" },
	{ "audit", 256, NULL, BOTH, .set = set_audit, .help = "decide and record, deny nothing" },
	{ "best-effort", 257, NULL, BOTH, .set = set_best_effort,
	  .help = "attach even where the kernel can be made to skip the program" },
	{ "modules", 265, "LIST", KEYS_MODULES, BOTH, .set = set_modules,
	  .help = "only these modules, or what they are asked for as, for anybody" },
	{ "modules-file", 266, "FILE", KEYS_MODULES, BOTH, .set = set_modules_file,
	  .help = "the same from a file, one a line; can be repeated" },
	{ "learn", 267, NULL, KEYS_MODULES, BOTH, .set = set_learn,
	  .help = "keep what is asked for and loaded, for --suggest" },
	{ "path", 268, "DIR", KEYS_FOLDERS, BOTH, .set = set_path,
	  .help = "also keep what others pinned in this folder and below; can be repeated" },
	{ "origin", 258, "ORIGIN", KEYS_ORIGINS, .in_file = true, .set = set_origin },
	{ "rootfs", 259, NULL, KEYS_ORIGINS, .on_command_line = true, .set = set_rootfs,
	  .help = "only from the root filesystem" },
	{ "ro", 260, NULL, KEYS_ORIGINS, .on_command_line = true, .set = set_ro,
	  .help = "and only while it is mounted read-only" },
	{ "ro-dev", 261, NULL, KEYS_ORIGINS, .on_command_line = true, .set = set_ro_dev,
	  .help = "and only while its block device is read-only (dm-verity)" },
	{ "arguments", 263, NULL, KEYS_RECORDS, BOTH, .set = set_arguments,
	  .help = "also record the arguments, which may be secrets: the first 256 bytes" },
	{ "untrusted", 264, NULL, KEYS_RECORDS, BOTH, .set = set_untrusted,
	  .help = "record only processes that are not trusted" },
	{ "fail-closed", 290, NULL, KEYS_ANY, .in_file = true, .set = set_fail_closed },
	{ 0 },
};

bool keys_has(const struct key *key, unsigned kinds)
{
	return key->kind ? key->kind == KEYS_ANY || key->kind & kinds : !(kinds & KEYS_RECORDS);
}

char *keys_names(unsigned kinds)
{
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);
	const char *between = "";

	for (const struct key *key = keys; stream && key->name; key++) {
		if (!key->in_file || !keys_has(key, kinds))
			continue;
		fprintf(stream, "%s%s", between, key->name);
		between = ", ";
	}
	if (stream)
		fclose(stream);
	return text;
}
