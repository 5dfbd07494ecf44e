// SPDX-License-Identifier: GPL-2.0-only
#include <ctype.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "describe.h"
#include "escape.h"
#include "events.h"
#include "journal.h"
#include "msg.h"

#define FOLLOW_MS 500

static const struct operation *event_operation(const struct events_format *format, __u32 op)
{
	static const struct operation unknown = { 0 };

	return op < OPERATIONS_MAX ? &format->ops->list[op] : &unknown;
}

static const char *event_text(const struct events_format *format, __u32 op)
{
	const struct operation *o = event_operation(format, op);

	return o->text ? o->text : *o->name ? o->name : "unknown";
}

static const char *event_hook(const struct events_format *format, __u32 op)
{
	const struct operation *o = event_operation(format, op);

	return o->hook ? o->hook : "unknown";
}

/* One field after another, in the form asked for. */
struct line {
	FILE *stream;
	bool json;
	bool journal; /* KEY=value, a line each */
	const char *between;
};

static void put_key(struct line *line, const char *key)
{
	if (line->journal) {
		fputs("\nBPFLOCK_", line->stream);
		for (; *key; key++)
			putc(toupper((unsigned char)*key), line->stream);
		putc('=', line->stream);
		return;
	}
	fprintf(line->stream, line->json ? "%s\"%s\":" : "%s%s=", line->between, key);
	line->between = line->json ? "," : " ";
}

static void put_number(struct line *line, const char *key, __u64 value)
{
	put_key(line, key);
	fprintf(line->stream, "%llu", (unsigned long long)value);
}

/* @text is ours or the kernel's own, of plain characters. */
static void put_text(struct line *line, const char *key, const char *text)
{
	put_key(line, key);
	fprintf(line->stream, line->json ? "\"%s\"" : "%s", text);
}

/* @text is what a process chose. */
static void put_name(struct line *line, const char *key, const char *text, size_t size)
{
	put_key(line, key);
	if (line->json)
		escape_json(line->stream, text, size);
	else
		escape_word(line->stream, text, size);
}

static void put_time(struct line *line, const char *key, __u64 ns)
{
	put_key(line, key);
	putc('"', line->stream);
	describe_time(line->stream, ns);
	putc('"', line->stream);
}

static void put_who(struct line *line, const struct events_format *format,
		    const struct records_entry *entry)
{
	const struct record *r = &entry->value.record;

	put_number(line, "tgid", entry->key.tgid);
	put_number(line, "pid", r->pid);
	if (r->ppid)
		put_number(line, "ppid", r->ppid);
	put_number(line, "uid", r->uid);
	if (format->all)
		put_number(line, "gid", r->gid);
	if (r->cgroup)
		put_number(line, "cgroupid", r->cgroup);
	if (format->all && r->pidns)
		put_number(line, "pidns", r->pidns);
	if (format->all && r->mntns)
		put_number(line, "mntns", r->mntns);
	put_name(line, "comm", r->comm, sizeof(r->comm));
	if (*r->pcomm)
		put_name(line, "pcomm", r->pcomm, sizeof(r->pcomm));
}

static void put_subject(struct line *line, const struct record_subject *subject)
{
	if (*subject->name)
		put_name(line, "filename", subject->name, sizeof(subject->name));
	if (subject->inode) {
		put_number(line, "inode", subject->inode);
		put_number(line, "device", subject->device);
	}
	if (subject->seals)
		put_number(line, "seals", subject->seals);
}

static void put_fields(struct line *line, const struct events_format *format,
		       const struct records_entry *entry)
{
	enum policy_verdict verdict = entry->key.verdict;
	__u32 op = entry->key.operation;

	put_text(line, "event", event_hook(format, op));
	put_text(line, "operation", event_text(format, op));
	put_who(line, format, entry);
	put_subject(line, &entry->value.subject);
	put_key(line, "retval");
	fputs(verdict_denies(verdict) ? "-1" : "0", line->stream);
	put_text(line, "reason", describe_verdict(verdict));
	if (entry->value.record.count > 1)
		put_number(line, "count", entry->value.record.count);
}

void events_print(FILE *stream, const struct events_format *format,
		  const struct records_entry *entry)
{
	struct line outer = { .stream = stream,
			      .json = format->json,
			      .between = format->json ? "{" : "" };
	struct line inner = { .json = false, .between = "" };
	char *msg = NULL;
	size_t size;

	put_time(&outer, "time", entry->value.record.last);
	if (format->all)
		put_time(&outer, "first", entry->value.record.first);
	if (format->json) {
		put_text(&outer, "subsys", "bpf");
		put_text(&outer, "bpfprog", format->program);
		put_fields(&outer, format, entry);
		fputs("}\n", stream);
		return;
	}
	inner.stream = open_memstream(&msg, &size);
	if (!inner.stream)
		return;
	put_fields(&inner, format, entry);
	fclose(inner.stream);
	fputs(" level=info msg=\"", stream);
	escape_quoted(stream, msg ? msg : "");
	fprintf(stream, "\" bpfprog=%s subsys=bpf\n", format->program);
	free(msg);
}

#define MESSAGE_ID "6b8d3c5f0e7a4d0b9a52c1f4e87d2a93"
#define SYSLOG_WARNING 4
#define SYSLOG_INFO 6

void events_print_journal(FILE *stream, const struct events_format *format,
			  const struct records_entry *entry)
{
	struct line line = { .stream = stream, .journal = true };
	const struct record *r = &entry->value.record;
	enum policy_verdict verdict = entry->key.verdict;

	fprintf(stream,
		"MESSAGE_ID=" MESSAGE_ID "\nPRIORITY=%d\nSYSLOG_IDENTIFIER=%s\nMESSAGE=%s: %s by ",
		verdict_objects(verdict) ? SYSLOG_WARNING : SYSLOG_INFO, format->program,
		describe_verdict(verdict), event_text(format, entry->key.operation));
	escape_word(stream, r->comm, sizeof(r->comm));
	fprintf(stream, "[%u]", entry->key.tgid);
	put_text(&line, "program", format->program);
	put_fields(&line, format, entry);
	putc('\n', stream);
}

static int send_to_journal(int fd, const struct events_format *format,
			   const struct records_entry *entry)
{
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);
	int err;

	if (!stream)
		return -ENOMEM;
	events_print_journal(stream, format, entry);
	fclose(stream);
	err = text ? journal_send(fd, text, size) : -ENOMEM;
	free(text);
	return err;
}

static volatile sig_atomic_t stopped;

static void stop(int signal)
{
	(void)signal;
	stopped = 1;
}

/* Waits a moment: false when a signal came or standard output has no reader any more. */
static bool wait_more(void)
{
	struct pollfd out = { .fd = STDOUT_FILENO };
	int ready = poll(&out, 1, FOLLOW_MS);

	return !stopped && !(ready > 0 && out.revents & (POLLERR | POLLHUP | POLLNVAL));
}

static int by_key(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct record_key));
}

/* Prints those of @now that are not in @before as they are; @before is sorted by key. */
static int print_new(const struct events_format *format, int journal, const struct records *now,
		     const struct records *before)
{
	int err = 0;

	errno = 0;
	for (size_t i = 0; i < now->count && !err; i++) {
		const struct records_entry *entry = &now->list[i], *old = NULL;

		if (before->count)
			old = bsearch(entry, before->list, before->count, sizeof(*old), by_key);
		if (old && old->value.record.count == entry->value.record.count)
			continue;
		if (format->journal)
			err = send_to_journal(journal, format, entry);
		else
			events_print(stdout, format, entry);
		/* Line by line: the last flush would know nothing of it. */
		if (ferror(stdout))
			err = errno ? -errno : -EIO;
	}
	return !err && fflush(stdout) ? -errno : err;
}

int events_run(const struct events_format *format, bool follow)
{
	static struct records_state state, seen;
	int err, journal = format->journal ? journal_open() : 0;
	struct records before = { 0 };

	if (journal < 0)
		return journal;
	if (follow) {
		const struct sigaction action = { .sa_handler = stop };

		sigaction(SIGINT, &action, NULL);
		sigaction(SIGTERM, &action, NULL);
		signal(SIGPIPE, SIG_IGN);
		/* A write for each line: several programs may have the same pipe. */
		setvbuf(stdout, NULL, _IOLBF, 0);
	}
	do {
		struct records now;

		err = records_pinned_state(format->program, &state);
		if (err)
			break;
		/* What is counted is seen to be new without reading any record. */
		if (!memcmp(&seen, &state, sizeof(seen)))
			continue;
		seen = state;
		err = records_read(format->program, &state.state, &now);
		if (!err)
			err = print_new(format, journal, &now, &before);
		free(before.list);
		before = now;
		if (before.count)
			qsort(before.list, before.count, sizeof(*before.list), by_key);
	} while (!err && follow && wait_more());
	free(before.list);
	if (format->journal)
		close(journal);
	if (err != -EPIPE)
		return err;
	msg_forget();
	return 0;
}
