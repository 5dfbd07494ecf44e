// SPDX-License-Identifier: GPL-2.0-only
#include <stdint.h>
#include <string.h>

#include "words/escape.h"

#define REPLACEMENT 0xfffd

void escape_word(FILE *stream, const char *text, size_t size)
{
	for (size_t i = 0; i < size && text[i]; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c > ' ' && c < 0x7f && !strchr("=\"\\", c))
			putc(c, stream);
		else
			fprintf(stream, "\\x%02x", c);
	}
}

void escape_quoted(FILE *stream, const char *text)
{
	for (; *text; text++) {
		if (strchr("\"\\", *text))
			putc('\\', stream);
		putc(*text, stream);
	}
}

/* The length of the UTF-8 sequence that starts with @c, and its first bits; 0: none does. */
static size_t utf8_length(unsigned char c, uint32_t *bits)
{
	if (c < 0x80) {
		*bits = c;
		return 1;
	}
	if (c >= 0xc2 && c < 0xe0) {
		*bits = c & 0x1f;
		return 2;
	}
	if (c >= 0xe0 && c < 0xf0) {
		*bits = c & 0x0f;
		return 3;
	}
	if (c >= 0xf0 && c < 0xf5) {
		*bits = c & 0x07;
		return 4;
	}
	return 0;
}

/* The character at @text and its length; a byte that starts none is U+FFFD (RFC 3629). */
static size_t utf8_decode(const char *text, size_t size, uint32_t *character)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	uint32_t bits = 0;
	size_t length = utf8_length((unsigned char)text[0], &bits);

	*character = REPLACEMENT;
	if (!length || length > size)
		return 1;
	for (size_t i = 1; i < length; i++) {
		unsigned char c = (unsigned char)text[i];

		if ((c & 0xc0) != 0x80)
			return 1;
		bits = bits << 6 | (c & 0x3f);
	}
	if (bits < least[length] || bits > 0x10ffff || (bits >= 0xd800 && bits < 0xe000))
		return 1;
	*character = bits;
	return length;
}

void escape_json(FILE *stream, const char *text, size_t size)
{
	size_t length = strnlen(text, size);
	uint32_t c;

	putc('"', stream);
	for (size_t i = 0; i < length; i += utf8_decode(text + i, length - i, &c)) {
		utf8_decode(text + i, length - i, &c);
		if (c >= ' ' && c < 0x7f && c != '"' && c != '\\')
			putc((int)c, stream);
		else if (c < 0x10000)
			fprintf(stream, "\\u%04x", c);
		else
			fprintf(stream, "\\u%04x\\u%04x", 0xd800 + ((c - 0x10000) >> 10),
				0xdc00 + ((c - 0x10000) & 0x3ff));
	}
	putc('"', stream);
}
