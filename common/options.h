/* SPDX-License-Identifier: GPL-2.0-only */
/* The one command line of the suite. */
#ifndef BPFLOCK_OPTIONS_H
#define BPFLOCK_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy.h"

enum options_action {
	ACTION_LOCK = 1,
	ACTION_LIST,
	ACTION_REMOVE,
	ACTION_STATUS,
	ACTION_EVENTS,
};

struct options {
	enum options_action action;
	enum policy_profile profile; /* 0: not given */
	uint32_t namespaces;	     /* enum namespace_kind, or-ed; 0: not given */
	char *allow;		     /* lists as written, joined; NULL: not given */
	char *block;
	char **cgroups; /* paths, as given; both list and paths are kept for the process's life */
	size_t cgroup_count;
	enum policy_origin origin; /* 0: not given */
	bool audit;
	bool best_effort;
	bool boot;    /* as the settings files say, which are in here */
	bool dry_run; /* lock nothing, say what would hold */
	bool follow;
	bool json;
	bool journal;
	bool verbose;
	bool quiet;
};

/* What --help says of one program. */
struct options_help {
	const char *purpose;
	const char *examples;
	bool origins; /* it has --rootfs, --ro and --ro-dev */
};

#define OPTIONS_PROFILES "allow, none, privileged, baseline, restrict, restricted, deny"

/* The profile called exactly @word, or 0. */
enum policy_profile options_profile(const char *word);

/* The canonical name of @profile. */
const char *options_profile_name(enum policy_profile profile);

/* Joins @more to *@list, which is freed or NULL: 0 or -ENOMEM. */
int options_append(char **list, const char *more);

/* Adds @path, which is kept: 0 or -ENOMEM. */
int options_add_cgroup(struct options *options, char *path);

/*
 * Parses the command line, and with --boot or --config the settings files; on a wrong one says so
 * in one line and exits with EX_USAGE or EX_CONFIG.
 */
void options_parse(struct options *options, const struct options_help *help, int argc, char **argv);

#endif
