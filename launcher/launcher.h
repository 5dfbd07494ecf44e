/* SPDX-License-Identifier: GPL-2.0-only */
/* What the parts of bpflock, the launcher, share. */
#ifndef BPFLOCK_LAUNCHER_H
#define BPFLOCK_LAUNCHER_H

#include <stdbool.h>
#include <stddef.h>

#define LAUNCHER_ARGS_MAX 64
#define LAUNCHER_PROGRAMS_MAX 16

/* Says why, and ends with @status. */
#define LAUNCHER_DIE(status, ...) (msg_error(__VA_ARGS__), exit(status))

/* LSB: the program is not running. */
#define LAUNCHER_INACTIVE 3

/* In the order in which they are started: PROGRAMS of the GNUmakefile. */
extern const char *const launcher_programs[];
extern const size_t launcher_count;

/* Whether program number @i only records: it has no profile, and is started where it is asked for.
 */
bool launcher_records(size_t i);

/* Whether --profile, of all, is for program number @i. */
bool launcher_is_profiled(size_t i);

/*
 * Runs program number @i with @args, which end in NULL, and waits: its exit status, 71 where it
 * died. Its standard output goes to descriptor @out, or where ours goes: -1.
 */
int launcher_run(size_t i, const char *const *args, int out);

/* The same, and takes what it prints: text that ends in 0, which the caller frees. NULL: it can't
 * be read, and the exit status is not 0. */
char *launcher_read(size_t i, const char *const *args, int *status);

/* Starts it and does not wait: its process number, or -1, and it is said why. */
int launcher_start(size_t i, const char *const *args, int out);

/* Prints one view of the machine: 0 if every program that --profile is for is active, 3 if not, or
 * the exit status of one that can't tell. */
int launcher_status(bool json);

/* What is printed of the records. */
struct launcher_events {
	bool json;
	bool follow;	   /* go on with new ones, as they come */
	const char *since; /* only from then on, as it is given; NULL: all */
	bool denied;	   /* only denials, */
	bool with_exec;	   /* and what the denied processes and their parents had executed */
};

/* Prints the records of all programs, by time: 0, or the first exit status that is another. */
int launcher_events(const struct launcher_events *how);

/* What a program is given, as it wants it: "--WORD" or "--WORD=VALUE". */
struct launcher_given {
	const char *args[LAUNCHER_ARGS_MAX];
	size_t count;
};

/* What is asked for. */
struct launch {
	enum launcher_action {
		LAUNCHER_LOCK = 1,
		LAUNCHER_LIST,
		LAUNCHER_SUGGEST,
		LAUNCHER_STATUS,
		LAUNCHER_METRICS,
		LAUNCHER_EVENTS,
		LAUNCHER_REMOVE,
	} action;
	struct launcher_events events;
	bool stay, boot, dry_run, audit, best_effort, seal;
	const char *profile; /* of all that have one; NULL: not given */
	struct launcher_given given[LAUNCHER_PROGRAMS_MAX];
	bool wanted[LAUNCHER_PROGRAMS_MAX]; /* asked for, also with no option */
	bool masked[LAUNCHER_PROGRAMS_MAX]; /* by its settings */
};

/* given.c: gives @program the argument @arg, which is kept; too many end the run. */
void given_add(struct launch *launch, size_t program, const char *arg);

/* Gives @program option @word, of @length, with @value, NULL: none. What it means the program
 * knows. */
void given_give(struct launch *launch, size_t program, const char *word, size_t length,
		const char *value);

/* Whether the first @count arguments of @given have @option, "--WORD" or "--WORD=VALUE", with
 * whichever value. */
bool given_has(const struct launcher_given *given, size_t count, const char *option);

/* Which program @name begins with, up to @end, in whichever case: launcher_count for none. */
size_t given_program(const char *name, char end);

/* The program that @name nearly begins with, up to @end; NULL: none. */
const char *given_near(const char *name, char end);

/* Takes --PROGRAM-WORD, --PROGRAM-WORD=VALUE and --PROGRAM-WORD VALUE out of the command line: how
 * many words are left of it. */
int given_take(struct launch *launch, int argc, char **argv);

/* environment.c: takes what the environment asks for and the command line does not. */
void environment_take(struct launch *launch);

/* lock.c: locks, or with dry_run says what that would come to: an exit status. */
int lock_all(struct launch *launch);

/* What is known of the programs as lines of --stamp (common/tool/stamp.h); NULL: nothing. */
struct launcher_stamps {
	char *of[LAUNCHER_PROGRAMS_MAX];
};

/* The value of the line of @stamp that begins with @word and a blank, or NULL; it ends in a line
 * feed. */
const char *stamp_find(const char *stamp, const char *word);

/* Whether that line, comma-separated, has @item. */
bool stamp_has(const char *stamp, const char *word, const char *item);

/* Whether anything is denied to who is not trusted. */
bool stamp_denies(const char *stamp);

void stamps_free(struct launcher_stamps *stamps);

/* ways.c: warns of what is left open by one program that gets around what another denies. */
void ways_warn(const struct launcher_stamps *stamps);

/* metrics.c: prints all that is counted as OpenMetrics, without a test: an exit status. */
int metrics_print(void);

#endif
