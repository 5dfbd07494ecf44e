// SPDX-License-Identifier: GPL-2.0-only
/* Ways around what one program denies that another leaves open: each writes the kernel's memory, or
 * answers in the place of a program of the suite. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "launcher.h"
#include "words/msg.h"

#define CLOSERS_MAX 3

/* Closed where one of these denies its operation to who is not trusted; told of as the first. */
static const struct way {
	struct {
		const char *program, *operation;
	} by[CLOSERS_MAX];
} ways[] = {
	{ { { "kimglock", "module_signature" },
	    { "kmodlock", "unsigned_module" },
	    { "kmodlock", "load_module" } } },
	{ { { "kimglock", "kexec" } } },
	{ { { "kimglock", "dev_mem" } } },
	{ { { "kimglock", "msr" } } },
	{ { { "kimglock", "pci_access" } } },
	{ { { "kimglock", "ioport" } } },
	{ { { "kimglock", "hibernation" } } },
	{ { { "kimglock", "acpi_tables" } } },
	{ { { "kimglock", "bpf_write_user" },
	    { "bpfrestrict", "bpf_write" },
	    { "bpfrestrict", "prog_load" } } },
	{ { { "bpfrestrict", "hook_tamper" }, { "bpfrestrict", "prog_load" } } },
};

#define WAYS (sizeof(ways) / sizeof(ways[0]))

/* Whether none of the programs' @denied, a key of their stamps, closes @way, which is known. */
static bool is_open(const struct way *way, const char *denied, const struct launcher_stamps *stamps)
{
	for (size_t i = 0; i < CLOSERS_MAX && way->by[i].program; i++) {
		size_t p = given_program(way->by[i].program, '\0');
		const char *stamp = p < launcher_count ? stamps->of[p] : NULL;

		if (stamp_has(stamp, denied, way->by[i].operation) ||
		    (!i && !stamp_has(stamp, "known", way->by[i].operation)))
			return false;
	}
	return true;
}

/* Whether any other program than @owner denies anything; these are printed to @stream. */
static bool print_others(FILE *stream, size_t owner, const struct launcher_stamps *stamps)
{
	bool any = false;

	for (size_t p = 0; p < launcher_count; p++) {
		if (p == owner || !stamp_denies(stamps->of[p]))
			continue;
		fprintf(stream, "%s%s", any ? ", " : "", launcher_programs[p]);
		any = true;
	}
	return any;
}

/* What @owner leaves open, comma-separated, to @stream: whether there is any. */
static bool print_open(FILE *stream, size_t owner, const struct launcher_stamps *stamps)
{
	bool any = false;

	for (size_t i = 0; i < WAYS; i++) {
		if (given_program(ways[i].by[0].program, '\0') != owner ||
		    !is_open(&ways[i], "denied", stamps))
			continue;
		fprintf(stream, "%s%s", any ? "," : "", ways[i].by[0].operation);
		any = true;
	}
	return any;
}

static void warn_of(size_t owner, const struct launcher_stamps *stamps)
{
	char *open = NULL, *others = NULL;
	size_t size;
	FILE *stream = open_memstream(&open, &size), *second = open_memstream(&others, &size);
	bool any = false;

	if (stream && second)
		any = print_open(stream, owner, stamps) && print_others(second, owner, stamps);
	if (stream)
		fclose(stream);
	if (second)
		fclose(second);
	if (any)
		msg_warning("%s leaves open to who is not trusted what gets around %s: %s; see "
			    "%s(8)",
			    launcher_programs[owner], others, open, launcher_programs[owner]);
	free(open);
	free(others);
}

/* What the seal does not deny by itself, and root has to write the kernel's memory or that of the
 * next boot. */
static const struct way beside[] = { { { { "fslock", "device_write" } } } };

static bool print_open_to_root(FILE *stream, const struct way *list, size_t count, bool any,
			       const struct launcher_stamps *stamps)
{
	for (size_t i = 0; i < count; i++) {
		/* Of bpf(2) what would void a seal is denied by it. */
		if (!strcmp(list[i].by[0].operation, "hook_tamper") ||
		    !is_open(&list[i], "everybody", stamps))
			continue;
		fprintf(stream, "%s%s of %s", any ? ", " : "", list[i].by[0].operation,
			list[i].by[0].program);
		any = true;
	}
	return any;
}

/* A seal is worth what is denied to root. */
static void warn_of_root(const struct launcher_stamps *stamps)
{
	char *open = NULL;
	size_t size;
	FILE *stream;
	bool sealed = false, any = false;

	for (size_t p = 0; p < launcher_count; p++) {
		const char *seals = stamp_find(stamps->of[p], "sealed");

		sealed |= seals && *seals == '1';
	}
	stream = sealed ? open_memstream(&open, &size) : NULL;
	if (!stream)
		return;
	any = print_open_to_root(stream, ways, WAYS, false, stamps);
	any = print_open_to_root(stream, beside, 1, any, stamps);
	fclose(stream);
	if (any)
		msg_warning("the seal is worth what is denied to the host's root, which is left "
			    "%s; deny them with 'restricted' or --block",
			    open);
	free(open);
}

void ways_warn(const struct launcher_stamps *stamps)
{
	for (size_t owner = 0; owner < launcher_count; owner++)
		warn_of(owner, stamps);
	warn_of_root(stamps);
}
