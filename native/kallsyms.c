// SPDX-License-Identifier: Apache-2.0
#include "kallsyms.h"

#include <stdlib.h>
#include <string.h>

struct entry {
	__u64 address;
	__u32 name; /* offset: NAME, 0, then [MODULE] or nothing, 0 */
};

struct kallsyms {
	struct entry *entries;
	size_t count, room;
	char *names;
	size_t names_length, names_room;
};

static void *grow(void *array, size_t *room, size_t wanted, size_t size)
{
	size_t new_room = *room ? *room : 1 << 16;

	if (wanted <= *room)
		return array;
	while (new_room < wanted)
		new_room *= 2;
	array = realloc(array, new_room * size);
	if (array)
		*room = new_room;
	return array;
}

static int add(struct kallsyms *symbols, __u64 address, const char *name, const char *module)
{
	size_t name_length = strlen(name) + 1, module_length = strlen(module) + 1;
	size_t end = symbols->names_length + name_length + module_length;
	char *names = grow(symbols->names, &symbols->names_room, end, 1);
	struct entry *entries;

	if (!names)
		return -1;
	symbols->names = names;
	entries = grow(symbols->entries, &symbols->room, symbols->count + 1, sizeof(*entries));
	if (!entries)
		return -1;
	symbols->entries = entries;
	entries[symbols->count++] = (struct entry){address, symbols->names_length};
	memcpy(names + symbols->names_length, name, name_length);
	memcpy(names + symbols->names_length + name_length, module, module_length);
	symbols->names_length = end;
	return 0;
}

/* A line is ADDRESS TYPE NAME, and [MODULE] behind a tab; only code is kept. */
static int add_line(struct kallsyms *symbols, char *line)
{
	char *at, *name, *module;
	__u64 address = strtoull(line, &at, 16);

	if (at == line || at[0] != ' ' || !at[1] || !strchr("tTwW", at[1]) || at[2] != ' ')
		return 0;
	name = at + 3;
	name[strcspn(name, "\n")] = 0;
	module = strchr(name, '\t');
	if (module)
		*module++ = 0;
	return address ? add(symbols, address, name, module ? module : "") : 0;
}

static int by_address(const void *a, const void *b)
{
	const struct entry *left = a, *right = b;

	return (left->address > right->address) - (left->address < right->address);
}

void kallsyms_free(struct kallsyms *symbols)
{
	if (!symbols)
		return;
	free(symbols->entries);
	free(symbols->names);
	free(symbols);
}

struct kallsyms *kallsyms_read(const char *path)
{
	struct kallsyms *symbols = calloc(1, sizeof(*symbols));
	FILE *file = fopen(path, "re");
	char line[512];
	int ret = 0;

	while (symbols && file && !ret && fgets(line, sizeof(line), file))
		ret = add_line(symbols, line);
	if (file)
		fclose(file);
	if (!symbols || !symbols->count || ret) {
		kallsyms_free(symbols);
		return NULL;
	}
	qsort(symbols->entries, symbols->count, sizeof(struct entry), by_address);
	return symbols;
}

/* The last one at or below the address; of several names of one address the first. */
static const struct entry *find(const struct kallsyms *symbols, __u64 address)
{
	size_t low = 0, high = symbols->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (symbols->entries[middle].address <= address)
			low = middle + 1;
		else
			high = middle;
	}
	if (!low)
		return NULL;
	while (low > 1 && symbols->entries[low - 2].address == symbols->entries[low - 1].address)
		low--;
	return &symbols->entries[low - 1];
}

void kallsyms_add(const struct kallsyms *symbols, __u64 address, struct text *out)
{
	const struct entry *entry = symbols ? find(symbols, address) : NULL;
	const struct entry *next = entry, *end;
	const char *name, *module;

	if (!entry) {
		text_add(out, "0x%llx", address);
		return;
	}
	end = symbols->entries + symbols->count;
	while (next < end && next->address == entry->address)
		next++;
	name = symbols->names + entry->name;
	module = name + strlen(name) + 1;
	text_add(out, "%s+0x%llx", name, address - entry->address);
	if (next < end)
		text_add(out, "/0x%llx", next->address - entry->address);
	if (*module)
		text_add(out, " %s", module);
}
