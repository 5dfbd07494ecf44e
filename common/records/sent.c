// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "records/sent.h"

/* What the file begins with; it is of one boot, but not of one version. */
static const char head[16] = "bpflock sent 1\n";

static int by_key(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct record_key));
}

/* Where it is none of ours nothing was sent. */
static int read_file(struct sent *sent)
{
	char found[sizeof(head)];
	struct stat st;
	size_t size;

	if (fstat(sent->fd, &st))
		return -errno;
	size = (size_t)st.st_size;
	if (size < sizeof(head) || (size - sizeof(head)) % sizeof(*sent->list) ||
	    pread(sent->fd, found, sizeof(found), 0) != sizeof(found) ||
	    memcmp(found, head, sizeof(head)))
		return 0;
	size -= sizeof(head);
	sent->list = malloc(size + 1);
	if (!sent->list)
		return -ENOMEM;
	if (pread(sent->fd, sent->list, size, sizeof(head)) != (ssize_t)size)
		return 0;
	sent->count = size / sizeof(*sent->list);
	qsort(sent->list, sent->count, sizeof(*sent->list), by_key);
	return 0;
}

int sent_open(struct sent *sent, const char *tool, bool wait)
{
	char path[128];
	int err;

	*sent = (struct sent){ .fd = -1 };
	if (mkdir(SENT_FOLDER, 0700) && errno != EEXIST)
		return -errno;
	snprintf(path, sizeof(path), SENT_FOLDER "/%s", tool);
	sent->fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (sent->fd < 0)
		return -errno;
	err = flock(sent->fd, wait ? LOCK_EX : LOCK_EX | LOCK_NB) ? -errno : read_file(sent);
	if (err)
		sent_close(sent);
	return err;
}

bool sent_has(const struct sent *sent, const struct records_entry *entry)
{
	const struct sent_entry *found = NULL;

	if (sent->count)
		found = bsearch(&entry->key, sent->list, sent->count, sizeof(*found), by_key);
	return found && found->count == entry->value.record.count &&
	       found->last == entry->value.record.last;
}

static int write_file(const struct sent *sent)
{
	const size_t size = sent->count * sizeof(*sent->list);

	/* The head comes last: what is half written is none of ours. */
	if (ftruncate(sent->fd, 0) ||
	    pwrite(sent->fd, sent->list, size, sizeof(head)) != (ssize_t)size ||
	    pwrite(sent->fd, head, sizeof(head), 0) != sizeof(head))
		return errno ? -errno : -EIO;
	return 0;
}

int sent_keep(struct sent *sent, const struct records *records, size_t count)
{
	struct sent_entry *list = calloc(records->count + 1, sizeof(*list));
	size_t kept = 0;

	if (!list)
		return -ENOMEM;
	for (size_t i = 0; i < records->count; i++) {
		const struct records_entry *entry = &records->list[i];

		if (i < count || sent_has(sent, entry))
			list[kept++] = (struct sent_entry){ entry->key, entry->value.record.count,
							    entry->value.record.last };
	}
	free(sent->list);
	sent->list = list;
	sent->count = kept;
	if (sent->count)
		qsort(list, sent->count, sizeof(*list), by_key);
	errno = 0;
	sent->unkept = write_file(sent);
	return sent->unkept;
}

void sent_close(struct sent *sent)
{
	free(sent->list);
	if (sent->fd >= 0)
		close(sent->fd);
	*sent = (struct sent){ .fd = -1 };
}
