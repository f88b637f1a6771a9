/* Runs the committed seeds, and a few thousand mutations of each, through a harness without libFuzzer: fuzz-NAME [SEED...]
 * reads tests/fuzz/seeds/NAME; which seeds is said as in tests/support/harness.py. */
#include "fuzz.h"

#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/selection.h"

#define INPUT_MAX 65536

__attribute__((weak)) int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	return 0;
}

static uint64_t state;

/* xorshift64: the same inputs of a seed in every run, whichever seeds run. */
static uint32_t draw(uint32_t below)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (uint32_t)(state % below);
}

static size_t mutate(uint8_t *data, size_t size)
{
	unsigned times = 1 + draw(4);

	while (times-- > 0 && size > 0) {
		size_t at = draw((uint32_t)size);

		switch (draw(4)) {
		case 0:
			data[at] ^= (uint8_t)(1u << draw(8));
			break;
		case 1:
			data[at] = (uint8_t)draw(256);
			break;
		case 2:
			size = at;
			break;
		default:
			if (size < INPUT_MAX) {
				memmove(data + at + 1, data + at, size - at);
				size++;
			}
		}
	}
	return size;
}

static unsigned replay(const char *path, unsigned mutations)
{
	static uint8_t seed[INPUT_MAX], data[INPUT_MAX];
	FILE *file = fopen(path, "re");
	size_t size, mutated;
	unsigned i;

	fuzz_expect(file != NULL, path);
	size = fread(seed, 1, sizeof(seed), file);
	fuzz_expect(fclose(file) == 0, path);
	state = 88172645463325252ULL;
	LLVMFuzzerTestOneInput(seed, size);
	for (i = 0; i < mutations; i++) {
		memcpy(data, seed, size);
		mutated = mutate(data, size);
		LLVMFuzzerTestOneInput(data, mutated);
	}
	return 1 + mutations;
}

static int is_selected(const struct dirent *entry)
{
	return entry->d_name[0] != '.' && selection_has(entry->d_name);
}

int main(int argc, char **argv)
{
	const char *name = strrchr(argv[0], '/'), *times = getenv("LBR_MUTATIONS");
	char directory[128], path[512];
	unsigned mutations, inputs = 0;
	struct dirent **seeds;
	int count, status, i;

	name = name != NULL ? name + 1 : argv[0];
	snprintf(directory, sizeof(directory), "tests/fuzz/seeds/%.64s", strncmp(name, "fuzz-", 5) == 0 ? name + 5 : name);
	mutations = times != NULL ? (unsigned)strtoul(times, NULL, 10) : strstr(name, "dialogue") != NULL ? 30 : 2000;
	selection_begin(argc, argv);
	count = scandir(directory, &seeds, is_selected, alphasort);
	fuzz_expect(count >= 0, directory);
	if (selection_is_over(&status))
		return status;
	LLVMFuzzerInitialize(&argc, &argv);
	for (i = 0; i < count; i++) {
		snprintf(path, sizeof(path), "%s/%.255s", directory, seeds[i]->d_name);
		inputs += replay(path, mutations);
		free(seeds[i]);
	}
	free(seeds);
	fuzz_expect(inputs > 0, "no seeds");
	printf("%u passed, 0 failed\n", inputs);
	return 0;
}
