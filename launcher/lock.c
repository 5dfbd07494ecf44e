// SPDX-License-Identifier: GPL-2.0-only
/* Locking with several programs: all is checked before anything is changed. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>

#include "kernel/initial.h"
#include "kernel/kernel.h"
#include "launcher.h"
#include "words/msg.h"

static bool is_started(const struct launch *launch, size_t program)
{
	return (launch->boot || launch->wanted[program]) && !launch->masked[program];
}

/* The names of the programs from @from to @to that are started, or of those that are not, or
 * "nothing"; the caller frees. */
static char *names(const struct launch *launch, size_t from, size_t to, bool started)
{
	const char *between = "";
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	if (!stream)
		LAUNCHER_DIE(EX_OSERR, "out of memory");
	for (size_t i = from; i < to; i++) {
		if (is_started(launch, i) != started)
			continue;
		fprintf(stream, "%s%s", between, launcher_programs[i]);
		between = ", ";
	}
	if (!*between)
		fputs("nothing", stream);
	fclose(stream);
	return text;
}

/* What all of them are given. */
static void give_all(struct launch *launch)
{
	bool first = true;

	for (size_t p = 0; p < launcher_count; p++) {
		if (!is_started(launch, p))
			continue;
		if (launch->boot)
			given_add(launch, p, "--boot");
		if (launch->audit && !launcher_records(p))
			given_add(launch, p, "--audit");
		if (launch->best_effort && !launcher_records(p))
			given_add(launch, p, "--best-effort");
		/* What is no program's is told by one. */
		if (!first)
			given_add(launch, p, "--among");
		first = false;
	}
}

/* Prints what @text has for people, the lines that begin with the program's name. */
static void print_said(size_t program, const char *text)
{
	size_t name = strlen(launcher_programs[program]);

	while (text && *text) {
		size_t length = strcspn(text, "\n");

		if (!strncmp(text, launcher_programs[program], name) && text[name] == ':')
			printf("%.*s\n", (int)length, text);
		text += length + (text[length] == '\n');
	}
}

/* Whether @program takes what it is given here: 0 or its exit status. What it says is @stamp. */
static int check_one(struct launch *launch, size_t program, char **stamp)
{
	struct launcher_given *given = &launch->given[program];
	size_t count = given->count;
	int status;

	given_add(launch, program, "--dry-run");
	given_add(launch, program, "--stamp");
	if (!launch->dry_run)
		given_add(launch, program, "--quiet");
	*stamp = launcher_read(program, given->args, &status);
	while (given->count > count)
		given->args[--given->count] = NULL;
	if (launch->dry_run)
		print_said(program, *stamp);
	return status;
}

/* Checks all that are started: 0, or the first exit status that is another. */
static int check_all(struct launch *launch, struct launcher_stamps *stamps)
{
	int worst = 0;

	for (size_t i = 0; i < launcher_count; i++) {
		int status = is_started(launch, i) ? check_one(launch, i, &stamps->of[i]) : 0;

		/* A settings file says that there is to be nothing of it. */
		launch->masked[i] = !status && launch->boot && !stamp_find(stamps->of[i], "denied");
		if (!status)
			continue;
		worst = worst ? worst : status;
		msg_error("%s at '%s', exit status %d; nothing is changed",
			  launch->dry_run ? "would stop" : "stopped", launcher_programs[i], status);
		if (!launch->dry_run)
			break;
	}
	return worst;
}

/* What those that are not started, or masked, deny as they are. */
static void look_at_others(struct launcher_stamps *stamps)
{
	const char *args[] = { "--status", "--stamp", "--quiet", NULL };
	int status;

	for (size_t i = 0; i < launcher_count; i++) {
		if (stamp_find(stamps->of[i], "denied"))
			continue;
		free(stamps->of[i]);
		stamps->of[i] = launcher_read(i, args, &status);
	}
}

/*
 * Whether this is where the host's processes are: 0 or an exit status. Elsewhere nobody started
 * here is trusted, so that one program would deny another what it needs.
 */
static int check_place(void)
{
	struct stat st;

	if (stat("/proc/self/ns/pid", &st) || st.st_ino == HOST_PID_NAMESPACE)
		return 0;
	msg_error("cannot lock the machine from another pid namespace than the host's; start the "
		  "container with --pid=host, in Kubernetes 'hostPID: true'; nothing is changed");
	return EX_NOPERM;
}

/* One after another: 0, or the exit status of the one at which it stopped. */
static int run_all(const struct launch *launch)
{
	for (size_t i = 0; i < launcher_count; i++) {
		int status = is_started(launch, i) ? launcher_run(i, launch->given[i].args, -1) : 0;
		char *done, *left;

		if (!status)
			continue;
		done = names(launch, 0, i, true);
		left = names(launch, i + 1, launcher_count, true);
		msg_error("stopped at '%s', exit status %d; in force by this run: %s; not run: %s",
			  launcher_programs[i], status, done, left);
		free(done);
		free(left);
		return status;
	}
	return 0;
}

static void say_done(const struct launch *launch)
{
	char *done = names(launch, 0, launcher_count, true);
	char *left = names(launch, 0, launcher_count, false);

	msg_say("%s: %s; left as it is: %s", launch->dry_run ? "would be in force" : "in force",
		done, left);
	free(done);
	free(left);
}

int lock_all(struct launch *launch)
{
	struct launcher_stamps stamps = { 0 };
	int status;

	if (kernel_told_off()) {
		msg_say("not locked: bpflock=off is on the kernel command line");
		return 0;
	}
	status = check_place();
	if (status)
		return status;
	give_all(launch);
	status = check_all(launch, &stamps);
	if (!status && !launch->dry_run)
		status = run_all(launch);
	if (!status) {
		look_at_others(&stamps);
		ways_warn(&stamps);
		say_done(launch);
	}
	stamps_free(&stamps);
	return status;
}
