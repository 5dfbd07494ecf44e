// SPDX-License-Identifier: GPL-2.0-only
/*
 * Any record gives one line of plain characters, as text and as JSON; the text's
 * message has no more keys than ours, and a real reader takes the JSON and finds
 * in it the keys that we wrote.
 */
#include <json-c/json.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "records/events.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char *print(const struct records_entry *entry, bool json)
{
	static struct operations ops;
	struct events_format format = {
		.tool = "kimglock", .ops = &ops, .json = json, .all = true
	};
	char *text;
	size_t length;
	FILE *stream;

	operations_add(&ops, 2, "dev_mem", "integrity");
	stream = open_memstream(&text, &length);
	events_print(stream, &format, entry);
	fclose(stream);
	if (strlen(text) != length || text[length - 1] != '\n')
		abort();
	text[length - 1] = '\0';
	for (const char *c = text; *c; c++)
		if (*c < ' ' || *c > '~')
			abort();
	return text;
}

static size_t count(const char *text, const char *what)
{
	size_t n = 0;

	for (; (text = strstr(text, what)); text++)
		n++;
	return n;
}

static void check_text(const char *text)
{
	static const char *const keys[] = { "event=", " operation=", " comm=", " reason=",
					    " retval=" };

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (count(text, keys[i]) != 1)
			abort();
	/* The quotes of time, first and msg, and none that a name brought. */
	if (count(text, "\"") != 6)
		abort();
}

static void check_json(const char *text)
{
	struct json_tokener *tokener = json_tokener_new();
	struct json_object *object, *value;

	json_tokener_set_flags(tokener, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
	object = json_tokener_parse_ex(tokener, text, (int)strlen(text) + 1);
	if (!object || !json_object_object_get_ex(object, "reason", &value) ||
	    !json_object_object_get_ex(object, "comm", &value) || count(text, "\"reason\":") != 1)
		abort();
	json_object_put(object);
	json_tokener_free(tokener);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct records_entry entry = { 0 };
	struct record_names names[2] = { 0 };
	const size_t room = offsetof(struct records_entry, cgroup);
	char *text;

	/* From the end, where the names are. */
	if (size > room + sizeof(names))
		size = room + sizeof(names);
	if (size > room) {
		memcpy(names, data + room, size - room);
		entry.cgroup = &names[0];
		entry.exe = &names[1];
		for (int i = 0; i < 2; i++)
			names[i].text[sizeof(names[i].text) - 1] = '\0';
		size = room;
	}
	memcpy((char *)&entry + room - size, data, size);
	text = print(&entry, false);
	check_text(text);
	free(text);
	text = print(&entry, true);
	check_json(text);
	free(text);
	return 0;
}
