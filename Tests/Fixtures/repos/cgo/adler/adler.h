#include <stddef.h>
#include <stdint.h>

uint32_t adler(const char *bytes, size_t count);
