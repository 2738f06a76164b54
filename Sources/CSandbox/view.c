// What a sandboxed program sees: a root that is put together from parts of the outer one, piece by piece.
#ifdef __linux__
#define _GNU_SOURCE
#include "internal.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

// Of <sys/mount.h>, which does not go together with <linux/mount.h> everywhere.
int mount(const char *, const char *, const char *, unsigned long, const void *);
int umount2(const char *, int);

enum { DETACH = 2 };

#ifndef AT_RECURSIVE
#define AT_RECURSIVE 0x8000
#endif

// Bits of <linux/mount.h> under the names that mount(2) has for them.
enum {
    NO_SUID = 2,
    NO_DEVICES = 4,
    NO_PROGRAMS = 8,
    BIND = 4096,
    RECURSIVE = 16384,
    PRIVATE = 1 << 18,
};

static int lock(const char *target, uint64_t attributes, unsigned flags) {
    struct mount_attr change = {.attr_set = attributes};
    return (int)syscall(SYS_mount_setattr, AT_FDCWD, target, flags, &change, sizeof change);
}

static int make_place(const csandbox_entry *entry) {
    if (entry->is_folder) return mkdir(entry->target, 0755) == 0 || errno == EEXIST ? 0 : -1;
    int file = open(entry->target, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0644);
    if (file >= 0) return close(file);
    return errno == EEXIST ? 0 : -1;
}

static int place(const csandbox_entry *entry) {
    switch (entry->kind) {
    case CSANDBOX_FOLDER: return mkdir(entry->target, 0755) == 0 || errno == EEXIST ? 0 : -1;
    case CSANDBOX_LINK: return symlink(entry->source, entry->target);
    case CSANDBOX_READ_ONLY:
    case CSANDBOX_WRITABLE:
        if (make_place(entry) != 0) return -1;
        if (mount(entry->source, entry->target, 0, BIND | RECURSIVE, 0) != 0) return -1;
        return lock(
            entry->target, MOUNT_ATTR_NOSUID | (entry->kind == CSANDBOX_READ_ONLY ? MOUNT_ATTR_RDONLY : 0), AT_RECURSIVE);
    case CSANDBOX_MEMORY:
    case CSANDBOX_SEALED:
        if (make_place(entry) != 0) return -1;
        return mount(
            "tmpfs", entry->target, "tmpfs", NO_SUID | NO_DEVICES,
            entry->kind == CSANDBOX_SEALED ? "mode=0755" : "mode=1777");
    case CSANDBOX_PROCESSES:
        if (make_place(entry) != 0) return -1;
        return mount("proc", entry->target, "proc", NO_SUID | NO_DEVICES | NO_PROGRAMS, 0);
    case CSANDBOX_TERMINALS:
        if (make_place(entry) != 0) return -1;
        return mount("devpts", entry->target, "devpts", NO_SUID | NO_PROGRAMS, "newinstance,ptmxmode=0666,mode=0620");
    default: errno = EINVAL; return -1;
    }
}

// No user namespace can be begun in this one any more, and with it nothing else that asks for privileges. Nor can
// anything be changed by way of /proc: to the kernel, root is root there.
static int seal_processes(void) {
    int limit = open("proc/sys/user/max_user_namespaces", O_WRONLY | O_CLOEXEC);
    if (limit < 0) return -1;
    ssize_t written = write(limit, "0", 1);
    close(limit);
    return written == 1 ? lock("proc", MOUNT_ATTR_RDONLY, 0) : -1;
}

int csandbox_build_view(const csandbox_request *request, int32_t *stage, int32_t *entry) {
    *stage = CSANDBOX_STAGE_VIEW;
    *entry = -1;
    if (mount(0, "/", 0, RECURSIVE | PRIVATE, 0) != 0) return errno;
    if (mount("tmpfs", request->base, "tmpfs", NO_SUID | NO_DEVICES, "mode=0755") != 0) return errno;
    if (chdir(request->base) != 0) return errno;
    mode_t mask = umask(0);
    for (int i = 0; i < request->entry_count; i++) {
        *entry = i;
        if (request->entries[i].kind == CSANDBOX_PROCESSES) *stage = CSANDBOX_STAGE_PROCESSES;
        if (place(&request->entries[i]) != 0) return errno;
        if (request->entries[i].kind == CSANDBOX_PROCESSES && seal_processes() != 0) return errno;
        *stage = CSANDBOX_STAGE_VIEW;
    }
    for (int i = 0; i < request->entry_count; i++) {
        *entry = i;
        if (request->entries[i].kind != CSANDBOX_SEALED) continue;
        if (lock(request->entries[i].target, MOUNT_ATTR_RDONLY, 0) != 0) return errno;
    }
    umask(mask);
    *entry = -1;
    *stage = CSANDBOX_STAGE_ROOT;
    // The old root is under the new one for a moment, and then nowhere.
    if (syscall(SYS_pivot_root, ".", ".") != 0) return errno;
    if (umount2(".", DETACH) != 0) return errno;
    if (chdir("/") != 0) return errno;
    return lock("/", MOUNT_ATTR_RDONLY, 0) == 0 ? 0 : errno;
}

#endif
