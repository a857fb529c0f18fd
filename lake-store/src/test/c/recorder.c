/*
 * Loaded with LD_PRELOAD into the store's process, writes down in one order every call that changes
 * a file below a directory, with the bytes; the test rebuilds from it what a disk would hold after
 * a power loss. The order of the record is the order of the effects: each call and its record are
 * made under one lock. A sync has two records, its beginning and its end: it covers what was done
 * before the first, and is known to be done only after the second. Its call is made without the
 * lock, so that others may write meanwhile.
 *
 * RECORD_ROOT    the directory, an absolute path without links
 * RECORD_FILE    where the record goes, outside of the directory
 * RECORD_PAUSE   how long a sync takes at least, in microseconds: memory file systems sync in no time
 * RECORD_FAULT   a file of 256 bytes, perhaps changed while we run, that says what is to fail
 *
 * A record: its length in bytes without these four, kind, descriptor, two numbers, the lengths of a
 * path, of a second path and of the bytes, then these three. Numbers are little-endian.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum kind {
  OPENED = 1,       /* descriptor, flags, 1 when it made the file; path */
  CLOSED = 2,       /* descriptor */
  DUPLICATED = 3,   /* new descriptor, old descriptor */
  WRITTEN = 4,      /* descriptor, offset; bytes */
  TRUNCATED = 5,    /* descriptor or -1, length; path when there is no descriptor */
  ALLOCATED = 6,    /* descriptor, offset, length; only where it changes what can be read */
  RENAMED = 7,      /* from, to */
  LINKED = 8,       /* from, to */
  UNLINKED = 9,     /* path */
  DIRECTORY_MADE = 10,    /* path */
  DIRECTORY_REMOVED = 11, /* path */
  SYNC_BEGUN = 12,  /* descriptor, number of the sync */
  SYNC_DONE = 13,   /* descriptor, number of the sync, 0 or the error */
  UNSEEN = 14       /* path: from here on changed in a way we do not see; why */
};

#define FDS 65536
#define REAL(name) ((__typeof__(&name))real(#name))

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static atomic_uchar ours[FDS];
static char root[PATH_MAX];
static size_t root_length;
static int record = -1;
static long pause_micros;
static uint64_t syncs;

/*
 * What is to fail: the error for writes and for syncs of files whose path holds the text, after so
 * many that still go well, for so many times.
 */
struct fault {
  _Atomic int32_t on_write;
  _Atomic int32_t on_sync;
  _Atomic int32_t skip;
  _Atomic int32_t times;
  char text[240];
};
static struct fault *fault;

static void *real(const char *name) {
  void *found = dlsym(RTLD_NEXT, name);
  if (found == NULL) {
    fprintf(stderr, "recorder: no %s\n", name);
    abort();
  }
  return found;
}

__attribute__((constructor)) static void begin(void) {
  const char *directory = getenv("RECORD_ROOT");
  const char *file = getenv("RECORD_FILE");
  const char *pause = getenv("RECORD_PAUSE");
  const char *faults = getenv("RECORD_FAULT");
  if (directory == NULL || strlen(directory) >= sizeof root) {
    return;
  }
  strcpy(root, directory);
  root_length = strlen(root);
  pause_micros = pause == NULL ? 0 : atol(pause);
  if (file != NULL) {
    int low = (int)syscall(SYS_openat, AT_FDCWD, file, O_CREAT | O_APPEND | O_WRONLY | O_CLOEXEC, 0600);
    record = (int)syscall(SYS_fcntl, low, F_DUPFD_CLOEXEC, 1000);
    syscall(SYS_close, low);
  }
  if (faults != NULL) {
    int fd = (int)syscall(SYS_openat, AT_FDCWD, faults, O_RDWR | O_CLOEXEC, 0);
    void *mapped = (void *)syscall(SYS_mmap, NULL, sizeof *fault, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    syscall(SYS_close, fd);
    fault = mapped == MAP_FAILED ? NULL : mapped;
  }
}

static int below(const char *path) {
  return root_length > 0 && strncmp(path, root, root_length) == 0 &&
         (path[root_length] == '/' || path[root_length] == 0);
}

/* The absolute path into whole, and whether it is below the root. */
static int resolve(int directory, const char *path, char *whole) {
  if (root_length == 0 || path == NULL) {
    return 0;
  }
  if (path[0] == '/') {
    if (strlen(path) >= PATH_MAX) {
      return 0;
    }
    strcpy(whole, path);
  } else {
    char base[PATH_MAX];
    if (directory == AT_FDCWD) {
      if (getcwd(base, sizeof base) == NULL) {
        return 0;
      }
    } else {
      char link[64];
      snprintf(link, sizeof link, "/proc/self/fd/%d", directory);
      ssize_t length = readlink(link, base, sizeof base - 1);
      if (length < 0) {
        return 0;
      }
      base[length] = 0;
    }
    if (strlen(base) + strlen(path) + 2 > PATH_MAX) {
      return 0;
    }
    sprintf(whole, "%s/%s", base, path);
  }
  return below(whole);
}

static int tracked(int fd) { return fd >= 0 && fd < FDS && ours[fd]; }

static void put(enum kind kind, int fd, int64_t a, int64_t b, const char *path, const char *second,
                const struct iovec *data, int count, size_t bytes) {
  if (record < 0) {
    return;
  }
  uint32_t lengths[3] = {path ? (uint32_t)strlen(path) : 0, second ? (uint32_t)strlen(second) : 0,
                         (uint32_t)bytes};
  uint8_t head[4 + 1 + 4 + 8 + 8 + 12];
  uint32_t all = (uint32_t)(sizeof head - 4) + lengths[0] + lengths[1] + lengths[2];
  memcpy(head, &all, 4);
  head[4] = (uint8_t)kind;
  memcpy(head + 5, &fd, 4);
  memcpy(head + 9, &a, 8);
  memcpy(head + 17, &b, 8);
  memcpy(head + 25, lengths, 12);
  struct iovec parts[3 + 64];
  int used = 0;
  parts[used++] = (struct iovec){head, sizeof head};
  parts[used++] = (struct iovec){(void *)path, lengths[0]};
  parts[used++] = (struct iovec){(void *)second, lengths[1]};
  size_t left = bytes;
  for (int at = 0; at < count && left > 0; at++) {
    if (used == 3 + 64) {
      abort();
    }
    size_t take = data[at].iov_len < left ? data[at].iov_len : left;
    parts[used++] = (struct iovec){data[at].iov_base, take};
    left -= take;
  }
  size_t want = (size_t)all + 4;
  int first = 0;
  while (want > 0) {
    ssize_t wrote = syscall(SYS_writev, record, parts + first, used - first);
    if (wrote < 0) {
      perror("recorder: the record cannot be written");
      abort();
    }
    want -= (size_t)wrote;
    while (first < used && (size_t)wrote >= parts[first].iov_len) {
      wrote -= (ssize_t)parts[first++].iov_len;
    }
    if (first < used) {
      parts[first].iov_base = (char *)parts[first].iov_base + wrote;
      parts[first].iov_len -= (size_t)wrote;
    }
  }
}

static void hold(void) { pthread_mutex_lock(&lock); }

static void release(void) {
  int kept = errno;
  pthread_mutex_unlock(&lock);
  errno = kept;
}

/* Whether this call on the file is to fail; then errno says how. */
static int fails(int fd, int sync) {
  if (fault == NULL) {
    return 0;
  }
  int32_t error = sync ? fault->on_sync : fault->on_write;
  if (error == 0) {
    return 0;
  }
  char link[64], path[PATH_MAX];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  path[length < 0 ? 0 : length] = 0;
  if (strstr(path, fault->text) == NULL) {
    return 0;
  }
  if (fault->skip > 0) {
    fault->skip--;
    return 0;
  }
  if (fault->times <= 0) {
    return 0;
  }
  fault->times--;
  errno = error;
  return 1;
}

/* Open and close */

static int opened(int fd, const char *whole, int flags, int existed) {
  if (fd >= FDS) {
    abort();
  }
  if (fd >= 0) {
    ours[fd] = 1;
    put(OPENED, fd, flags, existed ? 0 : 1, whole, NULL, NULL, 0, 0);
  }
  return fd;
}

static int exists(const char *path) {
  struct stat about;
  int kept = errno;
  int found = syscall(SYS_newfstatat, AT_FDCWD, path, &about, 0) == 0;
  errno = kept;
  return found;
}

static int open_at(int directory, const char *path, int flags, mode_t mode) {
  char whole[PATH_MAX];
  if (!resolve(directory, path, whole)) {
    return (int)syscall(SYS_openat, directory, path, flags, mode);
  }
  hold();
  int existed = exists(whole);
  int fd = opened((int)syscall(SYS_openat, directory, path, flags, mode), whole, flags, existed);
  release();
  return fd;
}

#define WITH_MODE                                      \
  mode_t mode = 0;                                     \
  if (flags & (O_CREAT | __O_TMPFILE)) {               \
    va_list rest;                                      \
    va_start(rest, flags);                             \
    mode = va_arg(rest, mode_t);                       \
    va_end(rest);                                      \
  }

int open(const char *path, int flags, ...) { WITH_MODE return open_at(AT_FDCWD, path, flags, mode); }
int open64(const char *path, int flags, ...) { WITH_MODE return open_at(AT_FDCWD, path, flags, mode); }
int openat(int at, const char *path, int flags, ...) { WITH_MODE return open_at(at, path, flags, mode); }
int openat64(int at, const char *path, int flags, ...) { WITH_MODE return open_at(at, path, flags, mode); }
int __open_2(const char *path, int flags) { return open_at(AT_FDCWD, path, flags, 0); }
int __open64_2(const char *path, int flags) { return open_at(AT_FDCWD, path, flags, 0); }
int __openat_2(int at, const char *path, int flags) { return open_at(at, path, flags, 0); }
int __openat64_2(int at, const char *path, int flags) { return open_at(at, path, flags, 0); }
int creat(const char *path, mode_t mode) {
  return open_at(AT_FDCWD, path, O_CREAT | O_TRUNC | O_WRONLY, mode);
}
int creat64(const char *path, mode_t mode) { return creat(path, mode); }

/* A stream writes by calls within the C library, which we do not see. */
static FILE *stream(FILE *(*call)(const char *, const char *), const char *path, const char *mode) {
  char whole[PATH_MAX];
  if (strpbrk(mode, "wa+") != NULL && resolve(AT_FDCWD, path, whole)) {
    hold();
    put(UNSEEN, -1, 0, 0, whole, "stream", NULL, 0, 0);
    release();
  }
  return call(path, mode);
}
FILE *fopen(const char *path, const char *mode) { return stream(REAL(fopen), path, mode); }
FILE *fopen64(const char *path, const char *mode) { return stream(REAL(fopen64), path, mode); }

int close(int fd) {
  if (!tracked(fd)) {
    return (int)syscall(SYS_close, fd);
  }
  hold();
  ours[fd] = 0;
  put(CLOSED, fd, 0, 0, NULL, NULL, NULL, 0, 0);
  int result = (int)syscall(SYS_close, fd);
  release();
  return result;
}

static int duplicated(int fd, int copy) {
  if (copy >= 0 && copy < FDS) {
    ours[copy] = tracked(fd);
    if (ours[copy]) {
      put(DUPLICATED, copy, fd, 0, NULL, NULL, NULL, 0, 0);
    }
  }
  return copy;
}

int dup(int fd) {
  hold();
  int copy = duplicated(fd, (int)syscall(SYS_dup, fd));
  release();
  return copy;
}

static int onto(int fd, int to, int flags) {
  hold();
  if (tracked(to) && to != fd) {
    put(CLOSED, to, 0, 0, NULL, NULL, NULL, 0, 0);
  }
  int copy = fd == to ? fd : (int)syscall(SYS_dup3, fd, to, flags);
  if (fd != to) {
    duplicated(fd, copy);
  }
  release();
  return copy;
}
int dup2(int fd, int to) { return onto(fd, to, 0); }
int dup3(int fd, int to, int flags) { return onto(fd, to, flags); }

static int control(int fd, int command, void *argument) {
  if ((command == F_DUPFD || command == F_DUPFD_CLOEXEC) && tracked(fd)) {
    hold();
    int copy = duplicated(fd, (int)syscall(SYS_fcntl, fd, command, argument));
    release();
    return copy;
  }
  return (int)syscall(SYS_fcntl, fd, command, argument);
}
#define WITH_ARGUMENT                    \
  va_list rest;                          \
  va_start(rest, command);               \
  void *argument = va_arg(rest, void *); \
  va_end(rest);
int fcntl(int fd, int command, ...) { WITH_ARGUMENT return control(fd, command, argument); }
int fcntl64(int fd, int command, ...) { WITH_ARGUMENT return control(fd, command, argument); }

/* Bytes */

static ssize_t wrote(int fd, off_t offset, const struct iovec *data, int count, ssize_t result) {
  if (result > 0) {
    off_t at = offset >= 0 ? offset : (off_t)syscall(SYS_lseek, fd, 0, SEEK_CUR) - result;
    put(WRITTEN, fd, at, 0, NULL, NULL, data, count, (size_t)result);
  }
  return result;
}

static ssize_t write_all(int fd, const struct iovec *data, int count, off_t offset, int flags) {
  if (!tracked(fd)) {
    return offset < 0 && flags == 0 ? syscall(SYS_writev, fd, data, count)
                                    : syscall(SYS_pwritev2, fd, data, count, offset, offset >> 63, flags);
  }
  if (count > 64) {
    count = 64;
  }
  if (fails(fd, 0)) {
    return -1;
  }
  hold();
  /* With O_APPEND the offset of pwrite is ignored by Linux, and the file's end is meant. */
  if (offset >= 0 && (syscall(SYS_fcntl, fd, F_GETFL) & O_APPEND)) {
    put(UNSEEN, fd, 0, 0, NULL, "pwrite to a file opened for appending", NULL, 0, 0);
  }
  ssize_t result = offset < 0 && flags == 0
                       ? syscall(SYS_writev, fd, data, count)
                       : syscall(SYS_pwritev2, fd, data, count, offset, offset >> 63, flags);
  wrote(fd, offset, data, count, result);
  if (result > 0 && ((syscall(SYS_fcntl, fd, F_GETFL) & O_DSYNC) || (flags & (RWF_DSYNC | RWF_SYNC)))) {
    uint64_t number = ++syncs;
    put(SYNC_BEGUN, fd, (int64_t)number, 0, NULL, NULL, NULL, 0, 0);
    put(SYNC_DONE, fd, (int64_t)number, 0, NULL, NULL, NULL, 0, 0);
  }
  release();
  return result;
}

ssize_t write(int fd, const void *bytes, size_t length) {
  if (!tracked(fd)) {
    return syscall(SYS_write, fd, bytes, length);
  }
  struct iovec data = {(void *)bytes, length};
  return write_all(fd, &data, 1, -1, 0);
}
ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t offset) {
  if (!tracked(fd)) {
    return syscall(SYS_pwrite64, fd, bytes, length, offset);
  }
  struct iovec data = {(void *)bytes, length};
  return write_all(fd, &data, 1, offset, 0);
}
ssize_t pwrite(int fd, const void *bytes, size_t length, off_t offset) {
  return pwrite64(fd, bytes, length, offset);
}
ssize_t writev(int fd, const struct iovec *data, int count) { return write_all(fd, data, count, -1, 0); }
ssize_t pwritev64(int fd, const struct iovec *data, int count, off64_t offset) {
  return write_all(fd, data, count, offset, 0);
}
ssize_t pwritev(int fd, const struct iovec *data, int count, off_t offset) {
  return write_all(fd, data, count, offset, 0);
}
ssize_t pwritev2(int fd, const struct iovec *data, int count, off_t offset, int flags) {
  return write_all(fd, data, count, offset, flags);
}
ssize_t pwritev64v2(int fd, const struct iovec *data, int count, off64_t offset, int flags) {
  return write_all(fd, data, count, offset, flags);
}

/* Copies within the kernel are made here by hand, so that the bytes can be written down. */
static ssize_t copy(int in, off64_t *from, int out, off64_t *to, size_t length) {
  char *bytes = malloc(1 << 20);
  size_t want = length < (1 << 20) ? length : (1 << 20);
  ssize_t got = from ? syscall(SYS_pread64, in, bytes, want, *from) : syscall(SYS_read, in, bytes, want);
  ssize_t result = got;
  if (got > 0) {
    result = to ? pwrite64(out, bytes, (size_t)got, *to) : write(out, bytes, (size_t)got);
    if (result > 0 && from) {
      *from += result;
    }
    if (result > 0 && to) {
      *to += result;
    }
  }
  free(bytes);
  return result;
}
ssize_t copy_file_range(int in, off64_t *from, int out, off64_t *to, size_t length, unsigned flags) {
  return tracked(out) ? copy(in, from, out, to, length)
                      : syscall(SYS_copy_file_range, in, from, out, to, length, flags);
}
ssize_t sendfile64(int out, int in, off64_t *from, size_t length) {
  return tracked(out) ? copy(in, from, out, NULL, length) : syscall(SYS_sendfile, out, in, from, length);
}
ssize_t sendfile(int out, int in, off_t *from, size_t length) { return sendfile64(out, in, from, length); }
ssize_t splice(int in, off64_t *from, int out, off64_t *to, size_t length, unsigned flags) {
  if (tracked(out)) {
    errno = EINVAL;
    return -1;
  }
  return syscall(SYS_splice, in, from, out, to, length, flags);
}

int ftruncate64(int fd, off64_t length) {
  if (!tracked(fd)) {
    return (int)syscall(SYS_ftruncate, fd, length);
  }
  if (fails(fd, 0)) {
    return -1;
  }
  hold();
  int result = (int)syscall(SYS_ftruncate, fd, length);
  if (result == 0) {
    put(TRUNCATED, fd, length, 0, NULL, NULL, NULL, 0, 0);
  }
  release();
  return result;
}
int ftruncate(int fd, off_t length) { return ftruncate64(fd, length); }
int truncate64(const char *path, off64_t length) {
  char whole[PATH_MAX];
  int seen = resolve(AT_FDCWD, path, whole);
  hold();
  int result = (int)syscall(SYS_truncate, path, length);
  if (seen && result == 0) {
    put(TRUNCATED, -1, length, 0, whole, NULL, NULL, 0, 0);
  }
  release();
  return result;
}
int truncate(const char *path, off_t length) { return truncate64(path, length); }

int fallocate64(int fd, int mode, off64_t offset, off64_t length) {
  if (!tracked(fd)) {
    return (int)syscall(SYS_fallocate, fd, mode, offset, length);
  }
  if (fails(fd, 0)) {
    return -1;
  }
  hold();
  int result = (int)syscall(SYS_fallocate, fd, mode, offset, length);
  if (result == 0 && mode == 0) {
    put(ALLOCATED, fd, offset, length, NULL, NULL, NULL, 0, 0);
  } else if (result == 0 && mode != FALLOC_FL_KEEP_SIZE) {
    put(UNSEEN, fd, 0, 0, NULL, "fallocate that makes holes", NULL, 0, 0);
  }
  release();
  return result;
}
int fallocate(int fd, int mode, off_t offset, off_t length) { return fallocate64(fd, mode, offset, length); }
int posix_fallocate64(int fd, off64_t offset, off64_t length) {
  return fallocate64(fd, 0, offset, length) == 0 ? 0 : errno;
}
int posix_fallocate(int fd, off_t offset, off_t length) { return posix_fallocate64(fd, offset, length); }

static void *map(void *at, size_t length, int access, int flags, int fd, off64_t offset) {
  if (tracked(fd) && (flags & MAP_SHARED) && (access & PROT_WRITE)) {
    hold();
    put(UNSEEN, fd, 0, 0, NULL, "shared memory", NULL, 0, 0);
    release();
  }
  return (void *)syscall(SYS_mmap, at, length, access, flags, fd, offset);
}
void *mmap64(void *at, size_t length, int access, int flags, int fd, off64_t offset) {
  return map(at, length, access, flags, fd, offset);
}
void *mmap(void *at, size_t length, int access, int flags, int fd, off_t offset) {
  return map(at, length, access, flags, fd, offset);
}

/* Names */

static int paired(enum kind kind, int from_at, const char *from, int to_at, const char *to, unsigned flags) {
  char first[PATH_MAX], second[PATH_MAX];
  int leaves = resolve(from_at, from, first);
  int enters = resolve(to_at, to, second);
  hold();
  int result = kind == RENAMED ? (int)syscall(SYS_renameat2, from_at, from, to_at, to, flags)
                               : (int)syscall(SYS_linkat, from_at, from, to_at, to, flags);
  if (result == 0 && leaves && enters && (kind == LINKED || flags == 0 || flags == RENAME_NOREPLACE)) {
    put(kind, -1, 0, 0, first, second, NULL, 0, 0);
  } else if (result == 0 && (leaves || enters)) {
    put(UNSEEN, -1, 0, 0, leaves ? first : second, "a move across the edge", NULL, 0, 0);
  }
  release();
  return result;
}
int rename(const char *from, const char *to) { return paired(RENAMED, AT_FDCWD, from, AT_FDCWD, to, 0); }
int renameat(int a, const char *from, int b, const char *to) { return paired(RENAMED, a, from, b, to, 0); }
int renameat2(int a, const char *from, int b, const char *to, unsigned flags) {
  return paired(RENAMED, a, from, b, to, flags);
}
int link(const char *from, const char *to) { return paired(LINKED, AT_FDCWD, from, AT_FDCWD, to, 0); }
int linkat(int a, const char *from, int b, const char *to, int flags) {
  return paired(LINKED, a, from, b, to, (unsigned)flags);
}
int symlink(const char *text, const char *path) {
  char whole[PATH_MAX];
  if (resolve(AT_FDCWD, path, whole)) {
    hold();
    put(UNSEEN, -1, 0, 0, whole, "a symbolic link", NULL, 0, 0);
    release();
  }
  return (int)syscall(SYS_symlinkat, text, AT_FDCWD, path);
}

static int removed(int directory, const char *path, int flags) {
  char whole[PATH_MAX];
  int seen = resolve(directory, path, whole);
  hold();
  int result = (int)syscall(SYS_unlinkat, directory, path, flags);
  if (seen && result == 0) {
    put(flags & AT_REMOVEDIR ? DIRECTORY_REMOVED : UNLINKED, -1, 0, 0, whole, NULL, NULL, 0, 0);
  }
  release();
  return result;
}
int unlink(const char *path) { return removed(AT_FDCWD, path, 0); }
int unlinkat(int directory, const char *path, int flags) { return removed(directory, path, flags); }
int rmdir(const char *path) { return removed(AT_FDCWD, path, AT_REMOVEDIR); }
int remove(const char *path) {
  int result = removed(AT_FDCWD, path, 0);
  return result != 0 && errno == EISDIR ? removed(AT_FDCWD, path, AT_REMOVEDIR) : result;
}

int mkdirat(int directory, const char *path, mode_t mode) {
  char whole[PATH_MAX];
  int seen = resolve(directory, path, whole);
  hold();
  int result = (int)syscall(SYS_mkdirat, directory, path, mode);
  if (seen && result == 0) {
    put(DIRECTORY_MADE, -1, 0, 0, whole, NULL, NULL, 0, 0);
  }
  release();
  return result;
}
int mkdir(const char *path, mode_t mode) { return mkdirat(AT_FDCWD, path, mode); }

/* Syncs. sync_file_range and msync promise nothing that survives a power loss: not recorded. */

static int synced(int fd, long call) {
  if (!tracked(fd)) {
    return (int)syscall(call, fd);
  }
  int failed = fails(fd, 1) ? errno : 0;
  hold();
  uint64_t number = ++syncs;
  put(SYNC_BEGUN, fd, (int64_t)number, 0, NULL, NULL, NULL, 0, 0);
  release();
  if (pause_micros > 0) {
    struct timespec wait = {pause_micros / 1000000, (pause_micros % 1000000) * 1000};
    nanosleep(&wait, NULL);
  }
  int result = failed ? -1 : (int)syscall(call, fd);
  if (failed) {
    errno = failed;
  }
  hold();
  put(SYNC_DONE, fd, (int64_t)number, result == 0 ? 0 : errno, NULL, NULL, NULL, 0, 0);
  release();
  return result;
}
int fsync(int fd) { return synced(fd, SYS_fsync); }
int fdatasync(int fd) { return synced(fd, SYS_fdatasync); }
