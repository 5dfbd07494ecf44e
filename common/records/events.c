// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "records/events.h"
#include "kernel/cgroup.h"
#include "kernel/line.h"
#include "records/journal.h"
#include "records/names.h"
#include "records/sent.h"
#include "words/container.h"
#include "words/describe.h"
#include "words/escape.h"
#include "words/kinds.h"
#include "words/line.h"
#include "words/msg.h"

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

static const char *event_name(const struct events_format *format, __u32 op)
{
	const struct operation *o = event_operation(format, op);

	return o->event ? o->event : "unknown";
}

static void put_who(struct line *line, const struct events_format *format,
		    const struct records_entry *entry)
{
	const struct record *r = &entry->value.record;

	line_number(line, "tgid", entry->key.tgid);
	line_number(line, "pid", r->pid);
	if (r->ppid)
		line_number(line, "ppid", r->ppid);
	line_number(line, "uid", r->uid);
	if (format->all)
		line_number(line, "gid", r->gid);
	if (r->cgroup)
		line_number(line, "cgroupid", r->cgroup);
	if (format->all && r->pidns)
		line_number(line, "pidns", r->pidns);
	if (format->all && r->mntns)
		line_number(line, "mntns", r->mntns);
	line_name(line, "comm", r->comm, sizeof(r->comm));
	if (*r->pcomm)
		line_name(line, "pcomm", r->pcomm, sizeof(r->pcomm));
}

static void put_words(struct line *line, events_subject subject_words,
		      const struct record_subject *subject)
{
	struct events_word words[EVENTS_WORDS_MAX] = { 0 };

	subject_words(subject, words);
	for (int i = 0; i < EVENTS_WORDS_MAX && words[i].key; i++)
		line_text(line, words[i].key, words[i].value);
}

static void put_subject(struct line *line, const struct record_subject *subject)
{
	if (*subject->name)
		line_name(line, "filename", subject->name, sizeof(subject->name));
	if (subject->inode) {
		line_number(line, "inode", subject->inode);
		line_number(line, "device", subject->device);
	}
	if (subject->seals)
		line_number(line, "seals", subject->seals);
}

/* Each argument as a word: what is one is seen, whatever is in it. */
static void put_arguments(struct line *line, const struct record_executed *e)
{
	const char *text = e->arguments, *between = "";
	size_t left = e->size < sizeof(e->arguments) ? e->size : sizeof(e->arguments);

	if (!left)
		return;
	if (line->form == LINE_JSON)
		line_open(line, "arguments", '[');
	else
		line_key(line, "arguments");
	fputs(line->form == LINE_TEXT ? "\"" : "", line->stream);
	while (left) {
		size_t length = strnlen(text, left), step = length < left ? length + 1 : length;

		if (line->form == LINE_JSON) {
			line_name(line, NULL, text, length);
		} else {
			fputs(between, line->stream);
			escape_word(line->stream, text, length);
		}
		between = " ";
		text += step;
		left -= step;
	}
	fputs(line->form == LINE_TEXT ? "\"" : "", line->stream);
	if (line->form == LINE_JSON)
		line_close(line, ']');
	if (e->size > sizeof(e->arguments))
		line_number(line, "arguments_size", e->size);
}

static void put_container(struct line *line, const char *path)
{
	struct container container = container_of_path(path);
	char pod[64] = "";

	if (container.id)
		line_name(line, "container", container.id, container.id_length);
	for (size_t i = 0; i < container.pod_length && i < sizeof(pod) - 1; i++)
		pod[i] = container.pod[i] == '_' ? '-' : container.pod[i];
	if (*pod)
		line_name(line, "pod", pod, sizeof(pod));
}

/* From the names on record, else of a cgroup that is still there. */
static void put_cgroup(struct line *line, const struct events_format *format,
		       const struct records_entry *entry)
{
	char path[PATH_MAX];

	if (!entry->value.record.cgroup)
		return;
	if (entry->cgroup)
		names_of_cgroup(entry->cgroup, path, sizeof(path));
	else if (!format->live || cgroup_path(entry->value.record.cgroup, path, sizeof(path)))
		return;
	line_name(line, "cgroup", path, sizeof(path));
	put_container(line, path);
}

/* What is looked up when it is printed. */
static void put_names(struct line *line, const struct events_format *format,
		      const struct records_entry *entry)
{
	const struct operation *o = event_operation(format, entry->key.operation);
	const struct record *r = &entry->value.record;
	char text[PATH_MAX];

	line_text(line, "op", *o->name ? o->name : "unknown");
	if (entry->exe) {
		names_of_exe(entry->exe, text, sizeof(text));
		line_name(line, "exe", text, sizeof(text));
	}
	if (r->exe) {
		line_number(line, "exe_inode", r->exe);
		line_number(line, "exe_device", r->exe_device);
	}
	if (r->kinds) {
		kinds_names(r->kinds, text, sizeof(text));
		line_text(line, "namespaces", text);
	}
	put_cgroup(line, format, entry);
}

static void put_executed(struct line *line, const struct events_format *format,
			 const struct records_entry *entry)
{
	const struct record_executed *e = &entry->executed;

	line_text(line, "event", event_name(format, entry->key.operation));
	put_who(line, format, entry);
	line_name(line, "filename", e->filename, sizeof(e->filename));
	line_key(line, "retval");
	putc('0', line->stream);
	line_number(line, "inode", e->inode);
	line_number(line, "device", e->device);
	if (*e->interpreter)
		line_name(line, "interpreter", e->interpreter, sizeof(e->interpreter));
	put_arguments(line, e);
	put_names(line, format, entry);
}

static void put_fields(struct line *line, const struct events_format *format,
		       const struct records_entry *entry)
{
	enum policy_verdict verdict = entry->key.verdict;
	__u32 op = entry->key.operation;

	if (format->executed) {
		put_executed(line, format, entry);
		return;
	}
	line_text(line, "event", event_name(format, op));
	line_text(line, "operation", event_text(format, op));
	put_who(line, format, entry);
	if (entry->key.id == RECORD_OTHERS)
		line_text(line, "others", "yes");
	else if (format->subject)
		put_words(line, format->subject, &entry->value.subject);
	else
		put_subject(line, &entry->value.subject);
	line_key(line, "retval");
	fputs(verdict_denies(verdict) ? "-1" : "0", line->stream);
	line_text(line, "reason", describe_verdict(verdict));
	if (entry->value.record.count > 1)
		line_number(line, "count", entry->value.record.count);
	put_names(line, format, entry);
}

static void put_stamp(FILE *stream, const struct events_format *format,
		      const struct records_entry *entry)
{
	__u64 start = format->executed ? entry->executed.start : entry->key.start;
	int what = format->executed ? 2 : verdict_objects(entry->key.verdict);

	fprintf(stream, "%llu %llu %u %u %d ", (unsigned long long)entry->value.record.last,
		(unsigned long long)start, entry->key.tgid, entry->value.record.ppid, what);
}

void events_print(FILE *stream, const struct events_format *format,
		  const struct records_entry *entry)
{
	struct line outer = line_to(stream, format->json ? LINE_JSON : LINE_TEXT), inner;
	char *msg = NULL;
	size_t size;
	FILE *text;

	if (format->stamp)
		put_stamp(stream, format, entry);
	if (format->json)
		outer.between = "{";
	line_time(&outer, "time", entry->value.record.last);
	if (format->all)
		line_time(&outer, "first", entry->value.record.first);
	if (format->json) {
		line_text(&outer, "subsys", "bpf");
		line_text(&outer, "bpfprog", format->tool);
		put_fields(&outer, format, entry);
		fputs("}\n", stream);
		return;
	}
	text = open_memstream(&msg, &size);
	if (!text)
		return;
	inner = line_to(text, LINE_TEXT);
	put_fields(&inner, format, entry);
	fclose(text);
	fputs(" level=info msg=\"", stream);
	escape_quoted(stream, msg ? msg : "");
	fprintf(stream, "\" bpfprog=%s subsys=bpf\n", format->tool);
	free(msg);
}

/* What init/bpflock.catalog explains. */
#define MESSAGE_DECIDED "6b8d3c5f0e7a4d0b9a52c1f4e87d2a93"
#define MESSAGE_EXECUTED "ac9b927336a8452bbafcb667823dc830"
#define SYSLOG_WARNING 4
#define SYSLOG_INFO 6

/* The same for the same decision, whoever reads its record and when. */
static void put_identity(struct line *line, const struct events_format *format,
			 const struct records_entry *entry)
{
	const struct record_key *key = &entry->key;
	char boot[64] = "";

	line_read(AT_FDCWD, "/proc/sys/kernel/random/boot_id", boot, sizeof(boot));
	line_key(line, "id");
	fprintf(line->stream, "%s/%s/%llu/%u/%u/%u/%u", boot, format->tool,
		(unsigned long long)key->start, key->tgid, key->operation, key->verdict, key->id);
}

void events_print_journal(FILE *stream, const struct events_format *format,
			  const struct records_entry *entry)
{
	struct line line = line_to(stream, LINE_JOURNAL);
	const struct record *r = &entry->value.record;
	enum policy_verdict verdict = entry->key.verdict;

	fprintf(stream, "MESSAGE_ID=%s\nPRIORITY=%d\nSYSLOG_IDENTIFIER=%s\nMESSAGE=%s: ",
		format->executed ? MESSAGE_EXECUTED : MESSAGE_DECIDED,
		verdict_objects(verdict) ? SYSLOG_WARNING : SYSLOG_INFO, format->tool,
		format->executed ? "executed" : describe_verdict(verdict));
	if (format->executed)
		escape_word(stream, entry->executed.filename, sizeof(entry->executed.filename));
	else
		fputs(event_text(format, entry->key.operation), stream);
	fputs(" by ", stream);
	escape_word(stream, r->comm, sizeof(r->comm));
	fprintf(stream, "[%u]", entry->key.tgid);
	line_text(&line, "program", format->tool);
	put_identity(&line, format, entry);
	line_time(&line, "time", r->last);
	line_time(&line, "first", r->first);
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

/* Waits a moment: false when a signal came or standard output, where that is written to, has no
 * reader any more. */
static bool wait_more(const struct events_format *format)
{
	struct pollfd out = { .fd = format->journal ? -1 : STDOUT_FILENO };
	int ready = poll(&out, 1, FOLLOW_MS);

	return !stopped && !(ready > 0 && out.revents & (POLLERR | POLLHUP | POLLNVAL));
}

static int by_key(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct record_key));
}

/* Whether @entry was printed or sent as it is. */
static bool is_old(const struct records_entry *entry, const struct sent *sent,
		   const struct records *before)
{
	const struct records_entry *old = NULL;

	if (sent)
		return sent_has(sent, entry);
	if (before->count)
		old = bsearch(entry, before->list, before->count, sizeof(*old), by_key);
	return old && old->value.record.count == entry->value.record.count;
}

/*
 * Prints those of @now that are not in @before as they are, which is sorted by key, or sends to the
 * journal those that are not in @sent, and then are.
 */
static int print_new(const struct events_format *format, int journal, struct sent *sent,
		     const struct records *now, const struct records *before)
{
	int err = 0, unkept = 0;
	size_t done = 0;

	errno = 0;
	for (; done < now->count; done++) {
		const struct records_entry *entry = &now->list[done];

		if (is_old(entry, sent, before))
			continue;
		if (entry->value.record.last < format->since)
			continue;
		if (format->denied && (format->executed || !verdict_objects(entry->key.verdict)))
			continue;
		if (format->journal)
			err = send_to_journal(journal, format, entry);
		else
			events_print(stdout, format, entry);
		/* Line by line: the last flush would know nothing of it. */
		if (ferror(stdout))
			err = errno ? -errno : -EIO;
		if (err)
			break;
	}
	/* After an error, too: what was sent before is not to be sent again. */
	if (sent)
		unkept = sent_keep(sent, now, done);
	err = err ? err : unkept;
	return !err && fflush(stdout) ? -errno : err;
}

/* One that is not there, as where it is masked, is waited for by who follows, as long as there are
 * records. */
static int open_journal(const struct events_format *format, bool follow)
{
	int fd = journal_open(), err = 0;
	struct records_state state;

	while (fd == -ECONNREFUSED && follow && !err) {
		err = records_pinned_state(format->tool, &state);
		if (!err && !wait_more(format))
			err = -EINTR;
		fd = journal_open();
	}
	if (err && fd >= 0)
		close(fd);
	return err ? err : fd;
}

int events_run(const struct events_format *format, bool follow)
{
	struct records_state state, seen = { 0 };
	struct records before = { 0 };
	struct sent sent = { .fd = -1 };
	int err, journal;

	if (follow) {
		const struct sigaction action = { .sa_handler = stop };

		sigaction(SIGINT, &action, NULL);
		sigaction(SIGTERM, &action, NULL);
		signal(SIGPIPE, SIG_IGN);
		/* A write for each line: several programs may have the same pipe. */
		setvbuf(stdout, NULL, _IOLBF, 0);
	}
	journal = format->journal ? open_journal(format, follow) : 0;
	if (journal < 0)
		return journal == -EINTR ? 0 : journal;
	err = format->journal ? sent_open(&sent, format->tool, follow) : 0;
	if (err) {
		close(journal);
		/* Another follower sends them, or a signal came while it did. */
		return err == -EWOULDBLOCK || err == -EINTR ? 0 : err;
	}
	do {
		struct records now;

		err = records_pinned_state(format->tool, &state);
		if (err)
			break;
		/* What is counted is seen to be new without reading any record; no test is. */
		memset(state.tests, 0, sizeof(state.tests));
		if (!memcmp(&seen, &state, sizeof(seen)))
			continue;
		seen = state;
		err = records_read(format->tool, &state.frozen, &now);
		if (!err)
			err = print_new(format, journal, format->journal ? &sent : NULL, &now,
					&before);
		/* It is known here all the same: who starts again sends all of it anew. */
		if (follow && err == sent.unkept)
			err = 0;
		records_free(&before);
		before = now;
		if (before.count)
			qsort(before.list, before.count, sizeof(*before.list), by_key);
	} while (!err && follow && wait_more(format));
	records_free(&before);
	if (format->journal) {
		err = err ? err : sent.unkept;
		sent_close(&sent);
		close(journal);
	}
	/* Nobody reads it any more, or a signal came while it could not be written or sent. */
	if (err == -EPIPE || (err == -EINTR && stopped)) {
		msg_forget();
		return 0;
	}
	return err;
}
