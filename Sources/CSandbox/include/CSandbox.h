// Programs in namespaces of their own, by the kernel's calls: what they see is said entry by entry. Linux alone; elsewhere
// every call is refused with ENOSYS.
#ifndef CSANDBOX_H
#define CSANDBOX_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum {
    // A folder is made.
    CSANDBOX_FOLDER,
    // A symbolic link is made; `source` is its text.
    CSANDBOX_LINK,
    // `source` is seen at `target`, whoever writes to it gets EROFS.
    CSANDBOX_READ_ONLY,
    // `source` is seen at `target` and may be written to.
    CSANDBOX_WRITABLE,
    // A file system in memory.
    CSANDBOX_MEMORY,
    // The same, which nothing can be added to once all entries are in place.
    CSANDBOX_SEALED,
    // The processes of the sandbox.
    CSANDBOX_PROCESSES,
    // Pseudo-terminals of its own.
    CSANDBOX_TERMINALS,
};

typedef struct {
    int kind;
    // Whether `source` is a folder.
    int is_folder;
    // Absolute.
    const char *source;
    // Relative to the sandbox's root, no link on the way. Parents come before what is below them.
    const char *target;
} csandbox_entry;

enum {
    CSANDBOX_UNWATCHED,
    // What it opens, reads as a link, and starts.
    CSANDBOX_OPENS,
    // And what it asks whether it is there: there are many more of those.
    CSANDBOX_LOOKS,
};

typedef struct {
    const char *path;
    char *const *arguments;
    char *const *environment;
    // Absolute, in the sandbox.
    const char *directory;
    // Gets standard output and error, and standard input is empty; -1 leaves all three as they are.
    int output;
    // What of its calls is told before they happen.
    int watch;
} csandbox_program;

typedef struct {
    const csandbox_entry *entries;
    int entry_count;
    const csandbox_program *programs;
    int program_count;
    // An existing folder outside, which the root is put together on.
    const char *base;
    // Not 0 leaves the network as it is; 0 is a network of loopback alone.
    int shares_network;
    // Not 0: the programs belong to the terminal's session.
    int keeps_terminal;
} csandbox_request;

enum {
    // The view is in place; programs can be started.
    CSANDBOX_READY,
    // It cannot be had: `index` is the stage, `value` the errno, `entry` the entry or -1. Nothing follows.
    CSANDBOX_REFUSED,
    // Program `index` is there, and leads the process group `pid` (as seen from outside). `descriptor` tells what it
    // reads, if it is watched and the kernel can.
    CSANDBOX_STARTED,
    // Program `index` could not become what it should be; `value` is the errno.
    CSANDBOX_FAILED,
    // Program `index` has ended; `value` is its wait status.
    CSANDBOX_ENDED,
    // The answer to a call for a connection: `descriptor`, or -1 and the errno in `value`.
    CSANDBOX_CONNECTED,
};

enum {
    CSANDBOX_STAGE_NAMESPACES,
    CSANDBOX_STAGE_IDENTITY,
    CSANDBOX_STAGE_NETWORK,
    CSANDBOX_STAGE_VIEW,
    CSANDBOX_STAGE_PROCESSES,
    CSANDBOX_STAGE_ROOT,
    CSANDBOX_STAGE_PRIVILEGES,
};

typedef struct {
    int32_t kind;
    int32_t index;
    int32_t value;
    int32_t entry;
    pid_t pid;
    int descriptor;
} csandbox_message;

// Starts a sandbox. `control` gets a socket: messages come from it, orders go into it, and when it is closed, or this
// process dies, the sandbox and all in it end. Returns the process that stands for it outside (killing it kills everything
// in it), to be waited for; or -1 and errno.
pid_t csandbox_start(const csandbox_request *request, int *control);

// Waits for the next message. 1, or 0 when the sandbox is gone.
int csandbox_receive(int control, csandbox_message *message);

// Orders: to start a program of the request; to connect a stream socket from within.
int csandbox_order_program(int control, int index);
int csandbox_order_connection(int control, const void *address, uint32_t size);

// What a watched program is about to look at. 1 with an absolute path, as seen in the sandbox; 0 when there is none to tell;
// -1 when nobody is left who could tell. Waits for it; the program goes on meanwhile.
int csandbox_next_read(int descriptor, char *path, size_t size);

// Hands two descriptors to whoever is at the other end of a connection. 0, or -1 and errno.
int csandbox_hand_over(int connection, const int descriptors[2]);

// Waits for two that are handed over. 0, or -1 when there are none.
int csandbox_take_over(int connection, int descriptors[2]);

// Hands the terminal on standard input back to the group of this process.
void csandbox_take_terminal(void);

// The paths of the libraries that this process has loaded, as the loader knows them.
void csandbox_each_library(void (*each)(const char *path, void *context), void *context);

// In a wait status: whether the program exited by itself, and its exit code or signal.
int csandbox_exited(int status);
int csandbox_code(int status);

#endif
