/* SPDX-License-Identifier: GPL-2.0-only */
/* Opening the folders and files that settings are in: only what root alone decides about. */
#ifndef BPFLOCK_FILES_H
#define BPFLOCK_FILES_H

#include <stddef.h>
#include <sys/stat.h>

#include "options/settings.h"

/*
 * Opens the folder at @error->where: a descriptor, or a negative errno; -EINVAL with the reason in
 * @error->why where it is a link elsewhere, or others than its owner can write there.
 */
int files_open_folder(struct settings_error *error);

/*
 * Opens the file @name in @folder, of which @st then tells: likewise. A link is followed to
 * /dev/null, which masks, and to where kubelet keeps the files of a ConfigMap: ..data/NAME, where
 * ..data is a link to a folder beside it (pkg/volume/util/atomic_writer.go).
 */
int files_open(int folder, const char *name, struct stat *st, struct settings_error *error);

/*
 * Whether only root can have decided what is in the open file or folder @fd, of which @st tells: 0,
 * or -EINVAL with the reason in @why.
 */
int files_check_owner(int fd, const struct stat *st, char *why, size_t size);

/* Whether @st is /dev/null: what a mask is. */
bool files_is_mask(const struct stat *st);

#endif
