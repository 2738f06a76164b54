// What a program needs besides its own file to be started again.
#ifdef __linux__
#define _GNU_SOURCE
#include "CSandbox.h"

#include <link.h>

struct listener {
    void (*each)(const char *, void *);
    void *context;
};

static int tell(struct dl_phdr_info *library, size_t size, void *listener) {
    (void)size;
    // The program itself and what the kernel brings have no path.
    if (library->dlpi_name && library->dlpi_name[0] == '/') {
        ((struct listener *)listener)->each(library->dlpi_name, ((struct listener *)listener)->context);
    }
    return 0;
}

void csandbox_each_library(void (*each)(const char *path, void *context), void *context) {
    struct listener listener = {each, context};
    (void)dl_iterate_phdr(tell, &listener);
}

#endif
