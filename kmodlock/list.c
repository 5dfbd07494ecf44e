// SPDX-License-Identifier: GPL-2.0-only
/* What is written as a list of modules. */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kernel/split.h"
#include "list.h"
#include "options/files.h"

#define FILE_MAX (1024 * 1024)

#define WRONG(list, ...) (snprintf((list)->why, sizeof((list)->why), __VA_ARGS__), -EINVAL)

/*
 * Beginnings of what the kernel asks for where what follows is one of the kernel's own, or names a
 * kind of code that the modules of this machine have or have not. Everywhere else who asks chooses
 * what is asked for: "netdev-NAME", and NAME alone, of a network interface.
 */
static const char *const families[] = {
	"algif-",
	"arpt_",
	"binfmt-",
	"block-major-",
	"bt-proto-",
	"can-proto-",
	"char-major-",
	"crypto-",
	"ebt_",
	"fs-",
	"ip6t_",
	"ipt_",
	"net-act-",
	"net-cls-",
	"net-pf-",
	"net-sch-",
	"nf-logger-",
	"nfct-helper-",
	"nfnetlink-subsys-",
	"nft-chain-",
	"nft-expr-",
	"nfs-layouttype4-",
	"rpc-auth-",
	"rtnl-af-",
	"rtnl-link-",
	"snd-card-",
	"sound-slot-",
	"tty-ldisc-",
	"xt_",
};

#define FAMILIES (sizeof(families) / sizeof(families[0]))

/* Whether @word begins as @family, '-' and '_' being one. */
static bool is_of(const char *word, const char *family)
{
	for (; *family; word++, family++)
		if (*word != *family && !(*word == '_' && *family == '-') &&
		    !(*word == '-' && *family == '_'))
			return false;
	return true;
}

static bool wrong_pattern(const char *word, char *why, size_t size)
{
	char *text;
	size_t length;
	FILE *stream;

	for (size_t i = 0; i < FAMILIES; i++)
		if (is_of(word, families[i]))
			return false;
	stream = open_memstream(&text, &length);
	for (size_t i = 0; stream && i < FAMILIES; i++)
		fprintf(stream, "%s%s*", i ? ", " : "", families[i]);
	if (stream)
		fclose(stream);
	snprintf(why, size,
		 "'%.64s' would let whoever asks choose the name of the module; name each, or with "
		 "'*' only what begins as one of %s",
		 word, stream ? text : "");
	if (stream)
		free(text);
	return true;
}

/* What is wrong with @word as a name on the list goes to @why; false: nothing. */
static bool is_wrong(const char *word, char *why, size_t size)
{
	size_t length = strlen(word);
	const char *star = strchr(word, '*'), *dot = strstr(word, ".ko");

	*why = '\0';
	if (!length)
		snprintf(why, size, "empty item in the list of modules");
	else if (dot || strchr(word, '/'))
		snprintf(why, size, "'%.64s' is a file; name the module, which has no .ko", word);
	else if (length >= KMODLOCK_NAME_MAX)
		snprintf(why, size,
			 "'%.64s' is too long: the kernel asks for %d characters at most", word,
			 KMODLOCK_NAME_MAX - 1);
	else if (star && (star[1] || star == word))
		snprintf(why, size, "'%.64s': '*' stands at the end, behind what names begin with",
			 word);
	else if (star)
		return wrong_pattern(word, why, size);
	for (size_t i = 0; i < length && !*why; i++)
		if (!isalnum((unsigned char)word[i]) && !strchr("-_(),.:+@*", word[i]))
			snprintf(why, size, "'%.64s' is no name of a module", word);
	return *why;
}

static int add_word(struct list *list, const char *word, size_t length, const char *where)
{
	struct list_word *more;
	char *copy = strndup(word, length);

	more = copy ? reallocarray(list->words, list->count + 1, sizeof(*more)) : NULL;
	if (!more) {
		free(copy);
		return -ENOMEM;
	}
	list->words = more;
	more += list->count++;
	more->word = copy;
	snprintf(more->where, sizeof(more->where), "%s", where ? where : "");
	snprintf(list->where, sizeof(list->where), "%s", more->where);
	if (is_wrong(copy, list->why, sizeof(list->why)))
		return -EINVAL;
	tree_normalize(copy);
	return list->count > LIST_WORDS_MAX
		       ? WRONG(list, "more than %d modules are listed", LIST_WORDS_MAX)
		       : 0;
}

static int read_option(struct list *list, const struct options *options)
{
	struct split items = split_list(options->modules);
	int err = options->modules && !*options->modules ? add_word(list, "", 0, NULL) : 0;

	while (!err && split_next(&items)) {
		size_t at = (size_t)(items.item - options->modules);

		split_trim(&items);
		err = add_word(list, items.item, items.length,
			       options_where(options, "modules", at));
	}
	return err;
}

/* One a line, which '#' after a blank or at its beginning ends. */
static int read_lines(struct list *list, const char *path, char *text)
{
	unsigned number = 0;
	char *line, where[96];
	int err = 0;

	while (!err && (line = strsep(&text, "\n"))) {
		size_t length;

		number++;
		line += strspn(line, " \t\r");
		length = strcspn(line, " \t\r#");
		if (!length)
			continue;
		snprintf(where, sizeof(where), "%.80s:%u", path, number);
		if (line[length] && line[length + strspn(line + length, " \t\r")] &&
		    line[length + strspn(line + length, " \t\r")] != '#') {
			snprintf(list->where, sizeof(list->where), "%s", where);
			return WRONG(list, "'%.64s': one name a line; '#' begins a remark", line);
		}
		err = add_word(list, line, length, where);
	}
	return err;
}

/* Opened as the settings files are: only root decides what is decided. */
static int read_file(struct list *list, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY), err = 0;
	char *text = NULL;
	ssize_t got = 0;
	struct stat st;
	size_t size = 0;

	snprintf(list->where, sizeof(list->where), "%s", path);
	if (fd < 0)
		return -errno;
	if (fstat(fd, &st))
		err = -errno;
	else if (!S_ISREG(st.st_mode))
		err = WRONG(list, "it is not a file");
	else if (st.st_size > FILE_MAX)
		err = WRONG(list, "it is larger than 1 MiB");
	else
		err = files_check_owner(fd, &st, list->why, sizeof(list->why));
	if (!err)
		text = malloc((size_t)st.st_size + 1);
	while (text && size < (size_t)st.st_size &&
	       (got = read(fd, text + size, (size_t)st.st_size - size)) > 0)
		size += (size_t)got;
	if (!err && (!text || got < 0))
		err = text ? -errno : -ENOMEM;
	close(fd);
	if (!err && memchr(text, '\0', size))
		err = WRONG(list, "it is no text: it has a zero");
	if (!err) {
		text[size] = '\0';
		err = read_lines(list, path, text);
	}
	free(text);
	return err;
}

int list_read(struct list *list, const struct options *options)
{
	size_t before;
	int err;

	*list = (struct list){ 0 };
	err = read_option(list, options);
	for (size_t i = 0; i < options->modules_file_count && !err; i++) {
		before = list->count;
		list->named = options_where(options, "modules-file", i);
		err = read_file(list, options->modules_files[i]);
		/* Nothing at all would be loaded, by mistake. */
		if (!err && list->count == before)
			err = WRONG(list, "it names no module; 'block = load,unload_module' denies "
					  "all");
	}
	return err;
}

void list_free(struct list *list)
{
	for (size_t i = 0; i < list->count; i++)
		free(list->words[i].word);
	free(list->words);
}
