// SPDX-License-Identifier: GPL-2.0-only
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "namespace.h"

struct setting {
	struct options *options;
	char *value; /* trimmed */
	char *why;
	size_t size;
};

#define WRONG(s, ...) (snprintf((s)->why, (s)->size, __VA_ARGS__), -EINVAL)

static int set_profile(const struct setting *s)
{
	s->options->profile = options_profile(s->value);
	if (s->options->profile)
		return 0;
	return WRONG(s, "unknown profile '%.64s': it is one of " OPTIONS_PROFILES, s->value);
}

/* Lists add up; an empty value forgets what was there. */
static int set_list(const struct setting *s, char **list)
{
	if (*s->value)
		return options_append(list, s->value);
	free(*list);
	*list = NULL;
	return 0;
}

static int set_allow(const struct setting *s)
{
	return set_list(s, &s->options->allow);
}

static int set_block(const struct setting *s)
{
	return set_list(s, &s->options->block);
}

static int set_namespaces(const struct setting *s)
{
	char bad[64];

	s->options->namespaces = 0;
	if (!*s->value || !namespace_parse(s->value, &s->options->namespaces, bad, sizeof(bad)))
		return 0;
	return WRONG(s, "%s namespace kind '%s': known are " NAMESPACE_KINDS,
		     *bad ? "unknown" : "empty", bad);
}

static int set_cgroup(const struct setting *s)
{
	char *path;
	int err;

	if (!*s->value) {
		free(s->options->cgroups);
		s->options->cgroups = NULL;
		s->options->cgroup_count = 0;
		return 0;
	}
	if (*s->value != '/')
		return WRONG(s, "'%.64s' is not an absolute path", s->value);
	path = strdup(s->value);
	err = path ? options_add_cgroup(s->options, path) : -ENOMEM;
	if (err)
		free(path);
	return err;
}

static int set_origin(const struct setting *s)
{
	static const char *const words[] = { "", "rootfs", "ro", "ro-dev" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strcmp(words[i], s->value))
			continue;
		s->options->origin = (enum policy_origin)i;
		return 0;
	}
	return WRONG(s, "unknown origin '%.64s': it is one of rootfs, ro, ro-dev", s->value);
}

static int set_bool(const struct setting *s, bool *flag)
{
	if (!strcmp(s->value, "yes"))
		*flag = true;
	else if (!strcmp(s->value, "no"))
		*flag = false;
	else
		return WRONG(s, "'%.64s' is neither yes nor no", s->value);
	return 0;
}

static int set_audit(const struct setting *s)
{
	return set_bool(s, &s->options->audit);
}

static int set_best_effort(const struct setting *s)
{
	return set_bool(s, &s->options->best_effort);
}

/* The keys are the long options. */
static const struct {
	const char *key;
	int (*set)(const struct setting *setting);
} keys[] = {
	{ "profile", set_profile },	    { "allow", set_allow },   { "block", set_block },
	{ "namespaces", set_namespaces },   { "cgroup", set_cgroup }, { "audit", set_audit },
	{ "best-effort", set_best_effort }, { "origin", set_origin }, /* the last: not every program
									 has it */
};

#define KEYS (sizeof(keys) / sizeof(keys[0]))

static char *trim(char *text)
{
	char *end;

	while (isspace((unsigned char)*text))
		text++;
	end = text + strlen(text);
	while (end > text && isspace((unsigned char)end[-1]))
		end--;
	*end = '\0';
	return text;
}

static int parse_line(struct setting *s, char *line, bool origins)
{
	char *equals, *key;

	line = trim(line);
	if (!*line || *line == '#' || *line == ';')
		return 0;
	equals = strchr(line, '=');
	if (!equals)
		return WRONG(s, "'%.64s' is not KEY = VALUE", line);
	*equals = '\0';
	key = trim(line);
	s->value = trim(equals + 1);
	for (size_t i = 0; i < KEYS - !origins; i++)
		if (!strcmp(keys[i].key, key))
			return keys[i].set(s);
	return WRONG(s,
		     "unknown key '%.64s': known are profile, allow, block, namespaces, cgroup, "
		     "audit, best-effort%s",
		     key, origins ? ", origin" : "");
}

int config_parse(struct options *options, char *text, size_t size, bool origins, unsigned *line,
		 char *why, size_t why_size)
{
	struct setting setting = { options, NULL, why, why_size };
	char *end = text + size;
	int err = 0;

	for (*line = 1; text < end && !err; ++*line) {
		char *next = memchr(text, '\n', (size_t)(end - text));
		size_t length = (size_t)((next ? next : end) - text);
		char *copy = strndup(text, length);

		if (!copy)
			return -ENOMEM;
		if (memchr(text, '\0', length))
			err = WRONG(&setting, "a byte of the line is 0");
		else
			err = parse_line(&setting, copy, origins);
		free(copy);
		text += length + 1;
	}
	--*line;
	return err;
}
