// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <sysexits.h>

#include "kernel/clock.h"
#include "kernel/initial.h"
#include "kmodlock.h"
#include "pins/pin.h"
#include "records/records.h"
#include "suggest.h"
#include "tree.h"
#include "words/escape.h"
#include "words/msg.h"

/* Why a module is suggested; some have more than one reason. The first in this order decides. */
enum standing {
	SURE = 1, /* for who is trusted */
	DOUBTFUL, /* for somebody who is not, or may load none himself */
	NEUTRAL,  /* for whom is not known */
};

struct reason {
	char *module; /* empty: there is none */
	char *text;
	enum standing standing;
};

struct suggestion {
	struct tree tree;
	struct reason *reasons;
	size_t count;
	const char *text; /* of what is looked at just now */
	enum standing standing;
	bool failed; /* no memory */
};

static void add_reason(struct suggestion *s, const char *module, const char *text)
{
	struct reason *more = reallocarray(s->reasons, s->count + 1, sizeof(*more));

	if (more) {
		s->reasons = more;
		more += s->count;
		*more = (struct reason){ strdup(module), strdup(text), s->standing };
		s->failed |= !more->module || !more->text;
		s->count += more->module && more->text;
	} else {
		s->failed = true;
	}
}

static void add_found(struct tree *tree, struct tree_module *module, void *data)
{
	struct suggestion *s = data;

	(void)tree;
	/* For what is in the kernel nothing is loaded. */
	if (!module->builtin)
		add_reason(s, module->name, s->text);
}

/*
 * The modules that are loaded for @name. Of "crypto-a(b(c))", for which there may be none, those of
 * "crypto-a", "crypto-b" and so on. Returns how many there are.
 */
static size_t add_name(struct suggestion *s, const char *name)
{
	char word[RECORD_NAME_MAX + 8], part[RECORD_NAME_MAX + 8];
	size_t count, length;

	snprintf(word, sizeof(word), "%s", name);
	tree_normalize(word);
	count = tree_each(&s->tree, word, add_found, s);
	if (strncmp(word, "crypto_", 7))
		return count;
	for (const char *rest = word + 7; *rest; rest += length + (rest[length] != 0)) {
		length = strcspn(rest, "(),");
		snprintf(part, sizeof(part), "crypto_%.*s", (int)length, rest);
		if (!rest[length] && length > 4 && !strcmp(rest + length - 4, "_all"))
			part[strlen(part) - 4] = '\0';
		if (length && strcmp(part, word))
			count += tree_each(&s->tree, part, add_found, s);
	}
	return count;
}

/* Who: "COMM, uid UID, of PARENT, COUNT times, first TIME". The caller frees it. */
static char *tell(const char *what, const char *name, const char *comm, const char *parent,
		  unsigned uid, unsigned long long count, __u64 first)
{
	char *text = NULL;
	size_t size;
	FILE *to = open_memstream(&text, &size);

	if (!to)
		return NULL;
	fputs(what, to);
	escape_word(to, name, RECORD_NAME_MAX);
	fputs(" by ", to);
	escape_word(to, comm, RECORD_COMM_MAX);
	if (*parent) {
		fputs(" of ", to);
		escape_word(to, parent, RECORD_COMM_MAX);
	}
	fprintf(to, ", uid %u, %llu time%s, first ", uid, count, count == 1 ? "" : "s");
	clock_print(to, first);
	return fclose(to) ? NULL : text;
}

static void add_told(struct suggestion *s, const char *name, char *text)
{
	if (!text) {
		s->failed = true;
		return;
	}
	s->text = text;
	/* Our own tests ask for what is not there. */
	if (!add_name(s, name) && !strstr(name, "bpflock") && s->standing == SURE)
		add_reason(s, "", text);
	free(text);
}

/* What was learnt: 0 or a negative errno. */
static int add_learnt(struct suggestion *s, const char *tool, const char *pin)
{
	struct entry {
		struct kmodlock_learnt_key key;
		struct kmodlock_learnt value;
	} * entry;
	size_t size;
	char *data;
	int err = records_pinned(tool, pin, &data, &size);

	for (entry = (struct entry *)data; !err && size >= sizeof(*entry);
	     entry++, size -= sizeof(*entry)) {
		const struct kmodlock_learnt *who = &entry->value;
		char name[KMODLOCK_NAME_MAX + 1] = "";

		memcpy(name, entry->key.name, KMODLOCK_NAME_MAX);
		add_told(s, name,
			 tell(entry->key.kind == KMODLOCK_NAME_MODULE ? "loaded as "
								      : "asked for as ",
			      name, who->comm, who->pcomm, who->uid, who->count, who->first));
	}
	free(data);
	return err;
}

/* What a record says of modules that were loaded or asked for, denied or not. */
static void add_record(struct suggestion *s, const struct records_entry *entry)
{
	const struct record *r = &entry->value.record;
	char name[RECORD_NAME_MAX + 1] = "", *base;
	bool load = entry->key.operation == KMODLOCK_LOAD;

	memcpy(name, entry->value.subject.name, RECORD_NAME_MAX);
	if (!*name || (!load && entry->key.operation != KMODLOCK_AUTOLOAD &&
		       entry->key.operation != KMODLOCK_AUTOLOAD_UNPRIVILEGED &&
		       entry->key.operation != KMODLOCK_UNLISTED))
		return;
	base = load ? strrchr(name, '/') : NULL;
	base = base ? base + 1 : name;
	if (load)
		base[strcspn(base, ".")] = '\0';
	/* The kernel's own modprobe: somebody has asked for it. */
	if (load && !strncmp(r->pcomm, "kworker/", 8))
		return;
	/* Parts of what somebody has asked for by its whole name. */
	if (!strcmp(r->comm, "cryptomgr_probe"))
		return;
	s->standing = r->pidns != HOST_PID_NAMESPACE ||
				      entry->key.operation == KMODLOCK_AUTOLOAD_UNPRIVILEGED
			      ? DOUBTFUL
			      : SURE;
	add_told(s, base,
		 tell(entry->key.operation == KMODLOCK_UNLISTED ? "not listed, as "
		      : load					? "loaded as "
								: "asked for as ",
		      base, r->comm, r->pcomm, r->uid, r->count, r->first));
}

static int add_records(struct suggestion *s, const char *tool)
{
	struct records_state state;
	struct records records = { 0 };
	int err = records_pinned_state(tool, &state);

	if (!err)
		err = records_read(tool, &state.frozen, &records);
	for (size_t i = 0; i < records.count && !err; i++)
		add_record(s, &records.list[i]);
	records_free(&records);
	return err;
}

static void add_loaded(struct suggestion *s)
{
	FILE *from = fopen("/proc/modules", "re");
	char line[512], name[KMODLOCK_NAME_MAX];

	s->standing = NEUTRAL;
	while (from && fgets(line, sizeof(line), from))
		if (sscanf(line, "%55s", name) == 1)
			add_reason(s, name, "loaded now");
	if (from)
		fclose(from);
}

/* Those without a module, then by module. */
static int by_module(const void *a, const void *b)
{
	const struct reason *one = a, *other = b;
	int order = strcmp(one->module, other->module);

	if (!order)
		order = (int)one->standing - (int)other->standing;
	return order ? order : strcmp(one->text, other->text);
}

/* So many are told that no module is loaded for. */
#define NOTHING_MAX 16

static void print(const struct suggestion *s)
{
	const struct reason *end = s->reasons + s->count, *r = s->reasons;
	size_t nothing = 0;

	for (; r < end && !*r->module; r++)
		if ((r == s->reasons || strcmp(r->text, r[-1].text)) && nothing++ < NOTHING_MAX)
			printf("# there is no module for what was %s\n", r->text);
	if (nothing > NOTHING_MAX)
		printf("# and for %zu others\n", nothing - NOTHING_MAX);
	while (r < end) {
		const struct reason *first = r;
		size_t told = 0;

		/* In doubt: to be made a name of the list by who reads it. */
		printf("%s%-24s #", first->standing == DOUBTFUL ? "#" : "", first->module);
		for (; r < end && !strcmp(r->module, first->module); r++) {
			if (r > first && !strcmp(r->text, r[-1].text))
				continue;
			if (told++ < 3)
				printf("%s %s%s", told > 1 ? ";" : "", r->text,
				       r->standing == DOUBTFUL && r > first ? " (not trusted)"
									    : "");
		}
		puts(told > 3 ? "; and others" : "");
	}
}

int suggest(void)
{
	const char *tool = msg_program();
	struct suggestion s = { 0 };
	struct utsname u = { 0 };
	int err;

	uname(&u);
	if (tree_read(&s.tree))
		msg_warning("the modules of this kernel are not in /lib/modules: what an alias "
			    "stands for is not known");
	err = add_records(&s, tool);
	s.standing = SURE;
	if (!err)
		err = add_learnt(&s, tool, PIN_LEARNT);
	s.standing = DOUBTFUL;
	if (!err)
		err = add_learnt(&s, tool, PIN_OTHERS);
	add_loaded(&s);
	if (err)
		msg_warning("only what is loaded now is known: %s",
			    err == -ENOENT ? "not active" : strerror(-err));
	qsort(s.reasons, s.count, sizeof(*s.reasons), by_module);
	printf("# Modules of Linux %s, by 'kmodlock --suggest', for --modules-file.\n", u.release);
	puts("# Those behind '#' were for somebody who is not trusted, or may load none himself.");
	print(&s);
	for (size_t i = 0; i < s.count; i++) {
		free(s.reasons[i].module);
		free(s.reasons[i].text);
	}
	free(s.reasons);
	tree_free(&s.tree);
	if (s.failed)
		msg_error("cannot tell all modules: out of memory");
	return s.failed ? EX_OSERR : 0;
}
