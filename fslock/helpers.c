// SPDX-License-Identifier: GPL-2.0-only
#include <dirent.h>
#include <fcntl.h>
#include <mntent.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "helpers.h"
#include "kernel/line.h"

#define PROGRAM_MAX 256

/* Whether @program, without arguments, is one of the system: where it is not, an empty name is. */
static bool is_of_system(const char *program)
{
	static const char *const places[] = { "/usr/", "/bin/", "/sbin/", "/lib/" };
	struct stat st;

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		if (!strncmp(program, places[i], strlen(places[i])) && !strstr(program, "/../"))
			return stat(program, &st) || (!st.st_uid && !(st.st_mode & 022));
	return !*program;
}

static void look(const char *path, void (*tell)(const char *what, const char *program))
{
	bool core = !strcmp(path, "/proc/sys/kernel/core_pattern");
	char line[PROGRAM_MAX];
	char *program = line;

	if (line_read(AT_FDCWD, path, line, sizeof(line)) < 0)
		return;
	/* Without it, it is the name of a file. */
	if (core && *program++ != '|')
		return;
	program += strspn(program, " ");
	program[strcspn(program, " ")] = '\0';
	if (!is_of_system(program))
		tell(path, program);
}

/* The interpreter of an entry of binfmt_misc, which is in its second line. */
static void look_entry(const char *path, void (*tell)(const char *what, const char *program))
{
	static const char key[] = "interpreter ";
	FILE *entry = fopen(path, "re");
	char line[PROGRAM_MAX];

	while (entry && fgets(line, sizeof(line), entry)) {
		line[strcspn(line, "\n")] = '\0';
		if (!strncmp(line, key, strlen(key)) && !is_of_system(line + strlen(key)))
			tell(path, line + strlen(key));
	}
	if (entry)
		fclose(entry);
}

static void look_entries(const char *place, void (*tell)(const char *what, const char *program))
{
	DIR *folder = opendir(place);
	char path[PROGRAM_MAX];
	struct dirent *entry;

	while (folder && (entry = readdir(folder)))
		if (entry->d_type == DT_REG && strcmp(entry->d_name, "register") &&
		    snprintf(path, sizeof(path), "%s/%s", place, entry->d_name) < (int)sizeof(path))
			look_entry(path, tell);
	if (folder)
		closedir(folder);
}

/* Those of version 1 of cgroups and of binfmt_misc, where each is mounted. */
static void look_mounts(void (*tell)(const char *what, const char *program))
{
	FILE *mounts = setmntent("/proc/self/mounts", "re");
	struct mntent *entry;
	char path[PROGRAM_MAX];

	while (mounts && (entry = getmntent(mounts))) {
		if (!strcmp(entry->mnt_type, "binfmt_misc"))
			look_entries(entry->mnt_dir, tell);
		if (!strcmp(entry->mnt_type, "cgroup") &&
		    snprintf(path, sizeof(path), "%s/release_agent", entry->mnt_dir) <
			    (int)sizeof(path))
			look(path, tell);
	}
	if (mounts)
		endmntent(mounts);
}

void helpers_each(void (*tell)(const char *what, const char *program))
{
	static const char *const paths[] = {
		"/proc/sys/kernel/core_pattern",
		"/proc/sys/kernel/modprobe",
		"/proc/sys/kernel/poweroff_cmd",
		"/proc/sys/kernel/hotplug",
		"/proc/sys/fs/ocfs2/nm/hb_ctl_path",
		"/sys/kernel/uevent_helper",
		"/sys/module/nfsd/parameters/cltrack_prog",
		"/sys/module/nfs/parameters/cache_getent",
		"/sys/module/drbd/parameters/usermode_helper",
		"/sys/bus/platform/drivers/uvesafb/v86d",
	};

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		look(paths[i], tell);
	look_mounts(tell);
}
