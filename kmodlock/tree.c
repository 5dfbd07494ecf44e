// SPDX-License-Identifier: GPL-2.0-only
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "tree.h"

/* Far above any tree's, which is 2 MiB at most. */
#define TEXT_MAX (64U << 20)

#define BLANKS " \t\n"

void tree_normalize(char *name)
{
	for (; *name; name++)
		if (*name == '-')
			*name = '_';
}

/* All of @folder/@name, zeros and all, which the tree keeps; NULL: it can't be read. */
static char *read_text(struct tree *tree, const char *folder, const char *name, size_t *size)
{
	char path[512], **more, *text = NULL;
	struct stat st;
	ssize_t got = 0;
	int fd;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd >= 0 && !fstat(fd, &st) && S_ISREG(st.st_mode) && st.st_size <= TEXT_MAX)
		text = malloc((size_t)st.st_size + 1);
	*size = 0;
	while (text && *size < (size_t)st.st_size &&
	       (got = read(fd, text + *size, (size_t)st.st_size - *size)) > 0)
		*size += (size_t)got;
	if (fd >= 0)
		close(fd);
	more = text ? reallocarray(tree->texts, tree->text_count + 1, sizeof(*more)) : NULL;
	if (!more || got < 0) {
		free(text);
		return NULL;
	}
	tree->texts = more;
	tree->texts[tree->text_count++] = text;
	text[*size] = '\0';
	return text;
}

static void *grow(void **list, size_t count, size_t size)
{
	/* At each power of two. */
	if (!(count & (count - 1))) {
		void *more = reallocarray(*list, count ? count * 2 : 1, size);

		if (!more)
			return NULL;
		*list = more;
	}
	return (char *)*list + count * size;
}

/* The name of the module whose file is at @path, which is changed: up to its first dot. */
static char *name_of(char *path)
{
	char *name = strrchr(path, '/');

	name = name ? name + 1 : path;
	name[strcspn(name, ".")] = '\0';
	tree_normalize(name);
	return name;
}

static int add_module(struct tree *tree, char *path, char *needs, bool builtin)
{
	struct tree_module *module =
		grow((void **)&tree->modules, tree->module_count, sizeof(*module));

	if (!module)
		return -ENOMEM;
	*module = (struct tree_module){ name_of(path), needs, builtin, false };
	tree->module_count++;
	return 0;
}

static int add_alias(struct tree *tree, char *name, char *to, bool soft)
{
	struct tree_alias *alias = grow((void **)&tree->aliases, tree->alias_count, sizeof(*alias));

	if (!alias)
		return -ENOMEM;
	/* Of hardware, whose ranges have '-'. */
	if (!strchr(name, '['))
		tree_normalize(name);
	if (!soft)
		tree_normalize(to);
	*alias = (struct tree_alias){ name, to, soft };
	tree->alias_count++;
	return 0;
}

/* A line each: "PATH: PATH...", and of what is in the kernel "PATH". */
static int read_modules(struct tree *tree, const char *folder, const char *name, bool builtin)
{
	size_t size;
	char *text = read_text(tree, folder, name, &size), *line;
	int err = 0;

	if (!text)
		return builtin ? 0 : -ENOENT;
	while (!err && (line = strsep(&text, "\n"))) {
		char *path = strsep(&line, ":");

		if (*path)
			err = add_module(tree, path, builtin ? NULL : line, builtin);
	}
	return err;
}

/* modprobe runs a command in the place of loading it: what that loads is not known. */
static int add_command(struct tree *tree, const char *name)
{
	char *joined;

	if (asprintf(&joined, "%s%s%s", tree->commands ? tree->commands : "",
		     tree->commands ? "," : "", name) < 0)
		return -ENOMEM;
	free(tree->commands);
	tree->commands = joined;
	return 0;
}

/* modules.alias, modules.softdep and the files of modprobe.d have lines alike: modprobe.d(5). */
static int read_lines(struct tree *tree, const char *folder, const char *file)
{
	size_t size;
	char *text = read_text(tree, folder, file, &size), *line, *joined = text;
	int err = 0;

	while (joined && (joined = strstr(joined, "\\\n")))
		memset(joined, ' ', 2);
	while (!err && (line = strsep(&text, "\n"))) {
		char *rest = line + strspn(line, BLANKS), *word = strsep(&rest, BLANKS), *name;

		if (*word == '#' || !rest)
			continue;
		rest += strspn(rest, BLANKS);
		name = strsep(&rest, BLANKS);
		if (!strcmp(word, "install")) {
			tree_normalize(name);
			err = add_command(tree, name);
		}
		if (!rest)
			continue;
		rest += strspn(rest, BLANKS);
		if (!strcmp(word, "alias"))
			err = add_alias(tree, name, strsep(&rest, BLANKS), false);
		else if (!strcmp(word, "softdep"))
			err = add_alias(tree, name, rest, true);
	}
	return err;
}

/* What is in the kernel has its other names in strings, MODULE.alias=NAME, with a zero each. */
static int read_builtin_aliases(struct tree *tree, const char *folder)
{
	size_t size;
	char *text = read_text(tree, folder, "modules.builtin.modinfo", &size);
	char *next, *end = text ? text + size : NULL;
	int err = 0;

	for (; text < end && !err; text = next) {
		char *key = strchr(text, '.');

		next = text + strlen(text) + 1;
		if (!key || strncmp(key, ".alias=", 7))
			continue;
		*key = '\0';
		err = add_alias(tree, key + 7, text, false);
	}
	return err;
}

static int is_conf(const struct dirent *entry)
{
	size_t length = strlen(entry->d_name);

	return length > 5 && !strcmp(entry->d_name + length - 5, ".conf");
}

/* A name that an earlier folder has hides that of a later. */
static int read_configuration(struct tree *tree, const char *root)
{
	static const char *const folders[] = { "etc", "run", "usr/local/lib", "usr/lib", "lib" };
	char folder[256], first[512];
	int err = 0;

	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]) && !err; i++) {
		struct dirent **list;
		int count;

		snprintf(folder, sizeof(folder), "%s/%s/modprobe.d", root, folders[i]);
		count = scandir(folder, &list, is_conf, alphasort);
		for (int j = 0; j < count; j++) {
			bool hidden = false;

			for (size_t k = 0; k < i && !hidden; k++) {
				snprintf(first, sizeof(first), "%s/%s/modprobe.d/%.200s", root,
					 folders[k], list[j]->d_name);
				hidden = !access(first, F_OK);
			}
			if (!hidden && !err)
				err = read_lines(tree, folder, list[j]->d_name);
			free(list[j]);
		}
		if (count >= 0)
			free(list);
	}
	return err;
}

static int by_module(const void *a, const void *b)
{
	return strcmp(((const struct tree_module *)a)->name, ((const struct tree_module *)b)->name);
}

static int by_alias(const void *a, const void *b)
{
	return strcmp(((const struct tree_alias *)a)->name, ((const struct tree_alias *)b)->name);
}

/* Hardware's, nearly all that there are, begin with a word and ':', which nothing else has. */
static int find_patterns(struct tree *tree)
{
	for (size_t i = 0; i < tree->alias_count; i++) {
		struct tree_alias **pattern;

		if (!strpbrk(tree->aliases[i].name, "*?[") || strchr(tree->aliases[i].name, ':'))
			continue;
		pattern = grow((void **)&tree->patterns, tree->pattern_count, sizeof(*pattern));
		if (!pattern)
			return -ENOMEM;
		*pattern = &tree->aliases[i];
		tree->pattern_count++;
	}
	return 0;
}

int tree_read(struct tree *tree)
{
	/* The host's, also from a container: it is the host's modprobe that the kernel starts. */
	const char *root = "/proc/1/root";
	char folder[256];
	struct utsname u;
	int err;

	*tree = (struct tree){ 0 };
	if (uname(&u))
		return -errno;
	snprintf(folder, sizeof(folder), "%s/lib/modules/%s", root, u.release);
	if (access(folder, R_OK)) {
		root = "";
		snprintf(folder, sizeof(folder), "/lib/modules/%s", u.release);
	}
	err = read_modules(tree, folder, "modules.dep", false);
	if (!err)
		err = read_modules(tree, folder, "modules.builtin", true);
	if (!err)
		err = read_lines(tree, folder, "modules.alias");
	if (!err)
		err = read_lines(tree, folder, "modules.softdep");
	if (!err)
		err = read_builtin_aliases(tree, folder);
	if (!err)
		err = read_configuration(tree, root);
	qsort(tree->modules, tree->module_count, sizeof(*tree->modules), by_module);
	qsort(tree->aliases, tree->alias_count, sizeof(*tree->aliases), by_alias);
	return err ? err : find_patterns(tree);
}

void tree_free(struct tree *tree)
{
	for (size_t i = 0; i < tree->text_count; i++)
		free(tree->texts[i]);
	free(tree->texts);
	free(tree->modules);
	free(tree->aliases);
	free(tree->patterns);
	free(tree->commands);
}
