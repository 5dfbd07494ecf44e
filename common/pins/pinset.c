// SPDX-License-Identifier: GPL-2.0-only
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "pins/gone.h"
#include "pins/objects.h"
#include "pins/pinset.h"

#define PROGRAMS "programs"

/* What an administrator granted on the old holds for the new. */
static void keep_mode(const char *old, const char *new)
{
	struct stat st;

	if (stat(old, &st))
		return;
	if (chmod(new, st.st_mode & 07777) || chown(new, st.st_uid, st.st_gid))
		chmod(new, S_ISDIR(st.st_mode) ? 0700 : 0400);
}

static bool is_dots(const char *name)
{
	return !strcmp(name, ".") || !strcmp(name, "..");
}

/* Removes a directory and all in it, to @gone what was pinned. */
static int remove_set(const char *path, struct gone *gone)
{
	DIR *dir = opendir(path);
	struct dirent *entry;
	int err = 0, failed;

	if (!dir)
		return -errno;
	while ((entry = readdir(dir))) {
		char below[PIN_PATH_MAX];

		if (is_dots(entry->d_name))
			continue;
		if (snprintf(below, sizeof(below), "%s/%s", path, entry->d_name) >=
		    (int)sizeof(below)) {
			err = -ENAMETOOLONG;
			continue;
		}
		if (entry->d_type == DT_DIR) {
			failed = remove_set(below, gone);
		} else {
			/* What others share with it may stay, and decides nothing of its own. */
			if (entry->d_type != DT_LNK &&
			    strncmp(entry->d_name, PIN_SHARED, strlen(PIN_SHARED)))
				gone_note(gone, below);
			failed = unlink(below) ? -errno : 0;
		}
		if (failed)
			err = failed;
	}
	closedir(dir);
	return err ? err : rmdir(path) ? -errno : 0;
}

/* Sets of pins on their way in or out stand beside the one that counts. */
static bool is_beside(const char *tool, const char *name)
{
	size_t length = strlen(tool);

	return !strncmp(name, tool, length) && name[length] == '-';
}

/* Makes such a set, empty. bpffs refuses a dot in a name (kernel/bpf/inode.c: bpf_lookup). */
static int make_beside(char path[PIN_PATH_MAX], const char *tool)
{
	char name[64];

	for (int i = 1; i < 1000; i++) {
		snprintf(name, sizeof(name), "%.40s-%d", tool, i);
		pin_path(path, name, NULL);
		if (!mkdir(path, 0700))
			return 0;
		if (errno != EEXIST)
			break;
	}
	return -errno;
}

bool pinset_unfinished(const char *tool)
{
	DIR *root = opendir(PIN_ROOT);
	struct dirent *entry;
	bool found = false;

	while (root && !found && (entry = readdir(root)))
		found = is_beside(tool, entry->d_name);
	if (root)
		closedir(root);
	return found;
}

/* Moves a whole set to @path in one step; what was there is then beside. */
static int put_in_place(const char *set, const char *path, const char *tool)
{
	char old[PIN_PATH_MAX];
	int err;

	if (!renameat2(AT_FDCWD, set, AT_FDCWD, path, RENAME_EXCHANGE))
		return 0;
	if (errno == ENOENT)
		return rename(set, path) ? -errno : 0;
	if (errno != EINVAL)
		return -errno;
	/* Linux 5.10 can't exchange on bpffs: for a moment both are beside, and decide. */
	err = make_beside(old, tool);
	if (err)
		return err;
	if (rename(path, old)) {
		err = -errno;
		rmdir(old);
	} else if (rename(set, path)) {
		err = -errno;
		rename(old, path);
	}
	return err;
}

/*
 * Writes which BPF program each of @links has, as the text of a symbolic link at @path. Who may use
 * bpf(2) can put another behind an iterator (BPF_LINK_UPDATE), which then says what it likes; but
 * not write here.
 */
static int note_programs(const char *path, const struct pin_link *links, int count)
{
	char *text;
	size_t size;
	FILE *stream = open_memstream(&text, &size);
	int err = 0;

	if (!stream)
		return -ENOMEM;
	/* Not what the link says: another may be behind it by now. */
	for (int i = 0; i < count && !err; i++) {
		struct bpf_prog_info info;

		err = objects_prog(links[i].prog, &info, NULL, 0) ? 0 : -errno;
		fprintf(stream, "%s=%u,", links[i].name, info.id);
	}
	if (fclose(stream))
		err = -ENOMEM;
	if (!err && symlink(text, path))
		err = -errno;
	free(text);
	return err;
}

#define NOTE_MAX 4096

/* What was noted at @path, or an empty text and false. */
static bool read_note(const char *path, char text[NOTE_MAX])
{
	ssize_t length = readlink(path, text, NOTE_MAX - 1);

	text[length > 0 ? length : 0] = '\0';
	return length >= 0;
}

/* Splits what was noted of a pin off @text; false at the end. */
static bool next_note(char **text, char name[PINSET_NAME_MAX], unsigned int *prog)
{
	char *item = strsep(text, ",");

	return item && sscanf(item, "%63[^=]=%u", name, prog) == 2;
}

bool pinset_noted(const char *tool, const char *name)
{
	char path[PIN_PATH_MAX], note[NOTE_MAX], *text = note, pin[PINSET_NAME_MAX];
	unsigned int noted;

	pin_path(path, tool, PROGRAMS);
	read_note(path, note);
	while (next_note(&text, pin, &noted))
		if (!strcmp(pin, name))
			return true;
	return false;
}

bool pinset_changed(const char *tool, char name[PINSET_NAME_MAX])
{
	char path[PIN_PATH_MAX], note[NOTE_MAX], *text = note;
	unsigned int noted;

	pin_path(path, tool, PROGRAMS);
	if (!read_note(path, note) && pin_exists(tool, PIN_STATE)) {
		snprintf(name, PINSET_NAME_MAX, PROGRAMS);
		return true;
	}
	while (next_note(&text, name, &noted)) {
		struct bpf_link_info info;
		int fd;

		pin_path(path, tool, name);
		fd = bpf_obj_get(path);
		objects_link(fd, &info);
		if (fd >= 0)
			close(fd);
		/* 0: bpf(2) is shut, to others as well. */
		if (info.prog_id && info.prog_id != noted)
			return true;
	}
	return false;
}

#define MARK PIN_ROOT "/" PIN_SEALED

int pinset_mark(const struct pin_link *links, int count)
{
	/* Of a run that was stopped. */
	unlink(MARK);
	return note_programs(MARK, links, count);
}

bool pinset_marks(__u32 id)
{
	char note[NOTE_MAX], *text = note, name[PINSET_NAME_MAX];
	unsigned int noted;

	read_note(MARK, note);
	while (next_note(&text, name, &noted))
		if (noted == id)
			return true;
	return false;
}

void pinset_unmark(void)
{
	unlink(MARK);
}

int pinset_replace(const char *tool, const struct pin_link *links, int count, bool sealed)
{
	char set[PIN_PATH_MAX], path[PIN_PATH_MAX], from[PIN_PATH_MAX], to[PIN_PATH_MAX + 64];
	struct gone gone = { 0 };
	int err = make_beside(set, tool);

	if (err)
		return err;
	for (int i = 0; i < count && !err; i++) {
		pin_path(from, tool, links[i].name);
		snprintf(to, sizeof(to), "%s/%s", set, links[i].name);
		/* libbpf's pins no link that is pinned already. */
		err = bpf_obj_pin(bpf_link__fd(links[i].link), to) ? -errno : 0;
		keep_mode(from, to);
	}
	snprintf(to, sizeof(to), "%s/" PROGRAMS, set);
	if (!err)
		err = note_programs(to, links, count);
	snprintf(to, sizeof(to), "%s/" PIN_SEALED, set);
	if (!err && sealed && symlink("until-reboot", to))
		err = -errno;
	pin_path(path, tool, NULL);
	keep_mode(path, set);
	if (!err)
		err = put_in_place(set, path, tool);
	if (err)
		remove_set(set, &gone);
	return err;
}

/* Removes what is beside; -ENOENT where nothing is. */
static int remove_beside(const char *tool)
{
	DIR *root = opendir(PIN_ROOT);
	struct gone gone = { 0 };
	struct dirent *entry;
	int err = root ? -ENOENT : -errno;

	while (root && (errno = 0, entry = readdir(root))) {
		char path[PIN_PATH_MAX];
		int failed;

		if (!is_beside(tool, entry->d_name))
			continue;
		pin_path(path, entry->d_name, NULL);
		failed = remove_set(path, &gone);
		if (failed || err == -ENOENT)
			err = failed;
	}
	if (root && errno)
		err = -errno;
	if (root)
		closedir(root);
	return err ? err : gone_wait(&gone);
}

int pinset_sweep(const char *tool)
{
	int err = remove_beside(tool);

	return err == -ENOENT ? 0 : err;
}

int pinset_remove(const char *tool)
{
	char path[PIN_PATH_MAX], old[PIN_PATH_MAX];
	int err = make_beside(old, tool);

	if (err)
		return err;
	/* In one step, so that no part of a set ever passes for one. */
	pin_path(path, tool, NULL);
	if (rename(path, old)) {
		err = -errno;
		rmdir(old);
		if (err != -ENOENT)
			return err;
	}
	return remove_beside(tool);
}
