/* The files of nginx and Apache: each directive has a name and a line of the text, blocks are within their bound. */
#include "fuzz.h"

#include <string.h>

#include "proxy_tree.h"

typedef unsigned reader(const char *text, size_t len, const char *path, struct proxy_tree *tree, struct proxy_node *into);

static void try_block(const struct proxy_node *scope, unsigned lines)
{
	const struct proxy_node *at = NULL;

	while ((at = cli_proxy_next(scope, at)) != NULL) {
		unsigned word;

		fuzz_expect(at->count >= 1 && at->line >= 1 && at->line <= lines, "a directive's place");
		fuzz_expect(at->depth <= PROXY_DEPTH_MAX, "the depth of blocks");
		for (word = 0; word <= at->count; word++)
			fuzz_expect(strlen(cli_proxy_word(at, word)) <= PROXY_DIRECTIVE_MAX, "a word's bound");
		fuzz_expect(cli_proxy_scope(at) == scope, "the block around a directive");
		fuzz_expect(cli_proxy_effective(at, at->text) != NULL, "a directive that is found by its name");
		try_block(at, lines);
	}
}

static void try_reader(reader *read, const char *text, size_t len)
{
	struct proxy_tree tree;
	unsigned lines = 1, fault;
	size_t at;

	for (at = 0; at < len; at++)
		lines += text[at] == '\n';
	fuzz_expect(cli_proxy_tree_begin(&tree), "memory");
	fault = read(text, len, "x", &tree, tree.root);
	fuzz_expect(fault <= lines, "the place of a fault");
	try_block(tree.root, lines);
	cli_proxy_tree_free(&tree);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	try_reader(cli_nginx_read, (const char *)data, size);
	try_reader(cli_apache_read, (const char *)data, size);
	return 0;
}
