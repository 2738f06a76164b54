// The namespaces, the first process in them, and the programs that it starts.
//
// That first process is a copy of its owner, made without exec: it may only make calls that are safe after a signal, and
// the memory that it has, with all its owner knows, must not be readable from inside (PR_SET_DUMPABLE).
#ifdef __linux__
#define _GNU_SOURCE
#include "internal.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/close_range.h>
#include <linux/seccomp.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

// As many as a step can have: itself and its services.
enum { MOST_PROGRAMS = 64, HIGHEST_CAPABILITY = 63, JOIN_SESSION_KEYRING = 1 };

// fork() of the C library takes locks that another thread may have held.
static pid_t clone_process(unsigned long flags) { return (pid_t)syscall(SYS_clone, SIGCHLD | flags, 0, 0, 0, 0); }

static int write_text(const char *path, const char *text) {
    int file = open(path, O_WRONLY | O_CLOEXEC);
    if (file < 0) return -1;
    ssize_t count = write(file, text, strlen(text));
    int error = errno;
    close(file);
    errno = error;
    return count == (ssize_t)strlen(text) ? 0 : -1;
}

// Inside, everybody is who they are outside, and there is nobody else.
static int keep_identity(uid_t user, gid_t group) {
    char line[64];
    if (write_text("/proc/self/setgroups", "deny") != 0 && errno != ENOENT) return errno;
    snprintf(line, sizeof line, "%u %u 1", (unsigned)group, (unsigned)group);
    if (write_text("/proc/self/gid_map", line) != 0) return errno;
    snprintf(line, sizeof line, "%u %u 1", (unsigned)user, (unsigned)user);
    return write_text("/proc/self/uid_map", line) != 0 ? errno : 0;
}

static int raise_loopback(void) {
    int tool = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (tool < 0) return errno;
    struct ifreq loopback;
    memset(&loopback, 0, sizeof loopback);
    strcpy(loopback.ifr_name, "lo");
    loopback.ifr_flags = IFF_UP | IFF_RUNNING;
    int result = ioctl(tool, SIOCSIFFLAGS, &loopback) == 0 ? 0 : errno;
    close(tool);
    return result;
}

static int drop_privileges(void) {
    for (int number = 0; number <= HIGHEST_CAPABILITY; number++) {
        if (prctl(PR_CAPBSET_DROP, number, 0, 0, 0) != 0 && errno != EINVAL) return errno;
    }
    struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct none[2];
    memset(none, 0, sizeof none);
    if (syscall(SYS_capset, &head, none) != 0) return errno;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return errno;
    return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0 ? 0 : errno;
}

// What other threads of the owner have open must not stay open here: somebody waits for its end.
static void close_others(const int *kept, int count) {
    unsigned next = 3;
    for (;;) {
        int lowest = -1;
        for (int i = 0; i < count; i++) {
            if (kept[i] >= (int)next && (lowest < 0 || kept[i] < lowest)) lowest = kept[i];
        }
        if (lowest < 0) break;
        if ((unsigned)lowest > next) (void)syscall(SYS_close_range, next, (unsigned)lowest - 1, 0);
        next = (unsigned)lowest + 1;
    }
    (void)syscall(SYS_close_range, next, ~0U, 0);
}

static void empty_standard_streams(void) {
    int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
    for (int number = 0; number < 3; number++) {
        if (nothing >= 0) dup2(nothing, number);
    }
    if (nothing > 2) close(nothing);
}

static void report(int control, int32_t kind, int32_t index, int32_t value, int32_t entry, int descriptor) {
    csandbox_message message = {.kind = kind, .index = index, .value = value, .entry = entry, .descriptor = -1};
    (void)csandbox_send(control, &message, descriptor);
}

// In the child that becomes the program.
static void become(const csandbox_program *program, int index, int control, int keeps_terminal) {
    setpgid(0, 0);
    // SIGTTOU is blocked, so that this is not refused.
    if (program->output < 0 && keeps_terminal) (void)tcsetpgrp(0, getpid());
    if (program->output >= 0) {
        dup2(program->output, 1);
        dup2(program->output, 2);
    }
    (void)syscall(SYS_close_range, 3, ~0U, CLOSE_RANGE_CLOEXEC);
    struct sigaction normal;
    memset(&normal, 0, sizeof normal);
    normal.sa_handler = SIG_DFL;
    for (int number = 1; number < NSIG; number++) (void)sigaction(number, &normal, 0);
    if (chdir(program->directory) != 0) {
        report(control, CSANDBOX_FAILED, index, errno, -1, -1);
        _exit(127);
    }
    int told = program->watch != CSANDBOX_UNWATCHED ? csandbox_watch(program->watch == CSANDBOX_LOOKS) : -1;
    report(control, CSANDBOX_STARTED, index, 0, -1, told);
    if (told >= 0) close(told);
    sigset_t nothing;
    sigemptyset(&nothing);
    sigprocmask(SIG_SETMASK, &nothing, 0);
    execve(program->path, program->arguments, program->environment);
    report(control, CSANDBOX_FAILED, index, errno, -1, -1);
    _exit(127);
}

static void connect_from_here(int control, const void *address, socklen_t size) {
    const struct sockaddr *target = address;
    int connection = socket(target->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct timeval second = {.tv_sec = 1};
    if (connection >= 0) (void)setsockopt(connection, SOL_SOCKET, SO_SNDTIMEO, &second, sizeof second);
    if (connection >= 0 && connect(connection, target, size) == 0) {
        report(control, CSANDBOX_CONNECTED, 0, 0, -1, connection);
    } else {
        report(control, CSANDBOX_CONNECTED, 0, errno, -1, -1);
    }
    if (connection >= 0) close(connection);
}

// Reaps whatever ends, starts what it is told to, until nobody can tell it any more.
static void serve(const csandbox_request *request, int control) {
    pid_t running[MOST_PROGRAMS] = {0};
    sigset_t all;
    sigfillset(&all);
    struct pollfd sources[2] = {
        {.fd = control, .events = POLLIN}, {.fd = signalfd(-1, &all, SFD_CLOEXEC | SFD_NONBLOCK), .events = POLLIN}};
    for (;;) {
        if (poll(sources, 2, -1) < 0 && errno != EINTR) _exit(1);
        if (sources[1].revents) {
            struct signalfd_siginfo signals[8];
            (void)!read(sources[1].fd, signals, sizeof signals);
            int status;
            pid_t ended;
            while ((ended = waitpid(-1, &status, WNOHANG)) > 0) {
                for (int i = 0; i < request->program_count; i++) {
                    if (running[i] != ended) continue;
                    running[i] = 0;
                    report(control, CSANDBOX_ENDED, i, status, -1, -1);
                }
            }
        }
        if (sources[0].revents) {
            struct {
                int32_t kind;
                char data[128];
            } order;
            ssize_t count = recv(control, &order, sizeof order, 0);
            if (count < 0 && errno == EINTR) continue;
            if (count < (ssize_t)sizeof order.kind) _exit(0);
            if (order.kind == CSANDBOX_CONNECTED) {
                connect_from_here(control, order.data, (socklen_t)(count - (ssize_t)sizeof order.kind));
                continue;
            }
            int32_t index;
            memcpy(&index, order.data, sizeof index);
            if (index < 0 || index >= request->program_count) continue;
            // The memory is not copied: this process waits until the other has its own program.
            pid_t child = vfork();
            if (child == 0) become(&request->programs[index], index, control, request->keeps_terminal);
            if (child < 0) report(control, CSANDBOX_FAILED, index, errno, -1, -1);
            running[index] = child;
            // Its end is to be seen as the output's end.
            if (request->programs[index].output >= 0) close(request->programs[index].output);
        }
    }
}

static void run_first(const csandbox_request *request, int control, uid_t user, gid_t group) {
    int kept[MOST_PROGRAMS + 1] = {control};
    for (int i = 0; i < request->program_count; i++) kept[i + 1] = request->programs[i].output;
    close_others(kept, request->program_count + 1);
    if (!request->keeps_terminal) {
        empty_standard_streams();
        // Out of the terminal's session: nobody in here can type into it.
        setsid();
    }
    (void)syscall(SYS_keyctl, JOIN_SESSION_KEYRING, 0);

    int32_t stage = CSANDBOX_STAGE_IDENTITY, entry = -1;
    int error = keep_identity(user, group);
    if (!error && !request->shares_network) {
        stage = CSANDBOX_STAGE_NETWORK;
        error = raise_loopback();
    }
    if (!error) (void)sethostname("localhost", 9);
    if (!error) error = csandbox_build_view(request, &stage, &entry);
    if (!error) {
        stage = CSANDBOX_STAGE_PRIVILEGES;
        error = drop_privileges();
    }
    if (error) {
        report(control, CSANDBOX_REFUSED, stage, error, entry, -1);
        _exit(1);
    }
    report(control, CSANDBOX_READY, 0, 0, -1, -1);
    serve(request, control);
}

pid_t csandbox_start(const csandbox_request *request, int *control) {
    if (request->program_count > MOST_PROGRAMS) {
        errno = E2BIG;
        return -1;
    }
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) return -1;
    int yes = 1;
    (void)setsockopt(ends[0], SOL_SOCKET, SO_PASSCRED, &yes, sizeof yes);
    uid_t user = geteuid();
    gid_t group = getegid();
    unsigned long namespaces =
        CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWUTS | (request->shares_network ? 0 : CLONE_NEWNET);
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pid_t first = clone_process(namespaces);
    if (first == 0) run_first(request, ends[1], user, group);
    int error = errno;
    pthread_sigmask(SIG_SETMASK, &before, 0);
    close(ends[1]);
    if (first < 0) {
        close(ends[0]);
        errno = error;
        return -1;
    }
    *control = ends[0];
    return first;
}

void csandbox_take_terminal(void) {
    sigset_t output, before;
    sigemptyset(&output);
    sigaddset(&output, SIGTTOU);
    pthread_sigmask(SIG_BLOCK, &output, &before);
    (void)tcsetpgrp(0, getpgrp());
    pthread_sigmask(SIG_SETMASK, &before, 0);
}

int csandbox_exited(int status) { return WIFEXITED(status); }

int csandbox_code(int status) { return WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status); }

#endif
