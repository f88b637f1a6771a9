#include "proxy_tree.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

bool cli_proxy_tree_begin(struct proxy_tree *ret)
{
	*ret = (struct proxy_tree){ .root = calloc(1, sizeof(struct proxy_node) + 1) };
	return ret->root != NULL;
}

void cli_proxy_tree_free(struct proxy_tree *tree)
{
	struct proxy_node *node;
	struct proxy_path *path;

	while ((node = tree->made) != NULL) {
		tree->made = node->made_next;
		free(node);
	}
	while ((path = tree->paths) != NULL) {
		tree->paths = path->next;
		free(path);
	}
	free(tree->root);
	*tree = (struct proxy_tree){ .root = NULL };
}

const char *cli_proxy_keep(struct proxy_tree *tree, const char *path)
{
	size_t len = strlen(path) + 1;
	struct proxy_path *kept = malloc(sizeof(*kept) + len);

	if (kept == NULL)
		return NULL;
	memcpy(kept->name, path, len);
	kept->next = tree->paths;
	tree->paths = kept;
	return kept->name;
}

struct proxy_node *cli_proxy_add(struct proxy_tree *tree, struct proxy_node *parent, const struct proxy_node *facts,
                                 const char *text, size_t len)
{
	struct proxy_node *node = parent->depth < PROXY_DEPTH_MAX ? malloc(sizeof(*node) + len + 1) : NULL;

	if (node == NULL)
		return NULL;
	*node = *facts;
	memcpy(node->text, text, len);
	node->text[len] = '\0';
	node->parent = parent;
	node->depth = parent->depth + 1;
	node->first = node->last = node->next = node->made_next = NULL;
	if (parent->last != NULL)
		parent->last->next = node;
	else
		parent->first = node;
	parent->last = node;
	if (tree->made_last != NULL)
		tree->made_last->made_next = node;
	else
		tree->made = node;
	tree->made_last = node;
	return node;
}

const char *cli_proxy_word(const struct proxy_node *node, unsigned at)
{
	const char *word = node->text;

	if (at >= node->count)
		return "";
	while (at-- > 0)
		word += strlen(word) + 1;
	return word;
}

bool cli_proxy_is(const struct proxy_node *node, const char *name)
{
	return strcasecmp(node->text, name) == 0;
}

const struct proxy_node *cli_proxy_next(const struct proxy_node *scope, const struct proxy_node *at)
{
	const struct proxy_node *from = at != NULL ? at->parent : scope, *next = at != NULL ? at->next : scope->first;

	for (;;) {
		for (; next == NULL && from != scope; from = from->parent)
			next = from->next;
		if (next == NULL || !next->through)
			return next;
		from = next;
		next = next->first;
	}
}

const struct proxy_node *cli_proxy_scope(const struct proxy_node *node)
{
	do
		node = node->parent;
	while (node != NULL && node->through);
	return node;
}

const struct proxy_node *cli_proxy_find(const struct proxy_node *scope, const char *name)
{
	const struct proxy_node *at = NULL, *found = NULL;

	while ((at = cli_proxy_next(scope, at)) != NULL)
		if (cli_proxy_is(at, name))
			found = at;
	return found;
}

const struct proxy_node *cli_proxy_effective(const struct proxy_node *scope, const char *name)
{
	const struct proxy_node *found = NULL;

	for (; scope != NULL && found == NULL; scope = cli_proxy_scope(scope))
		found = cli_proxy_find(scope, name);
	return found;
}
