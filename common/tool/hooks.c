// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <bpf/libbpf.h>

#include "kernel/cgroup.h"
#include "kernel/kernel.h"
#include "load/sections.h"
#include "tool/hooks.h"

bool hooks_of_cgroup(const struct tool_hook *hook)
{
	return !strncmp(hook->lsm, "cgroup/", strlen("cgroup/"));
}

bool hooks_of_registers(const struct policy *policy)
{
	(void)policy;
	return kernel_is_since(6, 18);
}

static bool is_there(const struct kernel_btf *kernel, const struct tool_hook *hook,
		     enum policy_attachment attachment)
{
	char function[SECTIONS_FUNCTION_MAX];
	int root;

	if (hooks_of_cgroup(hook)) {
		root = cgroup_open_root();
		if (root >= 0)
			close(root);
		return root >= 0;
	}
	sections_target(hook->lsm, hook->prog, attachment, function);
	return btf_function(kernel, function) != 0;
}

/* Whether @hook does the work of another that is there. */
static bool is_spare(const struct tool *tool, const struct kernel_btf *kernel,
		     const struct tool_hook *hook, enum policy_attachment attachment)
{
	for (const struct tool_hook *other = tool->hooks; other->prog; other++)
		if (other->instead && !strcmp(other->instead, hook->prog))
			return is_there(kernel, other, attachment);
	return false;
}

const struct tool_hook *hooks_choose(const struct tool *tool, struct bpf_object *object,
				     const struct kernel_btf *kernel, const struct frozen *frozen)
{
	const struct tool_hook *lacking = NULL;

	for (const struct tool_hook *hook = tool->hooks; hook->prog; hook++) {
		bool needed = (!hook->needed || hook->needed(&frozen->policy)) &&
			      !is_spare(tool, kernel, hook, frozen->attachment);
		bool there = is_there(kernel, hook, frozen->attachment);

		if (needed && !there && !hook->instead)
			lacking = hook;
		bpf_program__set_autoload(bpf_object__find_program_by_name(object, hook->prog),
					  needed && there);
	}
	return lacking;
}

void hooks_events(const struct tool *tool, struct operations *ops)
{
	for (const struct tool_hook *hook = tool->hooks; hook->prog; hook++)
		if (hook->decides)
			operations_event(ops, hook->decides, hook->event);
	for (const struct tool_hook *hook = tool->hooks; hook->prog; hook++)
		if (!hook->decides)
			operations_event(ops, NULL, hook->event);
	operations_event(ops, NULL, "unknown");
}

static void print_tests(const struct tool_hook *hook)
{
	const char *between = "";

	for (const struct tool_test *test = hook->tests; test->try; test++) {
		printf("%s%s", between, test->operation ? test->operation : "each other");
		between = ",";
	}
	if (!hook->tests[0].try)
		printf("no: %s", hook->untested);
}

void hooks_print(const struct tool *tool)
{
	printf("\n%-24s %-28s %-6s %-56s %s\n", "HOOK", "EVENT", "SINCE", "DECIDES", "TESTED BY");
	for (const struct tool_hook *hook = tool->hooks; hook->prog; hook++) {
		printf("%-24s %-28s %-6s %-56s ", hook->lsm, hook->event,
		       hook->since ? hook->since : "-", hook->decides ? hook->decides : "the rest");
		print_tests(hook);
		putchar('\n');
	}
}
