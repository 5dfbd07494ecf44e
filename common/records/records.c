// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pins/pin.h"
#include "records/records.h"

#define CHUNK (256 * 1024)

/* All that @fd gives, which is closed, or the errno that it is. The caller frees @data, also on an
 * error. */
static int read_all(int fd, char **data, size_t *size)
{
	size_t room = 0;
	int err = 0;

	*data = NULL;
	*size = 0;
	if (fd < 0)
		return fd;
	for (;;) {
		ssize_t length;

		if (room - *size < CHUNK / 2) {
			char *more = realloc(*data, room + CHUNK);

			if (!more) {
				err = -ENOMEM;
				break;
			}
			*data = more;
			room += CHUNK;
		}
		length = read(fd, *data + *size, room - *size);
		if (!length)
			break;
		if (length > 0) {
			*size += (size_t)length;
			continue;
		}
		/* EAGAIN: the kernel gave up the CPU on the way (kernel/bpf/bpf_iter.c:
		 * bpf_seq_read). */
		if (errno != EINTR && errno != EAGAIN) {
			err = -errno;
			break;
		}
	}
	close(fd);
	return err;
}

static int open_pin(const char *tool, const char *name)
{
	char path[PIN_PATH_MAX];
	int fd;

	pin_path(path, tool, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

int records_pinned(const char *tool, const char *name, char **data, size_t *size)
{
	int fd = open_pin(tool, name);

	*data = NULL;
	*size = 0;
	return fd < 0 ? fd : read_all(fd, data, size);
}

/* @count rows of counters: of each operation those of the sets, then that of tests. */
static void sum_counts(struct records_state *to, const char *data, size_t count)
{
	const __u32 rows = to->frozen.sets + 1;
	struct record_counters row;

	for (size_t i = 0; i < count; i++) {
		size_t op = i / rows;
		bool tests = i % rows == to->frozen.sets;

		memcpy(&row, data + i * sizeof(row), sizeof(row));
		for (int verdict = 0; verdict < VERDICTS_MAX; verdict++)
			(tests ? to->tests : to->counts)[op][verdict] += row.verdicts[verdict];
	}
}

int records_read_state(int fd, struct records_state *to)
{
	size_t size, rows = 0, of_all;
	char *data;
	int err;

	memset(to, 0, sizeof(*to));
	err = read_all(fd, &data, &size);
	if (!err && size >= sizeof(to->frozen)) {
		memcpy(&to->frozen, data, sizeof(to->frozen));
		rows = (size - sizeof(to->frozen)) / sizeof(struct record_counters);
	}
	of_all = (to->frozen.sets + 1) * OPERATIONS_MAX;
	if (!err && (to->frozen.version != STATE_VERSION || to->frozen.sets > COUNTER_SETS_MAX ||
		     !rows || rows > of_all || rows % (to->frozen.sets + 1) ||
		     size != sizeof(to->frozen) + rows * sizeof(struct record_counters)))
		err = -EPROTO;
	if (!err)
		sum_counts(to, data + sizeof(to->frozen), rows);
	free(data);
	return err;
}

int records_pinned_state(const char *tool, struct records_state *to)
{
	return records_read_state(open_pin(tool, PIN_STATE), to);
}

static int add_table(const char *tool, const char *name, size_t value_size, struct records *to)
{
	const size_t row = sizeof(struct record_key) + value_size;
	int fd = open_pin(tool, name), err;
	struct records_entry *list;
	size_t size, count;
	char *data;

	err = read_all(fd, &data, &size);
	count = size / row;
	if (!err && size % row)
		err = -EPROTO;
	list = err ? NULL : realloc(to->list, (to->count + count + 1) * sizeof(*list));
	if (!err && !list)
		err = -ENOMEM;
	if (!err) {
		to->list = list;
		for (size_t i = 0; i < count; i++) {
			struct records_entry *entry = &list[to->count++];

			memset(entry, 0, sizeof(*entry));
			memcpy(&entry->key, data + i * row, sizeof(entry->key));
			memcpy((char *)entry + offsetof(struct records_entry, value),
			       data + i * row + sizeof(entry->key), value_size);
		}
	}
	free(data);
	return err;
}

static int by_time(const void *a, const void *b)
{
	__u64 x = ((const struct records_entry *)a)->value.record.last;
	__u64 y = ((const struct records_entry *)b)->value.record.last;

	return (x > y) - (x < y);
}

/* Leaves out what is half of one record and half of another, and what is not of the newest. */
static void keep_executed(struct records *records, bool arguments)
{
	size_t count = 0;

	for (size_t i = 0; i < records->count; i++) {
		const struct records_entry *entry = &records->list[i];
		const struct record_executed *e = &entry->executed;

		if (entry->key.start == e->record.first && e->again == e->record.first &&
		    (!arguments || e->last == e->record.first))
			records->list[count++] = *entry;
	}
	records->count = count;
	qsort(records->list, count, sizeof(*records->list), by_time);
	if (count <= RECORD_EXECUTED_MAX)
		return;
	memmove(records->list, records->list + count - RECORD_EXECUTED_MAX,
		RECORD_EXECUTED_MAX * sizeof(*records->list));
	records->count = RECORD_EXECUTED_MAX;
}

static bool is_known(const struct frozen *frozen)
{
	if (frozen->policy.records)
		return frozen->value_size == (frozen->policy.records & RECORDS_ARGUMENTS
						      ? sizeof(struct record_executed)
						      : RECORD_EXECUTED_SHORT);
	return frozen->value_size == sizeof(struct record) ||
	       frozen->value_size == sizeof(struct record_named);
}

static int by_number(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct record_names_key));
}

static int read_names(const char *tool, struct records *to)
{
	size_t size;
	char *data;
	int err = read_all(open_pin(tool, PIN_NAMES), &data, &size);

	to->names = (struct records_names *)data;
	to->names_count = err ? 0 : size / sizeof(*to->names);
	for (size_t i = 0; i < to->names_count; i++) {
		struct record_names *names = &to->names[i].names;

		/* Whoever wrote it: it is text that ends. */
		if (names->length > sizeof(names->text))
			names->length = sizeof(names->text);
		names->text[sizeof(names->text) - 1] = '\0';
	}
	if (to->names_count)
		qsort(to->names, to->names_count, sizeof(*to->names), by_number);
	return err;
}

static const struct record_names *find_names(const struct records *records, __u64 number,
					     __u32 device)
{
	const struct record_names_key key = { number, device, 0 };
	const struct records_names *found = NULL;

	if (number && records->names_count)
		found = bsearch(&key, records->names, records->names_count, sizeof(*found),
				by_number);
	return found && found->names.rest ? &found->names : NULL;
}

static void add_names(struct records *records)
{
	for (size_t i = 0; i < records->count; i++) {
		struct records_entry *entry = &records->list[i];
		const struct record *r = &entry->value.record;

		entry->cgroup = find_names(records, r->cgroup, 0);
		entry->exe = r->exe_device ? find_names(records, r->exe, r->exe_device) : NULL;
	}
}

void records_free(struct records *records)
{
	free(records->list);
	free(records->names);
	*records = (struct records){ 0 };
}

int records_read(const char *tool, const struct frozen *frozen, struct records *to)
{
	int err;

	*to = (struct records){ 0 };
	if (!is_known(frozen))
		return -EPROTO;
	err = add_table(tool, PIN_DENIED, frozen->value_size, to);
	if (!err)
		err = add_table(tool, PIN_ALLOWED, frozen->value_size, to);
	/* After them: of a record that is there the names are, too. */
	if (!err)
		err = read_names(tool, to);
	if (!err && frozen->policy.records)
		keep_executed(to, frozen->policy.records & RECORDS_ARGUMENTS);
	else if (!err)
		qsort(to->list, to->count, sizeof(*to->list), by_time);
	if (!err)
		add_names(to);
	return err;
}

int records_cgroups(const char *tool, struct cgroups *to)
{
	int fd = open_pin(tool, PIN_CGROUPS), err;
	size_t size;
	char *data;

	*to = (struct cgroups){ 0 };
	err = read_all(fd, &data, &size);
	to->list = (__u64 *)data;
	to->count = size / sizeof(*to->list);
	if (!err)
		cgroup_sort(to);
	return err;
}

int records_units(const char *tool, struct units *to)
{
	int fd = open_pin(tool, PIN_UNITS), err;
	size_t size;
	char *data;

	*to = (struct units){ 0 };
	err = read_all(fd, &data, &size);
	to->list = (char(*)[UNIT_NAME_MAX])data;
	to->count = err ? 0 : size / sizeof(*to->list);
	/* Whoever wrote it: each ends. */
	for (size_t i = 0; i < to->count; i++)
		to->list[i][UNIT_NAME_MAX - 1] = '\0';
	unit_sort(to);
	return err;
}

__u64 records_dropped(const struct records_state *state, const struct records *records)
{
	__u64 made = 0;

	for (int op = 0; op < OPERATIONS_MAX; op++)
		made += state->counts[op][0];
	/* Read one after the other, so that a record made between the two is in one only. */
	return made > records->count ? made - records->count : 0;
}
