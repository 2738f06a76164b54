// What a program looks at, told by the kernel before it happens: a filter that hinders nothing (seccomp_unotify(2)).
#ifdef __linux__
#define _GNU_SOURCE
#include "internal.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#if defined(__x86_64__)
#define NATIVE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define NATIVE AUDIT_ARCH_AARCH64
#endif

#ifndef AT_EMPTY_PATH
#define AT_EMPTY_PATH 0x1000
#endif

#ifdef NATIVE

// SECCOMP_IOCTL_NOTIF_SET_FLAGS and SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP of newer headers.
#define SET_FLAGS _IOW('!', 4, uint64_t)
#define SYNCHRONOUS_WAKE_UP 1UL

#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (unsigned)offsetof(struct seccomp_data, field))
// The lower half of an argument, which holds all that flags have.
#define LOAD_ARGUMENT(n) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (unsigned)(offsetof(struct seccomp_data, args) + 8 * (n)))
#define TELL BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF)
#define PASS BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)
#define TELL_IF(number) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (number), 0, 1), TELL
// Those that name no path do not matter: they ask about what is open already.
#define TELL_IF_NAMED(number, flags) \
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (number), 0, 4), LOAD_ARGUMENT(flags), \
        BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, AT_EMPTY_PATH, 0, 1), PASS, TELL
// Those that only write do not read.
#define TELL_IF_READ(number, flags) \
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (number), 0, 5), LOAD_ARGUMENT(flags), \
        BPF_STMT(BPF_ALU | BPF_AND | BPF_K, O_ACCMODE), BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, O_WRONLY, 0, 1), PASS, TELL

int csandbox_watch(int look) {
    struct sock_filter code[] = {
        LOAD(arch),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, NATIVE, 1, 0),
        PASS,
        LOAD(nr),
        TELL_IF_READ(SYS_openat, 2),
        TELL_IF(SYS_readlinkat),
        TELL_IF(SYS_execve),
        TELL_IF(SYS_execveat),
#ifdef SYS_openat2
        TELL_IF(SYS_openat2),
#endif
#ifdef SYS_open
        TELL_IF_READ(SYS_open, 1),
        TELL_IF(SYS_readlink),
#endif
        // The end, or a jump to the next.
        {look ? BPF_JMP | BPF_JA : BPF_RET | BPF_K, 0, 0, look ? 0 : SECCOMP_RET_ALLOW},
        TELL_IF_NAMED(SYS_newfstatat, 3),
        TELL_IF_NAMED(SYS_statx, 2),
        TELL_IF(SYS_faccessat),
#ifdef SYS_faccessat2
        TELL_IF(SYS_faccessat2),
#endif
#ifdef SYS_stat
        TELL_IF(SYS_stat),
        TELL_IF(SYS_lstat),
        TELL_IF(SYS_access),
#endif
        PASS,
    };
    struct sock_fprog program = {.len = sizeof code / sizeof *code, .filter = code};
    int teller = (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &program);
    // The two take turns, best on one processor; kernels before 6.6 do not know it.
    if (teller >= 0) (void)ioctl(teller, SET_FLAGS, SYNCHRONOUS_WAKE_UP);
    return teller;
}

// Where the call has its path, and the descriptor of the folder that it starts at.
static uint64_t path_of(const struct seccomp_data *call, int *folder) {
    switch (call->nr) {
#ifdef SYS_open
    case SYS_open:
    case SYS_stat:
    case SYS_lstat:
    case SYS_access:
    case SYS_readlink:
#endif
    case SYS_execve: *folder = AT_FDCWD; return call->args[0];
    default: *folder = (int)call->args[0]; return call->args[1];
    }
}

// The text at `address` of another process, up to `size` bytes: two pieces, since the next page may not be there.
static ssize_t copy_text(pid_t pid, uint64_t address, char *text, size_t size) {
    size_t first = 4096 - (size_t)(address % 4096);
    if (first > size) first = size;
    struct iovec here = {text, size};
    struct iovec there[2] = {{(void *)(uintptr_t)address, first}, {(void *)(uintptr_t)(address + first), size - first}};
    ssize_t count = process_vm_readv(pid, &here, 1, there, 2, 0);
    if (count <= 0) return -1;
    const char *end = memchr(text, 0, (size_t)count);
    return end ? end - text : -1;
}

int csandbox_next_read(int descriptor, char *path, size_t size) {
    struct seccomp_notif call;
    memset(&call, 0, sizeof call);
    if (ioctl(descriptor, SECCOMP_IOCTL_NOTIF_RECV, &call) != 0) return errno == ENOENT || errno == EINTR ? 0 : -1;
    int folder;
    uint64_t address = path_of(&call.data, &folder);
    char text[4096];
    ssize_t length = copy_text((pid_t)call.pid, address, text, sizeof text);
    ssize_t start = 0;
    if (length > 0 && text[0] != '/') {
        char place[64];
        if (folder == AT_FDCWD) {
            snprintf(place, sizeof place, "/proc/%d/cwd", (int)call.pid);
        } else {
            snprintf(place, sizeof place, "/proc/%d/fd/%d", (int)call.pid, folder);
        }
        start = readlink(place, path, size);
    }
    struct seccomp_notif_resp answer = {.id = call.id, .flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE};
    // It may be gone by now.
    (void)ioctl(descriptor, SECCOMP_IOCTL_NOTIF_SEND, &answer);
    if (length <= 0 || start < 0 || (size_t)(start + length) + 2 > size) return 0;
    if (start > 0) path[start++] = '/';
    memcpy(path + start, text, (size_t)length + 1);
    return 1;
}

#else

int csandbox_watch(int look) { return (void)look, -1; }

int csandbox_next_read(int descriptor, char *path, size_t size) {
    (void)descriptor, (void)path, (void)size;
    return -1;
}

#endif
#endif
