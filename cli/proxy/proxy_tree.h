/* The configuration of nginx or Apache as a tree of directives, each with its file and line. Pure. */
#ifndef CLI_PROXY_TREE_H
#define CLI_PROXY_TREE_H

#include <stdbool.h>
#include <stddef.h>

#define PROXY_DEPTH_MAX 64       /* blocks in blocks */
#define PROXY_DIRECTIVE_MAX 65536 /* bytes of one directive's words */

struct proxy_node {
	struct proxy_node *parent, *first, *last, *next, *made_next;
	const char        *path; /* of its file */
	unsigned           line, depth, count; /* `count` words, the first one is its name */
	bool               block;
	bool               through; /* what it holds counts as its parent's: an include, an IfModule */
	char               text[]; /* the words, each with its NUL */
};

struct proxy_path {
	struct proxy_path *next;
	char               name[];
};

struct proxy_tree {
	struct proxy_node *root, *made, *made_last; /* `made`: all nodes but the root, in the order they were read */
	struct proxy_path *paths;
};

/* False: no memory. The caller frees it in any case. */
bool cli_proxy_tree_begin(struct proxy_tree *ret);
void cli_proxy_tree_free(struct proxy_tree *tree);

/* Keeps a copy of the path for the tree's nodes. NULL: no memory. */
const char *cli_proxy_keep(struct proxy_tree *tree, const char *path);

/* Adds a directive as the last one of `parent`. NULL: no memory, or more than PROXY_DEPTH_MAX blocks in blocks. */
struct proxy_node *cli_proxy_add(struct proxy_tree *tree, struct proxy_node *parent, const struct proxy_node *facts,
                                 const char *text, size_t len);

/* The word at `at`, or "" beyond the last one. */
const char *cli_proxy_word(const struct proxy_node *node, unsigned at);

/* Whether the directive has that name. Apache's have no case; nginx refuses another one. */
bool cli_proxy_is(const struct proxy_node *node, const char *name);

/* The directive behind `at` in the block `scope`, NULL: its first one, with those of its includes. NULL: that was the last. */
const struct proxy_node *cli_proxy_next(const struct proxy_node *scope, const struct proxy_node *at);

/* The block around a node, past includes; NULL for the root. */
const struct proxy_node *cli_proxy_scope(const struct proxy_node *node);

/* The last directive of that name in the block itself, or NULL. */
const struct proxy_node *cli_proxy_find(const struct proxy_node *scope, const char *name);

/* The same in the block or in the nearest one around it that has it. */
const struct proxy_node *cli_proxy_effective(const struct proxy_node *scope, const char *name);

/* Reads one file's text into `into`; `path` is kept by the tree. Returns 0, or the line where it cannot be read. */
unsigned cli_nginx_read(const char *text, size_t len, const char *path, struct proxy_tree *tree, struct proxy_node *into);
unsigned cli_apache_read(const char *text, size_t len, const char *path, struct proxy_tree *tree, struct proxy_node *into);

#endif
