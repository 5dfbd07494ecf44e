/* SPDX-License-Identifier: GPL-2.0-only */
/* Ways to have the hooks of pinlock decide, which change nothing: see tool/tool.h. */
#ifndef BPFLOCK_TRY_H
#define BPFLOCK_TRY_H

int try_unlink(unsigned int op);
int try_rmdir(unsigned int op);
int try_rename(unsigned int op);
int try_umount(unsigned int op);
int try_umount_lazily(unsigned int op);
int try_move(unsigned int op);
int try_move_mount(unsigned int op);
int try_pivot_root(unsigned int op);

#endif
