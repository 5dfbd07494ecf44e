/* SPDX-License-Identifier: GPL-2.0-only */
/* What is asked for, on the command line and in the settings files alike. */
#ifndef BPFLOCK_REQUEST_H
#define BPFLOCK_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi/policy.h"

enum options_action {
	ACTION_LOCK = 1,
	ACTION_LIST,
	ACTION_REMOVE,
	ACTION_STATUS,
	ACTION_EVENTS,
	ACTION_SUGGEST,
};

/* Where in the settings files one of the values of a key is. */
struct options_place {
	const char *key;
	size_t end;  /* how long the joined list is with it, or how many values there are */
	char *where; /* FILE:LINE */
};

struct options {
	enum options_action action;
	enum policy_profile profile; /* 0: not given */
	uint32_t namespaces;	     /* enum namespace_kind, or-ed, or KINDS_NONE; 0: not given */
	char *allow;		     /* lists as written, joined; NULL: not given */
	char *block;
	char **cgroups; /* paths, as given; both list and paths are kept for the process's life */
	size_t cgroup_count;
	char **units; /* names, kept likewise */
	size_t unit_count;
	struct options_place *places; /* kept likewise; none of the command line */
	size_t place_count;
	char **files; /* the settings files that were read, kept likewise */
	size_t file_count;
	char *masked;	      /* the settings file that is /dev/null: nothing of this program */
	char *modules;	      /* a list as written, joined; NULL: not given */
	char **modules_files; /* paths, kept likewise */
	size_t modules_file_count;
	char **paths; /* folders, kept likewise */
	size_t path_count;
	enum policy_origin origin; /* 0: not given */
	uint32_t groups[POLICY_GROUPS_MAX];
	size_t group_count;
	bool records;	/* the program only records: no profile, no lists */
	bool arguments; /* of what is executed */
	bool untrusted; /* only of who is not trusted */
	bool learn;	/* keep what such a list would have to name */
	bool audit;
	bool best_effort;
	bool boot;	  /* as the settings files say, which are in here */
	bool dry_run;	  /* lock nothing, say what would hold */
	bool fail_closed; /* a boot whose lock fails is to end in the emergency target */
	bool lenient;	  /* only that is asked: what is wrong in the files is passed over */
	bool among;	  /* by the launcher: another program of this run tells what all would */
	__u64 since;	  /* with events: from then on, ns, CLOCK_BOOTTIME; 0: all */
	bool timed;	  /* since is given */
	bool denied;	  /* with events: only denials */
	bool stamp;	  /* with events: what sorts them comes first; for the launcher */
	bool follow;
	bool json;
	bool journal;
	bool verbose;
	bool quiet;
};

/* Keys that not all programs have, or-ed. */
enum keys_kind {
	KEYS_ORIGINS = 1 << 0, /* it knows where things come from: --rootfs, --ro and --ro-dev */
	KEYS_GROUPS = 1 << 1,  /* it can trust groups: --group */
	KEYS_RECORDS = 1 << 2, /* it only records: no profile, no lists */
	KEYS_ANY = 1 << 3,     /* of a key: all have it */
	KEYS_MODULES = 1 << 4, /* it can be told the modules: --modules, --learn, --suggest */
	KEYS_FOLDERS = 1 << 5, /* it can be told folders of pins: --path */
};

/* Joins @more to *@list, which is freed or NULL: 0 or -ENOMEM. */
int options_append(char **list, const char *more);

/* Adds @word, which is kept, to the @count at @list: 0 or -ENOMEM. */
int options_add(char ***list, size_t *count, char *word);

/* Drops the list, not what it points to. */
void options_forget(char ***list, size_t *count);

/*
 * Notes that the values of @key, up to @end, are at @where, which is copied; an @end of 0 forgets
 * what was noted of it. 0 or -ENOMEM.
 */
int options_note(struct options *options, const char *key, size_t end, const char *where);

/*
 * The place of the value of @key that holds character, or has number, @at; NULL: it is not from a
 * file.
 */
const char *options_where(const struct options *options, const char *key, size_t at);

#endif
