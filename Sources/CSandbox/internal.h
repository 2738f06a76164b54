// What the parts of the sandbox share. All of it runs between fork and exec: only calls that are safe after a signal.
#ifndef CSANDBOX_INTERNAL_H
#define CSANDBOX_INTERNAL_H

#include "CSandbox.h"

// In view.c. 0, or an errno, and then the stage and the entry it failed at.
int csandbox_build_view(const csandbox_request *request, int32_t *stage, int32_t *entry);

// In watch.c. A descriptor that tells what this process and its children open and start, and what they `look` at (not 0);
// -1 where the kernel has none.
int csandbox_watch(int look);

// In channel.c. `descriptor` goes along unless it is -1.
int csandbox_send(int socket, const csandbox_message *message, int descriptor);

#endif
