// SPDX-License-Identifier: GPL-2.0-only
#include <ctype.h>
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "words/escape.h"
#include "holders.h"

#define NAMES_MAX 64

/* Names, each once. */
struct names {
	char list[NAMES_MAX][16];
	int count;
};

static void names_add(struct names *names, const char *name)
{
	for (int i = 0; i < names->count; i++)
		if (!strcmp(names->list[i], name))
			return;
	if (names->count < NAMES_MAX)
		snprintf(names->list[names->count++], sizeof(names->list[0]), "%s", name);
}

static void names_write(FILE *stream, const struct names *names)
{
	for (int i = 0; i < names->count; i++) {
		fputs(i ? ", " : "", stream);
		escape_word(stream, names->list[i], sizeof(names->list[i]));
	}
}

/* Whether process @pid has a descriptor of BPF (kernel/bpf/syscall.c: anon_inode_getfd). */
static bool holds_bpf(const char *pid)
{
	char path[64], target[64];
	struct dirent *entry;
	bool holds = false;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%.10s/fd", pid);
	dir = opendir(path);
	while (dir && !holds && (entry = readdir(dir))) {
		ssize_t length = readlinkat(dirfd(dir), entry->d_name, target, sizeof(target) - 1);

		target[length < 0 ? 0 : length] = '\0';
		holds = !strncmp(target, "anon_inode:bpf", 14);
	}
	if (dir)
		closedir(dir);
	return holds;
}

static ino_t pid_namespace(const char *pid)
{
	char path[64];
	struct stat st;

	snprintf(path, sizeof(path), "/proc/%.10s/ns/pid", pid);
	return stat(path, &st) ? 0 : st.st_ino;
}

static void add_comm(struct names *names, const char *pid)
{
	char path[64], comm[16] = "";
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%.10s/comm", pid);
	file = fopen(path, "re");
	if (file && fgets(comm, sizeof(comm), file)) {
		comm[strcspn(comm, "\n")] = '\0';
		names_add(names, comm);
	}
	if (file)
		fclose(file);
}

int holders_list(FILE *stream, bool inside)
{
	DIR *proc = opendir("/proc");
	struct names names = { 0 };
	struct dirent *entry;

	while (proc && (entry = readdir(proc))) {
		const char *pid = entry->d_name;

		if (!isdigit((unsigned char)*pid) || atoi(pid) == getpid() ||
		    (inside && pid_namespace(pid) == pid_namespace("self")) || !holds_bpf(pid))
			continue;
		add_comm(&names, pid);
	}
	if (proc)
		closedir(proc);
	names_write(stream, &names);
	return names.count;
}
