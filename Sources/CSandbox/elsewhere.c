// Where there are no namespaces.
#ifndef __linux__
#include "CSandbox.h"

#include <errno.h>

pid_t csandbox_start(const csandbox_request *request, int *control) {
    (void)request, (void)control;
    errno = ENOSYS;
    return -1;
}

int csandbox_receive(int control, csandbox_message *message) { return (void)control, (void)message, 0; }
int csandbox_order_program(int control, int index) { return (void)control, (void)index, -1; }
int csandbox_order_connection(int control, const void *address, uint32_t size) {
    return (void)control, (void)address, (void)size, -1;
}
int csandbox_next_read(int descriptor, char *path, size_t size) { return (void)descriptor, (void)path, (void)size, -1; }
int csandbox_hand_over(int connection, const int descriptors[2]) {
    (void)connection, (void)descriptors;
    errno = ENOSYS;
    return -1;
}
int csandbox_take_over(int connection, int descriptors[2]) { return (void)connection, (void)descriptors, -1; }
void csandbox_each_library(void (*each)(const char *, void *), void *context) { (void)each, (void)context; }
void csandbox_take_terminal(void) {}
int csandbox_exited(int status) { return (status & 0x7f) == 0; }
int csandbox_code(int status) { return csandbox_exited(status) ? status >> 8 & 0xff : status & 0x7f; }

#endif
