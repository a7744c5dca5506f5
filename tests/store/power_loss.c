/* Preloaded beside the store: writes down, in order, what happens to the files below $POWER_LOSS_FOLDER.

   Each record in $POWER_LOSS_LOG: one letter (W write, T truncate, S sync, U unlink, R rename), the path's length
   and the path, then for W offset, length and bytes, for T the size, for R the other path's length and path.
   Numbers are 8 bytes in the machine's order. What is mapped into memory (the -shm file) is not recorded:
   SQLite makes it anew. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static int log_file(void) {
    static int fd = -2;
    if (fd == -2) {
        const char *path = getenv("POWER_LOSS_LOG");
        fd = path ? REAL(open)(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600) : -1;
    }
    return fd;
}

static int watched(const char *path) {
    const char *folder = getenv("POWER_LOSS_FOLDER");
    return folder && strncmp(path, folder, strlen(folder)) == 0;
}

static int path_of(int fd, char *path) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, PATH_MAX - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return watched(path);
}

static void put(const void *data, size_t length) {
    const char *at = data;
    while (length) {
        ssize_t done = REAL(write)(log_file(), at, length);
        if (done <= 0) abort();
        at += done;
        length -= (size_t)done;
    }
}

static void put_number(uint64_t number) { put(&number, sizeof number); }

static void put_path(char letter, const char *path) {
    put(&letter, 1);
    put_number(strlen(path));
    put(path, strlen(path));
}

static void wrote(int fd, const void *data, size_t length, off64_t offset) {
    char path[PATH_MAX];
    if (!path_of(fd, path)) return;
    put_path('W', path);
    put_number((uint64_t)offset);
    put_number(length);
    put(data, length);
}

static void synced(int fd) {
    char path[PATH_MAX];
    if (path_of(fd, path)) put_path('S', path);
}

static void truncated(int fd, off64_t size) {
    char path[PATH_MAX];
    if (!path_of(fd, path)) return;
    put_path('T', path);
    put_number((uint64_t)size);
}

#define LOCKED(type, call, after)                     \
    pthread_mutex_lock(&lock);                        \
    type result = call;                               \
    if (result >= 0 && log_file() >= 0) { after; }    \
    pthread_mutex_unlock(&lock);                      \
    return result;

ssize_t write(int fd, const void *data, size_t length) {
    if (log_file() < 0) return REAL(write)(fd, data, length);
    LOCKED(ssize_t, REAL(write)(fd, data, length),
           wrote(fd, data, (size_t)result, lseek64(fd, 0, SEEK_CUR) - result))
}

ssize_t pwrite(int fd, const void *data, size_t length, off_t offset) {
    LOCKED(ssize_t, REAL(pwrite)(fd, data, length, offset), wrote(fd, data, (size_t)result, offset))
}

ssize_t pwrite64(int fd, const void *data, size_t length, off64_t offset) {
    LOCKED(ssize_t, REAL(pwrite64)(fd, data, length, offset), wrote(fd, data, (size_t)result, offset))
}

int fsync(int fd) { LOCKED(int, REAL(fsync)(fd), synced(fd)) }

int fdatasync(int fd) { LOCKED(int, REAL(fdatasync)(fd), synced(fd)) }

int ftruncate(int fd, off_t size) { LOCKED(int, REAL(ftruncate)(fd, size), truncated(fd, size)) }

int ftruncate64(int fd, off64_t size) { LOCKED(int, REAL(ftruncate64)(fd, size), truncated(fd, size)) }

int unlink(const char *path) { LOCKED(int, REAL(unlink)(path), if (watched(path)) put_path('U', path)) }

int rename(const char *from, const char *to) {
    LOCKED(int, REAL(rename)(from, to), if (watched(from)) {
        put_path('R', from);
        put_number(strlen(to));
        put(to, strlen(to));
    })
}
