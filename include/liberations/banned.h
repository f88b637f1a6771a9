/* Functions that this project does not use: a call to one does not compile. The Makefile includes this before every file, but no
 * file may rely on its includes (a header that declares a poisoned name must come before the poison): lint compiles each file
 * without it. */
#ifndef LIBERATIONS_BANNED_H
#define LIBERATIONS_BANNED_H

#include <crypt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#undef alloca /* a macro of <stdlib.h>; gcc warns when it poisons one */
#undef sprintf /* and so does clang, where they are macros of the fortified <stdio.h> */
#undef vsprintf

#pragma GCC poison strcpy strcat strncat sprintf vsprintf gets strtok tmpnam mktemp
#pragma GCC poison crypt crypt_r crypt_rn atoi atol atoll asctime ctime localtime gmtime rand srand system popen alloca

#endif
