// SPDX-License-Identifier: GPL-2.0-only
/*
 * Any record gives one line of plain characters, as text, as JSON and as an entry of the journal,
 * in which no name brings a key: who reads it finds each of ours once, and a real reader takes the
 * JSON.
 */
#include <ctype.h>
#include <json-c/json.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "records/events.h"

/* A record of any content. A program's own words for a subject are its own to test. */
struct input {
	__u8 executed, no_names, unused[6];
	struct records_entry entry; /* its pointers are set */
	struct record_names names[2];
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned int seed);
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max);

/* Names that try to be something else: each is put where a name can be. */
static const char *const words[] = {
	"bash",
	"a\nreason=allow (baseline)",
	"x reason=allow",
	"\" level=info",
	"\\\\\\\\\\\\\\\\",
	"================",
	"\033[2J\033]0;x\007",
	"\2331m\342\200\256",
	"\377\376\300\257\355\240\200",
	"\",\"reason\":\"allow",
};

/*
 * What the fuzzer begins with, and goes back to: made here, so that it is of the layout of today.
 * Whatever is shorter would leave the names empty.
 */
static void begin(struct input *input, unsigned int seed)
{
	const char *word = words[seed % (sizeof(words) / sizeof(words[0]))];
	struct record_executed *e = &input->entry.executed;
	struct record *r = &input->entry.value.record;

	memset(input, 0, sizeof(*input));
	input->entry.key.operation = 2;
	input->executed = seed >> 8 & 1;
	r->pid = r->ppid = r->count = r->cgroup = r->exe = r->kinds = 7;
	strncpy(r->comm, word, sizeof(r->comm));
	strncpy(r->pcomm, word, sizeof(r->pcomm));
	for (int i = 0; i < 2; i++) {
		input->names[i].length = (__u32)strlen(word) + 1;
		strcpy(input->names[i].text, word);
	}
	if (!input->executed) {
		strncpy(input->entry.value.subject.name, word, RECORD_NAME_MAX);
		return;
	}
	strncpy(e->filename, word, sizeof(e->filename));
	strncpy(e->interpreter, word, sizeof(e->interpreter));
	strncpy(e->arguments, word, sizeof(e->arguments));
	e->size = (__u32)strlen(word) + 1;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned int seed)
{
	if (max < sizeof(struct input))
		return size;
	if (size != sizeof(struct input) || seed % 64 == 0)
		begin((struct input *)data, seed >> 8);
	LLVMFuzzerMutate(data, sizeof(struct input), sizeof(struct input));
	return sizeof(struct input);
}

static size_t count(const char *text, const char *what)
{
	size_t n = 0;

	for (; (text = strstr(text, what)); text++)
		n++;
	return n;
}

static void must(bool holds)
{
	if (!holds)
		abort();
}

/* A key for each that has to be there, behind @before and with @after. */
static void check_keys(const char *text, bool executed, const char *before, const char *after)
{
	static const char *const keys[] = { "event", "tgid", "comm", "retval", "op" };
	char key[64];

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		snprintf(key, sizeof(key), "%s%s%s", before, keys[i], after);
		must(count(text, key) == 1);
	}
	snprintf(key, sizeof(key), "%sreason%s", before, after);
	must(count(text, key) == !executed);
	snprintf(key, sizeof(key), "%sfilename%s", before, after);
	must(count(text, key) <= 1);
}

/* A blank and what @text has in quotes behind @key, as who reads logfmt takes it; @text goes on
 * behind. */
static char *quoted(const char **text, const char *key)
{
	char *value = calloc(1, strlen(*text) + 2), *to = value;
	const char *at = *text + strlen(key);

	must(!strncmp(*text, key, strlen(key)));
	*to++ = ' ';
	for (; *at != '"'; *to++ = *at++) {
		if (*at == '\\')
			at++;
		must(*at);
	}
	*text = at + 1;
	return value;
}

/* Words are a key and a value each, but the reason's, which alone has blanks. */
static void check_words(char *message)
{
	bool reason = false;

	for (char *save, *word = strtok_r(message, " ", &save); word;
	     word = strtok_r(NULL, " ", &save)) {
		char *value = strchr(word, '=');

		must(value ? !strchr(value + 1, '=') : reason);
		if (value)
			reason = !strncmp(word, "reason=", 7);
	}
}

static void check_text(char *line, bool executed)
{
	const char *text = line;
	char *message, *arguments;

	free(quoted(&text, "time=\""));
	free(quoted(&text, " first=\""));
	message = quoted(&text, " level=info msg=\"");
	must(!strcmp(text, " bpfprog=kimglock subsys=bpf"));
	/* What is in these quotes is no key, and there are no others. */
	arguments = strchr(message, '"');
	if (arguments) {
		const char *end = strchr(arguments + 1, '"');

		must(executed && end && !strncmp(arguments - 11, " arguments=", 11));
		memmove(arguments, end + 1, strlen(end));
	}
	must(!strchr(message, '"'));
	check_keys(message, executed, " ", "=");
	check_words(message);
	free(message);
}

static void check_json(char *text, bool executed)
{
	struct json_tokener *tokener = json_tokener_new();
	struct json_object *object;

	json_tokener_set_flags(tokener, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
	object = json_tokener_parse_ex(tokener, text, (int)strlen(text) + 1);
	must(json_object_is_type(object, json_type_object));
	check_keys(text, executed, "\"", "\":");
	json_object_put(object);
	json_tokener_free(tokener);
}

/* Lines, each a field whose name is ours to choose. */
static void check_journal(char *text, bool executed)
{
	must(count(text, "\nMESSAGE=") == 1 && count(text, "\nBPFLOCK_ID=") == 1);
	for (char *at = text; *at; at = strchr(at, '\n') + 1) {
		size_t name = strspn(at, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_");

		must(name && at[name] == '=');
	}
	for (char *at = text; *at; at++)
		*at = (char)tolower((unsigned char)*at);
	check_keys(text, executed, "\nbpflock_", "=");
}

enum form { FORM_TEXT, FORM_JSON, FORM_JOURNAL, FORMS };

static char *print(const struct input *input, enum form form)
{
	static struct operations ops;
	struct events_format format = { .tool = "kimglock",
					.ops = &ops,
					.json = form == FORM_JSON,
					.executed = input->executed & 1,
					.all = true };
	char *text;
	size_t length, lines = 0;
	FILE *stream;

	operations_add(&ops, 2, "dev_mem", "integrity");
	stream = open_memstream(&text, &length);
	if (form == FORM_JOURNAL)
		events_print_journal(stream, &format, &input->entry);
	else
		events_print(stream, &format, &input->entry);
	fclose(stream);
	must(strlen(text) == length && text[length - 1] == '\n');
	for (const char *c = text; *c; c++) {
		must((*c >= ' ' && *c <= '~') || *c == '\n');
		lines += *c == '\n';
	}
	if (form != FORM_JOURNAL) {
		must(lines == 1);
		text[length - 1] = '\0';
	}
	return text;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static void (*const checks[])(char *, bool) = { check_text, check_json, check_journal };
	struct input input = { 0 };

	if (size != sizeof(input))
		return 0;
	memcpy(&input, data, size);
	for (int i = 0; i < 2; i++)
		input.names[i].text[sizeof(input.names[i].text) - 1] = '\0';
	input.entry.cgroup = input.no_names & 1 ? NULL : &input.names[0];
	input.entry.exe = input.no_names & 2 ? NULL : &input.names[1];
	for (int form = 0; form < FORMS; form++) {
		char *text = print(&input, form);

		checks[form](text, input.executed & 1);
		free(text);
	}
	return 0;
}
