// Messages between a sandbox and its owner, and orders the other way: whole or not at all, with a descriptor along.
#ifdef __linux__
#define _GNU_SOURCE
#include "internal.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int csandbox_send(int socket, const csandbox_message *message, int descriptor) {
    struct iovec piece = {(void *)(uintptr_t)message, sizeof *message};
    union {
        struct cmsghdr head;
        char room[CMSG_SPACE(sizeof(int))];
    } control;
    memset(&control, 0, sizeof control);
    struct msghdr whole = {.msg_iov = &piece, .msg_iovlen = 1};
    if (descriptor >= 0) {
        whole.msg_control = &control;
        whole.msg_controllen = sizeof control.room;
        control.head = (struct cmsghdr){.cmsg_len = CMSG_LEN(sizeof(int)), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS};
        memcpy(CMSG_DATA(&control.head), &descriptor, sizeof descriptor);
    }
    ssize_t count;
    do count = sendmsg(socket, &whole, MSG_NOSIGNAL);
    while (count < 0 && errno == EINTR);
    return count == (ssize_t)sizeof *message ? 0 : -1;
}

int csandbox_receive(int control, csandbox_message *message) {
    struct iovec piece = {message, sizeof *message};
    union {
        struct cmsghdr head;
        char room[CMSG_SPACE(sizeof(int)) + CMSG_SPACE(sizeof(struct ucred))];
    } extra;
    struct msghdr whole = {
        .msg_iov = &piece, .msg_iovlen = 1, .msg_control = &extra, .msg_controllen = sizeof extra.room};
    ssize_t count;
    do count = recvmsg(control, &whole, MSG_CMSG_CLOEXEC);
    while (count < 0 && errno == EINTR);
    if (count != (ssize_t)sizeof *message) return 0;
    message->descriptor = -1;
    message->pid = 0;
    for (struct cmsghdr *head = CMSG_FIRSTHDR(&whole); head; head = CMSG_NXTHDR(&whole, head)) {
        if (head->cmsg_level != SOL_SOCKET) continue;
        if (head->cmsg_type == SCM_RIGHTS) {
            memcpy(&message->descriptor, CMSG_DATA(head), sizeof(int));
        } else if (head->cmsg_type == SCM_CREDENTIALS) {
            // As the kernel says, in the receiver's counting of processes.
            struct ucred sender;
            memcpy(&sender, CMSG_DATA(head), sizeof sender);
            message->pid = sender.pid;
        }
    }
    return 1;
}

int csandbox_hand_over(int connection, const int descriptors[2]) {
    char nothing = 0;
    struct iovec piece = {&nothing, 1};
    union {
        struct cmsghdr head;
        char room[CMSG_SPACE(2 * sizeof(int))];
    } control;
    memset(&control, 0, sizeof control);
    control.head = (struct cmsghdr){.cmsg_len = CMSG_LEN(2 * sizeof(int)), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS};
    memcpy(CMSG_DATA(&control.head), descriptors, 2 * sizeof(int));
    struct msghdr whole = {
        .msg_iov = &piece, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control.room};
    ssize_t count;
    do count = sendmsg(connection, &whole, MSG_NOSIGNAL);
    while (count < 0 && errno == EINTR);
    return count == 1 ? 0 : -1;
}

int csandbox_take_over(int connection, int descriptors[2]) {
    char nothing;
    struct iovec piece = {&nothing, 1};
    union {
        struct cmsghdr head;
        char room[CMSG_SPACE(2 * sizeof(int))];
    } control;
    struct msghdr whole = {
        .msg_iov = &piece, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control.room};
    ssize_t count;
    do count = recvmsg(connection, &whole, MSG_CMSG_CLOEXEC);
    while (count < 0 && errno == EINTR);
    struct cmsghdr *head = count == 1 ? CMSG_FIRSTHDR(&whole) : 0;
    if (!head || head->cmsg_level != SOL_SOCKET || head->cmsg_type != SCM_RIGHTS) return -1;
    size_t size = head->cmsg_len - CMSG_LEN(0);
    memcpy(descriptors, CMSG_DATA(head), size < 2 * sizeof(int) ? size : 2 * sizeof(int));
    if (size == 2 * sizeof(int)) return 0;
    if (size == sizeof(int)) close(descriptors[0]);
    return -1;
}

static int order(int control, int32_t kind, const void *data, uint32_t size) {
    struct iovec pieces[2] = {{&kind, sizeof kind}, {(void *)(uintptr_t)data, size}};
    struct msghdr whole = {.msg_iov = pieces, .msg_iovlen = 2};
    ssize_t count;
    do count = sendmsg(control, &whole, MSG_NOSIGNAL);
    while (count < 0 && errno == EINTR);
    return count == (ssize_t)(sizeof kind + size) ? 0 : -1;
}

int csandbox_order_program(int control, int index) {
    int32_t number = index;
    return order(control, CSANDBOX_STARTED, &number, sizeof number);
}

int csandbox_order_connection(int control, const void *address, uint32_t size) {
    return order(control, CSANDBOX_CONNECTED, address, size);
}

#endif
