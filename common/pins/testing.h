/* SPDX-License-Identifier: GPL-2.0-only */
/* Who says that it tests: what it and its children do is counted apart, and on no record. */
#ifndef BPFLOCK_TESTING_H
#define BPFLOCK_TESTING_H

/*
 * Says to all programs that are pinned, and to that of @more, the iterator of one that is not yet,
 * or -1, that this process tests from now on, and that it is done. @more is closed. They nest: the
 * outermost says it to what is pinned. What bpf(2) is denied meanwhile can't be told by the
 * records.
 */
void testing_begin(int more);
void testing_end(int more);

#endif
