/* Laid under a process by LD_PRELOAD: counts the calls that change files, and at one of them kills the process or
 * lets the call fail. A write that kills has written its first half before. Nothing happens until `shim_arm`. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

enum { WRITE = 1, SYNC = 2, NAME = 4 };

static volatile int kinds, action, again;
static volatile long target, count;

/* Count calls of `which` kinds; at call number `at` do `what`: -1 kills, any other number is the errno of a failure.
 * With `persistent` every later call fails too. `at` 0 only counts. */
void shim_arm(int which, long at, int what, int persistent) {
    kinds = which, target = at, action = what, again = persistent, count = 0;
}

long shim_count(void) { return count; }

static int on_disk(int fd) {
    struct stat facts;
    return fstat(fd, &facts) == 0 && (S_ISREG(facts.st_mode) || S_ISDIR(facts.st_mode));
}

/* 0: go on; 1: fail; 2: die. */
static int fate(int kind) {
    if (!(kinds & kind)) return 0;
    long number = __atomic_add_fetch(&count, 1, __ATOMIC_SEQ_CST);
    if (target == 0 || number < target || (number > target && !again)) return 0;
    if (action < 0) return 2;
    errno = action;
    return 1;
}

static void die(void) {
    kill(getpid(), SIGKILL);
    for (;;) pause();
}

static int simple(int kind) {
    int what = fate(kind);
    if (what == 2) die();
    return what;
}

#define NEXT(type, name, ...) \
    static type (*next)(__VA_ARGS__); \
    if (!next) next = (type (*)(__VA_ARGS__))dlsym(RTLD_NEXT, name)

#define WRITER(name, arguments, half, whole, ...) \
    ssize_t name arguments { \
        NEXT(ssize_t, #name, __VA_ARGS__); \
        int what = on_disk(fd) ? fate(WRITE) : 0; \
        if (what == 2) { \
            (void)!half; \
            die(); \
        } \
        return what == 1 ? -1 : whole; \
    }

WRITER(write, (int fd, const void *data, size_t size), next(fd, data, size / 2), next(fd, data, size),
       int, const void *, size_t)
WRITER(pwrite, (int fd, const void *data, size_t size, off_t at), next(fd, data, size / 2, at),
       next(fd, data, size, at), int, const void *, size_t, off_t)
WRITER(pwrite64, (int fd, const void *data, size_t size, off64_t at), next(fd, data, size / 2, at),
       next(fd, data, size, at), int, const void *, size_t, off64_t)

#define CALL(kind, condition, name, arguments, whole, ...) \
    int name arguments { \
        NEXT(int, #name, __VA_ARGS__); \
        return (condition) && simple(kind) ? -1 : whole; \
    }

CALL(SYNC, on_disk(fd), fsync, (int fd), next(fd), int)
CALL(SYNC, on_disk(fd), fdatasync, (int fd), next(fd), int)
CALL(WRITE, on_disk(fd), ftruncate, (int fd, off_t size), next(fd, size), int, off_t)
CALL(WRITE, on_disk(fd), ftruncate64, (int fd, off64_t size), next(fd, size), int, off64_t)
CALL(NAME, 1, rename, (const char *from, const char *to), next(from, to), const char *, const char *)
CALL(NAME, 1, renameat, (int a, const char *from, int b, const char *to), next(a, from, b, to), int, const char *, int,
     const char *)
CALL(NAME, 1, unlink, (const char *path), next(path), const char *)
CALL(NAME, 1, unlinkat, (int at, const char *path, int flags), next(at, path, flags), int, const char *, int)
CALL(NAME, 1, mkdir, (const char *path, mode_t mode), next(path, mode), const char *, mode_t)
CALL(NAME, 1, link, (const char *from, const char *to), next(from, to), const char *, const char *)
