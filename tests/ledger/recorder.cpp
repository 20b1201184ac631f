// Preloaded into the worker: writes down, in order, what it does to its files and what it says, so
// that faults_test.cpp can play the moments at which the power might have gone.
//
// A line of the log: `w FILE OFFSET LENGTH` and the bytes, `t FILE LENGTH` (truncated), `s FILE`
// (flushed), `u FILE` (removed), `a LENGTH` and the bytes (said on standard output).

#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <sys/types.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>

namespace {

FILE* Log() {
  static FILE* const log = std::fopen(std::getenv("RECORDER_LOG"), "wb");
  return log;
}

// Files below the folder that is recorded, by descriptor.
std::map<int, std::string>& Names() {
  static std::map<int, std::string> names;
  return names;
}

template <class Function>
Function Real(const char* name) {
  return reinterpret_cast<Function>(dlsym(RTLD_NEXT, name));
}

std::string NameOf(const char* path) {
  const std::string folder = std::string(std::getenv("RECORDER_FOLDER")) + "/";
  const std::string text = path;
  const std::string name = text.starts_with(folder) ? text.substr(folder.size()) : "";
  // The index of the write-ahead log is made anew after a crash.
  return name.ends_with("-shm") ? "" : name;
}

int Opened(int descriptor, const char* path) {
  if (descriptor < 0) return descriptor;
  Names().erase(descriptor);
  if (const std::string name = NameOf(path); !name.empty()) Names()[descriptor] = name;
  return descriptor;
}

void Wrote(int descriptor, const void* bytes, ssize_t count, off_t offset) {
  const auto name = Names().find(descriptor);
  if (count <= 0 || name == Names().end()) return;
  std::fprintf(Log(), "w %s %lld %zd\n", name->second.c_str(), static_cast<long long>(offset),
               count);
  std::fwrite(bytes, 1, static_cast<size_t>(count), Log());
}

void Say(const char* what, int descriptor) {
  if (const auto name = Names().find(descriptor); name != Names().end())
    std::fprintf(Log(), "%s %s\n", what, name->second.c_str());
}

}  // namespace

extern "C" {

int open(const char* path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  const mode_t mode = (flags & O_CREAT) != 0 ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  return Opened(Real<int (*)(const char*, int, ...)>("open")(path, flags, mode), path);
}

int open64(const char* path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  const mode_t mode = (flags & O_CREAT) != 0 ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  return Opened(Real<int (*)(const char*, int, ...)>("open64")(path, flags, mode), path);
}

ssize_t pwrite(int descriptor, const void* bytes, size_t count, off_t offset) {
  const ssize_t done = Real<ssize_t (*)(int, const void*, size_t, off_t)>("pwrite")(
      descriptor, bytes, count, offset);
  Wrote(descriptor, bytes, done, offset);
  return done;
}

ssize_t pwrite64(int descriptor, const void* bytes, size_t count, off64_t offset) {
  const ssize_t done = Real<ssize_t (*)(int, const void*, size_t, off64_t)>("pwrite64")(
      descriptor, bytes, count, offset);
  Wrote(descriptor, bytes, done, offset);
  return done;
}

ssize_t write(int descriptor, const void* bytes, size_t count) {
  const ssize_t done =
      Real<ssize_t (*)(int, const void*, size_t)>("write")(descriptor, bytes, count);
  if (descriptor == STDOUT_FILENO && done > 0) {
    std::fprintf(Log(), "a %zd\n", done);
    std::fwrite(bytes, 1, static_cast<size_t>(done), Log());
  } else if (done > 0) {
    Wrote(descriptor, bytes, done, lseek(descriptor, 0, SEEK_CUR) - done);
  }
  return done;
}

int fdatasync(int descriptor) {
  const int done = Real<int (*)(int)>("fdatasync")(descriptor);
  if (done == 0) Say("s", descriptor);
  return done;
}

int fsync(int descriptor) {
  const int done = Real<int (*)(int)>("fsync")(descriptor);
  if (done == 0) Say("s", descriptor);
  return done;
}

int ftruncate64(int descriptor, off64_t length) {
  const int done = Real<int (*)(int, off64_t)>("ftruncate64")(descriptor, length);
  if (const auto name = Names().find(descriptor); done == 0 && name != Names().end())
    std::fprintf(Log(), "t %s %lld\n", name->second.c_str(), static_cast<long long>(length));
  return done;
}

int ftruncate(int descriptor, off_t length) { return ftruncate64(descriptor, length); }

int unlink(const char* path) {
  const int done = Real<int (*)(const char*)>("unlink")(path);
  if (const std::string name = NameOf(path); done == 0 && !name.empty())
    std::fprintf(Log(), "u %s\n", name.c_str());
  return done;
}

int close(int descriptor) {
  Names().erase(descriptor);
  return Real<int (*)(int)>("close")(descriptor);
}

}  // extern "C"
