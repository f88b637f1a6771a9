/* A line, byte by byte. */
#include "map_line.h"

static void begin(struct lbr_map_line *line)
{
	line->len = 0;
	line->unsound = false;
}

bool lbr_map_line_take(struct lbr_map_line *line, char byte)
{
	if (byte != '\n') {
		if ((unsigned char)byte < ' ' || byte == 0x7f || line->len >= sizeof(line->text) - 1)
			line->unsound = true;
		else
			line->text[line->len++] = byte;
		return false;
	}
	line->text[line->unsound ? 0 : line->len] = '\0';
	begin(line);
	return true;
}
