// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pin.h"
#include "records.h"

#define CHUNK (256 * 1024)

/* All that @fd gives; closes it. The caller frees @data, also on an error. */
static int read_all(int fd, char **data, size_t *size)
{
	size_t room = 0;
	int err = 0;

	*data = NULL;
	*size = 0;
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

static int open_pin(const char *program, const char *name)
{
	char path[PIN_PATH_MAX];
	int fd;

	pin_path(path, program, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

static void sum_counts(struct records_state *to, const char *data)
{
	const size_t counters = OPERATIONS_MAX * VERDICTS_MAX;
	__u64 *counts = &to->counts[0][0], value;

	for (size_t i = 0; i < counters * to->state.sets; i++) {
		memcpy(&value, data + i * sizeof(value), sizeof(value));
		counts[i % counters] += value;
	}
}

int records_read_state(int fd, struct records_state *to)
{
	size_t size;
	char *data;
	int err;

	memset(to, 0, sizeof(*to));
	if (fd < 0)
		return fd;
	err = read_all(fd, &data, &size);
	if (!err && size >= sizeof(to->state))
		memcpy(&to->state, data, sizeof(to->state));
	if (!err && (to->state.version != STATE_VERSION || to->state.sets > COUNTER_SETS_MAX ||
		     size != sizeof(to->state) + to->state.sets * sizeof(to->counts)))
		err = -EPROTO;
	if (!err)
		sum_counts(to, data + sizeof(to->state));
	free(data);
	return err;
}

int records_pinned_state(const char *program, struct records_state *to)
{
	return records_read_state(open_pin(program, RECORDS_STATE), to);
}

static int add_table(const char *program, const char *name, size_t value_size, struct records *to)
{
	const size_t row = sizeof(struct record_key) + value_size;
	int fd = open_pin(program, name), err;
	struct records_entry *list;
	size_t size, count;
	char *data;

	if (fd < 0)
		return fd;
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
			memcpy(&entry->value, data + i * row + sizeof(entry->key), value_size);
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

int records_read(const char *program, const struct state *state, struct records *to)
{
	int err;

	*to = (struct records){ 0 };
	if (state->value_size != sizeof(struct record) &&
	    state->value_size != sizeof(struct record_named))
		return -EPROTO;
	err = add_table(program, RECORDS_DENIED, state->value_size, to);
	if (!err)
		err = add_table(program, RECORDS_ALLOWED, state->value_size, to);
	if (!err)
		qsort(to->list, to->count, sizeof(*to->list), by_time);
	return err;
}

int records_cgroups(const char *program, struct cgroups *to)
{
	int fd = open_pin(program, RECORDS_CGROUPS), err;
	size_t size;
	char *data;

	*to = (struct cgroups){ 0 };
	if (fd < 0)
		return fd;
	err = read_all(fd, &data, &size);
	to->list = (__u64 *)data;
	to->count = size / sizeof(*to->list);
	if (!err)
		cgroup_sort(to);
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
